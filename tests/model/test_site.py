"""Sites: installed units stay within the site's power and space."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planner.case.hardware import Category
from planner.model.families import site
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
    packs,
    quarters,
    reasons,
    rent,
    reordered,
)

HOT = (gpu(power=2.0, idle_power=0.5, rack_units=4.0),)


@pytest.mark.parametrize(
    ("limit", "bought"),
    [
        ({"it_power": 6.0}, 3),
        ({"it_power": 5.9}, 2),
        ({"rack_units": 12.0}, 3),
        ({"rack_units": 11.9}, 2),
        ({"it_power": 6.0, "rack_units": 8.0}, 2),
        ({"it_power": 0.0}, 0),
    ],
)
def test_a_hall_holds_what_its_power_and_space_allow(limit: dict[str, float], bought: int) -> None:
    """3 units take 6 kW and 12 rack units; what does not fit is rented at 1000."""
    full = case(buy(), rent(), demand=(3.0,), hardware=HOT, sites=(hall(**limit), cloud()))

    assert cost(full) == pytest.approx(100 * bought + 1000 * (3 - bought))


def test_units_take_their_full_power_even_when_idle() -> None:
    """Idle power is for the meter: 2 units of 2 kW leave room for a third in 6 kW, not in 5.9.

    The two do no chat, as they are no TPUs; the third may be rented at 1000.
    """
    tpu = gpu(sku="tpu", category=Category.TPU, power=2.0)

    def bought_into(it_power: float) -> float:
        return cost(
            case(
                buy(sku="tpu"),
                rent(sku="tpu"),
                hardware=(*HOT, tpu),
                fleet=fleet(2),
                sites=(hall(it_power=it_power), cloud()),
                workloads=(chat(categories=(Category.TPU,)),),
            )
        )

    assert bought_into(6.0) == pytest.approx(100)
    assert bought_into(5.9) == pytest.approx(1000)


def test_what_leaves_makes_room() -> None:
    """A hall for one unit of 2 kW: the fleet's retires on 1 April, and Q2's is bought then."""
    swap = case(
        buy(),
        periods=quarters(2),
        demand=(1.0, 1.0),
        hardware=HOT,
        fleet=fleet(1, retire_on=date(2025, 4, 1)),
        sites=(hall(it_power=2.0, rack_units=4.0), cloud()),
    )

    assert packs(swap) == {("buy", "Q2"): 1}


def test_every_site_has_limits_of_its_own() -> None:
    """A hall of 2 kW and an annex of 4 kW hold 3 units of 2 kW; a fourth needs 2 kW in either."""
    two: dict[str, Any] = {
        "hardware": HOT,
        "sites": (hall(it_power=2.0), hall(site="annex", it_power=4.0)),
    }

    assert cost(case(buy(), demand=(3.0,), **two)) == pytest.approx(300)
    (reason,) = reasons(case(buy(), demand=(4.0,), **two))
    assert reason in (
        "hall: IT power short by 2 kW in Q1 (Sites, IT power)",
        "annex: IT power short by 2 kW in Q1 (Sites, IT power)",
    )


def test_a_fleet_beyond_a_sites_limits_is_named() -> None:
    """4 units of 2 kW and 4 rack units stand in 7 kW and 15 rack units: 1 too many of both."""
    over: dict[str, Any] = {"hardware": HOT, "fleet": fleet(4)}

    assert reasons(case(sites=(hall(it_power=7.0),), **over)) == (
        "hall: IT power short by 1 kW in Q1 (Sites, IT power)",
    )
    assert reasons(case(sites=(hall(rack_units=15.0),), **over)) == (
        "hall: rack units short by 1 rack unit in Q1 (Sites, Rack units)",
    )


def test_rented_units_take_nothing_of_a_site() -> None:
    """A cloud without power or space of its own rents out all the same."""
    no_room = (hall(), cloud(it_power=0.0, rack_units=0.0))

    assert cost(case(rent(), hardware=HOT, sites=no_room)) == pytest.approx(1000)


@pytest.mark.parametrize(
    ("limit", "rule", "violation"),
    [({"it_power": 6.0}, "IT power", 2.0), ({"rack_units": 12.0}, "rack units", 4.0)],
)
def test_the_check_finds_units_beyond_a_sites_limits(
    limit: dict[str, float], rule: str, violation: float
) -> None:
    """A fourth unit is 2 kW above 6, and 4 rack units above 12."""
    plan = cheapest(case(buy(), demand=(3.0,), hardware=HOT, sites=(hall(**limit), cloud())))

    check = failure(site, reordered(plan, packs=4))

    assert rule in check.rule
    assert check.violation == pytest.approx(violation)
    assert check.worst is not None
    assert check.worst.where == "hall in Q1"
