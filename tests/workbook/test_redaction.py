"""Redaction: of what is secret nothing is left in the copy, in no part and in no spelling."""

from __future__ import annotations

import html
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

import planner
from planner.case.finance import Currency, Scenario, Settings
from planner.case.hardware import Category, Hardware
from planner.case.offers import Acquisition, Offer, PriceTier, Rebate
from planner.case.rules import Metric, SideRule
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, Workload
from planner.errors import FileError, UsageError
from planner.report import REPORT, audit
from planner.row import Row, columns
from planner.search.options import Options
from planner.search.strategy import find_plan
from planner.workbook.encryption import encrypt_file
from planner.workbook.results.masks import MASKED, Masks
from planner.workbook.results.plan_writer import trace
from planner.workbook.results.redaction import KINDS, Secret, redact_plan
from planner.workbook.results.verification import verify_plan
from tests.builders import quarters
from tests.office import needs_office, resave

ALL = frozenset(Secret)
VENDORS = ("Kumquat Systems", "Söhne & O'Brien", "华为采购")
UNUSED_VENDOR = "Nowhere Ltd"
OFFERS = ("kumquat-spring", "obrien/hourly", "报价甲", "nowhere-max")
QUOTES = ("Q-2291-ZX", "Rabatt von Kumquat", "Zephyr by Söhne", "Tender of Kumquat", "Wanderlust")
SITES = ("Hall Borealis", "Cloud Nimbus")
WORKLOADS = ("Chatterbox", "Seeker", "Bursting")
PRICES = (12345.67, 8456.78, 43.21, 7654.32, 876.54, 98765.43, 54321.0)


def case() -> planner.Case:
    """Return a case whose names and prices are found again wherever they stand."""
    bought = {"acquisition": Acquisition.PURCHASE, "term": 48}
    offers = (
        Offer(
            offer=OFFERS[0],
            vendor=VENDORS[0],
            sku="Zephyr 90",
            upfront_price=12345.67,
            monthly_price=876.54,
            order_fee=7654.32,
            landed_cost=0.0731,
            quote_ref="Q-2291-ZX",
            note="Rabatt von Kumquat: 98,765.43 statt 99999",
            **bought,
        ),
        Offer(
            offer=OFFERS[1],
            vendor=VENDORS[1],
            sku="Instance 7",
            acquisition=Acquisition.ON_DEMAND,
            hourly_price=43.21,
        ),
        Offer(
            offer=OFFERS[2],
            vendor=VENDORS[2],
            sku="Quartz",
            upfront_price=8456.78,
            currency="EUR",
            **bought,
        ),
        Offer(
            offer=OFFERS[3],
            vendor=UNUSED_VENDOR,
            sku="Quartz",
            upfront_price=99999.5,
            max_total=3,
            **bought,
        ),
    )
    return planner.Case(
        settings=Settings(plan_name="Tender of Kumquat", processing_days=5),
        periods=quarters(2, capex_budget=500000.5, energy_cap=1e6),
        hardware=(
            Hardware(
                sku="Zephyr 90",
                category=Category.GPU,
                tflops=10,
                power=2,
                description="Zephyr by Söhne",
            ),
            Hardware(sku="Quartz", category=Category.CPU, cores=64),
            Hardware(sku="Instance 7", category=Category.CLOUD, tflops=10),
        ),
        offers=offers,
        price_tiers=(PriceTier(offer=OFFERS[0], min_units=2, upfront_price=12345.67),),
        rebates=(
            Rebate(vendor=VENDORS[0], min_spend=1111.5, rebate=0.0113),
            Rebate(vendor=VENDORS[0], min_spend=9e6, rebate=0.05),
        ),
        sites=(
            Site(site=SITES[0], kind=SiteKind.OWNED, pue=1.2, energy_price=0.137, it_power=900),
            Site(site=SITES[1], kind=SiteKind.CLOUD),
        ),
        fleet=(Installed(sku="Zephyr 90", site=SITES[0], units=1, monthly_cost=777.7),),
        workloads=(
            Workload(workload=WORKLOADS[0], unit="TFLOPS"),
            Workload(workload=WORKLOADS[1], unit="cores"),
            Workload(workload=WORKLOADS[2], unit="TFLOPS", categories=(Category.CLOUD,)),
        ),
        demand=(
            Demand(workload=WORKLOADS[0], rates={"Q1": 45, "Q2": 61}),
            Demand(workload=WORKLOADS[1], rates={"Q1": 100, "Q2": 200}),
            Demand(workload=WORKLOADS[2], rates={"Q1": 5, "Q2": 5}),
        ),
        currencies=(Currency(currency="EUR", rate=1.0937),),
        scenarios=(
            Scenario(scenario="calm", probability=0.6),
            Scenario(scenario="storm", probability=0.4, demand_multiplier=1.5, known_from="Q2"),
        ),
        rules=(
            SideRule(
                rule="Wanderlust: Nowhere Ltd at most 54,321",
                metric=Metric.SPEND,
                vendor=(VENDORS[0],),
                most=543219.5,
            ),
        ),
    )


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the plan workbook of that case."""
    folder = tmp_path_factory.mktemp("plan")
    source = folder / "kumquat-tender.xlsx"
    source.write_bytes(b"input")
    planner.write(find_plan(case(), Options(gap=0)), folder / "plan.xlsx", source=source)
    return folder / "plan.xlsx"


@pytest.fixture(scope="module")
def redacted(plan: Path) -> Path:
    """Return a copy of the plan with all that is masked by default."""
    assert redact_plan(plan, plan.with_name("redacted.xlsx"), frozenset()) == ()
    return plan.with_name("redacted.xlsx")


def parts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every part of a workbook, in lower case."""
    with zipfile.ZipFile(path) as archive:
        assert archive.comment == b""
        for name in archive.namelist():
            yield name, html.unescape(archive.read(name).decode("utf-8")).casefold()


