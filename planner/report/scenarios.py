"""Scenarios: what the plan comes to in each, and what knowing and planning are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import create_model

from planner.plan.charges import Budget, Part
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.report.foresight import foresight
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import SignedNumber

Measure = tuple[str, str, Callable[[Path], float], str]
"""Name, unit, how it is measured in a scenario, and its meaning."""


class ScenarioLine(Row):
    """One figure of the plan in every scenario; `kind_of` adds a column for each."""

    sheet: ClassVar[Sheet] = Sheet(
        "Scenarios",
        "情景",
        "What the plan comes to in each scenario, and expected over all.",
        key=("figure",),
        optional=True,
    )


def kind_of(scenarios: tuple[str, ...]) -> type[Row]:
    """Return the class of the sheet's rows, with one column a scenario."""
    number = Annotated[
        SignedNumber | None,
        Column("Expected", note="over the scenarios", width=18, masking="prices"),
    ]
    fields: dict[str, Any] = {
        "figure": (Annotated[str, Column("Figure", width=30)], ...),
        "unit": (Annotated[str, Column("Unit", width=16, masking="open")], ""),
    }
    for place, name in enumerate(scenarios):
        header = Column(f"Scenario {name}", width=18, masking="prices")
        fields[f"scenario_{place}"] = (Annotated[SignedNumber | None, header], None)
    fields["expected"] = (number, None)
    fields["meaning"] = (Annotated[str, Column("Meaning", width=60)], "")
    made: type[Row] = create_model("ScenarioLine", __base__=ScenarioLine, **fields)
    return made


def tabulate(plan: Plan) -> Table:
    """Return the figures of every scenario, and the value of foresight."""
    kind = kind_of(plan.case.tree.names)
    has_rows = plan.case.tree.has_branches
    return Table(kind, [kind(**values) for values in _values(plan)] if has_rows else [])


def _values(plan: Plan) -> Iterator[dict[str, Any]]:
    likely = plan.case.tree.probability
    shares = [100.0 * likely[path.scenario] for path in plan.paths]
    yield _line("Probability", "%", shares, None, "normalised")
    for name, unit, measure, meaning in _measures(plan):
        figures = [measure(path) for path in plan.paths]
        yield _line(name, unit, figures, plan.expected(measure), meaning)
    coverage = [100.0 * _worst_coverage(path) for path in plan.paths]
    yield _line("Worst coverage", "%", coverage, None, "share of demand served, at worst")
    currency = plan.case.settings.currency
    risk = ", weighed with its risk" if plan.case.settings.risk_weight else ""
    meaning = f"what the plan minimises: the expected cost{risk}"
    yield _line("Objective", currency, (), plan.objective, meaning)
    for name, amount, sentence in foresight(plan):
        yield _line(name, currency, (), amount, sentence)


def _line(
    figure: str, unit: str, figures: Any, expected: float | None, meaning: str
) -> dict[str, Any]:
    by_scenario = {f"scenario_{place}": value for place, value in enumerate(figures)}
    return {"figure": figure, "unit": unit, "expected": expected, "meaning": meaning} | by_scenario


def _measures(plan: Plan) -> Iterator[Measure]:
    currency = plan.case.settings.currency
    yield "Cost", currency, lambda path: path.total, "discounted"
    for part in Part:
        sign = "credited at the end" if part is Part.RESIDUAL else "discounted"
        yield part.value.capitalize(), currency, _of_part(part), sign
    yield "Capex", currency, _paid_by(Budget.CAPEX), "not discounted"
    yield "Opex", currency, _paid_by(Budget.OPEX), "not discounted"
    yield "Rentals", currency, _rentals, "hourly prices, not discounted"
    yield "Units ordered", "units", _units, "of all orders"
    yield (
        "Units of its own orders",
        "units",
        lambda path: _units(path, own=True),
        "of orders that depend on which scenario comes true",
    )
    meaning = "of metered sites"
    yield "Energy drawn", "kWh", lambda path: sum(one.kwh for one in path.energy), meaning


def _of_part(part: Part) -> Callable[[Path], float]:
    return lambda path: path.cost[part]


def _paid_by(budget: Budget) -> Callable[[Path], float]:
    return lambda path: sum(amount for (whose, _), amount in path.spend.items() if whose is budget)


def _rentals(path: Path) -> float:
    return sum(one.amount for one in path.charges if one.part is Part.COMPUTE)


def _units(path: Path, *, own: bool = False) -> float:
    offer = path.case.offer
    return sum(
        order.packs * offer[order.offer].pack_size for order in path.orders if order.node or not own
    )


def _worst_coverage(path: Path) -> float:
    return min((one.coverage for one in path.services if one.demand), default=1.0)
