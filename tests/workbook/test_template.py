"""The input workbook as it is written: blank, as the example, and as the cases in data/."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from data.build import CASES, FOLDER, build, case_of
from planner.case.case import INPUT
from planner.case.hardware import Category, Hardware
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer
from planner.case.workloads import Demand
from planner.errors import FileError, UsageError
from planner.row import Row, columns
from planner.workbook.reading.reader import read_workbook
from planner.workbook.reading.settings import SettingLine
from planner.workbook.template.dictionary import TARGET, data_dictionary
from planner.workbook.template.layout import FIRST_ROW, HEADER_ROW
from planner.workbook.template.samples import Rows, blank_tables, example_tables
from planner.workbook.template.template import SPARE_ROWS, write_template
from planner.workbook.template.words import Language
from tests.office import needs_office, resave

TABLES = [table for table in INPUT if table.sheet.layout == "table"]
QUARTERS = [f"{year}Q{quarter}" for year in (2027, 2028) for quarter in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example as a workbook."""
    path = tmp_path_factory.mktemp("template") / "example.xlsx"
    write_template(path, example_tables())
    return path


@pytest.fixture(scope="module")
def book(example: Path) -> Workbook:
    """Return the example as openpyxl reads it."""
    return openpyxl.load_workbook(example)


def header_of(sheet: Worksheet) -> list[str]:
    """Return the names in a sheet's header row."""
    return [cell.value for cell in sheet[HEADER_ROW + 1] if cell.value is not None]


def validation_at(sheet: Worksheet, cell: str) -> DataValidation | None:
    """Return the dropdown of a cell; None where it has none."""
    found = [one for one in sheet.data_validations.dataValidation if cell in one.sqref]
    return found[0] if found else None


def place_of(table: type[Row], field: str) -> str:
    """Return the letter of a column of a table that is not spread."""
    place = [spec.field for spec in columns(table)].index(field)
    return openpyxl.utils.get_column_letter(place + 1)


def same_rows(path: Path, tables: Rows) -> None:
    """Assert that a workbook reads without any remark, as these rows."""
    reading = read_workbook(path)
    assert [issue.text() for issue in reading.issues] == []
    assert reading.case == case_of(tables)


def cell_values(path: Path) -> dict[tuple[str, str], object]:
    """Return everything that a workbook's cells hold, by sheet and address."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sheet_and_column_stands_in_the_template(tmp_path: Path, lang: Language) -> None:
    """Each input table has its sheet, in order, with the name of each column and a comment."""
    write_template(tmp_path / "blank.xlsx", blank_tables("2027Q1", 8), lang=lang)
    book = openpyxl.load_workbook(tmp_path / "blank.xlsx")
    is_zh = lang == "zh"
    names = [table.sheet.zh if is_zh else table.sheet.name for table in INPUT]
    assert book.sheetnames == ["说明" if is_zh else "README", *names]
    for table, name in zip(INPUT, names, strict=True):
        specs = columns(table if table in TABLES else SettingLine)
        expected: list[str] = []
        for spec in specs:
            header = spec.column.zh if is_zh else spec.header
            expected += QUARTERS if spec.kind == "spread" else [header]
        assert header_of(book[name]) == expected
        if table in TABLES:
            assert all(cell.comment for cell in book[name][HEADER_ROW + 1] if cell.value)


def test_every_setting_stands_in_the_template_with_its_meaning(book: Workbook) -> None:
    """Settings has a row for each setting, also for those that are left at their default."""
    (settings,) = (table for table in INPUT if table not in TABLES)
    rows = list(book["Settings"].iter_rows(min_row=FIRST_ROW + 1, values_only=True))
    assert [row[0] for row in rows] == [spec.header for spec in columns(settings)]
    assert all(
        spec.column.note in row[2] for spec, row in zip(columns(settings), rows, strict=True)
    )


def test_every_reference_has_a_dropdown_of_the_other_sheets_names(book: Workbook) -> None:
    """A key of another sheet is offered by a name, which covers that sheet's spare rows."""
    for table in TABLES:
        for spec in columns(table):
            refers = spec.column.refers
            if not refers or spec.kind == "spread":
                continue
            cell = f"{place_of(table, spec.field)}{FIRST_ROW + 1}"
            found = validation_at(book[table.sheet.name], cell)
            assert found is not None, (table, spec.field)
            sheet, _, field = refers.partition(".")
            other = next(one for one in INPUT if one.sheet.name == sheet)
            name = f"{sheet.replace(' ', '_')}_{field or other.sheet.key[0]}"
            assert found.formula1 == name
            assert found.errorStyle == "warning" or not found.showErrorMessage
            assert name in book.defined_names


