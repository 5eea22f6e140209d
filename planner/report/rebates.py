"""Rebates: how much each vendor gives back, and how far the next level is."""

from __future__ import annotations

from typing import Annotated, ClassVar

from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Money, Share


class RebateLine(Row):
    """One vendor's rebate in one scenario; amounts in base currency, not discounted."""

    sheet: ClassVar[Sheet] = Sheet(
        "Rebates",
        "返利",
        "Upfront spend with vendors that give rebates, and what comes back at the end.",
        key=("vendor", "scenario"),
        optional=True,
    )
    vendor: Annotated[str, Column("Vendor", width=24, masking="vendors")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    spend: Annotated[
        Money, Column("Upfront spend", note="without landed cost and fees", total=True)
    ]
    level: Annotated[Money | None, Column("Level reached", note="its Min spend")] = None
    rate: Annotated[Share, Column("Rebate", note="share of the spend", masking="prices")]
    amount: Annotated[
        Money, Column("Comes back", note="at the end", formula="{spend}*{rate}", total=True)
    ]
    missing: Annotated[Money | None, Column("Missing to the next level", note="upfront spend")] = (
        None
    )


def tabulate(plan: Plan) -> Table:
    """Return the rebates of every vendor that gives any."""
    rows = []
    for path in plan.paths:
        for earned in path.rebates:
            above = [
                row.min_spend
                for row in plan.case.rebates
                if row.vendor == earned.vendor
                and row.min_spend > max(earned.spend, earned.level or 0)
            ]
            rows.append(
                RebateLine(
                    vendor=earned.vendor,
                    scenario=path.scenario,
                    spend=earned.spend,
                    level=earned.level,
                    rate=earned.rate,
                    amount=earned.amount,
                    missing=min(above) - earned.spend if above else None,
                )
            )
    return Table(RebateLine, rows)
