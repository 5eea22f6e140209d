"""The checked copy: the user's workbook, marked where it is wrong, beside the original."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, GradientFill, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from planner.errors import Code, FileError, Issue, Severity
from planner.workbook.checked import checked_copy, draft
from planner.workbook.checked.checked_copy import (
    Copy,
    write_checked_copy,
)
from planner.workbook.checked.problems_sheet import HEADER_ROW, MOST_LISTED, TITLE
from planner.workbook.checked.target_name import remove_checked_copy
from planner.workbook.checked.weight import HEAVIEST, weigh
from planner.workbook.reading.cells import open_book
from planner.workbook.reading.reader import read_workbook
from planner.workbook.template.samples import blank_tables, example_tables
from planner.workbook.template.template import write_template
from tests.test_cli import FAULTS, cells_of, edit

RED, AMBER = "FFFFC7CE", "FFFFEB9C"
NOW = "1800000000"

CHINESE_FAULTS = {
    "硬件!B4": "GPPU",
    "硬件!H5": "5 千瓦",
    "报价!B4": None,
    "报价!C5": "没有这个",
    "工作负载!C4": None,
}
"""Five faults of the Chinese example."""


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Return the example with twenty faults."""
    path = tmp_path / "budget.xlsx"
    write_template(path, example_tables(), spare_rows=1)
    places = cells_of(openpyxl.load_workbook(path), list(FAULTS))
    edit(path, dict(zip(places, FAULTS.values(), strict=True)))
    return path


def issue(
    cell: str = "B2",
    sheet: str = "Offers",
    severity: Severity = "error",
    message: str = "is wrong.",
    value: str = "x",
) -> Issue:
    """Return an issue, of which only what a test is about is told."""
    return Issue(Code.OUT_OF_RANGE, severity, sheet, cell, "Price", value, message, "a price", "go")


def small(path: Path, change: Callable[[Any], None] | None = None) -> Path:
    """Write a workbook with one sheet Offers, changed as a test wants it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Offers"
    for row in (["Offer", "Price"], ["O1", 5], ["O2", 7]):
        sheet.append(row)
    if change is not None:
        change(sheet)
    book.save(path)
    return path


def rewritten(path: Path, parts: dict[str, Callable[[bytes], bytes]]) -> Path:
    """Change parts of an archive; a part that it does not have is added."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    for name, change in parts.items():
        contents[name] = change(contents.get(name, b""))
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def written(done: Copy) -> Path:
    """Return the copy's path; it was made."""
    assert done.path is not None, done.remark
    return done.path


def copied(source: Path, issues: Sequence[Issue], remark: str = "") -> Workbook:
    """Write a copy, and load it."""
    done = write_checked_copy(source, issues)
    assert done.remark == remark
    return openpyxl.load_workbook(written(done))


def cells(book: Workbook) -> Iterator[Any]:
    """Yield all cells but those of the sheet Problems."""
    for sheet in book.worksheets:
        if sheet.title != "Problems":
            yield from (cell for row in sheet.iter_rows() for cell in row)


def marked(book: Workbook) -> dict[str, str]:
    """Return the colour of each cell that has a note of ours."""
    return {
        f"{cell.parent.title}!{cell.coordinate}": cell.fill.fgColor.rgb
        for cell in cells(book)
        if cell.comment and cell.comment.text.startswith("planner check\n")
    }


def looks(book: Workbook) -> dict[str, tuple[Any, ...]]:
    """Return all that a mark may change, by cell, and the colours of the tabs."""
    found: dict[str, tuple[Any, ...]] = {
        f"{cell.parent.title}!{cell.coordinate}": (
            cell.value,
            cell.data_type,
            copy(cell.fill),
            copy(cell.font),
            cell.number_format,
            (cell.comment.text, cell.comment.author) if cell.comment else None,
        )
        for cell in cells(book)
    }
    for sheet in book.worksheets:
        if sheet.title != "Problems":
            found[sheet.title] = (sheet.sheet_properties.tabColor,)
    return found


