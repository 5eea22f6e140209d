"""HiGHS: the only file that calls the solver.

The problem is scaled on the way in and back on the way out, here and nowhere else:
each row by the power of two that brings its largest coefficient near 1, the costs by
the one that brings their geometric mean near 1. Powers of two change no digit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

import highspy
import numpy as np

from planner.errors import NoPlanError
from planner.search.arrays import Arrays, Floats

POLL = 0.1
"""Seconds between two looks at a running solver."""

SMALLEST_COEFFICIENT = 1e-12
"""HiGHS leaves out what is smaller; a plan's checks would not."""

IRREDUCIBLE = 14
"""HiGHS's strategy that leaves out rows which the contradiction does not need."""

APART = (
    "some numbers of the workbook are too far apart in size for it. Look for a price, size or "
    "demand that is out of all proportion to the others"
)

LARGEST_EXACT = 40
"""Scale by at most this power of two."""


class Stop(StrEnum):
    """Why the solver stopped, in fewer words than it has."""

    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time limit"
    MEMORY_LIMIT = "memory limit"
    INTERRUPTED = "interrupted"
    ENOUGH = "good enough"
    FAILED = "solver error"


FOR_A_FIRST_PLAN = (
    "mip_heuristic_run_feasibility_jump",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_root_reduced_cost",
)
"""HiGHS's options for what takes time, and betters no good plan."""

STOPS: dict[highspy.HighsModelStatus, Stop] = {
    highspy.HighsModelStatus.kOptimal: Stop.SOLVED,
    highspy.HighsModelStatus.kModelEmpty: Stop.SOLVED,
    highspy.HighsModelStatus.kInfeasible: Stop.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Stop.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Stop.TIME_LIMIT,
    highspy.HighsModelStatus.kIterationLimit: Stop.TIME_LIMIT,
    highspy.HighsModelStatus.kSolutionLimit: Stop.TIME_LIMIT,
    highspy.HighsModelStatus.kMemoryLimit: Stop.MEMORY_LIMIT,
    highspy.HighsModelStatus.kObjectiveTarget: Stop.ENOUGH,
    highspy.HighsModelStatus.kInterrupt: Stop.INTERRUPTED,
}
"""What each status means; one that is not here is `Stop.FAILED`. Unbounded or infeasible
is told apart by a second solve without costs."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When the solver may stop.

    Attributes
    ----------
    gap : proven relative gap that is enough
    seconds : time limit
    threads : None is as many as there are
    feasibility : how far a scaled row may be missed
    target : a plan of this cost is good enough, in base currency
    nodes : most nodes of the search
    has_plan : a good plan is there to begin with: prove, and spend no time on others
    """

    gap: float = 0.0
    seconds: float = float("inf")
    threads: int | None = None
    feasibility: float = 1e-7
    target: float | None = None
    nodes: int | None = None
    has_plan: bool = False


@dataclass(slots=True)
class Watch:
    """What goes on between a running solver and who waits for it.

    Attributes
    ----------
    stop : set it to make the solver stop, with what it has found
    incumbent, bound : the latest, in base currency; None before there is one
    values : of the columns in the latest incumbent; None before there is one
    tell : called a few times a second, in the waiting thread
    say : called with a sentence when the search takes a turn
    """

    stop: threading.Event = field(default_factory=threading.Event)
    incumbent: float | None = None
    bound: float | None = None
    values: Floats | None = None
    tell: Callable[[Watch], None] | None = None
    say: Callable[[str], None] | None = None


class Checkpoint(Protocol):
    """Looks after a running search."""

    def look(self, watch: Watch) -> None:
        """Look at what the search has found."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What the solver came back with.

    Attributes
    ----------
    stop : why it stopped
    values : of the columns; None where it has no feasible point
    bound : on the objective; None where it proved none
    nodes, iterations : of the search
    message : HiGHS's own word for its status
    reduced_costs : of the columns, in base currency; only without integer columns
    """

    stop: Stop
    values: Floats | None
    bound: float | None
    nodes: int
    iterations: int
    message: str
    reduced_costs: Floats | None = None


