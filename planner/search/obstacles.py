"""Obstacles: what gives way in a solution, as cells of the input and amounts for people."""

from __future__ import annotations

import math

from planner.case.case import Case
from planner.case.limits import Limit
from planner.case.rules import Metric, SideRule
from planner.case.workloads import Demand
from planner.plan.diagnosis import Obstacle, rounded_up
from planner.search.arrays import Floats
from planner.search.elastic import Elastic
from planner.units import UNITS, WHOLE_UNITS

NOISE = 1e-7
"""What a row is missed by for no more than the solver's tolerance, as a share of its size."""

COUNTED = (UNITS, WHOLE_UNITS)
"""A limit in units is moved by whole ones."""

METRIC_UNITS = {
    Metric.UNITS: "units",
    Metric.INSTALLED_UNITS: "units",
    Metric.POWER: "kW",
    Metric.INSTALLED_POWER: "kW",
    Metric.CORES: "cores",
    Metric.TFLOPS: "TFLOPS",
    Metric.ENERGY: "kWh",
}


def read_obstacles(case: Case, elastic: Elastic, values: Floats) -> tuple[Obstacle, ...]:
    """Return the cells that give way in a solution, in the order of the rows that they limit.

    Parameters
    ----------
    case : what is given
    elastic : the problem that was solved
    values : of its n + k columns
    """
    changes = _changes(elastic, values)
    when = _when(case, elastic, values)
    place = {limit: at for at, (limit, _) in reversed([*enumerate(elastic.keys)])}
    return tuple(
        Obstacle(limit, changes[limit], _unit(case, limit), tuple(when.get(limit, ())))
        for limit in sorted(changes, key=place.__getitem__)
    )


def _changes(elastic: Elastic, values: Floats) -> dict[Limit, float]:
    """Return what must be added to each cell that gives way, rounded for people."""
    given = elastic.given(values)
    changes: dict[Limit, float] = {}
    for (limit, row), amount, moved, is_asked_for in zip(
        elastic.keys,
        given.tolist(),
        elastic.is_moved(values),
        elastic.is_asked_for,
        strict=True,
    ):
        if not moved:
            continue
        change = amount
        if row is not None and (whole := elastic.slack[row].share_of) is not None:
            change = amount / elastic.value(whole, values)
        up = rounded_up(change)
        if limit.spec.unit in COUNTED and float(limit.now).is_integer():
            up = float(math.ceil(up))
        signed = -min(up, limit.now) if is_asked_for else up
        if abs(signed) > abs(changes.get(limit, 0.0)):
            changes[limit] = signed
    return changes


def _when(case: Case, elastic: Elastic, values: Floats) -> dict[Limit, dict[str, None]]:
    """Return where each cell stands in the way: where a row of it is missed."""
    missed = elastic.missed(values) - NOISE * elastic.row_sizes
    when: dict[Limit, dict[str, None]] = {}
    for place, slack in elastic.slack.items():
        if missed[place] > 0.0 and slack.when:
            words = _with_scenario(case, elastic, place, slack.when)
            for limit in slack.cells:
                when.setdefault(limit, {})[words] = None
    return when


def _with_scenario(case: Case, elastic: Elastic, place: int, when: str) -> str:
    index = elastic.rows.index(place)
    is_of_scenario = case.tree.has_branches and index[-1]
    return f"{when} ({index[-1]})" if is_of_scenario else when


def _unit(case: Case, limit: Limit) -> str:
    """Return the unit of a limit in words."""
    if limit.table is Demand:
        return case.workload[limit.name[0]].unit
    if limit.table is SideRule:
        metric = dict(limit.row)["metric"]
        return METRIC_UNITS.get(metric, case.settings.currency)
    unit = limit.spec.unit
    return case.settings.currency if unit.money else unit.symbol
