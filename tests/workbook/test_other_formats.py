"""Workbooks of other formats: .xls and .ods as LibreOffice writes them, and .xlsb."""

import subprocess
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from planner.errors import FileError
from planner.workbook.reading.cells import Book, open_book
from planner.workbook.reading.reader import read_workbook
from tests.office import needs_office
from tests.workbook.broken_files import BASE, zipped
from tests.workbook.xlsb_files import record, xlsb

CONTENT = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x">{}'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)
FORMULAS = {"=1/0": "#DIV/0!", "=NA()": "#N/A", "=#REF!+1": "#REF!", '="a"+1': "#VALUE!"}


def converted(path: Path, ending: str, folder: Path) -> Path:
    """Return a copy of a workbook in another format, made by LibreOffice."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", ending]
    subprocess.run([*command, "--outdir", folder, path], check=True, capture_output=True)
    return folder / f"{path.stem}.{ending}"


def ods(path: Path, tables: str, more: dict[str, bytes] | None = None) -> Path:
    """Write a spreadsheet with these tables, and with more parts beside them."""
    content = CONTENT.format("", tables).encode()
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}
    path.write_bytes(zipped({**parts, "content.xml": content, **(more or {})}))
    return path


def table(rows: str) -> str:
    """Return the XML of a table with these rows."""
    return f'<table:table table:name="Offers">{rows}</table:table>'


def row(cells: str, attributes: str = "") -> str:
    """Return the XML of a row with these cells."""
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def refusal(path: Path) -> str:
    """Return the sentence that a file is refused with."""
    with pytest.raises(FileError) as caught:
        _ = [sheet.rows for sheet in open_book(path).sheets]
    return str(caught.value)


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods"])
@pytest.mark.parametrize("name", ["lead_time", "example"])
def test_other_formats_hold_the_same_case(name: str, ending: str, tmp_path: Path) -> None:
    """A workbook that LibreOffice saves as .xls or .ods reads to exactly the same case."""
    path = BASE.with_stem(name)
    other = read_workbook(converted(path, ending, tmp_path))
    assert other.issues == read_workbook(path).issues
    assert other.case is not None
    assert other.case == read_workbook(path).case


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_error_cells_of_other_formats(ending: str, tmp_path: Path) -> None:
    """Error cells are told as such at their own cell, and a text that looks like one is not."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Offers")
        for place, (formula, error) in enumerate(FORMULAS.items()):
            sheet.write_formula(place + 2, place, formula, None, error)
        sheet.write("F1", "#REF!")
        sheet.write("F2", 5)
    found = open_book(converted(tmp_path / "a.xlsx", ending, tmp_path)).sheets[0]
    assert found.grid.errors == {
        (2, 0): "#DIV/0!",
        (3, 1): "#N/A",
        (4, 2): "#REF!",
        (5, 3): "#VALUE!",
    }
    assert found.cell(0, 5).value == "#REF!"
    assert found.cell(1, 5).value == 5


def test_repeated_rows_and_cells_of_an_ods(tmp_path: Path) -> None:
    """One element may stand for many cells: each of them is an error, or without a value."""
    error = (
        '<table:table-cell table:number-columns-repeated="2" table:formula="of:=#N/A" '
        'office:value-type="string" office:string-value=""><text:p>#N/A</text:p>'
        "</table:table-cell>"
    )
    formula = '<table:table-cell table:formula="of:=1"/>'
    empty = '<table:table-cell table:number-columns-repeated="3"/>'
    rows = row(empty, 'table:number-rows-repeated="2"') + row(
        empty + error + formula, 'table:number-rows-repeated="2"'
    )
    sheet = open_book(ods(tmp_path / "a.ods", table(rows))).sheets[0]
    places = [(2, 3), (2, 4), (3, 3), (3, 4)]
    assert sheet.grid.errors == dict.fromkeys(places, "#N/A")
    assert sheet.grid.without_value == {(2, 5), (3, 5)}
    assert sheet.cell(3, 5).address == "F4"


@pytest.mark.parametrize("shown", ["#REF!", "Err:502", "#NAME?", "#DIV/0!"])
@pytest.mark.parametrize("kind", ["string", "float"])
def test_errors_of_an_ods_by_their_text(shown: str, kind: str, tmp_path: Path) -> None:
    """A formula that shows an error is one, whatever value its program stored beside it."""
    cell = (
        f'<table:table-cell table:formula="of:=1" office:value-type="{kind}" office:value="0">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )
    sheet = open_book(ods(tmp_path / "a.ods", table(row(cell)))).sheets[0]
    assert sheet.cell(0, 0).error == shown


def test_what_an_ods_brings_along(tmp_path: Path) -> None:
    """Macros and links of a spreadsheet are noted; an empty list of macros is none."""
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    link = '<table:table-cell><table:cell-range-source xlink:href="a.ods"/></table:table-cell>'
    plain = open_book(
        ods(tmp_path / "a.ods", table(row(cell)), {"Basic/Standard/script-lb.xml": b"<a/>"})
    )
    assert (plain.has_macros, plain.has_links) == (False, False)
    linked = open_book(
        ods(tmp_path / "b.ods", table(row(link + cell)), {"Basic/Standard/M.xml": b"<a/>"})
    )
    assert (linked.has_macros, linked.has_links) == (True, True)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (row("<table:table-cell/>"), ""),
        (table(row("<table:table-cell/>", 'table:number-rows-repeated="0"')), "repeated"),
        (table(row("<table:table-cell/>", 'table:number-rows-repeated="-1"')), "repeated"),
        (table(table("")), "inside another"),
        (table("") + table(""), "two sheets"),
        (
            table(
                row(
                    '<table:table-cell office:value-type="float" office:value="1" '
                    'table:number-columns-repeated="16384"/>',
                    'table:number-rows-repeated="1048576"',
                )
            ),
            "filled cells",
        ),
        (
            table(
                row("<table:table-cell/>", 'table:number-rows-repeated="1048575"')
                + row(
                    '<table:table-cell table:number-columns-repeated="16383"/>'
                    '<table:table-cell office:value-type="float" office:value="1"/>'
                )
            ),
            "reaches to XFD1048576",
        ),
        *(
            (
                table(
                    row(
                        f'<table:table-cell office:{kind}="{value}" '
                        'table:number-columns-repeated="16384"/>',
                        'table:number-rows-repeated="2000"',
                    )
                ),
                "filled cells",
            )
            for kind, value in (("value", 5), ("boolean-value", "true"), ("string-value", "a"))
        ),
        (table(row('<table:table-cell table:number-columns-repeated="9999"/>' * 3)), "beyond"),
        (
            table(
                row('<table:table-cell table:number-columns-repeated="9999"/><table:table-cell/>')
                * 900
            ),
            "most of them empty",
        ),
    ],
)
def test_odd_ods_files(tables: str, words: str, tmp_path: Path) -> None:
    """What would fill the memory or is not as any program writes it is refused."""
    path = ods(tmp_path / "a.ods", tables)
    if words:
        assert words in refusal(path)
    else:
        assert open_book(path).sheets == ()


