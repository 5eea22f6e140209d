"""Spans: the periods with their dates worked out."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from planner.case.case import Case
from planner.case.horizon import Period


@dataclass(frozen=True)
class Span:
    """A period with its dates worked out.

    Attributes
    ----------
    row : the period as it is given
    hours, months : its length
    years : from plan start to its start; negative before plan start
    discount : what a payment in it counts for
    """

    row: Period
    hours: float
    months: float
    years: float
    discount: float


def spans_of(case: Case) -> list[Span]:
    """Return the periods in order of time."""
    rows = _in_time(case)
    ends = [*(row.start for row in rows[1:]), end_of(case)]
    return [
        Span(
            row=row,
            hours=row.hours or 24.0 * (end - row.start).days,
            months=months_between(row.start, end),
            years=(row.start - plan_start(case)).days / 365,
            discount=discount_on(case, row.start),
        )
        for row, end in zip(rows, ends, strict=True)
    ]


def plan_start(case: Case) -> date:
    """Return the day before which nothing can be ordered."""
    return case.settings.plan_start or min(row.start for row in case.periods)


def end_of(case: Case) -> date:
    """Return the day after the horizon's last."""
    *before, last = _in_time(case)
    if last.end is not None:
        return last.end
    months = round(months_between(before[-1].start, last.start)) if before else 3
    return months_later(last.start, max(1, months))


def discount_on(case: Case, day: date) -> float:
    """Return what a payment on a day counts for."""
    years = max(0, (day - plan_start(case)).days) / 365
    return (1 + case.settings.discount_rate) ** -years


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last where it has no such day."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def months_between(start: date, end: date) -> float:
    """Return the calendar months between two days; part of a month counts by its days."""
    whole = 0
    while months_later(start, whole + 1) <= end:
        whole += 1
    since, until = months_later(start, whole), months_later(start, whole + 1)
    return whole + (end - since) / (until - since)


def _in_time(case: Case) -> list[Period]:
    return sorted(case.periods, key=lambda row: row.start)
