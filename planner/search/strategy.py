"""Strategy: from a case to a checked plan, or to the reason why there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from planner.case.case import Case
from planner.errors import NoPlanError
from planner.model.assembly import Assembly, assemble
from planner.model.audit import audit
from planner.model.extraction import extract_held, extract_orders, extract_uses
from planner.plan.diagnosis import InfeasibleError
from planner.plan.outcome import GAP_ROUNDING, Outcome, Status, relative_gap
from planner.plan.plan import Plan
from planner.search.arrays import Arrays, Floats, to_arrays
from planner.search.checkpoint import Checkpoint
from planner.search.diagnosis import diagnose
from planner.search.foregone import find_foregone
from planner.search.foresight import look_ahead
from planner.search.highs import Limits, Solution, Stop, Watch
from planner.search.options import Options
from planner.search.presolve.dominance import drop_dominated
from planner.search.presolve.merging import Merged, merge_alike
from planner.search.recourse import adapt
from planner.search.rounding import round_off
from planner.search.search import find_solution

Keep = Callable[[Plan], None]
"""Takes each plan that is worth keeping while the search goes on."""

INTERIM_SECONDS = 10.0
"""Time to round off a plan that the search will better."""

INTERIM = "the search was still going on when this plan was kept"


def find_plan(
    case: Case,
    options: Options | None = None,
    watch: Watch | None = None,
    keep: Keep | None = None,
) -> Plan:
    """Return the best plan that was found, with every check run on it.

    Parameters
    ----------
    case : what is given
    options : over the case's settings
    watch : to follow the search and to stop it
    keep : is given checked plans as they are found, so that none is lost with the process

    Raises
    ------
    NoPlanError
        Where no plan can exist, with what stands in the way, or none was found in time.
    """
    options = (options or Options()).over(case.settings)
    watch = watch or Watch()
    started = time.monotonic()
    seconds = float("inf") if options.seconds is None else options.seconds
    if certain := find_foregone(case):
        why = diagnose(case, watch, seconds, certain)
        raise InfeasibleError(why, {"build": 0.0, "solve": time.monotonic() - started})
    merged = replace(merge_alike(drop_dominated(case)), given=case)
    assembly = assemble(merged.case)
    arrays = to_arrays(assembly.model)
    built = time.monotonic()
    limits = Limits(
        gap=0.0 if options.gap is None else options.gap,
        seconds=seconds,
        threads=options.threads,
    )
    extract = partial(_extract, merged, assembly)
    checkpoint = None
    if keep is not None:
        checkpoint = Checkpoint(partial(_keep_interim, keep, extract, arrays, options.threads))
    orders = assembly.decisions.orders(arrays.columns)
    solution = find_solution(arrays, limits, watch, checkpoint, orders=orders)
    if solution.values is None:
        error = _no_plan(case, solution, watch, seconds - (time.monotonic() - started))
        error.seconds.update(build=built - started, solve=time.monotonic() - built)
        raise error
    values = round_off(arrays, solution.values, options.threads)
    objective = arrays.objective(values)
    outcome = _outcome(solution, objective, limits)
    left = replace(limits, seconds=limits.seconds - (time.monotonic() - built))
    if not watch.stop.is_set() and case.tree.has_branches:
        if keep is not None:
            keep(audit(extract(values, outcome)))
        outcome = replace(outcome, foresight=look_ahead(merged.case, assembly, arrays, left, watch))
    solved = time.monotonic()
    outcome.options.update(options.words())
    outcome.seconds.update(build=built - started, solve=solved - built)
    outcome.statistics.update(_statistics(arrays, solution))
    plan = adapt(extract(values, outcome), merged, options.threads)
    started = time.monotonic()
    audited = audit(plan)
    outcome.seconds["check"] = time.monotonic() - started
    return audited


def _keep_interim(
    keep: Keep,
    extract: Callable[[Floats, Outcome], Plan],
    arrays: Arrays,
    threads: int | None,
    found: Floats,
    bound: float | None,
) -> None:
    """Keep a plan that a running search has found."""
    values = round_off(arrays, found, threads, seconds=INTERIM_SECONDS)
    objective = arrays.objective(values)
    bound = None if bound is None else min(bound, objective)
    plan = audit(extract(values, Outcome(Status.GAP_OPEN, INTERIM, objective, bound)))
    if plan.passed:
        keep(plan)


def _outcome(solution: Solution, objective: float, limits: Limits) -> Outcome:
    bound = None if solution.bound is None else min(solution.bound, objective)
    is_proven = bound is not None and relative_gap(objective, bound) <= limits.gap + GAP_ROUNDING
    if is_proven:
        status = Status.OPTIMAL
        reason = f"proven to be within {limits.gap:.3%} of the least cost"
    elif solution.stop is Stop.INTERRUPTED:
        status, reason = Status.INTERRUPTED, "interrupted; this is the best plan found so far"
    else:
        status = Status.GAP_OPEN
        ended = "rounding" if solution.stop is Stop.SOLVED else solution.stop.value
        reason = f"stopped ({ended}) before the gap was closed"
    return Outcome(status, reason, objective, bound)


def _statistics(arrays: Arrays, solution: Solution) -> dict[str, float]:
    return {
        "columns": arrays.columns,
        "integer columns": int(arrays.is_integer.sum()),
        "rows": arrays.rows,
        "nonzeros": len(arrays.matrix.coefficient),
        "nodes": solution.nodes,
        "simplex iterations": solution.iterations,
    }


def _extract(merged: Merged, assembly: Assembly, values: Floats, outcome: Outcome) -> Plan:
    return Plan(
        case=merged.given,
        orders=extract_orders(assembly.decisions, values),
        uses=merged.shared_out(extract_uses(assembly.decisions, values)),
        held=merged.shared_out(extract_held(assembly.decisions, values)),
        outcome=outcome,
    )


def _no_plan(case: Case, solution: Solution, watch: Watch, left: float) -> NoPlanError:
    if solution.stop is Stop.INFEASIBLE:
        return InfeasibleError(diagnose(case, watch, left))
    messages = {
        Stop.INTERRUPTED: "interrupted before a plan was found",
        Stop.TIME_LIMIT: "the time limit came before a plan was found; give more with --time-limit",
        Stop.MEMORY_LIMIT: "memory ran out before a plan was found",
    }
    return NoPlanError(
        messages.get(solution.stop, f"the solver gave up: {solution.message}"),
        interrupted=solution.stop is Stop.INTERRUPTED,
    )
