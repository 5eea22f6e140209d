"""Applied: the case in which a way out has been gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from planner.case.case import Case
from planner.case.horizon import Period
from planner.case.limits import Limit
from planner.case.offers import Offer
from planner.case.rules import SideRule
from planner.case.sites import Site
from planner.case.workloads import Demand, Workload
from planner.plan.diagnosis import Obstacle
from planner.row import Row

TABLES: dict[type[Row], str] = {
    Period: "periods",
    Offer: "offers",
    Site: "sites",
    Workload: "workloads",
    Demand: "demand",
    SideRule: "rules",
}
"""The field of a case that holds each table with limits."""


def applied(case: Case, obstacles: Sequence[Obstacle]) -> Case:
    """Return the case in which every cell of a way out holds what it is told to need.

    Parameters
    ----------
    case : what is given
    obstacles : the cells of a way out
    """
    rows: dict[str, list[Row]] = {name: list(getattr(case, name)) for name in TABLES.values()}
    for one in obstacles:
        table, limit = rows[TABLES[one.limit.table]], one.limit
        place = next(at for at, row in enumerate(table) if _is_row_of(row, limit))
        table[place] = Limit.of(table[place], limit.field, limit.part).moved(one.change)
    changes: dict[str, Any] = {name: tuple(held) for name, held in rows.items()}
    return replace(case, **changes)


def _is_row_of(row: Row, limit: Limit) -> bool:
    """Return whether a limit stands in a row, another cell of which may have been moved."""
    key = row.sheet.key or ("rule",)
    held, given = dict(row), dict(limit.row)
    return all(held[one] == given[one] for one in key)
