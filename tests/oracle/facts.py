"""Facts: what a case's rows say, worked out once for all scenarios."""

from __future__ import annotations

from dataclasses import dataclass

from planner.case.case import Case
from planner.case.finance import Scenario
from planner.case.hardware import Hardware
from planner.case.horizon import Slice
from planner.case.offers import Offer
from planner.case.sites import Site
from planner.case.workloads import Workload
from tests.oracle.orders import RENTED, possible_orders, sites_of
from tests.oracle.spans import discount_on, end_of, spans_of


@dataclass(frozen=True, eq=False)
class Pool:
    """Interchangeable units of one SKU at one site; `offer` where they are one offer's own."""

    sku: Hardware
    site: Site
    offer: Offer | None

    @property
    def is_rented(self) -> bool:
        """Whether nothing is committed."""
        return self.offer is not None and self.offer.acquisition in RENTED


class Facts:
    """What a case's rows say.

    Attributes
    ----------
    case : the rows
    spans : the periods in order of time
    discount_at_end : what a payment at the end of the horizon counts for
    slices : load levels; the whole period where there are none
    rates : base units for one unit of each currency
    scenarios : the rows; one without a name where there are none
    chances : probability of each scenario, of 1 in all
    orders : what could be ordered
    pools : what could work
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.spans = spans_of(case)
        self.discount_at_end = discount_on(case, end_of(case))
        self.slices = case.slices or (Slice(slice="all", share=1.0),)
        self.rates = {row.currency: row.rate for row in case.currencies}
        self.rates |= {"": 1.0, case.settings.currency: 1.0}
        self.scenarios = case.scenarios or (Scenario(scenario="", probability=1.0),)
        every = sum(row.probability for row in self.scenarios)
        self.chances = {row.scenario: row.probability / every for row in self.scenarios}
        self.orders = list(possible_orders(case, self.spans, self.rates, self.scenarios))
        self._sku = {row.sku: row for row in case.hardware}
        self._site = {row.site: row for row in case.sites}
        self.pools = self._all_pools()
        self._throughputs = {(row.workload, row.sku): row.throughput for row in case.performance}
        self._peaks = {(row.workload, row.slice): row.multiplier for row in case.load_profile}
        self._demand = {(row.workload, row.scenario): row.rates for row in case.demand}

    def hardware_of(self, offer: Offer) -> Hardware:
        """Return what an offer sells."""
        return self._sku[offer.sku]

    def throughput(self, workload: Workload, sku: Hardware) -> float:
        """Return what one unit does of a workload."""
        own = {"tflops": sku.tflops, "cores": sku.cores}
        usual = own.get(workload.unit.lower(), 0.0) * workload.efficiency
        return self._throughputs.get((workload.workload, sku.sku), usual)

    def serving(self, workload: Workload) -> list[Pool]:
        """Return the pools that may serve a workload; rented ones are no cluster."""
        return [
            pool
            for pool in self.pools
            if (not workload.categories or pool.sku.category in workload.categories)
            and (not workload.sites or pool.site.site in workload.sites)
            and (workload.interruptible or pool.offer is None or pool.offer.acquisition != "spot")
            and not (workload.cluster_units and pool.is_rented)
            and self.throughput(workload, pool.sku) > 0
        ]

    def multiplier(self, workload: Workload, slice_: Slice) -> float:
        """Return the rate in a slice over the average rate."""
        return self._peaks.get((workload.workload, slice_.slice), 1.0)

    def demand(self, workload: Workload, scenario: str, here: int) -> float:
        """Return the average rate in a period and a scenario."""
        label = self.spans[here].row.period
        own = self._demand.get((workload.workload, scenario)) if scenario else None
        if own is not None:
            return own[label]
        (row,) = (row for row in self.scenarios if row.scenario == scenario)
        return self._demand[workload.workload, ""][label] * row.demand_multiplier

    def _all_pools(self) -> list[Pool]:
        case = self.case
        held = [(row.sku, row.site, None) for row in case.fleet]
        offered = [
            (offer.sku, site, offer.offer if has_own_pool(offer) else None)
            for offer in case.offers
            for site in sites_of(case, offer)
        ]
        offers = {offer.offer: offer for offer in case.offers}
        return [
            Pool(self._sku[sku], self._site[site], None if offer is None else offers[offer])
            for sku, site, offer in dict.fromkeys([*held, *offered])
        ]


def has_own_pool(offer: Offer) -> bool:
    """Return whether an offer's units are paid by the hour, and so kept apart."""
    return offer.acquisition in RENTED or bool(offer.hourly_price)
