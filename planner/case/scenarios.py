"""Scenarios: whether they can happen, and each workload's demand is known in each."""

from __future__ import annotations

from collections.abc import Iterator

from planner.case.finance import Scenario, Settings
from planner.case.findings import Finding, Tables, count_unreadable, known_names, rows
from planner.case.workloads import Demand, Workload
from planner.errors import Code


def check_scenarios(tables: Tables) -> Iterator[Finding]:
    """Yield what is wrong with scenarios, their probabilities, and their demand."""
    scenarios = [row for _, row in rows(tables, Scenario)]
    yield from _names(tables)
    if len(scenarios) < len(tables.get(Scenario, ())):
        return
    if scenarios and not any(one.probability for one in scenarios):
        yield Finding(
            Scenario,
            0,
            "probability",
            Code.CONTRADICTION,
            "no scenario has a probability above 0.",
            "a probability for each; they need not sum to 1",
        )
    yield from _risk(tables, scenarios)
    if known_names(tables, "Demand") is not None and not count_unreadable(tables, "Demand"):
        yield from _demand(tables, scenarios)


def _names(tables: Tables) -> Iterator[Finding]:
    for line, row in rows(tables, Scenario):
        if "," in row.scenario:
            yield Finding(
                Scenario,
                line,
                "scenario",
                Code.CONTRADICTION,
                f"'{row.scenario}' has a comma in it, which sets several scenarios apart.",
                "a name without a comma",
            )


def _risk(tables: Tables, scenarios: list[Scenario]) -> Iterator[Finding]:
    for line, settings in rows(tables, Settings):
        if settings.risk_weight and len(scenarios) <= 1:
            yield Finding(
                Settings,
                line,
                "risk_weight",
                Code.NOT_USED_HERE,
                "the risk weight has no effect: there are no scenarios to weigh.",
                hint="Add rows to the sheet Scenarios.",
                severity="warning",
            )


def _demand(tables: Tables, scenarios: list[Scenario]) -> Iterator[Finding]:
    """Find workloads that have rows of some scenarios only, and none for all."""
    asked: dict[str, set[str]] = {}
    for entry in tables.get(Demand, ()):
        if "scenario" not in entry.values:
            return
        asked.setdefault(str(entry.values["workload"]), set()).add(entry.values["scenario"])
    for line, workload in rows(tables, Workload):
        held = asked.get(workload.workload, {""})
        missing = [one.scenario for one in scenarios if one.scenario not in held]
        if "" not in held and (missing or not scenarios):
            where = f" in the scenario '{missing[0]}'" if missing else ""
            yield Finding(
                Workload,
                line,
                "workload",
                Code.DEMAND_MISSING,
                f"'{workload.workload}' has no demand{where}.",
                "a row on Demand without a scenario, or one for each scenario",
            )
