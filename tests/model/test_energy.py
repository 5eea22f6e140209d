"""Energy: what metered sites draw is paid for, and stays within its caps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.case.finance import Settings
from planner.case.horizon import Slice
from planner.model.families import energy
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
    load,
    misread,
    more_work,
    peak_and_rest,
    quarters,
    reasons,
    rent,
    two_of,
    years,
)

ONE_KILOWATT = (gpu(power=1.0),)
"""Idle, it draws nothing; so a TFLOPS for 1000 hours is 1000 kWh."""


def _one_unit(**meter: float) -> dict[str, Any]:
    """Return the tables of one unit at work in a hall with this meter."""
    return {
        "hardware": ONE_KILOWATT,
        "fleet": fleet(1),
        "sites": (hall(**{"pue": 1.0} | meter), cloud()),
    }


def test_energy_is_paid_by_the_kwh_with_cooling() -> None:
    """1000 kWh at a PUE of 1.5 and 0.1 per kWh are 150."""
    assert cost(case(**_one_unit(pue=1.5, energy_price=0.1))) == pytest.approx(150)


def test_energy_is_counted_at_metered_sites_only() -> None:
    """Without a PUE neither price nor cap nor carbon counts."""
    unmetered = case(
        hardware=ONE_KILOWATT,
        fleet=fleet(1),
        sites=(hall(energy_price=0.1, carbon_intensity=1.0),),
        periods=quarters(1, energy_cap=0.0, carbon_cap=0.0),
    )

    assert cost(unmetered) == 0


def test_carbon_has_a_price_of_its_own() -> None:
    """1000 kWh × 0.5 kg at 0.02 are 10, on top of 100 for the energy.

    No slice and no yearly change moves it: in Y2, at twice 0.1 × 1.5, energy is 300.
    """
    green = {"energy_price": 0.1, "carbon_intensity": 0.5, "carbon_price": 0.02}
    assert cost(case(**_one_unit(**green))) == pytest.approx(110)

    in_y2 = case(
        **_one_unit(**green, energy_price_change=0.5),
        periods=years(2),
        demand=(0.0, 1.0),
        slices=(Slice(slice="all day", share=1.0, energy_price_multiplier=2.0),),
    )
    assert cost(in_y2) == pytest.approx(300 + 10)


def test_energy_prices_follow_the_slice() -> None:
    """2 kW for 250 hours at 3 × 0.1 and 1 kW for 750 hours at 0.1: 150 + 75."""
    peaky = case(
        hardware=ONE_KILOWATT,
        fleet=fleet(2),
        sites=(hall(pue=1.0, energy_price=0.1),),
        slices=peak_and_rest(energy_price_multiplier=3.0),
        load_profile=(load(2.0),),
    )

    assert cost(peaky) == pytest.approx(225)


def test_energy_prices_follow_the_year_and_are_discounted() -> None:
    """100 in Y1; in Y2 at +20% 120, which count for 1/1.25, so 96."""
    two_years = case(
        **_one_unit(energy_price=0.1, energy_price_change=0.2),
        periods=years(2),
        demand=(1.0, 1.0),
        settings=Settings(discount_rate=0.25),
    )

    assert cost(two_years) == pytest.approx(196)


def test_batch_work_waits_for_cheap_energy() -> None:
    """A batch of 0.75 on average runs on one unit in the cheap 750 hours: 750 kWh at 0.1."""
    waits = case(
        **_one_unit(energy_price=0.1),
        demand=(0.75,),
        workloads=(chat(kind="batch"),),
        slices=peak_and_rest(energy_price_multiplier=3.0),
    )

    assert cost(waits) == pytest.approx(75)


@pytest.mark.parametrize(
    ("cap", "total"),
    [
        ({"energy_cap": 3000.0}, 0.0),
        ({"energy_cap": 2000.0}, 1000.0),
        ({"carbon_cap": 1500.0}, 0.0),
        ({"carbon_cap": 1000.0}, 1000.0),
        ({"energy_cap": 1000.0, "carbon_cap": 1000.0}, 2000.0),
    ],
)
def test_caps_send_work_to_where_it_is_not_metered(cap: dict[str, float], total: float) -> None:
    """3 units draw 3000 kWh and 1500 kg; each 1000 kWh beyond a cap are 1000 for a rental."""
    capped = case(
        rent(),
        demand=(3.0,),
        periods=quarters(1, **cap),
        hardware=ONE_KILOWATT,
        fleet=fleet(3),
        sites=(hall(pue=1.0, carbon_intensity=0.5), cloud()),
    )

    assert cost(capped) == pytest.approx(total)


def test_a_cap_is_over_all_metered_sites_together() -> None:
    """A unit in the hall and the only one for rent at a metered cloud draw 1000 kWh each.

    The carbon of each site counts by its own intensity: 500 + 250 kg.
    """
    two: dict[str, Any] = {
        **two_of(1.0),
        "hardware": ONE_KILOWATT,
        "fleet": fleet(1),
        "sites": (hall(pue=1.0, carbon_intensity=0.5), cloud(pue=1.0, carbon_intensity=0.25)),
    }

    just_enough = quarters(1, energy_cap=2000.0, carbon_cap=750.0)
    assert cost(case(rent(), periods=just_enough, **two)) == pytest.approx(1000)
    assert reasons(case(rent(), periods=quarters(1, energy_cap=1999.0), **two)) == (
        "Q1: energy cap short by 1 kWh (Periods, Energy cap)",
    )
    assert reasons(case(rent(max_order=1.0), periods=quarters(1, carbon_cap=749.0), **two)) == (
        "Q1: carbon cap short by 1 kg (Periods, Carbon cap)",
    )


def test_idle_units_take_their_part_of_a_cap() -> None:
    """A fleet that idles at 0.5 kW draws 500 kWh without any work."""
    idle = case(
        demand=(0.0,),
        hardware=(gpu(power=1.0, idle_power=0.5),),
        fleet=fleet(1),
        sites=(hall(pue=1.0),),
        periods=quarters(1, energy_cap=499.0),
    )

    assert reasons(idle) == ("Q1: energy cap short by 1 kWh (Periods, Energy cap)",)


def test_the_check_finds_energy_that_is_not_metered() -> None:
    """A meter that stood still misses 1500 kWh."""
    plan = cheapest(case(**_one_unit(pue=1.5)))

    check = failure(energy, misread(plan, energy=()))

    assert check.rule.startswith("A metered site draws PUE × hours × the power")
    assert check.violation == pytest.approx(1500)
    assert check.unit == "kWh"


@pytest.mark.parametrize(
    ("cap", "rule", "violation"),
    [
        ({"energy_cap": 1500.0}, "energy cap", 750.0),
        ({"carbon_cap": 300.0}, "carbon cap", 150.0),
    ],
)
def test_the_check_finds_energy_above_a_cap(
    cap: dict[str, float], rule: str, violation: float
) -> None:
    """Half a unit more at work draws 500 kWh × PUE 1.5 more, and 0.2 kg for each."""
    plan = cheapest(case(**_one_unit(pue=1.5, carbon_intensity=0.2), periods=quarters(1, **cap)))

    check = failure(energy, more_work(plan, 0.5))

    assert rule in check.rule
    assert check.violation == pytest.approx(violation)


def test_the_check_counts_idle_power_of_what_is_ordered() -> None:
    """A second unit that idles at 0.5 kW is 500 kWh above a cap of 1000."""
    plan = cheapest(
        case(
            buy(),
            hardware=(gpu(power=1.0, idle_power=0.5),),
            sites=(hall(pue=1.0), cloud()),
            periods=quarters(1, energy_cap=1000.0),
        )
    )
    (order,) = plan.orders

    check = failure(energy, replace(plan, orders=(replace(order, packs=2),)))

    assert check.violation == pytest.approx(500)