def spellings(number: float) -> set[str]:
    """Return how a number may be written, in a cell or in a sentence."""
    exact = {f"{number:.2f}", f"{number:,.2f}", f"{number:.15g}"}
    whole = {f"{number:.0f}", f"{number:,.0f}", f"{int(number):,}", str(int(number))}
    return exact | (whole if abs(number) >= 5000 else set())


def money(path: Path) -> set[float]:
    """Return the amounts of a plan: the numbers of its masked columns, and of its Summary."""
    found: set[float] = set()
    book = openpyxl.load_workbook(path, data_only=True)
    amounts = {spec.header for kind in KINDS for spec in columns(kind) if spec.masking == "prices"}
    for sheet in book:
        headers = {cell.column: str(cell.value) for cell in sheet[4]}
        for row in sheet.iter_rows(min_row=5):
            is_energy = {cell.value for cell in row} & {"kWh", "Energy (kWh)"}
            for cell in row:
                header = headers[cell.column]
                is_amount = header in amounts or header.startswith(("Scenario ", "Expected"))
                is_number = isinstance(cell.value, int | float) and abs(cell.value) >= 1000
                if is_number and not is_energy and (is_amount or sheet.title == "Summary"):
                    found.add(float(cell.value))
    return found


def kept(path: Path, texts: Iterator[str] | tuple[str, ...] | set[str]) -> list[str]:
    """Return those of some texts that stand in any part of a workbook."""
    contents = "\n".join(content for _, content in parts(path))
    return [text for text in texts if text.casefold() in contents]


def test_the_plan_has_what_is_to_be_masked(plan: Path) -> None:
    """Or the tests below would pass for nothing."""
    book = openpyxl.load_workbook(plan)
    for sheet in {kind.sheet.name for kind in KINDS} - {"Site loss"}:
        assert book[sheet]["A5"].value is not None, sheet
    names = {*VENDORS, *OFFERS, *SITES, *WORKLOADS, *QUOTES, UNUSED_VENDOR, "kumquat-tender"}
    assert kept(plan, names - {"Rabatt von Kumquat"}) == list(names - {"Rabatt von Kumquat"})
    assert len(money(plan)) > 50
    assert [number for number in PRICES if not kept(plan, spellings(number))] == []


