"""The oracle on the workbook's own rules: metrics, filters, windows, limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Currency, Settings
from planner.case.hardware import Category
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer, PriceTier
from planner.case.rules import Metric, SideRule, Window
from tests.builders import buy, case, fleet, gpu, hall, quarters, rent
from tests.oracle.agreed import agreed, is_impossible

ANNEX = hall(site="annex")


def _cheap_or_dear(**limits: Any) -> Case:
    """Return a case of 3 units: cheap ones at 100, or dear ones that have nothing in common."""
    rule = SideRule(**{"rule": "few", "metric": Metric.UNITS} | limits)
    dear = buy(
        offer="dear",
        vendor="W",
        sku="tpu",
        acquisition="lease",
        upfront_price=150.0,
        sites=("annex",),
    )
    return case(
        buy(sites=("hall",)),
        dear,
        demand=(3.0,),
        sites=(hall(), ANNEX),
        hardware=(
            gpu(power=2.0, idle_power=2.0),
            gpu(sku="tpu", category=Category.TPU, power=2.0, idle_power=2.0),
        ),
        rules=(rule,),
    )


@pytest.mark.parametrize(
    "filters",
    [
        {"vendor": ("V",)},
        {"category": (Category.GPU,)},
        {"sku": ("gpu",)},
        {"offer": ("buy",)},
        {"site": ("hall",)},
        {"acquisition": (Acquisition.PURCHASE,)},
        {"vendor": ("V", "W"), "site": ("hall",)},
    ],
)
@pytest.mark.parametrize(
    ("limits", "cost"),
    [
        ({"most": 2.0}, 350),
        ({"most": 1.9}, 400),
        ({"most": 0.0}, 450),
        ({"max_share": 0.67}, 350),
        ({"max_share": 0.66}, 400),
        ({"metric": Metric.SPEND, "most": 200.0}, 350),
        ({"metric": Metric.SPEND, "most": 199.0}, 400),
        ({"metric": Metric.SPEND, "max_share": 0.25}, 400),  # 100 of 400
        ({"metric": Metric.SPEND, "max_share": 0.24}, 450),
        ({"metric": Metric.POWER, "most": 4.0}, 350),
        ({"metric": Metric.CORES, "most": 8.0}, 350),
        ({"metric": Metric.TFLOPS, "most": 2.0}, 350),
        ({"metric": Metric.INSTALLED_UNITS, "most": 2.0}, 350),
        ({"metric": Metric.INSTALLED_POWER, "most": 4.0}, 350),
        ({"metric": Metric.INSTALLED_UNITS, "max_share": 0.34}, 400),
    ],
)
def test_a_rule_limits_what_its_filters_let_through(
    filters: dict[str, Any], limits: dict[str, Any], cost: float
) -> None:
    """3 units: as many at 100 as the rule lets, of 2 kW, 4 cores, 1 TFLOPS; 150 for others."""
    assert agreed(_cheap_or_dear(**filters, **limits)).objective == pytest.approx(cost)


def test_a_rule_may_ask_for_units_and_for_too_many() -> None:
    """At least 1 or 2.5 dear units make it 1 or 3; no TPU is V's, and 3 units are not 2."""
    dear = {"vendor": ("W",)}

    assert agreed(_cheap_or_dear(**dear, least=1.0)).objective == pytest.approx(350)
    assert agreed(_cheap_or_dear(**dear, least=2.5)).objective == pytest.approx(450)
    assert is_impossible(_cheap_or_dear(least=4.0, most=4.0, vendor=("V",), sku=("tpu",)))
    assert is_impossible(_cheap_or_dear(most=2.0))


@pytest.mark.parametrize(
    ("lead_time", "window", "cost"),
    [
        (0.0, {"per": Window.PERIOD, "most": 1.0}, 290),  # one comes early, for 30 more
        (0.0, {"per": Window.HORIZON, "most": 1.0}, None),
        (0.0, {"until_period": "Q1", "most": 0.0}, 260),
        (0.0, {"from_period": "Q2", "most": 1.0}, 290),
        (0.0, {"from_period": "Q2", "until_period": "Q2", "most": 0.0}, 320),
        (0.0, {"from_period": "Q1", "per": Window.PERIOD, "least": 1.0}, 290),
        (0.0, {"from_period": "Q1", "per": Window.HORIZON, "least": 2.0}, 260),
        # 12 weeks before 1 April is 7 January, in Q1
        (12.0, {"from_period": "Q2", "most": 0.0}, 260),
        (12.0, {"until_period": "Q1", "most": 1.0}, None),
    ],
)
def test_an_order_is_in_the_window_of_its_order_date(
    lead_time: float, window: dict[str, Any], cost: float | None
) -> None:
    """2 units at 100 for Q2, and 30 a quarter each from when they come."""
    of = case(
        buy(upfront_price=100.0, monthly_price=10.0, lead_time=lead_time),
        demand=(0.0, 2.0),
        periods=quarters(2),
        rules=(SideRule(rule="few", metric=Metric.UNITS, **window),),
    )

    if cost is None:
        assert is_impossible(of)
    else:
        assert agreed(of).objective == pytest.approx(cost)


def test_an_order_before_the_first_period_is_in_its_window() -> None:
    """13 weeks before 1 January 2025 the plan has begun, and Q1 is the period that counts."""
    of = case(
        buy(lead_time=13.0),
        settings=Settings(plan_start=date(2024, 10, 1)),
        rules=(SideRule(rule="none", metric=Metric.UNITS, until_period="Q1", most=0.0),),
    )

    assert is_impossible(of)
    assert agreed(replace(of, rules=())).objective == pytest.approx(100)


