"""Reading a workbook: its tables, and everything that is wrong with them at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.utils.cell import coordinate_to_tuple

from planner.case.case import INPUT
from planner.case.offers import Acquisition
from planner.errors import CaseError, Code, FileError, Issue
from planner.row import columns, name_key
from planner.workbook.reading.reader import Reading, load_case, read_workbook

Rows = Sequence[Sequence[Any]]


class ErrorCell(str):
    """The text of an error cell, such as #REF!."""

    __slots__ = ()


SMALL: Mapping[str, Rows] = {
    "Settings": [["Setting", "Value"], ["Currency", "USD"], ["Discount rate", "8%"]],
    "Periods": [
        ["Period", "Start", "Capex budget"],
        ["2027Q1", date(2027, 1, 1), "$1,000,000"],
        ["2027Q2", "2027-04-01", None],
    ],
    "Hardware": [["SKU", "Category", "TFLOPS"], ["H100", "GPU", 100]],
    "Offers": [
        ["Offer", "Vendor", "SKU", "Acquisition", "Upfront price (per unit)"],
        ["O1", "Acme", "H100", "purchase", 30000],
        ["O2", "Bmax", "H100", "lease", 20000],
    ],
    "Sites": [["Site", "Kind"], ["DC", "owned"]],
    "Workloads": [["Workload", "Unit"], ["chat", "TFLOPS"]],
    "Demand": [["Workload", "2027Q1", "2027Q2"], ["chat", 100, 200]],
}
"""A case with one workload, one SKU, two offers and two quarters."""


def write_book(path: Path, sheets: Mapping[str, Rows], start: str = "A1") -> Path:
    """Write tables whose first cell is `start`, as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    top, left = coordinate_to_tuple(start)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for down, row in enumerate(rows):
            for right, value in enumerate(row):
                put(sheet.cell(top + down, left + right), value)
    book.save(path)
    return path


def put(cell: Cell, value: Any) -> None:
    """Write a value, and an error cell as one."""
    cell.value = value
    if isinstance(value, ErrorCell):
        cell.data_type = "e"


def read(folder: Path, start: str = "A1", **changed: Rows | None) -> Reading:
    """Read the small case with some sheets changed, added, or taken away (None)."""
    sheets = {name: rows for name, rows in (SMALL | changed).items() if rows is not None}
    return read_workbook(write_book(folder / "case.xlsx", sheets, start))


def places(issues: Sequence[Issue]) -> list[tuple[Code, str]]:
    """Return each issue's code, with its sheet and cell."""
    return [(issue.code, f"{issue.sheet}!{issue.cell}") for issue in issues]


def the_issue(reading: Reading) -> Issue:
    """Return the one issue that a workbook has."""
    assert len(reading.issues) == 1, [issue.text() for issue in reading.issues]
    return reading.issues[0]


def test_a_sound_workbook(tmp_path: Path) -> None:
    """A sound workbook is a case, without issues; what is left out has its default."""
    reading = read(tmp_path)
    assert reading.issues == ()
    assert reading.case is not None
    assert reading.case.settings.discount_rate == 0.08
    assert [period.start for period in reading.case.periods] == [date(2027, 1, 1), date(2027, 4, 1)]
    assert [period.capex_budget for period in reading.case.periods] == [1e6, None]
    assert reading.case.offers[1].acquisition is Acquisition.LEASE
    assert reading.case.offers[1].pack_size == 1
    assert reading.case.demand[0].rates == {"2027Q1": 100.0, "2027Q2": 200.0}


def test_load_case(tmp_path: Path) -> None:
    """`load_case` returns the case, or raises with all that is wrong."""
    path = write_book(tmp_path / "a.xlsx", SMALL)
    assert load_case(path).offers[0].vendor == "Acme"
    write_book(path, {**SMALL, "Sites": [["Site", "Kind"], ["DC", "rented"], [None, "owned"]]})
    with pytest.raises(CaseError) as caught:
        load_case(path)
    assert places(caught.value.issues) == [
        (Code.NOT_A_CHOICE, "Sites!B2"),
        (Code.CELL_EMPTY, "Sites!A3"),
    ]
    with pytest.raises(FileError):
        load_case(tmp_path / "none.xlsx")


