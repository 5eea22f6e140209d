"""Values: what one cell says, in every kind of column."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.case.finance import Settings
from planner.case.hardware import Category, Hardware
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer
from planner.case.sites import Site
from planner.case.workloads import Demand, Workload
from planner.errors import Code
from planner.row import ColumnSpec, column
from planner.units import LARGEST, SMALLEST
from planner.workbook.reading.cells import Cell, Value
from planner.workbook.reading.expectations import expected_words
from planner.workbook.reading.faults import CellFaultError
from planner.workbook.reading.values import read_cell, read_value

PRICE = column(Offer, "upfront_price")
WEEKS = column(Offer, "lead_time")
SHARE = column(Offer, "landed_cost")
CHANGE = column(Offer, "price_change")
PACK = column(Offer, "pack_size")
START = column(Period, "start")
ACQUISITION = column(Offer, "acquisition")
CATEGORIES = column(Workload, "categories")
SITES = column(Offer, "sites")
VENDOR = column(Offer, "vendor")
SPOT = column(Workload, "interruptible")
THREADS = column(Settings, "threads")
ANY_NUMBER = replace(PRICE, at_least=None)
KINDS = [PRICE, SHARE, PACK, START, ACQUISITION, CATEGORIES, SITES, VENDOR, SPOT, THREADS]


def fault(value: Value, spec: ColumnSpec) -> CellFaultError:
    """Return why a value cannot stand in a column."""
    with pytest.raises(CellFaultError) as caught:
        read_value(value, spec)
    return caught.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.5", 1234.5),
        ("1,234", 1234.0),
        ("1,234.50", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234", 1.234),
        ("  7 ", 7.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("+5", 5.0),
        ("1e6", 1e6),
        ("1.5E-3", 0.0015),
        ("０．５", 0.5),
        ("１，２３４", 1234.0),
        ("¥1,234", 1234.0),
        ("￥1,234", 1234.0),
        ("$ 5", 5.0),
        ("1,234.50 €", 1234.5),
        ("₹5", 5.0),
        ("\u00a07\u3000", 7.0),
    ],
)
def test_numbers_as_text(text: str, number: float) -> None:
    """Thousands separators, any currency sign, full-width digits and exponents are numbers."""
    assert read_value(text, PRICE) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("-5", -5.0), ("−5", -5.0), ("－5", -5.0), ("- 5", -5.0), ("-$5", -5.0), ("$-5", -5.0)],
)
def test_negative_numbers_as_text(text: str, number: float) -> None:
    """Every minus sign counts, before or after a currency sign."""
    assert read_value(text, ANY_NUMBER) == number


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1.234,50", "Write 123450, or 1234.50 if that is meant."),
        ("1,5", "Write 15, or 1.5 if that is meant."),
        ("0,125", "Write 125, or 0.125 if that is meant."),
        ("1,23,456", "Write 123456, or 123.456 if that is meant."),
        ("1.234.567", "Write 1234567, or 1234.567 if that is meant."),
        ("-1,5", "Write -15, or -1.5 if that is meant."),
        ("1 234", "Write 1234 if that is meant."),
        ("1'234.50", "Write 123450, or 1234.50 if that is meant."),
        ("1,", "Write 1 if that is meant."),
    ],
)
def test_numbers_that_could_be_read_in_two_ways(text: str, hint: str) -> None:
    """What could be read in two ways is never guessed; the hint shows how to write each."""
    found = fault(text, ANY_NUMBER)
    assert (found.code, found.hint) == (Code.NUMBER_AMBIGUOUS, hint)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("five", Code.NUMBER_UNREADABLE),
        ("5 weeks", Code.NUMBER_UNREADABLE),
        ("5²", Code.NUMBER_UNREADABLE),
        ("½", Code.NUMBER_UNREADABLE),
        ("-", Code.NUMBER_UNREADABLE),
        (",", Code.NUMBER_UNREADABLE),
        ("(5)", Code.NUMBER_UNREADABLE),
        ("0x10", Code.NUMBER_UNREADABLE),
        ("1_000", Code.NUMBER_UNREADABLE),
        ("5%", Code.NUMBER_UNREADABLE),
        ("$5", Code.CURRENCY_SIGN),
        (True, Code.NUMBER_UNREADABLE),
        (date(2027, 1, 1), Code.NUMBER_UNREADABLE),
        (time(1), Code.NUMBER_UNREADABLE),
        (timedelta(hours=30), Code.NUMBER_UNREADABLE),
        ("inf", Code.NUMBER_NOT_FINITE),
        ("-Infinity", Code.NUMBER_NOT_FINITE),
        ("NaN", Code.NUMBER_NOT_FINITE),
        ("1e999", Code.NUMBER_NOT_FINITE),
        ("9" * 400, Code.NUMBER_NOT_FINITE),
        (float("inf"), Code.NUMBER_NOT_FINITE),
        (float("nan"), Code.NUMBER_NOT_FINITE),
    ],
)
def test_what_is_no_number(value: Value, code: Code) -> None:
    """In a column of weeks, these are no numbers, each for its own reason."""
    assert fault(value, WEEKS).code is code


def test_two_currency_signs_or_one_inside() -> None:
    """A currency sign stands before or after an amount, once."""
    assert fault("$5$", PRICE).code is Code.NUMBER_UNREADABLE
    assert fault("5$5", PRICE).code is Code.NUMBER_UNREADABLE


@pytest.mark.parametrize("value", [0.08, "0.08", "8%", "8 %", "８％", "８﹪"])
def test_percentages(value: Value) -> None:
    """A percentage and its fraction are the same rate, to the last digit."""
    assert read_value(value, SHARE) == 0.08


@pytest.mark.parametrize("text", ["%", "8%%", "1e1%"])
def test_broken_percentages(text: str) -> None:
    """A percent sign follows plain digits, once."""
    assert fault(text, SHARE).code is Code.NUMBER_UNREADABLE


@pytest.mark.parametrize(
    ("value", "spec", "message", "hint"),
    [
        (-5.0, PRICE, "-5 is a negative upfront price.", "Write it without the minus sign"),
        (8.0, column(Offer, "availability"), "8 is too large for availability.", "Write 8%"),
        (0.0, column(Offer, "availability"), "0 is too small for availability.", "above 0"),
        (0.5, column(Site, "pue"), "0.5 is too small for PUE.", "Write a number at least 1."),
        (
            -2.0,
            CHANGE,
            "-2 is too small for price change.",
            "Write a number above -1 and at most 10.",
        ),
        (0.0, PACK, "0 is too small for pack size.", "Write a number at least 1."),
        (2.5, PACK, "2.5 is not a whole number.", "Write 2 or 3."),
    ],
)
def test_bounds(value: Value, spec: ColumnSpec, message: str, hint: str) -> None:
    """A number out of bounds is told with the bounds, and with what to do."""
    found = fault(value, spec)
    assert (found.code, found.message) == (Code.OUT_OF_RANGE, message)
    assert hint in found.hint
    assert spec.range_words() in found.expected


def test_both_sides_of_a_bound() -> None:
    """A bound itself is inside where it is "at least" or "at most"."""
    assert read_value(0.0, PRICE) == 0.0
    assert read_value(1.0, column(Offer, "availability")) == 1.0
    assert read_value(-0.99, CHANGE) == -0.99


def test_whole_numbers() -> None:
    """A whole number is one that Excel shows as such; beyond its digits is rounding."""
    assert read_value(3.0, PACK) == 3
    assert read_value("1,000", PACK) == 1000
    assert read_value(3.0000000000000004, PACK) == 3
    assert isinstance(read_value(3.0, PACK), int)


@pytest.mark.parametrize(
    "value",
    [date(2027, 1, 1), datetime(2027, 1, 1), "2027-01-01", " ２０２７-０１-０１ "],  # noqa: DTZ001
)
def test_dates(value: Value) -> None:
    """Excel dates and ISO texts are dates."""
    assert read_value(value, START) == date(2027, 1, 1)


@pytest.mark.parametrize(
    "value",
    [
        46388.0,
        "46388",
        "01/02/2027",
        "2027-1-1",
        "20270101",
        "2027-W01-1",
        "2027-02-30",
        "2027-01-01 10:00",
        datetime(2027, 1, 1, 10),  # noqa: DTZ001
        time(10),
        True,
        "soon",
    ],
)
def test_what_is_no_date(value: Value) -> None:
    """All else is no date, a bare number or a time of day neither."""
    found = fault(value, START)
    assert found.code is Code.DATE_UNREADABLE
    assert found.hint


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        *((word, True) for word in ("yes", "YES", " true ", "1", 1.0, True, "是", "ＹＥＳ")),
        *((word, False) for word in ("no", "No", "FALSE", "0", 0.0, False, "否")),
    ],
)
def test_yes_and_no(value: Value, *, answer: bool) -> None:
    """Yes, no, true, false, 1, 0, 是 and 否 are answers, in any case."""
    assert read_value(value, SPOT) is answer


@pytest.mark.parametrize("value", ["maybe", "y", 2.0, date(2027, 1, 1)])
def test_neither_yes_nor_no(value: Value) -> None:
    """Nothing else is an answer."""
    assert fault(value, SPOT).code is Code.NOT_YES_OR_NO


@pytest.mark.parametrize(
    "text", ["on_demand", "On demand", "ON-DEMAND", " on‑demand ", "ｏn demand"]
)
def test_choices(text: str) -> None:
    """Case does not count in a choice; spaces and hyphens are underscores."""
    assert read_value(text, ACQUISITION) is Acquisition.ON_DEMAND


def test_no_such_choice() -> None:
    """A word that is no choice is told with the nearest one."""
    found = fault("purchas", ACQUISITION)
    assert (found.code, found.hint) == (Code.NOT_A_CHOICE, "Did you mean 'purchase'?")
    assert found.expected == "one of purchase, lease, reserved, on_demand, spot"
    assert fault(5.0, ACQUISITION).code is Code.NOT_A_CHOICE


@pytest.mark.parametrize("text", ["A;B", "A, B", "A；B", "A，B，", ";;A ;, B;"])
def test_lists(text: str) -> None:
    """Lists part at commas and semicolons of either width; blanks between them are dropped."""
    assert read_value(text, SITES) == ("A", "B")


def test_lists_of_other_things() -> None:
    """A list of choices is read like choices; a number in a list is its plain text."""
    assert read_value("gpu; cloud", CATEGORIES) == (Category.GPU, Category.CLOUD)
    assert fault("gpu; clod", CATEGORIES).code is Code.NOT_A_CHOICE
    assert read_value(2027.0, SITES) == ("2027",)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Acme ", "Acme"),
        ("NA", "NA"),
        ("None", "None"),
        ("null", "null"),
        (2027.0, "2027"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1e+21"),
        (True, "TRUE"),
        (date(2027, 1, 1), "2027-01-01"),
        (datetime(2027, 1, 1), "2027-01-01"),  # noqa: DTZ001
        (datetime(2027, 1, 1, 10), "2027-01-01 10:00:00"),  # noqa: DTZ001
        (time(10), "10:00:00"),
    ],
)
def test_texts(value: Value, text: str) -> None:
    """Any cell can be a text: a number its plain text, a date its ISO text."""
    assert read_value(value, VENDOR) == text


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000"])
def test_blank_cells(value: Value) -> None:
    """A blank cell is the column's default, or a fault where the column is required."""
    assert read_value(value, PRICE) is None
    assert read_value(value, PACK) == 1
    assert read_value(value, SITES) == ()
    found = fault(value, VENDOR)
    assert (found.code, found.expected) == (Code.CELL_EMPTY, "a vendor")


