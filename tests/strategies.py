"""Random cases: small, valid, and with every term that the oracle knows.

Quantities are whole, halves, quarters or eighths, so that most sums are exact. The
first choice of every draw is the plain one, so that what shrinks becomes plain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from planner.case.case import Case
from planner.case.finance import Currency, ResidualValue, Scenario, Settings
from planner.case.hardware import Category, Hardware, Performance
from planner.case.horizon import Period, Slice
from planner.case.offers import Acquisition, Offer, Payment, PriceTier, Rebate, TierScheme
from planner.case.rules import Metric, SideRule, Window
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, LoadProfile, Workload, WorkloadKind

MOST_PACKS = 3
MOST_PLANS = 3000

_Any = TypeVar("_Any")
_START = date(2027, 1, 1)
_Supply = tuple[str, str, Acquisition | None]
"""SKU, site, and how it is had; None for the fleet."""
_COMMITTED = (Acquisition.PURCHASE, Acquisition.LEASE, Acquisition.RESERVED)
_AT_CLOUD = (Acquisition.RESERVED, Acquisition.ON_DEMAND, Acquisition.SPOT)
_VENDORS = ("V0", "V1")
_RATES = (2.0, 0.0, 0.5, 1.0, 1.5, 3.0, 4.0, 5.0, 6.0)
_LIMITS = {
    Metric.SPEND: (3000.0, 1000.0),
    Metric.UNITS: (2.0, 1.0, 4.0),
    Metric.POWER: (1.0, 2.0),
    Metric.CORES: (8.0, 4.0, 16.0),
    Metric.TFLOPS: (4.0, 2.0, 8.0),
    Metric.INSTALLED_UNITS: (4.0, 2.0, 6.0),
    Metric.INSTALLED_POWER: (2.0, 1.0, 4.0),
    Metric.ENERGY: (5000.0, 1000.0, 20000.0),
}
_SHARES = {1: (1.0,), 2: (0.25, 0.75), 3: (0.5, 0.25, 0.25)}


@dataclass(frozen=True)
class Size:
    """The most that a case may have of each; `plans` bounds its plans of whole packs."""

    periods: int
    skus: int
    offers: int
    sites: int
    workloads: int
    slices: int
    scenarios: int
    rules: int
    plans: int | None = None


TINY = Size(
    periods=3,
    skus=3,
    offers=4,
    sites=2,
    workloads=2,
    slices=2,
    scenarios=3,
    rules=2,
    plans=MOST_PLANS,
)
SMALL = Size(periods=6, skus=4, offers=8, sites=3, workloads=3, slices=3, scenarios=3, rules=3)


def tiny_cases() -> st.SearchStrategy[Case]:
    """Return cases of which every plan can be tried.

    The max total of each offer lets no plan have more than MOST_PACKS packs of it in
    any scenario, and there are at most MOST_PLANS plans.
    """
    return _cases(TINY)


def small_cases() -> st.SearchStrategy[Case]:
    """Return cases for a solver: up to 6 periods and 8 offers.

    Where a vendor gives rebates, its offers have a max total: a rebate and what is left
    at the end may come to more than the price.
    """
    return _cases(SMALL)


def _mostly(plain: _Any, *others: _Any) -> st.SearchStrategy[_Any]:
    """Return a strategy that draws the plain value about every second time."""
    return st.sampled_from([*[plain] * max(1, len(others)), *others])


def _nearly_always(plain: _Any, *others: _Any) -> st.SearchStrategy[_Any]:
    """Return a strategy that draws the plain value about five times in six."""
    return st.sampled_from([*[plain] * max(1, 5 * len(others)), *others])


@st.composite
def _some_of(draw: st.DrawFn, values: Sequence[Any]) -> tuple[Any, ...]:
    """Draw a few of the values, or none: for a column in which blank means any."""
    if draw(st.sampled_from([True, True, True, False])):
        return ()
    return tuple(draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)))


@st.composite
def _cases(draw: st.DrawFn, size: Size) -> Case:
    periods = draw(_periods(size))
    sites = draw(_sites(size))
    hardware = [draw(_hardware(place)) for place in range(draw(st.integers(1, size.skus)))]
    scenarios = draw(_scenarios(size, periods))
    rebates = draw(_rebates())
    offers = draw(_offers(size, periods, sites, hardware, scenarios, rebates))
    price_tiers = draw(_price_tiers(offers))
    fleet = draw(st.lists(_installed(hardware, sites), max_size=2))
    slices = draw(_slices(size))
    count = draw(st.integers(1, size.workloads))
    asked = [draw(_workload(place, sites)) for place in range(count)]
    performance = draw(_performance(asked, hardware))
    supply: list[_Supply] = [(row.sku, row.site, None) for row in fleet]
    for offer in offers:
        supply += [(offer.sku, site, offer.acquisition) for site in _delivered_to(offer, sites)]
    workloads = []
    for row in asked:
        able = _able(row, supply, hardware, performance)
        strict = draw(_nearly_always(False, True))
        workloads.append(_within_reach(row, able, strict=strict))
    return Case(
        periods=tuple(periods),
        hardware=tuple(hardware),
        offers=tuple(offers),
        sites=tuple(sites),
        workloads=tuple(workloads),
        demand=tuple(row for of in workloads for row in draw(_demand(of, periods, scenarios))),
        performance=tuple(performance),
        fleet=tuple(fleet),
        settings=draw(_settings(scenarios)),
        slices=tuple(slices),
        load_profile=tuple(draw(_load_profile(workloads, slices))),
        currencies=(Currency(currency="EUR", rate=1.25),),
        price_tiers=tuple(price_tiers),
        rebates=tuple(row for row in rebates if row.vendor in {one.vendor for one in offers}),
        scenarios=tuple(scenarios),
        rules=tuple(draw(_rules(size, periods, sites, hardware, offers, price_tiers))),
    )


@st.composite
def _periods(draw: st.DrawFn, size: Size) -> list[Period]:
    """Draw periods of whole months; only the last may end within one."""
    count = draw(st.integers(1, size.periods))
    months = draw(st.lists(_mostly(3, 1, 12), min_size=count, max_size=count))
    starts = [_START.replace(day=draw(_mostly(1, 15)))]
    for length in months:
        month = starts[-1].month - 1 + length
        year = starts[-1].year + month // 12
        starts.append(starts[-1].replace(year=year, month=month % 12 + 1))
    end = draw(_mostly(None, starts[-1], starts[-1] + timedelta(days=10)))
    is_asked = draw(_nearly_always(False, True))
    return [
        Period(
            period=f"T{place}",
            start=starts[place],
            end=end if place == count - 1 else None,
            hours=draw(_mostly(None, 500.0)),
            capex_budget=draw(_nearly_always(None, 1000.0, 4000.0)),
            opex_budget=draw(_nearly_always(None, 2000.0, 8000.0)),
            total_budget=draw(_nearly_always(None, 3000.0, 10000.0)),
            required_cores=draw(_mostly(None, 4.0, 8.0)) if is_asked else None,
            required_tflops=draw(_mostly(None, 2.0, 4.0)) if is_asked else None,
            energy_cap=draw(_nearly_always(None, 2000.0, 10000.0)),
            carbon_cap=draw(_nearly_always(None, 1000.0, 4000.0)),
        )
        for place in range(count)
    ]


@st.composite
def _sites(draw: st.DrawFn, size: Size) -> list[Site]:
    return [
        Site(
            site=f"S{place}",
            kind=draw(st.sampled_from([SiteKind.OWNED, SiteKind.CLOUD, SiteKind.COLO])),
            it_power=draw(_nearly_always(None, 2.0, 4.0)),
            rack_units=draw(_nearly_always(None, 6.0, 12.0)),
            pue=draw(st.sampled_from([None, 1.0, 1.25, 1.5])),
            energy_price=draw(st.sampled_from([0.0, 0.125, 0.25])),
            energy_price_change=draw(_mostly(0.0, 0.1, -0.05)),
            carbon_intensity=draw(_mostly(0.0, 0.5)),
            carbon_price=draw(_mostly(0.0, 0.0625)),
        )
        for place in range(draw(st.integers(1, size.sites)))
    ]


@st.composite
def _hardware(draw: st.DrawFn, place: int) -> Hardware:
    power = draw(st.sampled_from([0.5, 0.0, 1.0]))
    return Hardware(
        sku=f"H{place}",
        category=draw(st.sampled_from([Category.GPU, Category.CPU])),
        cores=float(draw(st.integers(1, 8))),
        tflops=draw(st.integers(1, 8)) / 2,
        power=power,
        idle_power=power * draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        rack_units=float(draw(st.integers(0, 4))),
        max_utilisation=draw(_mostly(None, 0.75, 1.0)),
    )


def _bought() -> st.SearchStrategy[Acquisition]:
    """Return a strategy for how units are had: purchase twice as often as the others."""
    return st.sampled_from([Acquisition.PURCHASE, *Acquisition])


@st.composite
def _offers(
    draw: st.DrawFn,
    size: Size,
    periods: list[Period],
    sites: list[Site],
    hardware: list[Hardware],
    scenarios: list[Scenario],
    rebates: list[Rebate],
) -> list[Offer]:
    """Draw offers; where plans are bounded, each committed one has a max total.

    Where not even a pack of each leaves few enough plans, the last ones are rented.
    """
    count = draw(st.integers(1, size.offers))
    first = draw(st.sampled_from([*_COMMITTED * 5, *Acquisition]))
    bought = [first, *draw(st.lists(_bought(), min_size=count - 1, max_size=count - 1))]
    nodes = _nodes(periods, scenarios)
    kept = committed = sum(one in _COMMITTED for one in bought)
    if size.plans is not None:
        while kept > 1 and _ways(nodes, len(sites), 1) ** kept > size.plans:
            kept -= 1
    offers: list[Offer] = []
    for place, drawn in enumerate(bought):
        had = sum(one.acquisition in _COMMITTED for one in offers)
        is_too_many = drawn in _COMMITTED and had == kept < committed
        acquisition = Acquisition.ON_DEMAND if is_too_many else drawn
        offer = draw(_offer(f"O{place}", acquisition, sites, hardware))
        if acquisition in _COMMITTED:
            packs = None
            if size.plans is not None:
                places = len(_delivered_to(offer, sites))
                packs = draw(st.integers(1, _most_packs(nodes, places, size.plans ** (1 / kept))))
            elif any(row.vendor == offer.vendor for row in rebates):
                packs = draw(st.integers(2, 8))
            offer = _within(offer, packs)
        offers.append(offer)
    return offers


def _within(offer: Offer, packs: int | None) -> Offer:
    """Return an offer of at most so many packs over the horizon, its min order within reach."""
    most = None if packs is None else float(packs * offer.pack_size)
    limits = [limit for limit in (most, offer.max_order) if limit is not None]
    least = min([offer.min_order, *limits])
    return offer.model_copy(update={"max_total": most, "min_order": least})


def _nodes(periods: list[Period], scenarios: list[Scenario]) -> list[list[set[int]]]:
    """Return for each period the scenarios that share an order for it, if placed in it."""
    labels = [row.period for row in periods]
    every = range(max(1, len(scenarios)))
    since = [labels.index(row.known_from) if row.known_from else len(labels) for row in scenarios]
    nodes = []
    for here in range(len(labels)):
        alone = [path for path in every if scenarios and since[path] <= here]
        together = set(every) - set(alone)
        nodes.append([*([together] if together else []), *({path} for path in alone)])
    return nodes


def _ways(nodes: list[list[set[int]]], sites: int, packs: int) -> int:
    """Return in how many ways an offer can be ordered: at most so many packs on every path."""
    paths = len(set().union(*nodes[0]))
    ways = Counter({(0,) * paths: 1})
    for node in [node for in_period in nodes for node in in_period for _ in range(sites)]:
        further: Counter[tuple[int, ...]] = Counter()
        for ordered, count in ways.items():
            for number in range(packs + 1):
                so_far = tuple(of + number * (path in node) for path, of in enumerate(ordered))
                if max(so_far) <= packs:
                    further[so_far] += count
        ways = further
    return ways.total()


def _most_packs(nodes: list[list[set[int]]], sites: int, plans: float) -> int:
    """Return the most packs, at least 1, that can be spread in no more ways than `plans`."""
    fits = [packs for packs in range(1, MOST_PACKS + 1) if _ways(nodes, sites, packs) <= plans]
    return max(fits, default=1)


@st.composite
def _offer(
    draw: st.DrawFn,
    name: str,
    acquisition: Acquisition,
    sites: list[Site],
    hardware: list[Hardware],
) -> Offer:
    terms = _committed_terms() if acquisition in _COMMITTED else _rented_terms()
    return Offer(
        offer=name,
        vendor=draw(st.sampled_from(_VENDORS)),
        sku=draw(st.sampled_from([row.sku for row in hardware])),
        acquisition=acquisition,
        sites=draw(_offered_at(acquisition, sites)),
        currency=draw(_mostly("", "USD", "EUR")),
        price_change=draw(_mostly(0.0, 0.1, -0.2)),
        available_from=draw(_nearly_always(None, date(2026, 12, 1), date(2027, 3, 1))),
        available_until=draw(_nearly_always(None, date(2027, 3, 1), date(2027, 9, 30))),
        availability=draw(_mostly(1.0, 0.5, 0.75)),
        **draw(terms),
    )


@st.composite
def _offered_at(draw: st.DrawFn, acquisition: Acquisition, sites: list[Site]) -> tuple[str, ...]:
    """Draw a few sites or the usual ones; where these are none, mostly all there are."""
    at_cloud = acquisition in _AT_CLOUD
    is_usual = any((row.kind is SiteKind.CLOUD) == at_cloud for row in sites)
    names = [row.site for row in sites]
    return draw(_some_of(names)) if is_usual else draw(_nearly_always(tuple(names), ()))


@st.composite
def _price_tiers(draw: st.DrawFn, offers: list[Offer]) -> list[PriceTier]:
    """Draw tiers for about every third committed offer; prices rise, fall, or both."""
    tiers = []
    for offer in offers:
        if offer.acquisition in _COMMITTED and draw(st.sampled_from([False, False, True])):
            units = st.sampled_from([2.0, 1.0, 3.0, 4.0, 2.5, 6.0, 0.0])
            for least in sorted(draw(st.lists(units, min_size=1, max_size=3, unique=True))):
                price = draw(st.sampled_from([800.0, 1200.0, 400.0, 0.0]))
                tiers.append(PriceTier(offer=offer.offer, min_units=least, upfront_price=price))
    return tiers


@st.composite
def _rebates(draw: st.DrawFn) -> list[Rebate]:
    """Draw one or two levels for some vendors.

    A level that gives less than the one below begins where no sum of prices is likely to
    end.
    """
    levels: list[tuple[tuple[float, float], ...]] = [
        ((1000.0, 0.125),),
        ((0.0, 0.0625),),
        ((1000.0, 0.0625), (3000.0, 0.125)),
        ((800.0, 0.25), (2345.67, 0.125)),
    ]
    return [
        Rebate(vendor=vendor, min_spend=least, rebate=rebate)
        for vendor in _VENDORS
        for least, rebate in draw(_nearly_always((), *levels))
    ]


@st.composite
def _committed_terms(draw: st.DrawFn) -> dict[str, Any]:
    """Draw prices, any mix of the three kinds but none at all, and the terms of an order."""
    upfront = draw(_mostly(1000.0, 400.0, 2500.0, 0.0, None))
    monthly = draw(_mostly(None, 0.0, 40.0, 100.0))
    hourly = draw(_mostly(None, 0.0, 0.125))
    if upfront is None and monthly is None and hourly is None:
        monthly = 100.0
    return {
        "upfront_price": upfront,
        "monthly_price": monthly,
        "hourly_price": hourly,
        "landed_cost": draw(_mostly(0.0, 0.125)),
        "order_fee": draw(_mostly(0.0, 50.0, 300.0)),
        "pack_size": draw(_mostly(1, 2)),
        "min_order": draw(_mostly(0.0, 2.0, 3.0)),
        "max_order": draw(_mostly(None, 2.0, 3.0)),
        "lead_time": draw(_mostly(0.0, 2.0, 6.25, 13.0, 26.0, 30.0)),
        "payment": draw(st.sampled_from(Payment)),
        "term": draw(st.sampled_from([None, 36, 12, 4, 1])),
        "tier_scheme": draw(st.sampled_from(TierScheme)),
    }


@st.composite
def _rented_terms(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "hourly_price": draw(st.sampled_from([0.5, 0.25, 1.0, 0.0])),
        "max_order": draw(_mostly(None, 1.0, 2.5)),
    }


@st.composite
def _installed(draw: st.DrawFn, hardware: list[Hardware], sites: list[Site]) -> Installed:
    return Installed(
        sku=draw(st.sampled_from([row.sku for row in hardware])),
        site=draw(st.sampled_from([row.site for row in sites])),
        units=draw(st.integers(1, 2)),
        available_from=draw(_mostly(None, date(2026, 12, 1), date(2027, 4, 1))),
        retire_on=draw(_mostly(None, date(2027, 4, 1), date(2027, 6, 30))),
        monthly_cost=draw(_mostly(0.0, 20.0)),
    )


@st.composite
def _slices(draw: st.DrawFn, size: Size) -> list[Slice]:
    count = draw(_mostly(0, *range(1, size.slices + 1)))
    return [
        Slice(
            slice=f"K{place}",
            share=share,
            energy_price_multiplier=draw(_mostly(1.0, 0.5, 2.0)),
        )
        for place, share in enumerate(_SHARES.get(count, ()))
    ]


@st.composite
def _workload(draw: st.DrawFn, place: int, sites: list[Site]) -> Workload:
    return Workload(
        workload=f"W{place}",
        unit=draw(st.sampled_from(["TFLOPS", "cores", "tokens/s"])),
        kind=draw(st.sampled_from(WorkloadKind)),
        efficiency=draw(_mostly(1.0, 0.5)),
        categories=draw(_some_of([Category.GPU, Category.CPU])),
        sites=draw(_some_of([row.site for row in sites])),
        interruptible=draw(st.booleans()),
        shortage_penalty=draw(_mostly(2.0, None, 1.0, 0.25, 0.0)),
        cluster_units=draw(_nearly_always(None, 2, 1, 3)),
        site_loss_coverage=draw(
            _nearly_always(None, *([0.5, 0.25, 1.0, 0.0] if len(sites) > 1 else []))
        ),
    )


@st.composite
def _performance(
    draw: st.DrawFn, workloads: list[Workload], hardware: list[Hardware]
) -> list[Performance]:
    """Draw measured throughputs: most where the unit is the workload's own."""
    return [
        Performance(
            workload=workload.workload,
            sku=row.sku,
            throughput=draw(st.sampled_from([1.0, 2.5, 4.0, 0.0])),
        )
        for workload in workloads
        for row in hardware
        if draw(_mostly(workload.unit == "tokens/s", True, False))
    ]