def test_every_fault_at_once(tmp_path: Path) -> None:
    """Twenty-five faults of a workbook are told in one run, each at its cell, and no more.

    The sheet Workloads is missing, so nothing is said of the workloads that others name.
    """
    quotes: Rows = [
        ["Offer", "Vendor", "SKU", "Acquisition", "Upfront price", "Pack size", "Lead time"],
        ["O1", "NA", "H2O0", "purchase", 1000],
        ["O2", "None", "H100", "lease"],
        ["O3", "null", "H100", "purchase", 1000, 2.5],
        ["O4", None, "H100", "purchase", 1000],
        ["O5", "Acme", "H100", "purchase", "=1000*2"],
        ["O6", "Acme", "H100", "purchase", 1000, 1, "$3"],
        ["O7", "Acme", "H100", "purchase", 1000, 1, 0, "2028-01-01", "2027-01-01"],
    ]
    reading = read(
        tmp_path,
        Settings=[
            ["Setting", "Value"],
            ["Currency", "USD"],
            ["Discount rate", "8,5%"],
            ["Plan start", 46388],
            ["discount RATE", 0.1],
            ["Carry over", "maybe"],
        ],
        Periods=[
            ["All amounts in thousands"],
            [],
            ["Period", "Start", "Hours", "Capex budget"],
            ["2027Q1", date(2027, 1, 1), 2160, -5],
            ["2027Q2", "2027-04-01", "inf"],
        ],
        Hardware=[
            ["SKU", "Category", "TFLOPS", "Power"],
            ["H100", "GPU", 100, 0.7],
            ["H200", "GPUX", 100, 0.7],
            ["H100", "GPU", 100, 0.7],
            ["L40", "GPU", 100, "5 kW"],
            ["A10", "GPU", ErrorCell("#REF!"), 0.2],
        ],
        Offers=[[*quotes[0], "Available from", "Available until", "vendor"], *quotes[1:]],
        Sites=[["Site", "Region"], ["DC", "North"]],
        Fleet=[["SKU", "Site", "Units"]],
        **{"Fleet (2)": [["SKU", "Site", "Units"]]},
        Workloads=None,
        Demand=[["Workload", "Scenario", "2027Q1", "2027Q9"], ["chat", None, None, 7]],
        Performance=[["chat on H100", 17]],
    )
    assert places(reading.issues) == [
        (Code.NUMBER_AMBIGUOUS, "Settings!B3"),
        (Code.DATE_UNREADABLE, "Settings!B4"),
        (Code.KEY_TWICE, "Settings!A5"),
        (Code.NOT_YES_OR_NO, "Settings!B6"),
        (Code.OUT_OF_RANGE, "Periods!D4"),
        (Code.NUMBER_NOT_FINITE, "Periods!C5"),
        (Code.NOT_A_CHOICE, "Hardware!B3"),
        (Code.KEY_TWICE, "Hardware!A4"),
        (Code.NUMBER_UNREADABLE, "Hardware!D5"),
        (Code.CELL_ERROR, "Hardware!C6"),
        (Code.COLUMN_TWICE, "Offers!J1"),
        (Code.REFERENCE_UNKNOWN, "Offers!C2"),
        (Code.PRICE_MISSING, "Offers!E3"),
        (Code.OUT_OF_RANGE, "Offers!F4"),
        (Code.CELL_EMPTY, "Offers!B5"),
        (Code.FORMULA_WITHOUT_VALUE, "Offers!E6"),
        (Code.CURRENCY_SIGN, "Offers!G7"),
        (Code.CONTRADICTION, "Offers!I8"),
        (Code.HEADER_MISSING, "Sites!A1"),
        (Code.SHEET_TWICE, "Fleet (2)!"),
        (Code.SHEET_MISSING, "Workloads!"),
        (Code.DEMAND_MISSING, "Demand!A1"),
        (Code.PERIOD_UNKNOWN, "Demand!D1"),
        (Code.DEMAND_MISSING, "Demand!C2"),
        (Code.HEADER_MISSING, "Performance!"),
    ]
    assert len(reading.errors) == 25
    assert reading.case is None


