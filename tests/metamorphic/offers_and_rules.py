"""Offers, rules and futures that add nothing: the plan costs the same."""

from __future__ import annotations

from planner.case.finance import Scenario, Settings
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer, PriceTier, Rebate
from planner.case.rules import Metric, SideRule, Window
from planner.case.sites import Site
from planner.case.workloads import Demand, Workload
from planner.row import Row, columns
from planner.workbook.template.samples import Rows
from tests.metamorphic.cases import AnyRow, added, case_of_rows, changed, held, times

COMMITTED = (Acquisition.PURCHASE, Acquisition.LEASE, Acquisition.RESERVED)
OF_AN_ORDER = ("min_order", "order_fee", "max_order", "max_total")
"""Terms of orders over all sites."""

LARGE = 1e6
"""More than any case of these tests could use of anything."""

LIMITS: tuple[tuple[type[Row], tuple[str, ...]], ...] = (
    (Period, ("capex_budget", "opex_budget", "total_budget", "energy_cap", "carbon_cap")),
    (Site, ("it_power", "rack_units")),
    (Offer, ("max_order", "max_total")),
)


def quote_every_offer_twice(rows: Rows) -> Rows | None:
    """Add a second quote of the same terms to each offer that has neither limits nor tiers."""
    tiered = {row.offer for row in held(rows, PriceTier)}
    if any(row.offer for row in held(rows, SideRule)):
        return None
    twins = [
        row.model_copy(update={"offer": f"{row.offer}, again"})
        for row in held(rows, Offer)
        if row.max_order is None and row.max_total is None and row.offer not in tiered
    ]
    return added(rows, *twins) if twins else None


def quote_every_site_apart(rows: Rows) -> Rows | None:
    """Give an offer for several sites a row for each, where no term counts over all of them."""
    case = case_of_rows(rows)
    tiered = {row.offer for row in held(rows, PriceTier)}
    if any(row.offer for row in held(rows, SideRule)):
        return None
    apart: list[Offer] = []
    for row in held(rows, Offer):
        sites = case.sites_of[row.offer]
        terms = dict(row)
        is_bound = row.offer in tiered or any(terms[name] for name in OF_AN_ORDER)
        if is_bound or len(sites) == 1:
            apart.append(row)
        else:
            apart += [
                row.model_copy(update={"offer": f"{row.offer} {site}", "sites": (site,)})
                for site in sites
            ]
    return {**rows, Offer: apart} if len(apart) > len(held(rows, Offer)) else None


def add_a_tier_at_the_same_price(rows: Rows) -> Rows | None:
    """Add a tier of two units at the offer's own price, where an offer has no tiers."""
    tiered = {row.offer for row in held(rows, PriceTier)}
    more = [
        PriceTier(offer=row.offer, min_units=2.0, upfront_price=row.upfront_price)
        for row in held(rows, Offer)
        if row.acquisition in COMMITTED and row.upfront_price and row.offer not in tiered
    ]
    return added(rows, *more) if more else None


def add_a_rebate_of_nothing(rows: Rows) -> Rows | None:
    """Add rebates of 0 for vendors that give none."""
    generous = {row.vendor for row in held(rows, Rebate)}
    others = {row.vendor for row in held(rows, Offer)} - generous
    more = [
        Rebate(vendor=vendor, min_spend=least, rebate=0.0)
        for vendor in sorted(others)
        for least in (0.0, 100.0)
    ]
    return added(rows, *more) if more else None


def add_rules_that_cannot_bind(rows: Rows) -> Rows:
    """Add, for every metric, a Min of 0, a Max beyond all, and a vendor's Max share of 1."""
    vendor = held(rows, Offer)[0].vendor
    by_vendor = (Metric.SPEND, Metric.UNITS, Metric.POWER, Metric.CORES, Metric.TFLOPS)
    limits = [
        SideRule(rule=f"{metric} {window}", metric=metric, per=window, least=0.0, most=LARGE)
        for metric in Metric
        for window in Window
        if metric in by_vendor or window is Window.PERIOD
    ]
    shares = [
        SideRule(rule=f"share of {metric}", metric=metric, vendor=(vendor,), max_share=1.0)
        for metric in by_vendor
    ]
    return added(rows, *limits, *shares)


