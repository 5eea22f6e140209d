"""Purchase plan: what procurement acts on, a line an order and site."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from math import inf
from typing import Annotated, ClassVar

from planner.case.case import Case
from planner.case.hardware import Category
from planner.case.offers import Acquisition, Offer, TierScheme
from planner.case.pools import Pool
from planner.case.pricing import bracket_of
from planner.plan.charges import upfront_budget
from planner.plan.facts import Order
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.plan.prices import order_sizes
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Count, ExchangeRate, MarkUp, Money, Price, WholeUnits

MOST_NAMED = 3
"""Workloads that a line's Why names; the others are counted."""


class PurchaseLine(Row):
    """One order: packs of an offer for one site and delivery period."""

    sheet: ClassVar[Sheet] = Sheet(
        "Purchase plan",
        "采购计划",
        "What to order, when, from whom: a line an order and site.",
        key=("offer", "site", "period", "scenario"),
    )
    line: Annotated[Count, Column("Line", note="number of the line")]
    raise_by: Annotated[date, Column("Raise by", note="requisition, Processing days before")]
    order_by: Annotated[date, Column("Order by", note="last day to place the order")]
    delivery: Annotated[date, Column("Delivery", note="the units arrive")]
    period: Annotated[str, Column("Period", note="of the delivery", masking="open")]
    vendor: Annotated[str, Column("Vendor", width=18, masking="vendors")]
    offer: Annotated[str, Column("Offer", width=18, masking="offers")]
    sku: Annotated[str, Column("SKU", width=18, masking="open")]
    description: Annotated[str, Column("Description", width=34, masking="remarks")]
    category: Annotated[Category, Column("Category", width=10)]
    acquisition: Annotated[Acquisition, Column("Acquisition", width=12)]
    site: Annotated[str, Column("Site", width=16, masking="sites")]
    packs: Annotated[WholeUnits, Column("Packs", note="whole packs to order", total=True)]
    units: Annotated[WholeUnits, Column("Units", note="packs × pack size", total=True)]
    unit_price: Annotated[
        Price,
        Column(
            "Unit price",
            note="upfront price on the order date, by the order's size, without landed cost",
        ),
    ]
    currency: Annotated[str, Column("Currency", masking="open")]
    extended_price: Annotated[
        Money,
        Column("Extended price", note="in the offer's currency", formula="{units}*{unit_price}"),
    ]
    extended_price_base: Annotated[
        Money,
        Column(
            "Extended price (base)",
            note="in base currency",
            formula="{extended_price}*{exchange_rate}",
            total=True,
        ),
    ]
    budget: Annotated[str, Column("Capex or opex", note="the budget that pays it", masking="open")]
    payment_period: Annotated[
        str, Column("Payment period", note="that pays the upfront price", masking="open")
    ]
    term_end: Annotated[
        date | None, Column("Term end", note="first day no longer in service; blank: open")
    ] = None
    quote_ref: Annotated[str, Column("Quote ref", width=16, masking="quotes")] = ""
    quote_valid_until: Annotated[date | None, Column("Quote valid until", masking="quotes")] = None
    tier: Annotated[
        str, Column("Tier", note="price tier of the order, over all sites", masking="remarks")
    ] = ""
    why: Annotated[str, Column("Why", note="the work that the units do", width=60)] = ""
    scenario: Annotated[
        str,
        Column(
            "Scenario",
            note="only if it comes true; blank: in any case",
            optional=True,
            width=14,
            masking="open",
        ),
    ] = ""
    note: Annotated[str, Column("Note", note="of the offer", width=40, masking="remarks")] = ""
    exchange_rate: Annotated[
        ExchangeRate, Column("Exchange rate", note="base units for one", masking="prices")
    ]
    landed_cost_rate: Annotated[
        MarkUp, Column("Landed cost", note="share of the price", masking="prices")
    ] = 0.0
    landed_price_base: Annotated[
        Money,
        Column(
            "Landed price (base)",
            note="with freight, duty, tax: what the budget pays",
            formula="{extended_price_base}*(1+{landed_cost_rate})",
            total=True,
        ),
    ]
    order_fee_base: Annotated[
        Money,
        Column(
            "Order fee (base)",
            note="once an order; on the first of its lines",
            optional=True,
            total=True,
        ),
    ] = 0.0
    monthly_price: Annotated[
        Price, Column("Monthly price", note="per unit in service, on the order date")
    ] = 0.0
    monthly_base: Annotated[
        Money,
        Column(
            "Monthly price, all units (base)",
            note="in base currency",
            formula="{units}*{monthly_price}*{exchange_rate}",
        ),
    ] = 0.0