@st.composite
def _scenarios(draw: st.DrawFn, size: Size, periods: list[Period]) -> list[Scenario]:
    """Draw no scenarios, or some; only those after the first may have no chance at all."""
    return [
        Scenario(
            scenario=f"F{place}",
            probability=draw(st.sampled_from([1.0, 0.5, 0.25, *([0.0] if place else [])])),
            demand_multiplier=draw(_mostly(1.0, 0.5, 1.5, 2.0)),
            known_from=draw(_mostly("", *(row.period for row in periods))),
        )
        for place in range(draw(_mostly(0, *range(1, size.scenarios + 1))))
    ]


@st.composite
def _demand(
    draw: st.DrawFn, workload: Workload, periods: list[Period], scenarios: list[Scenario]
) -> list[Demand]:
    """Draw a row for all scenarios, and some of their own; these may be all there are."""
    own = [row.scenario for row in scenarios if draw(_nearly_always(False, True))]
    is_common = len(own) < max(1, len(scenarios)) or draw(st.booleans())
    return [
        Demand(
            workload=workload.workload,
            scenario=scenario,
            rates={row.period: draw(st.sampled_from(_RATES)) for row in periods},
        )
        for scenario in [*([""] if is_common else []), *own]
    ]


@st.composite
def _load_profile(
    draw: st.DrawFn, workloads: list[Workload], slices: list[Slice]
) -> list[LoadProfile]:
    return [
        LoadProfile(
            workload=workload.workload,
            slice=slice_.slice,
            multiplier=draw(st.sampled_from([1.0, 0.5, 1.5, 0.0])),
        )
        for workload in workloads
        for slice_ in slices
        if draw(st.booleans())
    ]


