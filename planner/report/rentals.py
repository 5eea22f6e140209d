"""Rentals: what is paid by the hour, by period, site and slice."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, ClassVar

from planner.case.offers import Acquisition
from planner.plan.charges import unit_hours
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import BasePrice, Hours, Money, Units


class RentalLine(Row):
    """Units of one offer, rented or used by the hour at one site in one slice."""

    sheet: ClassVar[Sheet] = Sheet(
        "Rentals",
        "租用",
        "What is paid by the hour: on-demand, spot, and committed units with an hourly price.",
        key=("offer", "site", "period", "slice", "scenario"),
    )
    period: Annotated[str, Column("Period", masking="open")]
    site: Annotated[str, Column("Site", width=16, masking="sites")]
    slice: Annotated[str, Column("Slice", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    vendor: Annotated[str, Column("Vendor", width=18, masking="vendors")]
    offer: Annotated[str, Column("Offer", width=18, masking="offers")]
    sku: Annotated[str, Column("SKU", width=18, masking="open")]
    acquisition: Annotated[Acquisition, Column("Acquisition", width=12)]
    average_units: Annotated[Units, Column("Average units", note="rented, over the slice's hours")]
    unit_hours: Annotated[Hours, Column("Unit-hours", note="paid for", total=True)]
    hourly_price: Annotated[
        BasePrice, Column("Hourly price (base)", note="per unit, at the period's start")
    ]
    cost: Annotated[
        Money,
        Column(
            "Cost (base)",
            note="in base currency, not discounted",
            formula="{unit_hours}*{hourly_price}",
            total=True,
        ),
    ]


def tabulate(plan: Plan) -> Table:
    """Return what is paid by the hour, in order of time."""
    return Table(RentalLine, [line for path in plan.paths for line in _lines(path)])


def _lines(path: Path) -> list[RentalLine]:
    case = path.case
    hours: dict[tuple[int, str, str, str, str], float] = defaultdict(float)
    for use in path.uses:
        if use.pool.offer:
            position = case.horizon.position[use.period]
            key = (position, use.pool.site, use.slice, use.pool.offer, use.period)
            hours[key] += unit_hours(case, use)
    rows = []
    for (_, site, slice_, name, label), paid in sorted(hours.items()):
        offer = case.offer[name]
        price = case.hourly_price(offer, label)
        in_slice = case.horizon.slice_hours(label, case.horizon.by_slice[slice_])
        rows.append(
            RentalLine(
                period=label,
                site=site,
                slice=slice_,
                scenario=path.scenario,
                vendor=offer.vendor,
                offer=name,
                sku=offer.sku,
                acquisition=offer.acquisition,
                average_units=paid / in_slice,
                unit_hours=paid,
                hourly_price=price,
                cost=paid * price,
            )
        )
    return rows
