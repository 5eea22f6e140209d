"""Opening a file: which files are workbooks, and what their cells hold."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from planner.errors import FileError
from planner.workbook.reading import archive
from planner.workbook.reading.cells import Book, SheetCells, open_book
from planner.workbook.reading.files import told_as_file_error
from planner.workbook.reading.marks import address

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def small_book(path: Path) -> Path:
    """Write a workbook with one sheet, "Offers", that has one filled cell, A1."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Offers"
    sheet["A1"] = "Offer"
    book.save(path)
    return path


def rewritten(path: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """Write the archive again, with each part's name and bytes changed."""
    with zipfile.ZipFile(path) as before:
        parts = [change(name, before.read(name)) for name in before.namelist()]
    with zipfile.ZipFile(path, "w") as after:
        for name, content in parts:
            after.writestr(name, content)
    return path


def with_rows(path: Path, rows: str, namespace: str = MAIN) -> SheetCells:
    """Return the sheet of a workbook whose rows are this XML."""
    return with_xml(path, sheet_xml(rows, namespace))


def sheet_xml(rows: str, namespace: str = MAIN) -> str:
    """Return the XML of a sheet with these rows."""
    return f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'


def with_xml(path: Path, xml: str) -> SheetCells:
    """Return the sheet of a workbook whose sheet part is this XML."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        return name, xml.encode() if name.endswith("sheet1.xml") else content

    return open_book(rewritten(small_book(path), change)).sheets[0]


def read_all(book: Book) -> None:
    """Read every cell of a workbook."""
    for sheet in book.sheets:
        assert sheet.rows is not None


def refusal(path: Path) -> str:
    """Return the sentence that a file is refused with."""
    with pytest.raises(FileError) as caught:
        read_all(open_book(path))
    return str(caught.value)


def test_kinds_of_values(tmp_path: Path) -> None:
    """Text, numbers, yes/no, days and points in time come as such; an empty cell as None."""
    book = openpyxl.Workbook()
    book.active.append(["NA", 5, 0.08, True, date(2027, 1, 1), datetime(2027, 1, 1, 12)])  # noqa: DTZ001
    book.active.append(["", None, 2])
    book.save(tmp_path / "a.xlsx")
    sheet = open_book(tmp_path / "a.xlsx").sheets[0]
    held = [sheet.cell(0, column).value for column in range(6)]
    assert held == ["NA", 5.0, 0.08, True, date(2027, 1, 1), datetime(2027, 1, 1, 12)]  # noqa: DTZ001
    assert sheet.cell(1, 0).value is None
    assert sheet.cell(1, 1).value is None
    assert sheet.cell(99, 99).value is None


def test_addresses_where_the_table_does_not_begin_at_a1(tmp_path: Path) -> None:
    """Empty rows above and columns to the left count: the first cell of C5 is C5."""
    book = openpyxl.Workbook()
    book.active["C5"] = "Offer"
    book.active["D7"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    sheet = open_book(tmp_path / "a.xlsx").sheets[0]
    assert sheet.cell(4, 2).value == "Offer"
    assert sheet.cell(4, 2).address == "C5"
    assert sheet.cell(6, 3).is_without_value
    assert sheet.cell(6, 3).address == "D7"
    assert {len(row) for row in sheet.rows} == {4}
    assert len(sheet.rows) == 7


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (16383, "XFD")])
def test_letters_of_columns(column: int, letters: str) -> None:
    """Columns are lettered as Excel letters them, to its last one."""
    assert address(0, column) == f"{letters}1"


def test_names_of_sheets(tmp_path: Path) -> None:
    """Sheets keep their names and order, hidden ones too; a chart sheet holds no cells."""
    book = openpyxl.Workbook()
    book.active.title = "Price & <tiers>"
    book.create_chartsheet("Chart")
    book.create_sheet("报价").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    found = open_book(tmp_path / "a.xlsx")
    assert found.name == "a.xlsx"
    assert [sheet.name for sheet in found.sheets] == ["Price & <tiers>", "报价"]
    assert found.sheets[1].is_blank


def test_error_cells(tmp_path: Path) -> None:
    """An error cell says which error; a text that looks like one is a text."""
    sheet = with_rows(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c>'
        '<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="C1" t="inlineStr"><is><t>#REF!</t></is></c></row>',
    )
    assert [sheet.cell(0, column).error for column in range(3)] == ["#REF!", "#DIV/0!", ""]
    assert sheet.cell(0, 2).value == "#REF!"
    assert sheet.marked == {(0, 0), (0, 1)}


def test_formulas_without_a_stored_value(tmp_path: Path) -> None:
    """A formula counts by its stored value: none or an empty one is no value, except that
    the result of a formula of text may be the empty text.
    """
    sheet = with_rows(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><f>1</f></c><c r="B1"><f>1</f><v/></c><c r="C1"><f>1</f><v></v></c>'
        '<c r="D1" t="str"><f>""</f><v></v></c><c r="E1"><f>1</f><v>2</v></c>'
        '<c r="F1"><f t="shared" ref="F1:G1" si="0">1</f><v>3</v></c>'
        '<c r="G1"><f t="shared" si="0"/></c></row>',
    )
    assert [sheet.cell(0, column).is_without_value for column in range(7)] == [
        *(True, True, True),
        *(False, False, False),
        True,
    ]
    assert sheet.cell(0, 3).value is None
    assert sheet.cell(0, 4).value == 2.0


def test_array_formula_without_values(tmp_path: Path) -> None:
    """One array formula fills a block: none of its cells has a value when the first has none."""
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.active["B1"] = ArrayFormula("B1:B3", "=A1:A3")
    book.active["B2"] = 7
    book.active["A3"] = "z"
    book.save(tmp_path / "a.xlsx")
    sheet = open_book(tmp_path / "a.xlsx").sheets[0]
    assert sheet.marked == {(0, 1), (2, 1)}


def test_stored_values_of_formulas(tmp_path: Path) -> None:
    """A formula with a stored value reads as that value."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_formula("A1", "=1+1", None, 2)
    sheet = open_book(tmp_path / "a.xlsx").sheets[0]
    assert sheet.cell(0, 0) == (0, 0, 2.0, "", False)


def test_cells_without_an_address(tmp_path: Path) -> None:
    """A cell or row that names no address follows the one before it."""
    sheet = with_rows(
        tmp_path / "a.xlsx",
        '<row><c><v>1</v></c></row><row><c/><c t="e"><v>#N/A</v></c></row>'
        '<row r="5"><c r="C5"><f>1</f></c><c><f>1</f></c></row>',
    )
    assert sheet.cell(0, 0).value == 1.0
    assert sheet.cell(1, 1).error == "#N/A"
    assert sheet.grid.without_value == {(4, 2), (4, 3)}


def test_prefixed_and_strict_namespaces(tmp_path: Path) -> None:
    """Workbooks of strict Office Open XML, and XML with prefixes, read like any other."""
    strict = with_rows(
        tmp_path / "s.xlsx", '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>', STRICT
    )
    assert strict.cell(0, 0).error == "#N/A"
    prefixed = with_xml(
        tmp_path / "p.xlsx",
        f'<x:worksheet xmlns:x="{STRICT}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
        '<x:c r="B1"><x:f>1</x:f></x:c></x:row></x:sheetData></x:worksheet>',
    )
    assert prefixed.cell(0, 0).value == 1.0
    assert prefixed.cell(0, 1).is_without_value


def test_parts_with_other_names(tmp_path: Path) -> None:
    """Where the parts lie is told by the archive's relations, whatever their names' case."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        new = name.replace("xl/", "book\\").replace("sheet1", "SHEET1")
        return new, content.replace(b"xl/", b"book/")

    book = open_book(rewritten(small_book(tmp_path / "a.xlsx"), change))
    assert book.sheets[0].cell(0, 0).value == "Offer"


def test_the_bytes_count_and_not_the_ending(tmp_path: Path) -> None:
    """A workbook is read whatever its file is called."""
    book = open_book(small_book(tmp_path / "a.xlsx").rename(tmp_path / "a.csv"))
    assert book.sheets[0].cell(0, 0).value == "Offer"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Offer,Vendor\nO1,Acme\n", "is a text file"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "is damaged"),
        (bytes.fromhex("D0CF11E0A1B11AE1"), "is damaged"),
        (b"PK\x03\x04" + bytes(64), "damaged or incomplete"),
        (bytes(64), "is not an Excel workbook"),
    ],
)
def test_other_kinds_of_files(tmp_path: Path, content: bytes, words: str) -> None:
    """A file of another kind is refused in a sentence that says what it is and what to do."""
    path = tmp_path / "budget.xlsx"
    path.write_bytes(content)
    assert words in refusal(path)
    assert "budget.xlsx" in refusal(path)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("content.xml", "is damaged"),
        ("xl/workbook.bin", "holds no Excel workbook"),
        ("a.txt", "holds no Excel workbook"),
    ],
)
def test_other_archives(tmp_path: Path, part: str, words: str) -> None:
    """A zip archive that holds no whole workbook is refused, and told to be saved as one."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as other:
        other.writestr(part, "x")
    assert words in refusal(path)
    assert re.search("save (it|the workbook) as .xlsx", refusal(path))


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, a folder, a file without permission, an impossible name: one sentence each."""
    assert "There is no file" in refusal(tmp_path / "none.xlsx")
    assert "is a folder" in refusal(tmp_path)
    assert "cannot be read" in refusal(tmp_path / "a\0b")

    def forbidden(self: Path, mode: str) -> None:
        raise PermissionError(f"{self} ({mode})")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "may not be read" in refusal(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "xml",
    [
        "",
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v>',
        sheet_xml('<row r="x"/>'),
        sheet_xml('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        '<!DOCTYPE w [<!ENTITY a "1">]>' + sheet_xml("&a;"),
    ],
)
def test_damaged_sheets(tmp_path: Path, xml: str) -> None:
    """Broken XML, an impossible address, a lost text, an entity: a FileError, no traceback."""
    with pytest.raises(FileError, match=r"is damaged|defines entities"):
        with_xml(tmp_path / "a.xlsx", xml)


def test_a_cell_far_away_from_the_table(tmp_path: Path) -> None:
    """A forgotten cell in Excel's last corner is named instead of filling the memory."""
    corners = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    with pytest.raises(FileError, match="reaches to XFD1048576"):
        with_rows(tmp_path / "a.xlsx", corners)


def test_an_archive_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small archive cannot unpack to more than the limit."""
    monkeypatch.setattr(archive, "UNPACKED_LIMIT", 1000)
    assert "unpacks to more than" in refusal(small_book(tmp_path / "a.xlsx"))


def test_a_panic_of_the_reader_is_a_file_error() -> None:
    """Even what is no Exception becomes a FileError; a wish to stop does not."""

    class Panic(BaseException):
        """Stands for a panic inside a library that is not written in Python."""

    with pytest.raises(FileError, match="is damaged"), told_as_file_error("a.xlsx"):
        raise Panic
    with pytest.raises(KeyboardInterrupt), told_as_file_error("a.xlsx"):
        raise KeyboardInterrupt


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_never_ends_in_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever bytes of a workbook are changed or cut off, it is read or refused."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole) as book:
        book.set_properties({"created": datetime(2027, 1, 1)})  # noqa: DTZ001
        book.add_worksheet("Offers").write("A1", "Offer")
    content = bytearray(whole.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "b.xlsx"
    damaged.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        read_all(open_book(damaged))
    except FileError as error:
        assert "b.xlsx" in str(error)  # noqa: PT017


def test_the_file_may_change_after_it_was_opened(tmp_path: Path) -> None:
    """The cells are those of the moment of opening, also where they are read later."""
    book = open_book(small_book(tmp_path / "a.xlsx"))
    (tmp_path / "a.xlsx").write_bytes(b"")
    assert book.sheets[0].cell(0, 0).value == "Offer"
