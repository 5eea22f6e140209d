"""README: the first sheet of the input workbook, for people."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from planner.case.case import INPUT
from planner.case.hardware import Hardware
from planner.row import ColumnSpec, Sheet, columns
from planner.workbook.looks import LINE_HEIGHT, ON_LEFT, Formats, wrapped_lines
from planner.workbook.template.words import WORDS, Language, Words

NAME_WIDTH, NEED_WIDTH, TEXT_WIDTH = 18, 20, 100


def write_readme(book: xlsxwriter.Workbook, formats: Formats, file: str, lang: Language) -> None:
    """Write what the workbook is for, what to do, and what each sheet holds."""
    words = WORDS[lang]
    sheet = book.add_worksheet(words.read_me)
    sheet.hide_gridlines(2)
    for place, width in enumerate((NAME_WIDTH, NEED_WIDTH, TEXT_WIDTH)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, words.title, formats.title())
    sheet.set_row(0, 2 * LINE_HEIGHT)
    whole = NAME_WIDTH + NEED_WIDTH + TEXT_WIDTH
    sheet.merge_range(1, 0, 1, 2, "", formats.get(text_wrap=True))
    sheet.write_string(1, 0, words.purpose, formats.get(text_wrap=True))
    sheet.set_row(1, LINE_HEIGHT * (1 + wrapped_lines(words.purpose, whole)))
    row = _write_steps(sheet, formats, 3, words, file)
    row = _write_colours(sheet, formats, row + 1, words)
    row = _write_sheets(sheet, formats, row + 1, lang)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, row, 2)


def _write_steps(sheet: Worksheet, formats: Formats, row: int, words: Words, file: str) -> int:
    sheet.write_string(row, 0, words.steps_heading, formats.heading())
    for number, (step, command) in enumerate(words.steps, start=1):
        row += 1
        sheet.write_string(row, 0, f"{number}.  {step}", formats.get(**ON_LEFT))
        if command:
            row += 1
            style = formats.get(font_name="Consolas", bold=True, align="left", indent=4)
            sheet.write_string(row, 0, command.format(file=file), style)
    return row + 1


def _write_colours(sheet: Worksheet, formats: Formats, row: int, words: Words) -> int:
    sheet.write_string(row, 0, words.colours_heading, formats.heading())
    required, optional = _a_column(required=True), _a_column(required=False)
    styles = (
        formats.cell(required),
        formats.header(required),
        formats.header(optional),
    )
    examples = ("H100", *(words.column,) * 2)
    for style, example, meaning in zip(styles, examples, words.colours, strict=True):
        row += 1
        sheet.write_string(row, 0, example, style)
        sheet.write_string(row, 1, meaning, formats.get(**ON_LEFT))
    return row + 1


def _a_column(*, required: bool) -> ColumnSpec:
    """Return a column of text, to show what such a column looks like."""
    specs = columns(Hardware)
    return next(spec for spec in specs if spec.kind == "text" and spec.required is required)


def _write_sheets(sheet: Worksheet, formats: Formats, row: int, lang: Language) -> int:
    words = WORDS[lang]
    sheet.write_string(row, 0, words.sheets_heading, formats.heading())
    header = formats.get(bold=True, bottom=1, **ON_LEFT)
    for place, text in enumerate((words.sheet, words.need, words.holds)):
        sheet.write_string(row + 1, place, text, header)
    row += 1
    link = formats.get(font_color="#0563C1", underline=1, **ON_LEFT)
    for table in INPUT:
        row += 1
        kind = table.sheet
        name = kind.zh if lang == "zh" else kind.name
        sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
        sheet.write_string(row, 1, _need(kind, words), formats.get(bold=kind.required, **ON_LEFT))
        sheet.write_string(row, 2, kind.note, formats.get(text_wrap=True, **ON_LEFT))
        sheet.set_row(row, LINE_HEIGHT * wrapped_lines(kind.note, TEXT_WIDTH))
    return row


def _need(kind: Sheet, words: Words) -> str:
    return words.needed if kind.required else words.optional
