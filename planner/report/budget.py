"""Budget: what each period pays, against what it was given."""

from __future__ import annotations

from typing import Annotated, ClassVar

from planner.plan.charges import Budget, Part
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Money, UsedShare


class BudgetLine(Row):
    """One period's payments; amounts in base currency, not discounted."""

    sheet: ClassVar[Sheet] = Sheet(
        "Budget",
        "预算",
        "What each period pays, in base currency, not discounted.",
        key=("period",),
    )
    period: Annotated[str, Column("Period")]
    capex: Annotated[Money, Column("Capex", note="purchases with landed cost", total=True)]
    capex_budget: Annotated[Money | None, Column("Capex budget", total=True)] = None
    capex_headroom: Annotated[
        Money | None, Column("Capex headroom", formula="{capex_budget}-{capex}")
    ] = None
    capex_used: Annotated[
        UsedShare | None,
        Column("Capex used", formula="IF({capex_budget}=0,0,{capex}/{capex_budget})"),
    ] = None
    energy: Annotated[Money, Column("Energy", note="part of opex", total=True)]
    opex: Annotated[Money, Column("Opex", note="all other payments, with energy", total=True)]
    opex_budget: Annotated[Money | None, Column("Opex budget", total=True)] = None
    opex_headroom: Annotated[
        Money | None, Column("Opex headroom", formula="{opex_budget}-{opex}")
    ] = None
    opex_used: Annotated[
        UsedShare | None,
        Column("Opex used", formula="IF({opex_budget}=0,0,{opex}/{opex_budget})"),
    ] = None
    all_paid: Annotated[Money, Column("Total", formula="{capex}+{opex}", total=True)]
    total_budget: Annotated[Money | None, Column("Total budget", total=True)] = None
    total_headroom: Annotated[
        Money | None, Column("Total headroom", formula="{total_budget}-{all_paid}")
    ] = None
    total_used: Annotated[
        UsedShare | None,
        Column("Total used", formula="IF({total_budget}=0,0,{all_paid}/{total_budget})"),
    ] = None


def tabulate(plan: Plan) -> Table:
    """Return the payments of every period, in order of time."""
    energy = dict.fromkeys(plan.case.horizon.labels, 0.0)
    for charge in plan.charges:
        if charge.part is Part.ENERGY:
            energy[charge.period] += charge.amount
    rows = []
    for period in plan.case.horizon.periods:
        label = period.period
        capex = plan.spend.get((Budget.CAPEX, label), 0.0)
        opex = plan.spend.get((Budget.OPEX, label), 0.0)
        rows.append(
            BudgetLine(
                period=label,
                capex=capex,
                capex_budget=period.capex_budget,
                capex_headroom=_headroom(capex, period.capex_budget),
                capex_used=_used(capex, period.capex_budget),
                energy=energy[label],
                opex=opex,
                opex_budget=period.opex_budget,
                opex_headroom=_headroom(opex, period.opex_budget),
                opex_used=_used(opex, period.opex_budget),
                all_paid=capex + opex,
                total_budget=period.total_budget,
                total_headroom=_headroom(capex + opex, period.total_budget),
                total_used=_used(capex + opex, period.total_budget),
            )
        )
    return Table(BudgetLine, rows)


def _headroom(paid: float, budget: float | None) -> float | None:
    return None if budget is None else budget - paid


def _used(paid: float, budget: float | None) -> float | None:
    if budget is None:
        return None
    return paid / budget if budget else 0.0
