"""Demand: every workload is served, or its shortfall is paid for.

For every service workload w, period t, slice k and scenario ω:

    Σ_p thr_wp · y_wptk + short_wtk ≥ D_wt · m_wk

For every batch workload w, period t and scenario ω:

    Σ_k share_k · Σ_p thr_wp · y_wptk + short_wt ≥ D_wt

Posted to money, for workloads with a shortage penalty:

    shortage  penalty_w · H_tk · short_wtk   (batch: penalty_w · H_t · short_wt)

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    y_wptk        units of p at work for w                          units
    thr_wp        what one unit of p does for w                     workload's unit
    short         rate left undone; only with a penalty             workload's unit
    D_wt          average rate of demand                            workload's unit
    m_wk          rate in slice k over the average
    share_k       share of the period's hours                       share
    penalty_w     price of a unit-hour short                        base currency
    ============  ================================================  ==================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from pyomo.core.base.block import BlockData
from pyomo.environ import NonNegativeReals, Var

from planner.case.case import Case
from planner.case.horizon import Slice
from planner.case.limits import Limit
from planner.case.workloads import Workload
from planner.model.decisions import Decisions
from planner.model.ledger import Account, Ledgers
from planner.model.linear import Limited, Slack, Sum, at_least, constrain
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path
from planner.plan.service import ALL_SLICES


@dataclass(frozen=True, slots=True)
class Task:
    """Work that is asked for at once: of a service in a slice, of batch work in a period.

    Attributes
    ----------
    slice : name of the slice; `ALL_SLICES` for batch work
    slices : in which it may be done
    rate : what is asked for, in the workload's unit
    """

    workload: Workload
    period: str
    slice: str
    scenario: str
    slices: tuple[Slice, ...]
    rate: float


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Ask for the demand of every workload, and post what shortfalls cost."""
    tasks = {_index(case, task): task for task in _tasks(case)}
    penalised = [key for key, task in tasks.items() if task.workload.shortage_penalty is not None]
    block.short = Var(penalised, domain=NonNegativeReals)
    rows: dict[tuple[str, ...], Limited] = {}
    for key, task in tasks.items():
        served = _served(case, decisions, task)
        if task.workload.shortage_penalty is not None:
            served.add(1.0, block.short[key])
            hours = sum(case.horizon.slice_hours(task.period, one) for one in task.slices)
            leaf = case.tree.leaf[task.scenario]
            account = Account(Part.SHORTAGE, Budget.NONE, task.period, leaf)
            ledgers.money.post(account, task.workload.shortage_penalty * hours, block.short[key])
        is_soft = task.workload.shortage_penalty is not None
        rows[key] = at_least(served, task.rate, None if is_soft else _slack(case, task))
    constrain(block, "served", rows)


def _slack(case: Case, task: Task) -> Slack:
    """Return how a task gives way: its rate is the average in a cell times a factor."""
    name = task.workload.workload
    row, factor = case.demand_row(name, task.scenario)
    if task.workload.is_service:
        (slice_,) = task.slices
        factor *= case.load_multiplier(name, slice_)
    return Slack({Limit.of(row, "rates", task.period): factor} if factor else {})


def _index(case: Case, task: Task) -> tuple[str, ...]:
    leaf = case.tree.leaf[task.scenario]
    return case.tree.within(leaf, task.workload.workload, task.period, task.slice)


def _tasks(case: Case) -> Iterator[Task]:
    for workload, label, scenario in product(case.workloads, case.horizon.labels, case.tree.names):
        average = case.average_demand(workload.workload, label, scenario)
        if not workload.is_service:
            slices = case.horizon.slices
            yield Task(workload, label, ALL_SLICES, scenario, slices, average)
            continue
        for slice_ in case.horizon.slices:
            rate = average * case.load_multiplier(workload.workload, slice_)
            yield Task(workload, label, slice_.slice, scenario, (slice_,), rate)


def _served(case: Case, decisions: Decisions, task: Task) -> Sum:
    served = Sum()
    for slice_ in task.slices:
        share = 1.0 if task.workload.is_service else slice_.share
        where = (task.workload.workload, task.period, slice_.slice, task.scenario)
        for key in decisions.by_workload.get(where, ()):
            rate = case.throughput(task.workload, key.pool.sku)
            served.add(share * rate, decisions.working[key])
    return served


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add what the units at work do for each workload, and compare it with its demand."""
    lines, allowed = [], []
    for workload in case.workloads:
        uses = [use for use in path.uses if use.workload == workload.workload]
        allowed += [
            Line(
                f"{use.workload} on {use.pool}",
                float(not case.may_serve(workload, use.pool)),
                "<=",
                0,
            )
            for use in uses
        ]
        if workload.shortage_penalty is not None:
            continue
        for label, average in (
            (label, case.average_demand(workload.workload, label, path.scenario))
            for label in case.horizon.labels
        ):
            work = {slice_.slice: 0.0 for slice_ in case.horizon.slices}
            for use in uses:
                if use.period == label:
                    work[use.slice] += use.units * case.throughput(workload, use.pool.sku)
            if not workload.is_service:
                done = sum(one.share * work[one.slice] for one in case.horizon.slices)
                lines.append(Line(f"{workload.workload} in {label}", done, ">=", average))
                continue
            for one in case.horizon.slices:
                rate = average * case.load_multiplier(workload.workload, one)
                where = f"{workload.workload} in {label}, {one.slice}"
                lines.append(Line(where, work[one.slice], ">=", rate))
    yield judge(
        "demand",
        "What serves a workload without shortage penalty is at least its demand.",
        "workload's unit",
        lines,
        least=1e-12,
    )
    yield judge(
        "demand",
        "A workload runs only on SKUs, sites and offers that may serve it.",
        "uses that may not",
        allowed,
    )
