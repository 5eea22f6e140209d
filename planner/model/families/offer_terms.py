"""Offer terms: how much of an offer can be ordered, and what orders cost.

For every committed offer o and delivery period d:

    Σ_s pack_o · x_osd ≤ max_order_o

For every committed offer o:

    Σ_sd pack_o · x_osd ≤ max_total_o

Posted to money, with index_od the price index on the order date:

    upfront   Σ pack · x · upfront · rate · index · (1 + landed)    in the paying period
    monthly   Σ pack · x · monthly · rate · index · M_t             in each period in service
    residual  Σ pack · x · upfront · rate · index · left_od         at the horizon's end

where

    ==========  ===================================================  ==================
    symbol      meaning                                              unit
    ==========  ===================================================  ==================
    x_osd       packs of o for site s delivered in d                 packs
    pack_o      pack size                                            units
    max_order   the most in a delivery period, over all sites        units
    max_total   the most over the horizon                            units
    upfront     price with the order; capex of a purchase            offer's currency
    monthly     price of a month in service                          offer's currency
    rate        exchange rate                                        base for one
    landed      freight, duty, tax                                   share
    M_t         months of period t                                   months
    left_od     purchase: share of the term after the horizon        share
    ==========  ===================================================  ==================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyomo.core.base.block import BlockData

from planner.case.case import Case
from planner.case.finance import ResidualValue
from planner.case.offers import Acquisition, Offer
from planner.model.decisions import Decisions
from planner.model.ledger import Account, Ledgers
from planner.model.linear import Sum, at_most, constrain
from planner.model.pools import OrderKey
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.plan import Plan


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Limit what is ordered of each offer, and post what orders cost."""
    in_period: dict[tuple[str, str], Sum] = defaultdict(Sum)
    in_all: dict[str, Sum] = defaultdict(Sum)
    for key, packs in decisions.packs.items():
        name, _, delivered = key
        offer = case.offer[name]
        in_period[name, delivered].add(offer.pack_size, packs)
        in_all[name].add(offer.pack_size, packs)
        _post(case, key, decisions, ledgers)
    most = {name: case.offer[name].max_order for name in in_all}
    most_in_all = {name: case.offer[name].max_total for name in in_all}
    constrain(
        block,
        "max_order",
        {
            key: at_most(ordered, limit)
            for key, ordered in in_period.items()
            if (limit := most[key[0]]) is not None
        },
        "'{0}' can deliver {amount} units too few in {1} (Offers, Max order).",
    )
    constrain(
        block,
        "max_total",
        {
            name: at_most(ordered, limit)
            for name, ordered in in_all.items()
            if (limit := most_in_all[name]) is not None
        },
        "'{0}' can deliver {amount} units too few in all (Offers, Max total).",
    )


def _post(case: Case, key: OrderKey, decisions: Decisions, ledgers: Ledgers) -> None:
    name, _, delivered = key
    offer, slot, packs = case.offer[name], case.slots[name][delivered], decisions.packs[key]
    per_pack = offer.pack_size * case.exchange_rate[offer.currency] * slot.price_index
    upfront = per_pack * (offer.upfront_price or 0.0)
    is_purchase = offer.acquisition is Acquisition.PURCHASE
    budget = Budget.CAPEX if is_purchase else Budget.OPEX
    account = Account(Part.RESOURCE, budget, slot.paid_in)
    ledgers.money.post(account, upfront * (1.0 + offer.landed_cost), packs)
    for label in slot.in_service:
        monthly = per_pack * (offer.monthly_price or 0.0) * case.horizon.months[label]
        ledgers.money.post(Account(Part.RESOURCE, Budget.OPEX, label), monthly, packs)
    if is_purchase and case.settings.residual_value is ResidualValue.STRAIGHT_LINE:
        account = Account(Part.RESIDUAL, Budget.NONE, "")
        ledgers.money.post(account, upfront * slot.left_at_end, packs)


def check(case: Case, plan: Plan) -> Iterator[Check]:
    """Count the packs of each order, and compare them with the offer's terms and dates."""
    name = "offer terms"
    ordered: dict[tuple[str, str], int] = defaultdict(int)
    for order in plan.orders:
        ordered[order.offer, order.delivered] += order.packs * case.offer[order.offer].pack_size
    yield judge(
        name,
        "An order is of at least one whole pack.",
        "packs",
        (Line(f"{one.offer} in {one.delivered}", one.packs, ">=", 1) for one in plan.orders),
    )
    yield judge(
        name,
        "An order can be placed on or after plan start, while the quote holds, for a site "
        "of the offer.",
        "orders that cannot",
        (
            Line(
                f"{one.offer} for {one.site} in {one.delivered}",
                float(
                    one.delivered not in case.slots[one.offer]
                    or one.site not in case.sites_of[one.offer]
                ),
                "<=",
                0,
            )
            for one in plan.orders
        ),
    )
    yield judge(
        name,
        "A period's orders of an offer, over all sites, are at most its max order.",
        "units",
        (
            Line(f"{offer} in {label}", units, "<=", limit)
            for (offer, label), units in ordered.items()
            if (limit := case.offer[offer].max_order) is not None
        ),
    )
    yield judge(
        name,
        "All orders of an offer are at most its max total.",
        "units",
        (
            Line(offer.offer, _all_of(offer, ordered), "<=", offer.max_total)
            for offer in case.offers
            if offer.max_total is not None and not offer.is_elastic
        ),
    )


def _all_of(offer: Offer, ordered: dict[tuple[str, str], int]) -> float:
    return sum(units for (name, _), units in ordered.items() if name == offer.offer)