def test_a_fault_hides_no_other_fault_of_its_row(tmp_path: Path) -> None:
    """What contradicts itself in a row is told although another cell of it cannot be read."""
    reading = read(
        tmp_path,
        Periods=[
            ["Period", "Start", "Capex budget"],
            ["2027Q1", "2027-01-01"],
            ["2027Q2", "2027-01-01", -1],
        ],
        Hardware=[
            ["SKU", "Category", "TFLOPS", "Power", "Idle power"],
            ["H100", "GPUs", 100, 1, 2],
        ],
        Offers=[
            [*SMALL["Offers"][0], "Available from", "Available until"],
            ["O1", None, "H100", "purchase", 1, "2028-01-01", "2027-01-01"],
        ],
    )
    assert places(reading.issues) == [
        (Code.CONTRADICTION, "Periods!B3"),
        (Code.OUT_OF_RANGE, "Periods!C3"),
        (Code.NOT_A_CHOICE, "Hardware!B2"),
        (Code.CONTRADICTION, "Hardware!E2"),
        (Code.CELL_EMPTY, "Offers!B2"),
        (Code.CONTRADICTION, "Offers!G2"),
    ]


def test_doubtful_amounts_and_rates_are_warned_of(tmp_path: Path) -> None:
    """A sign of another currency, and a rate of 100 % or more, are read and warned of."""
    offers: Rows = [
        ["Offer", "Vendor", "SKU", "Acquisition", "Upfront price", "Currency", "Landed cost"],
        ["O1", "Acme", "H100", "purchase", "¥1,000", None, 8],
        ["O2", "Acme", "H100", "purchase", "€1,000", "EUR", "8%"],
        ["O3", "Acme", "H100", "purchase", "$1,000", None, 0.5],
    ]
    currencies = [["Currency", "Rate"], ["EUR", 1.08]]
    reading = read(tmp_path, Offers=offers, Currencies=currencies)
    assert places(reading.warnings) == [
        (Code.CURRENCY_SIGN, "Offers!E2"),
        (Code.NUMBER_AMBIGUOUS, "Offers!G2"),
    ]
    assert reading.case is not None
    assert [offer.upfront_price for offer in reading.case.offers] == [1000, 1000, 1000]


def test_empty_sheets_are_warned_of(tmp_path: Path) -> None:
    """A sheet that a plan needs and that holds nothing but its header is no error."""
    reading = read(
        tmp_path,
        Offers=SMALL["Offers"][:1],
        Workloads=SMALL["Workloads"][:1],
        Demand=SMALL["Demand"][:1],
    )
    assert reading.case is not None
    assert [(issue.code, issue.sheet) for issue in reading.warnings] == [
        (Code.NO_ROWS, "Offers"),
        (Code.NO_ROWS, "Workloads"),
        (Code.NO_ROWS, "Demand"),
    ]


def test_an_issue_reads_as_one_sentence_and_a_remedy(tmp_path: Path) -> None:
    """An issue names the cell and column of the user's own file, what stands there, what was
    expected, and the nearest valid value.
    """
    offers = [["OFFER", "Vendor", "ｓｋｕ", "Acquisition", "Upfront\nprice"]]
    found = the_issue(read(tmp_path, "B3", Offers=[*offers, ["O1", "Acme", "H10O", "purchase", 1]]))
    assert found.text() == (
        "error[C016] Offers!D4 (ｓｋｕ): 'H10O' is not on the sheet Hardware.\n"
        "    expected: a SKU from Hardware\n"
        "    help: Did you mean 'H100'?"
    )
    assert found.value == "H10O"


