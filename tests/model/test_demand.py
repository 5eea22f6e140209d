"""Demand: every workload is served, or its shortfall is paid for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.case.finance import Settings
from planner.case.hardware import Category
from planner.case.offers import Acquisition
from planner.case.pools import Pool
from planner.model.families import demand
from planner.plan.charges import Part
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cloud,
    cost,
    does,
    failure,
    fleet,
    gpu,
    hall,
    load,
    more_work,
    packs,
    peak_and_rest,
    quarters,
    reasons,
    rent,
    training,
    years,
)


def test_demand_is_met_to_the_last_unit_and_not_beyond() -> None:
    """3 TFLOPS take 3 units, and 3.01 a fourth."""
    assert packs(case(buy(), demand=(3.0,))) == {("buy", "Q1"): 3}
    assert packs(case(buy(), demand=(3.01,))) == {("buy", "Q1"): 4}


def test_demand_that_nothing_can_serve_is_named() -> None:
    """A fleet of 3 leaves 0.5 of 3.5 TFLOPS."""
    assert reasons(case(fleet=fleet(3), demand=(3.5,))) == (
        "chat in Q1: demand too high by 0.5 TFLOPS (Demand, Q1)",
    )


def test_a_service_is_due_in_every_slice() -> None:
    """An average of 2 with a peak of 2.5 times takes 5 units, although they idle otherwise."""
    peaky = case(
        buy(),
        demand=(2.0,),
        slices=peak_and_rest(),
        load_profile=(load(2.5), load(0.5, slice="rest")),
    )

    assert packs(peaky) == {("buy", "Q1"): 5}


def test_a_slice_without_a_row_in_the_profile_has_the_average_load() -> None:
    """Half the load in the peak leaves the rest at the average of 2: 2 units."""
    low_peak = case(buy(), demand=(2.0,), slices=peak_and_rest(), load_profile=(load(0.5),))

    assert packs(low_peak) == {("buy", "Q1"): 2}


def test_batch_work_is_due_on_average_over_the_period() -> None:
    """Nothing is had in the peak, 4 units for the other 3/4 of the hours: 3 TFLOPS on average.

    A service takes the 4 in the peak; of batch work of 3.2, 0.2 are then missing.
    """
    tables: dict[str, Any] = {
        "fleet": fleet(4),
        "workloads": (chat(), training()),
        "slices": peak_and_rest(),
        "load_profile": (load(4.0), load(0.0, slice="rest")),
    }

    assert cost(case(demand={"chat": (1.0,), "training": (3.0,)}, **tables)) == 0
    (reason,) = reasons(case(demand={"chat": (1.0,), "training": (3.2,)}, **tables))
    assert reason == "training in Q1: demand too high by 0.2 TFLOPS (Demand, Q1)"


def test_a_load_profile_says_nothing_of_batch_work() -> None:
    """2 units do 2 on average, whatever multiplier stands in the profile."""
    shaped = case(
        buy(),
        demand=(2.0,),
        workloads=(training(),),
        slices=peak_and_rest(),
        load_profile=(load(4.0, workload="training"),),
    )

    assert packs(shaped) == {("buy", "Q1"): 2}


@pytest.mark.parametrize(("penalty", "part"), [(0.09, Part.SHORTAGE), (0.11, Part.RESOURCE)])
def test_a_shortfall_is_paid_for_where_that_is_cheaper(penalty: float, part: Part) -> None:
    """A TFLOPS short for 1000 hours costs 90 or 110, a unit 100."""
    either = case(buy(), workloads=(chat(shortage_penalty=penalty),))

    plan = cheapest(either)

    assert plan.outcome.objective == pytest.approx(min(1000 * penalty, 100))
    assert [name for name, amount in plan.cost.items() if amount] == [part]


def test_shortfalls_are_priced_by_the_hours_of_their_slice_and_discounted() -> None:
    """In Y2, 2 of 4 are short in the peak of 250 hours at 0.5: 250, at 1/1.25 they are 200."""
    short = case(
        fleet=fleet(2),
        periods=years(2),
        demand=(0.0, 1.0),
        workloads=(chat(shortage_penalty=0.5),),
        slices=peak_and_rest(),
        load_profile=(load(4.0),),
        settings=Settings(discount_rate=0.25),
    )

    assert cost(short) == pytest.approx(200)


def test_a_batch_shortfall_is_one_for_the_whole_period() -> None:
    """Of 3 on average 2 are done; 1 is short for 1000 hours at 0.5: 500."""
    short = case(
        fleet=fleet(2),
        demand=(3.0,),
        workloads=(training(shortage_penalty=0.5),),
        slices=peak_and_rest(),
    )

    assert cost(short) == pytest.approx(500)


def test_a_penalty_of_nothing_lets_all_work_wait() -> None:
    """A penalty of 0 is a penalty: nothing is bought."""
    assert cost(case(buy(), workloads=(chat(shortage_penalty=0.0),))) == 0


def test_throughput_is_measured_or_a_share_of_the_peak() -> None:
    """A GPU of 2 TFLOPS at an efficiency of 0.5 does 1; measured, it does 3, efficiency in it.

    Of 4 cores it uses half as well.
    """
    tables: dict[str, Any] = {"hardware": (gpu(tflops=2.0),), "demand": (6.0,)}
    half = (chat(efficiency=0.5),)

    assert packs(case(buy(), workloads=half, **tables)) == {("buy", "Q1"): 6}
    measured = case(buy(), workloads=half, performance=(does(3.0),), **tables)
    assert packs(measured) == {("buy", "Q1"): 2}
    in_cores = (chat(unit="cores", efficiency=0.5),)
    assert packs(case(buy(), workloads=in_cores, **tables)) == {("buy", "Q1"): 3}


def test_a_sku_without_throughput_does_not_serve() -> None:
    """Tokens are done only by SKUs that were measured: the free CPU has no figure, or 0."""
    cpu = gpu(sku="cpu", category=Category.CPU)
    tables: dict[str, Any] = {
        "hardware": (gpu(), cpu),
        "fleet": fleet(9, sku="cpu"),
        "workloads": (chat(unit="tokens/s"),),
    }

    assert packs(case(buy(), performance=(does(1.0),), **tables)) == {("buy", "Q1"): 1}
    with_zero = (does(1.0), does(0.0, sku="cpu"))
    assert packs(case(buy(), performance=with_zero, **tables)) == {("buy", "Q1"): 1}
    with_some = (does(1.0), does(0.5, sku="cpu"))
    assert packs(case(buy(), performance=with_some, **tables)) == {}


@pytest.mark.parametrize(
    ("terms", "bought"),
    [
        ({}, {}),
        ({"categories": (Category.CPU, Category.GPU)}, {}),
        ({"categories": (Category.CPU,)}, {("cpu", "Q1"): 1}),
        ({"sites": ("hall", "annex")}, {}),
        ({"sites": ("annex",)}, {("cpu", "Q1"): 1}),
    ],
)
def test_work_stays_on_its_categories_and_sites(
    terms: dict[str, Any], bought: dict[tuple[str, str], int]
) -> None:
    """A GPU stands free in the hall; a CPU is bought for the annex where that may not serve."""
    choosy = case(
        buy(offer="cpu", sku="cpu", sites=("annex",)),
        hardware=(gpu(), gpu(sku="cpu", category=Category.CPU)),
        fleet=fleet(1),
        sites=(hall(), hall(site="annex")),
        workloads=(chat(**terms),),
    )

    assert packs(choosy) == bought


def test_only_interruptible_work_runs_on_spot() -> None:
    """Spot at 0.5 serves interruptible work; other work rents on demand at 1."""
    spot = rent(offer="spot", acquisition=Acquisition.SPOT, hourly_price=0.5)

    assert cost(case(spot, rent(), workloads=(chat(),))) == pytest.approx(1000)
    assert cost(case(spot, rent(), workloads=(chat(interruptible=True),))) == pytest.approx(500)


def test_workloads_without_penalty_come_before_those_with_one() -> None:
    """Of 2 units, chat must have 1.5; training's other 1.5 of 2 is short for 1000 h at 0.5."""
    both = case(
        fleet=fleet(2),
        workloads=(chat(), training(shortage_penalty=0.5)),
        demand={"chat": (1.5,), "training": (2.0,)},
    )

    assert cost(both) == pytest.approx(750)


