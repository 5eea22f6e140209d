"""Cross-checks: what no single cell or row can show to be wrong."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from planner.case.finance import Currency, Settings
from planner.case.hardware import Hardware, Performance
from planner.case.horizon import Horizon, Period, Slice
from planner.case.offers import Acquisition, Offer, PriceTier
from planner.case.ordering import can_be_had
from planner.case.rules import SideRule
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, Workload
from planner.errors import Code, Severity
from planner.row import Row, columns

_NEUTRAL = (None, False, 0, "", ())
"""Values that ask for nothing, whatever the column."""

AnyRow = TypeVar("AnyRow", bound=Row)

SHARES_TOLERANCE = 1e-6
HINTED_NAMES = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table as far as it could be read.

    Attributes
    ----------
    values : the cells that could be read, by field
    row : the whole row; None where a cell of it could not be read
    """

    values: Mapping[str, Any]
    row: Row | None


Tables = Mapping[type[Row], Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a cell, addressed by table, line and field.

    `line` counts the table's entries from 0; None means the sheet as a whole.
    """

    table: type[Row]
    line: int | None
    field: str
    code: Code
    message: str
    expected: str = ""
    hint: str = ""
    severity: Severity = "error"
    part: str = ""
    """The key of the spread column (a period's label), or the item of a list, at fault."""


def cross_check(tables: Tables) -> list[Finding]:
    """Return everything that contradicts itself within and between the tables."""
    findings: list[Finding] = []
    for check in (
        _row_faults,
        _duplicate_keys,
        _references,
        _not_yet_supported,
        _periods,
        _shares,
        _currencies,
        _tiers,
        _limits_of_rules,
        _demand,
        _dates,
    ):
        findings += check(tables)
    if not any(found.code is Code.REFERENCE_UNKNOWN for found in findings):
        findings += _serving(tables)  # a name that is not known may be the one that serves
    return findings


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known value, or lists a few."""
    names = sorted({str(one) for one in known if str(one)})
    close = closest(name, names)
    if close:
        return f"Did you mean '{close}'?"
    if not names:
        return ""
    more = ", ..." if len(names) > HINTED_NAMES else ""
    return f"Known: {', '.join(names[:HINTED_NAMES])}{more}."


def closest(name: str, known: Iterable[str]) -> str:
    """Return the one known value that is spelt much like `name`; "" where none is."""
    by_fold = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else ""


def _rows(tables: Tables, table: type[AnyRow]) -> Iterator[tuple[int, AnyRow]]:
    for line, entry in enumerate(tables.get(table, ())):
        if isinstance(entry.row, table):
            yield line, entry.row


def _is_whole(tables: Tables, *needed: type[Row]) -> bool:
    """Return whether every line of these tables could be read."""
    return all(entry.row is not None for table in needed for entry in tables.get(table, ()))


def _settings(tables: Tables) -> Settings:
    return next((row for _, row in _rows(tables, Settings)), Settings())


def _base_currency(tables: Tables) -> str | None:
    """Return the base currency; None where it could not be read."""
    for entry in tables.get(Settings, ()):
        currency = entry.values.get("currency")
        return None if currency is None else str(currency)
    return Settings().currency


def _row_faults(tables: Tables) -> Iterator[Finding]:
    for table, entries in tables.items():
        for line, entry in enumerate(entries):
            for fault in entry.row.faults() if entry.row else ():
                yield Finding(
                    table,
                    line,
                    fault.field,
                    Code[fault.code],
                    fault.message,
                    fault.expected,
                    fault.hint,
                    fault.severity,
                )


def _duplicate_keys(tables: Tables) -> Iterator[Finding]:
    for table, entries in tables.items():
        key = table.sheet.key
        seen: dict[tuple[Any, ...], int] = {}
        for line, entry in enumerate(entries):
            if not key or not all(name in entry.values for name in key):
                continue
            value = tuple(entry.values[name] for name in key)
            if value in seen:
                words = " and ".join(f"'{part}'" for part in value if part != "")
                yield Finding(
                    table,
                    line,
                    key[0],
                    Code.KEY_TWICE,
                    f"{words} stands on this sheet already.",
                    "each one once",
                    "Delete one of the two rows, or rename it.",
                )
            seen.setdefault(value, line)


def _known(tables: Tables, refers: str) -> set[str] | None:
    """Return the values that a reference such as "Hardware" or "Offers.vendor" may have.

    None where one of them could not be read: it may be the very one that is referred to.
    """
    sheet, _, field_name = refers.partition(".")
    for table, entries in tables.items():
        if table.sheet.name == sheet:
            name = field_name or table.sheet.key[0]
            if any(name not in entry.values for entry in entries):
                return None
            return {str(entry.values[name]) for entry in entries}
    return set()


def _references(tables: Tables) -> Iterator[Finding]:
    for table, entries in tables.items():
        for spec in columns(table):
            refers = spec.column.refers
            if not refers or spec.kind == "spread":
                continue
            known = _known(tables, refers)
            if known is None:
                continue
            sheet, _, field_name = refers.partition(".")
            what = field_name.capitalize() if field_name else spec.header.split(" (")[0]
            for line, entry in enumerate(entries):
                value = entry.values.get(spec.field, "")
                for name in value if isinstance(value, tuple) else (value,):
                    if name and str(name) not in known:
                        yield Finding(
                            table,
                            line,
                            spec.field,
                            Code.REFERENCE_UNKNOWN,
                            f"'{name}' is not on the sheet {sheet}.",
                            f"a {what} from {sheet}",
                            nearest(str(name), known),
                            part=str(name),
                        )


def _not_yet_supported(tables: Tables) -> Iterator[Finding]:
    for table, entries in tables.items():
        if table.sheet.later and entries:
            yield Finding(
                table,
                0,
                columns(table)[0].field,
                Code.NOT_YET_SUPPORTED,
                f"the sheet {table.sheet.name} is not yet supported.",
                "no rows on this sheet",
                "Remove the rows: the plan would not follow them.",
            )
            continue
        for spec in columns(table):
            if not spec.column.later:
                continue
            for line, entry in enumerate(entries):
                if entry.values.get(spec.field) not in _NEUTRAL:
                    yield Finding(
                        table,
                        line,
                        spec.field,
                        Code.NOT_YET_SUPPORTED,
                        f"{spec.header} is not yet supported.",
                        "a blank cell",
                        "Remove the value: the plan would not follow it.",
                    )


def _periods(tables: Tables) -> Iterator[Finding]:
    if not tables.get(Period):
        yield Finding(Period, None, "", Code.NO_ROWS, "there is no period.", "at least one period")
    lines = sorted(_rows(tables, Period), key=lambda pair: pair[1].start)
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
    if lines and lines[-1][1].end is not None:
        line, last = lines[-1]
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
    lines = list(_rows(tables, Slice))
    if not lines or not _is_whole(tables, Slice):
        return
    total = math.fsum(slice_.share for _, slice_ in lines)
    if abs(total - 1.0) > SHARES_TOLERANCE:
        yield Finding(
            Slice,
            lines[-1][0],
            "share",
            Code.SHARES_NOT_ONE,
            f"the shares of hours sum to {total:.6g}.",
            "shares that sum to 1",
            f"Add {1.0 - total:.6g} to one of them.",
        )


def _currencies(tables: Tables) -> Iterator[Finding]:
    base = _base_currency(tables)
    rated = _known(tables, "Currencies")
    if base is None or rated is None:
        return
    known = {base} | rated
    for line, entry in enumerate(tables.get(Offer, ())):
        currency = entry.values.get("currency", "")
        if currency and currency not in known:
            yield Finding(
                Offer,
                line,
                "currency",
                Code.REFERENCE_UNKNOWN,
                f"the currency '{currency}' has no rate on the sheet Currencies.",
                f"the base currency {base}, or a currency with a rate",
                nearest(currency, known),
            )
    for line, row in _rows(tables, Currency):
        if row.currency == base and row.rate != 1.0:
            yield Finding(
                Currency,
                line,
                "rate",
                Code.CONTRADICTION,
                f"{base} is the base currency, so its rate cannot be {row.rate:g}.",
                "1, or no row for the base currency",
            )


def _tiers(tables: Tables) -> Iterator[Finding]:
    last: dict[str, PriceTier] = {}
    for line, tier in _rows(tables, PriceTier):
        before = last.get(tier.offer)
        if before is not None and tier.min_units <= before.min_units:
            yield Finding(
                PriceTier,
                line,
                "min_units",
                Code.TIERS_NOT_RISING,
                f"the tier of {tier.min_units:g} units stands below the one of "
                f"{before.min_units:g}.",
                f"above {before.min_units:g}",
                "Order an offer's tiers by rising Min units.",
            )
        last[tier.offer] = tier


def _limits_of_rules(tables: Tables) -> Iterator[Finding]:
    for line, rule in _rows(tables, SideRule):
        if rule.least is not None and rule.most is not None and rule.least > rule.most:
            yield Finding(
                SideRule,
                line,
                "least",
                Code.CONTRADICTION,
                f"the minimum of {rule.least:g} is above the maximum of {rule.most:g}.",
                "at most the column Max",
            )


def _demand(tables: Tables) -> Iterator[Finding]:
    asked = _known(tables, "Demand")
    if asked is not None:
        yield from _never_asked(tables, asked)
    labels = _known(tables, "Periods")
    if labels:
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
    for line, row in _rows(tables, Demand):
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


def _dates(tables: Tables) -> Iterator[Finding]:
    periods = sorted((row for _, row in _rows(tables, Period)), key=lambda row: row.start)
    if not periods or not _is_whole(tables, Period, Settings):
        return
    settings = _settings(tables)
    start = settings.plan_start or periods[0].start
    horizon = Horizon(tuple(periods), (), start, settings.discount_rate)
    if start >= horizon.end:
        yield Finding(
            Settings,
            0,
            "plan_start",
            Code.OUTSIDE_HORIZON,
            f"the plan starts on {start}, after the last period ends on {horizon.end}.",
            "a date before the end of the last period",
        )
        return
    for line, offer in _rows(tables, Offer):
        for name in ("available_from", "available_until"):
            day = getattr(offer, name)
            too_late = name == "available_from" and day is not None and day >= horizon.end
            too_early = (
                name == "available_until" and day is not None and day < min(start, periods[0].start)
            )
            if too_late or too_early:
                yield _outside(Offer, line, name, day, horizon)
                break
        else:
            yield from _never_available(line, offer, horizon)
    for line, unit in _rows(tables, Installed):
        if unit.available_from and unit.available_from >= horizon.end:
            yield _outside(Installed, line, "available_from", unit.available_from, horizon)
        if unit.retire_on and unit.retire_on <= periods[0].start:
            yield _outside(Installed, line, "retire_on", unit.retire_on, horizon)


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


def _never_available(line: int, offer: Offer, horizon: Horizon) -> Iterator[Finding]:
    if not can_be_had(offer, horizon):
        yield Finding(
            Offer,
            line,
            "offer",
            Code.NEVER_AVAILABLE,
            f"no period can be reached by '{offer.offer}' with its lead time and dates.",
            "an order date on or after plan start at which the quote holds",
            severity="warning",
        )


def _serving(tables: Tables) -> Iterator[Finding]:
    """Find workloads that no SKU could serve, at any site, by any offer or the fleet."""
    needed = (Hardware, Performance, Offer, Site, Installed, Workload, Demand)
    if not _is_whole(tables, *needed):
        return
    skus = {sku.sku: sku for _, sku in _rows(tables, Hardware)}
    sites = [site for _, site in _rows(tables, Site)]
    rates = {(row.workload, row.sku): row.throughput for _, row in _rows(tables, Performance)}
    had = {(unit.sku, unit.site, False) for _, unit in _rows(tables, Installed)}
    for line, offer in _rows(tables, Offer):
        at = delivery_sites(offer, sites)
        had |= {(offer.sku, site, offer.acquisition is Acquisition.SPOT) for site in at}
        if not at:
            kinds = "cloud site" if offer.acquisition in _AT_CLOUD else "owned or colo site"
            yield Finding(
                Offer,
                line,
                "sites",
                Code.NEVER_AVAILABLE,
                f"'{offer.offer}' has no site: there is no {kinds}.",
                "a site from Sites",
                severity="warning",
            )
    asked = {row.workload for _, row in _rows(tables, Demand) if any(row.rates.values())}
    for line, workload in _rows(tables, Workload):
        served = any(
            sku in skus
            and throughput(workload, skus[sku], rates.get((workload.workload, sku))) > 0
            and (not workload.categories or skus[sku].category in workload.categories)
            and (not workload.sites or site in workload.sites)
            and (workload.interruptible or not is_spot)
            for sku, site, is_spot in had
        )
        if not served and workload.workload in asked:
            must = workload.shortage_penalty is None
            yield Finding(
                Workload,
                line,
                "workload",
                Code.NOTHING_CAN_SERVE,
                f"no offer or installed unit can serve '{workload.workload}'.",
                "a SKU with a throughput for it, of an allowed category, at an allowed site",
                "Add a row on Performance, or widen Categories, Sites or Interruptible.",
                severity="error" if must else "warning",
            )


_AT_CLOUD = (Acquisition.RESERVED, Acquisition.ON_DEMAND, Acquisition.SPOT)


def delivery_sites(offer: Offer, sites: Iterable[Site]) -> tuple[str, ...]:
    """Return where an offer may be delivered or rented.

    Its own list; without one, every owned or colo site for purchase and lease, and
    every cloud site for the others.
    """
    if offer.sites:
        return tuple(dict.fromkeys(offer.sites))
    at_cloud = offer.acquisition in _AT_CLOUD
    return tuple(site.site for site in sites if (site.kind is SiteKind.CLOUD) == at_cloud)


def throughput(workload: Workload, sku: Hardware, measured: float | None) -> float:
    """Return thr_wp: the workload's units that one unit of a SKU does.

    The measured figure where there is one; else TFLOPS or cores × Efficiency for a
    workload in these units; else 0.
    """
    if measured is not None:
        return measured
    per_unit = {"tflops": sku.tflops, "cores": sku.cores}
    return per_unit.get(workload.unit.strip().casefold(), 0.0) * workload.efficiency