def test_ods_with_a_password(tmp_path: Path) -> None:
    """An encrypted spreadsheet is refused in a sentence that says so."""
    lock = b'<m xmlns:manifest="m"><manifest:encryption-data/></m>'
    path = ods(tmp_path / "a.ods", "", {"META-INF/manifest.xml": lock})
    assert "protected by a password" in refusal(path)


def test_other_opendocument_files(tmp_path: Path) -> None:
    """A text document is no spreadsheet."""
    path = tmp_path / "a.odt"
    path.write_bytes(zipped({"content.xml": b"<office:text xmlns:office='o'/>"}))
    assert "no spreadsheet" in refusal(path)


def xlsb_book(path: Path) -> Book:
    """Write a binary workbook with one row of every kind of cell, and open it."""
    cells = ("text", 0.5, True, None, "#N/A", "#REF!", "text")
    path.write_bytes(xlsb({"Offers": [(), cells], "报价": []}))
    return open_book(path)


def test_cells_of_an_xlsb(tmp_path: Path) -> None:
    """Texts, numbers, yes/no and errors of a binary workbook come as such."""
    sheet = xlsb_book(tmp_path / "a.xlsb").sheets[0]
    assert [sheet.cell(1, column).value for column in range(4)] == ["text", 0.5, True, None]
    assert sheet.grid.errors == {(1, 4): "#N/A", (1, 5): "#REF!"}
    assert sheet.cell(1, 6).value == "text"


def test_a_case_in_an_xlsb(tmp_path: Path) -> None:
    """A binary workbook with the cells of an .xlsx holds the same case.

    Days are written as their ISO texts here, as the generator knows no formats.
    """

    def plain(value: object) -> str | float | bool | None:
        if value == "":
            return None
        return value if isinstance(value, (str, float, bool)) else str(value)

    sheets = {
        sheet.name: [tuple(map(plain, cells)) for cells in sheet.rows]
        for sheet in open_book(BASE).sheets
    }
    (tmp_path / "a.xlsb").write_bytes(xlsb(sheets))
    reading = read_workbook(tmp_path / "a.xlsb")
    assert reading.issues == ()
    assert reading.case is not None
    assert reading.case == read_workbook(BASE).case


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("xl/worksheets/sheet0.bin", b"\x91", "cut off"),
        ("xl/worksheets/sheet0.bin", record(145) + record(0, b"\1"), "too short"),
        ("xl/worksheets/sheet0.bin", record(145) + record(7, bytes(12)), "no row"),
        ("xl/worksheets/sheet0.bin", record(145) + b"\0\xff\xff\xff\x7f", "longer than"),
        ("xl/workbook.bin", record(156, bytes(8) + b"\xf0\0\0\0"), "cut off"),
        ("xl/_rels/workbook.bin.rels", b"<a/>", "nothing says where"),
    ],
)
def test_damaged_xlsb(part: str, content: bytes, words: str, tmp_path: Path) -> None:
    """Binary records that are not as any program writes them are refused."""
    path = tmp_path / "a.xlsb"
    path.write_bytes(xlsb({"Offers": [("a",)]}, {part: content}))
    assert "damaged" in refusal(path)
    assert words in refusal(path)


@pytest.mark.office
@needs_office
def test_a_damaged_xls_never_ends_in_a_traceback(tmp_path: Path) -> None:
    """Wherever an .xls is cut off or garbled, it is read or refused, and never panics."""
    content = converted(BASE, "xls", tmp_path).read_bytes()
    path = tmp_path / "b.xls"
    for place in range(24, len(content), len(content) // 60):
        for damaged in (
            content[:place],
            content[:place] + b"\xff" * 8 + content[place + 8 :],
            content[:place] + bytes(600) + content[place + 600 :],
        ):
            path.write_bytes(damaged)
            try:
                read_workbook(path)
            except FileError as error:
                assert "b.xls" in str(error)  # noqa: PT017


def test_every_archive_is_told_by_its_bytes(tmp_path: Path) -> None:
    """An ending says nothing: a binary workbook that is called .xlsx is read as what it is."""
    assert xlsb_book(tmp_path / "a.xlsx").sheets[0].cell(1, 0).value == "text"
    assert zipfile.is_zipfile(tmp_path / "a.xlsx")
