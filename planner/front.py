"""Front door: the three verbs and the nouns between them; see `planner`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from planner.case.case import Case
from planner.errors import CaseError, FileError, NoPlanError, PlanError, PlannerError
from planner.plan.diagnosis import InfeasibleError
from planner.plan.plan import Plan
from planner.search.options import Options

if TYPE_CHECKING:
    from planner.search.highs import Watch

__all__ = [
    "Case",
    "CaseError",
    "FileError",
    "InfeasibleError",
    "NoPlanError",
    "Options",
    "Plan",
    "PlanError",
    "PlannerError",
    "load",
    "solve",
    "write",
]


def load(path: str | Path) -> Case:
    """Return the case that an input workbook holds.

    Raises
    ------
    CaseError
        Where the workbook has errors, with all of them and the warnings.
    FileError
        Where the file cannot be read.
    """
    from planner.workbook.reading.reader import load_case

    return load_case(Path(path))


def solve(case: Case, options: Options | None = None, watch: Watch | None = None) -> Plan:
    """Return the best plan that was found for a case, with every check run on it.

    Parameters
    ----------
    case : what is given
    options : when to stop; what they leave open the case's settings say
    watch : to follow the search, and to stop it from another thread

    Raises
    ------
    NoPlanError
        Where no plan can exist, with what stands in the way, or none was found in time.
    """
    from planner.search.strategy import find_plan

    return find_plan(case, options, watch)


def write(plan: Plan, path: str | Path, *, source: str | Path) -> None:
    """Write a plan as a workbook; an existing file is replaced as a whole.

    Parameters
    ----------
    plan : whose checks were run
    path : of the workbook
    source : the input workbook, whose name and hash the sheet Audit tells

    Raises
    ------
    FileError
        Where the file cannot be written.
    PlanError
        Where the plan's checks were not run.
    """
    from planner.workbook.results.plan_writer import trace, write_plan

    write_plan(plan, Path(path), trace(Path(source), plan.outcome.options))