def differences(one: Workbook, other: Workbook) -> list[str]:
    """Return the cells and sheets that do not look the same."""
    ours, theirs = looks(one), looks(other)
    return [place for place in ours.keys() | theirs.keys() if ours.get(place) != theirs.get(place)]


def listed(book: Workbook) -> list[tuple[Any, ...]]:
    """Return the rows of the sheet Problems."""
    rows = book.worksheets[0].iter_rows(min_row=HEADER_ROW + 1, values_only=True)
    return [tuple(row) for row in rows]


def test_twenty_faults_are_marked_and_listed(faulty: Path) -> None:
    """Each faulty cell is red and says what is wrong; the first sheet links to each of them."""
    before = faulty.read_bytes()
    issues = read_workbook(faulty).issues
    book = copied(faulty, issues)
    places = [f"{one.sheet}!{one.cell}" for one in issues]
    assert marked(book) == dict.fromkeys(places, RED)
    for one in issues:
        text = book[one.sheet][one.cell].comment.text
        assert all(part in text for part in (one.code, one.message, one.expected, one.hint))
    problems = book.worksheets[0]
    assert problems.title == "Problems"
    assert book.active is problems
    assert "20 errors in budget.xlsx" in problems["A2"].value
    assert "planner check budget.checked.xlsx" in problems["A2"].value
    assert [(row[2], row[3], row[9]) for row in listed(book)] == [
        (one.sheet, one.cell, one.code) for one in issues
    ]
    links = [problems.cell(HEADER_ROW + n, 4).hyperlink for n in range(1, 21)]
    assert [link.location for link in links] == [f"'{one.sheet}'!{one.cell}" for one in issues]
    assert problems.freeze_panes == f"A{HEADER_ROW + 1}"
    assert problems.auto_filter.ref == f"A{HEADER_ROW}:J{HEADER_ROW + 20}"
    assert faulty.read_bytes() == before


def test_the_copy_reads_as_the_original_does(faulty: Path) -> None:
    """Checked again, the copy has the very same issues."""
    issues = read_workbook(faulty).issues
    done = write_checked_copy(faulty, issues)
    assert done == Copy(faulty.with_name("budget.checked.xlsx"))
    assert read_workbook(written(done)).issues == issues


def test_a_chinese_workbook(tmp_path: Path) -> None:
    """A Chinese workbook is marked in its own cells, and reads as before."""
    path = tmp_path / "预算.xlsx"
    write_template(path, example_tables(), lang="zh", spare_rows=1)
    edit(path, CHINESE_FAULTS)
    issues = read_workbook(path).issues
    assert {f"{one.sheet}!{one.cell}" for one in issues} >= set(CHINESE_FAULTS)
    done = write_checked_copy(path, issues)
    assert written(done).name == "预算.checked.xlsx"
    assert read_workbook(written(done)).issues == issues
    assert set(marked(openpyxl.load_workbook(written(done)))) == {
        f"{one.sheet}!{one.cell}" for one in issues if one.cell
    }


def test_marking_twice_is_marking_once(faulty: Path) -> None:
    """A copy of the copy has the same marks, notes and list, and one sheet Problems."""
    issues = read_workbook(faulty).issues
    first = written(write_checked_copy(faulty, issues))
    again = written(write_checked_copy(first, read_workbook(first).issues))
    assert again.name == "budget.checked-2.xlsx"
    once, twice = openpyxl.load_workbook(first), openpyxl.load_workbook(again)
    assert differences(twice, once) == []
    assert listed(twice) == listed(once)
    assert twice.sheetnames == once.sheetnames


def test_old_marks_go_away_without_a_trace(faulty: Path) -> None:
    """Once nothing is wrong, the copy looks as the original did, tabs and notes included."""
    first = written(write_checked_copy(faulty, read_workbook(faulty).issues))
    assert differences(openpyxl.load_workbook(first), openpyxl.load_workbook(faulty))
    assert differences(copied(first, ()), openpyxl.load_workbook(faulty)) == []


