"""Header issues: what is said of columns that are missing, unknown or there twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from planner.case.findings import closest, nearest
from planner.errors import Code
from planner.row import ColumnSpec
from planner.workbook.reading.cells import Cell
from planner.workbook.reading.issues import SheetIssues
from planner.workbook.reading.texts import shown, text_of

_IN_PARENTHESES = re.compile(r"[(（]([^()（）]+)[)）]")


def tell_no_header(specs: Sequence[ColumnSpec], issues: SheetIssues) -> None:
    """Note that no row of the sheet looks like a header."""
    required = [spec.header for spec in specs if spec.required and spec.kind != "spread"]
    issues.add(
        Code.HEADER_MISSING,
        "no row of this sheet is a header that is known.",
        expected=f"a row with the columns {', '.join(required)}",
    )


def tell_missing_columns(
    absent: Sequence[ColumnSpec], unknown: Sequence[Cell], start: Cell, issues: SheetIssues
) -> None:
    """Note required columns that the header has not, and the unknown one that may be meant."""
    names = [shown(cell) for cell in unknown]
    for spec in absent:
        near = closest(spec.header, names) or closest(spec.column.zh, names)
        issues.add(
            Code.HEADER_MISSING,
            f"the required column {spec.header} ({spec.column.zh}) is missing.",
            cell=start,
            column=spec.header,
            expected=f"a column {spec.header}",
            hint=f"Is it the column '{near}'? Rename it." if near else "",
        )


def tell_unknown_column(cell: Cell, specs: Sequence[ColumnSpec], issues: SheetIssues) -> None:
    """Note a column that is not read, and the known one that may be meant."""
    text = shown(cell)
    known = [spec.header if text.isascii() else spec.column.zh for spec in specs]
    issues.add(
        Code.COLUMN_UNKNOWN,
        "no column has this name, so it is not read.",
        cell=cell,
        column=text,
        hint=nearest(text, known),
        severity="warning",
    )


def tell_other_unit(cell: Cell, spec: ColumnSpec, issues: SheetIssues) -> None:
    """Warn where a header names a unit that its column is not read in."""
    if spec.kind not in ("number", "whole"):
        return
    own = f"{spec.header} {spec.column.zh} ({spec.unit.symbol}) ({spec.field})"
    known = {_unit_key(unit) for unit in _IN_PARENTHESES.findall(own)}
    for unit in _IN_PARENTHESES.findall(shown(cell)):
        if _unit_key(unit) not in known:
            symbol = f"the {spec.unit.symbol}" if spec.unit.money else spec.unit.symbol
            words = f"in {symbol}" if symbol else "as a plain number"
            issues.add(
                Code.UNIT_DIFFERS,
                f"the column is read {words}, whatever stands in parentheses: '{unit}' counts "
                "for nothing.",
                cell=cell,
                column=shown(cell),
                hint=f"Convert its figures, and name it {spec.header}.",
                severity="warning",
            )


def _unit_key(unit: str) -> str:
    return unicodedata.normalize("NFKC", unit).replace(" ", "").casefold().removesuffix("s")


def tell_no_name(cell: Cell, issues: SheetIssues) -> None:
    """Note a column that holds values under an empty header cell."""
    issues.add(
        Code.COLUMN_UNKNOWN,
        "the column has values but no header, so it is not read.",
        cell=cell,
        hint="Give it a header, or clear it.",
        severity="warning",
    )


def tell_column_twice(cell: Cell, first: Cell, issues: SheetIssues) -> None:
    """Note a column that has the name of one before it."""
    issues.add(
        Code.COLUMN_TWICE,
        f"the column at {first.address} has this name already.",
        cell=cell,
        column=shown(cell),
        expected="each column once",
        hint="Delete or rename one of the two.",
    )


def tell_unknown_label(
    cell: Cell, specs: Sequence[ColumnSpec], labels: Collection[str], issues: SheetIssues
) -> None:
    """Note a column whose header is neither a label nor the name of another column."""
    spread = next(spec for spec in specs if spec.kind == "spread")
    text = text_of(cell.value)
    names = [spec.header for spec in specs if spec is not spread]
    known = names if closest(text, names) else labels
    issues.add(
        Code.PERIOD_UNKNOWN,
        f"'{shown(cell)}' is not on the sheet {spread.column.refers}.",
        cell=cell,
        column=shown(cell),
        expected=f"a {spread.header} from {spread.column.refers}",
        hint=nearest(text, known),
    )


def tell_missing_label(
    label: str, specs: Sequence[ColumnSpec], start: Cell, issues: SheetIssues
) -> None:
    """Note a label that heads no column."""
    spread = next(spec for spec in specs if spec.kind == "spread")
    issues.add(
        Code.DEMAND_MISSING,
        f"there is no column for '{label}'.",
        cell=start,
        column=label,
        expected=f"a column for each {spread.header} from {spread.column.refers}",
        hint="Add the column, and write 0 where there is no demand.",
    )
