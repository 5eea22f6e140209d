"""What is in the way: why there is no plan, in the user's cells, and the ways out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from planner.plan.diagnosis import CellOf, Diagnosis, Obstacle, limit_in_words
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import SignedNumber

CERTAIN = "shown by arithmetic alone"
TOGETHER = "cannot hold together"
REMARK = "not found out"


class ObstacleLine(Row):
    """A cell that stands in the way, or gives way in a way out."""

    sheet: ClassVar[Sheet] = Sheet(
        "What is in the way",
        "障碍",
        "No plan can meet all demands and limits. Change all cells of any one way out, by at least "
        "what is said, and there is a plan.",
    )
    way: Annotated[str, Column("Way out", width=34)]
    what: Annotated[str, Column("What", width=78)]
    cell: Annotated[str, Column("Cell", note="in the input workbook", width=18)] = ""
    now: Annotated[SignedNumber | None, Column("Now")] = None
    change: Annotated[SignedNumber | None, Column("Change", note="at least")] = None
    needed: Annotated[SignedNumber | None, Column("Needed", note="now and the change")] = None
    unit: Annotated[str, Column("Unit", note="a share is 0 to 1", width=14)] = ""
    when: Annotated[str, Column("Where it binds", width=30)] = ""


def tabulate(diagnosis: Diagnosis, cell_of: CellOf) -> Table:
    """Return the ways out, what is certain without any of them, and what contradicts itself."""
    return Table(ObstacleLine, list(_lines(diagnosis, cell_of)))


def _lines(diagnosis: Diagnosis, cell_of: CellOf) -> Iterator[ObstacleLine]:
    for number, way in enumerate(diagnosis.ways, start=1):
        for one in way.obstacles:
            yield _line(f"{number}: {way.title}", one, cell_of)
    for one in diagnosis.certain:
        yield _line(CERTAIN, one, cell_of)
    for limit in diagnosis.conflict:
        what = limit_in_words(limit, cell_of)
        yield ObstacleLine(way=TOGETHER, what=what, cell=cell_of(limit), now=limit.now)
    for remark in diagnosis.remarks:
        yield ObstacleLine(way=REMARK, what=remark)


def _line(way: str, one: Obstacle, cell_of: CellOf) -> ObstacleLine:
    return ObstacleLine(
        way=way,
        what=one.sentence(cell_of),
        cell=cell_of(one.limit),
        now=one.limit.now,
        change=one.change,
        needed=one.needed,
        unit=one.unit,
        when=", ".join(one.when),
    )
