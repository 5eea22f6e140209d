"""One canonical unit a dimension, kept in the type of every column.

A column's type says its unit, its bounds and how a cell shows it:
``lead_time: Weeks``. Values are converted once, where they are read, by the
named constants below; inside the program there is no other unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

HOURS_PER_DAY = 24.0
DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.0

MOST_YEARS = 100
"""No plan, term or delivery takes longer; beyond it the calendar itself would end."""

MOST_PER_YEAR = 10.0
"""No rate is larger: 1,000 % a year."""

SMALLEST, LARGEST = 1e-12, 1e15
"""Sizes of numbers other than 0 that mean something, and that the solver can tell apart."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts, and how a cell shows it.

    Attributes
    ----------
    symbol : the unit's name in messages and in the data dictionary; "" for a plain number
    number_format : Excel's format of a cell that holds it
    percent : a percent sign may stand in the cell (8% is 0.08)
    money : a currency sign may stand in the cell
    """

    symbol: str
    number_format: str
    percent: bool = False
    money: bool = False


MONEY = Unit("base currency", "#,##0", money=True)
PRICE = Unit("offer's currency", "#,##0.00##", money=True)
BASE_PRICE = Unit("base currency", "#,##0.00##", money=True)
SHARE = Unit("share", "0.0##%", percent=True)
MULTIPLIER = Unit("", "0.00##", percent=True)
NUMBER = Unit("", "#,##0.0###")
COUNT = Unit("", "#,##0")
UNITS = Unit("units", "#,##0.###")
WHOLE_UNITS = Unit("units", "#,##0")

Money = Annotated[float, MONEY]
UsedShare = Annotated[float, SHARE]
Budget = Annotated[float, Ge(0), MONEY]
Price = Annotated[float, Ge(0), PRICE]
BasePrice = Annotated[float, Ge(0), BASE_PRICE]
ExchangeRate = Annotated[float, Gt(0), Unit("base units for one", "0.00####")]
Share = Annotated[float, Ge(0), Le(1), SHARE]
PositiveShare = Annotated[float, Gt(0), Le(1), SHARE]
MarkUp = Annotated[float, Ge(0), SHARE]
DiscountRate = Annotated[float, Ge(0), Le(MOST_PER_YEAR), Unit("per year", "0.0##%", percent=True)]
YearlyRate = Annotated[float, Gt(-1), Le(MOST_PER_YEAR), Unit("per year", "0.0##%", percent=True)]
Multiplier = Annotated[float, Ge(0), MULTIPLIER]
PositiveMultiplier = Annotated[float, Gt(0), MULTIPLIER]
PowerUsageEffectiveness = Annotated[float, Ge(1), Unit("", "0.00#")]
Cores = Annotated[float, Ge(0), Unit("cores", "#,##0.##")]
Teraflops = Annotated[float, Ge(0), Unit("TFLOPS", "#,##0.###")]
Gigabytes = Annotated[float, Ge(0), Unit("GB", "#,##0.#")]
Kilowatts = Annotated[float, Ge(0), Unit("kW", "#,##0.0##")]
KilowattHours = Annotated[float, Ge(0), Unit("kWh", "#,##0")]
Kilograms = Annotated[float, Ge(0), Unit("kg", "#,##0")]
KilogramsPerKwh = Annotated[float, Ge(0), Unit("kg per kWh", "0.000#")]
RackUnits = Annotated[float, Ge(0), Unit("rack units", "#,##0.#")]
Hours = Annotated[float, Gt(0), Unit("hours", "#,##0.##")]
Weeks = Annotated[float, Ge(0), Le(MOST_YEARS * 52), Unit("weeks", "#,##0.##")]
Months = Annotated[int, Ge(1), Le(MOST_YEARS * 12), Unit("months", "0")]
Days = Annotated[int, Ge(0), Le(MOST_YEARS * 365), Unit("days", "0")]
Seconds = Annotated[float, Gt(0), Unit("s", "#,##0.#")]
Gap = Annotated[float, Ge(0), Unit("share", "0.00##%", percent=True)]
Number = Annotated[float, Ge(0), NUMBER]
SignedNumber = Annotated[float, NUMBER]
Rate = Annotated[float, Ge(0), Unit("workload's unit", "#,##0.0###")]
Units = Annotated[float, Ge(0), UNITS]
WholeUnits = Annotated[int, Ge(0), WHOLE_UNITS]
PackSize = Annotated[int, Ge(1), WHOLE_UNITS]
Count = Annotated[int, Ge(0), COUNT]
Threads = Annotated[int, Ge(1), Le(1024), COUNT]
