"""Case: everything that is given, keyed and checked."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from planner.case.crosscheck import cross_check
from planner.case.finance import Currency, ResidualValue, Scenario, Settings
from planner.case.findings import AnyRow, Entry, Finding, Tables
from planner.case.hardware import Hardware, Performance
from planner.case.horizon import WHOLE_PERIOD, Horizon, Period, Slice
from planner.case.offers import Acquisition, Offer, PriceTier, Rebate
from planner.case.ordering import Slot, is_quoted, order_slots
from planner.case.pools import Pool
from planner.case.pricing import Bracket, bracket_of, brackets
from planner.case.rules import SideRule
from planner.case.serving import delivery_sites, throughput
from planner.case.sites import Installed, Site
from planner.case.tree import ScenarioTree
from planner.case.workloads import Demand, LoadProfile, Workload
from planner.errors import CaseError, Issue
from planner.row import Row, column

INPUT: tuple[type[Row], ...] = (
    Settings,
    Period,
    Slice,
    Hardware,
    Offer,
    PriceTier,
    Rebate,
    Site,
    Installed,
    Workload,
    Demand,
    LoadProfile,
    Performance,
    Scenario,
    Currency,
    SideRule,
)
"""The input sheets, in the order in which the template has them."""

ONLY_SCENARIO = Scenario(scenario="", probability=1.0)
"""Stands for the scenarios of a case that has none."""


@dataclass(frozen=True)
class Case:
    """What is given: the rows of every input sheet, valid by construction.

    The rows stand in canonical order, whatever order they came in, so that nothing that
    is made of them depends on it: the same plan, to the last byte.

    Raises
    ------
    CaseError
        Where rows contradict each other, with all that do.
    """

    periods: tuple[Period, ...]
    hardware: tuple[Hardware, ...] = ()
    offers: tuple[Offer, ...] = ()
    sites: tuple[Site, ...] = ()
    workloads: tuple[Workload, ...] = ()
    demand: tuple[Demand, ...] = ()
    performance: tuple[Performance, ...] = ()
    fleet: tuple[Installed, ...] = ()
    settings: Settings = field(default_factory=Settings)
    slices: tuple[Slice, ...] = ()
    load_profile: tuple[LoadProfile, ...] = ()
    currencies: tuple[Currency, ...] = ()
    price_tiers: tuple[PriceTier, ...] = ()
    rebates: tuple[Rebate, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    rules: tuple[SideRule, ...] = ()

    def __post_init__(self) -> None:
        """Refuse rows that contradict each other, and put the others in canonical order."""
        errors = [found for found in cross_check(self.tables()) if found.severity == "error"]
        if errors:
            raise CaseError([_as_issue(found) for found in errors])
        for name in (one.name for one in fields(self)):
            held = getattr(self, name)
            if isinstance(held, tuple):
                object.__setattr__(self, name, tuple(sorted(held, key=_canonical_place)))

    def tables(self) -> Tables:
        """Return the rows by their class, as the cross-checks take them."""
        tables: dict[type[Row], list[Entry]] = {table: [] for table in INPUT}
        for name in (one.name for one in fields(self)):
            held = getattr(self, name)
            for row in held if isinstance(held, tuple) else (held,):
                tables[type(row)].append(Entry(dict(row), row))
        return tables

    @cached_property
    def horizon(self) -> Horizon:
        """The periods in order of time, and the arithmetic of dates."""
        ordered = tuple(sorted(self.periods, key=lambda period: period.start))
        return Horizon(
            periods=ordered,
            slices=self.slices or (WHOLE_PERIOD,),
            plan_start=self.settings.plan_start or ordered[0].start,
            discount_rate=self.settings.discount_rate,
        )

    @cached_property
    def tree(self) -> ScenarioTree:
        """The scenarios; a case without any has one, whose name is blank."""
        return ScenarioTree(self.scenarios or (ONLY_SCENARIO,), self.horizon.position)

    @cached_property
    def sku(self) -> dict[str, Hardware]:
        """Hardware by SKU."""
        return {row.sku: row for row in self.hardware}

    @cached_property
    def offer(self) -> dict[str, Offer]:
        """Offers by name."""
        return {row.offer: row for row in self.offers}

    @cached_property
    def site(self) -> dict[str, Site]:
        """Sites by name."""
        return {row.site: row for row in self.sites}

    @cached_property
    def workload(self) -> dict[str, Workload]:
        """Workloads by name."""
        return {row.workload: row for row in self.workloads}

    @cached_property
    def exchange_rate(self) -> dict[str, float]:
        """Base units for one unit of each currency; "" is the base currency."""
        rates = {row.currency: row.rate for row in self.currencies}
        return rates | {"": 1.0, self.settings.currency: 1.0}

    @cached_property
    def sites_of(self) -> dict[str, tuple[str, ...]]:
        """Where each offer may be delivered or rented."""
        return {row.offer: delivery_sites(row, self.sites) for row in self.offers}

    @cached_property
    def slots(self) -> dict[str, dict[str, Slot]]:
        """The periods in which each offer could be delivered: offer -> label -> slot."""
        return {row.offer: order_slots(row, self.horizon) for row in self.offers}

    def rentable(self, offer: Offer) -> tuple[str, ...]:
        """Return the labels of the periods in which an elastic offer can be used."""
        return tuple(
            label for label, start in self.horizon.starts.items() if is_quoted(offer, start)
        )

    @cached_property
    def scenario(self) -> dict[str, Scenario]:
        """Scenarios by name."""
        return {row.scenario: row for row in self.tree.scenarios}

    @cached_property
    def prices(self) -> dict[str, tuple[Bracket, ...]]:
        """What orders of each offer cost by their size."""
        tiers: dict[str, list[PriceTier]] = {row.offer: [] for row in self.offers}
        for tier in self.price_tiers:
            tiers[tier.offer].append(tier)
        return {row.offer: brackets(row, tiers[row.offer]) for row in self.offers}

    def base_price(self, offer: str, delivered: str) -> float:
        """Return what an order's prices are multiplied by: exchange rate and price index."""
        rate = self.exchange_rate[self.offer[offer].currency]
        return rate * self.slots[offer][delivered].price_index

    def credited_share(self, offer: Offer, delivered: str) -> float:
        """Return the share of an order's price that is book value at the horizon's end."""
        is_credited = self.settings.residual_value is ResidualValue.STRAIGHT_LINE
        if offer.acquisition is not Acquisition.PURCHASE or not is_credited:
            return 0.0
        return self.slots[offer.offer][delivered].left_at_end

    def budget_periods(self, label: str) -> tuple[Period, ...]:
        """Return the periods whose payments and budgets count together at a period.

        With carry over all up to it, otherwise it alone.
        """
        last = self.horizon.position[label]
        return self.horizon.periods[0 if self.settings.carry_over else last : last + 1]

    def unit_price(self, offer: Offer, units: float) -> float:
        """Return the upfront price per unit, on average, of an order of so many units."""
        return bracket_of(self.prices[offer.offer], units).upfront(units) / units

    def pool_of(self, offer: Offer, site: str) -> Pool:
        """Return the pool that an offer's units join at a site."""
        own = offer.offer if offer.is_usage_priced else ""
        return Pool(offer.sku, site, own, offer.is_elastic)

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """Every pool that the fleet or an offer can fill, each once."""
        held = [Pool(row.sku, row.site) for row in self.fleet]
        offered = [
            self.pool_of(row, site) for row in self.offers for site in self.sites_of[row.offer]
        ]
        return tuple(dict.fromkeys([*held, *offered]))

    @cached_property
    def _measured(self) -> dict[tuple[str, str], float]:
        return {(row.workload, row.sku): row.throughput for row in self.performance}

    def throughput(self, workload: Workload, sku: str) -> float:
        """Return thr_wp: how much of the workload's unit one unit of the SKU does."""
        measured = self._measured.get((workload.workload, sku))
        return throughput(workload, self.sku[sku], measured)

    def may_serve(self, workload: Workload, pool: Pool) -> bool:
        """Return whether a pool may work for a workload.

        By category, site and throughput; spot only if it is interruptible; and only
        committed units where it needs a cluster.
        """
        category = self.sku[pool.sku].category
        is_spot = pool.offer and self.offer[pool.offer].acquisition is Acquisition.SPOT
        return (
            (not workload.categories or category in workload.categories)
            and (not workload.sites or pool.site in workload.sites)
            and (workload.interruptible or not is_spot)
            and not (workload.cluster_units and pool.is_elastic)
            and self.throughput(workload, pool.sku) > 0
        )

    def lets_offer(self, rule: SideRule, offer: str) -> bool:
        """Return whether an offer passes a rule's filters, at whatever site."""
        row = self.offer[offer]
        return rule.lets_offer(row, self.sku[row.sku].category)

    def lets_pool(self, rule: SideRule, pool: Pool) -> bool:
        """Return whether a pool passes a rule's filters on sites and machines."""
        category = self.sku[pool.sku].category
        return rule.lets_site(pool.site) and rule.lets_sku(pool.sku, category)

    def max_utilisation(self, sku: str) -> float:
        """Return the share of a unit's time that may be planned for use."""
        own = self.sku[sku].max_utilisation
        return self.settings.max_utilisation if own is None else own

    @cached_property
    def _rates(self) -> dict[tuple[str, str], Demand]:
        return {(row.workload, row.scenario): row for row in self.demand}

    def average_demand(self, workload: str, label: str, scenario: str) -> float:
        """Return D_wtω: the average rate in the workload's unit.

        A row of the scenario's own wins over the common one times its multiplier.
        """
        row, factor = self.demand_row(workload, scenario)
        return row.rates[label] * factor

    def demand_row(self, workload: str, scenario: str) -> tuple[Demand, float]:
        """Return the row that holds a scenario's demand, and what its rates are multiplied by."""
        own = self._rates.get((workload, scenario)) if scenario else None
        if own is not None:
            return own, 1.0
        return self._rates[workload, ""], self.scenario[scenario].demand_multiplier

    @cached_property
    def _profile(self) -> dict[tuple[str, str], float]:
        return {(row.workload, row.slice): row.multiplier for row in self.load_profile}

    def load_multiplier(self, workload: str, slice_: Slice) -> float:
        """Return m_wk: the rate in a slice over the average rate."""
        return self._profile.get((workload, slice_.slice), 1.0)

    def peak_demand(self, workload: Workload, label: str, scenario: str) -> float:
        """Return the highest rate of a period's slices; of batch work the average one."""
        average = self.average_demand(workload.workload, label, scenario)
        if not workload.is_service:
            return average
        slices = self.horizon.slices
        return average * max(self.load_multiplier(workload.workload, one) for one in slices)

    def in_service(self, row: Installed) -> tuple[str, ...]:
        """Return the labels of the periods in which units of the fleet serve."""
        return tuple(
            label
            for label, start in self.horizon.starts.items()
            if (row.available_from is None or row.available_from <= start)
            and (row.retire_on is None or start < row.retire_on)
        )

    def energy_price(self, site: Site, label: str, slice_: Slice) -> float:
        """Return what a kWh costs at a metered site, its carbon price included."""
        index = self.horizon.growth(site.energy_price_change, self.horizon.starts[label])
        energy = site.energy_price * slice_.energy_price_multiplier * index
        return energy + site.carbon_intensity * site.carbon_price

    def hourly_price(self, offer: Offer, label: str) -> float:
        """Return an offer's price of a unit-hour in a period, in base currency."""
        index = self.horizon.growth(offer.price_change, self.horizon.starts[label])
        return (offer.hourly_price or 0.0) * index * self.exchange_rate[offer.currency]


