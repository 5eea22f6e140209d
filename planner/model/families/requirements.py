"""Requirements: the document's R(x) ≥ R_d and P(x) ≥ P_t, tied by α.

For every period t with required cores, and scenario ω:

    Σ_p cores_h · cap'_pt + g_t ≥ R_d,t

For every period t with required TFLOPS, or with required cores and α, and scenario ω:

    Σ_p tflops_h · cap'_pt ≥ P_t,t + α · g_t

where

    ============  ================================================  ============
    symbol        meaning                                           unit
    ============  ================================================  ============
    cap'_pt       committed: fleet + Σ availability·pack·x;         units
                  elastic: units at work, averaged over the period
    g_t           cores missing to R_d; 0 without α                 cores
    R_d,t         required cores                                    cores
    P_t,t         required TFLOPS, 0 where blank                    TFLOPS
    α             TFLOPS required for each core missing             TFLOPS
    ============  ================================================  ============
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from pyomo.core.base.block import BlockData
from pyomo.environ import NonNegativeReals, Var

from planner.case.case import Case
from planner.case.limits import Limit
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers, PeriodScenario
from planner.model.linear import Limited, Slack, Sum, at_least, constrain
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Close cores and TFLOPS, and ask for what each period requires of both."""
    del decisions  # others have posted all that counts
    cores, tflops = ledgers.cores.close(), ledgers.tflops.close()
    alpha = case.settings.alpha
    places = list(product(case.horizon.periods, case.tree.names))
    index = {
        (period.period, scenario): case.tree.within(case.tree.leaf[scenario], period.period)
        for period, scenario in places
    }
    short = [
        index[period.period, scenario]
        for period, scenario in places
        if period.required_cores is not None and alpha is not None
    ]
    block.missing_cores = Var(short, domain=NonNegativeReals)
    core_rows: dict[tuple[str, ...], Limited] = {}
    tflops_rows: dict[tuple[str, ...], Limited] = {}
    for period, scenario in places:
        here = index[period.period, scenario]
        when = PeriodScenario(period.period, scenario)
        can_miss = here in short
        if period.required_cores is not None:
            working = Sum()
            working.add_sum(cores.get(when, Sum()))
            if can_miss:
                working.add(1.0, block.missing_cores[here])
            slack = Slack({Limit.of(period, "required_cores"): 1.0})
            core_rows[here] = at_least(working, period.required_cores, slack)
        if period.required_tflops is not None or can_miss:
            working = Sum()
            working.add_sum(tflops.get(when, Sum()))
            if can_miss:
                working.add(-(alpha or 0.0), block.missing_cores[here])
            is_given = period.required_tflops is not None
            slack = Slack({Limit.of(period, "required_tflops"): 1.0} if is_given else {})
            tflops_rows[here] = at_least(working, period.required_tflops or 0.0, slack)
    constrain(block, "cores", core_rows)
    constrain(block, "tflops", tflops_rows)


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add the cores and TFLOPS of all working units, and compare them with what is required."""
    cores: dict[str, float] = defaultdict(float)
    tflops: dict[str, float] = defaultdict(float)
    for (pool, label), stock in path.stock.items():
        cores[label] += case.sku[pool.sku].cores * stock.able
        tflops[label] += case.sku[pool.sku].tflops * stock.able
    for use in path.uses:
        if use.pool.is_elastic:
            units = case.horizon.by_slice[use.slice].share * use.units
            cores[use.period] += case.sku[use.pool.sku].cores * units
            tflops[use.period] += case.sku[use.pool.sku].tflops * units
    alpha = case.settings.alpha
    core_lines, tflops_lines = [], []
    for period in case.horizon.periods:
        label, missing = period.period, 0.0
        if period.required_cores is not None and alpha is None:
            core_lines.append(Line(label, cores[label], ">=", period.required_cores))
        elif period.required_cores is not None:
            missing = max(0.0, period.required_cores - cores[label])
        needed = (period.required_tflops or 0.0) + (alpha or 0.0) * missing
        if needed:
            tflops_lines.append(Line(label, tflops[label], ">=", needed))
    yield judge(
        "requirements",
        "The cores of working units reach Required cores, unless Alpha lets TFLOPS stand in.",
        "cores",
        core_lines,
    )
    yield judge(
        "requirements",
        "The TFLOPS of working units reach Required TFLOPS + Alpha × missing cores.",
        "TFLOPS",
        tflops_lines,
    )
