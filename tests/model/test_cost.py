"""Cost: the objective is the discounted sum of all that is posted, and its parts add up to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planner.case.finance import Settings
from planner.model.families import cost as cost_family
from planner.plan.charges import Part
from planner.plan.checks import Check
from planner.plan.plan import Plan
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cloud,
    cost,
    failure,
    fleet,
    gpu,
    hall,
    misread,
    rent,
    years,
)


def test_the_five_parts_add_up_to_the_objective() -> None:
    """Y1, at PUE 1 and 0.1 per kWh, with all five parts of the cost.

    Resource: a unit of 100, and 12 months of the fleet's at 5: 160. Energy: 2 units at
    1 kW for 1000 hours at 0.1: 200. Compute: half a unit rented for 1000 hours: 500.
    Shortage: half a TFLOPS for 1000 hours at 2: 1000. Residual: 3/4 of 100: 75.
    """
    everything = case(
        buy(term=48, max_total=1.0),
        rent(max_order=0.5),
        demand=(3.0,),
        periods=years(1),
        fleet=fleet(1, monthly_cost=5.0),
        hardware=(gpu(power=1.0),),
        sites=(hall(pue=1.0, energy_price=0.1), cloud()),
        workloads=(chat(shortage_penalty=2.0),),
    )

    plan = cheapest(everything)

    assert plan.cost == pytest.approx(
        {
            Part.RESOURCE: 160.0,
            Part.ENERGY: 200.0,
            Part.COMPUTE: 500.0,
            Part.SHORTAGE: 1000.0,
            Part.RESIDUAL: 75.0,
        }
    )
    assert plan.outcome.objective == pytest.approx(160 + 200 + 500 + 1000 - 75)


def test_payments_are_discounted_from_plan_start() -> None:
    """The plan starts 365 days before Y1: a rental of 1000 counts for 1/1.25, in Y2 for 1/1.25²."""
    early = case(
        rent(),
        periods=years(2),
        demand=(1.0, 1.0),
        settings=Settings(discount_rate=0.25, plan_start=date(2024, 1, 2)),
    )

    assert cost(early) == pytest.approx(800 + 640)


def test_payments_before_plan_start_are_not_discounted() -> None:
    """A plan that starts with Y2 finds Y1's rental at its full price, not at 1.25 times it."""
    late = case(
        rent(),
        periods=years(2),
        demand=(1.0, 1.0),
        settings=Settings(discount_rate=0.25, plan_start=date(2026, 1, 1)),
    )

    assert cost(late) == pytest.approx(1000 + 1000)


def test_the_cheaper_of_two_ways_is_taken() -> None:
    """A unit at 999 or 1001 against 1000 for a rental: the edge lies between them."""
    assert cost(case(buy(upfront_price=999.0), rent())) == pytest.approx(999)
    assert cost(case(buy(upfront_price=1001.0), rent())) == pytest.approx(1000)


def test_a_plan_of_nothing_costs_nothing() -> None:
    """Nothing is asked and nothing stands there: no order, no use, no cost."""
    plan = cheapest(case(buy(), rent(), demand=(0.0,)))

    assert (plan.orders, plan.uses, plan.outcome.objective) == ((), (), 0.0)


def test_a_case_without_offers_is_solved_by_its_fleet() -> None:
    """There is nothing to order: only work is decided, and the fleet's 3 months at 10 are paid."""
    assert cost(case(fleet=fleet(1, monthly_cost=10.0))) == pytest.approx(30)


def test_a_case_with_nothing_to_decide_has_a_cost() -> None:
    """A unit that may not serve is paid 30; there is no variable at all."""
    idle = case(
        demand=(0.0,),
        fleet=fleet(1, monthly_cost=10.0),
        workloads=(chat(sites=("cloud",)),),
    )

    assert cost(idle) == pytest.approx(30)


def _failures(plan: Plan) -> list[Check]:
    return [one for one in cost_family.check_outcome(plan.case, plan) if not one.passed]


def test_the_check_finds_an_objective_that_the_lines_do_not_cost() -> None:
    """The lines cost 200; an objective of 201 is 1 off."""
    plan = cheapest(case(buy(), demand=(2.0,)))
    wrong = replace(plan, outcome=replace(plan.outcome, objective=201.0))

    (check,) = _failures(wrong)

    assert check.rule == "The plan's own lines cost what the objective says."
    assert check.violation == pytest.approx(1)
    assert check.unit == "base currency"


def test_the_check_finds_a_plan_that_costs_other_than_the_objective() -> None:
    """A third unit at 100 that the objective of 200 does not know."""
    plan = cheapest(case(buy(), demand=(2.0,)))
    (order,) = plan.orders

    (check,) = _failures(replace(plan, orders=(replace(order, packs=3),)))

    assert check.violation == pytest.approx(100)


def test_the_check_finds_parts_that_do_not_add_up() -> None:
    """A residual value of 75 that was added instead of subtracted is 150 off."""
    plan = cheapest(case(buy(term=48), periods=years(1)))
    parts = plan.cost
    wrong = misread(plan, cost={**parts, Part.RESIDUAL: -parts[Part.RESIDUAL]})

    check = failure(cost_family, wrong)

    rule = "Resource + energy + compute + shortage − residual is the sum of all lines."
    assert check.rule == rule
    assert check.violation == pytest.approx(150)