def case_from_tables(tables: Tables) -> Case:
    """Return the case of tables whose every line could be read."""

    def rows(table: type[AnyRow]) -> tuple[AnyRow, ...]:
        held = (entry.row for entry in tables.get(table, ()))
        return tuple(row for row in held if isinstance(row, table))

    return Case(
        settings=next(iter(rows(Settings)), Settings()),
        periods=rows(Period),
        slices=rows(Slice),
        hardware=rows(Hardware),
        offers=rows(Offer),
        price_tiers=rows(PriceTier),
        rebates=rows(Rebate),
        sites=rows(Site),
        fleet=rows(Installed),
        workloads=rows(Workload),
        demand=rows(Demand),
        load_profile=rows(LoadProfile),
        performance=rows(Performance),
        scenarios=rows(Scenario),
        currencies=rows(Currency),
        rules=rows(SideRule),
    )


def _canonical_place(row: Row) -> tuple[Any, ...]:
    values = dict(row)
    return tuple(values[field] for field in row.sheet.key) or (repr(row),)


def _as_issue(found: Finding) -> Issue:
    """Return a finding about rows that no file holds: its line stands for the cell."""
    header = column(found.table, found.field).header if found.field else ""
    place = "" if found.line is None else f"line {found.line + 1}"
    return Issue(
        found.code,
        found.severity,
        found.table.sheet.name,
        place,
        header,
        found.part,
        found.message,
        found.expected,
        found.hint,
    )