def test_nothing_that_is_secret_is_left(redacted: Path) -> None:
    """No name of a vendor or offer, no word of a quote: in no part, and in no case of letters."""
    parts_of_names = ("kumquat", "söhne", "brien", "nowhere", "华为", "报价甲", "spring")
    assert kept(redacted, (*VENDORS, *OFFERS, *QUOTES, UNUSED_VENDOR, *parts_of_names)) == []


def test_no_amount_is_left(plan: Path, redacted: Path) -> None:
    """Neither a price of the input nor any amount of the plan, however it is written."""
    numbers = {*PRICES, *money(plan), 98765.43, 99999.0, 543219.5, 1.0937, 0.0731}
    assert kept(redacted, {spelling for one in numbers for spelling in spellings(one)}) == []


def test_what_is_not_secret_is_told(redacted: Path) -> None:
    """Machines, sites, workloads, dates and units are what the copy is shared for."""
    names = ("Zephyr 90", "Quartz", "Instance 7", *SITES, *WORKLOADS, "calm", "storm")
    assert kept(redacted, names) == list(names)
    sheet = openpyxl.load_workbook(redacted)["Purchase plan"]
    headers = [cell.value for cell in sheet[4]]
    first = dict(zip(headers, [cell.value for cell in sheet[5]], strict=True))
    assert first["Units"] == first["Packs"] > 0
    assert first["Delivery"].year == 2025
    assert first["Unit price"] == first["Extended price"] == first["Quote ref"] == MASKED
    assert re.fullmatch(r"Serves \w+ \(…%\) in Q1 to Q2; in use …% of its hours\.", first["Why"])


def test_the_sheets_are_those_of_the_plan_but_one(plan: Path, redacted: Path) -> None:
    """Audit, which tells the input's name and hash, gives way to what the copy tells of itself."""
    names = openpyxl.load_workbook(plan).sheetnames
    assert openpyxl.load_workbook(redacted).sheetnames == [*names[:-1], "Redacted"]
    cells = {row[0]: row[1] for row in openpyxl.load_workbook(redacted)["Redacted"].values}
    assert cells["Masked"] == "vendors, offers, quotes, prices"


def test_a_vendor_has_one_number_on_all_sheets(plan: Path, redacted: Path) -> None:
    """As it first appears; an offer's likewise, and each line keeps its vendor and offer."""
    before, after = openpyxl.load_workbook(plan), openpyxl.load_workbook(redacted)
    codes: dict[str, str] = {}
    for sheet in before:
        if sheet.title in {"Summary", "Audit", "Scenarios", "Vendors", "Rebates"}:
            continue
        headers = [cell.value for cell in sheet[4]]
        for place, header in enumerate(headers, start=1):
            if header in {"Vendor", "Offer"}:
                for row in range(5, sheet.max_row + 1):
                    name = sheet.cell(row, place).value
                    code = after[sheet.title].cell(row, place).value
                    assert (name is None) == (code is None)
                    if name is not None:
                        assert codes.setdefault(f"{header} {name}", code) == code, sheet.title
    assert codes == {
        "Vendor Kumquat Systems": "V1",
        "Vendor 华为采购": "V2",
        "Vendor Söhne & O'Brien": "V3",
        "Offer kumquat-spring": "O1",
        "Offer 报价甲": "O2",
        "Offer obrien/hourly": "O3",
    }


def test_the_order_of_vendors_does_not_tell_their_names(redacted: Path) -> None:
    """The plan lists vendors in order of name; the copy lists them by their numbers."""
    lines = list(openpyxl.load_workbook(redacted)["Vendors"].iter_rows(min_row=5, values_only=True))
    assert [line[0] for line in lines] == ["V1", "V2", "V3"]


def test_names_in_sentences_have_the_same_numbers(redacted: Path) -> None:
    """A warning about a vendor is one about V1, without its share."""
    sheet = openpyxl.load_workbook(redacted)["Summary"]
    assert "V1 gets …% of all vendors' spend." in {row[1] for row in sheet.values}


