"""Money, dates and hours in other units: the plan costs the same, or a known multiple."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.case.finance import Currency, Scenario, Settings
from planner.case.horizon import Period, Slice
from planner.case.offers import Offer, PriceTier, Rebate
from planner.case.rules import Metric, SideRule
from planner.case.sites import Installed, Site
from planner.case.workloads import Workload
from planner.row import Row
from planner.workbook.template.samples import Rows
from tests.metamorphic.cases import added, changed, held, times

OFFER_PRICES = ("upfront_price", "monthly_price", "hourly_price", "order_fee")
BUDGETS = ("capex_budget", "opex_budget", "total_budget")
CAPS = ("energy_cap", "carbon_cap")
LEAP_YEARS = 4
"""In as many years every date moves by 1461 days, as far as 2099."""


@dataclass(frozen=True)
class Amounts:
    """The columns that hold amounts of money, by table."""

    table: type[Row]
    fields: tuple[str, ...]


MONEY = (
    Amounts(Offer, OFFER_PRICES),
    Amounts(PriceTier, ("upfront_price",)),
    Amounts(Rebate, ("min_spend",)),
    Amounts(Site, ("energy_price", "carbon_price")),
    Amounts(Installed, ("monthly_cost",)),
    Amounts(Workload, ("shortage_penalty",)),
    Amounts(Period, BUDGETS),
)


def double_all_money(rows: Rows) -> Rows:
    """Give every price, budget and limit of spend in coins of half the worth."""
    for one in MONEY:
        rows = changed(rows, one.table, lambda row, one=one: times(row, 2.0, one.fields))
    return _with_rules(rows, Metric.SPEND, 2.0)


def price_in_another_currency(rows: Rows) -> Rows | None:
    """Give the prices of offers in the base currency in one of which two make one."""
    if any(row.currency == "HALF" for row in held(rows, Currency)):
        return None
    (settings,) = held(rows, Settings)
    moved = {row.offer for row in held(rows, Offer) if row.currency in ("", settings.currency)}

    def offer(row: Offer) -> Offer:
        in_half = times(row, 2.0, OFFER_PRICES).model_copy(update={"currency": "HALF"})
        return in_half if row.offer in moved else row

    def tier(row: PriceTier) -> PriceTier:
        return times(row, 2.0, ("upfront_price",)) if row.offer in moved else row

    priced = changed(changed(rows, Offer, offer), PriceTier, tier)
    return added(priced, Currency(currency="HALF", rate=0.5)) if moved else None


def double_all_hours(rows: Rows) -> Rows | None:
    """Let every hour be two, in each of which half as much is paid and emitted."""
    periods = held(rows, Period)
    if any(row.hours is None for row in periods):
        return None
    rows = changed(rows, Period, lambda row: times(row, 2.0, ("hours", *CAPS)))
    rows = changed(rows, Offer, lambda row: times(row, 0.5, ("hourly_price",)))
    rows = changed(rows, Site, lambda row: times(row, 0.5, ("energy_price", "carbon_price")))
    rows = changed(rows, Workload, lambda row: times(row, 0.5, ("shortage_penalty",)))
    return _with_rules(rows, Metric.ENERGY, 2.0)


def move_by_four_years(rows: Rows) -> Rows:
    """Let everything happen four years later, which have as many leap days everywhere."""
    for table, fields in (
        (Settings, ("plan_start",)),
        (Period, ("start", "end")),
        (Offer, ("available_from", "available_until")),
        (Installed, ("available_from", "retire_on")),
    ):
        rows = changed(rows, table, lambda row, fields=fields: _later(row, fields))
    return rows


def multiply_energy_prices_by_slice(rows: Rows) -> Rows | None:
    """Halve the energy prices of sites, and double the multipliers of slices."""
    if not held(rows, Slice):
        return None
    rows = changed(rows, Slice, lambda row: times(row, 2.0, ("energy_price_multiplier",)))
    return changed(rows, Site, lambda row: times(row, 0.5, ("energy_price",)))


def weigh_scenarios_otherwise(rows: Rows) -> Rows | None:
    """Give probabilities that sum to four times as much: they are normalised."""
    if not held(rows, Scenario):
        return None
    return changed(rows, Scenario, lambda row: times(row, 4.0, ("probability",)))


def _with_rules(rows: Rows, metric: Metric, factor: float) -> Rows:
    """Return the rows with the limits of rules on a metric multiplied."""

    def rule(row: SideRule) -> SideRule:
        return times(row, factor, ("least", "most")) if row.metric is metric else row

    return changed(rows, SideRule, rule)


def _later(row: Row, fields: tuple[str, ...]) -> Row:
    days = {name: dict(row)[name] for name in fields}
    return row.model_copy(
        update={
            name: day.replace(year=day.year + LEAP_YEARS)
            for name, day in days.items()
            if isinstance(day, date)
        }
    )
