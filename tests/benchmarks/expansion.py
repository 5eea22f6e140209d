"""Expansion: what PyPSA makes of a case, as far as its components can say it."""

from __future__ import annotations

from tests.benchmarks.run import Run
from tests.benchmarks.table import Cell, Table

HEADERS = (
    "size",
    "components s",
    "model s",
    "hand over s",
    "CPU s",
    "memory added MB",
    "peak MB",
    "rows",
    "columns",
    "integers",
    "nonzeros",
    "cost, to compare the order of size only",
)
SECONDS = 20.0
"""For HiGHS to solve it: not measured, but a model that has no solution is no model."""


def measure_expansion(run: Run) -> Table:
    """Return the table of PyPSA's models."""
    rows: list[list[Cell]] = []
    for name, size in run.sizes.items():
        found = run.job("expand", run.source(name, size), gap=run.gap, seconds=SECONDS)
        if "failed" in found:
            rows.append([name, found["failed"], *[None] * (len(HEADERS) - 2)])
            continue
        steps = (found["state"], found["build"], found["hand_over"])
        shape = found["shape"]
        rows.append(
            [
                name,
                *(one["wall"] for one in steps),
                sum(one["cpu"] for one in steps),
                found["peak"] - found["before"],
                found["peak"],
                *(shape[what] for what in ("rows", "columns", "integers", "nonzeros")),
                found["cost"],
            ]
        )
    return Table("pypsa", "PyPSA, without constraints of one's own", HEADERS, rows, NOTES)


NOTES = (
    (
        "Not the same problem: units in pools, work by throughput, orders as modular generators "
        "with a delivery and a term, rentals, loads and shortage are there, and nothing else."
    ),
    (
        "What its components cannot say, and would be rows written by hand: a max order over all "
        "sites of an offer and a max total; price tiers, min orders, fees, rebates; budgets by the "
        "period of payment; site power and space, idle power, energy and carbon caps by period; "
        "whole clusters and the loss of a site; batch work that is free within a period; side "
        "rules, residual values, order dates; orders that wait for a scenario to be known."
    ),
)
