"""Compute: the cores and TFLOPS of all working units, period by period."""

from __future__ import annotations

from dataclasses import dataclass

from planner.case.case import Case
from planner.plan.facts import Use
from planner.plan.stock import StockTable


@dataclass(frozen=True, slots=True)
class Compute:
    """What a period requires of the document's R and P, and what works in it.

    Attributes
    ----------
    period : its label
    required_cores, required_tflops : R_d and P_t + α × missing cores; None where not asked
    cores, tflops : of committed units in service, and of rented ones at work
    missing_cores : cores below R_d, which α lets TFLOPS stand in for
    """

    period: str
    required_cores: float | None
    cores: float
    missing_cores: float
    required_tflops: float | None
    tflops: float


def count_compute(case: Case, stock: StockTable, uses: tuple[Use, ...]) -> tuple[Compute, ...]:
    """Return cores and TFLOPS of every period.

    Parameters
    ----------
    case : what is given
    stock : the committed units of every pool and period
    uses : the plan's
    """
    cores = dict.fromkeys(case.horizon.labels, 0.0)
    tflops = dict.fromkeys(case.horizon.labels, 0.0)
    working = [(pool.sku, label, units.able) for (pool, label), units in stock.items()]
    working += [
        (use.pool.sku, use.period, case.horizon.by_slice[use.slice].share * use.units)
        for use in uses
        if use.pool.is_elastic
    ]
    for sku, label, units in working:
        cores[label] += case.sku[sku].cores * units
        tflops[label] += case.sku[sku].tflops * units
    return tuple(_period(case, label, cores[label], tflops[label]) for label in case.horizon.labels)


def _period(case: Case, label: str, cores: float, tflops: float) -> Compute:
    period, alpha = case.horizon.by_label[label], case.settings.alpha
    missing = max(0.0, (period.required_cores or 0.0) - cores)
    required = period.required_tflops
    if alpha is not None and period.required_cores is not None:
        required = (required or 0.0) + alpha * missing
    return Compute(label, period.required_cores, cores, missing, required, tflops)
