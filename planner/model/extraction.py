"""Extraction: from the values of a solved model to the facts of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from planner.model.decisions import Decisions
from planner.model.index import Floats
from planner.model.sums import Sums
from planner.plan.facts import Held, Order, Use

LEAST_UNITS = 1e-9
"""Fewer units at work than this are the rounding of a sum."""

DIGITS = 12
"""Significant digits of units at work: what is beyond is noise of the solver."""


def extract_orders(decisions: Decisions, values: Floats) -> tuple[Order, ...]:
    """Return the orders of a solution, whole packs only.

    Parameters
    ----------
    decisions : the variables
    values : of the columns of the model, n of them
    """
    packs = {key: round(values[column]) for key, column in decisions.packs.items()}
    return tuple(
        Order(key.offer, key.site, key.delivered, count, key.node.name)
        for key, count in packs.items()
        if count
    )


def extract_uses(decisions: Decisions, values: Floats) -> tuple[Use, ...]:
    """Return the units at work in a solution.

    Parameters
    ----------
    decisions : the variables
    values : of the columns of the model, n of them
    """
    return tuple(
        Use(workload, pool, label, slice_, units, scenario)
        for (workload, pool, label, slice_, scenario), units in _some(decisions.working, values)
    )


def extract_held(decisions: Decisions, values: Floats) -> tuple[Held, ...]:
    """Return the units held against the loss of a site in a solution.

    Parameters
    ----------
    decisions : the variables
    values : of the columns of the model, n of them
    """
    return tuple(
        Held(workload, pool, label, units, scenario)
        for (workload, pool, label, scenario), units in _some(decisions.held, values)
    )


def _some(variables: Sums, values: Floats) -> Iterator[tuple[tuple[Any, ...], float]]:
    """Yield the keys of variables that are not 0, and their values."""
    units = values[variables.column]
    for place in np.flatnonzero(units > LEAST_UNITS).tolist():
        yield variables.index.key(place), float(f"{units[place]:.{DIGITS}g}")
