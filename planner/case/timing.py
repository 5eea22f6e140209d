"""Time and demand: periods, shares of hours, dates, and a rate for every period."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from planner.case.finance import Settings
from planner.case.findings import Finding, Tables, count_unreadable, known_names, nearest, rows
from planner.case.horizon import Horizon, Period, Slice
from planner.case.offers import Offer
from planner.case.ordering import can_be_had
from planner.case.sites import Installed
from planner.case.workloads import Demand, Workload
from planner.errors import Code
from planner.row import Row

SHARES_TOLERANCE = 1e-6


def check_time(tables: Tables) -> Iterator[Finding]:
    """Yield what is wrong with periods, slices, dates, and the periods of Demand."""
    for check in (_periods, _shares, _demand, _dates):
        yield from check(tables)


def _periods(tables: Tables) -> Iterator[Finding]:
    entries = tables.get(Period, ())
    if not entries:
        yield Finding(Period, None, "", Code.NO_ROWS, "there is no period.", "at least one period")
    lines = sorted(
        ((line, one.sketch(Period)) for line, one in enumerate(entries) if "start" in one.values),
        key=lambda pair: pair[1].start,
    )
    for (_, before), (line, period) in pairwise(lines):
        if before.start == period.start:
            yield Finding(
                Period,
                line,
                "start",
                Code.CONTRADICTION,
                f"'{period.period}' starts on {period.start}, as '{before.period}' does.",
                "a day of its own for each period",
            )
    if lines:
        yield from _end(*lines[-1])


def _end(line: int, last: Period) -> Iterator[Finding]:
    """Find an end of the last period that is not after its start, or looks inclusive."""
    if last.end is not None and last.end <= last.start:
        yield Finding(
            Period,
            line,
            "end",
            Code.CONTRADICTION,
            f"'{last.period}' ends on {last.end}, not after its start on {last.start}.",
            "the day after the period's last",
        )
    elif last.end is not None and _is_last_of_month(last.end) and last.start.day == 1:
        yield Finding(
            Period,
            line,
            "end",
            Code.OUTSIDE_HORIZON,
            f"the period is read to end before {last.end}, so that day is not in it.",
            "the day after the period's last",
            "Write the first day of the next month if the month's last day belongs to it.",
            severity="warning",
        )


def _is_last_of_month(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def _shares(tables: Tables) -> Iterator[Finding]:
    entries = tables.get(Slice, ())
    shares = [entry.values["share"] for entry in entries if "share" in entry.values]
    total = math.fsum(shares)
    if entries and len(shares) == len(entries) and abs(total - 1.0) > SHARES_TOLERANCE:
        yield Finding(
            Slice,
            len(entries) - 1,
            "share",
            Code.SHARES_NOT_ONE,
            f"the shares of hours sum to {total:.6g}.",
            "shares that sum to 1",
            "Change the shares so that all hours are counted once.",
        )


def _demand(tables: Tables) -> Iterator[Finding]:
    asked = known_names(tables, "Demand")
    if asked is not None and not count_unreadable(tables, "Demand"):
        yield from _never_asked(tables, asked)
    labels = known_names(tables, "Periods")
    if labels and not count_unreadable(tables, "Periods"):
        yield from _labels_of_demand(tables, labels)


def _never_asked(tables: Tables, asked: set[str]) -> Iterator[Finding]:
    for line, entry in enumerate(tables.get(Workload, ())):
        name = entry.values.get("workload")
        if name and name not in asked:
            yield Finding(
                Workload,
                line,
                "workload",
                Code.DEMAND_MISSING,
                f"'{name}' has no row on the sheet Demand.",
                "a row on Demand for each workload",
                "Write 0 in every period if there is none.",
            )


def _labels_of_demand(tables: Tables, labels: set[str]) -> Iterator[Finding]:
    for line, row in rows(tables, Demand):
        for label in row.rates:
            if label not in labels:
                yield Finding(
                    Demand,
                    line,
                    "rates",
                    Code.PERIOD_UNKNOWN,
                    f"'{label}' is not on the sheet Periods.",
                    "a Period from Periods",
                    nearest(label, labels),
                    part=label,
                )
        for label in sorted(labels - set(row.rates)):
            yield Finding(
                Demand,
                line,
                "rates",
                Code.DEMAND_MISSING,
                f"'{row.workload}' has no demand for '{label}'.",
                f"a rate in the column {label}",
                "Write 0 if there is none.",
                part=label,
            )


def _horizon(tables: Tables) -> Horizon | None:
    """Return the horizon; None where a start of it could not be read."""
    periods = [entry.guess(Period) for entry in tables.get(Period, ())]
    known = sorted((one for one in periods if one is not None), key=lambda one: one.start)
    settings = next((entry.guess(Settings) for entry in tables.get(Settings, ())), Settings())
    if not known or len(known) < len(periods) or settings is None:
        return None
    return Horizon(tuple(known), (), settings.plan_start or known[0].start, 0.0)


def _dates(tables: Tables) -> Iterator[Finding]:
    horizon = _horizon(tables)
    if horizon is None:
        return
    if horizon.plan_start >= horizon.end:
        yield Finding(
            Settings,
            0,
            "plan_start",
            Code.OUTSIDE_HORIZON,
            f"the plan starts on {horizon.plan_start}, after the last period ends on "
            f"{horizon.end}, so that nothing can be ordered.",
            "a date before the end of the last period",
            severity="warning",
        )
        return
    for line, offer in rows(tables, Offer):
        yield from _dates_of_offer(line, offer, horizon)
    first = horizon.periods[0].start
    for line, unit in rows(tables, Installed):
        if unit.available_from and unit.available_from >= horizon.end:
            yield _outside(Installed, line, "available_from", unit.available_from, horizon)
        if unit.retire_on and unit.retire_on <= first:
            yield _outside(Installed, line, "retire_on", unit.retire_on, horizon)


def _dates_of_offer(line: int, offer: Offer, horizon: Horizon) -> Iterator[Finding]:
    first = min(horizon.plan_start, horizon.periods[0].start)
    if any(fault.field == "available_until" for fault in offer.faults()):
        return  # dates that contradict each other have their own message
    if offer.available_from is not None and offer.available_from >= horizon.end:
        yield _outside(Offer, line, "available_from", offer.available_from, horizon)
    elif offer.available_until is not None and offer.available_until < first:
        yield _outside(Offer, line, "available_until", offer.available_until, horizon)
    elif not can_be_had(offer, horizon):
        yield Finding(
            Offer,
            line,
            "offer",
            Code.NEVER_AVAILABLE,
            f"no period can be reached by '{offer.offer}' with its lead time and dates.",
            "an order date on or after plan start at which the quote holds",
            severity="warning",
        )


def _outside(table: type[Row], line: int, name: str, day: date, horizon: Horizon) -> Finding:
    first = horizon.starts[horizon.labels[0]]
    return Finding(
        table,
        line,
        name,
        Code.OUTSIDE_HORIZON,
        f"{day} is outside the horizon, so this row takes no part in the plan.",
        f"a date between {first} and {horizon.end}",
        severity="warning",
    )