def test_texts_that_look_like_nothing(tmp_path: Path) -> None:
    """Vendors called NA, None and null are vendors."""
    names = ("NA", "None", "null", "nan", "#N/A!")
    offers = [[f"O{name}", name, "H100", "purchase", 1] for name in names]
    reading = read(tmp_path, Offers=[SMALL["Offers"][0], *offers])
    assert reading.case is not None
    assert {offer.vendor for offer in reading.case.offers} == set(names)


@pytest.mark.parametrize("start", ["A1", "C5", "AB100"])
def test_tables_that_begin_anywhere(tmp_path: Path, start: str) -> None:
    """A table may begin in any cell; addresses are those of the file."""
    assert read(tmp_path, start).case is not None
    top, left = coordinate_to_tuple(start)
    broken = read(tmp_path, start, Sites=[["Site", "Kind"], ["DC", "rented"]])
    cell = openpyxl.utils.get_column_letter(left + 1) + str(top + 1)
    assert places(broken.issues) == [(Code.NOT_A_CHOICE, f"Sites!{cell}")]


def test_notes_above_the_header(tmp_path: Path) -> None:
    """The header is the first row with all required columns; notes may stand above it."""
    notes = [["Sites of the company"], [], ["Site", "as of today"]]
    reading = read(tmp_path, Sites=[*notes, ["Site", "Kind"], ["DC", "owned"]])
    assert reading.issues == ()


def test_chinese_names(tmp_path: Path) -> None:
    """Sheets and columns answer to their Chinese names, with or without the unit."""
    sheets: dict[str, Rows] = {
        "设置": [["设置", "值"], ["货币", "CNY"], ["折现率", "８％"]],
        "期间": [["期间", "开始日"], ["2027Q1", date(2027, 1, 1)], ["2027Q2", date(2027, 4, 1)]],
        "硬件": [["型号", "类别", "算力TFLOPS（每台）"], ["H100", "GPU", 100]],
        "报价": [
            ["报价编号", "供应商", "型号", "采购方式", "一次性价格", "交货期（周）"],
            ["O1", "甲", "H100", "purchase", "￥１,０００", 4],
        ],
        "站点": [["站点", "性质"], ["DC", "owned"]],
        "工作负载": [["工作负载", "单位", "可中断"], ["chat", "TFLOPS", "是"]],
        "需求": [["工作负载", "2027Q1", "2027Q2"], ["chat", 100, 200]],
    }
    reading = read_workbook(write_book(tmp_path / "a.xlsx", sheets))
    assert reading.issues == ()
    assert reading.case is not None
    assert reading.case.settings.currency == "CNY"
    assert reading.case.offers[0].upfront_price == 1000
    assert reading.case.offers[0].lead_time == 4
    assert reading.case.workloads[0].interruptible


def test_mixed_and_odd_headers(tmp_path: Path) -> None:
    """A workbook may mix both languages; case, spacing and full-width forms do not count."""
    reading = read(
        tmp_path,
        Offers=[
            ["ＯＦＦＥＲ", "供应商", " sku ", "Acquisition", "UPFRONT  PRICE", "Lead time（周）"],
            ["O1", "Acme", "H100", "purchase", 1, 2],
        ],
        Demand=[["Workload *", "２０２７q1", " 2027 Q2 "], ["chat", 1, 2]],
    )
    assert reading.issues == ()
    assert reading.case is not None
    assert reading.case.offers[0].lead_time == 2
    assert reading.case.demand[0].rates == {"2027Q1": 1.0, "2027Q2": 2.0}


