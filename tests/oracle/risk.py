"""Risk: one figure for the costs of all scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from planner.case.finance import Settings
from tests.oracle.sums import Rows, Sum, one, total

TIE = 1e-9
"""Costs that differ by less, of their size, are one cost."""


def risked(
    rows: Rows, costs: Mapping[str, Sum], chances: Mapping[str, float], settings: Settings
) -> Sum:
    """Return (1 - λ)·mean + λ·CVaR, and add the rows that hold its variables in place.

    CVaR = η + Σ chance·max(0, cost - η)/(1 - β) at the best η; with β = 1 the largest
    cost that has a chance.
    """
    mean = total(chances[name] * cost for name, cost in costs.items())
    if not settings.risk_weight:
        return mean
    begins = one("tail begins")
    tail = begins
    for name, cost in costs.items():
        beyond = cost - begins
        if settings.risk_level < 1:
            excess = one("excess", name)
            rows.at_least(excess - beyond, 0.0)
            tail += chances[name] / (1 - settings.risk_level) * excess
        elif chances[name]:
            rows.at_most(beyond, 0.0)
    return (1 - settings.risk_weight) * mean + settings.risk_weight * tail


def weights(
    costs: Mapping[str, float], chances: Mapping[str, float], settings: Settings
) -> dict[str, float]:
    """Return what each scenario's cost counts for in the objective, 1 in all.

    The tail takes the dearest scenarios, of each at most its chance/(1 - β), until it
    has 1; equal costs share what is left by their chances.
    """
    weight, level = settings.risk_weight, settings.risk_level
    result = {name: (1 - weight) * chance for name, chance in chances.items()}
    left = 1.0
    near = TIE * max(1.0, *(abs(cost) for cost in costs.values()))
    likely = [name for name in costs if chances[name]]
    dearest_first = sorted(likely, key=lambda name: -costs[name])
    for _, tied in groupby(dearest_first, key=lambda name: round(costs[name] / near)):
        names = list(tied)
        together = sum(chances[name] for name in names)
        taken = left if level == 1 else min(left, together / (1 - level))
        for name in names:
            result[name] += weight * taken * chances[name] / together
        left -= taken
    return result
