"""Budget: what each period pays, against what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from planner.plan.charges import Part
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Money, UsedShare

CARRIED = "unspent of the periods before"


class BudgetLine(Row):
    """One period's payments; amounts in base currency, not discounted."""

    sheet: ClassVar[Sheet] = Sheet(
        "Budget",
        "预算",
        "What each period pays, in base currency, not discounted.",
        key=("period", "scenario"),
    )
    period: Annotated[str, Column("Period", masking="open")]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    capex: Annotated[Money, Column("Capex", note="purchases with landed cost", total=True)]
    capex_budget: Annotated[Money | None, Column("Capex budget", total=True)] = None
    capex_carried: Annotated[
        Money | None, Column("Capex carried over", note=CARRIED, optional=True)
    ] = None
    capex_headroom: Annotated[
        Money | None,
        Column("Capex headroom", formula="{capex_budget}+{capex_carried}-{capex}"),
    ] = None
    capex_used: Annotated[
        UsedShare | None,
        Column(
            "Capex used",
            formula="IF({capex_budget}+{capex_carried}=0,0,"
            "{capex}/({capex_budget}+{capex_carried}))",
            masking="prices",
        ),
    ] = None
    energy: Annotated[Money, Column("Energy", note="part of opex", total=True)]
    opex: Annotated[Money, Column("Opex", note="all other payments, with energy", total=True)]
    opex_budget: Annotated[Money | None, Column("Opex budget", total=True)] = None
    opex_carried: Annotated[
        Money | None, Column("Opex carried over", note=CARRIED, optional=True)
    ] = None
    opex_headroom: Annotated[
        Money | None, Column("Opex headroom", formula="{opex_budget}+{opex_carried}-{opex}")
    ] = None
    opex_used: Annotated[
        UsedShare | None,
        Column(
            "Opex used",
            formula="IF({opex_budget}+{opex_carried}=0,0,{opex}/({opex_budget}+{opex_carried}))",
            masking="prices",
        ),
    ] = None
    all_paid: Annotated[Money, Column("Total", formula="{capex}+{opex}", total=True)]
    total_budget: Annotated[Money | None, Column("Total budget", total=True)] = None
    total_carried: Annotated[
        Money | None, Column("Total carried over", note=CARRIED, optional=True)
    ] = None
    total_headroom: Annotated[
        Money | None,
        Column("Total headroom", formula="{total_budget}+{total_carried}-{all_paid}"),
    ] = None
    total_used: Annotated[
        UsedShare | None,
        Column(
            "Total used",
            formula="IF({total_budget}+{total_carried}=0,0,"
            "{all_paid}/({total_budget}+{total_carried}))",
            masking="prices",
        ),
    ] = None


def tabulate(plan: Plan) -> Table:
    """Return the payments of every period, in order of time."""
    return Table(BudgetLine, [line for path in plan.paths for line in _lines(path)])


def _lines(path: Path) -> Iterator[BudgetLine]:
    energy = dict.fromkeys(path.case.horizon.labels, 0.0)
    for charge in path.charges:
        if charge.part is Part.ENERGY:
            energy[charge.period] += charge.amount
    figures: dict[str, dict[str, float | None]] = {label: {} for label in energy}
    paid: dict[tuple[str, str], float] = {}
    for use in path.budgets:
        paid[use.name, use.period] = use.paid
        figures[use.period] |= {
            f"{use.name}_budget": use.budget,
            f"{use.name}_carried": use.carried,
            f"{use.name}_headroom": use.headroom,
            f"{use.name}_used": use.used,
        }
    for label, of_budgets in figures.items():
        yield BudgetLine(
            period=label,
            scenario=path.scenario,
            capex=paid["capex", label],
            energy=energy[label],
            opex=paid["opex", label],
            all_paid=paid["total", label],
            **of_budgets,
        )
