"""Other ways to write the same workbook: they mean the same, to the last byte of the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from planner.case.case import INPUT
from planner.case.finance import Settings
from planner.row import ColumnSpec, columns, name_key
from tests.metamorphic.sheets import Content, Formula, Sheets, copied

Rewriting = Callable[[Sheets], Sheets]

_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_TABLES = {table.sheet.name: table for table in INPUT}


def shuffle_rows(sheets: Sheets) -> Sheets:
    """Put the lines of every sheet in another order."""
    random = Random(1)  # noqa: S311
    return {
        name: [lines[0], *random.sample(lines[1:], len(lines) - 1)]
        for name, lines in sheets.items()
    }


def shuffle_columns(sheets: Sheets) -> Sheets:
    """Put the columns of every sheet in another order."""
    random = Random(2)  # noqa: S311
    moved = {}
    for name, lines in sheets.items():
        order = random.sample(range(len(lines[0])), len(lines[0]))
        moved[name] = [[line[place] for place in order] for line in lines]
    return moved


def reverse_sheets(sheets: Sheets) -> Sheets:
    """Put the last sheet first."""
    return dict(reversed(sheets.items()))


def add_titles_and_gaps(sheets: Sheets) -> Sheets:
    """Write a title and a note above every header, and leave blank rows between all lines."""
    return {
        name: [
            [f"{name} of our company"],
            [None, "All prices are net."],
            [],
            *(line for one in lines for line in (one, [])),
        ]
        for name, lines in sheets.items()
    }


def move_away_from_the_corner(sheets: Sheets) -> Sheets:
    """Leave three columns blank to the left of every table, and two rows above it."""
    return {
        name: [[], [], *([None, None, None, *line] for line in lines)]
        for name, lines in sheets.items()
    }


def add_what_nobody_knows(sheets: Sheets) -> Sheets:
    """Add a sheet and columns that no table has."""
    widened = copied(sheets)
    for name, lines in widened.items():
        if name != "Demand":  # where a column that is unknown might be a period misspelt
            lines[0].append("Cost centre")
            for line in lines[1:]:
                line.append("4711")
    return {"Minutes of the meeting": [["We buy."], [1]], **widened}


def in_chinese(sheets: Sheets) -> Sheets:
    """Call every sheet, column and setting by its Chinese name."""
    renamed = {}
    for name, lines in _with_headers(sheets, lambda spec: spec.column.zh).items():
        renamed[_TABLES[name].sheet.zh] = lines
    names = {spec.header: spec.column.zh for spec in columns(Settings)}
    settings = renamed.get(Settings.sheet.zh, [])
    for line in settings[1:]:
        line[0] = names[str(line[0])]
    if settings:
        settings[0] = ["设置", "值"]
    return renamed


def without_units(sheets: Sheets) -> Sheets:
    """Leave out what stands in parentheses in the names of columns, and write them in capitals."""
    return _with_headers(sheets, lambda spec: spec.header.partition("(")[0].upper())


def in_full_width_headers(sheets: Sheets) -> Sheets:
    """Write the names of sheets and columns in full-width letters, with spaces and stars."""
    wide = _with_headers(sheets, lambda spec: f" {spec.header.translate(_FULL_WIDTH)} *")
    return {name.translate(_FULL_WIDTH): lines for name, lines in wide.items()}


def numbers_as_text(sheets: Sheets) -> Sheets:
    """Write every number as text with thousands separators: 1,234.5."""
    return _with_values(sheets, lambda _, value: _grouped(value) if _is_number(value) else value)


def numbers_in_full_width(sheets: Sheets) -> Sheets:
    """Write every number as text with full-width digits, points and commas."""

    def wide(_: ColumnSpec, value: Content) -> Content:
        return _grouped(value).translate(_FULL_WIDTH) if _is_number(value) else value

    return _with_values(sheets, wide)


def shares_as_percentages(sheets: Sheets) -> Sheets:
    """Write every number that may be a percentage as one: 12.5%."""

    def percent(spec: ColumnSpec, value: Content) -> Content:
        if _is_number(value) and spec.unit.percent:
            return f"{(_exact(value) * 100).normalize():f} %"
        return value

    return _with_values(sheets, percent)


def dates_as_text(sheets: Sheets) -> Sheets:
    """Write every date as text, in full-width digits: ２０２７-０１-０１."""

    def iso(_: ColumnSpec, value: Content) -> Content:
        return value.isoformat().translate(_FULL_WIDTH) if isinstance(value, date) else value

    return _with_values(sheets, iso)


def as_formulas(sheets: Sheets) -> Sheets:
    """Let every number and text below the headers be what a formula has given."""

    def given(_: ColumnSpec, value: Content) -> Content:
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            return Formula("=Prices!A1", value)
        return value

    return _with_values(sheets, given)


def words_in_other_forms(sheets: Sheets) -> Sheets:
    """Write choices in capitals with spaces, yes as 是, and lists with Chinese commas."""

    def other(spec: ColumnSpec, value: Content) -> Content:
        if not isinstance(value, str):
            return value
        if spec.kind == "choice":
            return f" {value.upper().replace('_', ' ')} "
        if spec.kind == "yes_no":
            return "是" if value == "yes" else "FALSE"
        return value.replace("; ", " ，") if spec.kind == "list" else value

    return _with_values(sheets, other)


def spaces_around_all(sheets: Sheets) -> Sheets:
    """Put spaces around every text, and into every cell that is blank."""

    def spaced(_: ColumnSpec, value: Content) -> Content:
        return f"  {value or ''} " if value is None or isinstance(value, str) else value

    return _with_values(sheets, spaced)


REWRITINGS: tuple[Rewriting, ...] = (
    *(shuffle_rows, shuffle_columns, reverse_sheets, add_titles_and_gaps),
    *(move_away_from_the_corner, add_what_nobody_knows, in_chinese, without_units),
    *(in_full_width_headers, numbers_as_text, numbers_in_full_width, shares_as_percentages),
    *(dates_as_text, as_formulas, words_in_other_forms, spaces_around_all),
)


def in_every_way(sheets: Sheets) -> Sheets:
    """Rewrite the sheets in all ways that can be combined, one after the other."""
    for rewriting in (
        *(shares_as_percentages, numbers_in_full_width, dates_as_text, words_in_other_forms),
        *(shuffle_rows, in_chinese, shuffle_columns, reverse_sheets, add_titles_and_gaps),
    ):
        sheets = rewriting(sheets)
    return sheets


def _is_number(value: Content) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _grouped(value: Content) -> str:
    return f"{_exact(value):,f}"


def _exact(value: Content) -> Decimal:
    """Return a number as it stands in the file, where it has no more than 16 digits."""
    return Decimal(f"{value:.16G}") if isinstance(value, (int, float)) else Decimal(0)


def _specs(sheet: str) -> dict[str, ColumnSpec]:
    """Return the columns of a sheet by what is compared of their names, without the periods."""
    table = _TABLES[sheet]
    return {name_key(spec.header): spec for spec in columns(table) if spec.kind != "spread"}


def _spec(sheet: str, line: list[Content], header: Content) -> ColumnSpec:
    """Return the column of a cell: of a setting by its line, of a rate by the column of rates."""
    name = line[0] if sheet == Settings.sheet.name else header
    found = _specs(sheet).get(name_key(str(name)))
    return found or next(spec for spec in columns(_TABLES[sheet]) if spec.kind == "spread")


def _with_headers(sheets: Sheets, change: Callable[[ColumnSpec], str]) -> Sheets:
    """Return the sheets with other names of columns; those of periods and Settings stay."""
    renamed = copied(sheets)
    for name, lines in renamed.items():
        specs = {} if name == Settings.sheet.name else _specs(name)
        known = ((one, specs.get(name_key(str(one)))) for one in lines[0])
        lines[0] = [one if spec is None else change(spec) for one, spec in known]
    return renamed


def _with_values(sheets: Sheets, change: Callable[[ColumnSpec, Content], Content]) -> Sheets:
    """Return the sheets with every cell below the headers changed, by its column."""
    rewritten: Sheets = {}
    for name, lines in sheets.items():
        first = 1 if name == Settings.sheet.name else 0  # beside the setting's name
        rewritten[name] = [
            lines[0],
            *([*line[:first], *_values(name, lines[0], line, first, change)] for line in lines[1:]),
        ]
    return rewritten


def _values(
    sheet: str,
    header: list[Content],
    line: list[Content],
    first: int,
    change: Callable[[ColumnSpec, Content], Content],
) -> list[Content]:
    named = zip(header[first:], line[first:], strict=True)
    return [change(_spec(sheet, line, name), value) for name, value in named]
