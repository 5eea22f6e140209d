"""Bounds: how many units an order can be of in any plan worth making.

Choices by size (tiers, min order, fees, rebates, clusters) need a largest size. It is
the least of what the terms, the sites and the budgets allow, and of what the case can
make use of: units beyond that only cost, so a plan without them is no dearer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import product
from math import ceil, floor, inf

from planner.case.case import Case
from planner.case.offers import Acquisition, Offer
from planner.case.ordering import Slot
from planner.case.rules import Metric, SideRule, per_unit
from planner.case.workloads import Workload
from planner.errors import CaseError, Code, Issue
from planner.model.pools import WholeOrder
from planner.model.sizes import ROUNDING
from planner.row import column

MOST_UNITS = 1e5
"""No order of more units is looked at, where nothing but a max share could ask for it."""


class Bounds:
    """The largest sizes of a case's orders.

    Parameters
    ----------
    case : what is given
    within_limits : by the user's limits too; else only by what the case can make use of,
        for a diagnosis in which those limits may give way
    """

    def __init__(self, case: Case, *, within_limits: bool = True) -> None:
        self._case = case
        self._within_limits = within_limits

    def most_units(self, whole: WholeOrder) -> float:
        """Return the most units that an order can be of, in whole packs.

        Raises
        ------
        CaseError
            Where nothing limits the order, and each unit of it would earn money.
        """
        offer = self._case.offer[whole.offer]
        slot = self._case.slots[whole.offer][whole.delivered]
        most = self._useful[offer.offer]
        if self._within_limits:
            most = min(
                inf if offer.max_order is None else offer.max_order,
                inf if offer.max_total is None else offer.max_total,
                self._fits_sites(offer),
                self._fits_budgets(offer, slot),
                inf if self._earns(offer, slot) else most,
            )
        if most == inf:
            raise CaseError([_earning(offer)])
        return floor(most / offer.pack_size + ROUNDING) * offer.pack_size

    def most_spend(self, whole: WholeOrder) -> float:
        """Return the most that an order's upfront price can be, in base currency."""
        offer = self._case.offer[whole.offer]
        highest = max(one.price + max(0.0, one.fixed) for one in self._case.prices[offer.offer])
        return (
            self.most_units(whole) * highest * self._case.base_price(whole.offer, whole.delivered)
        )

    def most_rate(self, workload: Workload, label: str, slice_: str) -> float:
        """Return the most that can be asked of a workload in a slice, over all scenarios."""
        case = self._case
        rates = (case.average_demand(workload.workload, label, one) for one in case.tree.names)
        one = case.horizon.by_slice[slice_]
        if workload.is_service:
            return max(rates) * case.load_multiplier(workload.workload, one)
        return max(rates) / one.share

    def _fits_sites(self, offer: Offer) -> float:
        """Return the units for which the offer's sites have power and space."""
        sku = self._case.sku[offer.sku]
        total = 0.0
        for name in self._case.sites_of[offer.offer]:
            site = self._case.site[name]
            total += min(
                site.it_power / sku.power if site.it_power is not None and sku.power else inf,
                site.rack_units / sku.rack_units
                if site.rack_units is not None and sku.rack_units
                else inf,
            )
        return total

    def _fits_budgets(self, offer: Offer, slot: Slot) -> float:
        """Return the units that the budgets of the paying period can buy at the best price."""
        case = self._case
        price = min(one.price for one in case.prices[offer.offer]) * (1.0 + offer.landed_cost)
        price *= case.base_price(offer.offer, slot.delivered)
        if not price:
            return inf
        paying = case.budget_periods(slot.paid_in)
        is_purchase = offer.acquisition is Acquisition.PURCHASE
        own = _sum(one.capex_budget if is_purchase else one.opex_budget for one in paying)
        return min(own, _sum(one.total_budget for one in paying)) / price

    def _earns(self, offer: Offer, slot: Slot) -> bool:
        """Return whether a unit can be worth more, by residual value and rebate, than it costs."""
        case, horizon = self._case, self._case.horizon
        rates = (row.rebate for row in case.rebates if row.vendor == offer.vendor)
        back = max(rates, default=0.0)
        back += case.credited_share(offer, slot.delivered)
        paid = horizon.discount[slot.paid_in] * (1.0 + offer.landed_cost)
        highest = max(one.price for one in case.prices[offer.offer])
        monthly = (offer.monthly_price or 0.0) * sum(
            horizon.discount[label] * horizon.months[label] for label in slot.in_service
        )
        return highest * (back * horizon.discount_at_end - paid) > monthly

    @cached_property
    def _useful(self) -> dict[str, float]:
        """The units of an order that the case can make use of, by offer.

        A max share can make use of units that only thin out the share of others; what
        these are of may in turn be there to thin out a third, and so on.
        """
        case = self._case
        own = {one.offer: self._own_use(one) for one in case.offers if not one.is_elastic}
        useful = dict(own)
        shares = [one for one in case.rules if one.max_share is not None and 0 < one.max_share < 1]
        for _ in shares:
            useful = {name: own[name] + self._to_thin(shares, name, useful, own) for name in own}
        return {name: max(own[name], min(units, MOST_UNITS)) for name, units in useful.items()}

    def _to_thin(
        self,
        shares: list[SideRule],
        name: str,
        useful: dict[str, float],
        own: dict[str, float],
    ) -> float:
        """Return the units of an offer that thin out what max shares limit."""
        case, thinning = self._case, self._case.offer[name]
        total = 0.0
        for rule in shares:
            each = self._per_unit(rule.metric, thinning)
            is_limited_too = case.lets_offer(rule, name) and all(
                map(rule.lets_site, case.sites_of[name])
            )
            if is_limited_too or not each:
                continue
            limited = sum(
                self._over_horizon(case.offer[other], own[other] if other == name else units)
                * self._per_unit(rule.metric, case.offer[other], most=True)
                for other, units in useful.items()
                if case.lets_offer(rule, other)
            )
            limited += self._of_fleet(rule.metric)
            total += limited / (rule.max_share or 1.0) / each
        return total

    def _over_horizon(self, offer: Offer, units: float) -> float:
        """Return the most units of an offer in all, with so many in an order at most."""
        most = min(units, inf if offer.max_order is None else offer.max_order)
        in_all = most * len(self._case.slots[offer.offer])
        return min(in_all, inf if offer.max_total is None else offer.max_total)

    def _own_use(self, offer: Offer) -> float:
        """Return the units that are of use beside max shares.

        Each site may need all that is asked for: a workload can be tied to it, or held at
        every site against the loss of another.
        """
        case = self._case
        sku = case.sku[offer.sku]
        working = offer.availability * case.max_utilisation(offer.sku)
        at_site = float(offer.pack_size)
        for workload in case.workloads:
            rate = case.throughput(workload, offer.sku)
            if rate > 0:
                at_site += self._peak_rates[workload.workload] / rate / working
        cores = max((one.required_cores or 0.0) for one in case.periods)
        tflops = max((one.required_tflops or 0.0) for one in case.periods)
        tflops += (case.settings.alpha or 0.0) * cores
        if sku.cores:
            at_site += cores / sku.cores / offer.availability
        if sku.tflops:
            at_site += tflops / sku.tflops / offer.availability
        at_site += max((one.cluster_units or 0 for one in case.workloads), default=0)
        units = at_site * len(case.sites_of[offer.offer])
        units += case.prices[offer.offer][-1].from_units + offer.min_order
        levels = [row.min_spend for row in case.rebates if row.vendor == offer.vendor]
        for metric, least in [
            *((Metric.SPEND, level) for level in levels),
            *((rule.metric, rule.least) for rule in case.rules if rule.least),
        ]:
            each = self._per_unit(metric, offer)
            units += least / each if each and least else 0.0
        return ceil(units / offer.pack_size + 1.0) * offer.pack_size

    @cached_property
    def _peak_rates(self) -> dict[str, float]:
        """The most that can be asked of each workload in any slice."""
        horizon = self._case.horizon
        return {
            one.workload: max(
                self.most_rate(one, label, slice_.slice)
                for label, slice_ in product(horizon.labels, horizon.slices)
            )
            for one in self._case.workloads
        }

    def _per_unit(self, metric: Metric, offer: Offer, *, most: bool = False) -> float:
        """Return the least above 0, or the most, that one unit adds to a metric."""
        case, pick = self._case, max if most else min
        if metric is Metric.ENERGY:
            return self._energy(offer.sku, offer.availability, most=most)
        if metric is not Metric.SPEND:
            return per_unit(metric, case.sku[offer.sku])
        slots = case.slots[offer.offer].values()
        index = pick((slot.price_index for slot in slots), default=0.0)
        prices = (one.price for one in case.prices[offer.offer] if one.price)
        return pick(prices, default=0.0) * index * case.exchange_rate[offer.currency]

    def _energy(self, name: str, availability: float, *, most: bool) -> float:
        """Return the most kWh of a unit in a period, or the least of one that is made use of."""
        case, pick = self._case, max if most else min
        sku = case.sku[name]
        metered = (site.pue for site in case.sites if site.pue is not None)
        power = sku.power
        if not most:  # one that stands idle draws its idle power in any case
            power = sku.idle_power or sku.power * availability * case.max_utilisation(name)
        return pick(metered, default=0.0) * pick(case.horizon.hours.values()) * power

    def _of_fleet(self, metric: Metric) -> float:
        """Return the most that the fleet adds to a metric."""
        total = 0.0
        for row in self._case.fleet:
            if metric is Metric.ENERGY:
                total += row.units * self._energy(row.sku, 1.0, most=True)
            elif metric is not Metric.SPEND:
                total += row.units * per_unit(metric, self._case.sku[row.sku])
        return total


def _sum(budgets: Iterable[float | None]) -> float:
    """Return the sum of budgets; one that is blank is without limit, and so are they all."""
    return sum(inf if budget is None else budget for budget in budgets)


def _earning(offer: Offer) -> Issue:
    return Issue(
        Code.CONTRADICTION,
        "error",
        Offer.sheet.name,
        "",
        column(Offer, "max_order").header,
        offer.offer,
        f"the more of '{offer.offer}' is ordered the less all costs: its residual value and its "
        "vendor's rebate are worth more than its price.",
        "a limit on what can be ordered",
        "Give it a Max order or Max total, or its period a budget.",
    )