def test_no_formula_stands_over_what_is_masked(redacted: Path, tmp_path: Path) -> None:
    """A formula over text would show an error; a sum of units still lives."""
    (tmp_path / "input.xlsx").write_bytes(b"input")
    one = find_plan(planner.load("data/pack_size.xlsx"), Options(gap=0))
    planner.write(one, tmp_path / "plan.xlsx", source=tmp_path / "input.xlsx")
    redact_plan(tmp_path / "plan.xlsx", tmp_path / "copy.xlsx")
    assert list(formulas(redacted)) == []
    assert set(formulas(tmp_path / "copy.xlsx")) == {
        ("Purchase plan", "M7", "=SUM(M5:M6)"),
        ("Purchase plan", "N7", "=SUM(N5:N6)"),
    }


def formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the sheet, address and text of every formula."""
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cell.value


@pytest.mark.office
@needs_office
def test_a_recalculated_copy_has_no_errors(plan: Path, redacted: Path, tmp_path: Path) -> None:
    """LibreOffice comes to numbers wherever there is a formula, also with the prices kept."""
    redact_plan(plan, tmp_path / "prices.xlsx", {Secret.PRICES})
    for path in (redacted, tmp_path / "prices.xlsx"):
        again = openpyxl.load_workbook(resave(path, tmp_path / path.stem), data_only=True)
        values = [value for sheet in again for row in sheet.values for value in row]
        assert not [value for value in values if str(value).startswith(("#", "Err:"))]


def test_what_is_kept_is_as_in_the_plan(plan: Path, tmp_path: Path) -> None:
    """With all kept, every cell of the copy holds what the plan's holds, and the formulas live."""
    redact_plan(plan, tmp_path / "all.xlsx", ALL)
    before = openpyxl.load_workbook(plan, data_only=True)
    after = openpyxl.load_workbook(tmp_path / "all.xlsx", data_only=True)
    for name in before.sheetnames[:-1]:
        assert after[name].dimensions == before[name].dimensions
        for row in before[name].iter_rows():
            for cell in row:
                found, place = after[name][cell.coordinate].value, (name, cell.coordinate)
                if isinstance(cell.value, float):
                    assert found == pytest.approx(cell.value, rel=1e-12), place
                else:
                    assert found == cell.value, place
    live = {one for one in formulas(plan) if one[0] != "Summary"}
    assert len(live) > 20
    assert set(formulas(tmp_path / "all.xlsx")) == live


KEPT: dict[Secret, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Secret.VENDORS: (VENDORS, (*OFFERS[:3], *QUOTES, "12345", "12,345")),
    Secret.OFFERS: (OFFERS[:3], (*VENDORS, *QUOTES, "12345", "12,345")),
    Secret.QUOTES: (("Q-2291-ZX",), (*VENDORS, *OFFERS, "12345", "98,765.43")),
    Secret.PRICES: (("12345.67", "876.54", "8456.78"), (*VENDORS, *OFFERS, *QUOTES)),
}
"""What stands in a copy in which one kind is kept, and what does not."""


@pytest.mark.parametrize("secret", KEPT)
def test_one_kind_is_kept(plan: Path, tmp_path: Path, secret: Secret) -> None:
    """It is told, and all other kinds are masked as before."""
    told, masked = KEPT[secret]
    redact_plan(plan, tmp_path / "copy.xlsx", {secret})
    assert kept(tmp_path / "copy.xlsx", told) == list(told)
    assert kept(tmp_path / "copy.xlsx", masked) == []


def test_sites_and_workloads_are_masked_when_asked(plan: Path, tmp_path: Path) -> None:
    """They have numbers too, in tables and in sentences."""
    also = {Secret.SITES, Secret.WORKLOADS}
    redact_plan(plan, tmp_path / "copy.xlsx", frozenset(), also)
    assert kept(tmp_path / "copy.xlsx", (*SITES, *WORKLOADS)) == []
    why = openpyxl.load_workbook(tmp_path / "copy.xlsx")["Purchase plan"]["Y5"].value
    assert re.fullmatch(r"Serves W\d \(…%\) in Q1 to Q2; in use …% of its hours\.", why)
    with pytest.raises(UsageError, match="both kept and masked"):
        redact_plan(plan, tmp_path / "copy.xlsx", {Secret.SITES}, also)