def write_large_limits_for_none(rows: Rows) -> Rows:
    """Write a limit beyond all where a blank means none."""
    for table, fields in LIMITS:
        rows = changed(rows, table, lambda row, fields=fields: _limited(row, fields))
    return rows


def lease_for_ever(rows: Rows) -> Rows | None:
    """Give leases that run to the end of the horizon the longest term there is."""
    if not any(_runs_on(row) for row in held(rows, Offer)):
        return None

    def long(row: Offer) -> Offer:
        return row.model_copy(update={"term": 1200}) if _runs_on(row) else row

    return changed(rows, Offer, long)


def pay_for_the_time_that_is_lost(rows: Rows) -> Rows | None:
    """Rent units that are never down, of which fewer are there, at a price for working hours.

    Only at sites without a meter: what is down draws power.
    """
    metered = {row.site for row in held(rows, Site) if row.pue is not None}
    sites_of = case_of_rows(rows).sites_of

    def is_moved(row: Offer) -> bool:
        is_down = row.acquisition not in COMMITTED and row.availability < 1.0
        return is_down and metered.isdisjoint(sites_of[row.offer])

    def moved(row: Offer) -> Offer:
        if not is_moved(row):
            return row
        priced = times(row, 1.0 / row.availability, ("hourly_price",))
        fewer = times(priced, row.availability, ("max_order",))
        return fewer.model_copy(update={"availability": 1.0})

    return changed(rows, Offer, moved) if any(map(is_moved, held(rows, Offer))) else None


def split_a_scenario(rows: Rows) -> Rows | None:
    """Let the first scenario be two, alike, each half as likely."""
    scenarios = held(rows, Scenario)
    if not scenarios:
        return None
    first, *others = scenarios
    half = times(first, 0.5, ("probability",))
    asked = [
        row.model_copy(update={"scenario": "twin"})
        for row in held(rows, Demand)
        if row.scenario == first.scenario
    ]
    twin = half.model_copy(update={"scenario": "twin"})
    return added({**rows, Scenario: [half, twin, *others]}, *asked)


def add_a_quiet_scenario_without_a_chance(rows: Rows) -> Rows | None:
    """Add a scenario in which nothing is asked for, and which has no chance."""
    if not held(rows, Scenario):
        return None
    labels = [row.period for row in held(rows, Period)]
    nothing = [
        Demand(workload=row.workload, scenario="quiet", rates=dict.fromkeys(labels, 0.0))
        for row in held(rows, Workload)
    ]
    return added(rows, Scenario(scenario="quiet", probability=0.0), *nothing)


def write_every_default(rows: Rows) -> Rows:
    """Write into every blank cell what a blank means, where it means a value."""

    def full(row: AnyRow) -> AnyRow:
        given = {spec.field: dict(row)[spec.field] for spec in columns(type(row))}
        return row.model_copy(update=given)

    for table in rows:
        rows = changed(rows, table, full)
    (settings,) = held(rows, Settings)
    start = min(row.start for row in held(rows, Period))
    return {
        **rows,
        Settings: [settings.model_copy(update={"plan_start": settings.plan_start or start})],
    }


def rename_everything(rows: Rows) -> Rows:
    """Put the same words before every name, so that their order stays."""
    for table in rows:
        rows = changed(rows, table, _renamed)
    return rows


NAMES = (
    *("period", "slice", "sku", "offer", "vendor", "site", "sites", "workload", "rule"),
    *("scenario", "known_from", "from_period", "until_period"),
)
PREFIX = "Ours: 我们的 "


def _renamed(row: AnyRow) -> AnyRow:
    values = dict(row)
    update = {name: _prefixed(values[name]) for name in NAMES if values.get(name)}
    if "rates" in values:
        update["rates"] = {_prefixed(label): rate for label, rate in values["rates"].items()}
    return row.model_copy(update=update)


def _prefixed(name: str | tuple[str, ...]) -> str | tuple[str, ...]:
    return PREFIX + name if isinstance(name, str) else tuple(PREFIX + one for one in name)


def _limited(row: Row, fields: tuple[str, ...]) -> Row:
    """Return the row with a limit beyond all in place of each blank one."""
    blank = [name for name in fields if dict(row)[name] is None]
    return row.model_copy(update=dict.fromkeys(blank, LARGE))


def _runs_on(row: Offer) -> bool:
    return row.acquisition in (Acquisition.LEASE, Acquisition.RESERVED) and row.term is None