def test_a_name_ends_with_the_last_filled_row(book: Workbook) -> None:
    """The range of the SKUs reaches over the spare rows, and is cut to what is filled."""
    last = FIRST_ROW + len(example_tables()[Hardware]) + SPARE_ROWS
    cells = f"'Hardware'!$A${FIRST_ROW + 1}:$A${last}".replace("'", "")
    formula = book.defined_names["Hardware_sku"].attr_text.replace("'", "")
    assert formula == f"Hardware!$A${FIRST_ROW + 1}:INDEX({cells},MAX(1,COUNTA({cells})))"


def test_choices_are_offered_down_to_the_last_spare_row(book: Workbook) -> None:
    """Acquisition offers its choices and takes nothing else; a list of several takes any."""
    offers, workloads = book["Offers"], book["Workloads"]
    last = FIRST_ROW + len(example_tables()[Offer]) + SPARE_ROWS
    found = validation_at(offers, f"D{last}")
    assert found is not None
    assert found.formula1 == f'"{",".join(Acquisition)}"'
    assert found.showErrorMessage
    several = validation_at(workloads, f"F{FIRST_ROW + 1}")
    assert several is not None
    assert several.formula1 == f'"{",".join(Category)}"'
    assert not several.showErrorMessage
    yes_no = validation_at(workloads, f"H{FIRST_ROW + 1}")
    assert yes_no is not None
    assert yes_no.formula1 == '"yes,no"'


def test_cells_look_like_input_and_have_the_format_of_their_unit(book: Workbook) -> None:
    """Filled and spare cells are blue on light yellow; the header row stays when scrolled."""
    sheet = book["Offers"]
    price = place_of(Offer, "upfront_price")
    for row in (FIRST_ROW + 1, FIRST_ROW + len(example_tables()[Offer]) + SPARE_ROWS):
        cell = sheet[f"{price}{row}"]
        assert cell.fill.fgColor.rgb == "FFFFFFE5"
        assert cell.font.color.rgb == "FF0000FF"
        assert cell.number_format == "#,##0.00##"
    assert sheet.freeze_panes == f"B{FIRST_ROW + 1}"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_example_reads_back_as_it_was(tmp_path: Path, lang: Language) -> None:
    """In either language the reader finds the same rows, and nothing to remark on."""
    write_template(tmp_path / "example.xlsx", example_tables(), lang=lang)
    same_rows(tmp_path / "example.xlsx", example_tables())


def test_an_own_workbook_can_be_written_again(tmp_path: Path) -> None:
    """Rows that were read, with every default in them, are written and read unchanged."""
    write_template(tmp_path / "first.xlsx", example_tables())
    case = read_workbook(tmp_path / "first.xlsx").case
    assert case is not None
    rows = {
        table: [entry.row for entry in entries if entry.row is not None]
        for table, entries in case.tables().items()
    }
    write_template(tmp_path / "second.xlsx", rows)
    same_rows(tmp_path / "second.xlsx", rows)


def test_a_blank_template_has_the_periods_asked_for(tmp_path: Path) -> None:
    """The quarters follow each other over the year's end, and head the columns of Demand."""
    write_template(tmp_path / "blank.xlsx", blank_tables("2027Q3", 3))
    book = openpyxl.load_workbook(tmp_path / "blank.xlsx")
    periods = book["Periods"].iter_rows(min_row=FIRST_ROW + 1, max_row=FIRST_ROW + 3)
    assert [(row[0].value, str(row[1].value)[:10]) for row in periods] == [
        ("2027Q3", "2027-07-01"),
        ("2027Q4", "2027-10-01"),
        ("2028Q1", "2028-01-01"),
    ]
    assert header_of(book["Demand"])[2:5] == ["2027Q3", "2027Q4", "2028Q1"]