def changed(plan: Path, folder: Path, change: Callable[[Any], None]) -> Path:
    """Return the plan as another program saved it, with something changed by hand."""
    book = openpyxl.load_workbook(plan)
    change(book)
    book.save(folder / "changed.xlsx")
    return folder / "changed.xlsx"


def add_everything(book: Any) -> None:
    """Add what no plan has: all of it tells something."""
    book.create_sheet("Talks")["A1"] = "secret-one"
    purchase = book["Purchase plan"]
    purchase["AH4"], purchase["AH5"] = "Remark secret-two", "secret-three"
    purchase["F5"].comment = Comment("secret-four", "secret-five")
    purchase["F4"].comment = Comment("secret-six", "buyer")
    purchase["Y5"] = "secret-seven has the best price"
    purchase["M5"] = "secret-eight"
    purchase["J5"] = "secret-nine"
    purchase.oddFooter.center.text = "secret-ten"
    book["Summary"].append(["secret-eleven", 17, "secret-twelve"])
    (line,) = (row for row in book["Summary"].iter_rows() if row[0].value == "Objective")
    line[2].value = "secret-thirteen"
    book["Scenarios"]["C4"] = "Scenario secret-fourteen"
    book["Fleet"].title = "secret-fifteen"
    book["Demand"]["A1"] = "secret-sixteen"
    book.defined_names["secret_seventeen"] = DefinedName("secret_seventeen", attr_text="1")
    book.properties.creator = "secret-eighteen"
    book.properties.keywords = "secret-nineteen"


def test_what_the_report_does_not_know_is_left_out(plan: Path, tmp_path: Path) -> None:
    """Sheets, columns, comments, names, properties, sentences and odd cells: none is carried."""
    path = changed(plan, tmp_path, add_everything)
    told = redact_plan(path, tmp_path / "copy.xlsx", frozenset())
    assert "secret" in "".join(content for _, content in parts(path))
    assert kept(tmp_path / "copy.xlsx", ("secret-", "secret_")) == []
    for words in (
        "its sentences may name anything",
        "The sheet 'Talks' is left out.",
        "The sheet 'secret-fifteen' is left out.",
        "The column 'Remark secret-two' of the sheet 'Purchase plan' is left out.",
        "The column 'Scenario secret-fourteen' of the sheet 'Scenarios' is left out.",
        "The cell M5 of the sheet 'Purchase plan'",
        "The cell J5 of the sheet 'Purchase plan'",
        "Comments (1) is left out.",
        "The defined name 'secret_seventeen' is left out.",
        "The property 'creator' of the file is left out.",
        "The property 'keywords' of the file is left out.",
        "of the sheet 'Summary' is left out.",
    ):
        assert [line for line in told if words in line], words


def test_a_sheet_without_its_columns_is_left_out(plan: Path, tmp_path: Path) -> None:
    """What cannot be told from its header is not guessed."""
    path = changed(plan, tmp_path, lambda book: book["Vendors"].delete_cols(1))
    told = redact_plan(path, tmp_path / "copy.xlsx", frozenset())
    assert "Vendors" not in openpyxl.load_workbook(tmp_path / "copy.xlsx").sheetnames
    assert "The sheet 'Vendors', of which columns are missing, is left out." in told


def test_a_copy_cannot_be_verified(plan: Path, redacted: Path) -> None:
    """Nor redacted again: it is told from a plan by its sheets and its properties."""
    with pytest.raises(FileError, match="is a redacted copy of a plan"):
        verify_plan(case(), redacted, trace(plan, {}))
    with pytest.raises(FileError, match="redacted copy already"):
        redact_plan(redacted, redacted.with_name("again.xlsx"), frozenset())
    properties = dict(parts(redacted))
    assert "redacted copy of a purchase plan" in properties["docProps/core.xml"]
    assert 'name="planner redacted"' in properties["docProps/custom.xml"]


