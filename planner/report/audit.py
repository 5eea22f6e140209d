"""Audit: what the plan was made from, by what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from planner.plan.outcome import Outcome
from planner.plan.provenance import Provenance
from planner.report.table import Figure, FigureKind, Table
from planner.row import Sheet

INPUT_HASH = "sha256"
STATUS, REASON, OBJECTIVE, BOUND = "status", "reason", "objective", "bound"
"""Keys of the figures from which a plan's outcome is read back."""

KNOWN = "Cost if the scenario were known"
AVERAGE = "Cost of the orders for the average demand"
NO_PLAN, NO_AVERAGE = "no plan in some scenario", "no plan for the average demand"
"""Names of the figures from which the value of foresight is read back."""


class AuditFigure(Figure):
    """A fact about how the plan was made."""

    sheet: ClassVar[Sheet] = Sheet(
        "Audit",
        "审计",
        "What the plan was made from, by what, and when.",
        layout="settings",
        key=("name",),
    )


def tabulate(outcome: Outcome, provenance: Provenance) -> Table:
    """Return how the plan was made, or why there is none."""
    return Table(AuditFigure, list(_figures(outcome, provenance)))


def _figures(outcome: Outcome, provenance: Provenance) -> Iterator[AuditFigure]:
    yield AuditFigure(key="input", kind="section", name="Input")
    yield AuditFigure(key="name", name="File", value=provenance.input_name)
    yield AuditFigure(key=INPUT_HASH, name="SHA-256", value=provenance.sha256)
    yield AuditFigure(key="versions", kind="section", name="Versions")
    for name, version in provenance.versions.items():
        yield AuditFigure(key=f"version {name}", name=name, value=version)
    yield AuditFigure(key="options", kind="section", name="Options")
    for name, value in provenance.options.items():
        yield AuditFigure(key=f"option {name}", name=name, value=value)
    yield AuditFigure(key="run", kind="section", name="Run")
    for name, moment in (("Started", provenance.started), ("Ended", provenance.ended)):
        text = moment.isoformat(timespec="seconds") if moment else "not known"
        yield AuditFigure(key=name, name=name, value=text)
    for name, seconds in provenance.seconds.items():
        yield AuditFigure(
            key=f"seconds {name}", kind="number", name=f"Seconds to {name}", value=seconds
        )
    yield AuditFigure(key="solver", kind="section", name="Solver")
    yield AuditFigure(key=STATUS, name="Status", value=outcome.status.value)
    yield AuditFigure(key=REASON, name="Reason", value=outcome.reason)
    yield AuditFigure(key=OBJECTIVE, kind="number", name="Objective", value=outcome.objective)
    yield AuditFigure(key=BOUND, kind="number", name="Bound", value=outcome.bound)
    if outcome.foresight is not None:
        known = outcome.foresight
        yield AuditFigure(key=KNOWN, kind="number", name=KNOWN, value=known.known)
        average: float | str | None = known.average
        if known.average_fails:
            average = NO_PLAN
        elif known.is_average_impossible:
            average = NO_AVERAGE
        kind: FigureKind = "text" if isinstance(average, str) else "number"
        yield AuditFigure(key=AVERAGE, kind=kind, name=AVERAGE, value=average)
    for name, count in outcome.statistics.items():
        yield AuditFigure(
            key=f"statistic {name}", kind="whole", name=name.capitalize(), value=count
        )
