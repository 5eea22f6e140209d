"""Charges: every amount that a plan costs, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from planner.case.case import Case
from planner.case.offers import Acquisition, Offer
from planner.plan.energy import Consumption
from planner.plan.facts import Order, Use
from planner.plan.prices import order_sizes
from planner.plan.rebates import Earned
from planner.plan.service import Service


class Part(StrEnum):
    """The parts of the objective: the document's three, shortage, and what is left."""

    RESOURCE = "resource"
    ENERGY = "energy"
    COMPUTE = "compute"
    SHORTAGE = "shortage"
    RESIDUAL = "residual"


class Budget(StrEnum):
    """Whose money a charge is; penalties and book values are nobody's."""

    CAPEX = "capex"
    OPEX = "opex"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Charge:
    """One amount of one period.

    Attributes
    ----------
    name : what it is: upfront price, monthly price, ...
    part : of the objective
    budget : that pays it
    period : label of the period that pays it; "" is the horizon's end
    amount : in base currency, not discounted; a residual value is positive, a rebate negative
    discount : what an amount of that period counts for in the objective
    offer, sku, site : whom it is for, "" where it is for none
    """

    name: str
    part: Part
    budget: Budget
    period: str
    amount: float
    discount: float
    offer: str = ""
    sku: str = ""
    site: str = ""

    @property
    def discounted(self) -> float:
        """What it counts for in the objective; a residual value counts against it."""
        sign = -1.0 if self.part is Part.RESIDUAL else 1.0
        return sign * self.discount * self.amount


def charge_all(
    case: Case,
    orders: Iterable[Order],
    uses: Iterable[Use],
    energy: Iterable[Consumption],
    services: Iterable[Service],
    rebates: Iterable[Earned],
) -> tuple[Charge, ...]:
    """Return every amount that a plan costs on one path."""
    charges = [*_orders(case, tuple(orders)), *_fleet(case)]
    for use in uses:
        charges += _usage(case, use)
    discount = case.horizon.discount
    charges += [
        Charge(
            "energy",
            Part.ENERGY,
            Budget.OPEX,
            drawn.period,
            drawn.cost,
            discount[drawn.period],
            site=drawn.site,
        )
        for drawn in energy
    ]
    charges += [_penalty(case, service) for service in services if service.short]
    at_end = case.horizon.discount_at_end
    charges += [
        Charge("rebate", Part.RESOURCE, Budget.NONE, "", -earned.amount, at_end)
        for earned in rebates
        if earned.amount
    ]
    return tuple(charges)


def _orders(case: Case, orders: tuple[Order, ...]) -> Iterator[Charge]:
    """Yield what orders cost: upfront and monthly prices, fees, and what is left at the end."""
    sizes = order_sizes(case, orders)
    for order in orders:
        units = sizes[order.whole]
        yield from _order(case, order, case.unit_price(case.offer[order.offer], units))
    for name, delivered, _ in sizes:
        offer, slot = case.offer[name], case.slots[name][delivered]
        fee = offer.order_fee * case.base_price(name, delivered)
        if fee:
            paid = case.horizon.discount[slot.paid_in]
            budget = upfront_budget(offer)
            of = (name, offer.sku)
            yield Charge("order fee", Part.RESOURCE, budget, slot.paid_in, fee, paid, *of)


def _order(case: Case, order: Order, unit_price: float) -> Iterator[Charge]:
    """Yield what the units of an order for one site cost."""
    offer, slot = case.offer[order.offer], case.slots[order.offer][order.delivered]
    horizon = case.horizon
    units = order.packs * offer.pack_size
    rate = case.base_price(order.offer, order.delivered)
    upfront = units * unit_price * rate
    of = (offer.offer, offer.sku, order.site)
    if upfront:
        landed = upfront * (1.0 + offer.landed_cost)
        paid = horizon.discount[slot.paid_in]
        budget = upfront_budget(offer)
        yield Charge("upfront price", Part.RESOURCE, budget, slot.paid_in, landed, paid, *of)
    for label in slot.in_service if offer.monthly_price else ():
        monthly = units * (offer.monthly_price or 0.0) * rate * horizon.months[label]
        counts = horizon.discount[label]
        yield Charge("monthly price", Part.RESOURCE, Budget.OPEX, label, monthly, counts, *of)
    left = upfront * case.credited_share(offer, order.delivered)
    if left:
        at_end = horizon.discount_at_end
        yield Charge("residual value", Part.RESIDUAL, Budget.NONE, "", left, at_end, *of)


def upfront_budget(offer: Offer) -> Budget:
    """Return the budget that pays an offer's upfront price and order fee."""
    return Budget.CAPEX if offer.acquisition is Acquisition.PURCHASE else Budget.OPEX


def _fleet(case: Case) -> Iterator[Charge]:
    for row in case.fleet:
        for label in case.in_service(row) if row.monthly_cost and row.units else ():
            amount = row.units * row.monthly_cost * case.horizon.months[label]
            discount = case.horizon.discount[label]
            yield Charge(
                "fleet's monthly cost",
                Part.RESOURCE,
                Budget.OPEX,
                label,
                amount,
                discount,
                sku=row.sku,
                site=row.site,
            )


def _usage(case: Case, use: Use) -> Iterator[Charge]:
    if not use.pool.offer:
        return
    offer = case.offer[use.pool.offer]
    amount = case.hourly_price(offer, use.period) * unit_hours(case, use)
    discount = case.horizon.discount[use.period]
    of = (offer.offer, offer.sku, use.pool.site)
    yield Charge("hourly price", Part.COMPUTE, Budget.OPEX, use.period, amount, discount, *of)


def unit_hours(case: Case, use: Use) -> float:
    """Return the unit-hours that are paid for: of an elastic pool those rented."""
    slice_ = case.horizon.by_slice[use.slice]
    hours = case.horizon.slice_hours(use.period, slice_) * use.units
    if use.pool.is_elastic:
        return hours / case.offer[use.pool.offer].availability
    return hours


def _penalty(case: Case, service: Service) -> Charge:
    penalty = case.workload[service.workload].shortage_penalty or 0.0
    amount = service.unit_hours_short * penalty
    discount = case.horizon.discount[service.period]
    return Charge("shortage", Part.SHORTAGE, Budget.NONE, service.period, amount, discount)