@pytest.mark.parametrize(
    "fill",
    [
        PatternFill(),
        PatternFill("solid", fgColor="FF123456", bgColor=Color(indexed=64)),
        PatternFill("solid", fgColor=Color(theme=4, tint=-0.249977111117893)),
        PatternFill("lightGrid", fgColor=Color(auto=True), bgColor=Color(indexed=43)),
        PatternFill("gray125"),
        GradientFill(stop=("000000", "FFFFFF")),
    ],
)
@pytest.mark.parametrize("ink", [None, "FFFFFFFF", Color(theme=1, tint=0.5)])
def test_every_look_comes_back(tmp_path: Path, fill: Any, ink: Any) -> None:
    """Whatever the fill and the ink of a cell were, they come back with its own note."""

    def change(sheet: Any) -> None:
        sheet["B2"].fill = fill
        sheet["B2"].font = Font(bold=True, color=ink)
        sheet["B2"].comment = Comment("Ask Li about\n[before: this]\n", "Wang")
        sheet.sheet_properties.tabColor = Color(theme=5)

    source = small(tmp_path / "a.xlsx", change)
    first = write_checked_copy(source, [issue()])
    note = openpyxl.load_workbook(written(first))["Offers"]["B2"].comment.text
    assert note.endswith("]\n[note by Wang]\nAsk Li about\n[before: this]\n")
    assert differences(copied(written(first), ()), openpyxl.load_workbook(source)) == []


def test_what_the_user_does_to_a_mark_stays(tmp_path: Path) -> None:
    """A colour chosen since, a reply below our note, and a note that was cut are kept."""
    source = small(tmp_path / "a.xlsx")
    first = written(write_checked_copy(source, [issue("B2"), issue("B3"), issue("A3")]))
    book = openpyxl.load_workbook(first)
    sheet = book["Offers"]
    sheet["B2"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B3"].comment = Comment(sheet["B3"].comment.text + "\nasked Wang", "Li")
    sheet["A3"].comment = Comment("planner check\nmine now", "Li")
    book.save(first)
    sheet = copied(first, ())["Offers"]
    assert sheet["B2"].fill.fgColor.rgb == "FF00FF00"
    assert sheet["B2"].comment is None
    assert sheet["B3"].comment.text == "asked Wang"
    assert sheet["B3"].fill == PatternFill()
    assert sheet["A3"].comment.text == "mine now"
    assert sheet["A3"].fill == PatternFill()


def test_marks_follow_rows_that_move(tmp_path: Path) -> None:
    """A row that was inserted above moves marks with their cells; they still go away."""
    first = written(write_checked_copy(small(tmp_path / "a.xlsx"), [issue("B3")]))
    book = openpyxl.load_workbook(first)
    old = book["Offers"]["B3"]
    new = book["Offers"]["D9"]
    new._style, note = copy(old._style), old.comment.text
    old.comment, old._style = None, copy(book["Offers"]["B2"]._style)
    new.comment = Comment(note, "planner check")
    book.save(first)
    assert marked(copied(first, ())) == {}


def test_errors_are_red_and_warnings_amber(tmp_path: Path) -> None:
    """Several issues of a cell share a note; one error among them makes it red."""
    issues = [
        issue("B2", severity="warning", message="looks odd."),
        issue("B2", message="is negative."),
        issue("B3", severity="warning"),
        issue("C3", sheet="Other", severity="warning"),
    ]
    source = small(tmp_path / "a.xlsx", lambda sheet: sheet.parent.create_sheet("Other"))
    book = copied(source, issues)
    assert marked(book) == {"Offers!B2": RED, "Offers!B3": AMBER, "Other!C3": AMBER}
    note = book["Offers"]["B2"].comment.text
    assert "Warning C013: looks odd." in note
    assert "Error C013: is negative." in note
    assert "1 error and 3 warnings" in book.worksheets[0]["A2"].value
    assert book["Offers"].sheet_properties.tabColor.rgb == "FFC00000"
    assert book["Other"].sheet_properties.tabColor is None


def test_issues_without_a_cell(tmp_path: Path) -> None:
    """What concerns a sheet links to it; what concerns the file, or no cell, links nowhere."""

    def change(sheet: Any) -> None:
        sheet.parent.create_sheet("Wang's = offers")
        sheet.merge_cells("B2:C3")

    issues = [
        issue("", sheet="Wang's = offers"),
        issue("", sheet="Nowhere"),
        issue("", sheet=""),
        issue("XFE1"),
        issue("C3"),
    ]
    book = copied(small(tmp_path / "a.xlsx", change), issues)
    cells = [book.worksheets[0].cell(HEADER_ROW + n, 4) for n in range(1, 6)]
    assert [cell.value for cell in cells] == ["sheet", None, None, "XFE1", "C3"]
    places = [cell.hyperlink.location if cell.hyperlink else "" for cell in cells]
    assert places == ["'Wang''s = offers'!A1", "", "", "'Offers'!A1", "'Offers'!C3"]
    assert marked(book) == {"Offers!B2": RED}


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "#REF!", "a\x00\x1b[31m\ud800", "_x000D_", "<&>]]>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_never_more_than_texts(tmp_path: Path, text: str) -> None:
    """What came from the file, or is quoted from it, is shown and never obeyed."""
    source = small(tmp_path / "a.xlsx")
    path = written(write_checked_copy(source, [issue(value=text, message=text)]))
    with zipfile.ZipFile(path) as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    row = open_book(path).sheets[0].rows[HEADER_ROW]
    shown = text.replace("\x00", "\\x00").replace("\x1b", "\\x1b").replace("\ud800", "\\ud800")
    assert row[5] == row[6] == shown
    assert openpyxl.load_workbook(path)["Offers"]["B2"].comment is not None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=8), min_size=1, max_size=8))
