"""Audit: every family's rule compared with a plan, in plain arithmetic."""

from __future__ import annotations

from dataclasses import replace

from planner.model.families import FAMILIES
from planner.plan.plan import Plan


def audit(plan: Plan) -> Plan:
    """Return the plan with the checks of all families on its facts."""
    checks = tuple(check for family in FAMILIES for check in family.check(plan.case, plan))
    return replace(plan, checks=checks)
