"""Offer terms: how much of an offer can be ordered, and what orders cost.

For every committed offer o, delivery period d and node n of the scenario tree:

    Σ_s pack_o · x_osdn ≤ max_order_o

For every committed offer o, on every path through the tree:

    Σ_sdn pack_o · x_osdn ≤ max_total_o

Posted to money, with index_od the price index on the order date:

    upfront   upfront_odn · rate · index · (1 + landed)             in the paying period
    monthly   Σ pack · x · monthly · rate · index · M_t             in each period in service
    residual  upfront_odn · rate · index · left_od                  at the horizon's end

where

    ===========  ===================================================  ==================
    symbol       meaning                                              unit
    ===========  ===================================================  ==================
    x_osdn       packs of o for site s delivered in d                 packs
    pack_o       pack size                                            units
    max_order    the most in a delivery period, over all sites        units
    max_total    the most over the horizon                            units
    upfront_odn  upfront prices of the order's units, by its size;    offer's currency
                 capex of a purchase
    monthly      price of a month in service                          offer's currency
    rate         exchange rate                                        base for one
    landed       freight, duty, tax                                   share
    M_t          months of period t                                   months
    left_od      purchase: share of the term after the horizon        share
    ===========  ===================================================  ==================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.case.case import Case
from planner.case.limits import Limit
from planner.case.offers import Offer
from planner.case.tree import Node
from planner.model.decisions import Decisions
from planner.model.ledger import Account, Ledgers
from planner.model.linear import Limited, Slack, Sum, added, at_most
from planner.model.pools import OrderKey, WholeOrder
from planner.model.section import Section
from planner.plan.charges import Budget, Part, upfront_budget
from planner.plan.checks import Check, Line, judge
from planner.plan.facts import Order
from planner.plan.path import Path
from planner.plan.prices import units_delivered


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Limit what is ordered of each offer, and post what orders cost."""
    in_period: dict[tuple[str, ...], Limited] = {}
    in_all: dict[str, dict[Node, Sum]] = defaultdict(lambda: defaultdict(Sum))
    cells = {one.offer: Limit.of(one, "max_order") for one in case.offers}
    for whole in decisions.pools.wholes:
        ordered = decisions.ordered(whole)
        most = case.offer[whole.offer].max_order
        if most is not None:
            index = case.tree.within(whole.node, whole.offer, whole.delivered)
            slack = Slack({cells[whole.offer]: 1.0}, whole.delivered)
            in_period[index] = at_most(ordered, most, slack)
        in_all[whole.offer][whole.node].add_sum(ordered)
        _post_upfront(case, whole, decisions, ledgers)
    _post_monthly(case, decisions, ledgers)
    section.constrain("max_order", in_period)
    section.constrain(
        "max_total",
        {
            case.tree.within(scenarios, name): at_most(
                added(by_node[node] for node in nodes),
                limit,
                Slack({Limit.of(case.offer[name], "max_total"): 1.0}),
            )
            for name, by_node in in_all.items()
            if (limit := case.offer[name].max_total) is not None
            for scenarios, nodes in case.tree.paths(by_node)
        },
    )


def _post_upfront(case: Case, whole: WholeOrder, decisions: Decisions, ledgers: Ledgers) -> None:
    offer, slot = case.offer[whole.offer], case.slots[whole.offer][whole.delivered]
    spend = decisions.spend(whole)
    account = Account(Part.RESOURCE, upfront_budget(offer), slot.paid_in, whole.node)
    ledgers.money.post_sum(account, spend, 1.0 + offer.landed_cost)
    account = Account(Part.RESIDUAL, Budget.NONE, "", whole.node)
    ledgers.money.post_sum(account, spend, case.credited_share(offer, whole.delivered))


def _post_monthly(case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    service, nodes = decisions.pools.service, tuple(case.tree.by_name.values())
    price = service.each("order", lambda key: _monthly(case, key))
    months = service.each("period", lambda label: case.horizon.months[label])
    node = service.each("order", lambda key: nodes.index(key.node))
    keys = service.along("node", nodes, node.astype(int))
    keys = keys.along("part", (Part.RESOURCE,), 0).along("budget", (Budget.OPEX,), 0)
    ledgers.money.post_all((decisions.bought.at(keys) * (price * months)).take(price > 0.0))


def _monthly(case: Case, key: OrderKey) -> float:
    """Return what a pack costs a month, in base currency."""
    offer = case.offer[key.offer]
    price = offer.monthly_price or 0.0
    return price * offer.pack_size * case.base_price(key.offer, key.delivered) if price else 0.0


def check(case: Case, path: Path) -> Iterator[Check]:
    """Count the packs of each order, and compare them with the offer's terms and dates."""
    name = "offer terms"
    ordered = units_delivered(case, path.orders)
    yield judge(
        name,
        "An order is of at least one whole pack.",
        "packs",
        (Line(f"{one.offer} in {one.delivered}", one.packs, ">=", 1) for one in path.orders),
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
            for one in path.orders
        ),
    )
    yield judge(
        name,
        "An order depends on the scenario only if that is known when it is placed.",
        "orders that know too early, or too late",
        (
            Line(
                f"{one.offer} in {one.delivered}",
                float(one.node != _decided_by(case, path.scenario, one)),
                "<=",
                0,
            )
            for one in path.orders
            if one.delivered in case.slots[one.offer]
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


def _decided_by(case: Case, scenario: str, order: Order) -> str:
    """Return the scenarios that cannot be told from this one on the day of the order."""
    position = case.horizon.position
    placed = position[case.slots[order.offer][order.delivered].ordered_in]
    known = [
        one.scenario
        for one in case.scenarios
        if one.known_from and position[one.known_from] <= placed
    ]
    if not known:
        return ""
    alike = [one.scenario for one in case.scenarios if one.scenario not in known]
    together = [scenario] if scenario in known else alike
    return "" if len(together) == len(case.scenarios) else ", ".join(together)


def _all_of(offer: Offer, ordered: dict[tuple[str, str], int]) -> float:
    return sum(units for (name, _), units in ordered.items() if name == offer.offer)
