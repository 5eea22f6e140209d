"""Foresight: what knowing in advance and planning for uncertainty are worth, in words."""

from __future__ import annotations

from collections.abc import Iterator

from planner.plan.foresight import Foresight
from planner.plan.plan import Plan

KNOWING, PLANNING = "Value of knowing in advance", "Value of planning for all"
NOT_WORKED_OUT = "not worked out: the search was stopped, or out of time, before it came to this"


def foresight(plan: Plan) -> Iterator[tuple[str, float | None, str]]:
    """Yield the name, the amount and the meaning of EVPI and VSS; of no scenarios, nothing.

    An amount that is not known, or has no limit, is None.
    """
    if not plan.case.tree.has_branches:
        return
    known = plan.outcome.foresight or Foresight()
    currency, objective = plan.case.settings.currency, plan.objective
    evpi, vss = known.of_perfect_information(objective), known.of_stochastic_solution(objective)
    if evpi is None:
        yield KNOWING, None, f"EVPI: {NOT_WORKED_OUT}."
    else:
        sentence = (
            f"EVPI: knowing the scenario before the first order would save {evpi:,.0f} "
            f"{currency}; a better forecast is worth no more."
        )
        yield KNOWING, evpi, sentence
    if vss is not None:
        sentence = (
            f"VSS: ordering what is best for the average demand would cost {vss:,.0f} "
            f"{currency} more."
        )
        yield PLANNING, vss, sentence
    elif known.average_fails:
        sentence = (
            "VSS: without limit. The orders that are best for the average demand leave no plan "
            "in some scenario."
        )
        yield PLANNING, None, sentence
    elif known.is_average_impossible:
        sentence = (
            "VSS: without limit. No plan can meet the average demand, so none is made for it."
        )
        yield PLANNING, None, sentence
    else:
        yield PLANNING, None, f"VSS: {NOT_WORKED_OUT}."
