"""Risk: how the objective weighs the scenarios' costs."""

from __future__ import annotations

from collections.abc import Mapping

from planner.case.case import Case


def scenario_weights(case: Case, costs: Mapping[str, float]) -> dict[str, float]:
    """Return what each scenario's cost counts for; they sum to 1.

    (1 − λ) × its probability + λ × its share of the worst 1 − β of the future. With these
    weights the parts of the cost sum to the objective (1 − λ) · mean + λ · CVaR.

    Parameters
    ----------
    case : for probabilities, risk weight λ and risk level β
    costs : of each scenario, discounted
    """
    risk_weight = case.settings.risk_weight
    worst = tail(case.tree.probability, costs, case.settings.risk_level)
    return {
        name: (1.0 - risk_weight) * likely + risk_weight * worst[name]
        for name, likely in case.tree.probability.items()
    }


def tail(
    probability: Mapping[str, float], costs: Mapping[str, float], level: float
) -> dict[str, float]:
    """Return the shares of scenarios in the worst 1 − level of the future, which sum to 1.

    At level 1 it is the worst scenario of those that can happen.

    Parameters
    ----------
    probability : of each scenario; they sum to 1
    costs : of each scenario
    level : β of the CVaR
    """
    shares = dict.fromkeys(probability, 0.0)
    left = 1.0 - level
    ranked = sorted((one for one in probability if probability[one]), key=lambda one: -costs[one])
    if left <= 0.0:
        shares[ranked[0]] = 1.0
        return shares
    for name in ranked:
        taken = min(probability[name], left)
        shares[name] = taken / (1.0 - level)
        left -= taken
    return shares
