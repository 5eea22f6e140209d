"""Both ways at once, which must agree."""

from __future__ import annotations

import pytest

from planner.case.case import Case
from tests.oracle.answer import Answer
from tests.oracle.ways import least_cost, try_every_plan

FEW_PACKS = 3


def agreed(case: Case, most_packs: int = FEW_PACKS) -> Answer:
    """Return the answer of both ways, which must be one, and the sum of its parts."""
    answer, tried = least_cost(case), try_every_plan(case, most_packs)
    assert answer is not None
    assert tried is not None
    assert tried.objective == pytest.approx(answer.objective)
    for parts in (answer.parts, tried.parts):
        total = sum(parts.values()) - 2 * parts["residual"]
        assert total == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
    return answer


def is_impossible(case: Case, most_packs: int = FEW_PACKS) -> bool:
    """Return whether neither way finds a plan."""
    return [least_cost(case), try_every_plan(case, most_packs)] == [None, None]