def test_any_text_can_be_told(tmp_path: Path, texts: list[str]) -> None:
    """Whatever the issues quote, the copy can be made, read, and marked again."""
    source = small(tmp_path / "a.xlsx")
    issues = [issue(value=text, message=text, sheet="Offers") for text in texts]
    first = written(write_checked_copy(source, issues))
    assert differences(copied(first, ()), openpyxl.load_workbook(source)) == []


def test_all_else_of_the_workbook_stays(tmp_path: Path) -> None:
    """Formulas with their values, texts like formulas, formats, widths, dropdowns, names."""

    def change(sheet: Any) -> None:
        sheet["C1"] = "=B2+1"
        sheet["C2"].value, sheet["C2"].data_type = "=no formula", "s"
        sheet["C3"], sheet["C4"] = 0.1 + 0.2, True
        sheet["D1"].value, sheet["D1"].number_format = -5, "yyyy-mm-dd"
        sheet["D2"] = date(2027, 1, 1)
        sheet["D3"].value, sheet["D3"].data_type = "#DIV/0!", "e"
        sheet["D4"], sheet["D5"], sheet["D6"] = '="a<"&"b"', "=NA()", '=""'
        sheet.column_dimensions["B"].width = 33
        choices = DataValidation("list", formula1='"a,b"')
        choices.add("B2:B9")
        sheet.add_data_validation(choices)
        sheet.parent.defined_names["prices"] = DefinedName("prices", attr_text="Offers!$B$2:$B$3")
        sheet.parent.create_sheet("Hidden").sheet_state = "hidden"

    values = {"C1": b"<v>6</v>", "D4": b"<v>a&lt;b</v>", "D5": b"<v>#N/A</v>", "D6": b"<v></v>"}

    def with_values(xml: bytes) -> bytes:
        for address, kind in (
            ("C1", b""),
            ("D4", b' t="str"'),
            ("D5", b' t="e"'),
            ("D6", b' t="str"'),
        ):
            head, _, tail = xml.partition(b'<c r="%s"' % address.encode())
            formula, _, rest = tail.partition(b"<v />")
            xml = head + b'<c r="%s"' % address.encode() + kind + formula + values[address] + rest
        return xml

    source = rewritten(
        small(tmp_path / "a.xlsx", change), {"xl/worksheets/sheet1.xml": with_values}
    )
    assert open_book(source).sheets[0].rows[0][2] == 6
    path = written(write_checked_copy(source, [issue("C1")]))
    before, after = open_book(source).sheets[0].grid, open_book(path).sheets[1].grid
    assert after == before
    book = openpyxl.load_workbook(path)
    sheet = book["Offers"]
    assert sheet["C1"].value == "=B2+1"
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=no formula", "s")
    assert sheet["D1"].number_format == "yyyy-mm-dd"
    assert sheet.column_dimensions["B"].width == 33
    assert str(sheet.data_validations.dataValidation[0].sqref) == "B2:B9"
    assert book.defined_names["prices"].value == "Offers!$B$2:$B$3"
    assert book["Hidden"].sheet_state == "hidden"
    assert book.calculation.fullCalcOnLoad
    assert [one.sheet_view.tabSelected for one in book.worksheets[1:]] == [False, False]


