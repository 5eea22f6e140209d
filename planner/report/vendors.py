"""Vendors: who gets how much, by category."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, ClassVar

from planner.case.hardware import Category
from planner.plan.charges import Budget
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Money, Share


class VendorLine(Row):
    """What one vendor gets over the horizon for one category of machines."""

    sheet: ClassVar[Sheet] = Sheet(
        "Vendors",
        "供应商",
        "Payments over the horizon, in base currency, not discounted; expected over the scenarios.",
        key=("vendor", "category"),
    )
    vendor: Annotated[str, Column("Vendor", width=24, masking="vendors")]
    category: Annotated[Category, Column("Category", width=10)]
    capex: Annotated[Money, Column("Capex", note="purchases with landed cost", total=True)]
    opex: Annotated[Money, Column("Opex", note="leases, monthly and hourly prices", total=True)]
    spend: Annotated[Money, Column("Spend", formula="{capex}+{opex}", total=True)]
    share: Annotated[
        Share,
        Column(
            "Share", note="of all vendors' spend", formula="{spend}/{spend_sum}", masking="prices"
        ),
    ]


def tabulate(plan: Plan) -> Table:
    """Return what every vendor gets, in order of name."""
    case = plan.case
    sums: dict[tuple[str, Category, Budget], float] = defaultdict(float)
    for path in plan.paths:
        likely = case.tree.probability[path.scenario]
        for charge in path.charges:
            if charge.offer and charge.budget is not Budget.NONE:
                offer = case.offer[charge.offer]
                category = case.sku[offer.sku].category
                sums[offer.vendor, category, charge.budget] += likely * charge.amount
    everything = sum(sums.values())
    rows = []
    for vendor, category in sorted({(name, category) for name, category, _ in sums}):
        capex = sums[vendor, category, Budget.CAPEX]
        opex = sums[vendor, category, Budget.OPEX]
        if capex + opex:
            rows.append(
                VendorLine(
                    vendor=vendor,
                    category=category,
                    capex=capex,
                    opex=opex,
                    spend=capex + opex,
                    share=min(1.0, (capex + opex) / everything),
                )
            )
    return Table(VendorLine, rows)
