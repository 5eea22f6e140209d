"""Template: the input workbook, blank or filled, ready to be filled in further."""

from __future__ import annotations

from pathlib import Path

from planner.case.case import INPUT
from planner.case.horizon import Period
from planner.workbook.looks import Formats
from planner.workbook.saving import new_workbook
from planner.workbook.template.dropdowns import define_key_names
from planner.workbook.template.input_sheet import write_sheet
from planner.workbook.template.layout import InputSheet
from planner.workbook.template.readme import write_readme
from planner.workbook.template.samples import Rows
from planner.workbook.template.settings_sheet import write_settings
from planner.workbook.template.words import Language

SPARE_ROWS = 200


def write_template(
    path: Path, tables: Rows, *, lang: Language = "en", spare_rows: int = SPARE_ROWS
) -> None:
    """Write the input workbook: a README, then a sheet for each input table.

    The same tables give the same bytes where SOURCE_DATE_EPOCH is set.

    Parameters
    ----------
    path : where; an existing file is replaced, as a whole or not at all
    tables : the rows that are already known, by their class
    lang : of the sheets' and columns' names and of the README
    spare_rows : below the last filled one, at least 1, that look like input

    Raises
    ------
    FileError
        Where the file cannot be written.
    """
    with new_workbook(path, "Input of a purchase plan") as book:
        formats = Formats(book)
        write_readme(book, formats, path.name, lang)
        for sheet in _sheets(tables, lang, spare_rows):
            is_settings = sheet.table.sheet.layout == "settings"
            (write_settings if is_settings else write_sheet)(book, formats, sheet)
            define_key_names(book, sheet)


def _sheets(tables: Rows, lang: Language, spare_rows: int) -> list[InputSheet]:
    periods = [row.period for row in tables.get(Period, ()) if isinstance(row, Period)]
    return [InputSheet(table, tables.get(table, ()), periods, lang, spare_rows) for table in INPUT]
