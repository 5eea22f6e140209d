"""The answer: the least cost, and a plan that has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.oracle.account import PARTS, Account
from tests.oracle.facts import Facts
from tests.oracle.orders import Order
from tests.oracle.risk import weights
from tests.oracle.sums import Variable


@dataclass(frozen=True)
class Answer:
    """The least cost, and one plan that has it.

    Attributes
    ----------
    objective : resource + energy + compute + shortage - residual, discounted, over the
        scenarios as the risk settings weigh them
    parts : these five sums by name, weighed in the same way
    orders : whole packs by offer, site and label of the period of delivery, none that are
        0; in a case with scenarios also by those that share the order, "" for all of them
    """

    objective: float
    parts: dict[str, float]
    orders: dict[tuple[str, ...], int]


def answer(
    facts: Facts,
    accounts: Mapping[str, Account],
    objective: float,
    values: Mapping[Variable, float],
) -> Answer:
    """Return what these values of the variables mean."""
    costs = {name: account.cost.at(values) for name, account in accounts.items()}
    weighed = weights(costs, facts.chances, facts.case.settings)
    return Answer(
        objective=objective,
        parts={
            part: sum(
                weighed[name] * account.parts[part].at(values) for name, account in accounts.items()
            )
            for part in PARTS
        },
        orders={
            name_of(facts, order, site): packs
            for order in facts.orders
            for site in order.sites
            if (packs := round(values.get(("packs", order, site), 0.0)))
        },
    )


def name_of(facts: Facts, order: Order, site: str) -> tuple[str, ...]:
    """Return what an order for a site is called in an answer."""
    name = (order.offer.offer, site, facts.spans[order.delivered].row.period)
    if not facts.case.scenarios:
        return name
    is_shared = len(order.node) == len(facts.scenarios)
    return (*name, "" if is_shared else ", ".join(sorted(order.node)))
