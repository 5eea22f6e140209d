"""Dominance: what is dropped changes no least cost, nor whether there is a plan at all."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import assume, given, settings

from planner.case.case import Case
from planner.errors import NoPlanError
from planner.search import strategy
from planner.search.options import Options
from planner.search.presolve.dominance import drop_dominated
from planner.search.strategy import find_plan
from tests.oracle import least_cost
from tests.search.presolve.alike import with_alike, with_alike_sites
from tests.strategies import small_cases, tiny_cases


def _found(of: Case) -> float | None:
    """Return the least cost as the search finds it; None where no plan can exist."""
    try:
        plan = find_plan(of, Options(gap=0.0))
    except NoPlanError as none:
        if not none.infeasible:
            raise
        return None
    assert plan.passed
    assert plan.case is of
    return plan.outcome.objective


def _expected(of: Case) -> float | None:
    """Return the least cost as the oracle finds it; None where no plan can exist."""
    answer = least_cost(of)
    return None if answer is None else answer.objective


def _are_one(*costs: float | None) -> bool:
    if None in costs:
        return set(costs) == {None}
    return all(cost == pytest.approx(costs[0], rel=1e-6, abs=1e-6) for cost in costs)


def _check(of: Case) -> None:
    """Find the least cost with and without what is dominated, by the search and the oracle."""
    smaller = drop_dominated(of)
    assume(smaller is not of)
    dropped = _found(of)
    with patch.object(strategy, "drop_dominated", lambda case: case):
        kept = _found(of)
    assert _are_one(dropped, kept, _expected(of), _expected(smaller))


@settings(max_examples=12, deadline=None)
@given(with_alike(small_cases()))
def test_dominated_offers_change_no_cost(of: Case) -> None:
    """Offers made of others, each with a price or a term or two changed."""
    _check(of)


@settings(max_examples=10, deadline=None)
@given(with_alike_sites(small_cases()))
def test_dominated_sites_change_no_cost(of: Case) -> None:
    """Sites made of others, for which mostly the same is offered."""
    _check(of)


@settings(max_examples=10, deadline=None)
@given(with_alike(with_alike_sites(tiny_cases())))
def test_dominated_offers_and_sites_change_no_cost(of: Case) -> None:
    """Both at once: what one leaves may be dominated by the other."""
    _check(of)