@pytest.mark.parametrize(
    ("filters", "cost"),
    [
        ({}, 100),
        ({"site": ("hall",)}, 100),
        ({"sku": ("gpu",)}, 100),
        ({"vendor": ("V",)}, 200),  # of whom the fleet is not known to be
        ({"offer": ("buy",)}, 200),
        ({"acquisition": (Acquisition.PURCHASE,)}, 200),
    ],
)
def test_the_fleet_came_by_no_offer(filters: dict[str, Any], cost: float) -> None:
    """One unit is there and 2 must be installed in each quarter; so they are for both."""
    of = case(
        buy(),
        demand=(0.0, 0.0),
        periods=quarters(2),
        fleet=fleet(1),
        rules=(SideRule(rule="two", metric=Metric.INSTALLED_UNITS, least=2.0, **filters),),
    )

    assert agreed(of).objective == pytest.approx(cost)


def test_installed_units_are_compared_in_each_period() -> None:
    """2 units in each of 2 quarters are never 3, though the rule says horizon."""
    rule = SideRule(
        rule="three", metric=Metric.INSTALLED_UNITS, per=Window.HORIZON, least=2.0, most=2.0
    )
    of = case(demand=(0.0, 0.0), periods=quarters(2), fleet=fleet(2), rules=(rule,))

    assert agreed(of).objective == 0
    assert is_impossible(replace(of, fleet=fleet(3)))


@pytest.mark.parametrize("metric", [Metric.UNITS, Metric.SPEND, Metric.INSTALLED_UNITS])
def test_what_is_rented_is_neither_ordered_nor_installed(metric: Metric) -> None:
    """1000 hours are rented at 1, and no unit of them counts."""
    of = case(rent(), rules=(SideRule(rule="none", metric=metric, most=0.0),))
    some = (SideRule(rule="some", metric=metric, least=1.0),)

    assert agreed(of).objective == pytest.approx(1000)
    assert is_impossible(replace(of, rules=some))


def _metered(**limits: Any) -> Case:
    """Return a case of 2 units of 1 kW: one of the fleet in the hall, one rented there."""
    return case(
        rent(sites=("hall",), availability=0.5),
        demand=(2.0,),
        sites=(hall(pue=1.5), ANNEX),
        hardware=(gpu(power=1.0, idle_power=1.0),),
        fleet=(*fleet(1), *fleet(1, site="annex", retire_on=date(2025, 1, 1))),
        rules=(SideRule(**{"rule": "green", "metric": Metric.ENERGY} | limits),),
    )


@pytest.mark.parametrize(
    ("limits", "is_possible"),
    [
        # 1.5 × 1000 hours × (1 kW + 1 kW / 0.5)
        ({"most": 4500.0}, True),
        ({"most": 4499.0}, False),
        ({"least": 4500.0}, True),
        ({"site": ("annex",), "most": 0.0}, True),
        ({"offer": ("rent",), "most": 3000.0}, True),
        ({"vendor": ("V",), "most": 2999.0}, False),
        ({"acquisition": (Acquisition.ON_DEMAND,), "max_share": 0.67}, True),
        ({"acquisition": (Acquisition.ON_DEMAND,), "max_share": 0.66}, False),
    ],
)
def test_energy_is_what_metered_sites_take(limits: dict[str, Any], is_possible: bool) -> None:
    """With cooling the fleet takes 1500 kWh, and the rented unit 3000."""
    if is_possible:
        assert agreed(_metered(**limits)).objective == pytest.approx(2000)
    else:
        assert is_impossible(_metered(**limits))


def test_spend_has_tiers_index_and_currency_but_nothing_beside() -> None:
    """2 at 80 EUR by the tier, 1.25 and an index of 2 are 400, without duty, fee and months."""
    offer = buy(
        landed_cost=0.5,
        order_fee=7.0,
        monthly_price=3.0,
        price_change=1.0,
        currency="EUR",
        term=12,
    )
    of = case(
        offer,
        demand=(0.0, 2.0),
        periods=(
            Period(period="Y1", start=date(2025, 1, 1)),
            Period(period="Y2", start=date(2026, 1, 1)),
        ),
        currencies=(Currency(currency="EUR", rate=1.25),),
        price_tiers=(PriceTier(offer="buy", min_units=2.0, upfront_price=80.0),),
    )

    def limited(**limits: float) -> Case:
        window = {"from_period": "Y2", "until_period": "Y2"}
        spend = SideRule(rule="spend", metric=Metric.SPEND, **window, **limits)
        none_early = SideRule(rule="late", metric=Metric.UNITS, until_period="Y1", most=0.0)
        return replace(of, rules=(spend, none_early))

    assert agreed(limited(least=400.0, most=400.0)).orders == {("buy", "hall", "Y2"): 2}
    assert is_impossible(limited(most=399.0))


def test_offers_are_told_apart_within_a_pool() -> None:
    """Both offers fill one pool; the rule is on the cheaper of them alone."""
    other: Offer = buy(offer="other", vendor="W", upfront_price=110.0)
    rule = SideRule(rule="half", metric=Metric.INSTALLED_UNITS, vendor=("V",), max_share=0.5)

    assert agreed(case(buy(), other, demand=(2.0,), rules=(rule,))).objective == 210