def test_a_users_own_sheet_problems_stays(tmp_path: Path) -> None:
    """A sheet that only happens to be called Problems is kept, and ours is called otherwise."""

    def change(sheet: Any) -> None:
        sheet.parent.create_sheet("problems")["A1"] = "of our vendors"

    first = written(write_checked_copy(small(tmp_path / "a.xlsx", change), [issue()]))
    book = copied(first, [issue()])
    assert book.sheetnames == ["Problems (planner)", "Offers", "problems"]
    assert book.worksheets[0]["A1"].value == TITLE
    assert book["problems"]["A1"].value == "of our vendors"


def test_the_copy_is_never_the_input_nor_anothers(tmp_path: Path) -> None:
    """A name that the user's edits, another workbook's copy or a lock hold is passed over."""
    source = small(tmp_path / "a.xlsx")
    first = tmp_path / "a.checked.xlsx"
    assert write_checked_copy(source, [issue()]).path == first
    assert write_checked_copy(source, [issue("B3")]).path == first
    edit(first, {"Offers!B2": 6})
    edited = first.read_bytes()
    assert write_checked_copy(source, [issue()]).path == tmp_path / "a.checked-2.xlsx"
    assert write_checked_copy(first, [issue()]).path == tmp_path / "a.checked-3.xlsx"
    (tmp_path / "~$a.checked-2.xlsx").touch()
    (tmp_path / "a.checked-4.xlsx").write_bytes(b"PK\x03\x04 anything")
    assert write_checked_copy(source, [issue()]).path == tmp_path / "a.checked-5.xlsx"
    assert first.read_bytes() == edited


def test_two_workbooks_that_differ_in_their_ending(tmp_path: Path) -> None:
    """The copy of a.xlsm does not take the place of the copy of a.xlsx."""
    one = small(tmp_path / "a.xlsx")
    other = small(tmp_path / "a.xlsm")
    assert written(write_checked_copy(one, [issue()])).name == "a.checked.xlsx"
    assert written(write_checked_copy(other, [issue()])).name == "a.checked-2.xlsx"
    assert written(write_checked_copy(other, [issue()])).name == "a.checked-2.xlsx"


