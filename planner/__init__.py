"""planner: from a filled workbook to a purchase plan of least cost.

Three verbs between four nouns::

    case = planner.load("budget.xlsx")
    plan = planner.solve(case, planner.Options(gap=0.001))
    planner.write(plan, "budget-plan.xlsx", source="budget.xlsx")

Nothing else is public. What is public is loaded when it is first asked for, so that the
command line listens to Ctrl-C before anything heavy is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.front import (
        Case,
        CaseError,
        FileError,
        InfeasibleError,
        NoPlanError,
        Options,
        Plan,
        PlanError,
        PlannerError,
        load,
        solve,
        write,
    )

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


def __getattr__(name: str) -> Any:
    """Return a public name, and load what it needs."""
    if name not in __all__:
        raise AttributeError(f"module 'planner' has no attribute '{name}'")
    from planner import front

    return vars(front)[name]


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
