"""Verification: a plan read back from disk holds, and any figure changed by hand does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import planner
from data.build import CASES, case_of
from planner.case.case import Case
from planner.case.finance import Settings
from planner.case.hardware import Category, Hardware
from planner.case.offers import Acquisition, Offer, Rebate
from planner.case.rules import SideRule
from planner.case.sites import Site, SiteKind
from planner.case.workloads import Demand, Workload
from planner.errors import Code, FileError
from planner.search.options import Options
from planner.search.strategy import find_plan
from planner.workbook.results.plan_writer import trace
from planner.workbook.results.verification import Verification, verify_plan
from planner.workbook.template.template import write_template
from tests.builders import quarters
from tests.office import needs_office, resave

NAMES = (
    "peak_and_off_peak",
    "energy_cap",
    "article_case",
    "shortage_or_buy",
    "price_tiers",
    "rebates",
    "site_loss",
    "vendor_concentration",
    "wait_and_see",
)
"""Cases that together fill every sheet."""

UNCHECKED = {"Checks", "Audit"}
"""Sheets whose numbers tell of the run; what the checks say is compared as text."""


def write_plan(name: str, folder: Path) -> Path:
    """Solve a case of data/ and write its plan."""
    plan = find_plan(case_of(CASES[name].tables), Options(gap=0))
    source = folder / f"{name}.xlsx"
    shutil.copy(Path("data") / source.name, source)
    planner.write(plan, folder / f"{name}-plan.xlsx", source=source)
    return folder / f"{name}-plan.xlsx"


@pytest.fixture(scope="module", params=NAMES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the plan workbook of a case, beside its input."""
    return write_plan(request.param, tmp_path_factory.mktemp("plan"))


def verify(path: Path, source: Path) -> Verification:
    """Check a plan workbook against an input workbook."""
    return verify_plan(planner.load(source), path, trace(source, {}))


def source_of(path: Path) -> Path:
    """Return the input workbook beside a plan."""
    return path.with_stem(path.stem.removesuffix("-plan"))


