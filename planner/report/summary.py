"""Summary: the decision on one page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

from planner.plan.charges import Budget, Part
from planner.plan.plan import Plan
from planner.report.table import Figure, FigureKind, Table
from planner.report.warnings import warnings
from planner.row import Sheet


class SummaryFigure(Figure):
    """A figure of the plan as a whole."""

    sheet: ClassVar[Sheet] = Sheet(
        "Summary",
        "摘要",
        "The decision, its cost, and what needs a decision.",
        layout="settings",
        key=("name",),
    )


def tabulate(plan: Plan) -> Table:
    """Return the figures of a plan as a whole."""
    sections = (_decision, _outcome, _cost, _cash, _service)
    return Table(SummaryFigure, [figure for section in sections for figure in section(plan)])


def decide(plan: Plan) -> str:
    """Return the decision in a sentence."""
    case, currency = plan.case, plan.case.settings.currency
    if not plan.orders:
        if not any(service.demand for service in plan.services):
            return "Order nothing: no work is asked for."
        return "Order nothing: what is installed and rented by the hour does all the work."
    days = timedelta(days=case.settings.processing_days)
    units = sum(order.packs * case.offer[order.offer].pack_size for order in plan.orders)
    vendors = {case.offer[order.offer].vendor for order in plan.orders}
    first = min(case.slots[order.offer][order.delivered].order_date for order in plan.orders)
    paid = sum(
        charge.amount
        for charge in plan.charges
        if charge.offer and charge.part is Part.RESOURCE and charge.budget is not Budget.NONE
    )
    return (
        f"Place {_count(len(plan.orders), 'order')} for {_count(units, 'unit')} with "
        f"{_count(len(vendors), 'vendor')}, {paid:,.0f} {currency} over the horizon; "
        f"raise the first by {first - days}."
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _figure(
    key: str,
    name: str,
    value: float | str | None,
    kind: FigureKind = "money",
    *,
    note: str = "",
    formula: str = "",
) -> SummaryFigure:
    return SummaryFigure(key=key, name=name, value=value, kind=kind, note=note, formula=formula)


def _section(name: str) -> SummaryFigure:
    return SummaryFigure(key=f"section {name}", kind="section", name=name)


def _decision(plan: Plan) -> Iterator[SummaryFigure]:
    name = plan.case.settings.plan_name
    yield _section(name or "Purchase plan")
    yield _figure("decision", "Decision", decide(plan), "text")
    for number, sentence in enumerate(warnings(plan), start=1):
        yield _figure(f"warning {number}", f"Needs a decision ({number})", sentence, "text")


def _outcome(plan: Plan) -> Iterator[SummaryFigure]:
    outcome = plan.outcome
    currency = plan.case.settings.currency
    yield _section("Outcome")
    yield _figure("status", "Status", outcome.status.value, "text")
    yield _figure("reason", "Why the search stopped", outcome.reason, "text")
    note = f"{currency}, discounted to plan start"
    yield _figure("objective", "Objective", outcome.objective, note=note)
    yield _figure("bound", "Bound", outcome.bound, note="no plan can cost less")
    if outcome.bound is not None and outcome.objective is not None:
        left = outcome.objective - outcome.bound
        note = "what a better plan could save at most"
        formula = "{objective}-{bound}"
        yield _figure("saving", "Gap in money", left, note=note, formula=formula)
        note = "share of the objective"
        formula = "IF({objective}=0,0,{saving}/ABS({objective}))"
        yield _figure("gap", "Gap", outcome.gap, "share", note=note, formula=formula)
    passed = sum(check.passed for check in plan.checks)
    checked = f"{passed} of {len(plan.checks)} pass"
    yield _figure("checks", "Checks", checked, "text", note="sheet Checks")


def _cost(plan: Plan) -> Iterator[SummaryFigure]:
    notes = {
        Part.RESOURCE: "C_r·R: upfront, landed and monthly prices, the fleet's monthly cost",
        Part.ENERGY: "C_e·E: energy and carbon price of metered sites",
        Part.COMPUTE: "C_p·P: hourly prices",
        Part.SHORTAGE: "penalties for demand not served",
        Part.RESIDUAL: "credited: book value of purchases at the end of the horizon",
    }
    yield _section(f"Cost ({plan.case.settings.currency}, discounted)")
    for part, note in notes.items():
        yield _figure(part.value, part.value.capitalize(), plan.cost[part], note=note)
    formula = "{resource}+{energy}+{compute}+{shortage}-{residual}"
    note = "resource + energy + compute + shortage − residual"
    yield _figure("sum", "Sum", plan.objective, note=note, formula=formula)


def _cash(plan: Plan) -> Iterator[SummaryFigure]:
    def paid(budget: Budget) -> float:
        return sum(amount for (whose, _), amount in plan.spend.items() if whose is budget)

    capex, opex = paid(Budget.CAPEX), paid(Budget.OPEX)
    left = sum(charge.amount for charge in plan.charges if charge.part is Part.RESIDUAL)
    yield _section(f"Cash ({plan.case.settings.currency}, not discounted)")
    yield _figure("capex", "Capex", capex, note="purchases with landed cost")
    yield _figure("opex", "Opex", opex, note="all other payments, energy included")
    yield _figure("cash", "Cash", capex + opex, formula="{capex}+{opex}")
    yield _figure("left", "Book value left", left, note="at the end of the horizon")
    note = "what the horizon uses up"
    net = capex + opex - left
    yield _figure("net", "Net of book value", net, note=note, formula="{cash}-{left}")


def _service(plan: Plan) -> Iterator[SummaryFigure]:
    yield _section("Service")
    asked = [one for one in plan.services if one.demand]
    if asked:
        worst = min(asked, key=lambda one: one.coverage)
        note = f"{worst.workload} in {worst.period}" if worst.short else "all demand is served"
        yield _figure("coverage", "Worst coverage", worst.coverage, "share", note=note)
    horizon = plan.case.horizon
    there = sum(stock.installed * horizon.hours[label] for (_, label), stock in plan.stock.items())
    worked = sum(
        use.units * horizon.slice_hours(use.period, horizon.by_slice[use.slice])
        for use in plan.uses
        if not use.pool.is_elastic
    )
    if there:
        note = "unit-hours at work over unit-hours in service"
        yield _figure("utilisation", "Utilisation of units", worked / there, "share", note=note)
    kwh = sum(drawn.kwh for drawn in plan.energy)
    carbon = sum(drawn.carbon for drawn in plan.energy)
    yield _figure("kwh", "Energy (kWh)", kwh, "whole", note="of metered sites")
    yield _figure("carbon", "Carbon (kg)", carbon, "whole", note="of that energy")
