"""Table: what was measured, as Markdown for people and as CSV for programs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

Cell = str | int | float | None

ABSENT = "—"
LARGE, SMALL = 100.0, 0.1


@dataclass(frozen=True, slots=True)
class Table:
    """A table and what has to be known to read it.

    Attributes
    ----------
    name : of its file
    title : its heading
    headers : of its columns
    rows : as long as the headers
    notes : sentences below it
    """

    name: str
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """Return the table with its heading and notes."""
        is_number = [
            any(isinstance(row[place], int | float) for row in self.rows)
            for place in range(len(self.headers))
        ]
        lines = [
            f"## {self.title}",
            "",
            _line(self.headers),
            _line(["---:" if right else "---" for right in is_number]),
            *(_line([_text(cell) for cell in row]) for row in self.rows),
            "",
            *(f"- {note}" for note in self.notes),
        ]
        return "\n".join(lines).rstrip() + "\n"

    def csv(self) -> str:
        """Return the table with all its digits."""
        held = StringIO()
        writer = csv.writer(held, lineterminator="\n")
        writer.writerow(self.headers)
        writer.writerows(self.rows)
        return held.getvalue()


def write_tables(tables: Sequence[Table], folder: Path) -> None:
    """Write every table into a folder: all of them as `results.md`, each as a CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text("\n".join(one.markdown() for one in tables))
    for one in tables:
        (folder / f"{one.name}.csv").write_text(one.csv())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(cell: Cell) -> str:
    if cell is None:
        return ABSENT
    if isinstance(cell, float):
        if abs(cell) >= LARGE:
            return f"{cell:,.0f}"
        return f"{cell:.2f}" if abs(cell) >= SMALL or not cell else f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else cell.replace("|", "\\|")
