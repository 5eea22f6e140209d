"""Checks: a rule compared with a plan, line by line, in plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite
from sys import float_info
from typing import Literal

TOLERANCE = 1e-6
"""How far a line may miss its limit, as a share of the larger of the two."""


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison of a value with its limit.

    Attributes
    ----------
    where : what is compared, in the names of the case
    value, limit : in the check's unit
    sense : how they must compare
    """

    where: str
    value: float
    sense: Literal["<=", ">=", "="]
    limit: float

    @property
    def excess(self) -> float:
        """By how much the limit is missed; 0 or below where it holds."""
        if self.sense == "<=":
            return self.value - self.limit
        if self.sense == ">=":
            return self.limit - self.value
        return abs(self.value - self.limit)


@dataclass(frozen=True, slots=True)
class Check:
    """What came of one rule: its worst line, and whether all its lines hold.

    Attributes
    ----------
    family : the rule's family
    rule : the rule in a sentence
    unit : of value, limit and violation
    compared : how many lines were compared
    worst : the line nearest to or furthest beyond its limit; None without lines
    violation : by how much the worst line misses its limit, 0 where it holds
    passed : no line misses its limit by more than `TOLERANCE`
    """

    family: str
    rule: str
    unit: str
    compared: int
    worst: Line | None
    violation: float
    passed: bool


def judge(family: str, rule: str, unit: str, lines: Iterable[Line], *, least: float = 1.0) -> Check:
    """Return what comes of a rule.

    Parameters
    ----------
    family, rule, unit : as in `Check`
    lines : every comparison that the rule asks for
    least : the smallest size that matters, in the rule's unit; a limit below it, such as
        zero, is held to `TOLERANCE` × this
    """
    compared = 0
    worst: Line | None = None
    largest = float("-inf")
    for line in lines:
        compared += 1
        share = line.excess / max(abs(line.limit), abs(line.value), least)
        if not isfinite(share):  # what cannot be compared does not hold
            share = inf
        if share > largest:
            worst, largest = line, share
    violation = max(0.0, worst.excess) if worst else 0.0
    if not isfinite(violation):
        violation = float_info.max
    return Check(family, rule, unit, compared, worst, violation, passed=largest <= TOLERANCE)


def worst_of(checks: Sequence[Check], scenarios: Sequence[str]) -> Check:
    """Return one check for a rule that was compared in several scenarios.

    Parameters
    ----------
    checks : of one rule, one for each scenario
    scenarios : their names; "" where there are none
    """
    worst, scenario = max(
        zip(checks, scenarios, strict=True),
        key=lambda pair: (not pair[0].passed, pair[0].violation),
    )
    line = worst.worst
    if line is not None and scenario:
        line = replace(line, where=f"{line.where}, scenario {scenario}")
    compared = sum(check.compared for check in checks)
    return replace(worst, compared=compared, worst=line)
