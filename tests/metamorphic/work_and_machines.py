"""The same work and the same machines, cut and named otherwise: the plan costs the same."""

from __future__ import annotations

from planner.case.finance import Currency, Scenario, Settings
from planner.case.hardware import Category, Hardware, Performance
from planner.case.horizon import Period, Slice
from planner.case.offers import Offer, PriceTier
from planner.case.rules import Metric, SideRule
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, LoadProfile, Workload
from planner.workbook.template.samples import Rows
from tests.metamorphic.cases import AnyRow, added, case_of_rows, changed, held, times

OF_UNIT = ("cores", "tflops", "memory", "power", "idle_power", "rack_units")
PRICES_OF_UNIT = ("upfront_price", "monthly_price", "hourly_price")
SIZES_IN_UNITS = ("pack_size", "min_order", "max_order", "max_total")
NAMES_OF_ONE = ("sku", "offer", "vendor", "site", "sites", "workload")
"""Names that two companies do not share."""

OF_ALL = (
    *("capex_budget", "opex_budget", "total_budget", "required_cores", "required_tflops"),
    *("energy_cap", "carbon_cap"),
)
"""Columns of Periods that count everything."""

UNIT_METRICS = (Metric.UNITS, Metric.INSTALLED_UNITS)


def halve_the_unit(rows: Rows) -> Rows:
    """Call half a machine a unit: half of everything each, and twice as many in a pack."""
    rows = changed(rows, Hardware, lambda row: times(row, 0.5, OF_UNIT))
    rows = changed(rows, Offer, lambda row: times(row, 0.5, PRICES_OF_UNIT))
    rows = changed(rows, Offer, lambda row: times(row, 2.0, SIZES_IN_UNITS))
    rows = changed(rows, PriceTier, lambda row: times(row, 2.0, ("min_units",)))
    rows = changed(rows, PriceTier, lambda row: times(row, 0.5, ("upfront_price",)))
    rows = changed(rows, Installed, lambda row: times(row, 2.0, ("units",)))
    rows = changed(rows, Installed, lambda row: times(row, 0.5, ("monthly_cost",)))
    rows = changed(rows, Performance, lambda row: times(row, 0.5, ("throughput",)))
    rows = changed(rows, Workload, lambda row: times(row, 2.0, ("cluster_units",)))

    def rule(row: SideRule) -> SideRule:
        return times(row, 2.0, ("least", "most")) if row.metric in UNIT_METRICS else row

    return changed(rows, SideRule, rule)


def halve_the_measure_of_work(rows: Rows) -> Rows:
    """Count the work of every workload in units of twice the size."""
    rows = changed(rows, Workload, lambda row: times(row, 0.5, ("efficiency",)))
    rows = changed(rows, Workload, lambda row: times(row, 2.0, ("shortage_penalty",)))
    rows = changed(rows, Performance, lambda row: times(row, 0.5, ("throughput",)))
    return ask_for_half(rows)


def ask_for_half(rows: Rows) -> Rows:
    """Halve every demand."""

    def half(row: Demand) -> Demand:
        halves = {label: rate / 2.0 for label, rate in row.rates.items()}
        return row.model_copy(update={"rates": halves})

    return changed(rows, Demand, half)


def split_a_slice(rows: Rows) -> Rows:
    """Split the first slice, or the whole period, into two of equal load and price."""
    slices = held(rows, Slice)
    if not slices:
        return added(rows, Slice(slice="one", share=0.5), Slice(slice="other", share=0.5))
    first, *others = slices
    half = times(first, 0.5, ("share",))
    profile = [
        row.model_copy(update={"slice": "twin"})
        for row in held(rows, LoadProfile)
        if row.slice == first.slice
    ]
    twin = half.model_copy(update={"slice": "twin"})
    return added({**rows, Slice: [half, twin, *others]}, *profile)


def split_every_workload(rows: Rows) -> Rows:
    """Let two workloads ask for half of what one asked for, each in the same way."""
    rows = ask_for_half(rows)
    for table in (Workload, Demand, LoadProfile, Performance):
        twins = [
            row.model_copy(update={"workload": f"{row.workload}, too"}) for row in held(rows, table)
        ]
        rows = added(rows, *twins)
    return rows