@pytest.mark.parametrize(("first", "quarters"), [("2027", 8), ("2027Q5", 8), ("2027Q1", 0)])
def test_a_blank_template_needs_a_quarter_to_begin_with(first: str, quarters: int) -> None:
    """What is no quarter, or no number of quarters, is refused in words."""
    with pytest.raises(UsageError, match="quarter"):
        blank_tables(first, quarters)


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    """Names that begin with "=" or look like links and numbers are written as text."""
    names = ["=1+1", "007", "+49 30", "@A1", "mailto:a"]
    rows = [Hardware(sku=name, category=Category.CPU) for name in names]
    write_template(tmp_path / "names.xlsx", {**blank_tables("2027Q1", 1), Hardware: rows})
    sheet = openpyxl.load_workbook(tmp_path / "names.xlsx")["Hardware"]
    cells = [sheet.cell(FIRST_ROW + 1 + place, 1) for place in range(len(names))]
    assert [(cell.value, cell.data_type) for cell in cells] == [(name, "s") for name in names]
    with ZipFile(tmp_path / "names.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet5.xml")


def test_the_same_tables_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SOURCE_DATE_EPOCH set, a workbook written twice is one and the same."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    contents = []
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_template(tmp_path / folder / "example.xlsx", example_tables())
        contents.append((tmp_path / folder / "example.xlsx").read_bytes())
    assert contents[0] == contents[1]


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """Where the target is a folder, the error names it and no temporary file stays."""
    (tmp_path / "taken.xlsx").mkdir()
    with pytest.raises(FileError, match=r"taken\.xlsx"):
        write_template(tmp_path / "taken.xlsx", blank_tables("2027Q1", 1))
    with pytest.raises(FileError, match="nowhere"):
        write_template(tmp_path / "nowhere" / "a.xlsx", blank_tables("2027Q1", 1))
    assert [path.name for path in tmp_path.iterdir()] == ["taken.xlsx"]


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_example_survives_libreoffice(tmp_path: Path, lang: Language) -> None:
    """Opened and saved again by LibreOffice, the example still reads as the same rows."""
    write_template(tmp_path / "example.xlsx", example_tables(), lang=lang)
    same_rows(resave(tmp_path / "example.xlsx", tmp_path), example_tables())


def test_the_example_is_what_it_is_said_to_be() -> None:
    """Eight quarters, some forty offers of every kind, and a source for each figure."""
    tables = example_tables()
    offers = [dict(row) for row in tables[Offer]]
    assert len(tables[Period]) == 8
    assert 35 <= len(offers) <= 45
    assert {row["acquisition"] for row in offers} == set(Acquisition)
    assert all(row["note"] for row in offers)
    assert all(dict(row)["note"] for row in (*tables[Hardware], *tables[Demand]))


def test_the_data_dictionary_is_fresh() -> None:
    """templates/README.md is what `python -m planner.workbook.template.dictionary` writes."""
    assert TARGET.read_text(encoding="utf-8") == data_dictionary()


def test_the_data_dictionary_has_every_column() -> None:
    """Each column stands in its sheet's section with both of its names."""
    sections = data_dictionary().split("\n## ")[1:]
    assert len(sections) == len(INPUT)
    for table, section in zip(INPUT, sections, strict=True):
        for spec in columns(table):
            assert f"{spec.header}" in section or spec.kind == "spread"
            assert f"| {spec.column.zh} |" in section


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with the workbooks of data/, written anew."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "0")
        build(folder)
        yield folder


@pytest.mark.parametrize("name", ["example", *CASES])
def test_the_workbooks_in_data_are_fresh(built: Path, name: str) -> None:
    """What stands in data/ has the cells that its definitions give."""
    assert cell_values(FOLDER / f"{name}.xlsx") == cell_values(built / f"{name}.xlsx")


def test_data_holds_no_other_workbooks() -> None:
    """Each workbook of data/ has a definition, and its README tells what it shows."""
    assert {path.stem for path in FOLDER.glob("*.xlsx")} == {"example", *CASES}
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name, sample in CASES.items():
        assert f"[{name}.xlsx]({name}.xlsx)" in text
        if name != "article_case":
            assert f"| {sample.sentence} | {sample.objective:,.0f} |" in text
