"""The plan workbook: formulas with their values, and text that stays text."""

from __future__ import annotations

import math
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import planner
from planner.case.hardware import Category, Hardware
from planner.case.offers import Acquisition, Offer
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, Workload
from planner.errors import FileError, PlanError
from planner.plan.outcome import Outcome, Status
from planner.plan.plan import Plan
from planner.search.options import Options
from planner.search.strategy import find_plan
from planner.workbook.results.writer import TOTAL
from tests.builders import quarters
from tests.office import needs_office, resave

NASTY = "=1+1"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return a plan that fills every sheet, with names that look like formulas."""
    case = planner.Case(
        periods=quarters(2, capex_budget=1e6, opex_budget=1e6),
        hardware=(
            Hardware(sku=NASTY, category=Category.GPU, tflops=10, power=2, idle_power=1),
            Hardware(sku="instance", category=Category.CLOUD, tflops=10),
        ),
        offers=(
            Offer(
                offer="+buy",
                vendor="@vendor",
                sku=NASTY,
                acquisition=Acquisition.PURCHASE,
                upfront_price=1000.5,
                monthly_price=7,
                landed_cost=0.1,
                lead_time=4,
                term=48,
                note="_x000D_ stays",
            ),
            Offer(
                offer="-rent",
                vendor="甲",
                sku="instance",
                acquisition=Acquisition.ON_DEMAND,
                hourly_price=0.5,
                availability=0.9,
            ),
        ),
        sites=(
            Site(site="hall", kind=SiteKind.OWNED, pue=1.2, energy_price=0.1, it_power=100),
            Site(site="cloud", kind=SiteKind.CLOUD),
        ),
        fleet=(Installed(sku=NASTY, site="hall", units=1, monthly_cost=3),),
        workloads=(Workload(workload="=work", unit="TFLOPS"),),
        demand=(Demand(workload="=work", rates={"Q1": 25, "Q2": 45}),),
    )
    return find_plan(case, Options(gap=0))


@pytest.fixture(scope="module")
def written(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return that plan's workbook."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "input.xlsx").write_bytes(b"input")
    planner.write(plan, folder / "plan.xlsx", source=folder / "input.xlsx")
    return folder / "plan.xlsx"


def cells(path: Path) -> dict[str, Any]:
    """Return the value of every cell that is not empty, by its sheet and address."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_the_sheets_are_those_of_the_contract(written: Path) -> None:
    """The workbook has the sheets that the contract names, the summary first."""
    names = openpyxl.load_workbook(written).sheetnames
    assert names[:2] == ["Summary", "Purchase plan"]
    others = {"Rentals", "Budget", "Fleet", "Demand", "Allocation", "Energy", "Vendors", "Checks"}
    assert others | {"Audit"} <= set(names)


def test_the_purchase_plan_has_the_columns_of_the_contract(written: Path) -> None:
    """Its columns are the contract's, in its order; ours come after."""
    sheet = openpyxl.load_workbook(written)["Purchase plan"]
    headers = [cell.value for cell in sheet[4]]
    assert ", ".join(headers[:25]) == (
        "Line, Raise by, Order by, Delivery, Period, Vendor, Offer, SKU, Description, Category, "
        "Acquisition, Site, Packs, Units, Unit price, Currency, Extended price, "
        "Extended price (base), Capex or opex, Payment period, Term end, Quote ref, "
        "Quote valid until, Tier, Why"
    )


def test_text_is_never_a_formula(written: Path) -> None:
    """Text that begins like a formula, or looks like an escape, is written as it is."""
    texts = {value for value in cells(written).values() if isinstance(value, str)}
    assert {"+buy", "@vendor", "-rent"} <= texts
    book = openpyxl.load_workbook(written)
    named = [c for row in book["Purchase plan"].iter_rows() for c in row if c.value == NASTY]
    assert named
    assert all(cell.data_type == "s" for cell in named)
    with zipfile.ZipFile(written) as archive:
        assert b"_x005F_x000D_ stays" in archive.read("xl/sharedStrings.xml")


def test_formulas_are_live_and_carry_their_values(written: Path, plan: Plan) -> None:
    """Prices, headrooms and totals are formulas, each stored with its value."""
    values = cells(written)
    live = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in openpyxl.load_workbook(written)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(live) > 30
    assert all(isinstance(values[place], int | float) for place in live)
    book = openpyxl.load_workbook(written, data_only=True)
    lines = list(book["Purchase plan"].iter_rows(min_row=5, values_only=True))
    assert lines[-1][0] == TOTAL
    assert lines[-1][13] == sum(line[13] for line in lines[:-1])
    assert math.isclose(lines[0][16], lines[0][13] * lines[0][14])
    figures = {row[0]: row[1] for row in book["Summary"].iter_rows(min_row=5, values_only=True)}
    assert figures["Sum"] == pytest.approx(plan.outcome.objective, rel=1e-12)


@pytest.mark.office
@needs_office
def test_recalculated_values_are_the_stored_ones(written: Path, tmp_path: Path) -> None:
    """LibreOffice, made to recalculate everything, comes to the stored values."""
    stored, again = cells(written), cells(resave(written, tmp_path))
    assert stored.keys() == again.keys()
    for place, value in stored.items():
        if isinstance(value, int | float):
            assert again[place] == pytest.approx(value, rel=1e-12, abs=1e-12), place
        else:
            assert again[place] == value, place


def test_the_same_plan_gives_the_same_bytes(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SOURCE_DATE_EPOCH set, a plan is written to the same bytes each time."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    (tmp_path / "input.xlsx").write_bytes(b"input")
    for name in ("a.xlsx", "b.xlsx"):
        planner.write(plan, tmp_path / name, source=tmp_path / "input.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    created = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert created == datetime(2027, 1, 15, 8)  # noqa: DTZ001  openpyxl drops the zone


def test_an_unchecked_plan_is_not_written(plan: Plan, tmp_path: Path) -> None:
    """A plan whose checks were not run is refused, and no file stands."""
    (tmp_path / "input.xlsx").write_bytes(b"input")
    unchecked = Plan(plan.case, (), (), Outcome(Status.OPTIMAL))
    with pytest.raises(PlanError):
        planner.write(unchecked, tmp_path / "plan.xlsx", source=tmp_path / "input.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["input.xlsx"]


def test_a_write_that_fails_leaves_the_old_file(plan: Plan, tmp_path: Path) -> None:
    """Where a file cannot be written, what stood there stands, and nothing half is left."""
    (tmp_path / "input.xlsx").write_bytes(b"input")
    target = tmp_path / "folder"
    target.mkdir()
    with pytest.raises(FileError):
        planner.write(plan, target, source=tmp_path / "input.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "input.xlsx"]
