"""What never costs more: who is given more, or asked for less, still has the plan of before."""

from __future__ import annotations

from planner.case.finance import Settings
from planner.case.hardware import Performance
from planner.case.horizon import Period
from planner.case.offers import Offer, PriceTier, Rebate
from planner.case.rules import Metric, SideRule
from planner.case.sites import Site
from planner.case.workloads import Workload
from planner.row import Row
from planner.workbook.template.samples import Rows
from tests.metamorphic.cases import added, changed, held, times
from tests.metamorphic.money_and_time import BUDGETS, CAPS, OFFER_PRICES

LIMITS: tuple[tuple[type[Row], tuple[str, ...]], ...] = (
    (Period, (*BUDGETS, *CAPS)),
    (Site, ("it_power", "rack_units")),
    (Offer, ("max_order", "max_total")),
)


def double_every_limit(rows: Rows) -> Rows:
    """Double budgets, caps, power, space and what can be ordered."""
    for table, fields in LIMITS:
        rows = changed(rows, table, lambda row, fields=fields: times(row, 2.0, fields))
    return rows


def add_a_cheaper_offer(rows: Rows) -> Rows | None:
    """Add an offer like the first at half its price, of two units at most."""
    if any(row.site_loss_coverage for row in held(rows, Workload)):
        return None  # the first offer at a site makes its loss one more to survive
    if any(row.metric is Metric.ENERGY and row.names_offers for row in held(rows, SideRule)):
        return None  # what a rule on energy names must stand apart
    first = times(held(rows, Offer)[0], 0.5, OFFER_PRICES)
    limits = {"offer": "cheaper", "min_order": 0.0, "pack_size": 1, "max_order": 2.0}
    return added(rows, first.model_copy(update=limits))


def halve_every_price(rows: Rows) -> Rows | None:
    """Halve what vendors ask, where nothing is counted in money that is not paid."""
    if held(rows, Rebate) or any(row.metric is Metric.SPEND for row in held(rows, SideRule)):
        return None  # less is spent, so a rebate, a Min or a vendor's share may be missed
    rows = changed(rows, Offer, lambda row: times(row, 0.5, OFFER_PRICES))
    return changed(rows, PriceTier, lambda row: times(row, 0.5, ("upfront_price",)))


def drop_every_rule(rows: Rows) -> Rows | None:
    """Drop all rules."""
    return {**rows, SideRule: []} if held(rows, SideRule) else None


def drop_the_terms_of_orders(rows: Rows) -> Rows | None:
    """Ask neither for a min order nor for a fee."""
    if not any(row.min_order or row.order_fee for row in held(rows, Offer)):
        return None
    free = {"min_order": 0.0, "order_fee": 0.0}
    return changed(rows, Offer, lambda row: row.model_copy(update=free))


def work_faster(rows: Rows) -> Rows:
    """Let every machine do twice as much of all work."""
    rows = changed(rows, Workload, lambda row: times(row, 2.0, ("efficiency",)))
    return changed(rows, Performance, lambda row: times(row, 2.0, ("throughput",)))


def use_units_all_the_time(rows: Rows) -> Rows:
    """Let units be planned for all of their time, and let offered ones never be down."""
    rows = changed(rows, Settings, lambda row: row.model_copy(update={"max_utilisation": 1.0}))
    return changed(rows, Offer, lambda row: row.model_copy(update={"availability": 1.0}))


def cool_for_nothing(rows: Rows) -> Rows | None:
    """Let metered sites have a PUE of 1, where no rule asks for energy to be used."""
    if any(row.metric is Metric.ENERGY and row.least for row in held(rows, SideRule)):
        return None
    if not any(row.pue for row in held(rows, Site)):
        return None
    return changed(rows, Site, lambda row: times(row, 1.0 / (row.pue or 1.0), ("pue",)))


def allow_everything_to_all_work(rows: Rows) -> Rows | None:
    """Let all work run on every category, at every site and on spot, in no cluster."""
    if any(row.site_loss_coverage for row in held(rows, Workload)):
        return None  # a site that may serve is one more to survive
    free = {"categories": (), "sites": (), "interruptible": True, "cluster_units": None}
    return changed(rows, Workload, lambda row: row.model_copy(update=free))


def let_all_fall_short(rows: Rows) -> Rows:
    """Let all work that must be done fall short, at a price."""

    def may(row: Workload) -> Workload:
        is_strict = row.shortage_penalty is None
        return row.model_copy(update={"shortage_penalty": 0.125}) if is_strict else row

    return changed(rows, Workload, may)


def buy_single_units(rows: Rows) -> Rows:
    """Let every offer be sold by the unit."""
    single = {"pack_size": 1}
    return changed(rows, Offer, lambda row: row.model_copy(update=single))
