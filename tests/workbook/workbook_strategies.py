"""Random workbooks: sound ones, and what hurried hands, other programs and scripts make of them.

A drawn workbook is a sound one after one to six changes. The first choice of every draw is
the plainest, so that what shrinks becomes plain.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple

from hypothesis import strategies as st

from data.build import CASES
from tests.metamorphic.sheets import Content, Formula, Line, Sheets, copied, sheets_of

MOST_CHANGES = 6
LONGEST_NAME = 31
"""Letters of a sheet's name: Excel has no room for more."""

EVERY_SHEET: Sheets = {
    "Settings": [
        ["Setting", "Value"],
        ["Plan name", "Every sheet"],
        ["Currency", "USD"],
        ["Discount rate", 0.05],
        ["Max utilisation", 0.9],
        ["Carry over", "yes"],
        ["Alpha", 0.5],
        ["Risk weight", 0.25],
        ["Processing days", 10],
    ],
    "Periods": [
        ["Period", "Start", "Hours", "Capex budget", "Opex budget", "Required cores"],
        ["Q1", date(2027, 1, 1), 1000, 20000, 20000, 8],
        ["Q2", date(2027, 4, 1), None, 20000, None, None],
    ],
    "Slices": [["Slice", "Share of hours"], ["peak", 0.25], ["rest", 0.75]],
    "Hardware": [
        ["SKU", "Category", "Cores", "TFLOPS", "Power (kW)", "Rack units"],
        ["card", "GPU", 4, 1.5, 0.5, 1],
        ["server", "CPU", 16, 0.25, 0.25, 2],
    ],
    "Offers": [
        [
            *("Offer", "Vendor", "SKU", "Acquisition", "Currency", "Upfront price"),
            *("Monthly price", "Hourly price", "Order fee", "Pack size", "Min order"),
            *("Max order", "Lead time (weeks)", "Term (months)", "Tier scheme", "Availability"),
        ],
        [
            *("buy", "A", "card", "purchase", "EUR", 800),
            *(None, None, 50, 2, 2, 8, 0, 36, "incremental", None),
        ],
        [
            *("lease", "B", "card", "lease", None, None),
            *(60, None, None, 1, None, None, 0, None, None, 0.95),
        ],
        [
            *("book", "A", "server", "purchase", None, 300),
            *(2, None, 20, 1, None, 9, 4, None, None, None),
        ],
        [
            *("rent", "C", "card", "on_demand", None, None),
            *(None, 0.5, None, None, None, 5, None, None, None, None),
        ],
        [
            *("spot", "C", "server", "spot", None, None),
            *(None, 0.1, None, None, None, 9, None, None, None, 0.8),
        ],
    ],
    "Price tiers": [["Offer", "Min units", "Upfront price"], ["buy", 4, 700], ["buy", 8, 600]],
    "Rebates": [["Vendor", "Min spend", "Rebate"], ["A", 3000, 0.05]],
    "Sites": [
        ["Site", "Kind", "IT power (kW)", "PUE", "Energy price", "Carbon intensity"],
        ["hall", "owned", 10, 1.25, 0.1, 0.4],
        ["colo", "colo", None, None, None, None],
        ["cloud", "cloud", None, None, None, None],
    ],
    "Fleet": [
        ["SKU", "Site", "Units", "Retire on", "Monthly cost"],
        ["server", "hall", 2, date(2027, 4, 1), 5],
    ],
    "Workloads": [
        ["Workload", "Unit", "Kind", "Categories", "Interruptible", "Shortage penalty"],
        ["chat", "tokens/s", "service", "GPU, CPU", "no", 3],
        ["train", "TFLOPS", "batch", None, "yes", None],
    ],
    "Demand": [
        ["Workload", "Scenario", "Q1", "Q2"],
        ["chat", None, 50, 80],
        ["train", None, 1, 2],
        ["chat", "boom", 60, 120],
    ],
    "Load profile": [["Workload", "Slice", "Multiplier"], ["chat", "peak", 1.5]],
    "Performance": [
        ["Workload", "SKU", "Throughput"],
        ["chat", "card", 20],
        ["chat", "server", 5],
    ],
    "Scenarios": [
        ["Scenario", "Probability", "Demand multiplier", "Known from"],
        ["base", 0.75, 1, None],
        ["boom", 0.25, 1.5, "Q2"],
    ],
    "Currencies": [["Currency", "Rate"], ["EUR", 1.25]],
    "Rules": [
        ["Rule", "Metric", "Vendor", "Per", "Min", "Max", "Max share"],
        ["no vendor above most", "spend", "A", "horizon", None, None, 0.9],
        ["some cards", "units", None, "period", 0, 50, None],
    ],
    "Notes of the buyer": [["Call vendor A on Monday."]],
}
"""A workbook with a line or more of everything, and a sheet that no one knows."""

