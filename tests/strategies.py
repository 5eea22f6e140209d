"""Random cases: small, valid, and with every term that the oracle knows.

Quantities are whole, halves, quarters or eighths, so that most sums are exact. The
first choice of every draw is the plain one, so that what shrinks becomes plain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import comb
from typing import Any, TypeVar

from hypothesis import strategies as st

from planner.case.case import Case
from planner.case.finance import Currency, ResidualValue, Settings
from planner.case.hardware import Category, Hardware, Performance
from planner.case.horizon import Period, Slice
from planner.case.offers import Acquisition, Offer, Payment
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, LoadProfile, Workload, WorkloadKind

MOST_PACKS = 3
MOST_PLANS = 3000

_Any = TypeVar("_Any")
_START = date(2027, 1, 1)
_COMMITTED = (Acquisition.PURCHASE, Acquisition.LEASE, Acquisition.RESERVED)
_AT_CLOUD = (Acquisition.RESERVED, Acquisition.ON_DEMAND, Acquisition.SPOT)
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
    plans: int | None = None


TINY = Size(periods=3, skus=3, offers=4, sites=2, workloads=2, slices=2, plans=MOST_PLANS)
SMALL = Size(periods=6, skus=4, offers=8, sites=3, workloads=3, slices=3)


def tiny_cases() -> st.SearchStrategy[Case]:
    """Return cases of which every plan can be tried.

    The max total of each offer lets no plan have more than MOST_PACKS packs of it,
    and there are at most MOST_PLANS plans.
    """
    return _cases(TINY)


def small_cases() -> st.SearchStrategy[Case]:
    """Return cases for a solver: up to 6 periods and 8 offers."""
    return _cases(SMALL)


def _mostly(plain: _Any, *others: _Any) -> st.SearchStrategy[_Any]:
    """Return a strategy that draws the plain value about every second time."""
    return st.sampled_from([*[plain] * len(others), *others])


def _nearly_always(plain: _Any, *others: _Any) -> st.SearchStrategy[_Any]:
    """Return a strategy that draws the plain value about five times in six."""
    return st.sampled_from([*[plain] * (5 * len(others)), *others])


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
    offers = draw(_offers(size, periods, sites, hardware))
    fleet = draw(st.lists(_installed(hardware, sites), max_size=2))
    slices = draw(_slices(size))
    count = draw(st.integers(1, size.workloads))
    asked = [draw(_workload(place, sites)) for place in range(count)]
    performance = draw(_performance(asked, hardware))
    held = [(row.sku, row.site, False) for row in fleet]
    for offer in offers:
        is_spot = offer.acquisition is Acquisition.SPOT
        held += [(offer.sku, site, is_spot) for site in _delivered_to(offer, sites)]
    workloads = [
        row if _can_be_served(row, held, hardware, performance) else _with_penalty(row)
        for row in asked
    ]
    return Case(
        periods=tuple(periods),
        hardware=tuple(hardware),
        offers=tuple(offers),
        sites=tuple(sites),
        workloads=tuple(workloads),
        demand=tuple(draw(_demand(row, periods)) for row in workloads),
        performance=tuple(performance),
        fleet=tuple(fleet),
        settings=draw(_settings()),
        slices=tuple(slices),
        load_profile=tuple(draw(_load_profile(workloads, slices))),
        currencies=(Currency(currency="EUR", rate=1.25),),
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
    return [
        Period(
            period=f"T{place}",
            start=starts[place],
            end=end if place == count - 1 else None,
            hours=draw(_mostly(None, 500.0)),
            capex_budget=draw(_nearly_always(None, 1000.0, 4000.0)),
            opex_budget=draw(_nearly_always(None, 2000.0, 8000.0)),
            total_budget=draw(_nearly_always(None, 3000.0, 10000.0)),
            required_cores=draw(_nearly_always(None, 4.0, 8.0)),
            required_tflops=draw(_nearly_always(None, 2.0, 4.0)),
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
) -> list[Offer]:
    """Draw offers; where plans are bounded, each committed one has a max total."""
    count = draw(st.integers(1, size.offers))
    bought = draw(st.lists(_bought(), min_size=count, max_size=count))
    committed = sum(one in _COMMITTED for one in bought)
    offers = []
    for place, acquisition in enumerate(bought):
        offer = draw(_offer(f"O{place}", acquisition, sites, hardware))
        if size.plans is not None and acquisition in _COMMITTED:
            slots = len(_delivered_to(offer, sites)) * len(periods)
            most = _most_packs(slots, size.plans ** (1 / committed))
            packs = draw(st.integers(1, most))
            offer = offer.model_copy(update={"max_total": float(packs * offer.pack_size)})
        offers.append(offer)
    return offers


def _most_packs(slots: int, plans: float) -> int:
    """Return the most packs, at least 1, that can be spread in no more ways than `plans`."""
    fits = [packs for packs in range(1, MOST_PACKS + 1) if comb(slots + packs, packs) <= plans]
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
        vendor=draw(st.sampled_from(["V0", "V1"])),
        sku=draw(st.sampled_from([row.sku for row in hardware])),
        acquisition=acquisition,
        sites=draw(_some_of([row.site for row in sites])),
        currency=draw(_mostly("", "USD", "EUR")),
        price_change=draw(_mostly(0.0, 0.1, -0.2)),
        available_from=draw(_nearly_always(None, date(2026, 12, 1), date(2027, 3, 1))),
        available_until=draw(_nearly_always(None, date(2027, 3, 1), date(2027, 9, 30))),
        availability=draw(_mostly(1.0, 0.5, 0.75)),
        **draw(terms),
    )


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
        "pack_size": draw(_mostly(1, 2)),
        "max_order": draw(_mostly(None, 2.0, 3.0)),
        "lead_time": draw(_mostly(0.0, 2.0, 6.25, 13.0, 26.0, 30.0)),
        "payment": draw(st.sampled_from(Payment)),
        "term": draw(st.sampled_from([None, 36, 12, 4, 1])),
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
    )


def _with_penalty(workload: Workload) -> Workload:
    return workload.model_copy(update={"shortage_penalty": workload.shortage_penalty or 0.5})


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
def _demand(draw: st.DrawFn, workload: Workload, periods: list[Period]) -> Demand:
    rates = {row.period: draw(st.integers(0, 12)) / 2 for row in periods}
    return Demand(workload=workload.workload, rates=rates)


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
def _settings(draw: st.DrawFn) -> Settings:
    return Settings(
        plan_start=draw(_mostly(None, date(2026, 10, 1), _START, date(2027, 1, 20))),
        discount_rate=draw(_mostly(0.0, 0.05, 0.1)),
        max_utilisation=draw(_mostly(1.0, 0.75)),
        residual_value=draw(st.sampled_from(ResidualValue)),
        alpha=draw(_mostly(None, 0.0, 0.25)),
    )


def _delivered_to(offer: Offer, sites: list[Site]) -> tuple[str, ...]:
    at_cloud = offer.acquisition in _AT_CLOUD
    usual = (row.site for row in sites if (row.kind is SiteKind.CLOUD) == at_cloud)
    return offer.sites or tuple(usual)


def _can_be_served(
    workload: Workload,
    held: list[tuple[str, str, bool]],
    hardware: list[Hardware],
    performance: list[Performance],
) -> bool:
    """Return whether any unit, of the fleet or offered, could work for a workload."""
    able = {row.sku for row in hardware if workload.unit in ("TFLOPS", "cores")}
    for row in performance:
        if row.workload == workload.workload:
            able = able | {row.sku} if row.throughput > 0 else able - {row.sku}
    allowed = workload.categories or tuple(Category)
    able &= {row.sku for row in hardware if row.category in allowed}
    return any(
        sku in able
        and (not workload.sites or site in workload.sites)
        and (workload.interruptible or not is_spot)
        for sku, site, is_spot in held
    )
