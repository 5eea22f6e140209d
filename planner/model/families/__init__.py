"""FAMILIES: one rule a file, in the order in which they are built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from pyomo.core.base.block import BlockData

from planner.case.case import Case
from planner.model.decisions import Decisions
from planner.model.families import (
    budget,
    capacity,
    cost,
    demand,
    energy,
    installed,
    offer_terms,
    requirements,
    site,
    usage,
)
from planner.model.ledger import Ledgers
from planner.plan.checks import Check
from planner.plan.plan import Plan


class Family(Protocol):
    """A rule: its maths in the module's docstring, its algebra, and its arithmetic."""

    __name__: str
    __doc__: str | None

    def build(self, block: BlockData, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
        """Add the rule's rows to its block, and post its lines to the ledgers."""

    def check(self, case: Case, plan: Plan) -> Iterator[Check]:
        """Restate the rule in plain arithmetic on a plan's facts."""


FAMILIES: tuple[Family, ...] = (
    offer_terms,
    installed,
    usage,
    capacity,
    demand,
    site,
    energy,
    requirements,
    budget,
    cost,
)
