"""The registry: every family, sheet, column and code is in its list, documented and tested."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import planner
import planner.case
from planner.case.case import INPUT
from planner.errors import Code
from planner.model.families import FAMILIES
from planner.report import REPORT
from planner.row import ColumnSpec, Row, columns
from planner.units import COUNT

HOUSE = Path(planner.__file__).parent
TESTS = Path(__file__).parent
NO_SHEETS = {"foresight", "table", "warnings"}
"""Modules of planner.report that make no sheet."""

ALL_COLUMNS = [
    pytest.param(table, spec, id=f"{table.__name__}.{spec.field}")
    for table in INPUT
    for spec in columns(table)
]


def _modules(folder: str) -> list[str]:
    return sorted(one.stem for one in (HOUSE / folder).glob("*.py") if one.stem != "__init__")


def _name(module: object) -> str:
    assert isinstance(module, ModuleType)
    return module.__name__.rpartition(".")[2]


@pytest.mark.parametrize("name", _modules("model/families"))
def test_every_family_is_built_and_has_its_test(name: str) -> None:
    """A family that is not in FAMILIES is a rule that no plan follows."""
    assert [_name(family) for family in FAMILIES].count(name) == 1
    assert (TESTS / "model" / f"test_{name}.py").exists()


@pytest.mark.parametrize("family", FAMILIES, ids=_name)
def test_every_family_tells_its_maths(family: ModuleType) -> None:
    """A docstring has formulas, each for every something, and a table of what stands in them."""
    maths = family.__doc__ or ""

    assert re.search(r"^(For every|Posted|    minimise)", maths, re.MULTILINE)
    assert re.search(r"^where$", maths, re.MULTILINE)
    assert re.search(r"^    symbol +meaning +unit$", maths, re.MULTILINE)


def test_every_family_tells_where_it_holds() -> None:
    """Each rule is for every period, pool, site, offer or scenario."""
    silent = [_name(one) for one in FAMILIES if not re.search("(F|f)or every", one.__doc__ or "")]

    assert silent == []


@pytest.mark.parametrize("name", sorted(set(_modules("report")) - NO_SHEETS))
def test_every_sheet_is_in_the_report(name: str) -> None:
    """A module that makes a sheet is listed once, or makes one that is not made of a plan.

    Audit tells of the run, and comes last; What is in the way tells why there is no plan.
    """
    sheet = import_module(f"planner.report.{name}")

    assert [*map(_name, REPORT), "audit", "in_the_way"].count(name) == 1
    assert callable(sheet.tabulate)
    assert sheet.__doc__


def test_every_row_class_of_the_input_is_listed() -> None:
    """A Row of planner.case that is not in INPUT is a sheet that is never read."""
    for name in _modules("case"):
        import_module(f"planner.case.{name}")

    given = {row for row in Row.__subclasses__() if row.__module__.startswith("planner.case.")}

    assert given == set(INPUT)
    assert len(INPUT) == len(given)


@pytest.mark.parametrize("table", INPUT)
def test_every_input_sheet_has_its_names_and_its_key(table: type[Row]) -> None:
    """A name, a Chinese name, a sentence on what it holds, and a key that is made of columns."""
    sheet = table.sheet

    assert sheet.name
    assert sheet.zh
    assert sheet.note
    assert set(sheet.key) <= {spec.field for spec in columns(table)}


@pytest.mark.parametrize("table", INPUT)
def test_every_field_of_an_input_row_is_a_column(table: type[Row]) -> None:
    """A field without a Column could not be written in any cell."""
    assert [spec.field for spec in columns(table)] == list(table.model_fields)


@pytest.mark.parametrize(("table", "spec"), ALL_COLUMNS)
def test_every_input_column_is_told_in_two_languages(table: type[Row], spec: ColumnSpec) -> None:
    """A header, its Chinese name, and a note on what it means."""
    assert spec.column.header
    assert re.search(r"[\u4e00-\u9fff]|TFLOPS|SKU|PUE", spec.column.zh), spec.column.zh
    assert spec.column.note, table


@pytest.mark.parametrize("table", INPUT)
def test_the_headers_of_a_sheet_differ(table: type[Row]) -> None:
    """In either language, or a column would be read twice."""
    specs = columns(table)

    assert len({spec.header for spec in specs}) == len(specs)
    assert len({spec.column.zh for spec in specs}) == len(specs)


@pytest.mark.parametrize(
    ("table", "spec"),
    [one for one in ALL_COLUMNS if one.values[1].kind in {"number", "whole", "spread"}],
)
def test_every_number_of_the_input_has_a_unit(table: type[Row], spec: ColumnSpec) -> None:
    """Its type says what it counts; a whole number alone may be a plain count."""
    assert spec.unit.number_format, table
    assert spec.unit is not COUNT or spec.kind == "whole"


@pytest.mark.parametrize(("table", "spec"), ALL_COLUMNS)
def test_every_reference_stands_on_a_sheet(table: type[Row], spec: ColumnSpec) -> None:
    """What a column refers to is the key of an input sheet, or one of its columns."""
    sheet, _, field = spec.column.refers.partition(".")
    by_name = {one.sheet.name: one for one in INPUT}

    if spec.column.refers:
        assert sheet in by_name, table
        held = {one.field for one in columns(by_name[sheet])}
        assert field in held if field else by_name[sheet].sheet.key


def test_codes_are_unique() -> None:
    """A code is never given a second meaning; an enum would make its second name an alias."""
    assert len({code.value for code in Code.__members__.values()}) == len(Code.__members__)
    assert all(re.fullmatch(r"[CP]\d{3}", code) for code in Code)


@pytest.mark.parametrize("code", Code)
def test_every_code_is_used(code: Code) -> None:
    """A code that nothing says would stand in the manual for ever."""
    others = (path for path in HOUSE.rglob("*.py") if path != HOUSE / "errors.py")

    assert any(re.search(rf"\b{code.name}\b", path.read_text("utf-8")) for path in others)
