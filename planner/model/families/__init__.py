"""FAMILIES: one rule a file, in the order in which they are built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from planner.case.case import Case
from planner.model.decisions import Decisions
from planner.model.families import (
    budget,
    capacity,
    clusters,
    cost,
    demand,
    energy,
    installed,
    offer_terms,
    order_sizes,
    rebates,
    requirements,
    rules,
    site,
    site_loss,
    usage,
)
from planner.model.ledger import Ledgers
from planner.model.section import Section
from planner.plan.checks import Check
from planner.plan.path import Path


class Family(Protocol):
    """A rule: its maths in the module's docstring, its algebra, and its arithmetic."""

    __name__: str
    __doc__: str | None

    def build(self, section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
        """Add the rule's rows to its section, and post its lines to the ledgers."""

    def check(self, case: Case, path: Path) -> Iterator[Check]:
        """Restate the rule in plain arithmetic on a plan's facts, as it goes in one scenario."""


FAMILIES: tuple[Family, ...] = (
    offer_terms,
    order_sizes,
    rebates,
    installed,
    usage,
    capacity,
    clusters,
    site_loss,
    demand,
    site,
    energy,
    requirements,
    rules,
    budget,
    cost,
)