@st.composite
def _rules(
    draw: st.DrawFn,
    size: Size,
    periods: list[Period],
    sites: list[Site],
    hardware: list[Hardware],
    offers: list[Offer],
    price_tiers: list[PriceTier],
) -> list[SideRule]:
    labels = [row.period for row in periods]
    rules = []
    for place in range(draw(_mostly(0, *range(1, size.rules + 1)))):
        metric = draw(st.sampled_from(Metric))
        first = draw(_mostly(0, *range(len(labels))))
        last = draw(_mostly(len(labels) - 1, *range(first, len(labels))))
        rule = SideRule(
            rule=f"R{place}",
            metric=metric,
            vendor=draw(_some_of(sorted({row.vendor for row in offers}))),
            category=draw(_some_of([Category.GPU, Category.CPU])),
            sku=draw(_some_of([row.sku for row in hardware])),
            offer=draw(_some_of([row.offer for row in offers])),
            site=draw(_some_of([row.site for row in sites])),
            acquisition=draw(_some_of(list(Acquisition))),
            from_period=labels[first] if first else "",
            until_period=labels[last] if last < len(labels) - 1 else "",
            per=draw(st.sampled_from(Window)),
            **draw(_limits(metric)),
        )
        rules.append(_as_far_as_told(rule, sites, offers, price_tiers))
    return rules


