"""The account: what one future costs, part by part and period by period."""

from __future__ import annotations

from itertools import product

from tests.oracle.future import Future, is_there
from tests.oracle.sums import Sum, constant, one, total

PARTS = ("resource", "energy", "compute", "shortage", "residual")


class Account:
    """What a future costs.

    Attributes
    ----------
    parts : discounted sums by name
    capex, opex : the spend of each period that budgets limit
    """

    def __init__(self, future: Future) -> None:
        self._future = future
        self._facts = future.facts
        self.parts = {part: Sum() for part in PARTS}
        self.capex = [Sum() for _ in self._facts.spans]
        self.opex = [Sum() for _ in self._facts.spans]
        for post in (
            self._post_orders,
            self._post_rebates,
            self._post_fleet,
            self._post_hourly_prices,
            self._post_energy,
            self._post_shortage,
        ):
            post()

    @property
    def cost(self) -> Sum:
        """All parts, less what is left."""
        return total([*self.parts.values(), -2.0 * self.parts["residual"]])

    def _pay(self, part: str, here: int, money: Sum, *, capex: bool = False) -> None:
        self.parts[part] += self._facts.spans[here].discount * money
        (self.capex if capex else self.opex)[here] += money

    def _post_orders(self) -> None:
        facts = self._facts
        is_credited = facts.case.settings.residual_value == "straight_line"
        for order in self._future.orders:
            offer = order.offer
            bought = offer.acquisition == "purchase"
            upfront = order.spend()
            self._pay("resource", order.paid, (1 + offer.landed_cost) * upfront, capex=bought)
            if offer.order_fee:
                fee = offer.order_fee * order.price * one("placed", order)
                self._pay("resource", order.paid, fee, capex=bought)
            for here in order.serves:
                monthly = (offer.monthly_price or 0.0) * order.price * order.units()
                self._pay("resource", here, facts.spans[here].months * monthly)
            if bought and is_credited:
                self.parts["residual"] += facts.discount_at_end * order.left * upfront

    def _post_rebates(self) -> None:
        for vendor in {row.vendor: None for row in self._facts.case.rebates}:
            credit = one("credit", vendor, self._future.scenario)
            self.parts["resource"] -= self._facts.discount_at_end * credit

    def _post_fleet(self) -> None:
        for row, (here, span) in product(self._facts.case.fleet, enumerate(self._facts.spans)):
            if is_there(row, span.row.start):
                cost = row.monthly_cost * row.units * span.months
                self._pay("resource", here, constant(cost))

    def _post_hourly_prices(self) -> None:
        for pool, (here, span) in product(self._facts.pools, enumerate(self._facts.spans)):
            if pool.offer is not None:
                offer = pool.offer
                rate = self._facts.rates[offer.currency] * (1 + offer.price_change) ** span.years
                paid_share = 1 / offer.availability if pool.is_rented else 1.0
                price = (offer.hourly_price or 0.0) * rate * span.hours * paid_share
                self._pay("compute", here, price * self._future.average(pool, here))

    def _post_energy(self) -> None:
        facts = self._facts
        for pool, (here, span) in product(facts.pools, enumerate(facts.spans)):
            site = pool.site
            for level, slice_ in enumerate(facts.slices):
                price = site.energy_price * slice_.energy_price_multiplier
                price *= (1 + site.energy_price_change) ** span.years
                price += site.carbon_intensity * site.carbon_price
                self._pay("energy", here, price * self._future.energy(pool, here, level))

    def _post_shortage(self) -> None:
        facts = self._facts
        for workload, (here, span) in product(facts.case.workloads, enumerate(facts.spans)):
            is_service = workload.kind == "service"
            shares = [slice_.share for slice_ in facts.slices] if is_service else [1.0]
            for level, share in enumerate(shares):
                penalty = (workload.shortage_penalty or 0.0) * span.hours * share
                short = self._future.short(workload, here, level)
                self.parts["shortage"] += span.discount * penalty * short


def spend_with(future: Future, vendor: str) -> Sum:
    """Return the upfront spend with a vendor over the horizon, which its rebates are from."""
    return total(order.spend() for order in future.orders if order.offer.vendor == vendor)
