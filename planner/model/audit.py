"""Audit: every family's rule compared with a plan, in plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from planner.model.families import FAMILIES
from planner.model.families.cost import check_outcome
from planner.plan.checks import Check, worst_of
from planner.plan.plan import Plan


def audit(plan: Plan) -> Plan:
    """Return the plan with the checks of all families on its facts, in every scenario."""
    checks = [*_checks(plan), *check_outcome(plan.case, plan)]
    return replace(plan, checks=tuple(checks))


def _checks(plan: Plan) -> Iterator[Check]:
    for family in FAMILIES:
        on_paths: Iterable[tuple[Check, ...]] = zip(
            *(family.check(plan.case, path) for path in plan.paths), strict=True
        )
        for same_rule in on_paths:
            yield worst_of(same_rule, [path.scenario for path in plan.paths])
