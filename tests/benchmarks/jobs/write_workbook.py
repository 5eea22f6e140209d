"""Write workbook: a generated case as somebody would have filled it in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.workbook.template.template import write_template
from tests.benchmarks.source import source_from


def work(source: dict[str, Any], path: str) -> dict[str, Any]:
    """Write the workbook."""
    tables = source_from(source).case().tables()
    rows = {table: tuple(one.row for one in entries) for table, entries in tables.items()}
    write_template(Path(path), rows, spare_rows=1)
    return {}
