"""Capacity of pools: no unit is planned for more work than it can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.finance import Settings
from planner.case.hardware import Category
from planner.model.families import capacity
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
    load,
    more_work,
    packs,
    peak_and_rest,
    quarters,
    reasons,
    rent,
    reordered,
    training,
    two_of,
)


def test_units_work_up_to_the_max_utilisation_of_the_settings() -> None:
    """4 units at 0.5 serve 2 TFLOPS; the tenth more takes a fifth unit."""
    half: dict[str, Any] = {"fleet": fleet(4), "settings": Settings(max_utilisation=0.5)}

    assert packs(case(buy(), demand=(2.0,), **half)) == {}
    assert packs(case(buy(), demand=(2.1,), **half)) == {("buy", "Q1"): 1}


def test_a_skus_own_max_utilisation_comes_before_the_settings() -> None:
    """4 units at their own 0.75 serve 3, whether the setting is lower or higher."""
    for setting in (0.5, 1.0):
        own: dict[str, Any] = {
            "fleet": fleet(4),
            "hardware": (gpu(max_utilisation=0.75),),
            "settings": Settings(max_utilisation=setting),
        }
        assert packs(case(buy(), demand=(3.0,), **own)) == {}
        assert packs(case(buy(), demand=(3.1,), **own)) == {("buy", "Q1"): 1}


def test_availability_is_that_of_ordered_units_and_not_of_the_fleet() -> None:
    """2 of the fleet do 2; 5 ordered ones at 0.8 do 4: 6 in all, and 6.1 take a sixth."""
    assert packs(case(buy(availability=0.8), demand=(6.0,), fleet=fleet(2))) == {("buy", "Q1"): 5}
    assert packs(case(buy(availability=0.8), demand=(6.1,), fleet=fleet(2))) == {("buy", "Q1"): 6}


def test_availability_and_max_utilisation_multiply() -> None:
    """A unit does 0.8 × 0.5 = 0.4: 2 units serve 0.8, and 0.9 take a third."""
    half = Settings(max_utilisation=0.5)

    assert packs(case(buy(availability=0.8), demand=(0.8,), settings=half)) == {("buy", "Q1"): 2}
    assert packs(case(buy(availability=0.8), demand=(0.9,), settings=half)) == {("buy", "Q1"): 3}


def test_workloads_share_what_a_pool_can_do() -> None:
    """1.5 and 0.5 TFLOPS take 2 units, not 2 + 1."""
    two = case(
        buy(),
        workloads=(chat(), chat(workload="search")),
        demand={"chat": (1.5,), "search": (0.5,)},
    )

    assert packs(two) == {("buy", "Q1"): 2}


def test_what_service_leaves_in_a_slice_is_left_for_batch() -> None:
    """4 units serve 4 in the peak's quarter and nothing else: batch gets 0.75 × 4 = 3."""

    def bought(average: float) -> dict[tuple[str, str], int]:
        return packs(
            case(
                buy(),
                fleet=fleet(4),
                workloads=(chat(), training()),
                demand={"chat": (1.0,), "training": (average,)},
                slices=peak_and_rest(),
                load_profile=(load(4.0), load(0.0, slice="rest")),
            )
        )

    assert bought(3.0) == {}
    assert bought(3.1) == {("buy", "Q1"): 1}


def test_rented_units_are_at_most_max_order_in_every_slice() -> None:
    """A max order of 5 at availability 0.8 lets 4 work at once; the peak of 4.1 needs a purchase.

    Renting costs nothing here, so a unit is bought only where it must be.
    """
    rental = rent(max_order=5.0, availability=0.8, hourly_price=0.0)
    slices: dict[str, Any] = {"slices": peak_and_rest()}

    assert packs(case(buy(), rental, load_profile=(load(4.0),), **slices)) == {}
    assert packs(case(buy(), rental, load_profile=(load(4.1),), **slices)) == {("buy", "Q1"): 1}


def test_max_order_of_a_rental_is_for_each_site_and_period() -> None:
    """5 units can be rented in each of two clouds, and again in the next quarter."""
    twice = case(
        rent(max_order=5.0),
        demand=(10.0, 10.0),
        periods=quarters(2),
        sites=(cloud(), cloud(site="north")),
    )

    assert cost(twice) == pytest.approx(20_000)


def test_a_rentals_max_order_is_named_where_it_stands_in_the_way() -> None:
    """Two workloads of 2.05 TFLOPS need 4.1 / 0.8 = 5.125 units where 5 can be rented.

    A limit of whole units is moved by whole ones.
    """
    tight = case(rent(max_order=5.0, availability=0.8), **two_of(2.05))

    assert reasons(tight) == ("rent: max order short by 1 unit in Q1 (Offers, Max order)",)


def test_a_pool_does_each_workload_at_its_own_throughput() -> None:
    """A unit does 10 of chat; 25 take 3 units, half a unit of them free for 0.5 TFLOPS of batch."""
    both = case(
        buy(),
        workloads=(chat(unit="tokens/s"), training()),
        demand={"chat": (25.0,), "training": (0.5,)},
        performance=(does(10.0),),
    )

    assert packs(both) == {("buy", "Q1"): 3}


def test_a_pool_does_no_work_of_another_pools_sku() -> None:
    """A CPU of 1 TFLOPS cannot stand in where only GPUs may: the GPU is bought."""
    cpu = gpu(sku="cpu", category=Category.CPU)
    only_gpu = case(
        buy(),
        hardware=(gpu(), cpu),
        fleet=fleet(5, sku="cpu"),
        workloads=(chat(categories=(Category.GPU,)),),
    )

    assert packs(only_gpu) == {("buy", "Q1"): 1}


def test_the_check_finds_more_work_than_units_can_do() -> None:
    """2 units at 0.5 do 1; half a unit more at work is 0.5 too much."""
    plan = cheapest(case(fleet=fleet(2), settings=Settings(max_utilisation=0.5)))

    check = failure(capacity, more_work(plan, 0.5))

    assert check.rule.startswith("Units at work are at most the units in service")
    assert check.violation == pytest.approx(0.5)
    assert check.unit == "units"


def test_the_check_finds_work_on_units_that_were_not_ordered() -> None:
    """3 units work, 2 packs of one are ordered: with availability 0.75, 3 - 1.5 are missing."""
    plan = cheapest(case(buy(availability=0.75), demand=(3.0,)))  # 4 units

    assert failure(capacity, reordered(plan, packs=2)).violation == pytest.approx(1.5)
    assert failure(capacity, replace(plan, orders=())).violation == pytest.approx(3)


def test_the_check_finds_more_units_rented_than_max_order() -> None:
    """4 at work are 5 rented at 0.8, the max order; 0.8 more at work are 1 more rented."""
    plan = cheapest(case(rent(max_order=5.0, availability=0.8), demand=(4.0,)))

    check = failure(capacity, more_work(plan, 0.8))

    assert check.rule == "Units rented are at most the offer's max order, while its quote holds."
    assert check.violation == pytest.approx(1)


def test_the_check_finds_units_rented_without_a_quote() -> None:
    """Q2's unit moved to Q1, before the quote of an unlimited offer begins, is 1 too many."""
    plan = cheapest(
        case(rent(available_from=date(2025, 4, 1)), periods=quarters(2), demand=(0.0, 1.0))
    )
    (use,) = plan.uses

    check = failure(capacity, replace(plan, uses=(replace(use, period="Q1"),)))

    assert check.rule.startswith("Units rented are at most")
    assert check.violation == pytest.approx(1)
