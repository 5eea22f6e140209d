"""Cost: the objective, C = C_r·R + C_e·E + C_p·P over the horizon and the scenarios.

    minimise  (1 − λ) · Σ_ω π_ω · cost_ω + λ · (η + Σ_ω π_ω · excess_ω / (1 − β))

    cost_ω = Σ_t δ_t · (resource_tω + energy_tω + compute_tω + shortage_tω)
             − δ_end · (residual_ω + rebates_ω)

With a risk weight λ, for every scenario ω:

    excess_ω ≥ cost_ω − η

At risk level 1 the second sum is the largest cost of a scenario that can happen:

    η ≥ cost_ω

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    π_ω           probability of scenario ω; they sum to 1
    λ, β          risk weight, risk level
    η             at the optimum the cost that is exceeded with     base currency
                  probability 1 − β at most
    excess_ω      by how much cost_ω is above η                     base currency
    δ_t           (1 + discount rate)^(−days to start_t / 365)
    δ_end         the same at the horizon's end
    resource_tω   upfront, landed and monthly prices, fees, the     base currency
                  fleet's monthly cost
    energy_tω     energy and carbon price of metered sites          base currency
    compute_tω    hourly price × unit-hours                         base currency
    shortage_tω   penalty × unit-hours short                        base currency
    residual_ω    book value of purchases left at the end           base currency
    rebates_ω     what vendors give back at the end                 base currency
    ============  ================================================  ==================
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pyomo.environ import NonNegativeReals, Reals

from planner.case.case import Case
from planner.model.decisions import Decisions
from planner.model.index import all_of, index_of
from planner.model.ledger import Ledgers
from planner.model.section import Section
from planner.model.sums import Sums
from planner.plan.charges import Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path
from planner.plan.plan import Plan


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Discount every account of the money ledger, and minimise their sum."""
    del decisions  # others have posted all that counts
    settings, tree = case.settings, case.tree
    money = _discounted(case, ledgers.money.close())
    likely = money.index.each("node", tree.weight)
    risky = tuple(name for name in tree.names if settings.risk_weight and tree.probability[name])
    scenarios = all_of("scenario", risky)
    tail = all_of("of", ("tail",))
    eta = section.variables_of("eta", tail.take(np.arange(len(risky) > 0)), Reals)
    can_exceed = settings.risk_level < 1.0
    excess = section.variables_of(
        "excess",
        scenarios if can_exceed else scenarios.take(np.array([], dtype=int)),
        NonNegativeReals,
    )
    nodes = money.index.labels["node"]
    happens = index_of(
        {"node": nodes, "scenario": risky},
        [(node, name) for node in nodes for name in risky if name in node],
    )
    cost = money.at(money.index.join(happens)).to(scenarios)
    above = cost - eta.at(scenarios.join(tail)) - excess.to(scenarios)
    section.constrain_all("tail", above, upper=0.0)
    share = excess.index.each("scenario", lambda name: tree.probability[name])
    section.minimise(
        "total",
        money * ((1.0 - settings.risk_weight) * likely),
        eta * settings.risk_weight,
        excess
        * (settings.risk_weight * share / (1.0 - settings.risk_level if can_exceed else 1.0)),
    )


def _discounted(case: Case, money: Sums) -> Sums:
    """Return what the amount of each account counts for in the cost of a scenario."""
    discount = {**case.horizon.discount, "": case.horizon.discount_at_end}
    sign = money.index.each("part", lambda part: -1.0 if part is Part.RESIDUAL else 1.0)
    return money * (sign * money.index.each("period", lambda label: discount[label]))


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add up the parts of the cost, and compare them with the sum of the lines."""
    del case  # the path's charges hold all that counts
    parts = path.cost
    paid = sum(parts[part] for part in Part if part is not Part.RESIDUAL)
    yield judge(
        "cost",
        "Resource + energy + compute + shortage − residual is the sum of all lines.",
        "base currency",
        [Line("parts", paid - parts[Part.RESIDUAL], "=", path.total)],
    )


def check_outcome(case: Case, plan: Plan) -> Iterator[Check]:
    """Weigh the scenarios' costs again, and compare them with the objective and its bound."""
    likely = case.tree.probability
    costs = {path.scenario: path.total for path in plan.paths}
    mean = sum(likely[name] * cost for name, cost in costs.items())
    worst = _conditional_value_at_risk(costs, likely, case.settings.risk_level)
    weighed = (1.0 - case.settings.risk_weight) * mean + case.settings.risk_weight * worst
    objective, bound = plan.outcome.objective, plan.outcome.bound
    yield judge(
        "cost",
        "The plan's own lines cost what the objective says.",
        "base currency",
        [] if objective is None else [Line("objective", weighed, "=", objective)],
    )
    yield judge(
        "cost",
        "The proven bound is at most the objective.",
        "base currency",
        [] if objective is None or bound is None else [Line("bound", bound, "<=", objective)],
    )


def _conditional_value_at_risk(
    costs: dict[str, float], likely: dict[str, float], level: float
) -> float:
    """Return the mean cost of the worst 1 − level of the future: its least over all η."""
    possible = [name for name in costs if likely[name]]
    if level >= 1.0:
        return max(costs[name] for name in possible)
    return min(
        eta + sum(likely[one] * max(0.0, costs[one] - eta) for one in possible) / (1.0 - level)
        for eta in (costs[name] for name in possible)
    )
