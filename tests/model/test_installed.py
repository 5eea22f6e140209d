"""Installed units: what stands there, and what it draws and costs whether used or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.finance import ResidualValue, Settings
from planner.case.pools import Pool
from planner.model.families import installed
from planner.plan.stock import count_stock
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
    lease,
    misread,
    only_path,
    packs,
    peak_and_rest,
    quarters,
    rent,
    years,
)

NO_RESIDUAL = Settings(residual_value=ResidualValue.NONE)
GPUS = Pool("gpu", "hall")


@pytest.mark.parametrize(
    ("dates", "bought"),
    [
        ({"available_from": date(2025, 4, 1)}, {("buy", "Q1"): 1}),
        ({"available_from": date(2025, 4, 2)}, {("buy", "Q1"): 1, ("buy", "Q2"): 1}),
        ({"retire_on": date(2025, 4, 2)}, {}),
        ({"retire_on": date(2025, 4, 1)}, {("buy", "Q2"): 1}),
    ],
)
def test_the_fleet_serves_from_its_arrival_to_its_retirement(
    dates: dict[str, date], bought: dict[tuple[str, str], int]
) -> None:
    """A unit is in service in a quarter if it is there on its first day, here Q2's 1 April.

    What it does not serve is bought, with a life of one quarter.
    """
    both = case(
        buy(term=3),
        periods=quarters(2),
        demand=(1.0, 1.0),
        fleet=fleet(1, **dates),
        settings=NO_RESIDUAL,
    )

    assert packs(both) == bought


def test_the_fleet_is_paid_by_the_month_whether_used_or_not() -> None:
    """2 units at 5 a month are 30 a quarter, from Q2 on: 60 of three quarters, none of it used."""
    idle = case(
        periods=quarters(3),
        demand=(0.0, 0.0, 0.0),
        fleet=fleet(2, monthly_cost=5.0, available_from=date(2025, 2, 1)),
    )

    assert cost(idle) == pytest.approx(60)


def test_the_fleets_monthly_cost_is_discounted_like_any_payment() -> None:
    """12 months at 10 are 120 a year; the second counts for 1/1.1."""
    two_years = case(
        periods=years(2),
        demand=(0.0, 0.0),
        fleet=fleet(1, monthly_cost=10.0),
        settings=Settings(discount_rate=0.1),
    )

    assert cost(two_years) == pytest.approx(120 + 120 / 1.1)


def test_units_of_one_sku_at_one_site_are_interchangeable() -> None:
    """Two rows of the fleet, a purchase and a lease fill one pool that serves 4 TFLOPS."""
    mixed = case(
        buy(max_order=1.0),
        lease(monthly_price=100.0),
        demand=(4.0,),
        fleet=(*fleet(1), *fleet(1)),
    )

    plan = cheapest(mixed)

    assert {use.pool for use in plan.uses} == {GPUS}
    assert only_path(plan).stock[GPUS, "Q1"].installed == 4


def test_idle_units_draw_their_idle_power() -> None:
    """2 units idle at 0.25 kW for 1000 hours at PUE 2: 1000 kWh at 0.1 are 100."""
    idle = case(
        demand=(0.0,),
        fleet=fleet(2),
        hardware=(gpu(power=1.0, idle_power=0.25),),
        sites=(hall(pue=2.0, energy_price=0.1), cloud()),
        slices=peak_and_rest(),
    )

    assert cost(idle) == pytest.approx(100)
    assert cost(replace(idle, sites=(hall(energy_price=0.1), cloud()))) == 0


def test_units_that_fail_draw_idle_power_too() -> None:
    """Of 2 ordered units half is able to work, and both idle: 2 × 0.5 kW × 1000 h at 0.1 are 100.

    At work, one unit on average, they draw 0.5 kW more: 50.
    """
    shaky = case(
        buy(upfront_price=0.0, availability=0.5),
        hardware=(gpu(power=1.0, idle_power=0.5),),
        sites=(hall(pue=1.0, energy_price=0.1), cloud()),
    )

    assert packs(shaky) == {("buy", "Q1"): 2}
    assert cost(shaky) == pytest.approx(100 + 50)


def test_able_units_count_towards_required_cores_and_installed_ones_do_not() -> None:
    """4 ordered units of 4 cores at 0.75 availability have 12 cores; the fleet's are all able.

    Max utilisation is about planned work and does not count here.
    """

    def bought(required: float, **tables: Any) -> dict[tuple[str, str], int]:
        periods = quarters(1, required_cores=required)
        return packs(case(buy(availability=0.75), demand=(0.0,), periods=periods, **tables))

    half = Settings(max_utilisation=0.5)
    assert bought(12.0, settings=half) == {("buy", "Q1"): 4}
    assert bought(12.1) == {("buy", "Q1"): 5}
    assert bought(12.0, fleet=fleet(3), settings=half) == {}


def test_power_and_space_are_those_of_all_installed_units() -> None:
    """A hall of 3 kW and 6 rack units holds 3 units of 1 kW and 2 rack units, with the fleet's.

    The fourth is rented at 1000; a rented unit takes neither.
    """
    for limit in ({"it_power": 3.0}, {"rack_units": 6.0}):
        full = case(
            buy(),
            rent(),
            demand=(4.0,),
            fleet=fleet(1),
            hardware=(gpu(power=1.0, rack_units=2.0),),
            sites=(hall(**limit), cloud(it_power=0.0, rack_units=0.0)),
        )
        assert cost(full) == pytest.approx(200 + 1000)


def test_the_check_finds_stock_that_does_not_follow_from_the_orders() -> None:
    """2 units are ordered; a stock of 3 is one too many."""
    plan = cheapest(case(buy(), demand=(2.0,)))
    three = count_stock(plan.case, [replace(plan.orders[0], packs=3)])

    check = failure(installed, misread(plan, stock=three))

    assert check.rule.startswith("Units in service are the fleet and the orders")
    assert check.violation == pytest.approx(1)


def test_the_check_finds_units_that_stay_after_their_term() -> None:
    """A lease of 3 months is over in Q2: stock that still has it there has 1 unit too many."""
    plan = cheapest(case(lease(term=3), periods=quarters(2), demand=(1.0, 0.0)))
    stays = {**only_path(plan).stock, (GPUS, "Q2"): only_path(plan).stock[GPUS, "Q1"]}

    check = failure(installed, misread(plan, stock=stays))

    assert check.violation == pytest.approx(1)
    assert check.worst is not None
    assert check.worst.where == "gpu@hall in Q2"
