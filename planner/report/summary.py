"""Summary: the decision on one page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

from planner.plan.charges import Budget, Part
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.report.foresight import foresight
from planner.report.table import Figure, FigureKind, Table
from planner.report.warnings import alarm, warnings
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
    sections = (_decision, _outcome, _cost, _cash, _service, _uncertainty)
    return Table(SummaryFigure, [figure for section in sections for figure in section(plan)])


def decide(plan: Plan) -> str:
    """Return the decision in a sentence: none where a check of the plan fails."""
    if sentence := alarm(plan):
        return sentence
    case, currency = plan.case, plan.case.settings.currency
    if not plan.orders:
        if not any(service.demand for path in plan.paths for service in path.services):
            return "Order nothing: no work is asked for."
        return "Order nothing: what is installed and rented by the hour does all the work."
    days = timedelta(days=case.settings.processing_days)
    certain = [order for order in plan.orders if not order.node]
    depending = len(plan.orders) - len(certain)
    first = min(case.slots[order.offer][order.delivered].order_date for order in plan.orders)
    paid = plan.expected(_paid_for_orders)
    words = "over the horizon" if not case.tree.has_branches else "expected over the horizon"
    then = f"{paid:,.0f} {currency} {words}; raise the first by {first - days}."
    if not certain:
        return f"Wait: {_depend(_count(depending, 'order'), depending)}; {then}"
    units = sum(order.packs * case.offer[order.offer].pack_size for order in certain)
    vendors = {case.offer[order.offer].vendor for order in certain}
    more = f" {_depend(_count(depending, 'more order'), depending)}." if depending else ""
    return (
        f"Place {_count(len(certain), 'order')} for {_count(units, 'unit')} with "
        f"{_count(len(vendors), 'vendor')}, {then}{more}"
    )


def _depend(orders: str, number: int) -> str:
    return f"{orders} {'depends' if number == 1 else 'depend'} on which scenario comes true"


def _paid_for_orders(path: Path) -> float:
    return sum(
        charge.amount
        for charge in path.charges
        if charge.offer and charge.part is Part.RESOURCE and charge.budget is not Budget.NONE
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
    note = f"{currency}, discounted to plan start{risk_words(plan)}"
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


def risk_words(plan: Plan) -> str:
    """Return how a plan's objective is more than its expected cost; "" where it is not."""
    settings = plan.case.settings
    if not (plan.case.tree.has_branches and settings.risk_weight):
        return ""
    return (
        f", {settings.risk_weight:.0%} of it the mean of the worst "
        f"{1.0 - settings.risk_level:.0%} of the scenarios"
    )


def _cost(plan: Plan) -> Iterator[SummaryFigure]:
    notes = {
        Part.RESOURCE: "C_r·R: upfront, landed and monthly prices, fees, the fleet's monthly cost, "
        "less rebates",
        Part.ENERGY: "C_e·E: energy and carbon price of metered sites",
        Part.COMPUTE: "C_p·P: hourly prices",
        Part.SHORTAGE: "penalties for demand not served",
        Part.RESIDUAL: "credited: book value of purchases at the end of the horizon",
    }
    settings = plan.case.settings
    weighed = ""
    if plan.case.tree.has_branches:
        weighed = ", weighed by risk" if settings.risk_weight else ", expected"
    yield _section(f"Cost ({settings.currency}, discounted{weighed})")
    for part, note in notes.items():
        yield _figure(part.value, part.value.capitalize(), plan.cost[part], note=note)
    formula = "{resource}+{energy}+{compute}+{shortage}-{residual}"
    note = "resource + energy + compute + shortage − residual"
    yield _figure("sum", "Sum", plan.objective, note=note, formula=formula)


def _cash(plan: Plan) -> Iterator[SummaryFigure]:
    def paid(budget: Budget) -> float:
        return plan.expected(
            lambda path: sum(paid for (whose, _), paid in path.spend.items() if whose is budget)
        )

    capex, opex = paid(Budget.CAPEX), paid(Budget.OPEX)
    left = plan.expected(lambda path: _charged(path, "residual value"))
    back = -plan.expected(lambda path: _charged(path, "rebate"))
    weighed = ", expected" if plan.case.tree.has_branches else ""
    yield _section(f"Cash ({plan.case.settings.currency}, not discounted{weighed})")
    yield _figure("capex", "Capex", capex, note="purchases with landed cost")
    yield _figure("opex", "Opex", opex, note="all other payments, energy included")
    cash = "{capex}+{opex}"
    if back:
        note = "vendors give back at the end of the horizon"
        yield _figure("rebates", "Rebates", back, note=note)
        cash += "-{rebates}"
    yield _figure("cash", "Cash", capex + opex - back, formula=cash)
    yield _figure("left", "Book value left", left, note="at the end of the horizon")
    note = "what the horizon uses up"
    net = capex + opex - back - left
    yield _figure("net", "Net of book value", net, note=note, formula="{cash}-{left}")


def _service(plan: Plan) -> Iterator[SummaryFigure]:
    yield _section("Service")
    asked = [(one, path.scenario) for path in plan.paths for one in path.services if one.demand]
    if asked:
        worst, scenario = min(asked, key=lambda pair: pair[0].coverage)
        note = f"{worst.workload} in {worst.period}" if worst.short else "all demand is served"
        note += f", scenario {scenario}" if worst.short and scenario else ""
        yield _figure("coverage", "Worst coverage", worst.coverage, "share", note=note)
    there, worked = plan.expected(_unit_hours_there), plan.expected(_unit_hours_worked)
    if there:
        note = "unit-hours at work over unit-hours in service"
        yield _figure("utilisation", "Utilisation of units", worked / there, "share", note=note)
    kwh = plan.expected(lambda path: sum(drawn.kwh for drawn in path.energy))
    carbon = plan.expected(lambda path: sum(drawn.carbon for drawn in path.energy))
    yield _figure("kwh", "Energy (kWh)", kwh, "whole", note="of metered sites")
    yield _figure("carbon", "Carbon (kg)", carbon, "whole", note="of that energy")


def _charged(path: Path, name: str) -> float:
    return sum(charge.amount for charge in path.charges if charge.name == name)


def _unit_hours_there(path: Path) -> float:
    hours = path.case.horizon.hours
    return sum(stock.installed * hours[label] for (_, label), stock in path.stock.items())


def _unit_hours_worked(path: Path) -> float:
    horizon = path.case.horizon
    return sum(
        use.units * horizon.slice_hours(use.period, horizon.by_slice[use.slice])
        for use in path.uses
        if not use.pool.is_elastic
    )


def _uncertainty(plan: Plan) -> Iterator[SummaryFigure]:
    """Yield what the scenarios cost, and what knowing and planning for them are worth."""
    if not plan.case.tree.has_branches:
        return
    yield _section(f"Uncertainty ({plan.case.settings.currency}, discounted)")
    mean = plan.expected(lambda path: path.total)
    yield _figure("mean", "Expected cost", mean, note="over the scenarios")
    for rank, pick in (("Cheapest", min), ("Dearest", max)):
        path = pick(plan.paths, key=lambda one: one.total)
        yield _figure(rank, f"{rank} scenario", path.total, note=path.scenario)
    for name, amount, sentence in foresight(plan):
        yield _figure(name, name, amount, note=sentence)