def test_what_is_no_plan_is_refused(tmp_path: Path) -> None:
    """An input workbook, and what is no workbook; nothing is written."""
    (tmp_path / "text.xlsx").write_text("hello")
    for path in (Path("data/pack_size.xlsx"), tmp_path / "text.xlsx", tmp_path / "none.xlsx"):
        with pytest.raises(FileError):
            redact_plan(path, tmp_path / "copy.xlsx", frozenset())
    assert not (tmp_path / "copy.xlsx").exists()


def test_the_copy_does_not_replace_the_plan(plan: Path, tmp_path: Path) -> None:
    """The plan would be lost."""
    shutil.copy(plan, tmp_path / "plan.xlsx")
    with pytest.raises(UsageError, match="cannot replace the plan"):
        redact_plan(tmp_path / "plan.xlsx", tmp_path / "plan.xlsx", frozenset())


def test_a_plan_with_a_password_is_redacted(plan: Path, tmp_path: Path) -> None:
    """The password is asked once; the copy has none. Its sentences count as changed by others."""
    asked: list[str] = []

    def ask() -> str:
        asked.append("once")
        return "open sesame"

    encrypt_file(plan, tmp_path / "locked.xlsx", "open sesame")
    told = redact_plan(tmp_path / "locked.xlsx", tmp_path / "copy.xlsx", password=ask)
    assert asked == ["once"]
    assert len(told) == 1
    assert kept(tmp_path / "copy.xlsx", (*VENDORS, *OFFERS, "12345")) == []


def test_every_sheet_of_the_report_can_be_carried() -> None:
    """A sheet that is not listed is left out of every copy; this tells whoever adds one."""
    modules = {kind.__module__ for kind in KINDS}
    assert modules == {module.__name__ for module in (*REPORT, audit)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", KINDS)
def test_every_money_column_is_a_price(kind: type[Row]) -> None:
    """By its unit alone, whether anything is said of it or not."""
    assert all(spec.masking == "prices" for spec in columns(kind) if spec.unit.money)


def masks(*secrets: Secret, vendors: tuple[str, ...] = (), told: tuple[str, ...] = ()) -> Masks:
    """Return masks of some vendors, in sentences that are trusted."""
    return Masks(frozenset(secrets), {"vendors": vendors}, told, trusts_prose=True)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Acme gets it", "V2 gets it"),
        ("ACME, acme's and (Acme)", "V2, V2's and (V2)"),
        ("Acme  Cloud\nGmbH and Acme", "V1 and V2"),
        ("Acmeton is no Acme", "Acmeton is no V2"),
        ("Große STRASSE, GROẞE strasse", "V3, V3"),
        ("由华为供货", "由V4供货"),
        ("向acme订购", "向V2订购"),
        ("C++ and C", "V5 and C"),
        ("V1 of old is V2", "V6 of old is V2"),
    ],
)
def test_names_are_masked_as_whole_words(text: str, masked: str) -> None:
    """The longest first, in any case and spacing; between Chinese letters there are no spaces."""
    vendors = ("Acme Cloud GmbH", "Acme", "Große Strasse", "华为", "C++", "V1")
    assert masks(Secret.VENDORS, vendors=vendors).name(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("costs 12,345.67 USD", "costs … USD"),
        ("costs 12 345,67 or 12'345 or 1.2e+06", "costs … or … or …e+…"),
        ("USD12345", "USD…"),
        ("１２３４５ 元", "… 元"),
        ("in 2027Q1 at 2027", "in 2027Q1 at …"),
        ("H100 by Acme 7 for 700", "H100 by V1 for …"),
        ("H100", "H100"),
        ("H1000", "H…"),
    ],
)
def test_figures_are_masked_in_sentences(text: str, masked: str) -> None:
    """All but those in names that may be told; a name that is a bare number is no such name."""
    told = ("2027Q1", "2027", "H100", "H100 by Acme 7")
    both = masks(Secret.VENDORS, Secret.PRICES, vendors=("Acme 7",), told=told)
    assert both.prose(text) == masked


def test_figures_stay_where_prices_are_kept() -> None:
    """Names are masked alone."""
    text = "Acme gets 12,345 USD"
    assert masks(Secret.VENDORS, vendors=("Acme",)).prose(text) == "V1 gets 12,345 USD"
    assert masks().prose(text) == text