@pytest.mark.parametrize("value", ["all", " ALL ", "全部"])
def test_words_that_mean_a_blank(value: str) -> None:
    """A column may name words that mean the same as a blank cell."""
    assert read_value(value, THREADS) is None
    assert read_value(4.0, THREADS) == 4


def test_marked_cells() -> None:
    """An error cell and a formula without a value cannot be read, in any column."""
    for spec in KINDS:
        with pytest.raises(CellFaultError) as broken:
            read_cell(Cell(0, 0, None, error="#REF!"), spec)
        with pytest.raises(CellFaultError) as unstored:
            read_cell(Cell(0, 0, None, is_without_value=True), spec)
        assert broken.value.code is Code.CELL_ERROR
        assert "#REF!" in broken.value.message
        assert unstored.value.code is Code.FORMULA_WITHOUT_VALUE
        assert "save it" in unstored.value.hint
    assert read_cell(Cell(0, 0, 5.0), PRICE) == 5.0


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (PRICE, "a number at least 0 (offer's currency)"),
        (SHARE, "a number or percentage at least 0 (share)"),
        (PACK, "a whole number at least 1 (units)"),
        (column(Demand, "rates"), "a number at least 0 (workload's unit)"),
        (START, "a date, or text such as 2027-01-31"),
        (SPOT, "yes or no"),
        (CATEGORIES, "one or more of CPU, GPU, FPGA, TPU, cloud, other"),
        (SITES, "names from Sites, separated by commas"),
        (column(Offer, "sku"), "a SKU from Hardware"),
        (column(Offer, "offer"), "an offer"),
    ],
)
def test_what_was_expected(spec: ColumnSpec, words: str) -> None:
    """What a column takes is said in words: kind, bounds and unit, or the choices."""
    assert expected_words(spec) == words