@st.composite
def _limits(draw: st.DrawFn, metric: Metric) -> dict[str, float]:
    """Draw a maximum, a share, or now and then a minimum, which may not be within reach."""
    kind = draw(st.sampled_from(["most"] * 4 + ["max_share"] * 3 + ["least", "both"]))
    most = draw(st.sampled_from(_LIMITS[metric]))
    if kind == "max_share":
        return {"max_share": draw(st.sampled_from([0.5, 0.75, 0.0, 1.0]))}
    if kind == "both":
        return {"least": most / 4, "most": most}
    return {kind: most if kind == "most" else most / 4}


def _as_far_as_told(
    rule: SideRule, sites: list[Site], offers: list[Offer], price_tiers: list[PriceTier]
) -> SideRule:
    """Return the rule without the filters by which its metric could not be told apart.

    Machines of a shared pool do not take their energy offer by offer, and incremental
    tiers price no site's units by themselves.
    """
    if rule.metric is Metric.ENERGY and any(not _has_own_pool(offer) for offer in offers):
        return rule.model_copy(update={"vendor": (), "offer": (), "acquisition": ()})
    tiered = {row.offer for row in price_tiers}
    is_split = any(
        offer.offer in tiered
        and offer.tier_scheme is TierScheme.INCREMENTAL
        and len(_delivered_to(offer, sites)) > 1
        for offer in offers
    )
    if rule.metric is Metric.SPEND and is_split:
        return rule.model_copy(update={"site": ()})
    return rule


