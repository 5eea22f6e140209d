"""Solver: HiGHS as it comes, and what can be asked of it whoever filled it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np

from tests.benchmarks.problem import Problem, Shape

Point = tuple[float, float | None, float | None]
"""Seconds, incumbent, bound."""


@dataclass(slots=True)
class Trace:
    """What a search has found and proven, and when.

    Attributes
    ----------
    points : each time that the incumbent or the bound changed
    began : the clock's reading at second 0
    """

    points: list[Point] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    def note(self, incumbent: float | None, bound: float | None) -> None:
        """Note figures, if they are news."""
        if not self.points or self.points[-1][1:] != (incumbent, bound):
            self.points.append((time.perf_counter() - self.began, incumbent, bound))


def quiet() -> Any:
    """Return a HiGHS with its default options that does not print."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    return solver


def passed(problem: Problem) -> Any:
    """Return a HiGHS that holds a problem, handed over whole."""
    solver = quiet()
    empty = np.empty(0)
    status = solver.passModel(
        len(problem.cost),
        len(problem.row_lower),
        len(problem.coefficient),
        0,
        int(highspy.MatrixFormat.kRowwise),
        0,
        int(highspy.ObjSense.kMinimize),
        problem.offset,
        problem.cost,
        problem.lower,
        problem.upper,
        problem.row_lower,
        problem.row_upper,
        problem.start,
        problem.index,
        problem.coefficient,
        empty.astype(np.int32),
        empty.astype(np.int32),
        empty,
        problem.is_integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise ValueError("HiGHS does not take the problem")
    return solver


def shape_of(solver: Any) -> Shape:
    """Return how large the problem is that a solver holds."""
    kinds = solver.getLp().integrality_
    return Shape(
        columns=solver.getNumCol(),
        integers=sum(kind == highspy.HighsVarType.kInteger for kind in kinds),
        rows=solver.getNumRow(),
        nonzeros=solver.getNumNz(),
    )


def settle(solver: Any) -> None:
    """Fix every column at its lower bound and free every row, and run: a solution at no cost."""
    held = solver.getLp()
    low, columns = np.array(held.col_lower_), solver.getNumCol()
    every = np.arange(columns, dtype=np.int32)
    solver.changeColsBounds(columns, every, low, low)
    for row in range(solver.getNumRow()):
        solver.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)
    solver.run()


def relax(solver: Any) -> None:
    """Make every column continuous."""
    columns = solver.getNumCol()
    kinds = np.zeros(columns, dtype=np.uint8)
    solver.changeColsIntegrality(columns, np.arange(columns, dtype=np.int32), kinds)


def search(solver: Any, gap: float, seconds: float) -> tuple[Trace, str]:
    """Run a solver and return what it found and proved, and how it ended.

    Parameters
    ----------
    solver : that holds a problem; its options are HiGHS's defaults
    gap : proven relative gap that is enough
    seconds : time limit
    """
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("time_limit", float(seconds))
    trace = Trace()
    of_search = highspy.cb.HighsCallbackType.kCallbackMipInterrupt
    solver.setCallback(_hear(trace, of_search), None)
    solver.startCallback(of_search)
    solver.run()
    info = solver.getInfo()
    is_plan = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    trace.note(
        info.objective_function_value if is_plan else None, _finite(float(info.mip_dual_bound))
    )
    trace.points.append((time.perf_counter() - trace.began, *trace.points[-1][1:]))
    return trace, solver.modelStatusToString(solver.getModelStatus())


def _hear(trace: Trace, of_search: Any) -> Callable[..., None]:
    def hear(kind: Any, message: str, output: Any, reply: Any, data: Any) -> None:
        del message, reply, data
        if kind == of_search:
            trace.note(_finite(output.mip_primal_bound), _finite(output.mip_dual_bound))

    return hear


def _finite(figure: float) -> float | None:
    return figure if abs(figure) < highspy.kHighsInf else None
