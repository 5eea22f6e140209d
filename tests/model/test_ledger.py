"""Ledgers: open sums to which many families post, and which one family closes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Any

import numpy as np
import pytest
from pyomo.environ import Block, ConcreteModel

from planner.model.bounds import Bounds
from planner.model.decisions import decide
from planner.model.families import FAMILIES, budget, cost, energy, offer_terms, usage
from planner.model.index import index_of
from planner.model.ledger import Ledger, LedgerClosedError, Ledgers, PeriodScenario
from planner.model.linear import Sum, total
from planner.model.pools import tabulate_pools
from planner.model.section import Section
from planner.model.sums import unit
from planner.model.thin import Numbering
from tests.builders import buy, case, cloud, gpu, hall, rent

X, TWICE_X = 0, np.array([0, 0, 0])


def _when(label: str) -> PeriodScenario:
    return PeriodScenario(label, "")


def _cores() -> Ledger[PeriodScenario]:
    return Ledger("cores", PeriodScenario)


def test_postings_to_one_key_add_up() -> None:
    """3x, a constant of 5 and twice (x + 1) are 3x + 2x + 7 in Q1; nothing is in Q2."""
    ledger = _cores()

    ledger.post(_when("Q1"), 3.0, X)
    ledger.post_constant(_when("Q1"), 5.0)
    ledger.post_sum(_when("Q1"), total([(1.0, X)], constant=1.0), 2.0)

    sums = ledger.close()
    assert list(sums.index) == [("Q1", "")]
    assert sums[0] == Sum([3.0, 2.0], [X, X], 7.0)


def test_few_and_many_lines_of_one_key_add_up() -> None:
    """3x posted alone, and x a pool of a set of lines by pool, period and scenario."""
    ledger = _cores()
    axes = {"pool": ("a", "b"), "period": ("Q0", "Q1"), "scenario": ("",)}
    lines = unit(index_of(axes, [("a", "Q1", ""), ("b", "Q1", ""), ("b", "Q0", "")]), TWICE_X)

    ledger.post(_when("Q1"), 3.0, X)
    ledger.post_all(lines)

    sums = ledger.close()
    by_key = {sums.index.key(place): sums[place] for place in range(len(sums))}
    assert sum(by_key["Q1", ""].coefficients) == 5.0
    assert by_key["Q0", ""] == Sum([1.0], [X])


@pytest.mark.parametrize(
    "post",
    [
        lambda ledger: ledger.post(_when("Q1"), 1.0, X),
        lambda ledger: ledger.post_constant(_when("Q1"), 1.0),
        lambda ledger: ledger.post_sum(_when("Q1"), total([(1.0, X)])),
        lambda ledger: ledger.post_all(ledger.close()),
    ],
)
def test_posting_after_closing_raises(post: Callable[[Ledger[PeriodScenario]], None]) -> None:
    """What comes too late would be in no budget: the error names the ledger and the key."""
    ledger = _cores()
    ledger.close()

    with pytest.raises(LedgerClosedError, match=r"the ledger of cores is closed; .*came too late"):
        post(ledger)


def test_a_closed_ledger_can_be_read_again() -> None:
    """Budget and cost both read the lines of money."""
    ledger = _cores()
    ledger.post_constant(_when("Q1"), 1.0)

    assert ledger.close() is ledger.close()


@pytest.mark.parametrize(
    ("late", "closer"), [(offer_terms, budget), (usage, energy), (energy, cost)]
)
def test_a_family_out_of_order_raises(late: Any, closer: Any) -> None:
    """Each family that posts must stand before the one that closes; else nothing is built."""
    metered = case(buy(), rent(), hardware=(gpu(power=1.0),), sites=(hall(pue=1.0), cloud(pue=1.0)))
    model, ledgers, numbering = ConcreteModel(), Ledgers(), Numbering()
    model.decisions = Block()
    section = Section(model.decisions, numbering)
    decisions = decide(section, tabulate_pools(metered), Bounds(metered))
    first = [*takewhile(lambda one: one is not late and one is not closer, FAMILIES), closer]
    for family in first:
        block = Block()
        model.add_component(family.__name__, block)
        family.build(Section(block, numbering), metered, decisions, ledgers)
    model.late = Block()

    with pytest.raises(LedgerClosedError):
        late.build(Section(model.late, numbering), metered, decisions, ledgers)