class _QuietHighs(highspy.Highs):  # type: ignore[misc]  # highspy carries no types
    """HiGHS that never prints: the plain one prints a banner to stdout when it is made."""

    def enableCallbacks(self) -> None:  # noqa: N802  HiGHS's own name
        """Silence the solver before its constructor makes it speak."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()


def minimise(
    arrays: Arrays,
    limits: Limits,
    watch: Watch | None = None,
    checkpoint: Checkpoint | None = None,
    start: Floats | None = None,
) -> Solution:
    """Return the solver's answer to a problem.

    The solver runs in a thread of its own, so that Ctrl-C reaches the waiting one;
    a time limit is held by this function too, since the solver may overrun its own.
    Where the solver fails, the best plan that it had told of is not lost.

    Parameters
    ----------
    arrays : the problem
    limits : when to stop
    watch : to follow the search and to stop it
    checkpoint : looks at it in the waiting thread, a few times a second
    start : a feasible point to begin with, of all columns
    """
    watch = watch or Watch()
    watch.incumbent = watch.bound = watch.values = None
    if not arrays.columns:
        return _without_columns(arrays)
    status, solution = _solve(arrays, limits, watch, checkpoint, start)
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        _, answer = _solve(arrays.without_cost(), limits, watch)
        stop = Stop.UNBOUNDED if answer.stop is Stop.SOLVED else answer.stop
        return replace(solution, stop=stop, values=None, bound=None)
    return solution


def find_irreducible(arrays: Arrays, seconds: float, watch: Watch) -> tuple[int, ...] | None:
    """Return rows that contradict each other, and few that could be left out: an IIS.

    Parameters
    ----------
    arrays : a problem without integer columns
    seconds : time limit
    watch : to stop looking

    Returns
    -------
    The places of the rows; () where the problem has a solution, None where the solver
    came to no end in time.
    """
    solver = hand_over(arrays, Limits(seconds=seconds), 1.0)
    solver.setOptionValue("iis_strategy", IRREDUCIBLE)
    solver.setOptionValue("iis_time_limit", seconds)
    out_of_time = threading.Event()
    _listen(solver, watch, out_of_time, 1.0)
    _run(solver.run, seconds, watch, out_of_time)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return ()
    if status != highspy.HighsModelStatus.kInfeasible:
        return None
    found: list[Any] = []
    _run(lambda: found.append(solver.getIis()), seconds, watch, out_of_time)
    _, iis = found[0]  # its status only warns where a row might still be left out
    rows = tuple(int(place) for place in iis.row_index_)
    return rows if iis.valid_ and rows else None


def _without_columns(arrays: Arrays) -> Solution:
    """Return the answer to a problem that has nothing to decide."""
    holds = bool(np.all(arrays.row_lower <= 0.0) and np.all(arrays.row_upper >= 0.0))
    if holds:
        return Solution(Stop.SOLVED, np.empty(0), arrays.offset, 0, 0, "Empty")
    return Solution(Stop.INFEASIBLE, None, None, 0, 0, "Infeasible")


def _solve(
    arrays: Arrays,
    limits: Limits,
    watch: Watch,
    checkpoint: Checkpoint | None = None,
    start: Floats | None = None,
) -> tuple[highspy.HighsModelStatus, Solution]:
    cost_scale = _cost_scale(arrays.cost)
    solver = hand_over(arrays, limits, cost_scale)
    out_of_time = threading.Event()
    _listen(solver, watch, out_of_time, cost_scale, start)
    try:
        _run(solver.run, limits.seconds, watch, out_of_time, checkpoint)
    except Exception as failure:  # noqa: BLE001  whatever the solver raises, it ends the search
        return highspy.HighsModelStatus.kSolveError, _salvaged(watch, failure)
    status = solver.getModelStatus()
    stop = STOPS.get(status, Stop.FAILED)
    if stop is Stop.INTERRUPTED and out_of_time.is_set():
        stop = Stop.TIME_LIMIT
    return status, _answer(solver, arrays, cost_scale, stop, watch)


def hand_over(arrays: Arrays, limits: Limits, cost_scale: float) -> highspy.Highs:
    """Return a solver that holds a problem, ready to run.

    Parameters
    ----------
    arrays : the problem
    limits : when it may stop
    cost_scale : what costs are multiplied by in it
    """
    solver = _QuietHighs()
    _set_options(solver, limits)
    if limits.target is not None:
        solver.setOptionValue("objective_target", limits.target * cost_scale)
    _pass(solver, arrays, cost_scale)
    return solver


def _answer(
    solver: highspy.Highs, arrays: Arrays, cost_scale: float, stop: Stop, watch: Watch
) -> Solution:
    """Return what a solver that has stopped came back with."""
    info = solver.getInfo()
    has_point = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    point = solver.getSolution()
    is_plan = has_point and point.value_valid and stop is not Stop.UNBOUNDED
    values = np.array(point.col_value) if is_plan else None
    if values is None and stop in (Stop.FAILED, Stop.MEMORY_LIMIT):
        values = watch.values
    bound = reduced_costs = None
    if arrays.is_integer.any():
        if np.isfinite(info.mip_dual_bound):
            bound = float(info.mip_dual_bound) / cost_scale
    elif stop is Stop.SOLVED and values is not None:
        bound = arrays.objective(values)
        if point.dual_valid:
            reduced_costs = np.array(point.col_dual) / cost_scale
    return Solution(
        stop=stop,
        values=values,
        bound=bound,
        nodes=max(0, int(info.mip_node_count)),
        iterations=max(0, int(info.simplex_iteration_count)),
        message=solver.modelStatusToString(solver.getModelStatus()),
        reduced_costs=reduced_costs,
    )


def _salvaged(watch: Watch, failure: Exception) -> Solution:
    """Return the best plan that the solver had told of before it failed, if any."""
    stop = Stop.MEMORY_LIMIT if isinstance(failure, MemoryError) else Stop.FAILED
    return Solution(stop, watch.values, watch.bound, 0, 0, type(failure).__name__)


def _set_options(solver: highspy.Highs, limits: Limits) -> None:
    options: dict[str, Any] = {
        "mip_rel_gap": limits.gap,
        "mip_abs_gap": 0.0,
        "primal_feasibility_tolerance": limits.feasibility,
        "dual_feasibility_tolerance": limits.feasibility,
        "mip_feasibility_tolerance": limits.feasibility,
        "random_seed": 0,
        "small_matrix_value": SMALLEST_COEFFICIENT,
    }
    if np.isfinite(limits.seconds):
        options["time_limit"] = max(0.0, limits.seconds)
    if limits.threads is not None:
        options["threads"] = limits.threads
    if limits.nodes is not None:
        options["mip_max_nodes"] = limits.nodes
    if limits.has_plan:
        options.update(dict.fromkeys(FOR_A_FIRST_PLAN, False))
    for name, setting in options.items():
        if solver.setOptionValue(name, setting) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS does not take {name} = {setting}")


def _cost_scale(cost: Floats) -> float:
    sizes = np.abs(cost[cost != 0.0])
    return _power_of_two(float(np.exp(-np.mean(np.log(sizes))))) if len(sizes) else 1.0


def _power_of_two(near: float) -> float:
    return float(np.exp2(np.clip(np.round(np.log2(near)), -LARGEST_EXACT, LARGEST_EXACT)))


def _pass(solver: highspy.Highs, arrays: Arrays, cost_scale: float) -> None:
    matrix = arrays.matrix
    is_free = (arrays.lower < arrays.upper)[matrix.index]  # what is fixed is as good as not there
    largest = matrix.largest(np.where(is_free, np.abs(matrix.coefficient), 0.0))
    powers = -np.round(np.log2(np.where(largest > 0.0, largest, 1.0)))
    scale = np.exp2(np.clip(powers, -LARGEST_EXACT, LARGEST_EXACT))
    empty = np.empty(0)
    status = solver.passModel(
        arrays.columns,
        arrays.rows,
        len(matrix.coefficient),
        0,
        int(highspy.MatrixFormat.kRowwise),
        0,
        int(highspy.ObjSense.kMinimize),
        arrays.offset * cost_scale,
        arrays.cost * cost_scale,
        arrays.lower,
        arrays.upper,
        arrays.row_lower * scale,
        arrays.row_upper * scale,
        matrix.start,
        matrix.index,
        matrix.coefficient * scale[matrix.row_of],
        empty.astype(np.int32),
        empty.astype(np.int32),
        empty,
        arrays.is_integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise NoPlanError(f"the solver does not take the model: {APART}")


def _listen(
    solver: highspy.Highs,
    watch: Watch,
    out_of_time: threading.Event,
    cost_scale: float,
    start: Floats | None = None,
) -> None:
    """Let the solver set figures, read the stop flag and, once, take a start.

    An exception here would ruin the search. A start that is set before the run is taken by
    HiGHS 1.16 for cheaper than it is, as its presolve's constant is left out.
    """
    of_search = highspy.cb.HighsCallbackType.kCallbackMipInterrupt
    of_plans = highspy.cb.HighsCallbackType.kCallbackMipImprovingSolution
    of_starts = highspy.cb.HighsCallbackType.kCallbackMipUserSolution
    starts = [] if start is None else [start]

    def hear(kind: Any, message: str, output: Any, reply: Any, data: Any) -> None:
        del message, data
        if kind == of_plans:
            watch.values = np.array(output.mip_solution)
        if kind == of_search:
            watch.incumbent = _unscaled(output.mip_primal_bound, cost_scale)
            watch.bound = _unscaled(output.mip_dual_bound, cost_scale)
        if kind == of_starts and starts:
            reply.setSolution(starts.pop())
        if watch.stop.is_set() or out_of_time.is_set():
            reply.user_interrupt = True

    solver.setCallback(hear, None)
    for wanted in (of_search, of_plans, *([of_starts] if starts else [])):
        solver.startCallback(wanted)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackIpmInterrupt)


def _unscaled(objective: float, cost_scale: float) -> float | None:
    return objective / cost_scale if abs(objective) < highspy.kHighsInf else None


def _run(
    work: Callable[[], object],
    seconds: float,
    watch: Watch,
    out_of_time: threading.Event,
    checkpoint: Checkpoint | None = None,
) -> None:
    """Run the solver in its own thread until it ends; say when it is out of time."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001  it belongs to the waiting thread
            failures.append(failure)

    thread = threading.Thread(target=run, name="highs", daemon=True)
    ends = time.monotonic() + seconds
    thread.start()
    try:
        while thread.is_alive():
            thread.join(POLL)
            if time.monotonic() > ends:
                out_of_time.set()
            if watch.tell is not None:
                watch.tell(watch)
            if checkpoint is not None and thread.is_alive():
                checkpoint.look(watch)
    except BaseException:
        out_of_time.set()  # whatever was raised here, no solver runs on behind it
        thread.join()
        raise
    if failures:
        raise failures[0]
