"""Cross-checks: what no single cell or row can show to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from planner.case.finance import Currency, Settings
from planner.case.findings import (
    Finding,
    Tables,
    closest,
    count_unreadable,
    known_names,
    nearest,
    rows,
)
from planner.case.hardware import Hardware
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer, PriceTier
from planner.case.rulebook import check_rules
from planner.case.scenarios import check_scenarios
from planner.case.serving import check_serving
from planner.case.sites import Site
from planner.case.timing import check_time
from planner.case.workloads import Demand, Workload
from planner.errors import Code
from planner.row import column, columns

RATES = ("share", "per year")
"""Units of rates: a number of 1 or more is 100 % or more."""


def cross_check(tables: Tables) -> list[Finding]:
    """Return everything that contradicts itself within and between the tables."""
    findings: list[Finding] = []
    for check in (
        _row_faults,
        _duplicate_keys,
        _references,
        _currencies,
        _prices,
        _tiers,
        _carry_over,
        _rates,
        _no_rows,
        check_rules,
        check_scenarios,
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
    (named,) = [one for one in tables if one.sheet.name == sheet]
    what = column(named, field_name or named.sheet.key[0]).header.split(" (")[0]
    article = "an" if what[0] in "AEIOU" else "a"
    hints: dict[str, str] = {}
    for table, entries in tables.items():
        for spec in columns(table):
            if spec.column.refers != refers or spec.kind == "spread":
                continue
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
                        f"{article} {what} from {sheet}",
                        hints[name],
                        part=name,
                    )


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


def _prices(tables: Tables) -> Iterator[Finding]:
    """Find committed offers without any price, of their own or in tiers."""
    named = [entry.values.get("offer") for entry in tables.get(PriceTier, ())]
    fields = ("offer", "acquisition", "upfront_price", "monthly_price", "hourly_price")
    for line, entry in enumerate(tables.get(Offer, ())):
        if None in named or not all(field in entry.values for field in fields):
            continue
        name, acquisition, *prices = (entry.values[field] for field in fields)
        if acquisition.is_elastic or name in named:
            continue
        if any(one is not None for one in prices):
            if acquisition is Acquisition.PURCHASE and prices[0] is None:
                yield Finding(
                    Offer,
                    line,
                    "upfront_price",
                    Code.PRICE_MISSING,
                    f"the purchase '{name}' has no upfront price: it costs nothing upfront.",
                    hint="Write its upfront price, or 0 if there is none.",
                    severity="warning",
                )
            continue
        yield Finding(
            Offer,
            line,
            "upfront_price",
            Code.PRICE_MISSING,
            f"the offer '{name}' has no price at all.",
            "an upfront, monthly or hourly price, or price tiers",
            "Write 0 if it is free.",
        )


def _tiers(tables: Tables) -> Iterator[Finding]:
    """Find tiers that have no effect, and orders that they leave without a price."""
    offers = {offer.offer: offer for _, offer in rows(tables, Offer)}
    first: dict[str, float] = {}
    for _, tier in rows(tables, PriceTier):
        first[tier.offer] = min(tier.min_units, first.get(tier.offer, tier.min_units))
    for line, tier in rows(tables, PriceTier):
        offer = offers.get(tier.offer)
        if offer is None:
            continue
        if offer.is_elastic:
            yield Finding(
                PriceTier,
                line,
                "offer",
                Code.DOES_NOT_APPLY,
                f"tiers do not apply to {offer.acquisition} and are not used.",
                hint="Delete the row.",
                severity="warning",
            )
        elif (
            offer.upfront_price is None
            and tier.min_units == first[tier.offer]
            and tier.min_units > ceil(max(offer.min_order, 1) / offer.pack_size) * offer.pack_size
        ):
            yield Finding(
                PriceTier,
                line,
                "min_units",
                Code.PRICE_MISSING,
                f"an order of '{tier.offer}' below {tier.min_units:g} units has no upfront price.",
                hint="Give the offer its own upfront price, or a min order.",
                severity="warning",
            )


def _carry_over(tables: Tables) -> Iterator[Finding]:
    """Find blank budgets that leave all later ones without effect."""
    carries = any(settings.carry_over for _, settings in rows(tables, Settings))
    periods = sorted(rows(tables, Period), key=lambda pair: pair[1].start)
    for field in ("capex_budget", "opex_budget", "total_budget") if carries else ():
        budgets = [(line, dict(row)[field]) for line, row in periods]
        blank = next((place for place, (_, one) in enumerate(budgets) if one is None), None)
        if blank is not None and any(one is not None for _, one in budgets[blank:]):
            yield Finding(
                Period,
                budgets[blank][0],
                field,
                Code.NOT_USED_HERE,
                "a blank budget is unlimited and carries over, so that later ones have no effect.",
                hint="Write what may be spent, 0 if nothing.",
                severity="warning",
            )


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
