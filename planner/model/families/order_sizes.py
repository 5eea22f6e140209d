"""Order sizes: min orders, order fees, and prices by the size of an order.

For every order of an offer o with price tiers, a min order or a fee, delivered in d to
all sites and decided at node n, and each size j of it:

    Σ_s pack_o · x_osdn = Σ_j q_odnj
    lowest_j · z_odnj ≤ q_odnj ≤ highest_j · z_odnj
    Σ_j z_odnj ≤ 1

    upfront_odn = Σ_j (fixed_j · z_odnj + price_j · q_odnj)

Posted to money:

    fee  fee_o · rate · index_od · Σ_j z_odnj     resource, with the upfront price

where

    ===========  ===================================================  ==================
    symbol       meaning                                              unit
    ===========  ===================================================  ==================
    x_osdn       packs of o for site s delivered in d                 packs
    z_odnj       whether the order is of size j                       0 or 1
    q_odnj       units of the order, if it is of size j               units
    lowest_j     the tier's Min units, at least the min order,        units
                 in whole packs
    highest_j    the last whole pack below the next tier; of the      units
                 last one the most that the case can make use of
    price_j      upfront price of the tier                            offer's currency
    fixed_j      incremental: what the units below the tier cost      offer's currency
                 more than at its price; all_units: 0
    fee_o        order fee                                            offer's currency
    ===========  ===================================================  ==================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.case.case import Case
from planner.case.offers import Offer, TierScheme
from planner.model.decisions import Decisions
from planner.model.ledger import Account, Ledgers
from planner.model.linear import Limited, Sum, at_least, at_most
from planner.model.pools import WholeOrder
from planner.model.section import Section
from planner.model.sizes import SizeKey
from planner.plan.charges import Part, upfront_budget
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path
from planner.plan.prices import units_delivered


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Let every order be of one of its sizes, and post its fee."""
    units: dict[WholeOrder, Limited] = {}
    one_size: dict[WholeOrder, Limited] = {}
    lowest: dict[SizeKey, Limited] = {}
    highest: dict[SizeKey, Limited] = {}
    for whole in decisions.choosing:
        ordered, any_size = decisions.ordered(whole), Sum()
        for key in decisions.by_order.get(whole, ()):
            size, chosen, sized = (
                decisions.sizes[key],
                decisions.chosen[key],
                decisions.sized[key],
            )
            ordered.add(-1.0, sized)
            any_size.add(1.0, chosen)
            lowest[key] = at_least(_difference(sized, chosen, size.lowest), 0.0)
            highest[key] = at_most(_difference(sized, chosen, size.highest), 0.0)
        units[whole] = Limited(ordered, 0.0, 0.0)
        if len(any_size.columns) > 1:
            one_size[whole] = at_most(any_size, 1.0)
        _post_fee(case, whole, any_size, ledgers)
    section.constrain("units", units)
    section.constrain("one_size", one_size)
    section.constrain("lowest", lowest)
    section.constrain("highest", highest)


def _difference(sized: int, chosen: int, units: float) -> Sum:
    return Sum([1.0, -units], [sized, chosen])


def _post_fee(case: Case, whole: WholeOrder, any_size: Sum, ledgers: Ledgers) -> None:
    offer, slot = case.offer[whole.offer], case.slots[whole.offer][whole.delivered]
    account = Account(Part.RESOURCE, upfront_budget(offer), slot.paid_in, whole.node)
    fee = offer.order_fee * case.base_price(whole.offer, whole.delivered)
    ledgers.money.post_sum(account, any_size, fee)


def check(case: Case, path: Path) -> Iterator[Check]:
    """Price each order again by its units, and compare it with min order, tier and fee."""
    name = "order sizes"
    ordered = units_delivered(case, path.orders)
    yield judge(
        name,
        "An order of an offer in a period, over all sites, is at least its min order.",
        "units",
        (
            Line(f"{offer} in {label}", units, ">=", case.offer[offer].min_order)
            for (offer, label), units in ordered.items()
        ),
    )
    upfront: dict[tuple[str, str], float] = defaultdict(float)
    fees: dict[tuple[str, str], float] = defaultdict(float)
    for (offer_name, delivered), units in ordered.items():
        offer, slot = case.offer[offer_name], case.slots[offer_name][delivered]
        rate = case.exchange_rate[offer.currency] * slot.price_index
        price = _tier_cost(case, offer, units) * rate * (1.0 + offer.landed_cost)
        upfront[offer_name, slot.paid_in] += price
        fees[offer_name, slot.paid_in] += offer.order_fee * rate
    for rule, again, charge_name in (
        ("An order's units cost what the price tier of its size says.", upfront, "upfront price"),
        ("Each order of an offer in a period pays one order fee.", fees, "order fee"),
    ):
        charged: dict[tuple[str, str], float] = defaultdict(float)
        for charge in path.charges:
            if charge.name == charge_name:
                charged[charge.offer, charge.period] += charge.amount
        yield judge(
            name,
            rule,
            "base currency",
            (
                Line(f"{offer_name} in {label}", charged[offer_name, label], "=", again[key])
                for key in dict.fromkeys([*again, *charged])
                for offer_name, label in [key]
            ),
        )


def _tier_cost(case: Case, offer: Offer, units: float) -> float:
    """Return what so many units cost with the order, in the offer's currency."""
    price, begins, paid = offer.upfront_price or 0.0, 0.0, 0.0
    for tier in sorted(case.price_tiers, key=lambda one: one.min_units):
        if tier.offer == offer.offer and tier.min_units <= units:
            paid += price * (tier.min_units - begins)
            price, begins = tier.upfront_price, tier.min_units
    if offer.tier_scheme is TierScheme.ALL_UNITS:
        return price * units
    return paid + price * (units - begins)
