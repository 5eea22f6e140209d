"""Rules: what each side rule measures, against its limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from planner.case.rules import Metric
from planner.plan.measures import measure_plan, window_name, windows
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.report.table import Table
from planner.row import Column, Row, Sheet
from planner.units import Share, SignedNumber


class RuleLine(Row):
    """One rule in one of its windows."""

    sheet: ClassVar[Sheet] = Sheet(
        "Rules",
        "规则",
        "What each rule of the input measures of the plan, against its limits.",
        key=("rule", "window", "scenario"),
        optional=True,
    )
    rule: Annotated[str, Column("Rule", width=28, masking="rules")]
    metric: Annotated[Metric, Column("Metric", width=16)]
    window: Annotated[
        str, Column("Window", note="the periods that count at once", width=18, masking="open")
    ]
    scenario: Annotated[str, Column("Scenario", optional=True, width=14, masking="open")] = ""
    value: Annotated[
        SignedNumber, Column("Value", note="of what the filters let through", masking="prices")
    ]
    least: Annotated[SignedNumber | None, Column("Min", masking="prices")] = None
    most: Annotated[SignedNumber | None, Column("Max", masking="prices")] = None
    everything: Annotated[
        SignedNumber | None,
        Column("Without filters", note="only with a Max share", optional=True, masking="prices"),
    ] = None
    share: Annotated[Share | None, Column("Share", optional=True, masking="prices")] = None
    max_share: Annotated[Share | None, Column("Max share", optional=True, masking="prices")] = None


def tabulate(plan: Plan) -> Table:
    """Return every rule in each of its windows, in the order of the rules."""
    return Table(RuleLine, [line for path in plan.paths for line in _lines(path)])


def _lines(path: Path) -> Iterator[RuleLine]:
    case = path.case
    for (name, rule), window in windows(case):
        value = measure_plan(case, path, rule, window)
        everything = None
        if rule.max_share is not None:
            everything = measure_plan(case, path, rule.without_filters(), window)
        yield RuleLine(
            rule=name,
            metric=rule.metric,
            window=window_name(window),
            scenario=path.scenario,
            value=value,
            least=rule.least,
            most=rule.most,
            everything=everything,
            share=min(1.0, value / everything) if everything else None,
            max_share=rule.max_share,
        )