def test_names_of_columns_do_not_collide() -> None:
    """No two columns of a sheet, and no two sheets, answer to the same name."""
    sheets = [name_key(name) for table in INPUT for name in (table.sheet.name, table.sheet.zh)]
    assert len(sheets) == len(set(sheets))
    for table in INPUT:
        fields: dict[str, str] = {}
        for spec in columns(table):
            for name in (spec.header, spec.column.zh):
                assert fields.setdefault(name_key(name), spec.field) == spec.field


def test_periods_that_are_numbers_or_dates(tmp_path: Path) -> None:
    """A period's label is compared as text, whether it is typed as a number, date or text."""
    reading = read(
        tmp_path,
        Periods=[["Period", "Start"], [2027, "2027-01-01"], [date(2028, 1, 1), "2028-01-01"]],
        Demand=[["Workload", "2027", date(2028, 1, 1)], ["chat", 1, 2]],
    )
    assert reading.case is not None
    assert reading.case.demand[0].rates == {"2027": 1.0, "2028-01-01": 2.0}


def test_unknown_columns_of_demand(tmp_path: Path) -> None:
    """A column that is no period is told once, and so is a period without a column, however
    many rows there are; the hint knows the other columns too.
    """
    rows = [["chat", None, 1, 2], ["chat", "x", 1, 2], ["chat", "y", 1, 2]]
    reading = read(tmp_path, Demand=[["Workload", "Senario", "2027Q1", "2027Q3"], *rows])
    assert places(reading.errors)[:3] == [
        (Code.DEMAND_MISSING, "Demand!A1"),
        (Code.PERIOD_UNKNOWN, "Demand!B1"),
        (Code.PERIOD_UNKNOWN, "Demand!D1"),
    ]
    hints = [issue.hint for issue in reading.errors[1:3]]
    assert hints == ["Did you mean 'Scenario'?", "Did you mean '2027Q2'?"]
    assert {code for code, _ in places(reading.errors)[3:]} == {Code.KEY_TWICE}


def test_a_workload_named_like_a_period(tmp_path: Path) -> None:
    """A name that is also a period's label is told at its own cell, not in the period's column."""
    rows = [["chat", 1, 2], ["2027Q2", 1, 2]]
    reading = read(tmp_path, Demand=[SMALL["Demand"][0], *rows])
    assert places(reading.issues) == [(Code.REFERENCE_UNKNOWN, "Demand!A3")]


def test_missing_demand(tmp_path: Path) -> None:
    """An empty cell is missing demand, at that cell, also where its row has other faults."""
    reading = read(tmp_path, Demand=[["Workload", "2027Q1", "2027Q2"], ["chat", None, "1,5"]])
    assert places(reading.errors) == [
        (Code.DEMAND_MISSING, "Demand!B2"),
        (Code.NUMBER_AMBIGUOUS, "Demand!C2"),
    ]
    negative = read(tmp_path, Demand=[["Workload", "2027Q1", "2027Q2"], ["chat", -1, 1]])
    assert places(negative.errors) == [(Code.OUT_OF_RANGE, "Demand!B2")]


def test_periods_that_cannot_be_read(tmp_path: Path) -> None:
    """Where a period's label cannot be read, no column of demand is called unknown."""
    reading = read(
        tmp_path, Periods=[["Period", "Start"], ["2027Q1", "2027-01-01"], ["=A1", "2027-04-01"]]
    )
    assert places(reading.issues) == [(Code.FORMULA_WITHOUT_VALUE, "Periods!A3")]
    none = read(tmp_path, Periods=[["Period", "Start"]])
    assert places(none.issues) == [(Code.NO_ROWS, "Periods!")]
    absent = read(tmp_path, Periods=None)
    assert places(absent.issues) == [(Code.SHEET_MISSING, "Periods!")]


@pytest.mark.parametrize("key", [None, "=1", ErrorCell("#N/A")])
def test_references_to_a_key_that_cannot_be_read(tmp_path: Path, key: Any) -> None:
    """While a key cannot be read, what refers to it is not called unknown as well."""
    reading = read(tmp_path, Hardware=[["SKU", "Category"], [key, "GPU"]])
    assert [issue.sheet for issue in reading.issues] == ["Hardware"]
    assert reading.issues[0].cell == "A2"


