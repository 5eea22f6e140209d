"""Cross-checks: what no single cell or row can show to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.case.finance import Currency, Settings
from planner.case.findings import (
    Entry,
    Finding,
    Tables,
    closest,
    count_unreadable,
    known_names,
    nearest,
    rows,
)
from planner.case.hardware import Hardware
from planner.case.offers import Offer, PriceTier
from planner.case.rules import SideRule
from planner.case.serving import check_serving
from planner.case.sites import Site
from planner.case.timing import check_time
from planner.case.workloads import Demand, Workload
from planner.errors import Code
from planner.row import ColumnSpec, columns

RATES = ("share", "per year")
"""Units of rates: a number of 1 or more is 100 % or more."""

_NEUTRAL = (None, False, 0, "", ())
"""Values that ask for nothing, whatever the column."""


def cross_check(tables: Tables) -> list[Finding]:
    """Return everything that contradicts itself within and between the tables."""
    findings: list[Finding] = []
    for check in (
        _row_faults,
        _duplicate_keys,
        _references,
        _not_yet_supported,
        _currencies,
        _tiers,
        _rates,
        _no_rows,
        _limits_of_rules,
        check_time,
        check_serving,
    ):
        findings += check(tables)
    return findings


def base_currency(tables: Tables) -> str | None:
    """Return the base currency; None where it could not be read."""
    for entry in tables.get(Settings, ()):
        currency = entry.values.get("currency")
        return None if currency is None else str(currency)
    return Settings().currency


def _row_faults(tables: Tables) -> Iterator[Finding]:
    for table, entries in tables.items():
        for line, entry in enumerate(entries):
            for fault in entry.sketch(table).faults() if entry.values else ():
                if not entry.values.keys() >= {fault.field, *fault.with_fields}:
                    continue  # the message of the cell that cannot be read is enough
                yield Finding(
                    table,
                    line,
                    fault.field,
                    fault.code,
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


def _references(tables: Tables) -> Iterator[Finding]:
    """Find names that are not known.

    A name unlike any known one is not told while as many keys cannot be read as there
    are such names: it may be one of those.
    """
    sheets = {
        spec.column.refers: None
        for table in tables
        for spec in columns(table)
        if spec.column.refers and spec.kind != "spread"
    }
    for refers in sheets:
        known = known_names(tables, refers)
        if known is None:
            continue
        unknown = list(_unknown(tables, refers, known))
        strange = {one.part for one in unknown if not closest(one.part, known)}
        is_excused = len(strange) <= count_unreadable(tables, refers)
        yield from (one for one in unknown if not (is_excused and one.part in strange))


def _unknown(tables: Tables, refers: str, known: set[str]) -> Iterator[Finding]:
    """Yield every reference to a sheet that names nothing on it."""
    sheet, _, field_name = refers.partition(".")
    hints: dict[str, str] = {}
    for table, entries in tables.items():
        for spec in columns(table):
            if spec.column.refers != refers or spec.kind == "spread":
                continue
            what = field_name.capitalize() if field_name else spec.header.split(" (")[0]
            for line, entry in enumerate(entries):
                value = entry.values.get(spec.field, "")
                for name in map(str, value if isinstance(value, tuple) else (value,)):
                    if not name or name in known:
                        continue
                    if name not in hints:
                        hints[name] = nearest(name, known)
                    yield Finding(
                        table,
                        line,
                        spec.field,
                        Code.REFERENCE_UNKNOWN,
                        f"'{name}' is not on the sheet {sheet}.",
                        f"a {what} from {sheet}",
                        hints[name],
                        part=name,
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
                if entry.values.get(spec.field) not in _NEUTRAL and not _is_trivial(entry, spec):
                    yield Finding(
                        table,
                        line,
                        spec.field,
                        Code.NOT_YET_SUPPORTED,
                        f"{spec.header} is not yet supported.",
                        "a blank cell",
                        "Remove the value: the plan would not follow it.",
                    )


def _is_trivial(entry: Entry, spec: ColumnSpec) -> bool:
    """Return whether a min order binds nothing, because one pack is as much."""
    pack_size = entry.values.get("pack_size", 1)
    return spec.field == "min_order" and bool(entry.values["min_order"] <= pack_size)


def _currencies(tables: Tables) -> Iterator[Finding]:
    base = base_currency(tables)
    rated = known_names(tables, "Currencies")
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
    for line, row in rows(tables, Currency):
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
    for line, tier in rows(tables, PriceTier):
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


def _rates(tables: Tables) -> Iterator[Finding]:
    """Find rates of 100 % and more that may have been typed as percentages."""
    for table, entries in tables.items():
        for spec in columns(table):
            if spec.kind != "number" or spec.unit.symbol not in RATES or spec.at_most == 1.0:
                continue
            for line, entry in enumerate(entries):
                rate = entry.values.get(spec.field)
                if rate is not None and rate >= 1.0:
                    yield Finding(
                        table,
                        line,
                        spec.field,
                        Code.NUMBER_AMBIGUOUS,
                        f"{rate:g} is read as {rate:.0%}.",
                        hint=f"Write {rate:g}% if per cent is meant.",
                        severity="warning",
                    )


def _no_rows(tables: Tables) -> Iterator[Finding]:
    """Find sheets that a plan needs and that hold nothing."""
    for table in (Hardware, Offer, Site, Workload, Demand):
        if not tables.get(table):
            yield Finding(
                table,
                None,
                "",
                Code.NO_ROWS,
                f"the sheet {table.sheet.name} holds no row.",
                "a row for each",
                "Fill it in; without it there is little to plan.",
                severity="warning",
            )


def _limits_of_rules(tables: Tables) -> Iterator[Finding]:
    for line, rule in rows(tables, SideRule):
        if rule.least is not None and rule.most is not None and rule.least > rule.most:
            yield Finding(
                SideRule,
                line,
                "least",
                Code.CONTRADICTION,
                f"the minimum of {rule.least:g} is above the maximum of {rule.most:g}.",
                "at most the column Max",
            )