SOUND: dict[str, Sheets] = {
    "every_sheet": EVERY_SHEET,
    **{name: sheets_of(sample.tables) for name, sample in CASES.items()},
}
"""Workbooks without a fault, by name; all are read and planned within a second."""

NUMBERS: tuple[Content, ...] = (
    *(0, 1, -1, 2, 0.5, 1.5, -0.0, 3, 100, 1000.25, 0.1 + 0.2),
    *(1e-13, 1e-12, 1e-9, 1e-300, 5e-324, 1e9, 1e15, 1.01e15, 1e16, 1e300, 1.7e308, -1e9),
    *(2**31, 2**53 + 1, 46388, 2958465, 99999999, 0.999999999999, 1.0000000000000002),
)
TEXTS: tuple[Content, ...] = (
    *("x", " ", "\t", "\n", "a\nb", "0", "00", "1", "-", "—", ".", ",", "%", "1%", "-5%", "1e400"),
    *("1,234.50", "1.234,50", "1,5", "¥1,234", "８％", "１２３", "1 000", "$5", "5 kW", "٣", "5²"),
    *("nan", "NaN", "inf", "-Infinity", "∞", "None", "null", "NA", "N/A", "True", "yes", "否"),
    *("Q1", "q1 ", "2027Q1", "USD", "EUR", "Server", "card", "Offer", "Workload", "Note", "SKU"),
    *("GPU", "gpu; cpu", "GPU，CPU；", ";;;", "owned", "purchase", "on demand", "spot", "period"),
    *("2027-01-01", "2027-02-30", "0000-00-00", "9999-12-31", "01/04/2027", "２０２７-０１-０１"),
    *("=1+1", "+1", "@SUM(A1)", "'quoted", "=cmd|' /C calc'!A0", "{0}", "%s", "[red]x[/red]"),
    *(
        "😀",
        "报价",
        "e\u0301",
        "\u200b",
        "\ufeff",
        "\u202eabc",
        "\x01",
        "\x1b[31m",
        "\x00",
        "_x0041_",
    ),
    *("x" * 300, "9" * 400, "1" + "0" * 20, "汉" * 500, "a,b;c，d；e", "<b>&amp;</b>", "../../etc"),
)
AFTERNOON = datetime(2027, 1, 1, 13, 30, tzinfo=UTC).replace(tzinfo=None)
DAYS: tuple[Content, ...] = (
    *(date(2027, 1, 1), date(2027, 4, 1), date(2028, 2, 29), date(1900, 1, 1), date(1900, 3, 1)),
    *(date(2199, 12, 31), date(2200, 12, 31), date(9999, 12, 31), AFTERNOON),
)
FORMULAS: tuple[Content, ...] = (
    *(Formula("=1+1"), Formula("=1+1", 2), Formula('="a"', "a"), Formula("=A1", "2027-01-01")),
    *(Formula("=A1", error) for error in ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?")),
)
JUNK: tuple[Content, ...] = (None, *NUMBERS, *TEXTS, *DAYS, *FORMULAS, True, False)
"""What stands in cells where it should not."""

FACTORS = (2, 0, 0.5, 10, 0.1, -1, 1000, 0.001, 1e6, 1e-6, 1e9, 1e-9, 1e12, 1.0000001, 1 / 3)
TITLES: tuple[Content, ...] = ("Offers 2027", "All prices in thousands", "SKU", "Period", 2027)
SHEET_NAMES = (
    *("Offers", "offers", "报价", "ＯＦＦＥＲＳ", "Offer", "Sheet1", "Periods", "Demand", "Sites"),
    *("Settings", "History", "README", "Rules (old)", "Purchase plan", "Audit", "Allocation"),
    *(" Offers", "Price  tiers", "😀", "x" * LONGEST_NAME, "Workloads_2", "_", "( )"),
)
HEADERS: tuple[Content, ...] = (
    *("Offer", "SKU", "sku", "Vendor", "Site", "Period", "Start", "End", "Hours", "Demand", "Note"),
    *("Workload", "Scenario", "Q1", "2027Q1", "2027Q9", "Units", "Price", "Upfront  price (€)"),
    *(
        "交货期",
        "Currency",
        "Rate",
        "Value",
        "Setting",
        "Max order",
        "Min",
        "Max",
        None,
        2027,
        "()",
    ),
)


class Fuzzed(NamedTuple):
    """A workbook that was changed.

    Attributes
    ----------
    base : the name of the sound one
    changes : what was done to it, in words
    sheets : its cells
    """

    base: str
    changes: tuple[str, ...]
    sheets: Sheets


Change = Callable[[st.DrawFn, Sheets], str]
"""Changes sheets in place, and says how."""


def fuzzed_workbooks(*bases: str) -> st.SearchStrategy[Fuzzed]:
    """Return workbooks made of these sound ones, or of any, by one to six changes."""
    return _fuzzed(bases or tuple(SOUND), _CHANGES)


def other_figures(*bases: str) -> st.SearchStrategy[Fuzzed]:
    """Return workbooks like these in which figures differ, most of which can be read."""
    return _fuzzed(bases or tuple(SOUND), _FIGURES)


@st.composite
def _fuzzed(draw: st.DrawFn, bases: tuple[str, ...], choices: tuple[Change, ...]) -> Fuzzed:
    base = draw(st.sampled_from(bases))
    sheets = copied(SOUND[base])
    count = draw(st.integers(1, MOST_CHANGES))
    changes = tuple(draw(st.sampled_from(choices))(draw, sheets) for _ in range(count))
    return Fuzzed(base, changes, sheets)


def _sheet(draw: st.DrawFn, sheets: Sheets) -> str:
    return draw(st.sampled_from(list(sheets)))


def _row(draw: st.DrawFn, lines: list[Line], first: int = 0) -> int | None:
    """Draw the place of a line from `first` on; None where there is none."""
    return draw(st.integers(first, len(lines) - 1)) if len(lines) > first else None


def _width(lines: list[Line]) -> int:
    return max(map(len, lines), default=0)


def _put(lines: list[Line], row: int, column: int, value: Content) -> None:
    """Put a value into a cell, also beyond the end of its line."""
    line = lines[row]
    line += [None] * (column + 1 - len(line))
    line[column] = value


def _replace_cell(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    row = _row(draw, sheets[name])
    if row is None:
        return f"no cell in {name}"
    column = draw(st.integers(0, _width(sheets[name])))
    value = draw(st.sampled_from(JUNK))
    _put(sheets[name], row, column, value)
    return f"{value!r} at {name} {row + 1}, {column + 1}"


def _replace_value(draw: st.DrawFn, sheets: Sheets) -> str:
    """Put another value of the workbook, or a plain number, below the header."""
    name = _sheet(draw, sheets)
    row = _row(draw, sheets[name], 1)
    if row is None:
        return f"no line in {name}"
    column = draw(st.integers(0, max(0, _width(sheets[name]) - 1)))
    held = {repr(one): one for lines in sheets.values() for line in lines for one in line}
    numbers = st.sampled_from([0, 1, 2, 5, 10, 100, 0.5, 0.01, 10000, 1000000])
    value = draw(st.one_of(numbers, st.sampled_from(list(held.values()) or [None])))
    _put(sheets[name], row, column, value)
    return f"{value!r} at {name} {row + 1}, {column + 1}"


def _clear_cell(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    row = _row(draw, sheets[name])
    if row is None or not sheets[name][row]:
        return f"no cell in {name}"
    column = draw(st.integers(0, len(sheets[name][row]) - 1))
    sheets[name][row][column] = None
    return f"{name} {row + 1}, {column + 1} cleared"


def _duplicate_row(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    row = _row(draw, sheets[name])
    if row is None:
        return f"no line in {name}"
    sheets[name].insert(draw(st.integers(row, len(sheets[name]))), list(sheets[name][row]))
    return f"line {row + 1} of {name} twice"


def _delete_row(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    row = _row(draw, sheets[name])
    if row is None:
        return f"no line in {name}"
    del sheets[name][row]
    return f"line {row + 1} of {name} deleted"


def _swap_rows(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    one, other = _row(draw, sheets[name]), _row(draw, sheets[name])
    if one is None or other is None:
        return f"no line in {name}"
    lines = sheets[name]
    lines[one], lines[other] = lines[other], lines[one]
    return f"lines {one + 1} and {other + 1} of {name} swapped"


def _insert_row(draw: st.DrawFn, sheets: Sheets) -> str:
    """Insert a blank line, or a title or note above or between."""
    name = _sheet(draw, sheets)
    row = draw(st.integers(0, len(sheets[name])))
    line: Line = [draw(st.sampled_from([None, *TITLES]))]
    sheets[name].insert(row, line)
    return f"{line!r} as line {row + 1} of {name}"


def _shift_down(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    rows = draw(st.sampled_from([1, 2, 40]))
    sheets[name][:0] = [[] for _ in range(rows)]
    return f"{name} moved down by {rows}"


def _shift_right(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    by = draw(st.sampled_from([1, 2, 30]))
    for line in sheets[name]:
        line[:0] = [None] * by
    return f"{name} moved right by {by}"


def _column(draw: st.DrawFn, sheets: Sheets) -> tuple[str, int]:
    name = _sheet(draw, sheets)
    return name, draw(st.integers(0, max(0, _width(sheets[name]) - 1)))


def _delete_column(draw: st.DrawFn, sheets: Sheets) -> str:
    name, column = _column(draw, sheets)
    for line in sheets[name]:
        del line[column : column + 1]
    return f"column {column + 1} of {name} deleted"


def _rename_column(draw: st.DrawFn, sheets: Sheets) -> str:
    name, column = _column(draw, sheets)
    header = draw(st.sampled_from(HEADERS))
    if sheets[name]:
        _put(sheets[name], 0, column, header)
    return f"column {column + 1} of {name} renamed {header!r}"


def _duplicate_column(draw: st.DrawFn, sheets: Sheets) -> str:
    name, column = _column(draw, sheets)
    for line in sheets[name]:
        line[column:column] = line[column : column + 1]
    return f"column {column + 1} of {name} twice"


def _move_column(draw: st.DrawFn, sheets: Sheets) -> str:
    name, column = _column(draw, sheets)
    for line in sheets[name]:
        line[column:] = [*line[column + 1 :], *line[column : column + 1]]
    return f"column {column + 1} of {name} moved to the right"


def _delete_sheet(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    if len(sheets) > 1:
        del sheets[name]
    return f"{name} deleted"


def _free_name(draw: st.DrawFn, sheets: Sheets) -> str | None:
    name = draw(st.sampled_from(SHEET_NAMES))
    return None if name.casefold() in map(str.casefold, sheets) else name


def _rename_sheet(draw: st.DrawFn, sheets: Sheets) -> str:
    name, new = _sheet(draw, sheets), _free_name(draw, sheets)
    if new is not None:
        sheets[new] = sheets.pop(name)
    return f"{name} renamed {new!r}"


def _duplicate_sheet(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    new = draw(st.sampled_from([f"{name} (2)", f"{name}_", f"Copy of {name}"]))[:LONGEST_NAME]
    if new.casefold() not in map(str.casefold, sheets):
        sheets[new] = [list(line) for line in sheets[name]]
    return f"{name} twice, as {new!r}"


def _empty_sheet(draw: st.DrawFn, sheets: Sheets) -> str:
    name = _sheet(draw, sheets)
    del sheets[name][draw(st.sampled_from([1, 0])) :]
    return f"{name} emptied"


def _multiply(draw: st.DrawFn, sheets: Sheets) -> str:
    """Multiply a number below the header: a wrong unit, a slip of the comma, or rounding."""
    cells = [
        (name, row, column)
        for name, lines in sheets.items()
        for row, line in enumerate(lines[1:], 1)
        for column, value in enumerate(line)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    if not cells:
        return "no number"
    name, row, column = draw(st.sampled_from(cells))
    factor = draw(st.sampled_from(FACTORS))
    value = sheets[name][row][column]
    if isinstance(value, (int, float)):
        sheets[name][row][column] = value * factor
    return f"{name} {row + 1}, {column + 1} times {factor}"


def _copy_within_column(draw: st.DrawFn, sheets: Sheets) -> str:
    """Put what stands in one line of a column into another."""
    name, column = _column(draw, sheets)
    one, other = _row(draw, sheets[name], 1), _row(draw, sheets[name], 1)
    if one is None or other is None or column >= len(sheets[name][one]):
        return f"no line in {name}"
    _put(sheets[name], other, column, sheets[name][one][column])
    return f"column {column + 1} of {name}: line {one + 1} copied to {other + 1}"


def _add_like(draw: st.DrawFn, sheets: Sheets) -> str:
    """Add a line like another, under a key of its own."""
    name = _sheet(draw, sheets)
    row = _row(draw, sheets[name], 1)
    if row is None or not sheets[name][row]:
        return f"no line in {name}"
    line = sheets[name][row]
    sheets[name].append([f"{line[0]} too", *line[1:]])
    return f"line {row + 1} of {name} under another name"


_CHANGES: tuple[Change, ...] = (
    *(_replace_cell, _replace_cell, _replace_value, _replace_value, _replace_value, _clear_cell),
    *(_duplicate_row, _delete_row, _swap_rows, _insert_row, _shift_down, _shift_right),
    *(_delete_column, _rename_column, _duplicate_column, _move_column),
    *(_delete_sheet, _rename_sheet, _duplicate_sheet, _empty_sheet),
)
_FIGURES: tuple[Change, ...] = (
    *(_multiply, _multiply, _multiply, _multiply, _copy_within_column, _copy_within_column),
    *(_replace_value, _clear_cell, _add_like, _delete_row, _insert_row),
)
