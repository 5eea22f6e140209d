"""Extraction: from the values of a solved model to the facts of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from planner.model.decisions import Decisions
from planner.plan.facts import Held, Order, Use

LEAST_UNITS = 1e-9
"""Fewer units at work than this are the rounding of a sum."""

DIGITS = 12
"""Significant digits of units at work: what is beyond is noise of the solver."""


def extract_orders(decisions: Decisions, values: Mapping[int, float]) -> tuple[Order, ...]:
    """Return the orders of a solution, whole packs only.

    Parameters
    ----------
    decisions : the variables
    values : of each variable, by its ``id``
    """
    packs = {key: round(values[id(variable)]) for key, variable in decisions.packs.items()}
    return tuple(
        Order(key.offer, key.site, key.delivered, count, key.node.name)
        for key, count in packs.items()
        if count
    )


def extract_uses(decisions: Decisions, values: Mapping[int, float]) -> tuple[Use, ...]:
    """Return the units at work in a solution.

    Parameters
    ----------
    decisions : the variables
    values : of each variable, by its ``id``
    """
    units = {key: values[id(variable)] for key, variable in decisions.working.items()}
    return tuple(
        Use(key.workload, key.pool, key.period, key.slice, _digits(count), key.scenario)
        for key, count in units.items()
        if count > LEAST_UNITS
    )


def extract_held(decisions: Decisions, values: Mapping[int, float]) -> tuple[Held, ...]:
    """Return the units held against the loss of a site in a solution.

    Parameters
    ----------
    decisions : the variables
    values : of each variable, by its ``id``
    """
    units = {key: values[id(variable)] for key, variable in decisions.held.items()}
    return tuple(
        Held(key.workload, key.pool, key.period, _digits(count), key.scenario)
        for key, count in units.items()
        if count > LEAST_UNITS
    )


def _digits(units: float) -> float:
    return float(f"{units:.{DIGITS}g}")