def test_nouns() -> None:
    """A column's name becomes a noun without its unit; abbreviations keep their case."""
    assert column(Offer, "upfront_price").noun == "upfront price"
    assert column(Site, "it_power").noun == "IT power"
    assert column(Hardware, "tflops").noun == "TFLOPS"


NUMBERS = st.floats(-LARGEST, LARGEST).filter(lambda one: one == 0 or abs(one) >= SMALLEST)


@given(NUMBERS)
def test_plain_numbers_survive(number: float) -> None:
    """A number written with all its digits reads as itself, with or without an exponent."""
    assert read_value(repr(number), ANY_NUMBER) == number
    assert read_value(f"{number:.17e}", ANY_NUMBER) == number


@given(st.integers(-(10**15), 10**15), st.sampled_from(["{:,}", "{:,}.00", "${:,}", "{:,} €"]))
def test_grouped_numbers_survive(number: int, form: str) -> None:
    """A whole number with thousands separators reads as itself."""
    assert read_value(form.format(number), ANY_NUMBER) == number


@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_percentages_survive(number: int, decimals: int) -> None:
    """A percentage reads as the nearest number to its hundredth."""
    text = f"{number}.{'5' * decimals}" if decimals else f"{number}"
    assert read_value(f"{text}%", replace(SHARE, at_least=None)) == float(f"{text}e-2")


@given(NUMBERS)
def test_full_width_numbers_survive(number: float) -> None:
    """The width of the characters does not change a number."""
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in repr(number))
    assert read_value(wide, ANY_NUMBER) == number


@given(
    st.one_of(
        st.text(),
        st.text("0123456789.,'+-%$¥eE ％１", max_size=12),
        st.floats(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
        st.none(),
    ),
    st.sampled_from(KINDS),
)
def test_any_cell_is_read_or_refused(value: Any, spec: ColumnSpec) -> None:
    """Whatever a cell holds, it has a value or a fault with a sentence."""
    try:
        read_value(value, spec)
    except CellFaultError as found:
        assert found.message.endswith(".")  # noqa: PT017
        assert found.expected  # noqa: PT017
