"""Bounds: no order of more units than a plan can make use of is looked at, and none of fewer."""

from __future__ import annotations

from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Settings
from planner.case.offers import PriceTier, Rebate
from planner.case.rules import Metric, SideRule
from planner.errors import CaseError
from planner.model.bounds import MOST_UNITS, Bounds
from planner.model.pools import tabulate_pools
from tests.builders import buy, case, cheapest, cost, fleet, gpu, hall, quarters, reasons, rent


def _most(of: Case, offer: str = "buy") -> float:
    """Return the most units of an offer's first order."""
    whole = next(one for one in tabulate_pools(of).wholes if one.offer == offer)
    return Bounds(of).most_units(whole)


@pytest.mark.parametrize(
    ("terms", "tables", "most"),
    [
        ({"max_order": 7.0}, {}, 7),
        ({"max_total": 6.0}, {}, 6),
        ({"max_order": 7.0, "pack_size": 2}, {}, 6),
        ({}, {"hardware": (gpu(power=2.0),), "sites": (hall(it_power=11.0),)}, 5),
        ({}, {"hardware": (gpu(rack_units=3.0),), "sites": (hall(rack_units=10.0),)}, 3),
        ({}, {"periods": quarters(1, capex_budget=450.0)}, 4),
        ({"landed_cost": 0.25}, {"periods": quarters(1, total_budget=500.0)}, 4),
    ],
    ids=["max order", "max total", "whole packs", "power", "space", "budget", "landed cost"],
)
def test_terms_sites_and_budgets_bound_an_order(
    terms: dict[str, Any], tables: dict[str, Any], most: float
) -> None:
    """100 units are asked for, so that only what is named here is the limit."""
    assert _most(case(buy(**terms), rent(), demand=(100.0,), **tables)) == most


def test_unspent_budgets_bound_an_order_where_they_carry_over() -> None:
    """150 of the first quarter and 150 of the second buy 3 in the second; 1 without."""
    periods = quarters(2, capex_budget=150.0)
    second = {"periods": periods, "demand": (9.0, 9.0)}
    carried = case(buy(), rent(), settings=Settings(carry_over=True), **second)
    wholes = [one for one in tabulate_pools(carried).wholes if one.delivered == "Q2"]

    assert [Bounds(carried).most_units(one) for one in wholes] == [3]
    assert _most(case(buy(), rent(), **second)) == 1


@pytest.mark.parametrize(
    ("tables", "least"),
    [
        ({"demand": (40.0,)}, 40),
        ({"periods": quarters(1, required_cores=80.0)}, 20),
        ({"periods": quarters(1, required_tflops=30.0)}, 30),
        ({"price_tiers": (PriceTier(offer="buy", min_units=50, upfront_price=1.0),)}, 50),
        ({"rebates": (Rebate(vendor="V", min_spend=3000.0, rebate=0.1),)}, 30),
        ({"rules": (SideRule(rule="r", metric=Metric.UNITS, least=25.0),)}, 25),
        ({"rules": (SideRule(rule="r", metric=Metric.SPEND, least=2500.0),)}, 25),
    ],
    ids=["demand", "cores", "TFLOPS", "tier", "rebate", "units", "spend"],
)
def test_an_order_may_be_as_large_as_is_of_use(tables: dict[str, Any], least: float) -> None:
    """Each of these can ask for so many units of one order; and not for many times as many."""
    most = _most(case(buy(), **tables))
    assert least <= most <= 2 * least + 10


def test_units_that_only_thin_out_a_share_are_of_use() -> None:
    """10 units of V, at most 10 % of all, need 90 of W beside them."""
    share = SideRule(rule="share", metric=Metric.UNITS, vendor=("V",), max_share=0.1)
    thick = case(
        buy(max_total=10.0),
        buy(offer="thin", vendor="W", upfront_price=1.0, max_order=None, order_fee=1.0),
        demand=(100.0,),
        rules=(share,),
    )
    assert _most(thick, "thin") >= 90
    assert _most(thick, "thin") <= MOST_UNITS


