"""What holds between the plans of two workbooks, through the command line and back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.case.case import Case
from tests.metamorphic.cases import NAMES, answer_named, answer_to, rows_named, rows_of
from tests.metamorphic.offers_and_rules import PREFIX
from tests.metamorphic.program import INFINITE, Answer
from tests.metamorphic.relations import (
    NO_MORE,
    SAME_COST,
    SAME_ORDERS,
    TWICE_THE_COST,
    Relation,
)
from tests.strategies import small_cases

FACTORS = dict.fromkeys(SAME_COST, 1.0) | dict.fromkeys(TWICE_THE_COST, 2.0)
OF_AN_ORDER = ("Offer", "Site", "Period", "Packs", "Units", "Scenario")
LEAST_CASES, MOST_CASES = 2, 3

few = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def pairs(relations: Sequence[Relation]) -> list[tuple[str, Relation]]:
    """Return some of the cases that each relation says something about, others for each."""
    found = []
    for place, relation in enumerate(relations):
        told = [name for name in NAMES if relation(rows_named(name)) is not None]
        turned = [*told[place % len(told) :], *told[: place % len(told)]]
        found += [(name, relation) for name in turned[:MOST_CASES]]
    return found


def orders(answer: Answer) -> list[tuple[object, ...]]:
    """Return what is ordered, without the words that another name may bring."""
    lines = ([line[name] for name in OF_AN_ORDER] for line in answer.lines)
    return sorted(tuple(str(one).replace(PREFIX, "") for one in line) for line in lines)


@pytest.mark.parametrize("relation", [*FACTORS, *NO_MORE])
def test_each_relation_speaks_of_several_cases(relation: Relation) -> None:
    """No relation holds only because there is nothing that it says."""
    rows = [(rows_named(name), relation(rows_named(name))) for name in NAMES]
    told = [(one, other) for one, other in rows if other is not None]
    assert len(told) >= LEAST_CASES
    assert any(one != other for one, other in told)


@pytest.mark.parametrize(("name", "relation"), pairs(list(FACTORS)))
def test_the_cost_is_a_known_multiple(name: str, relation: Relation) -> None:
    """The plan costs as much, or as many times as much, to nine digits."""
    rows = relation(rows_named(name))
    assert rows is not None
    wanted = FACTORS[relation] * answer_named(name).cost
    assert answer_to(rows).cost == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("name", "relation"), pairs(NO_MORE))
def test_the_cost_is_no_more(name: str, relation: Relation) -> None:
    """The plan costs as much or less, to nine digits."""
    rows = relation(rows_named(name))
    assert rows is not None
    most = answer_named(name).cost
    assert answer_to(rows).cost <= most + 1e-9 * max(1.0, abs(most))


@pytest.mark.parametrize(("name", "relation"), pairs(SAME_ORDERS))
def test_the_orders_are_the_same(name: str, relation: Relation) -> None:
    """The same packs are ordered from the same offers, for the same sites and periods."""
    rows = relation(rows_named(name))
    assert rows is not None
    assert orders(answer_to(rows)) == orders(answer_named(name))


@pytest.mark.parametrize("name", NAMES[:4])
def test_threads_do_not_change_the_cost(name: str) -> None:
    """One thread finds a plan of the same cost as two."""
    one, two = (answer_to(rows_named(name), "--threads", str(count)) for count in (1, 2))
    assert one.cost == pytest.approx(two.cost, rel=1e-9, abs=1e-9)


@settings(few, max_examples=12)
@given(case=small_cases(), relation=st.sampled_from([*FACTORS, *NO_MORE]))
def test_relations_hold_for_random_cases(case: Case, relation: Relation) -> None:
    """They do for cases of every kind too, those that no plan can meet among them."""
    rows = rows_of(case)
    other = relation(rows)
    assume(other is not None)
    assert other is not None
    before, after = answer_to(rows).cost, answer_to(other).cost
    if relation in FACTORS:
        assert after == pytest.approx(FACTORS[relation] * before, rel=1e-6, abs=1e-6)
    else:
        assert after <= before + 1e-6 * max(1.0, abs(before) if before < INFINITE else 1.0)
