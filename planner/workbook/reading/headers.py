"""Headers: in which row a table's header stands, and which column holds what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from planner.row import ColumnSpec, name_key
from planner.workbook.reading.cells import Cell, SheetCells, Value
from planner.workbook.reading.header_issues import (
    tell_column_twice,
    tell_missing_columns,
    tell_missing_label,
    tell_no_header,
    tell_no_name,
    tell_other_unit,
    tell_unknown_column,
    tell_unknown_label,
)
from planner.workbook.reading.issues import SheetIssues
from planner.workbook.reading.texts import is_blank, shown, text_of
from planner.workbook.reading.values import mark_fault


@dataclass(frozen=True)
class Header:
    """Where a table's columns stand. Rows and columns count from 0.

    Attributes
    ----------
    start : the first cell of the header row that holds something
    specs : the columns that there may be, by field
    columns : the column of each field
    spread : the column of each label, for a table with one column a period
    is_readable : whether each of its cells could be read
    """

    start: Cell
    specs: Mapping[str, ColumnSpec]
    columns: dict[str, int] = field(default_factory=dict)
    spread: dict[str, int] = field(default_factory=dict)
    is_readable: bool = True


def read_header(
    specs: Sequence[ColumnSpec],
    sheet: SheetCells,
    labels: Collection[str] | None,
    issues: SheetIssues,
) -> Header | None:
    """Return a table's header; None where no row of the sheet looks like one.

    `labels` are those that columns of a spread table may be headed by; None where they
    are not known, so that any may.
    """
    names = _names(specs)
    required = {spec.field for spec in specs if spec.required and spec.kind != "spread"}
    label_keys = {name_key(label) for label in labels or ()}
    row = _header_row(sheet, names, required, label_keys)
    if row is None:
        tell_no_header(specs, issues)
        return None
    cells = [sheet.cell(row, column) for column in range(len(sheet.rows[row]))]
    start = next(cell for cell in cells if shown(cell) or cell.is_without_value)
    is_readable = not any((cell.row, cell.column) in sheet.marked for cell in cells)
    header = Header(start, {spec.field: spec for spec in specs}, is_readable=is_readable)
    placed = (_place_column(cell, names, header, sheet, issues) for cell in cells)
    unknown = [cell for cell in placed if cell is not None]
    if any(spec.kind == "spread" for spec in specs):
        _spread_columns(unknown, labels, specs, header, issues)
    else:
        for cell in unknown:
            tell_unknown_column(cell, specs, issues)
    if header.is_readable:
        absent = [
            spec for spec in specs if spec.field in required and spec.field not in header.columns
        ]
        tell_missing_columns(absent, unknown, start, issues)
    return header


def _names(specs: Sequence[ColumnSpec]) -> dict[str, str]:
    """Return the fields by what is compared of their names, in either language."""
    return {
        name_key(name): spec.field
        for spec in specs
        for name in (spec.header, spec.column.zh)
        if name and spec.kind != "spread"
    }


def _header_row(
    sheet: SheetCells, names: Mapping[str, str], required: set[str], labels: Collection[str]
) -> int | None:
    """Return the first row with all required columns, else the one with most known ones."""
    keys: dict[str, str] = {}

    def key_of(value: Value) -> str:
        text = text_of(value)
        key = keys.get(text)
        if key is None:
            key = keys[text] = name_key(text)
        return key

    best, most = None, 0
    for place, row in enumerate(sheet.rows):
        found = {key_of(value) for value in row if isinstance(value, str) or labels}
        fields = {names[key] for key in found if key in names}
        if required <= fields:
            return place
        count = len(fields) + sum(key in labels for key in found)
        if count > most:
            best, most = place, count
    return best


def _place_column(
    cell: Cell,
    names: Mapping[str, str],
    header: Header,
    sheet: SheetCells,
    issues: SheetIssues,
) -> Cell | None:
    """Enter a header cell into the header; return it where its name is not known."""
    if (cell.row, cell.column) in sheet.marked:
        issues.add_fault(mark_fault(cell, "a column's name"), cell, "")
    elif is_blank(cell.value):
        if any(not is_blank(row[cell.column]) for row in sheet.rows[cell.row + 1 :]):
            tell_no_name(cell, issues)
    else:
        name = names.get(name_key(text_of(cell.value)))
        if name is None:
            return cell
        _enter(cell, name, header.columns, issues)
        tell_other_unit(cell, header.specs[name], issues)
    return None


def _enter(cell: Cell, name: str, columns: dict[str, int], issues: SheetIssues) -> None:
    if name in columns:
        tell_column_twice(cell, cell._replace(column=columns[name]), issues)
    columns.setdefault(name, cell.column)


def _spread_columns(
    unknown: Sequence[Cell],
    labels: Collection[str] | None,
    specs: Sequence[ColumnSpec],
    header: Header,
    issues: SheetIssues,
) -> None:
    """Enter the columns that are headed by labels, and tell labels without a column."""
    keys = Counter(name_key(label) for label in labels or ())
    by_key = {name_key(label): label for label in labels or () if keys[name_key(label)] == 1}
    for cell in unknown:
        text = text_of(cell.value)
        label = text if labels is None or text in labels else by_key.get(name_key(text))
        if label is not None:
            _enter(cell, label, header.spread, issues)
        else:
            tell_unknown_label(cell, specs, labels or (), issues)
    for label in labels or () if header.is_readable else ():
        if label not in header.spread:
            tell_missing_label(label, specs, header.start, issues)