def test_tiers_hold_where_light_units_could_thin_out_heavy_ones() -> None:
    """A bound of billions of units let the price of a tier leak into orders below it.

    4 units cost 400, 2 in each hall; the price of 50 begins at 9, which cost 450. The
    heavy machines that stand there draw a million times as much.
    """
    rules = tuple(
        SideRule(
            rule=f"share {place}", metric=Metric.INSTALLED_POWER, site=("hall",), max_share=0.5
        )
        for place in range(3)
    )
    heavy = gpu(sku="heavy", power=1000.0, tflops=0.0)
    there = fleet(1, sku="heavy") + fleet(1, sku="heavy", site="annex")
    leaking = case(
        buy(),
        periods=quarters(4),
        hardware=(gpu(power=0.001), heavy),
        fleet=there,
        sites=(hall(), hall(site="annex")),
        demand=(4.0,) * 4,
        rules=rules,
        price_tiers=(PriceTier(offer="buy", min_units=9, upfront_price=50.0),),
    )

    assert cheapest(leaking).outcome.objective == pytest.approx(400)


def test_an_order_that_earns_without_limit_is_refused() -> None:
    """A unit of 100 is worth 75 at the end of its first year, and 30 come back as a rebate."""
    rebate = (Rebate(vendor="V", min_spend=0.0, rebate=0.3),)
    earning = {"periods": quarters(4), "rebates": rebate, "demand": (1.0, 1.0, 1.0, 1.0)}

    with pytest.raises(CaseError, match="'buy'"):
        cheapest(case(buy(term=48), **earning))
    assert cost(case(buy(term=48, max_total=1.0), **earning)) == pytest.approx(-5)


@pytest.mark.parametrize(
    ("machine", "least_cost"),
    [
        # 1 kW × 1000 h × a quarter of the time: 250 kWh a unit, so 40 units for 10,000.
        ({"max_utilisation": 0.25}, 4010.0),
        # 0.1 kW idle, 0.9 kW for a quarter of the time: 325 kWh a unit, so 31 units.
        ({"max_utilisation": 0.25, "idle_power": 0.1}, 3110.0),
    ],
    ids=["busy", "idle"],
)
def test_energy_that_a_rule_asks_for_is_drawn_by_units_that_are_seldom_busy(
    machine: dict[str, Any], least_cost: float
) -> None:
    """A unit draws its full power only while it may be used."""
    asked = (SideRule(rule="burn", metric=Metric.ENERGY, least=10000.0),)
    burning = case(
        buy(order_fee=10.0),
        hardware=(gpu(power=1.0, **machine),),
        sites=(hall(pue=1.0),),
        rules=asked,
    )
    assert cost(burning) == pytest.approx(least_cost)


def test_tiers_that_begin_a_unit_apart_are_two() -> None:
    """At a million and one units the price is another one; 10 units cost 10 in any case."""
    tiers = (
        PriceTier(offer="buy", min_units=1000000, upfront_price=0.1),
        PriceTier(offer="buy", min_units=1000001, upfront_price=0.9),
    )
    assert cost(case(buy(upfront_price=1.0), demand=(10.0,), price_tiers=tiers)) == pytest.approx(
        10
    )


@pytest.mark.parametrize(
    ("terms", "tables", "reason"),
    [
        (
            {},
            {"periods": quarters(1, capex_budget=500.0)},
            "Q1: capex budget short by 510 USD (Periods, Capex budget)",
        ),
        ({"max_order": 5.0}, {}, "buy: max order short by 5 units in Q1 (Offers, Max order)"),
        ({"max_total": 3.0}, {}, "buy: max total short by 7 units (Offers, Max total)"),
    ],
    ids=["budget", "max order", "max total"],
)
def test_a_limit_that_bounds_an_order_is_what_stands_in_the_way(
    terms: dict[str, Any], tables: dict[str, Any], reason: str
) -> None:
    """10 units at 100 and a fee of 10, 1010 in all: the limit gives way, not the demand."""
    assert reasons(case(buy(order_fee=10.0, **terms), demand=(10.0,), **tables)) == (reason,)
