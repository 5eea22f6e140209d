"""Budgets: every period's spend stays within what it was given.

For every period t with a capex budget, on every path through the scenario tree:

    Σ upfront prices, with landed cost, and fees of purchases, paid in t ≤ capex_budget_t

For every period t with an opex budget, likewise:

    Σ all other payments of t ≤ opex_budget_t

For every period t with a total budget, likewise:

    capex_t + opex_t ≤ total_budget_t

With carry over both sides are running sums over the periods up to t, for every t up to
which no budget is blank.

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    capex_t       payments of t for purchases, not discounted       base currency
    opex_t        all other payments of t, energy included          base currency
    budgets       of period t; blank is no limit                    base currency
    ============  ================================================  ==================

Shortage penalties, residual values and rebates are no payments of any period.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from math import inf

from planner.case.case import Case
from planner.case.horizon import Period
from planner.case.limits import Limit
from planner.case.offers import Acquisition
from planner.case.tree import Node
from planner.model.decisions import Decisions
from planner.model.index import Index, index_of
from planner.model.ledger import Ledgers
from planner.model.linear import Slack
from planner.model.section import Section
from planner.plan.charges import Budget
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path
from planner.plan.prices import order_sizes

BUDGETS: tuple[tuple[str, frozenset[Budget]], ...] = (
    ("capex", frozenset({Budget.CAPEX})),
    ("opex", frozenset({Budget.OPEX})),
    ("total", frozenset({Budget.CAPEX, Budget.OPEX})),
)


def _limits(period: Period) -> dict[str, float | None]:
    return {
        "capex": period.capex_budget,
        "opex": period.opex_budget,
        "total": period.total_budget,
    }


def _limit(name: str, periods: Iterable[Period]) -> float | None:
    """Return the budget of some periods; one that is blank has no limit, nor have they all."""
    limits = [_limits(period)[name] for period in periods]
    known = [limit for limit in limits if limit is not None]
    return sum(known) if len(known) == len(limits) else None


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Close money, and limit each period's payments."""
    del decisions  # others have posted all that counts
    money = ledgers.money.close()
    limits = {
        (name, label): limit
        for (name, _), label in product(BUDGETS, case.horizon.labels)
        if (limit := _limit(name, case.budget_periods(label))) is not None
    }
    counting = money.index.join(_counting(case, limits, money.index))
    paths = _paths(case, limits, counting)
    rows = paths.distinct("name", "until", "path")
    paid = money.at(counting.join(paths)).to(rows)

    def slack(place: int) -> Slack:
        name, label, _ = rows.key(place)
        periods = case.budget_periods(label)
        return Slack({Limit.of(period, f"{name}_budget"): 1.0 for period in periods})

    most = rows.each(("name", "until"), lambda *key: limits[key])
    section.constrain_all("limit", paid, upper=most, slack=slack)


def _counting(case: Case, limits: Iterable[tuple[str, str]], accounts: Index) -> Index:
    """Return the accounts that count against each budget up to a period."""
    kinds, labels = accounts.labels["budget"], accounts.labels["period"]
    return index_of(
        {**_axes(case), "budget": kinds, "period": labels},
        [
            (name, until, kind, period.period)
            for name, until in limits
            for kind in kinds
            for period in case.budget_periods(until)
            if kind in dict(BUDGETS)[name] and period.period in labels
        ],
    )


def _paths(case: Case, limits: Iterable[tuple[str, str]], counting: Index) -> Index:
    """Return which accounts are paid on each path, by their nodes."""
    nodes: dict[tuple[str, str], list[Node]] = {key: [] for key in limits}
    held = counting.distinct("name", "until", "node")
    for name, until, node in held:
        nodes[name, until].append(node)
    paths = [
        (name, until, path, node)
        for (name, until), paid in nodes.items()
        for path, through in case.tree.paths(paid)
        for node in through
    ]
    labels = tuple(dict.fromkeys(path for _, _, path, _ in paths))
    axes = {**_axes(case), "path": labels, "node": counting.labels["node"]}
    return index_of(axes, paths)


def _axes(case: Case) -> dict[str, tuple[str, ...]]:
    return {"name": tuple(name for name, _ in BUDGETS), "until": case.horizon.labels}


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add up each period's payments again, and compare them with its budgets."""
    spend: dict[tuple[str, str], float] = defaultdict(float)
    sizes = order_sizes(case, path.orders)
    for order in path.orders:
        offer, slot = case.offer[order.offer], case.slots[order.offer][order.delivered]
        price = offer.pack_size * case.exchange_rate[offer.currency] * slot.price_index
        kind = "capex" if offer.acquisition is Acquisition.PURCHASE else "opex"
        unit_price = case.unit_price(offer, sizes[order.whole])
        spend[kind, slot.paid_in] += order.packs * price * unit_price * (1.0 + offer.landed_cost)
        for label in slot.in_service:
            monthly = (offer.monthly_price or 0.0) * case.horizon.months[label]
            spend["opex", label] += order.packs * price * monthly
    for name, delivered, _ in sizes:
        offer, slot = case.offer[name], case.slots[name][delivered]
        kind = "capex" if offer.acquisition is Acquisition.PURCHASE else "opex"
        fee = offer.order_fee * case.exchange_rate[offer.currency] * slot.price_index
        spend[kind, slot.paid_in] += fee
    for row in case.fleet:
        for label in case.in_service(row):
            spend["opex", label] += row.units * row.monthly_cost * case.horizon.months[label]
    for charge in path.charges:
        if charge.name in {"hourly price", "energy"}:
            spend["opex", charge.period] += charge.amount
    for label in case.horizon.labels:
        spend["total", label] = spend["capex", label] + spend["opex", label]
    for name, _ in BUDGETS:
        yield judge(
            "budgets",
            f"Payments of a period are within its {name} budget, and what was carried over.",
            "base currency",
            _lines(case, name, spend),
        )


def _lines(case: Case, name: str, spend: dict[tuple[str, str], float]) -> Iterator[Line]:
    """Yield each period's payments against its budget; with carry over both as running sums."""
    paid, limit = 0.0, 0.0
    for period in case.horizon.periods:
        budget = _limits(period)[name]
        if not case.settings.carry_over:
            paid, limit = 0.0, 0.0
        paid += spend[name, period.period]
        limit += inf if budget is None else budget
        if limit < inf:
            yield Line(period.period, paid, "<=", limit)