def test_references_to_a_sheet_that_cannot_be_read(tmp_path: Path) -> None:
    """Where a whole sheet cannot be read, that is all that is said."""
    assert places(read(tmp_path, Hardware=None).issues) == [(Code.SHEET_MISSING, "Hardware!")]
    assert places(read(tmp_path, Hardware=[["x"]]).issues) == [(Code.HEADER_MISSING, "Hardware!")]
    assert places(read(tmp_path, Demand=[]).issues) == [(Code.HEADER_MISSING, "Demand!")]
    reading = read(tmp_path, Hardware=[["SKU", "Kategory"], ["H100", "GPU"]])
    assert places(reading.issues) == [
        (Code.HEADER_MISSING, "Hardware!A1"),
        (Code.COLUMN_UNKNOWN, "Hardware!B1"),
    ]
    assert "'Kategory'" in reading.errors[0].hint
    assert "'Category'" in reading.warnings[0].hint


def test_the_base_currency_cannot_be_read(tmp_path: Path) -> None:
    """Where the base currency cannot be read, no other currency is called unknown."""
    offers = [[*SMALL["Offers"][0], "Currency"], ["O1", "Acme", "H100", "purchase", 1, "CNY"]]
    unread = read(tmp_path, Settings=[["Setting", "Value"], ["Currency", "=1"]], Offers=offers)
    assert places(unread.issues) == [(Code.FORMULA_WITHOUT_VALUE, "Settings!B2")]
    unknown = read(tmp_path, Settings=None, Offers=offers)
    assert places(unknown.issues) == [(Code.REFERENCE_UNKNOWN, "Offers!F2")]


def test_missing_and_unknown_sheets(tmp_path: Path) -> None:
    """A sheet that nothing knows is a warning; one that is missing names it, if it is near."""
    reading = read(tmp_path, Offers=None, Ofers=[["x"]])
    missing, unknown = reading.issues
    assert (missing.code, missing.sheet) == (Code.SHEET_MISSING, "Offers")
    assert missing.hint == "Is it the sheet 'Ofers'? Rename it."
    assert (unknown.code, unknown.severity) == (Code.SHEET_UNKNOWN, "warning")
    assert unknown.hint == "Did you mean 'Offers'?"


def test_sheets_that_the_plan_does_not_use(tmp_path: Path) -> None:
    """The template's own sheets are passed over; History is only for a forecast."""
    own = {name: [["x"]] for name in ("README", "说明", "Checks", "Lists", "Problems")}
    reading = read(tmp_path, History=[["Date", "chat"]], **own)
    assert places(reading.issues) == [(Code.NOT_USED_HERE, "History!")]
    assert reading.case is not None


def test_unknown_columns(tmp_path: Path) -> None:
    """A column that nothing knows is a warning, and so are values under no header; faults in
    them are none, and rows that have nothing else are no rows.
    """
    reading = read(
        tmp_path,
        Sites=[
            ["Site", "Regoin", "Kind", None, None],
            ["DC", ErrorCell("#REF!"), "owned", None, "x"],
            [None, "=1", None, None, "y"],
        ],
    )
    assert places(reading.issues) == [
        (Code.COLUMN_UNKNOWN, "Sites!B1"),
        (Code.COLUMN_UNKNOWN, "Sites!E1"),
    ]
    assert reading.issues[0].hint == "Did you mean 'Region'?"
    assert reading.case is not None
    assert len(reading.case.sites) == 1


def test_header_cells_that_cannot_be_read(tmp_path: Path) -> None:
    """A header cell without a value is told itself, and not the column that it may head."""
    reading = read(tmp_path, Sites=[["Site", '="Ki"&"nd"'], ["DC", "owned"]])
    assert places(reading.issues) == [(Code.FORMULA_WITHOUT_VALUE, "Sites!B1")]