def tabulate(plan: Plan) -> Table:
    """Return the orders of a plan, in order of the day on which they are placed."""
    case = plan.case
    why = _reasons(plan)

    def place(order: Order) -> tuple[date, str, str, str, str]:
        placed = case.slots[order.offer][order.delivered].order_date
        return placed, order.offer, order.delivered, order.node, order.site

    orders = sorted(plan.orders, key=place)
    sizes = order_sizes(case, orders)
    rows = []
    for number, order in enumerate(orders, start=1):
        before = orders[number - 2] if number > 1 else None
        is_first = before is None or before.whole != order.whole
        line = _line(case, order, sizes[order.whole], is_first=is_first)
        rows.append(line.model_copy(update={"line": number, "why": why[order]}))
    return Table(PurchaseLine, rows)


def _line(case: Case, order: Order, whole_units: int, *, is_first: bool) -> PurchaseLine:
    """Return an order's line, without its number and Why."""
    offer, slot = case.offer[order.offer], case.slots[order.offer][order.delivered]
    sku = case.sku[offer.sku]
    units = order.packs * offer.pack_size
    unit_price = case.unit_price(offer, whole_units) * slot.price_index
    monthly_price = (offer.monthly_price or 0.0) * slot.price_index
    rate = case.exchange_rate[offer.currency]
    extended = units * unit_price
    return PurchaseLine(
        line=0,
        raise_by=slot.order_date - timedelta(days=case.settings.processing_days),
        order_by=slot.order_date,
        delivery=case.horizon.starts[order.delivered],
        period=order.delivered,
        scenario=order.node,
        vendor=offer.vendor,
        offer=offer.offer,
        sku=offer.sku,
        description=sku.description,
        category=sku.category,
        acquisition=offer.acquisition,
        site=order.site,
        packs=order.packs,
        units=units,
        unit_price=unit_price,
        currency=offer.currency or case.settings.currency,
        extended_price=extended,
        extended_price_base=extended * rate,
        budget=upfront_budget(offer).value,
        payment_period=slot.paid_in,
        term_end=slot.term_end,
        quote_ref=offer.quote_ref,
        quote_valid_until=offer.available_until,
        tier=_tier(case, offer, whole_units),
        note=offer.note,
        exchange_rate=rate,
        landed_cost_rate=offer.landed_cost,
        landed_price_base=extended * rate * (1 + offer.landed_cost),
        order_fee_base=offer.order_fee * rate * slot.price_index if is_first else 0.0,
        monthly_price=monthly_price,
        monthly_base=units * monthly_price * rate,
    )


def _tier(case: Case, offer: Offer, whole_units: int) -> str:
    """Return the price tier that an order's size reaches, in words."""
    prices = case.prices[offer.offer]
    if len(prices) == 1:
        return ""
    if offer.tier_scheme is TierScheme.INCREMENTAL:
        ends = (*(one.from_units for one in prices[1:]), inf)
        parts = (
            (min(end, whole_units) - one.from_units, one.from_units)
            for one, end in zip(prices, ends, strict=True)
        )
        return ", ".join(f"{units:g} {_tier_name(begins)}" for units, begins in parts if units > 0)
    return _tier_name(bracket_of(prices, whole_units).from_units)


def _tier_name(begins: float) -> str:
    return f"from {begins:g}" if begins else "below the first tier"


def _reasons(plan: Plan) -> dict[Order, str]:
    """Say of each order what its pool works for in the first scenario that has it."""
    reasons: dict[Order, str] = {}
    for path in reversed(plan.paths):
        reasons |= _reasons_on(path)
    return reasons


def _reasons_on(path: Path) -> dict[Order, str]:
    case = path.case
    hours: dict[tuple[Pool, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for use in path.uses:
        in_slice = case.horizon.slice_hours(use.period, case.horizon.by_slice[use.slice])
        hours[use.pool, use.period][use.workload] += in_slice * use.units
    reasons: dict[Order, str] = {}
    for order in path.orders:
        pool = case.pool_of(case.offer[order.offer], order.site)
        slot = case.slots[order.offer][order.delivered]
        work: dict[str, float] = defaultdict(float)
        installed = 0.0
        for label in slot.in_service:
            installed += path.stock[pool, label].installed * case.horizon.hours[label]
            for workload, done in hours[pool, label].items():
                work[workload] += done
        reasons[order] = _sentence(work, installed, slot.in_service)
    return reasons


def _sentence(work: dict[str, float], installed: float, in_service: tuple[str, ...]) -> str:
    done = sum(work.values())
    if not done:
        return "No work is planned on it: it is there for required cores, TFLOPS or limits."
    ranked = sorted(work, key=lambda name: (-work[name], name))
    named = ", ".join(f"{name} ({work[name] / done:.0%})" for name in ranked[:MOST_NAMED])
    others = len(ranked) - MOST_NAMED
    more = f" and {others} more" if others > 0 else ""
    span = in_service[0] if len(in_service) == 1 else f"{in_service[0]} to {in_service[-1]}"
    return f"Serves {named}{more} in {span}; in use {done / installed:.0%} of its hours."
