"""Plan writer: a checked plan as a workbook, and the record of what it was made from."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from planner.errors import FileError, PlanError
from planner.plan.diagnosis import CellOf, InfeasibleError
from planner.plan.outcome import Outcome, Status
from planner.plan.plan import Plan
from planner.plan.provenance import Provenance
from planner.report import tabulate_no_plan, tabulate_plan
from planner.workbook.results.writer import write_tables

BUILT_ON = ("planner", "pyomo", "highspy", "XlsxWriter", "python-calamine")


def trace(
    source: Path,
    options: Mapping[str, str],
    started: datetime | None = None,
    ended: datetime | None = None,
) -> Provenance:
    """Return the record of an input workbook.

    Parameters
    ----------
    source : the input workbook
    options : of the search, as they were in force
    started, ended : of the search

    Raises
    ------
    FileError
        Where the input cannot be read.
    """
    try:
        content = source.read_bytes()
    except OSError as error:
        raise FileError(f"'{source}' cannot be read: {error.strerror}.") from error
    return Provenance(
        input_name=source.name,
        sha256=hashlib.sha256(content).hexdigest(),
        versions={name: version(name) for name in BUILT_ON} | {"Python": platform.python_version()},
        options=options,
        started=started,
        ended=ended,
    )


def write_no_plan(
    none: InfeasibleError, cell_of: CellOf, path: Path, provenance: Provenance
) -> None:
    """Write what stands in the way as a workbook; an existing file is replaced as a whole.

    Parameters
    ----------
    none : why no plan can exist
    cell_of : finds the cells of limits in the input
    path : of the workbook
    provenance : for the sheet Audit

    Raises
    ------
    FileError
        Where the file cannot be written.
    """
    outcome = Outcome(Status.INFEASIBLE, str(none))
    write_tables(path, tabulate_no_plan(none.diagnosis, outcome, cell_of, provenance))


def write_plan(plan: Plan, path: Path, provenance: Provenance) -> None:
    """Write a plan as a workbook; an existing file is replaced as a whole.

    Parameters
    ----------
    plan : whose checks were run
    path : of the workbook
    provenance : for the sheet Audit

    Raises
    ------
    FileError
        Where the file cannot be written.
    PlanError
        Where the plan's checks were not run.
    """
    if not plan.checks:
        raise PlanError("a plan is written only when its checks were run")
    tables = tabulate_plan(plan, provenance)
    write_tables(path, [one for one in tables if one.rows or not one.kind.sheet.optional])
