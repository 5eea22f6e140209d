"""Foresight: what knowing in advance and planning for uncertainty are worth, in words."""

from __future__ import annotations

from collections.abc import Iterator

from planner.plan.plan import Plan


def foresight(plan: Plan) -> Iterator[tuple[str, float | None, str]]:
    """Yield the name, the amount and the meaning of each value, as far as it is known."""
    known = plan.outcome.foresight
    if known is None:
        return
    currency, objective = plan.case.settings.currency, plan.objective
    evpi, vss = known.of_perfect_information(objective), known.of_stochastic_solution(objective)
    if evpi is not None:
        sentence = (
            f"EVPI: knowing the scenario before the first order would save {evpi:,.0f} "
            f"{currency}; a better forecast is worth no more."
        )
        yield "Value of knowing in advance", evpi, sentence
    if vss is not None:
        sentence = (
            f"VSS: ordering what is best for the average demand would cost {vss:,.0f} "
            f"{currency} more."
        )
        yield "Value of planning for all", vss, sentence
    elif known.average_fails:
        sentence = (
            "VSS: without limit. The orders that are best for the average demand leave no plan "
            "in some scenario."
        )
        yield "Value of planning for all", None, sentence
