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
from collections.abc import Callable, Iterator
from math import isnan, nan

import numpy as np
from pyomo.environ import NonNegativeReals

from planner.case.case import Case
from planner.case.limits import Limit
from planner.model.decisions import Decisions
from planner.model.index import Floats, Index, all_of
from planner.model.ledger import Ledgers
from planner.model.linear import Slack
from planner.model.section import Section
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Close cores and TFLOPS, and ask for what each period requires of both."""
    del decisions  # others have posted all that counts
    alpha, period = case.settings.alpha, case.horizon.by_label
    places = all_of("period", case.horizon.labels).join(all_of("scenario", case.tree.names))
    cores = places.each("period", lambda label: _or_nan(period[label].required_cores))
    tflops = places.each("period", lambda label: _or_nan(period[label].required_tflops))
    asks_cores = np.isfinite(cores)
    can_miss = asks_cores if alpha is not None else np.zeros(len(places), dtype=bool)
    missing = section.variables_of("missing_cores", places.take(can_miss), NonNegativeReals)

    def slack_of(rows: Index, field: str, given: Floats) -> Callable[[int], Slack]:
        def slack(place: int) -> Slack:
            limit = Limit.of(period[rows.key(place)[0]], field)
            return Slack({} if isnan(given[place]) else {limit: 1.0})

        return slack

    rows = places.take(asks_cores)
    section.constrain_all(
        "cores",
        ledgers.cores.close().to(rows) + missing.to(rows),
        lower=cores[asks_cores],
        slack=slack_of(rows, "required_cores", cores[asks_cores]),
    )
    asks_tflops = np.isfinite(tflops) | can_miss
    rows = places.take(asks_tflops)
    section.constrain_all(
        "tflops",
        ledgers.tflops.close().to(rows) - missing.to(rows) * (alpha or 0.0),
        lower=np.nan_to_num(tflops[asks_tflops]),
        slack=slack_of(rows, "required_tflops", tflops[asks_tflops]),
    )


def _or_nan(required: float | None) -> float:
    return nan if required is None else required


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
