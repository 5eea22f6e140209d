"""Budgets: every period's spend stays within what it was given.

For every period t with a capex budget:

    Σ upfront prices of purchases, with landed cost, paid in t ≤ capex_budget_t

For every period t with an opex budget:

    Σ all other payments of t ≤ opex_budget_t

For every period t with a total budget:

    capex_t + opex_t ≤ total_budget_t

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    capex_t       payments of t for purchases, not discounted       base currency
    opex_t        all other payments of t, energy included          base currency
    budgets       of period t; blank is no limit                    base currency
    ============  ================================================  ==================

Shortage penalties and residual values are no payments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyomo.core.base.block import BlockData

from planner.case.case import Case
from planner.case.horizon import Period
from planner.case.offers import Acquisition
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers
from planner.model.linear import Limited, Sum, at_most, constrain
from planner.plan.charges import Budget
from planner.plan.checks import Check, Line, judge
from planner.plan.plan import Plan

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


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Close money, and limit each period's payments."""
    del decisions  # others have posted all that counts
    money = ledgers.money.close()
    rows: dict[tuple[str, str], Limited] = {}
    for period in case.horizon.periods:
        for name, budgets in BUDGETS:
            limit = _limits(period)[name]
            if limit is not None:
                spend = Sum()
                for account, amount in money.items():
                    if account.period == period.period and account.budget in budgets:
                        spend.add_sum(amount)
                rows[name, period.period] = at_most(spend, limit)
    constrain(
        block,
        "limit",
        rows,
        "the {0} budget of {1} is short by {amount} {currency} (Periods).",
    )


def check(case: Case, plan: Plan) -> Iterator[Check]:
    """Add up each period's payments again, and compare them with its budgets."""
    spend: dict[tuple[str, str], float] = defaultdict(float)
    for order in plan.orders:
        offer, slot = case.offer[order.offer], case.slots[order.offer][order.delivered]
        price = offer.pack_size * case.exchange_rate[offer.currency] * slot.price_index
        kind = "capex" if offer.acquisition is Acquisition.PURCHASE else "opex"
        upfront = (offer.upfront_price or 0.0) * (1.0 + offer.landed_cost)
        spend[kind, slot.paid_in] += order.packs * price * upfront
        for label in slot.in_service:
            monthly = (offer.monthly_price or 0.0) * case.horizon.months[label]
            spend["opex", label] += order.packs * price * monthly
    for row in case.fleet:
        for label in case.in_service(row):
            spend["opex", label] += row.units * row.monthly_cost * case.horizon.months[label]
    for charge in plan.charges:
        if charge.name in {"hourly price", "energy"}:
            spend["opex", charge.period] += charge.amount
    for label in case.horizon.labels:
        spend["total", label] = spend["capex", label] + spend["opex", label]
    for name, _ in BUDGETS:
        yield judge(
            "budgets",
            f"Payments of a period are within its {name} budget.",
            "base currency",
            (
                Line(period.period, spend[name, period.period], "<=", limit)
                for period in case.horizon.periods
                if (limit := _limits(period)[name]) is not None
            ),
        )