def numbers(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the sheet and address of every number in a plan that is no formula."""
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows(min_row=5):
            for cell in row:
                if isinstance(cell.value, int | float) and sheet.title not in UNCHECKED:
                    yield sheet.title, cell.coordinate


def change(path: Path, sheet: str, cell: str, value: Any, folder: Path) -> Path:
    """Return a copy of a workbook in which one cell was changed by hand."""
    book = openpyxl.load_workbook(path)
    book[sheet][cell].value = value
    book.save(folder / "changed.xlsx")
    return folder / "changed.xlsx"


def test_a_plan_as_it_was_written(written: Path) -> None:
    """A plan that nobody touched passes every check, and every figure follows."""
    verification = verify(written, source_of(written))
    assert verification.issues == ()
    assert verification.passed


def test_every_number_changed_by_hand_is_noticed(written: Path, tmp_path: Path) -> None:
    """Whichever number of whichever sheet is changed, the plan no longer holds."""
    case = planner.load(source_of(written))
    provenance = trace(source_of(written), {})
    book = openpyxl.load_workbook(written)
    places = list(numbers(written))
    assert len(places) > 20
    for sheet, address in places:
        cell = book[sheet][address]
        before = cell.value
        cell.value = before + 1
        book.save(tmp_path / "changed.xlsx")
        assert not verify_plan(case, tmp_path / "changed.xlsx", provenance).passed, (sheet, address)
        cell.value = before


@pytest.mark.parametrize("name", ["Objective", "Bound"])
def test_a_claim_changed_by_hand_is_noticed(written: Path, tmp_path: Path, name: str) -> None:
    """The cost and bound that a plan claims stand twice, and must be the same."""
    rows = openpyxl.load_workbook(written)["Audit"].iter_rows(min_row=5)
    (row,) = (cells[0].row for cells in rows if cells[0].value == name)
    changed = change(written, "Audit", f"B{row}", 1.0, tmp_path)
    assert not verify(changed, source_of(written)).passed


def test_a_formula_replaced_by_a_wrong_number_is_noticed(written: Path, tmp_path: Path) -> None:
    """A sum that someone types over, of a line or below all, is held against the plan."""
    sheet = openpyxl.load_workbook(written)["Budget"]
    (column,) = (cell.column_letter for cell in sheet[4] if cell.value == "Total")
    last = max(cell.row for cell in sheet["A"] if cell.value)
    for row in (5, last):
        changed = change(written, "Budget", f"{column}{row}", 123.0, tmp_path)
        verification = verify(changed, source_of(written))
        assert [(issue.code, issue.cell) for issue in verification.issues] == [
            (Code.PLAN_CELL_DIFFERS, f"{column}{row}")
        ]
        assert not verification.passed


def append(path: Path, sheet: str, folder: Path) -> Path:
    """Return a copy of a workbook in which a sheet's first line stands again at its end."""
    book = openpyxl.load_workbook(path)
    first = [cell.value for cell in book[sheet][5]]
    book[sheet].append(first)
    book.save(folder / "changed.xlsx")
    return folder / "changed.xlsx"


def test_a_line_written_twice_is_noticed(written: Path, tmp_path: Path) -> None:
    """A line that stands again, be it below the totals, would be read as an order more."""
    for sheet in openpyxl.load_workbook(written):
        if sheet.title not in {"Summary", "Audit"} and sheet["A5"].value not in {None, "Total"}:
            changed = append(written, sheet.title, tmp_path)
            assert not verify(changed, source_of(written)).passed, sheet.title


def test_a_verdict_changed_by_hand_is_noticed(written: Path, tmp_path: Path) -> None:
    """What the sheet Checks says must be what the checks say."""
    changed = change(written, "Checks", "C5", "FAIL", tmp_path)
    assert [issue.cell for issue in verify(changed, source_of(written)).issues] == ["C5"]


def test_large_amounts_are_compared_with_their_noise(tmp_path: Path) -> None:
    """The gap in money of a large plan, all but 0, is the noise of two large sums."""
    case = Case(
        periods=tuple(one.model_copy(update={"hours": 2184.0}) for one in quarters(2)),
        hardware=(Hardware(sku="A", category=Category.CPU, cores=10),),
        offers=(
            Offer(
                offer="buy",
                vendor="V",
                sku="A",
                acquisition=Acquisition.PURCHASE,
                upfront_price=5481389.95,
            ),
            Offer(
                offer="rent",
                vendor="V",
                sku="A",
                acquisition=Acquisition.ON_DEMAND,
                hourly_price=911.984,
            ),
        ),
        sites=(Site(site="DC", kind=SiteKind.OWNED), Site(site="CL", kind=SiteKind.CLOUD)),
        workloads=(Workload(workload="W", unit="cores", shortage_penalty=78.882),),
        demand=(Demand(workload="W", rates={"Q1": 43.4, "Q2": 68.1}),),
        settings=Settings(discount_rate=0.08),
    )
    source = tmp_path / "input.xlsx"
    source.write_bytes(b"input")
    plan = find_plan(case, Options(gap=0))
    planner.write(plan, tmp_path / "plan.xlsx", source=source)
    verification = verify_plan(case, tmp_path / "plan.xlsx", trace(source, {}))
    assert verification.issues == ()
    assert verification.passed


def test_an_order_taken_out_breaks_a_rule(tmp_path: Path) -> None:
    """Without one of its orders a plan serves less than its demand: a check says so."""
    path = write_plan("energy_cap", tmp_path)
    book = openpyxl.load_workbook(path)
    book["Purchase plan"].delete_rows(5)
    book.save(tmp_path / "changed.xlsx")
    verification = verify(tmp_path / "changed.xlsx", source_of(path))
    assert "capacity of pools" in {check.family for check in verification.failed}
    assert not verification.passed


def test_other_words_than_those_of_the_input_are_named(tmp_path: Path) -> None:
    """An offer that the input does not have, or half a pack, is told with its cell."""
    path = write_plan("energy_cap", tmp_path)
    offer = change(path, "Purchase plan", "G5", "Nobody's", tmp_path)
    assert [issue.cell for issue in verify(offer, source_of(path)).issues] == ["G5", "E5"]
    packs = change(path, "Purchase plan", "M5", 1.5, tmp_path)
    assert [issue.cell for issue in verify(packs, source_of(path)).issues] == ["M5"]


def test_a_plan_of_another_input_is_said_to_be_one(tmp_path: Path) -> None:
    """Against an input that changed since, the checks decide, and a warning is given."""
    path = write_plan("energy_cap", tmp_path)
    book = openpyxl.load_workbook(source_of(path))
    book["Settings"]["C5"].value = "a note more"
    book.save(source_of(path))
    verification = verify(path, source_of(path))
    assert [issue.code for issue in verification.issues] == [Code.OTHER_INPUT]
    assert verification.passed


def test_a_workbook_that_is_no_plan(tmp_path: Path) -> None:
    """An input workbook given for a plan is told from one."""
    path = write_plan("energy_cap", tmp_path)
    with pytest.raises(FileError, match="no plan of this program"):
        verify(source_of(path), source_of(path))


@pytest.mark.office
@needs_office
def test_a_plan_saved_by_libreoffice_still_holds(tmp_path: Path) -> None:
    """A plan that was opened and saved again passes as it did."""
    path = write_plan("peak_and_off_peak", tmp_path)
    verification = verify(resave(path, tmp_path), source_of(path))
    assert verification.issues == ()
    assert verification.passed


def test_what_is_named_total_is_no_line_of_sums(tmp_path: Path) -> None:
    """A workload, a vendor and a rule may be called so; the sheets' own sums are told from them."""
    tables = dict(CASES["vendor_concentration"].tables)
    named = {
        Workload: [row.model_copy(update={"workload": "Total"}) for row in tables[Workload]],
        Demand: [row.model_copy(update={"workload": "Total"}) for row in tables[Demand]],
        SideRule: [row.model_copy(update={"rule": "Total"}) for row in tables[SideRule]],
        Rebate: [Rebate(vendor="Total", min_spend=0.0, rebate=0.01)],
        Offer: [
            *tables[Offer],
            tables[Offer][0].model_copy(update={"offer": "third", "vendor": "Total"}),
        ],
    }
    source, path = tmp_path / "named.xlsx", tmp_path / "named-plan.xlsx"
    write_template(source, tables | named)
    planner.write(planner.solve(planner.load(source)), path, source=source)

    assert verify(path, source).passed
