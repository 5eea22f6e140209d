"""Usage: what units at work cost by the hour, and what they draw and offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.finance import Currency, Settings
from planner.case.offers import Acquisition
from planner.model.families import usage
from planner.plan.charges import Part
from tests.builders import (
    buy,
    case,
    cheapest,
    cloud,
    cost,
    failure,
    fleet,
    gpu,
    hall,
    load,
    misread,
    more_work,
    only_path,
    packs,
    peak_and_rest,
    quarters,
    reasons,
    rent,
    years,
)


def test_rented_units_are_paid_by_the_hour_of_each_slice() -> None:
    """3 units for the peak's 250 hours and 1 for the other 750 are 1500 unit-hours at 2."""
    peaky = case(
        rent(hourly_price=2.0),
        slices=peak_and_rest(),
        load_profile=(load(3.0),),
    )

    assert cost(peaky) == pytest.approx(3000)


def test_a_rented_unit_is_paid_while_it_is_down() -> None:
    """4 units at work take 4 / 0.8 = 5 rented ones: 5000 unit-hours at 1."""
    assert cost(case(rent(availability=0.8), demand=(4.0,))) == pytest.approx(5000)


def test_hourly_prices_take_the_index_and_the_discount_of_their_period() -> None:
    """At +50% a year 1000 hours in Y2 cost 1500 EUR, 3000 USD; discounted by 1.25 they are 2400."""
    in_y2 = case(
        rent(price_change=0.5, currency="EUR"),
        periods=years(2),
        demand=(0.0, 1.0),
        currencies=(Currency(currency="EUR", rate=2.0),),
        settings=Settings(discount_rate=0.25),
    )

    assert cost(in_y2) == pytest.approx(2400)


def test_an_offer_can_be_rented_only_while_its_quote_holds() -> None:
    """A quote until 1 April, Q2's first day, serves Q2; one until the day before does not."""
    in_q2: dict[str, Any] = {"periods": quarters(2), "demand": (0.0, 1.0)}

    assert cost(case(rent(available_until=date(2025, 4, 1)), **in_q2)) == pytest.approx(1000)
    assert reasons(case(rent(available_until=date(2025, 3, 31)), **in_q2)) == (
        "chat in Q2: demand too high by 1 TFLOPS (Demand, Q2)",
    )


def test_a_committed_unit_with_an_hourly_price_is_paid_only_while_it_works() -> None:
    """A reserved unit at 30 works 400 of 1000 hours at 0.5: 200. Its availability is no mark-up."""
    reserved = buy(
        acquisition=Acquisition.RESERVED, upfront_price=30.0, hourly_price=0.5, availability=0.8
    )

    plan = cheapest(case(reserved, demand=(0.4,)))

    assert plan.cost[Part.RESOURCE] == pytest.approx(30)
    assert plan.cost[Part.COMPUTE] == pytest.approx(200)
    assert plan.outcome.objective == pytest.approx(230)


def test_units_with_an_hourly_price_are_a_pool_of_their_own() -> None:
    """1.5 TFLOPS on a free unit of the fleet and a metered one: only 0.5 × 1000 h are paid.

    In one pool with the fleet, the hours could not be told apart.
    """
    metered = buy(hourly_price=1.0, upfront_price=0.0)

    plan = cheapest(case(metered, demand=(1.5,), fleet=fleet(1)))

    assert {(str(use.pool), use.units) for use in plan.uses} == {
        ("gpu@hall", 1.0),
        ("gpu@hall:buy", 0.5),
    }
    assert plan.outcome.objective == pytest.approx(500)


def test_work_draws_what_lies_between_idle_and_busy() -> None:
    """4 units idle at 0.25 kW, 2 of them work at 0.75 kW more: 2.5 kW × 1000 h × PUE 1.5 at 0.1."""
    half = case(
        demand=(2.0,),
        fleet=fleet(4),
        hardware=(gpu(power=1.0, idle_power=0.25),),
        sites=(hall(pue=1.5, energy_price=0.1), cloud()),
    )

    assert cost(half) == pytest.approx(375)


def test_rented_units_draw_full_power_while_rented() -> None:
    """1 unit at work is 2 rented at availability 0.5: 2 kW × 1000 h × PUE 1.5 at 0.1 are 300.

    Idle power counts for nothing there; an unmetered cloud has its energy in its prices.
    """
    metered = case(
        rent(hourly_price=0.0, availability=0.5),
        hardware=(gpu(power=1.0, idle_power=0.25),),
        sites=(hall(), cloud(pue=1.5, energy_price=0.1)),
    )

    assert cost(metered) == pytest.approx(300)
    assert cost(replace(metered, sites=(hall(), cloud(energy_price=0.1)))) == 0


def test_rented_units_count_towards_requirements_by_their_average() -> None:
    """6 cores are 1.5 units of 4 on average, in whichever slice: 1500 unit-hours at 1.

    At an availability of 0.5 twice that is paid. TFLOPS likewise: 2 are 2 units.
    """

    def asks(rental: Any, **required: float) -> float:
        periods = quarters(1, **required)
        return cost(case(rental, demand=(0.0,), periods=periods, slices=peak_and_rest()))

    assert asks(rent(), required_cores=6.0) == pytest.approx(1500)
    assert asks(rent(availability=0.5), required_cores=6.0) == pytest.approx(3000)
    assert asks(rent(), required_tflops=2.0) == pytest.approx(2000)


def test_committed_units_count_towards_requirements_whether_at_work_or_not() -> None:
    """4 cores are asked and a unit has them; no work, no hourly price."""
    reserved = buy(acquisition=Acquisition.RESERVED, upfront_price=30.0, hourly_price=0.5)
    required = case(reserved, demand=(0.0,), periods=quarters(1, required_cores=4.0))

    assert cost(required) == pytest.approx(30)
    assert packs(required) == {("buy", "Q1"): 1}


def test_the_check_finds_hours_that_are_not_charged() -> None:
    """2 more units at work are 2000 unit-hours at 1 that the given charges leave out."""
    plan = cheapest(case(rent(), demand=(4.0,)))
    charges = only_path(plan).charges

    check = failure(usage, misread(more_work(plan, 2.0), charges=charges))

    assert check.rule == "An offer's hourly price is paid for every unit-hour used or rented."
    assert check.violation == pytest.approx(2000)


def test_the_check_finds_charges_for_hours_that_nobody_used() -> None:
    """Without uses, the 4000 that are charged are 4000 too much."""
    plan = cheapest(case(rent(), demand=(4.0,)))
    charges = only_path(plan).charges

    check = failure(usage, misread(replace(plan, uses=()), charges=charges))

    assert check.violation == pytest.approx(4000)
