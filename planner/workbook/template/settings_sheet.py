"""Settings sheet: one setting a row, with what it means beside it."""

from __future__ import annotations

import xlsxwriter

from planner.row import ColumnSpec, columns
from planner.workbook.looks import ON_LEFT, Formats, column_width, is_number
from planner.workbook.reading.settings import SettingLine
from planner.workbook.template.dropdowns import dropdown, offer
from planner.workbook.template.input_sheet import set_page, write_cell, write_head
from planner.workbook.template.layout import (
    FIRST_ROW,
    HEADER_ROW,
    NO_DEFAULT,
    InputSheet,
    width_text,
)

NAME, VALUE, NOTE = range(3)
VALUE_WIDTH = 30
NOTE_WIDTH = 90


def write_settings(book: xlsxwriter.Workbook, formats: Formats, plan: InputSheet) -> None:
    """Write every setting with its value, and with its meaning and default as a note."""
    sheet = book.add_worksheet(plan.name)
    write_head(sheet, formats, plan)
    for place, spec in enumerate(columns(SettingLine)):
        style = formats.header(spec)
        sheet.write_string(HEADER_ROW, place, plan.header(spec), style)
    values = dict(next(iter(plan.rows), plan.table()))
    specs = columns(plan.table)
    for row, spec in enumerate(specs, start=FIRST_ROW):
        sheet.write_string(row, NAME, plan.header(spec), formats.get(bold=True, **ON_LEFT))
        shown = plan.shown(values[spec.field])
        write_cell(sheet, row, VALUE, shown, formats.cell(spec, on_left=True))
        offer(sheet, row, VALUE, row, dropdown(spec, plan.words))
        sheet.write_string(row, NOTE, _meaning(spec, plan), formats.remark(**ON_LEFT))
    names = column_width("", (plan.header(spec) for spec in specs), 0)
    texts = (width_text(plan.shown(value)) for value in values.values())
    widths = (names, column_width("", texts, VALUE_WIDTH), NOTE_WIDTH)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    set_page(sheet, plan, FIRST_ROW + len(specs), widths)


def _meaning(spec: ColumnSpec, plan: InputSheet) -> str:
    words = plan.words
    unit = spec.unit.symbol if is_number(spec) else ""
    default = spec.default_words()
    parts = [
        spec.column.note,
        f"{words.unit}: {unit}" if unit and unit != spec.column.note else "",
        ", ".join(spec.choices),
        f"{words.blank_means}: {default}" if default != NO_DEFAULT else "",
    ]
    return ". ".join(part for part in parts if part)
