"""The oracle on scenarios: what is decided when, in every one of them, and at what risk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Scenario, Settings
from planner.case.offers import PriceTier, Rebate
from planner.case.rules import Metric, SideRule
from planner.case.workloads import Demand
from tests.builders import buy, case, chat, quarters, rent
from tests.oracle.agreed import agreed, is_impossible


def _scenario(name: str, **terms: Any) -> Scenario:
    return Scenario(**{"scenario": name, "probability": 1.0} | terms)


def _low_and_high(**terms: Any) -> tuple[Scenario, ...]:
    """Return two scenarios, of once and three times the demand, each as likely."""
    return (
        _scenario("low", **terms),
        _scenario("high", demand_multiplier=3.0, **terms),
    )


@pytest.mark.parametrize(
    ("penalty", "cost", "packs"),
    [
        (0.15, 250, 1),  # 1 unit, and every second time 2 short at 150
        (0.25, 300, 3),  # 2 short at 250 would make it 350
    ],
)
def test_orders_are_shared_and_shortage_is_not(penalty: float, cost: float, packs: int) -> None:
    """1 or 3 units are asked for, at 100 each; of a probability of 1 and 1, a half each."""
    of = case(buy(), workloads=(chat(shortage_penalty=penalty),), scenarios=_low_and_high())

    answer = agreed(of)

    assert answer.objective == pytest.approx(cost)
    assert answer.orders == {("buy", "hall", "Q1", ""): packs}


def test_an_own_demand_row_wins_over_the_multiplier() -> None:
    """High asks for 2 by its own row, not for 3 × 1; low for its half of 1, and so 1 unit."""
    low = _scenario("low", demand_multiplier=0.5, known_from="Q1")
    high = _scenario("high", demand_multiplier=3.0, known_from="Q1")
    of = case(buy(), scenarios=(low, high))
    own = Demand(workload="chat", scenario="high", rates={"Q1": 2.0})
    all_own = (own, Demand(workload="chat", scenario="low", rates={"Q1": 0.0}))

    assert agreed(replace(of, demand=(*of.demand, own))).objective == pytest.approx(150)
    assert agreed(replace(of, demand=all_own)).objective == pytest.approx(100)


@pytest.mark.parametrize(
    ("known_from", "lead_time", "cost", "orders"),
    [
        ("", 0.0, 300, {("buy", "hall", "Q2", ""): 3}),
        ("Q2", 0.0, 200, {("buy", "hall", "Q2", "low"): 1, ("buy", "hall", "Q2", "high"): 3}),
        # 12 weeks before 1 April is 7 January, when nothing is known
        ("Q2", 12.0, 300, {("buy", "hall", "Q2", ""): 3}),
    ],
)
def test_an_order_knows_what_is_known_in_its_period(
    known_from: str, lead_time: float, cost: float, orders: dict[tuple[str, ...], int]
) -> None:
    """In Q2 1 or 3 units are asked for, at 100 each, and nothing saves an early order."""
    of = case(
        buy(upfront_price=100.0, monthly_price=0.01, lead_time=lead_time),
        demand=(0.0, 1.0),
        periods=quarters(2),
        scenarios=_low_and_high(known_from=known_from),
    )

    answer = agreed(of)

    assert answer.objective == pytest.approx(cost, abs=0.1)
    assert answer.orders == orders


def test_scenarios_not_yet_known_share_a_decision() -> None:
    """Of 1, 2 and 3 units, each a third, only the first is told apart: 1, and 3 for the others."""
    of = case(
        buy(),
        scenarios=(
            _scenario("a", known_from="Q1"),
            _scenario("b", demand_multiplier=2.0),
            _scenario("c", demand_multiplier=3.0),
        ),
    )

    answer = agreed(of)

    assert answer.objective == pytest.approx((100 + 300 + 300) / 3)
    assert answer.orders == {("buy", "hall", "Q1", "a"): 1, ("buy", "hall", "Q1", "b, c"): 3}


def test_a_scenario_alone_is_all_of_them() -> None:
    """One scenario, known from the start, shares its orders with all there are."""
    of = case(buy(), scenarios=(_scenario("only", known_from="Q1", probability=0.25),))

    assert agreed(of).orders == {("buy", "hall", "Q1", ""): 1}
    assert agreed(of).objective == pytest.approx(100)


def test_what_has_no_chance_must_be_possible_too() -> None:
    """High has a probability of 0, so it costs nothing: but its 3 units are bought."""
    low, high = _low_and_high()
    never = (low, high.model_copy(update={"probability": 0.0}))
    of = case(buy(), scenarios=never)

    assert agreed(of).objective == pytest.approx(300)
    assert agreed(case(rent(), scenarios=never)).objective == pytest.approx(1000)
    assert is_impossible(case(rent(max_order=2.0), scenarios=never))


def test_budgets_and_rules_hold_in_every_scenario() -> None:
    """High rents 3 units for 3000; its 1 and 3 of them take no more than 2000 on average."""
    of = case(rent(), scenarios=_low_and_high())
    bought = case(buy(), scenarios=_low_and_high(known_from="Q1"))
    few = (SideRule(rule="few", metric=Metric.UNITS, most=2.0),)

    assert agreed(replace(of, periods=quarters(1, opex_budget=3000.0))).objective == 2000
    assert is_impossible(replace(of, periods=quarters(1, opex_budget=2999.0)))
    assert agreed(bought).objective == pytest.approx(200)
    assert is_impossible(replace(bought, rules=few))


def test_each_path_has_its_max_total() -> None:
    """2 units for either scenario are 4 orders in all, and on each path no more than 2.

    A unit of Q1 is on both paths, and leaves one for each.
    """
    offer = buy(max_total=2.0, monthly_price=1.0, upfront_price=100.0)
    scenarios = (_scenario("a", known_from="Q2"), _scenario("b", known_from="Q2"))
    late = case(offer, demand=(0.0, 2.0), periods=quarters(2), scenarios=scenarios)
    early = case(offer, demand=(1.0, 2.0), periods=quarters(2), scenarios=scenarios)
    too_many = case(offer, demand=(1.0, 3.0), periods=quarters(2), scenarios=scenarios)

    # Each unit is paid 100, and 3 a quarter.
    assert agreed(late).objective == pytest.approx(206)
    assert agreed(early).objective == pytest.approx(209)
    assert is_impossible(too_many)


def test_every_node_places_its_own_order() -> None:
    """1 unit at 100, or 2 at 80 by their tier; each with a fee of 50; 10% back from 150 on.

    Low pays 150, and high 210, of which 16 come back: 172 in the mean.
    """
    low, high = _low_and_high(known_from="Q1")
    of = case(
        buy(order_fee=50.0, max_total=3.0),
        scenarios=(low, high.model_copy(update={"demand_multiplier": 2.0})),
        price_tiers=(PriceTier(offer="buy", min_units=2.0, upfront_price=80.0),),
        rebates=(Rebate(vendor="V", min_spend=150.0, rebate=0.1),),
    )

    assert agreed(of).objective == pytest.approx((150 + 194) / 2)


def _risky(weight: float, level: float, *, chance_of_low: float = 1.0) -> Case:
    """Return a case of rental for 1000 or 3000; by default each as likely."""
    low, high = _low_and_high()
    return case(
        rent(),
        scenarios=(low.model_copy(update={"probability": chance_of_low}), high),
        settings=Settings(risk_weight=weight, risk_level=level),
    )


@pytest.mark.parametrize(
    ("weight", "level", "chance_of_low", "cost"),
    [
        (0.0, 0.9, 1.0, 2000),
        (1.0, 0.0, 1.0, 2000),  # the tail is everything
        (1.0, 0.5, 1.0, 3000),
        (0.5, 0.5, 1.0, 2500),
        (0.5, 0.9, 1.0, 2500),
        (0.5, 1.0, 1.0, 2500),
        (1.0, 0.25, 1.0, (3000 * 2 + 1000) / 3),  # of 0.75, 0.5 are high
        (1.0, 0.5, 4.0, 1800),  # of 0.5, 0.2 are high: 0.4 × 3000 + 0.6 × 1000
        (0.5, 0.5, 4.0, 1600),  # and the mean is 1400
        (1.0, 1.0, 4.0, 3000),
    ],
)
def test_risk_counts_the_dearest_scenarios_more(
    weight: float, level: float, chance_of_low: float, cost: float
) -> None:
    """The mean of 1000 and 3000, and the mean of the dearest share of 1 - level."""
    answer = agreed(_risky(weight, level, chance_of_low=chance_of_low))

    assert answer.objective == pytest.approx(cost)
    assert answer.parts["compute"] == pytest.approx(cost)


def test_the_worst_that_has_no_chance_is_no_risk() -> None:
    """High is as dear as ever, and with a probability of 0 no part of any tail."""
    for level in (0.9, 1.0):
        of = _risky(1.0, level)
        low, high = _low_and_high()
        never = replace(of, scenarios=(low, high.model_copy(update={"probability": 0.0})))

        assert agreed(never).objective == pytest.approx(1000)


def test_who_fears_the_worst_buys_for_it() -> None:
    """1 unit costs 100 or, with 2 short at 150, 400; 3 units cost 300 in any case."""
    of = case(buy(), workloads=(chat(shortage_penalty=0.15),), scenarios=_low_and_high())
    afraid = replace(of, settings=Settings(risk_weight=1.0, risk_level=0.5))

    assert agreed(of).orders == {("buy", "hall", "Q1", ""): 1}
    assert agreed(afraid).orders == {("buy", "hall", "Q1", ""): 3}
    assert agreed(afraid).objective == pytest.approx(300)


def test_risk_without_scenarios_is_none() -> None:
    """The only cost is the mean and the tail, at every level."""
    for level in (0.0, 0.9, 1.0):
        of = case(buy(), settings=Settings(risk_weight=0.5, risk_level=level))

        assert agreed(of).objective == pytest.approx(100)
        assert agreed(of).orders == {("buy", "hall", "Q1"): 1}