def test_settings(tmp_path: Path) -> None:
    """Settings match like headers, in either language; blank ones have their defaults."""
    reading = read(
        tmp_path,
        Settings=[
            ["Setting", "值", "Note"],
            ["TIME LIMIT", "1,200", "long"],
            ["线程数", "all", None],
            ["MIP gap", None, None],
            ["Curency", "USD", None],
        ],
    )
    found = the_issue(reading)
    assert (found.code, found.severity, found.cell) == (Code.SETTING_UNKNOWN, "warning", "A5")
    assert found.hint == "Did you mean 'Currency'?"
    assert reading.case is not None
    assert reading.case.settings.time_limit == 1200
    assert reading.case.settings.threads is None
    assert reading.case.settings.mip_gap == 0.001


def test_faults_of_settings(tmp_path: Path) -> None:
    """A setting's fault stands at its value, in the setting's own name; so do cross-checks."""
    reading = read(
        tmp_path,
        Settings=[
            ["Setting", "Value"],
            ["plan START", date(2031, 1, 1)],
            [None, 5],
            [ErrorCell("#NAME?"), 5],
        ],
    )
    assert places(reading.issues) == [
        (Code.OUTSIDE_HORIZON, "Settings!B2"),
        (Code.CELL_EMPTY, "Settings!A3"),
        (Code.CELL_ERROR, "Settings!A4"),
    ]
    assert reading.issues[0].column == "plan START"
    assert reading.issues[0].value == "2031-01-01"
    unheaded = read(tmp_path, Settings=[["Currency", "USD"]])
    assert places(unheaded.issues) == [(Code.HEADER_MISSING, "Settings!")]
    half = read(tmp_path, Settings=[["Setting", "Wert"], ["Currency", "USD"]])
    assert places(half.errors) == [(Code.HEADER_MISSING, "Settings!A1")]


def test_findings_about_a_column_that_is_not_there(tmp_path: Path) -> None:
    """What is missing in a column that the sheet does not have is told at the row's first cell."""
    offers = [["Offer", "Vendor", "SKU", "Acquisition"], ["O1", "Acme", "H100", "spot"]]
    found = read(tmp_path, Offers=offers).errors[0]
    assert (found.code, found.cell) == (Code.PRICE_MISSING, "A2")
    assert found.column == "Hourly price (per unit)"


def test_an_optional_sheet_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """A sheet with a header only asks for nothing; one without a header is told."""
    capped = [["Rule", "Metric", "Max"], [], ["cap", "spend", 5]]
    reading = read(tmp_path, Rules=capped)
    assert reading.issues == ()
    assert reading.case is not None
    assert [rule.most for rule in reading.case.rules] == [5.0]
    assert read(tmp_path, Rules=[["Rule", "Metric"]]).issues == ()
    assert read(tmp_path, Rules=[]).issues == ()
    unheaded = read(tmp_path, Rules=[["cap"]])
    assert places(unheaded.issues) == [(Code.HEADER_MISSING, "Rules!")]


def test_warnings_do_not_stand_in_the_way(tmp_path: Path) -> None:
    """A workbook with warnings only is a case, and the warnings are told."""
    offers = [[*SMALL["Offers"][0], "Lead time"], ["O1", "Acme", "H100", "purchase", 1, 500]]
    reading = read(tmp_path, Offers=offers)
    assert places(reading.warnings) == [(Code.NEVER_AVAILABLE, "Offers!A2")]
    assert reading.errors == ()
    assert reading.case is not None


def test_a_cell_with_several_lines_makes_one_line(tmp_path: Path) -> None:
    """A message is one line, whatever stands in the cell."""
    found = the_issue(read(tmp_path, Sites=[["Site", "Kind"], ["DC", "owned\nor so"]]))
    assert found.message == "'owned or so' is not a known kind."
    assert found.value == "owned or so"
