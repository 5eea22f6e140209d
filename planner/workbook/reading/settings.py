"""Settings: a sheet with a name and a value a row."""

from __future__ import annotations

from typing import Annotated, ClassVar

from planner.case.findings import Entry, nearest
from planner.errors import Code
from planner.row import Column, ColumnSpec, Row, Sheet, columns, name_key
from planner.workbook.reading.cells import Cell, SheetCells
from planner.workbook.reading.faults import CellFaultError
from planner.workbook.reading.headers import read_header
from planner.workbook.reading.issues import SheetIssues
from planner.workbook.reading.places import Places
from planner.workbook.reading.tables import UNREADABLE, TableRead
from planner.workbook.reading.texts import shown, text_of
from planner.workbook.reading.values import mark_fault, read_cell


class SettingLine(Row):
    """A line of a sheet of settings."""

    sheet: ClassVar[Sheet] = Sheet("Settings", "设置")
    setting: Annotated[str, Column("Setting", "设置", "name of the setting")]
    value: Annotated[str, Column("Value", "值", "of the setting; blank: its default")]
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""


def read_settings(table: type[Row], sheet: SheetCells, issues: SheetIssues) -> TableRead:
    """Return the one line that a sheet of settings makes: a field for each setting."""
    if sheet.is_blank:
        return TableRead((), issues)
    header = read_header(columns(SettingLine), sheet, None, issues)
    if header is None or not {"setting", "value"} <= header.columns.keys():
        return TableRead((UNREADABLE,), issues)
    found: dict[str, tuple[Cell, Cell]] = {}
    specs = {
        name_key(name): spec for spec in columns(table) for name in (spec.header, spec.column.zh)
    }
    for row in range(header.start.row + 1, len(sheet.rows)):
        name = sheet.cell(row, header.columns["setting"])
        value = sheet.cell(row, header.columns["value"])
        spec = _named(name, value, specs, issues)
        if spec is not None and spec.field in found:
            _tell_twice(name, found[spec.field][0], issues)
        elif spec is not None:
            found[spec.field] = (name, value)
    entry = _entry(table, found, issues)
    places = Places(sheet, header.start.row, (), header.columns, settings=found)
    return TableRead((entry,), issues, places)


def _named(
    name: Cell, value: Cell, specs: dict[str, ColumnSpec], issues: SheetIssues
) -> ColumnSpec | None:
    """Return the setting that a line is about; None where it is blank or not known."""
    if name.error or name.is_without_value:
        issues.add_fault(mark_fault(name, "a setting's name"), name, "")
        return None
    text = text_of(name.value)
    spec = specs.get(name_key(text))
    if text and spec is None:
        known = [one.header if text.isascii() else one.column.zh for one in specs.values()]
        issues.add(
            Code.SETTING_UNKNOWN,
            f"there is no setting '{shown(name)}', so this line is not read.",
            cell=name,
            column=text,
            hint=nearest(text, known),
            severity="warning",
        )
    elif not text and (shown(value) or value.is_without_value):
        issues.add(
            Code.CELL_EMPTY,
            f"the value {shown(value)} has no setting.",
            cell=name,
            expected="a setting's name",
            hint="Fill in the cell, or clear the row.",
        )
    return spec


def _tell_twice(name: Cell, first: Cell, issues: SheetIssues) -> None:
    issues.add(
        Code.KEY_TWICE,
        f"'{shown(name)}' stands on this sheet already, at {first.address}.",
        cell=name,
        column=shown(name),
        expected="each setting once",
        hint="Delete one of the two rows.",
    )


def _entry(table: type[Row], found: dict[str, tuple[Cell, Cell]], issues: SheetIssues) -> Entry:
    values = {spec.field: spec.default for spec in columns(table)}
    for spec in columns(table):
        if spec.field not in found:
            continue
        name, value = found[spec.field]
        try:
            values[spec.field] = read_cell(value, spec)
        except CellFaultError as fault:
            issues.add_fault(fault, value, shown(name))
            del values[spec.field]
    is_whole = len(values) == len(columns(table))
    return Entry(values, table(**values) if is_whole else None)
