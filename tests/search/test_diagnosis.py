"""Diagnosis: where no plan can exist, the limits that stand in the way are named, with amounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings

from planner.case.case import Case
from planner.case.finance import Settings
from planner.errors import NoPlanError
from planner.plan.diagnosis import Diagnosis, InfeasibleError
from planner.search.applied import applied
from planner.search.foregone import find_foregone
from planner.search.highs import Watch
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.builders import (
    buy,
    case,
    chat,
    cloud,
    cost,
    does,
    fleet,
    gpu,
    hall,
    quarters,
    reasons,
    rent,
    two_of,
)
from tests.oracle import least_cost
from tests.strategies import small_cases

ONE_KILOWATT = (gpu(power=1.0, rack_units=1.0),)


def _in_period(**limits: float) -> Case:
    """Return a case that needs 10 units and what comes with them, within a period's limits."""
    return case(
        buy(),
        periods=quarters(1, **limits),
        hardware=ONE_KILOWATT,
        sites=(hall(pue=1.0, carbon_intensity=0.5), cloud()),
        **two_of(5.0),
    )


def _rented(opex: float) -> Case:
    """Return a case of 10 units, rented at 1000 each."""
    return case(rent(), periods=quarters(1, opex_budget=opex), **two_of(5.0))


def _at(**limits: float) -> Case:
    """Return a case that needs 10 units in one hall."""
    return case(buy(), hardware=ONE_KILOWATT, sites=(hall(**limits), cloud()), **two_of(5.0))


def _required(**required: float) -> Case:
    """Return a case of a fleet of 10 that does nothing."""
    return case(demand=(0.0,), fleet=fleet(10), periods=quarters(1, **required))


@pytest.mark.parametrize(
    ("make", "limit", "amount", "sentence"),
    [
        (
            lambda rate: case(fleet=fleet(10), demand=(-rate,)),
            -11.0,
            1.0,
            "chat in Q1: demand too high by 1 TFLOPS (Demand, Q1)",
        ),
        (
            lambda most: case(buy(max_order=most), **two_of(5.0)),
            8.0,
            2.0,
            "buy: max order short by 2 units in Q1 (Offers, Max order)",
        ),
        (
            lambda most: case(buy(max_total=most), **two_of(5.0)),
            8.0,
            2.0,
            "buy: max total short by 2 units (Offers, Max total)",
        ),
        (
            lambda most: case(rent(max_order=most), **two_of(5.0)),
            9.5,
            0.5,
            "rent: max order short by 0.5 units in Q1 (Offers, Max order)",
        ),
        (
            lambda power: _at(it_power=power),
            8.5,
            1.5,
            "hall: IT power short by 1.5 kW in Q1 (Sites, IT power)",
        ),
        (
            lambda space: _at(rack_units=space),
            8.5,
            1.5,
            "hall: rack units short by 1.5 rack units in Q1 (Sites, Rack units)",
        ),
        (
            lambda cap: _in_period(energy_cap=cap),
            8765.5,
            1234.5,
            "Q1: energy cap short by 1,234.5 kWh (Periods, Energy cap)",
        ),
        (
            lambda cap: _in_period(carbon_cap=cap),
            4900.0,
            100.0,
            "Q1: carbon cap short by 100 kg (Periods, Carbon cap)",
        ),
        (
            lambda cores: _required(required_cores=-cores),
            -45.0,
            5.0,
            "Q1: required cores too high by 5 cores (Periods, Required cores)",
        ),
        (
            lambda tflops: _required(required_tflops=-tflops),
            -12.0,
            2.0,
            "Q1: required TFLOPS too high by 2 TFLOPS (Periods, Required TFLOPS)",
        ),
        (
            lambda budget: _in_period(capex_budget=budget),
            950.0,
            50.0,
            "Q1: capex budget short by 50 USD (Periods, Capex budget)",
        ),
        (
            _rented,
            9000.0,
            1000.0,
            "Q1: opex budget short by 1,000 USD (Periods, Opex budget)",
        ),
        (
            lambda budget: _in_period(total_budget=budget),
            950.0,
            50.0,
            "Q1: total budget short by 50 USD (Periods, Total budget)",
        ),
    ],
)
def test_a_limit_is_named_with_the_amount_that_is_missing(
    make: Callable[[float], Case], limit: float, amount: float, sentence: str
) -> None:
    """Each limit falls short by its amount: with that much more a plan exists, with 1% less not.

    Limits from below, such as a demand, give way downwards, so their sign is turned.
    """
    assert reasons(make(limit)) == (sentence,)
    assert reasons(make(limit + 0.99 * amount)) != ()
    cost(make(limit + amount))