def test_the_check_finds_work_that_is_not_done() -> None:
    """Half a unit less at work leaves 0.5 of 3 TFLOPS."""
    check = failure(demand, more_work(cheapest(case(buy(), demand=(3.0,))), -0.5))

    assert check.rule.startswith("What serves a workload without shortage penalty")
    assert check.violation == pytest.approx(0.5)
    assert check.unit == "workload's unit"


def test_the_check_finds_batch_work_that_is_not_done() -> None:
    """No work in the peak, a quarter of the hours, leaves a quarter of 2 TFLOPS."""
    plan = cheapest(
        case(fleet=fleet(2), demand=(2.0,), workloads=(training(),), slices=peak_and_rest())
    )
    at_rest = tuple(use for use in plan.uses if use.slice == "rest")

    assert failure(demand, replace(plan, uses=at_rest)).violation == pytest.approx(0.5)


def test_the_check_holds_a_tiny_demand_as_exactly_as_a_large_one() -> None:
    """Of 0.001 TFLOPS a tenth undone is seen, though it is only 0.0001."""
    plan = cheapest(case(fleet=fleet(1), demand=(0.001,)))

    assert failure(demand, more_work(plan, -0.0001)).violation == pytest.approx(0.0001)


def test_the_check_allows_a_shortfall_that_is_paid_for() -> None:
    """With a penalty, no use at all breaks no rule of demand."""
    plan = cheapest(case(buy(), workloads=(chat(shortage_penalty=0.0),)))

    assert plan.uses == ()
    assert all(check.passed for check in demand.check(plan.case, plan))


def test_the_check_finds_work_where_it_may_not_be() -> None:
    """Work that must stay in the hall is moved to the cloud."""
    plan = cheapest(
        case(
            buy(),
            rent(),
            sites=(hall(), cloud()),
            workloads=(chat(sites=("hall",)),),
            periods=quarters(1),
        )
    )
    (use,) = plan.uses
    moved = replace(use, pool=Pool("gpu", "cloud", "rent", is_elastic=True))

    check = failure(demand, replace(plan, uses=(moved,)))

    assert check.rule == "A workload runs only on SKUs, sites and offers that may serve it."
    assert check.violation == pytest.approx(1)
