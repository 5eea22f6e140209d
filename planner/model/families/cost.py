"""Cost: the objective, C = C_r·R + C_e·E + C_p·P over the horizon.

    minimise  Σ_t δ_t · (resource_t + energy_t + compute_t + shortage_t) − δ_end · residual

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    δ_t           (1 + discount rate)^(−days to start_t / 365)
    δ_end         the same at the horizon's end
    resource_t    upfront, landed and monthly prices, the fleet's   base currency
    energy_t      energy and carbon price of metered sites          base currency
    compute_t     hourly price × unit-hours                         base currency
    shortage_t    penalty × unit-hours short                        base currency
    residual      book value of purchases left at the end           base currency
    ============  ================================================  ==================
"""

from __future__ import annotations

from collections.abc import Iterator

from pyomo.core.base.block import BlockData
from pyomo.environ import Objective, minimize

from planner.case.case import Case
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers
from planner.model.linear import Sum
from planner.plan.charges import Part
from planner.plan.checks import Check, Line, judge
from planner.plan.plan import Plan


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Discount every account of the money ledger, and minimise their sum."""
    del decisions  # others have posted all that counts
    cost = Sum()
    discount = {**case.horizon.discount, "": case.horizon.discount_at_end}
    for account, amount in ledgers.money.close().items():
        sign = -1.0 if account.part is Part.RESIDUAL else 1.0
        cost.add_sum(amount, sign * discount[account.period])
    block.total = Objective(expr=cost.expression() + cost.constant, sense=minimize)


def check(case: Case, plan: Plan) -> Iterator[Check]:
    """Add up orders, rentals, use, energy and shortfalls, and compare with the objective."""
    del case  # the plan's charges hold all that counts
    objective = plan.outcome.objective
    lines = [] if objective is None else [Line("objective", plan.objective, "=", objective)]
    yield judge(
        "cost",
        "The plan's own lines cost what the objective says.",
        "base currency",
        lines,
    )
    bound = plan.outcome.bound
    yield judge(
        "cost",
        "The proven bound is at most the objective.",
        "base currency",
        [] if objective is None or bound is None else [Line("bound", bound, "<=", objective)],
    )
    parts = plan.cost
    paid = sum(parts[part] for part in Part if part is not Part.RESIDUAL)
    yield judge(
        "cost",
        "Resource + energy + compute + shortage − residual is the objective.",
        "base currency",
        [Line("parts", paid - parts[Part.RESIDUAL], "=", plan.objective)],
    )