def test_all_limits_that_must_give_way_are_named() -> None:
    """10 units at 100 each break a capex budget of 950, and their 10 kW a hall of 9."""
    both = case(
        buy(),
        periods=quarters(1, capex_budget=950.0),
        hardware=ONE_KILOWATT,
        sites=(hall(it_power=9.0), cloud()),
        **two_of(5.0),
    )

    assert set(reasons(both)) == {
        "Q1: capex budget short by 50 USD (Periods, Capex budget)",
        "hall: IT power short by 1 kW in Q1 (Sites, IT power)",
    }


def test_of_several_ways_out_the_nearest_is_named() -> None:
    """Of 11 units some are cheap, at 100, up to a max order; the others cost 300.

    6 cheap ones make 2100: 100 more on a budget of 2000 is nearer than 7 of them for 6.
    10 cheap ones make 1300: 11 of them for 10 is nearer than 200 more on 1100.
    """

    def offered(most: float, budget: float) -> Case:
        cheap, dear = buy(max_order=most), buy(offer="dear", upfront_price=300.0)
        return case(cheap, dear, periods=quarters(1, capex_budget=budget), **two_of(5.5))

    assert reasons(offered(6.0, 2000.0)) == (
        "Q1: capex budget short by 100 USD (Periods, Capex budget)",
    )
    assert reasons(offered(10.0, 1100.0)) == (
        "buy: max order short by 1 unit in Q1 (Offers, Max order)",
    )


def test_every_period_that_falls_short_is_named() -> None:
    """A fleet of 2 at 10 a month is 60 a quarter, 1 and 2 above the budgets of Q1 and Q2."""
    first, second = quarters(2)
    tight = (
        first.model_copy(update={"opex_budget": 59.0}),
        second.model_copy(update={"opex_budget": 58.0}),
    )
    short = case(
        fleet=fleet(2, monthly_cost=10.0),
        periods=tight,
        demand=(0.0, 0.0),
        settings=Settings(currency="EUR"),
    )

    assert reasons(short) == (
        "Q1: opex budget short by 1 EUR (Periods, Opex budget)",
        "Q2: opex budget short by 2 EUR (Periods, Opex budget)",
    )


def test_a_small_demand_in_large_units_does_not_give_way_before_a_budget() -> None:
    """0.001 EFLOPS is all of a demand; a budget short by 1% is nearer to giving way."""
    in_large_units = case(
        buy(),
        workloads=(chat(unit="EFLOPS"),),
        performance=(does(0.001),),
        demand=(0.001,),
        periods=quarters(1, capex_budget=99.0),
    )

    assert reasons(in_large_units) == ("Q1: capex budget short by 1 USD (Periods, Capex budget)",)


def test_a_blank_requirement_does_not_give_way() -> None:
    """Nothing is there of 4 cores, for each of which α asks 0.25 TFLOPS; none are required.

    To tell the user that the Required TFLOPS are too many would name a cell without a number.
    """
    cores_only = case(
        demand=(0.0,),
        periods=quarters(1, required_cores=4.0),
        settings=Settings(alpha=0.25),
    )

    assert reasons(cores_only) == (
        "Q1: required cores too high by 4 cores (Periods, Required cores)",
    )


def test_a_requirement_gives_way_by_no_more_than_itself() -> None:
    """2 TFLOPS are required, and 1 more for the 4 missing cores: 3 in all, of which none is there.

    2 fewer TFLOPS are all that can be given way by; the cores must give way as well.
    """
    both = case(
        demand=(0.0,),
        periods=quarters(1, required_cores=4.0, required_tflops=2.0),
        settings=Settings(alpha=0.25),
    )

    assert set(reasons(both)) == {
        "Q1: required cores too high by 4 cores (Periods, Required cores)",
        "Q1: required TFLOPS too high by 2 TFLOPS (Periods, Required TFLOPS)",
    }


def test_an_interrupted_diagnosis_tells_nothing_and_ends() -> None:
    """The case is known to be infeasible; why is not looked for once the user has stopped it."""
    watch = Watch()
    watch.stop.set()

    with pytest.raises(NoPlanError) as caught:
        find_plan(_required(required_cores=45.0), Options(gap=0.0), watch)

    assert caught.value.infeasible or caught.value.interrupted


def _why_not(of: Case) -> Diagnosis | None:
    """Return what stands in the way; None where a plan exists."""
    try:
        find_plan(of, Options(gap=0.0))
    except InfeasibleError as none:
        return none.diagnosis
    return None


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(small_cases())
def test_giving_way_by_the_amounts_told_makes_room_for_a_plan(given_case: Case) -> None:
    """Whoever does what any one way out says has a case with a plan; and there is a way out."""
    told = _why_not(given_case)
    assume(told is not None)
    assert told is not None

    assert told.ways
    for way in told.ways:
        assert way.obstacles
        assert _why_not(applied(given_case, way.obstacles)) is None


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(small_cases())
def test_what_arithmetic_alone_rules_out_has_no_plan(given_case: Case) -> None:
    """Where arithmetic finds a limit that cannot hold, the oracle finds no plan either."""
    assume(find_foregone(given_case))

    assert least_cost(given_case) is None
