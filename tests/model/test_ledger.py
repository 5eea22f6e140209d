"""Ledgers: open sums to which many families post, and which one family closes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Any

import pytest
from pyomo.environ import Block, ConcreteModel, Var

from planner.model.bounds import Bounds
from planner.model.decisions import decide
from planner.model.families import FAMILIES, budget, cost, energy, offer_terms, usage
from planner.model.ledger import Ledger, LedgerClosedError, Ledgers
from planner.model.linear import total
from planner.model.pools import tabulate_pools
from tests.builders import buy, case, cloud, gpu, hall, rent


@pytest.fixture
def model() -> ConcreteModel:
    """Return a model with one variable x."""
    made = ConcreteModel()
    made.x = Var()
    return made


def test_postings_to_one_key_add_up(model: ConcreteModel) -> None:
    """3x, a constant of 5 and twice (x + 1) are 3x + 2x + 7 in Q1; nothing is in Q2."""
    ledger: Ledger[str] = Ledger("money")

    ledger.post("Q1", 3.0, model.x)
    ledger.post_constant("Q1", 5.0)
    ledger.post_sum("Q1", total([(1.0, model.x)], constant=1.0), 2.0)

    sums = ledger.close()
    assert list(sums) == ["Q1"]
    assert (sums["Q1"].coefficients, sums["Q1"].constant) == ([3.0, 2.0], 7.0)


@pytest.mark.parametrize(
    "post",
    [
        lambda ledger, x: ledger.post("Q1", 1.0, x),
        lambda ledger, _: ledger.post_constant("Q1", 1.0),
        lambda ledger, x: ledger.post_sum("Q1", total([(1.0, x)])),
    ],
)
def test_posting_after_closing_raises(
    post: Callable[[Ledger[str], Any], None], model: ConcreteModel
) -> None:
    """What comes too late would be in no budget: the error names the ledger and the key."""
    ledger: Ledger[str] = Ledger("money")
    ledger.close()

    with pytest.raises(LedgerClosedError, match="the ledger of money is closed; Q1 came too late"):
        post(ledger, model.x)


def test_a_closed_ledger_can_be_read_again() -> None:
    """Budget and cost both read the lines of money."""
    ledger: Ledger[str] = Ledger("money")
    ledger.post_constant("Q1", 1.0)

    assert ledger.close() is ledger.close()


@pytest.mark.parametrize(
    ("late", "closer"), [(offer_terms, budget), (usage, energy), (energy, cost)]
)
def test_a_family_out_of_order_raises(late: Any, closer: Any) -> None:
    """Each family that posts must stand before the one that closes; else nothing is built."""
    metered = case(buy(), rent(), hardware=(gpu(power=1.0),), sites=(hall(pue=1.0), cloud(pue=1.0)))
    model, ledgers = ConcreteModel(), Ledgers()
    model.decisions = Block()
    decisions = decide(model.decisions, tabulate_pools(metered), Bounds(metered))
    first = [*takewhile(lambda one: one is not late and one is not closer, FAMILIES), closer]
    for family in first:
        block = Block()
        model.add_component(family.__name__, block)
        family.build(block, metered, decisions, ledgers)
    model.late = Block()

    with pytest.raises(LedgerClosedError):
        late.build(model.late, metered, decisions, ledgers)
