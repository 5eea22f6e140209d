"""Charges: every amount that a plan costs, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from planner.case.case import Case
from planner.case.finance import ResidualValue
from planner.case.offers import Acquisition
from planner.plan.energy import Consumption
from planner.plan.facts import Order, Use
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
    amount : in base currency, not discounted; a residual value is positive
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
) -> tuple[Charge, ...]:
    """Return every amount that a plan costs."""
    charges: list[Charge] = []
    for order in orders:
        charges += charge_order(case, order)
    charges += _fleet(case)
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
    return tuple(charges)


def charge_order(case: Case, order: Order) -> Iterator[Charge]:
    """Yield what one order costs: upfront and monthly prices, and what is left at the end.

    Parameters
    ----------
    case : what is given
    order : packs of an offer for a site and delivery period
    """
    offer, slot = case.offer[order.offer], case.slots[order.offer][order.delivered]
    horizon = case.horizon
    units = order.packs * offer.pack_size
    rate = case.exchange_rate[offer.currency] * slot.price_index
    is_purchase = offer.acquisition is Acquisition.PURCHASE
    upfront = units * (offer.upfront_price or 0.0) * rate
    of = (offer.offer, offer.sku, order.site)
    budget = Budget.CAPEX if is_purchase else Budget.OPEX
    paid = horizon.discount[slot.paid_in]
    if upfront:
        landed = upfront * (1.0 + offer.landed_cost)
        yield Charge("upfront price", Part.RESOURCE, budget, slot.paid_in, landed, paid, *of)
    for label in slot.in_service if offer.monthly_price else ():
        monthly = units * (offer.monthly_price or 0.0) * rate * horizon.months[label]
        counts = horizon.discount[label]
        yield Charge("monthly price", Part.RESOURCE, Budget.OPEX, label, monthly, counts, *of)
    left = upfront * slot.left_at_end
    if is_purchase and left and case.settings.residual_value is ResidualValue.STRAIGHT_LINE:
        at_end = horizon.discount_at_end
        yield Charge("residual value", Part.RESIDUAL, Budget.NONE, "", left, at_end, *of)


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