def list_the_fleet_one_by_one(rows: Rows) -> Rows | None:
    """Give each unit of the fleet a row of its own."""
    single = [
        row.model_copy(update={"units": 1})
        for row in held(rows, Installed)
        for _ in range(row.units)
    ]
    return {**rows, Installed: single} if len(single) > len(held(rows, Installed)) else None


def write_out_what_is_implied(rows: Rows) -> Rows:
    """Write out throughputs, sites, hours and load that a blank or no row stood for."""
    case = case_of_rows(rows)
    measured = [
        Performance(workload=work.workload, sku=sku.sku, throughput=case.throughput(work, sku.sku))
        for work in case.workloads
        for sku in case.hardware
    ]
    profile = [
        LoadProfile(
            workload=work.workload,
            slice=one.slice,
            multiplier=case.load_multiplier(work.workload, one),
        )
        for work in case.workloads
        for one in case.slices
        if work.is_service
    ]
    rows = changed(
        rows, Offer, lambda row: row.model_copy(update={"sites": case.sites_of[row.offer]})
    )
    rows = changed(
        rows, Period, lambda row: row.model_copy(update={"hours": case.horizon.hours[row.period]})
    )
    return {**rows, Performance: measured, LoadProfile: profile}


def write_out_the_demand_of_scenarios(rows: Rows) -> Rows | None:
    """Give each scenario rows of its own in place of its multiplier."""
    case = case_of_rows(rows)
    if not case.scenarios:
        return None
    asked = [
        Demand(
            workload=work.workload,
            scenario=scenario.scenario,
            rates={
                label: case.average_demand(work.workload, label, scenario.scenario)
                for label in case.horizon.labels
            },
        )
        for work in case.workloads
        for scenario in case.scenarios
    ]
    common = [row for row in held(rows, Demand) if not row.scenario]
    rows = {**rows, Demand: [*common, *asked]}
    return changed(rows, Scenario, lambda row: row.model_copy(update={"demand_multiplier": 7.0}))


def found_a_twin_company(rows: Rows) -> Rows | None:
    """Plan for two companies that share nothing, neither limits nor rules nor a fear of risk."""
    case = case_of_rows(rows)
    shared = [dict(row)[name] for row in case.periods for name in OF_ALL]
    if case.rules or case.settings.risk_weight or any(one is not None for one in shared):
        return None
    rows = changed(
        rows, Offer, lambda row: row.model_copy(update={"sites": case.sites_of[row.offer]})
    )
    own = tuple(row.site for row in case.sites)
    rows = changed(rows, Workload, lambda row: row.model_copy(update={"sites": row.sites or own}))
    common = (Settings, Period, Slice, Scenario, Currency)
    twins = [
        _of_twin(row) for table, rows_of in rows.items() if table not in common for row in rows_of
    ]
    return added(rows, *twins)


def _of_twin(row: AnyRow) -> AnyRow:
    """Return a row of the other company."""
    values = {name: dict(row)[name] for name in NAMES_OF_ONE if dict(row).get(name)}
    return row.model_copy(
        update={
            name: f"{value}'" if isinstance(value, str) else tuple(f"{one}'" for one in value)
            for name, value in values.items()
        }
    )


def add_what_is_not_used(rows: Rows) -> Rows:
    """Add a machine that nobody offers, a site that nobody delivers to, and work of nothing."""
    case = case_of_rows(rows)
    rows = changed(
        rows, Offer, lambda row: row.model_copy(update={"sites": case.sites_of[row.offer]})
    )
    return added(
        rows,
        Hardware(sku="Nobody's", category=Category.OTHER, cores=1.0, power=1.0),
        Site(site="Nowhere", kind=SiteKind.OWNED, it_power=1.0, pue=1.5, energy_price=0.1),
        Workload(workload="Nothing", unit="cores"),
        Demand(workload="Nothing", rates=dict.fromkeys(case.horizon.labels, 0.0)),
    )
