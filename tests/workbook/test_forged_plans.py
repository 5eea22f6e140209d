"""Forged plans: a workbook whose figures all agree, but whose plan breaks one rule.

Each is a good plan with one fact changed, priced and written anew, so that no cell gives
it away; `planner verify` must restate the rule to notice.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import planner
from data.build import CASES, case_of
from planner.model.audit import audit
from planner.plan.plan import Plan
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.workbook.test_verification import verify

Forge = Callable[[Plan], Plan]


def _ordered(offer: str, packs: int, node: str | None = None) -> Forge:
    """Return what orders other packs of an offer, or by another node of the scenario tree."""

    def forge(plan: Plan) -> Plan:
        orders = (
            replace(one, packs=packs, node=one.node if node is None else node)
            if one.offer == offer
            else one
            for one in plan.orders
        )
        return replace(plan, orders=tuple(orders))

    return forge


def _delivered_in(offer: str, label: str) -> Forge:
    def forge(plan: Plan) -> Plan:
        orders = (
            replace(one, delivered=label) if one.offer == offer else one for one in plan.orders
        )
        return replace(plan, orders=tuple(orders))

    return forge


def _at_work(workload: str, site: str, units: float) -> Forge:
    """Return what has other units at work for a workload at a site."""

    def forge(plan: Plan) -> Plan:
        uses = (
            replace(one, units=units) if (one.workload, one.pool.site) == (workload, site) else one
            for one in plan.uses
        )
        return replace(plan, uses=tuple(uses))

    return forge


def _moved(workload: str, onto: str) -> Forge:
    """Return what runs a workload in the pool that another one runs in."""

    def forge(plan: Plan) -> Plan:
        (there,) = [one.pool for one in plan.uses if one.workload == onto]
        uses = (replace(one, pool=there) if one.workload == workload else one for one in plan.uses)
        return replace(plan, uses=tuple(uses))

    return forge


def _held(site: str, units: float) -> Forge:
    def forge(plan: Plan) -> Plan:
        held = (replace(one, units=units) if one.pool.site == site else one for one in plan.held)
        return replace(plan, held=tuple(held))

    return forge


FORGED: dict[str, tuple[str, Forge, set[str]]] = {
    "a min order": ("min_order", _ordered("Wholesale", 3), {"order sizes", "capacity of pools"}),
    "a cluster of too few units": (
        "cluster_units",
        _moved("Training", onto="Serving"),
        {"clusters", "capacity of pools"},
    ),
    "a site that may not be lost": ("site_loss", _held("South hall", 2.5), {"site loss"}),
    "units held twice": ("site_loss", _held("South hall", 3.5), {"site loss"}),
    "a budget before it has grown": ("carry_over", _delivered_in("Buy", "2027Q1"), {"budgets"}),
    "a carbon cap": (
        "carbon_cap_and_price",
        _at_work("Serving", "Coal hall", 3.0),
        {"energy", "capacity of pools"},
    ),
    "a max share of a vendor": ("vendor_concentration", _ordered("Alpha", 7), {"rules"}),
    "the power of a vendor": ("vendor_power", _ordered("Alpha", 4), {"rules"}),
    "demand of one scenario": (
        "order_before_knowing",
        _at_work("Serving", "Cloud", 1.0),
        {"demand"},
    ),
}
"""What is broken: the case, how its plan is changed, and the families whose checks must fail."""


@pytest.mark.parametrize("broken", FORGED)
def test_a_plan_that_breaks_a_rule_is_noticed(broken: str, tmp_path: Path) -> None:
    """Nothing but the rule gives the plan away: every figure follows from its facts."""
    name, forge, families = FORGED[broken]
    forged = forge(find_plan(case_of(CASES[name].tables), Options(gap=0)))
    outcome = replace(forged.outcome, objective=forged.objective, bound=0.0)
    source, path = tmp_path / f"{name}.xlsx", tmp_path / "forged.xlsx"
    shutil.copy(Path("data") / source.name, source)
    planner.write(audit(replace(forged, outcome=outcome)), path, source=source)

    verification = verify(path, source)

    assert not verification.passed
    assert {check.family for check in verification.failed} == families


def test_an_order_of_a_scenario_that_is_not_yet_known_is_noticed(tmp_path: Path) -> None:
    """An order placed before the futures are known apart cannot be for one of them."""
    plan = find_plan(case_of(CASES["order_before_knowing"].tables), Options(gap=0))
    forged = _ordered("Buy", 2, node="high")(plan)
    outcome = replace(forged.outcome, objective=forged.objective, bound=0.0)
    source, path = tmp_path / "order_before_knowing.xlsx", tmp_path / "forged.xlsx"
    shutil.copy(Path("data") / source.name, source)
    planner.write(audit(replace(forged, outcome=outcome)), path, source=source)

    issues = verify(path, source).issues

    assert [(issue.sheet, issue.column, issue.value) for issue in issues] == [
        ("Purchase plan", "Scenario", "high")
    ]


@pytest.mark.parametrize("name", ["price_tiers", "incremental_tiers", "order_fee", "rebates"])
def test_a_price_that_an_order_does_not_reach_is_noticed(name: str, tmp_path: Path) -> None:
    """A plan that claims what its tier, fee or rebate does not give costs other than it says."""
    plan = find_plan(case_of(CASES[name].tables), Options(gap=0))
    assert plan.outcome.objective is not None
    outcome = replace(plan.outcome, objective=plan.outcome.objective - 10.0, bound=0.0)
    source, path = tmp_path / f"{name}.xlsx", tmp_path / "forged.xlsx"
    shutil.copy(Path("data") / source.name, source)
    planner.write(audit(replace(plan, outcome=outcome)), path, source=source)

    assert {check.family for check in verify(path, source).failed} == {"cost"}