def test_a_stale_copy_is_deleted_unless_it_was_edited(tmp_path: Path) -> None:
    """Once nothing is wrong, our own copy goes; one with the user's edits stays."""
    source = small(tmp_path / "a.xlsx")
    assert remove_checked_copy(source) is None
    first = written(write_checked_copy(source, [issue()]))
    assert remove_checked_copy(source) == first
    assert not first.exists()
    write_checked_copy(source, [issue()])
    edit(first, {"Offers!B2": 6})
    assert remove_checked_copy(source) is None
    assert first.exists()
    assert source.exists()


def test_equal_copies_are_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With SOURCE_DATE_EPOCH set, two runs write the same copy to the byte."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)
    source = small(tmp_path / "a.xlsx")
    once = written(write_checked_copy(source, [issue()])).read_bytes()
    assert written(write_checked_copy(source, [issue()])).read_bytes() == once


def test_a_protected_workbook_has_no_copy(tmp_path: Path) -> None:
    """What was decrypted is not written in the clear, and that is said."""
    source = small(tmp_path / "a.xlsx")
    done = write_checked_copy(source, [issue()], source.read_bytes())
    assert done.path is None
    assert "protected by a password" in done.remark
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]


def test_nothing_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is gone or no workbook, a full disk, our own bug: a remark, no exception."""
    assert "There is no file" in write_checked_copy(tmp_path / "none.xlsx", [issue()]).remark
    (tmp_path / "text.xlsx").write_text("no workbook")
    assert write_checked_copy(tmp_path / "text.xlsx", [issue()]).path is None
    source = small(tmp_path / "a.xlsx")

    def full(path: Path, _: bytes) -> None:
        raise FileError(f"'{path}' cannot be written: No space left on device.")

    monkeypatch.setattr(checked_copy, "replace_file", full)
    done = write_checked_copy(source, [issue()])
    assert done.path is None
    assert "No space left" in done.remark

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(checked_copy, "add_problems", broken)
    done = write_checked_copy(source, [issue()])
    assert done.path is None
    assert "ZeroDivisionError" in done.remark


def test_macros_are_left_out_and_said(tmp_path: Path) -> None:
    """A workbook with macros gets a copy without, as .xlsx, and a remark."""
    source = rewritten(small(tmp_path / "a.xlsm"), {"xl/vbaProject.bin": lambda _: b"macro"})
    done = write_checked_copy(source, [issue()])
    assert written(done).name == "a.checked.xlsx"
    assert done.remark == "The copy does not have its macros; the original keeps them."
    with zipfile.ZipFile(written(done)) as archive:
        assert not any("vba" in name for name in archive.namelist())
    assert done.remark in openpyxl.load_workbook(written(done)).worksheets[0]["A2"].value


def test_links_to_other_workbooks_are_cut(tmp_path: Path) -> None:
    """A formula that refers to another workbook becomes its last value: Excel wants no more."""

    def change(sheet: Any) -> None:
        sheet["C2"] = "=[1]Prices!A1*2"
        sheet.parent.defined_names["far"] = DefinedName("far", attr_text="[1]Prices!$A$1")

    def with_value(xml: bytes) -> bytes:
        return xml.replace(b"</f><v />", b"</f><v>9</v>")

    source = rewritten(small(tmp_path / "a.xlsx", change), {"xl/worksheets/sheet1.xml": with_value})
    book = copied(source, [issue()])
    assert book["Offers"]["C2"].value == 9
    assert "far" not in book.defined_names


END = b"</sheetData>"
LONG = b"1+" * 4000 + b"1"
BOMBS = {
    "merged": END + b'<mergeCells><mergeCell ref="D1:XFD1048576"/></mergeCells>',
    "linked": END + b'<hyperlinks><hyperlink ref="D1:XFD1048576" location="A1"/></hyperlinks>',
    "shared": b'<row r="9"><c r="A9"><f t="shared" si="0">%s</f><v>1</v></c>' % LONG
    + b'<c r="B9"><f t="shared" si="0"/><v>1</v></c>' * 2000
    + b"</row>"
    + END,
}
"""Ends of a sheet by which a few bytes ask for millions of cells or letters."""


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_small_file_that_asks_for_much(tmp_path: Path, bomb: bytes) -> None:
    """Where loading would fill the memory, the copy has the values, marked all the same."""
    source = rewritten(
        small(tmp_path / "a.xlsx"),
        {"xl/worksheets/sheet1.xml": lambda xml: xml.replace(END, bomb)},
    )
    with zipfile.ZipFile(source) as archive:
        assert weigh(archive) > HEAVIEST
    done = write_checked_copy(source, [issue()])
    assert done.remark.startswith("The copy has values only")
    book = openpyxl.load_workbook(written(done))
    assert marked(book) == {"Offers!B2": RED}
    assert book["Offers"]["B2"].value == 5


STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("xl/theme/theme1.xml", lambda _: b"<broken"),
        ("docProps/core.xml", lambda _: b"<broken"),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(MAIN, STRICT)),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(END, END + b"<mergeCells/>" * 2)),
    ],
)
def test_what_cannot_be_loaded_whole_is_copied_by_value(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes]
) -> None:
    """A part that openpyxl trips over, or passes over in silence, costs no values."""
    source = rewritten(small(tmp_path / "a.xlsx"), {part: change})
    values = open_book(source).sheets[0].grid
    done = write_checked_copy(source, [issue()])
    assert open_book(written(done)).sheets[1].grid == values
    assert marked(openpyxl.load_workbook(written(done))) == {"Offers!B2": RED}


def test_values_keep_their_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a copy of the values, texts, dates, truths, numbers and errors are what they were."""

    def change(sheet: Any) -> None:
        sheet["C2"].value, sheet["C2"].data_type = "=x", "s"
        sheet["C3"], sheet["D1"] = date(2027, 1, 1), True
        sheet["D2"].value, sheet["D2"].data_type = "#REF!", "e"
        sheet["D3"] = "a_x000D_b_x005F_x000D_c"

    source = small(tmp_path / "a.xlsx", change)

    def refuse(*_: object) -> None:
        raise draft.UnfitError(draft.OTHER_KIND)

    monkeypatch.setattr(checked_copy, "DRAFTS", (refuse, *checked_copy.DRAFTS[1:]))
    done = write_checked_copy(source, [issue()])
    assert "because the original is of another kind than .xlsx" in done.remark
    assert open_book(written(done)).sheets[1].grid == open_book(source).sheets[0].grid