@st.composite
def _settings(draw: st.DrawFn, scenarios: list[Scenario]) -> Settings:
    risk_weight = draw(_mostly(0.0, 0.5, 0.25, 1.0)) if scenarios else 0.0
    return Settings(
        plan_start=draw(_mostly(None, *[date(2026, 7, 1)] * 2, _START, date(2027, 1, 20))),
        discount_rate=draw(_mostly(0.0, 0.05, 0.1)),
        max_utilisation=draw(_mostly(1.0, 0.75)),
        residual_value=draw(st.sampled_from(ResidualValue)),
        carry_over=draw(_nearly_always(False, True)),
        alpha=draw(_mostly(None, 0.0, 0.25)),
        risk_weight=risk_weight,
        risk_level=draw(st.sampled_from([0.9, 0.5, 0.75, 1.0, 0.0])) if risk_weight else 0.9,
    )


def _has_own_pool(offer: Offer) -> bool:
    return offer.acquisition not in _COMMITTED or bool(offer.hourly_price)


def _delivered_to(offer: Offer, sites: list[Site]) -> tuple[str, ...]:
    at_cloud = offer.acquisition in _AT_CLOUD
    usual = (row.site for row in sites if (row.kind is SiteKind.CLOUD) == at_cloud)
    return offer.sites or tuple(usual)


