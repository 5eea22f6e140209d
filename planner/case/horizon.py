"""Time: the periods of the plan, the load slices within each, and discounting."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, ClassVar

from planner.errors import Code
from planner.row import Column, Fault, Row, Sheet
from planner.units import (
    DAYS_PER_WEEK,
    DAYS_PER_YEAR,
    HOURS_PER_DAY,
    Budget,
    Cores,
    Hours,
    Kilograms,
    KilowattHours,
    Multiplier,
    PositiveShare,
    Teraflops,
)

DEFAULT_MONTHS = 3
FIRST_YEAR, LAST_YEAR = 1900, 2200


class Period(Row):
    """A quarter, month or year, with its budgets and requirements."""

    sheet: ClassVar[Sheet] = Sheet(
        "Periods",
        "期间",
        "One row a quarter, month or year. A blank budget or cap is no limit.",
        required=True,
        key=("period",),
    )
    period: Annotated[str, Column("Period", "期间", "unique label, such as 2027Q1")]
    start: Annotated[date, Column("Start", "开始日", "first day")]
    end: Annotated[
        date | None,
        Column(
            "End",
            "结束日",
            "the day after the last; only read on the last row",
            default_word="as many months as the period before",
        ),
    ] = None
    hours: Annotated[
        Hours | None, Column("Hours", "小时数", "in the period", default_word="calendar hours")
    ] = None
    capex_budget: Annotated[
        Budget | None,
        Column("Capex budget", "资本预算", "in base currency", default_word="unlimited"),
    ] = None
    opex_budget: Annotated[
        Budget | None,
        Column("Opex budget", "运营预算", "in base currency", default_word="unlimited"),
    ] = None
    total_budget: Annotated[
        Budget | None,
        Column("Total budget", "总预算", "in base currency", default_word="unlimited"),
    ] = None
    required_cores: Annotated[
        Cores | None,
        Column("Required cores (R_d)", "所需核数（R_d）", "in working units", default_word="none"),
    ] = None
    required_tflops: Annotated[
        Teraflops | None,
        Column(
            "Required TFLOPS (P_t)", "所需TFLOPS（P_t）", "in working units", default_word="none"
        ),
    ] = None
    energy_cap: Annotated[
        KilowattHours | None,
        Column("Energy cap (kWh) (E_d)", "能耗上限（kWh）（E_d）", "all metered sites"),
    ] = None
    carbon_cap: Annotated[
        Kilograms | None, Column("Carbon cap (kg)", "碳排放上限（kg）", "all metered sites")
    ] = None
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""

    def faults(self) -> Iterator[Fault]:
        """Yield an error where a period starts in no year that a plan is made for."""
        if not FIRST_YEAR <= self.start.year <= LAST_YEAR:
            yield Fault(
                "start",
                Code.OUT_OF_RANGE,
                f"'{self.period}' starts in the year {self.start.year}.",
                f"a year from {FIRST_YEAR} to {LAST_YEAR}",
            )


class Slice(Row):
    """The hours of one load level: peak, day, night."""

    sheet: ClassVar[Sheet] = Sheet(
        "Slices",
        "时段",
        "The hours of one load level (not dates). Absent: one slice, the whole period.",
        key=("slice",),
    )
    slice: Annotated[str, Column("Slice", "时段", "unique name: peak, day, night")]
    share: Annotated[
        PositiveShare, Column("Share of hours", "小时占比", "of each period; they sum to 1")
    ]
    energy_price_multiplier: Annotated[
        Multiplier, Column("Energy price multiplier", "电价倍数", "on the sites' energy prices")
    ] = 1.0
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""


WHOLE_PERIOD = Slice(slice="all", share=1.0)


@dataclass(frozen=True)
class Horizon:
    """The periods in order of time, and the arithmetic of dates.

    Attributes
    ----------
    periods : in order of time
    slices : the load levels of every period
    plan_start : no order before this date; discounting and price changes count from it
    discount_rate : per year
    """

    periods: tuple[Period, ...]
    slices: tuple[Slice, ...]
    plan_start: date
    discount_rate: float

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The periods' labels, in order of time."""
        return tuple(period.period for period in self.periods)

    @cached_property
    def by_label(self) -> dict[str, Period]:
        """The periods by label."""
        return {period.period: period for period in self.periods}

    @cached_property
    def by_slice(self) -> dict[str, Slice]:
        """The slices by name."""
        return {slice_.slice: slice_ for slice_ in self.slices}

    @cached_property
    def position(self) -> dict[str, int]:
        """Each label's place in time, from 0."""
        return {label: place for place, label in enumerate(self.labels)}

    @cached_property
    def starts(self) -> dict[str, date]:
        """Each period's first day."""
        return {period.period: period.start for period in self.periods}

    @cached_property
    def ends(self) -> dict[str, date]:
        """Each period's end: the day after its last."""
        starts = [period.start for period in self.periods]
        last = self.periods[-1]
        before = months_between(starts[-2], starts[-1]) if len(starts) > 1 else DEFAULT_MONTHS
        end = last.end or add_months(last.start, max(1, round(before)))
        return dict(zip(self.labels, [*starts[1:], end], strict=True))

    @property
    def end(self) -> date:
        """The end of the horizon: the day after its last."""
        return self.ends[self.labels[-1]]

    @cached_property
    def hours(self) -> dict[str, float]:
        """H_t: each period's hours."""
        return {
            label: self.by_label[label].hours
            or (self.ends[label] - self.starts[label]).days * HOURS_PER_DAY
            for label in self.labels
        }

    @cached_property
    def months(self) -> dict[str, float]:
        """M_t: each period's calendar months."""
        return {
            label: months_between(self.starts[label], self.ends[label]) for label in self.labels
        }

    @cached_property
    def discount(self) -> dict[str, float]:
        """δ_t: what a payment in each period counts for."""
        return {label: self._discount_on(start) for label, start in self.starts.items()}

    @cached_property
    def discount_at_end(self) -> float:
        """δ_end: what a payment at the end of the horizon counts for."""
        return self._discount_on(self.end)

    def slice_hours(self, label: str, slice_: Slice) -> float:
        """Return H_tk: the hours of a slice in a period."""
        return self.hours[label] * slice_.share

    def hours_of(self, label: str, name: str) -> float:
        """Return H_tk by the name of the slice."""
        return self.slice_hours(label, self.by_slice[name])

    def years_from_start(self, day: date) -> float:
        """Return the years from plan start to a day; negative before it."""
        return (day - self.plan_start).days / DAYS_PER_YEAR

    def growth(self, yearly: float, day: date) -> float:
        """Return the index, 1 at plan start, of what changes by `yearly` a year."""
        return float((1.0 + yearly) ** self.years_from_start(day))

    def holding(self, day: date) -> str:
        """Return the label of the period that holds a day; the first if the day is earlier."""
        held = self.labels[0]
        for label in self.labels:
            if self.starts[label] <= day:
                held = label
        return held

    def _discount_on(self, day: date) -> float:
        return float((1.0 + self.discount_rate) ** -max(0.0, self.years_from_start(day)))


def add_months(day: date, months: int) -> date:
    """Return the day so many calendar months later, at most the month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start: date, end: date) -> float:
    """Return the calendar months from start to end; days beyond whole months count pro rata."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    reached = add_months(start, whole)
    if reached == end:
        return float(whole)
    return whole + (end - reached).days / (add_months(start, whole + 1) - reached).days


def weeks_before(day: date, weeks: float) -> date:
    """Return the day so many weeks earlier, rounded to whole days."""
    return day - timedelta(days=round(weeks * DAYS_PER_WEEK))