def test_a_large_workbook_gets_its_list_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook that is too large to be copied gets the sheet Problems alone, and a remark."""
    monkeypatch.setattr(draft, "HEAVIEST", 5)
    monkeypatch.setattr(draft, "MOST_VALUES", 5)
    done = write_checked_copy(small(tmp_path / "a.xlsx"), [issue()])
    assert "holds the sheet Problems alone, because the original is too large" in done.remark
    book = openpyxl.load_workbook(written(done))
    assert book.sheetnames == ["Problems"]
    assert listed(book)[0][2:4] == ("Offers", "B2")
    assert book.worksheets[0].cell(HEADER_ROW + 1, 4).hyperlink is None


def test_too_many_issues_are_said_to_be_more(tmp_path: Path) -> None:
    """The list ends somewhere, and says so."""
    issues = [issue(f"B{row}") for row in range(2, MOST_LISTED + 12)]
    book = copied(small(tmp_path / "a.xlsx"), issues)
    assert len(listed(book)) == MOST_LISTED
    assert f"The first {MOST_LISTED:,} are listed." in book.worksheets[0]["A2"].value


def test_a_blank_template_is_read_past_the_list(tmp_path: Path) -> None:
    """The reader passes over the sheet Problems: it adds no issue of its own."""
    path = tmp_path / "a.xlsx"
    write_template(path, blank_tables("2027Q1", 4), spare_rows=1)
    issues = read_workbook(path).issues
    assert issues
    assert read_workbook(written(write_checked_copy(path, issues))).issues == issues