def _able(
    workload: Workload,
    supply: list[_Supply],
    hardware: list[Hardware],
    performance: list[Performance],
) -> list[_Supply]:
    """Return what of the fleet and the offers could work for a workload."""
    able = {row.sku for row in hardware if workload.unit in ("TFLOPS", "cores")}
    for row in performance:
        if row.workload == workload.workload:
            able = able | {row.sku} if row.throughput > 0 else able - {row.sku}
    allowed = workload.categories or tuple(Category)
    able &= {row.sku for row in hardware if row.category in allowed}
    return [
        (sku, site, acquisition)
        for sku, site, acquisition in supply
        if sku in able
        and (not workload.sites or site in workload.sites)
        and (workload.interruptible or acquisition is not Acquisition.SPOT)
    ]


def _within_reach(workload: Workload, able: list[_Supply], *, strict: bool) -> Workload:
    """Return a workload that may fall short where nothing could serve it.

    Unless it is strict, it need not survive the loss of the only site that it could be at.
    """
    update: dict[str, Any] = {}
    if not able:
        update["shortage_penalty"] = workload.shortage_penalty or 0.5
    places = {site for _, site, acquisition in able if acquisition in (None, *_COMMITTED)}
    if len(places) == 1 and not strict:
        update["site_loss_coverage"] = None
    return workload.model_copy(update=update)
