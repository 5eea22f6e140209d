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

from pyomo.environ import NonNegativeReals

from planner.case.case import Case
from planner.case.limits import Limit
from planner.case.workloads import Workload
from planner.model.decisions import Decisions
from planner.model.index import Index, all_of, index_of
from planner.model.ledger import Ledgers, accounts
from planner.model.linear import Slack
from planner.model.section import Section
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path
from planner.plan.service import ALL_SLICES


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Ask for the demand of every workload, and post what shortfalls cost."""
    tasks, work = _tasks(case), decisions.working
    share = work.index.each(
        ("workload", "slice"), lambda name, slice_: _share(case, case.workload[name], slice_)
    )
    rate = decisions.pools.throughput(work.index)
    served = (work * (share * rate)).on(_at_tasks(case, work.index, tasks)).to(tasks)
    penalty = tasks.each("workload", lambda name: case.workload[name].shortage_penalty or 0.0)
    is_soft = tasks.where("workload", lambda name: _is_soft(case, name))
    short = section.variables_of("short", tasks.take(is_soft), NonNegativeReals)
    hours = short.index.each(("workload", "period", "slice"), lambda *task: _hours(case, *task))
    paid = short * (penalty[is_soft] * hours)
    accounts_of = accounts(paid.index, case.tree, Part.SHORTAGE, Budget.NONE)
    ledgers.money.post_all(paid.on(accounts_of))
    asked = tasks.each(
        ("workload", "period", "slice", "scenario"), lambda *task: _asked(case, *task)
    )

    def slack(place: int) -> Slack | None:
        return None if is_soft[place] else _slack(case, *tasks.key(place))

    section.constrain_all("served", served + short.to(tasks), lower=asked, slack=slack)


def _tasks(case: Case) -> Index:
    """Return what is asked for at once: of services in a slice, of batch work in a period."""
    slices = tuple(one.slice for one in case.horizon.slices)
    names = tuple(one.workload for one in case.workloads)
    labels = (*slices, ALL_SLICES) if ALL_SLICES not in slices else slices
    asked = index_of(
        {"workload": names, "slice": labels},
        [
            (one.workload, slice_)
            for one in case.workloads
            for slice_ in (slices if one.is_service else (ALL_SLICES,))
        ],
    )
    when = all_of("period", case.horizon.labels).join(all_of("scenario", case.tree.names))
    return asked.join(when).on("workload", "period", "slice", "scenario")


def _at_tasks(case: Case, work: Index, tasks: Index) -> Index:
    """Return the keys of what is at work with the slices of the tasks that it is part of."""
    labels = tasks.labels["slice"]
    place = work.each(
        ("workload", "slice"),
        lambda name, slice_: labels.index(slice_ if case.workload[name].is_service else ALL_SLICES),
    )
    return work.on("workload", "period", "scenario").along("slice", labels, place.astype(int))


def _share(case: Case, workload: Workload, slice_: str) -> float:
    """Return the part of a rate that work in a slice counts for."""
    return 1.0 if workload.is_service else case.horizon.by_slice[slice_].share


def _is_soft(case: Case, name: str) -> bool:
    return case.workload[name].shortage_penalty is not None


def _hours(case: Case, name: str, label: str, slice_: str) -> float:
    names = [slice_] if case.workload[name].is_service else list(case.horizon.by_slice)
    return sum(case.horizon.hours_of(label, one) for one in names)


def _asked(case: Case, name: str, label: str, slice_: str, scenario: str) -> float:
    average = case.average_demand(name, label, scenario)
    if not case.workload[name].is_service:
        return average
    return average * case.load_multiplier(name, case.horizon.by_slice[slice_])


def _slack(case: Case, name: str, label: str, slice_: str, scenario: str) -> Slack:
    """Return how a task gives way: its rate is the average in a cell times a factor."""
    row, factor = case.demand_row(name, scenario)
    if case.workload[name].is_service:
        factor *= case.load_multiplier(name, case.horizon.by_slice[slice_])
    return Slack({Limit.of(row, "rates", label): factor} if factor else {})


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
