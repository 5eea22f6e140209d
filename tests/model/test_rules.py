"""Rules: what each metric measures, over which filters and window, against which limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Currency, Scenario, Settings
from planner.case.hardware import Category, Hardware
from planner.case.offers import Acquisition, Offer, PriceTier, TierScheme
from planner.case.rules import Metric, SideRule, Window
from planner.model.families import rules
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
    lease,
    load,
    more_work,
    packs,
    peak_and_rest,
    quarters,
    reasons,
    rent,
    reordered,
    years,
)
from tests.oracle import least_cost

OF_ORDERS = (Metric.SPEND, Metric.UNITS, Metric.POWER, Metric.CORES, Metric.TFLOPS)
OF_PERIODS = (Metric.INSTALLED_UNITS, Metric.INSTALLED_POWER)
ALL_CHEAP = {
    "vendor": ("V",),
    "category": (Category.GPU,),
    "sku": ("gpu",),
    "offer": ("buy",),
    "site": ("hall",),
    "acquisition": (Acquisition.PURCHASE,),
}
ALL_DEAR = {
    "vendor": ("W",),
    "category": (Category.TPU,),
    "sku": ("tpu",),
    "offer": ("dear",),
    "site": ("annex",),
    "acquisition": (Acquisition.LEASE,),
}
OFFER_FILTERS = ("vendor", "offer", "acquisition")
MACHINE_FILTERS = ("category", "sku", "site")
MIN = "What a rule measures is at least its Min."
MAX = "What a rule measures is at most its Max."
SHARE = "What a rule measures is at most its Max share of the same without its filters."


def limit(metric: Metric = Metric.UNITS, **terms: Any) -> SideRule:
    """Return a rule on a metric, of units if none is told."""
    return SideRule(**{"rule": "limit", "metric": metric} | terms)


def dear(**terms: Any) -> Offer:
    """Return a purchase from another vendor at 150 each."""
    return buy(**{"offer": "dear", "vendor": "W", "upfront_price": 150.0} | terms)


def two_vendors(*held: SideRule, demand: Any = (3.0,), **tables: Any) -> Case:
    """Return a case of GPUs of 2 kW from V at 100 or W at 150; 3 of them take 300."""
    return case(buy(), dear(), demand=demand, rules=held, hardware=(gpu(power=2.0),), **tables)


def nothing_in_common(*held: SideRule, **tables: Any) -> Case:
    """Return a case of units at 100 and others at 150 that pass no filter in common.

    Either draws 2 kW at work, and 4 kW of its metered site.
    """
    of_other = dear(sku="tpu", acquisition=Acquisition.LEASE, sites=("annex",))
    machines = (gpu(power=2.0), gpu(sku="tpu", category=Category.TPU, power=2.0))
    sites = (hall(pue=2.0), hall(site="annex", pue=2.0))
    given: dict[str, Any] = {"hardware": machines, "sites": sites, "demand": (3.0,)} | tables
    return case(buy(sites=("hall",)), of_other, rules=held, **given)


def each_quarter(*held: SideRule, demand: tuple[float, ...] = (1.0, 1.0, 1.0)) -> Case:
    """Return a case of quarters whose units serve 3 months, at 100 from V or 150 from W."""
    return case(buy(term=3), dear(term=3), periods=quarters(len(demand)), demand=demand, rules=held)


def metered(*offers: Offer, sku: Hardware | None = None, **tables: Any) -> Case:
    """Return a case of units that draw 1 kW at work in a hall of PUE 1; the cloud has no meter."""
    given: dict[str, Any] = {
        "hardware": (sku or gpu(power=1.0),),
        "sites": (hall(pue=1.0), cloud()),
    }
    return case(*offers, **given | tables)


PER_UNIT = {
    Metric.SPEND: 100.0,
    Metric.UNITS: 1.0,
    Metric.POWER: 2.0,
    Metric.CORES: 4.0,
    Metric.TFLOPS: 1.0,
    Metric.INSTALLED_UNITS: 1.0,
    Metric.INSTALLED_POWER: 2.0,
}


IN_WORDS = {
    Metric.SPEND: "USD",
    Metric.UNITS: "unit",
    Metric.POWER: "kW",
    Metric.CORES: "core",
    Metric.TFLOPS: "TFLOPS",
    Metric.INSTALLED_UNITS: "unit",
    Metric.INSTALLED_POWER: "kW",
    Metric.ENERGY: "kWh",
}
"""What one of a metric is called."""


@pytest.mark.parametrize("metric", PER_UNIT)
def test_a_metric_is_at_most_its_max(metric: Metric) -> None:
    """Three units of V are as many as are allowed, 300; with any less one is W's: 200 + 150."""
    most = 3 * PER_UNIT[metric]

    assert cost(two_vendors(limit(metric, vendor=("V",), most=most))) == pytest.approx(300)
    assert cost(two_vendors(limit(metric, vendor=("V",), most=0.999 * most))) == pytest.approx(350)


@pytest.mark.parametrize("metric", PER_UNIT)
def test_a_metric_is_at_least_its_min(metric: Metric) -> None:
    """One unit of W meets a Min of one, 200 + 150; with any more two are W's: 100 + 300."""
    least = PER_UNIT[metric] * (1.5 if metric is Metric.SPEND else 1.0)

    assert cost(two_vendors(limit(metric, vendor=("W",), least=least))) == pytest.approx(350)
    more = limit(metric, vendor=("W",), least=1.001 * least)
    assert cost(two_vendors(more)) == pytest.approx(400)


def test_a_min_of_what_is_bought_anyway_costs_nothing() -> None:
    """The rule asks for no more than the demand does: 3 at 100, and a fourth for a Min of 4."""
    assert cost(two_vendors(limit(least=3.0))) == pytest.approx(300)
    assert cost(two_vendors(limit(least=4.0))) == pytest.approx(400)


def test_both_limits_of_a_rule_hold() -> None:
    """Min and Max may be one number: exactly 2 of W beside 1 of V are 400."""
    assert cost(two_vendors(limit(vendor=("W",), least=2.0, most=2.0))) == pytest.approx(400)


def test_a_max_of_nothing_forbids_and_a_min_of_nothing_allows_all() -> None:
    """Zero is a limit like any other: Max 0 of V leaves W's 450, Min 0 changes nothing."""
    assert cost(two_vendors(limit(vendor=("V",), most=0.0))) == pytest.approx(450)
    assert cost(two_vendors(limit(vendor=("W",), least=0.0))) == pytest.approx(300)


def test_units_come_in_packs() -> None:
    """A rule counts units, not packs: two packs of 2 are 4 units, above a Max of 3."""

    def of(most: float) -> Case:
        return case(buy(pack_size=2), demand=(3.0,), rules=(limit(most=most),))

    assert cost(of(4.0)) == pytest.approx(400)
    assert reasons(of(3.0)) == ("rule 'limit': max short by 1 unit in Q1 (Rules, Max)",)


@pytest.mark.parametrize(
    ("most", "total"),
    [
        (12000.0, 300),  # 3 at work for 1000 hours at 2 kW and a PUE of 2
        (11999.0, 350),
    ],
)
def test_energy_is_at_most_its_max(most: float, total: float) -> None:
    """What a metered site draws is limited: beyond 12000 kWh in the hall one unit is elsewhere."""
    for filters in ({"site": ("hall",)}, {"sku": ("gpu",)}, {"category": (Category.GPU,)}):
        rule = limit(Metric.ENERGY, most=most, **filters)

        assert cost(nothing_in_common(rule)) == pytest.approx(total)


def test_energy_is_at_least_its_min() -> None:
    """The annex draws 4000 kWh with one unit at work, 200 + 150; with a kWh more it has two."""

    def of(least: float) -> Case:
        return nothing_in_common(limit(Metric.ENERGY, site=("annex",), least=least))

    assert cost(of(4000.0)) == pytest.approx(350)
    assert cost(of(4001.0)) == pytest.approx(400)


@pytest.mark.parametrize("filtered", ALL_CHEAP)
def test_a_filter_lets_through_what_it_names_and_nothing_else(filtered: str) -> None:
    """One filter tells the two kinds apart: 2 cheap ones and a dear one, or 3 cheap ones."""
    of_cheap, of_dear = {filtered: ALL_CHEAP[filtered]}, {filtered: ALL_DEAR[filtered]}

    assert cost(nothing_in_common(limit(most=2.0, **of_cheap))) == pytest.approx(350)
    assert cost(nothing_in_common(limit(most=3.0, **of_cheap))) == pytest.approx(300)
    assert cost(nothing_in_common(limit(most=0.0, **of_dear))) == pytest.approx(300)
    assert cost(nothing_in_common(limit(least=1.0, **of_dear))) == pytest.approx(350)


@pytest.mark.parametrize("filtered", ALL_CHEAP)
def test_a_filter_may_name_several(filtered: str) -> None:
    """A list lets through each of its names: 3 of both kinds are allowed, 2 are not."""
    both = {filtered: ALL_CHEAP[filtered] + ALL_DEAR[filtered]}

    assert cost(nothing_in_common(limit(most=3.0, **both))) == pytest.approx(300)
    assert reasons(nothing_in_common(limit(most=2.0, **both))) == (
        "rule 'limit': max short by 1 unit in Q1 (Rules, Max)",
    )


def test_filters_hold_together() -> None:
    """What passes must pass every filter: nothing is both V's and in the annex."""
    neither = limit(vendor=("V",), site=("annex",), most=0.0)
    all_six = limit(most=0.0, **ALL_CHEAP)

    assert cost(nothing_in_common(neither)) == pytest.approx(300)
    assert cost(nothing_in_common(all_six)) == pytest.approx(450)


@pytest.mark.parametrize("filtered", ALL_CHEAP)
@pytest.mark.parametrize("metric", OF_PERIODS)
def test_a_filter_of_what_is_installed(metric: Metric, filtered: str) -> None:
    """Installed units pass by the offer that brought them, and by machine and site."""
    filters = {filtered: ALL_CHEAP[filtered]}
    most = 2 * PER_UNIT[metric]

    assert cost(nothing_in_common(limit(metric, most=most, **filters))) == pytest.approx(350)
    of_three = limit(metric, most=1.5 * most, **filters)
    assert cost(nothing_in_common(of_three)) == pytest.approx(300)


@pytest.mark.parametrize(
    ("window", "total"),
    [
        ({}, 450),
        ({"from_period": "Q1"}, 450),
        ({"from_period": "Q2"}, 400),
        ({"from_period": "Q3"}, 350),
        ({"until_period": "Q1"}, 350),
        ({"until_period": "Q2"}, 400),
        ({"until_period": "Q3"}, 450),
        ({"from_period": "Q2", "until_period": "Q2"}, 350),
        ({"from_period": "Q1", "until_period": "Q2"}, 400),
    ],
)
@pytest.mark.parametrize("metric", [Metric.UNITS, Metric.SPEND, Metric.INSTALLED_UNITS])
@pytest.mark.parametrize("per", Window)
def test_from_and_until_are_both_in_the_window(
    window: dict[str, str], total: float, metric: Metric, per: Window
) -> None:
    """A unit of each quarter in the window is W's, 50 dearer than V's; both ends are inside."""
    none_of_v = limit(metric, vendor=("V",), most=0.0, per=per, **window)

    assert cost(each_quarter(none_of_v)) == pytest.approx(total)


@pytest.mark.parametrize(
    ("per", "most", "total"),
    [
        (Window.HORIZON, 4.0, 400),
        (Window.HORIZON, 2.0, 500),
        (Window.PERIOD, 2.0, 400),
        (Window.PERIOD, 1.0, 450),
    ],
)
def test_a_max_holds_for_each_period_or_for_all_at_once(
    per: Window, most: float, total: float
) -> None:
    """Of 2, 1 and 1 units each quarter may have its Max of V's, or the horizon as a whole."""
    rule = limit(vendor=("V",), most=most, per=per)

    assert cost(each_quarter(rule, demand=(2.0, 1.0, 1.0))) == pytest.approx(total)


@pytest.mark.parametrize(("per", "total"), [(Window.HORIZON, 350), (Window.PERIOD, 450)])
def test_a_min_holds_for_each_period_or_for_all_at_once(per: Window, total: float) -> None:
    """One unit of W in all, or one in each of three quarters."""
    assert cost(each_quarter(limit(vendor=("W",), least=1.0, per=per))) == pytest.approx(total)


@pytest.mark.parametrize("per", Window)
def test_a_min_per_period_holds_only_in_its_window(per: Window) -> None:
    """From Q2 on there are two quarters: one unit of W in each, or one in both together."""
    rule = limit(vendor=("W",), least=1.0, per=per, from_period="Q2")

    assert cost(each_quarter(rule)) == pytest.approx(400 if per is Window.PERIOD else 350)


@pytest.mark.parametrize(("per", "total"), [(Window.HORIZON, 250), (Window.PERIOD, 300)])
def test_a_share_is_of_the_same_window(per: Window, total: float) -> None:
    """Half of two quarters' units may be V's; half of each quarter's one unit is none."""
    rule = limit(vendor=("V",), max_share=0.5, per=per)

    assert cost(each_quarter(rule, demand=(1.0, 1.0))) == pytest.approx(total)


@pytest.mark.parametrize("metric", OF_ORDERS)
def test_an_order_counts_in_the_period_that_it_is_placed_in(metric: Metric) -> None:
    """Units for Q2 that take 4 weeks are ordered in Q1: a Max there makes them W's, at 150."""

    def of(lead_time: float, window: dict[str, str]) -> Case:
        rule = limit(metric, vendor=("V",), most=0.0, **window)
        late = buy(lead_time=lead_time, available_from=date(2025, 3, 1))
        return case(
            late,
            dear(),
            periods=quarters(2),
            demand=(0.0, 1.0),
            rules=(rule,),
            hardware=(gpu(power=2.0),),
        )

    assert cost(of(4.0, {"until_period": "Q1"})) == pytest.approx(150)
    assert cost(of(4.0, {"from_period": "Q2"})) == pytest.approx(100)
    assert cost(of(0.0, {"until_period": "Q1"})) == pytest.approx(100)
    assert cost(of(0.0, {"from_period": "Q2"})) == pytest.approx(150)


@pytest.mark.parametrize(("days", "total"), [(91, 100), (92, 150)])
def test_the_first_day_of_a_period_is_in_it(days: int, total: float) -> None:
    """91 days before 1 July is 1 April, in Q2; a day earlier is Q1, where none may be ordered."""
    slow = buy(lead_time=days / 7, available_from=date(2025, 3, 31))
    rule = limit(vendor=("V",), most=0.0, until_period="Q1")

    of = case(slow, dear(), periods=quarters(3), demand=(0.0, 0.0, 1.0), rules=(rule,))

    assert cost(of) == pytest.approx(total)


def test_an_order_before_the_first_period_counts_in_the_first() -> None:
    """Placed on 4 December for January, a unit of V is one of Q1's, not of Q2's."""

    def of(**window: str) -> Case:
        return case(
            buy(lead_time=4.0, available_until=date(2024, 12, 31)),
            dear(),
            periods=quarters(2),
            demand=(1.0, 1.0),
            settings=Settings(plan_start=date(2024, 12, 1)),
            rules=(limit(vendor=("V",), most=0.0, **window),),
        )

    assert cost(of(until_period="Q1")) == pytest.approx(150)
    assert cost(of(from_period="Q2")) == pytest.approx(100)


@pytest.mark.parametrize("metric", OF_PERIODS)
def test_what_is_installed_counts_from_its_delivery(metric: Metric) -> None:
    """Ordered in Q1 and delivered in Q2, a unit stands in Q2: a Max in Q1 does not count it."""

    def of(**window: str) -> Case:
        return case(
            buy(lead_time=4.0),
            dear(),
            periods=quarters(2),
            demand=(0.0, 1.0),
            hardware=(gpu(power=2.0),),
            rules=(limit(metric, vendor=("V",), most=0.0, **window),),
        )

    assert cost(of(until_period="Q1")) == pytest.approx(100)
    assert cost(of(from_period="Q2")) == pytest.approx(150)


@pytest.mark.parametrize("per", Window)
@pytest.mark.parametrize("metric", OF_PERIODS)
def test_what_is_installed_is_of_each_period_whatever_per_says(metric: Metric, per: Window) -> None:
    """1 unit and then 2 are at most 2 in each quarter, never 3; and a Min of 2 asks both for 2."""

    def of(**limits: float) -> Case:
        return case(
            buy(),
            periods=quarters(2),
            demand=(1.0, 2.0),
            hardware=(gpu(power=2.0),),
            rules=(limit(metric, per=per, **limits),),
        )

    two = 2 * PER_UNIT[metric]
    told = f"{PER_UNIT[metric]:g} {IN_WORDS[metric]}"
    assert cost(of(most=two)) == pytest.approx(200)
    assert reasons(of(most=0.5 * two)) == (f"rule 'limit': max short by {told} in Q2 (Rules, Max)",)
    assert packs(of(least=two)) == {("buy", "Q1"): 2}


@pytest.mark.parametrize("per", Window)
def test_energy_is_of_each_period_whatever_per_says(per: Window) -> None:
    """1000 kWh in each of two quarters pass a Max of 1000; with 999, each hour more is rented."""

    def of(most: float) -> Case:
        return metered(
            buy(),
            rent(),
            periods=quarters(2),
            demand=(1.0, 1.0),
            rules=(limit(Metric.ENERGY, most=most, per=per),),
        )

    assert cost(of(1000.0)) == pytest.approx(100)
    assert cost(of(999.0)) == pytest.approx(100 + 2 * 1)


@pytest.mark.parametrize("per", Window)
def test_a_min_of_energy_is_of_each_period(per: Window) -> None:
    """A second unit at work draws the 2000 kWh that each quarter must, and not 1000 in each."""
    of = metered(
        buy(),
        periods=quarters(2),
        demand=(1.0, 1.0),
        rules=(limit(Metric.ENERGY, least=2000.0, per=per),),
    )

    assert packs(of) == {("buy", "Q1"): 2}


@pytest.mark.parametrize("filtered", OFFER_FILTERS)
@pytest.mark.parametrize("metric", OF_PERIODS)
def test_the_fleet_is_left_out_where_a_rule_tells_offers_apart(
    metric: Metric, filtered: str
) -> None:
    """The fleet has no vendor, offer or acquisition: beside 2 of it one unit of V is allowed."""
    filters = {filtered: ALL_CHEAP[filtered]}
    each = PER_UNIT[metric]

    def of(**limits: float) -> Case:
        return nothing_in_common(limit(metric, **filters, **limits), fleet=fleet(2))

    assert cost(of(most=each)) == pytest.approx(100)
    assert cost(of(most=0.0)) == pytest.approx(150)
    assert cost(of(least=2 * each)) == pytest.approx(200)


@pytest.mark.parametrize("filtered", [*MACHINE_FILTERS, ""])
@pytest.mark.parametrize("metric", OF_PERIODS)
def test_the_fleet_counts_where_a_rule_does_not(metric: Metric, filtered: str) -> None:
    """2 of the fleet and one of V are 3, by category, SKU and site, or without a filter."""
    filters = {filtered: ALL_CHEAP[filtered]} if filtered else {}
    each = PER_UNIT[metric]

    def of(**limits: float) -> Case:
        return nothing_in_common(limit(metric, **filters, **limits), fleet=fleet(2))

    assert cost(of(most=3 * each)) == pytest.approx(100)
    assert cost(of(least=3 * each)) == pytest.approx(100)
    assert cost(of(least=4 * each)) == pytest.approx(200)
    if filtered:
        assert cost(of(most=2 * each)) == pytest.approx(150)
    else:
        assert reasons(of(most=2 * each)) == (
            f"rule 'limit': max short by {each:g} {IN_WORDS[metric]} in Q1 (Rules, Max)",
        )


@pytest.mark.parametrize("filtered", MACHINE_FILTERS)
def test_a_filter_on_machines_applies_to_the_fleet(filtered: str) -> None:
    """2 of the fleet in the hall are none of the annex's: one dear unit passes a Max of 1."""
    rule = limit(Metric.INSTALLED_UNITS, least=1.0, most=1.0, **{filtered: ALL_DEAR[filtered]})

    assert cost(nothing_in_common(rule, fleet=fleet(2))) == pytest.approx(150)


@pytest.mark.parametrize("metric", OF_ORDERS)
def test_the_fleet_was_not_ordered(metric: Metric) -> None:
    """A Max of nothing is met by the fleet alone, and it meets no Min."""
    none, some = limit(metric, most=0.0), limit(metric, least=1.0)

    assert cost(two_vendors(none, fleet=fleet(3))) == 0
    assert cost(two_vendors(some, fleet=fleet(3))) == pytest.approx(100)


@pytest.mark.parametrize(
    ("dates", "window", "is_there"),
    [
        ({"retire_on": date(2025, 4, 1)}, "Q1", True),
        ({"retire_on": date(2025, 4, 1)}, "Q2", False),
        ({"retire_on": date(2025, 4, 2)}, "Q2", True),
        ({"available_from": date(2025, 4, 1)}, "Q1", False),
        ({"available_from": date(2025, 4, 1)}, "Q2", True),
        ({"available_from": date(2025, 4, 2)}, "Q2", False),
    ],
)
def test_the_fleet_counts_while_it_is_in_service(
    dates: dict[str, date], window: str, *, is_there: bool
) -> None:
    """A Min of one unit in a quarter costs 100 where the fleet's is not there on its first day."""
    rule = limit(Metric.INSTALLED_UNITS, least=1.0, from_period=window, until_period=window)

    of = case(buy(), periods=quarters(2), demand=(0.0, 0.0), fleet=fleet(1, **dates), rules=(rule,))

    assert cost(of) == pytest.approx(0 if is_there else 100)


@pytest.mark.parametrize(("most", "total"), [(2000.0, 100), (1999.0, 101)])
def test_energy_counts_units_in_service_as_idle(most: float, total: float) -> None:
    """A unit idles at 1 kW and draws 2 more at work, half the time: 1000 + 2 × 500 kWh.

    A kWh less is rented in the cloud for half an hour, at 2 an hour; it has no meter.
    """
    of = metered(
        buy(),
        rent(hourly_price=2.0),
        sku=gpu(power=3.0, idle_power=1.0),
        demand=(0.5,),
        rules=(limit(Metric.ENERGY, most=most),),
    )

    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize(("most", "is_enough"), [(1500.0, True), (1499.0, False)])
def test_energy_counts_the_fleet_by_machine_and_site(most: float, *, is_enough: bool) -> None:
    """The fleet's unit idles at 1 kW, and draws 3 at work: 1000 + 2 × 250 kWh.

    Work of a kWh less is rented for half an hour; idle energy alone cannot be avoided.
    """

    def of(amount: float, **filters: Any) -> Case:
        return metered(
            rent(hourly_price=2.0),
            sku=gpu(power=3.0, idle_power=1.0),
            demand=(0.25,),
            fleet=fleet(1),
            rules=(limit(Metric.ENERGY, most=amount, **filters),),
        )

    for filters in ({}, {"site": ("hall",)}, {"sku": ("gpu",)}, {"category": (Category.GPU,)}):
        assert cost(of(most, **filters)) == pytest.approx(0 if is_enough else 1)
    assert cost(of(0.0, site=("cloud",))) == pytest.approx(0)
    assert reasons(of(999.0)) == ("rule 'limit': max short by 1 kWh in Q1 (Rules, Max)",)


@pytest.mark.parametrize(("most", "total"), [(1500.0, 100), (1497.0, 102)])
def test_energy_is_of_the_facility(most: float, total: float) -> None:
    """With a PUE of 1.5 an hour at work draws 1.5 kWh: 1000 of them, or 2 fewer."""
    of = metered(
        buy(),
        rent(),
        sites=(hall(pue=1.5), cloud()),
        rules=(limit(Metric.ENERGY, most=most),),
    )

    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize(("most", "total"), [(4500.0, 200), (4498.0, 201)])
def test_energy_adds_up_the_slices(most: float, total: float) -> None:
    """Twice the work in a quarter of the hours: 2 units idle at 1 kW and draw 2 more at work.

    That is 2000 + 2 × (2 × 250 + 750) kWh; 2 kWh less are an hour in the cloud.
    """
    of = metered(
        buy(),
        rent(),
        sku=gpu(power=3.0, idle_power=1.0),
        slices=peak_and_rest(),
        load_profile=(load(2.0),),
        rules=(limit(Metric.ENERGY, most=most),),
    )

    assert cost(of) == pytest.approx(total)


def test_energy_of_a_site_without_a_meter_is_none() -> None:
    """A hall without a PUE draws nothing that counts: it passes a Max of 0 and meets no Min."""
    unmetered: dict[str, Any] = {"sites": (hall(), cloud())}

    none = metered(buy(), **unmetered, rules=(limit(Metric.ENERGY, most=0.0),))
    some = metered(buy(), **unmetered, rules=(limit(Metric.ENERGY, least=10.0),))

    assert cost(none) == pytest.approx(100)
    assert reasons(some) == ("rule 'limit': min too high by 10 kWh in Q1 (Rules, Min)",)


@pytest.mark.parametrize("named", [{}, {"vendor": ("V",)}, {"offer": ("rent",)}])
@pytest.mark.parametrize(("most", "total"), [(2000.0, 1000), (1998.0, 1001)])
def test_energy_counts_rented_units(
    most: float, total: float, named: dict[str, tuple[str, ...]]
) -> None:
    """Units that are there half the time are rented twice: 2 × 1000 kWh in a metered cloud.

    2 kWh less are an hour's work, rented elsewhere for 2 instead of 1.
    """
    twice = rent(availability=0.5, hourly_price=0.5, sites=("cloud",))
    other = rent(offer="other", vendor="W", sites=("far",), hourly_price=2.0)

    of = metered(
        twice,
        other,
        sites=(hall(), cloud(pue=1.0), cloud(site="far")),
        rules=(limit(Metric.ENERGY, most=most, **named),),
    )

    assert cost(of) == pytest.approx(total)


def test_rented_units_do_not_idle() -> None:
    """At work a rented unit draws its full power, whatever it idles at: 3000 kWh."""

    def of(most: float) -> Case:
        return metered(
            rent(),
            sku=gpu(power=3.0, idle_power=1.0),
            sites=(hall(), cloud(pue=1.0)),
            rules=(limit(Metric.ENERGY, most=most),),
        )

    assert cost(of(3000.0)) == pytest.approx(1000)
    assert reasons(of(2999.0)) == ("rule 'limit': max short by 1 kWh in Q1 (Rules, Max)",)


@pytest.mark.parametrize(
    "named", [{"vendor": ("V",)}, {"offer": ("paid",)}, {"acquisition": (Acquisition.LEASE,)}]
)
def test_energy_may_tell_apart_what_is_paid_by_the_hour(named: dict[str, Any]) -> None:
    """Beside the fleet's unit one leased by the hour idles at 1 kW, and draws 2 at work.

    2000 kWh are its own, and none of the fleet's 2000; 1 less is an hour of the cloud's, at 2.
    """

    def of(most: float) -> Case:
        paid = lease(offer="paid", monthly_price=0.0, hourly_price=1.0)
        return metered(
            paid,
            rent(vendor="W", hourly_price=2.0),
            sku=gpu(power=2.0, idle_power=1.0),
            fleet=fleet(1),
            demand=(2.0,),
            rules=(limit(Metric.ENERGY, most=most, **named),),
        )

    assert cost(of(2000.0)) == pytest.approx(1000)
    assert cost(of(1999.0)) == pytest.approx(1001)


def tiered(*steps: tuple[float, float]) -> tuple[PriceTier, ...]:
    """Return the tiers of V's purchase: from so many units on, at so much."""
    return tuple(
        PriceTier(offer="buy", min_units=units, upfront_price=price) for units, price in steps
    )


@pytest.mark.parametrize(
    ("most", "total"),
    [
        (280.0, 280),  # 4 at 70
        (279.0, 500),  # 3 at 100 would be 300, so 2, and 2 of W
    ],
)
def test_spend_has_the_price_of_the_tier_reached(most: float, total: float) -> None:
    """The tier prices the whole order, so that 4 units spend less than 3."""
    rule = limit(Metric.SPEND, vendor=("V",), most=most)

    of = two_vendors(rule, demand=(4.0,), price_tiers=tiered((4, 70)))

    assert cost(of) == pytest.approx(total)


def test_a_min_of_spend_may_take_more_units_in_a_cheaper_tier() -> None:
    """3 at 100 spend 300; a Min of 301 takes 5 at 70."""

    def of(least: float) -> Case:
        rule = limit(Metric.SPEND, least=least)
        return case(buy(), demand=(3.0,), rules=(rule,), price_tiers=tiered((4, 70)))

    assert packs(of(280.0)) == {("buy", "Q1"): 4}
    assert cost(of(280.0)) == pytest.approx(280)
    assert packs(of(281.0)) == {("buy", "Q1"): 3}
    assert packs(of(301.0)) == {("buy", "Q1"): 5}


@pytest.mark.parametrize(("most", "total"), [(300.0, 300), (299.0, 400)])
def test_spend_has_the_prices_of_incremental_tiers(most: float, total: float) -> None:
    """2 at 100 and 2 at 50 are 300; beyond the Max 3 are 250, and one of W 150."""
    incremental = buy(tier_scheme=TierScheme.INCREMENTAL)
    rule = limit(Metric.SPEND, vendor=("V",), most=most)

    of = case(incremental, dear(), demand=(4.0,), rules=(rule,), price_tiers=tiered((2, 50)))

    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize(("most", "total"), [(250.0, 250), (249.0, 275)])
def test_spend_is_in_base_currency(most: float, total: float) -> None:
    """2 at 100 EUR are 250; beyond the Max one is W's: 125 + 150."""
    rule = limit(Metric.SPEND, vendor=("V",), most=most)

    of = case(
        buy(currency="EUR"),
        dear(),
        demand=(2.0,),
        currencies=(Currency(currency="EUR", rate=1.25),),
        rules=(rule,),
    )

    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize(("most", "total"), [(110.0, 110), (109.9, 150)])
def test_spend_has_the_price_of_the_order_date(most: float, total: float) -> None:
    """A year on, V's price has risen by a tenth to 110; beyond the Max the unit is W's."""
    rule = limit(Metric.SPEND, vendor=("V",), most=most)

    of = case(
        buy(price_change=0.1, available_from=date(2026, 1, 1)),
        dear(),
        periods=years(2),
        demand=(0.0, 1.0),
        rules=(rule,),
    )

    assert cost(of) == pytest.approx(total)


def test_spend_is_of_upfront_prices_alone() -> None:
    """Of 2 units 200 count, not landed cost, fee, months and hours: 200 + 20 + 7 + 6 + 2."""

    def of(most: float) -> Case:
        offer = buy(
            upfront_price=100.0,
            landed_cost=0.1,
            order_fee=7.0,
            monthly_price=1.0,
            hourly_price=0.001,
        )
        return case(offer, demand=(2.0,), rules=(limit(Metric.SPEND, most=most),))

    assert cost(of(200.0)) == pytest.approx(235)
    assert reasons(of(199.0)) == ("rule 'limit': max short by 1 USD in Q1 (Rules, Max)",)


def test_spend_is_not_discounted() -> None:
    """A year on, at 25 % a year, 100 cost 80, and count as 100."""

    def of(most: float) -> Case:
        return case(
            buy(available_from=date(2026, 1, 1)),
            periods=years(2),
            demand=(0.0, 1.0),
            settings=Settings(discount_rate=0.25),
            rules=(limit(Metric.SPEND, most=most),),
        )

    assert cost(of(100.0)) == pytest.approx(80)
    assert reasons(of(99.0)) == ("rule 'limit': max short by 1 USD in Y1 to Y2 (Rules, Max)",)


def test_a_lease_without_an_upfront_price_spends_nothing() -> None:
    """Two units leased at 10 a month pass a Max of 0."""
    of = case(lease(), demand=(2.0,), rules=(limit(Metric.SPEND, most=0.0),))

    assert cost(of) == pytest.approx(60)


def two_halls(*offers: Offer, rule: SideRule, **tables: Any) -> Case:
    """Return a case of a unit of work in each of two halls, which none may do elsewhere."""
    names = ("hall", "annex")
    given: dict[str, Any] = {
        "sites": tuple(hall(site=name) for name in names),
        "workloads": tuple(chat(workload=f"of {name}", sites=(name,)) for name in names),
        "demand": {f"of {name}": (1.0,) for name in names},
        "rules": (rule,),
    }
    return case(*offers, **given | tables)


@pytest.mark.parametrize(("most", "total"), [(80.0, 160), (79.0, 250)])
def test_spend_at_a_site_has_the_price_of_the_whole_order(most: float, total: float) -> None:
    """Two units for two halls are an order at 80, of which 80 are each hall's.

    Beyond the Max the hall's unit is W's, and the annex's alone is at 100.
    """
    rule = limit(Metric.SPEND, vendor=("V",), site=("hall",), most=most)

    of = two_halls(buy(), dear(), rule=rule, price_tiers=tiered((2, 80)))

    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize(("least", "total"), [(80.0, 160), (81.0, 240), (160.0, 240), (161.0, 320)])
def test_a_min_of_spend_at_a_site_has_the_price_of_the_whole_order(
    least: float, total: float
) -> None:
    """At 80 each, every 80 more at the hall is a unit more there, beside the annex's one."""
    rule = limit(Metric.SPEND, site=("hall",), least=least)

    assert cost(two_halls(buy(), rule=rule, price_tiers=tiered((2, 80)))) == pytest.approx(total)


def test_spend_at_a_site_below_the_first_tier_has_the_offers_own_price() -> None:
    """Two units in two halls are below a tier of 3: the hall's is at 100, and so is its spend.

    A Max of 50 is met by 4 at 50, with 1 in the hall; 3 at 90 would be above it.
    """

    def of(most: float, *steps: tuple[float, float]) -> Case:
        rule = limit(Metric.SPEND, site=("hall",), most=most)
        return two_halls(buy(), rule=rule, price_tiers=tiered(*steps))

    assert cost(of(100.0, (3, 90))) == pytest.approx(200)
    assert cost(of(50.0, (3, 90), (4, 50))) == pytest.approx(200)
    assert cost(of(60.0, (3, 90), (5, 60))) == pytest.approx(300)
    assert reasons(of(99.0, (3, 100))) == ("rule 'limit': max short by 1 USD in Q1 (Rules, Max)",)


@pytest.mark.parametrize("least", [100.0, 101.0])
def test_spend_at_a_site_without_tiers_is_of_its_units(least: float) -> None:
    """The hall's unit is 100; a Min of more takes a second one there."""
    rule = limit(Metric.SPEND, site=("hall",), least=least)

    assert cost(two_halls(buy(), rule=rule)) == pytest.approx(200 if least == 100 else 300)


def test_spend_at_all_sites_of_an_order_may_have_incremental_tiers() -> None:
    """A unit for each hall is 100 + 60, all of it at the two sites named."""
    incremental = buy(tier_scheme=TierScheme.INCREMENTAL)

    def of(most: float) -> Case:
        rule = limit(Metric.SPEND, site=("hall", "annex"), most=most)
        return two_halls(incremental, rule=rule, price_tiers=tiered((1, 60)))

    assert cost(of(160.0)) == pytest.approx(160)
    assert reasons(of(159.0)) == ("rule 'limit': max short by 1 USD in Q1 (Rules, Max)",)


@pytest.mark.parametrize(
    ("share", "total"), [(0.572, 350), (0.571, 400), (0.25, 400), (0.249, 450)]
)
def test_a_vendors_share_of_spend_is_limited(share: float, total: float) -> None:
    """Two of V and one of W are 200 of 350, or 57.1 %; one and two are 100 of 400, or 25 %."""
    rule = limit(Metric.SPEND, vendor=("V",), max_share=share)

    assert cost(two_vendors(rule)) == pytest.approx(total)


@pytest.mark.parametrize("metric", [*OF_ORDERS[1:], *OF_PERIODS])
def test_a_vendors_share_of_units_is_limited(metric: Metric) -> None:
    """Three quarters of 4 units are 3 of V's: 300 + 150; with less of them 2 are W's."""

    def of(share: float) -> Case:
        return two_vendors(limit(metric, vendor=("V",), max_share=share), demand=(4.0,))

    assert cost(of(0.75)) == pytest.approx(450)
    assert cost(of(0.74)) == pytest.approx(500)


@pytest.mark.parametrize("filtered", ALL_CHEAP)
def test_a_share_is_of_the_same_without_any_filter(filtered: str) -> None:
    """Whatever the filter, the whole is all units: 2 of 3 cheap ones, or 1 of 3."""
    filters = {filtered: ALL_CHEAP[filtered]}

    assert cost(nothing_in_common(limit(max_share=0.67, **filters))) == pytest.approx(350)
    assert cost(nothing_in_common(limit(max_share=0.66, **filters))) == pytest.approx(400)


def test_a_share_of_energy_is_of_all_metered_sites() -> None:
    """The hall may draw two thirds of 12000 kWh: 2 units there and 1 in the annex."""

    def of(share: float) -> Case:
        return nothing_in_common(limit(Metric.ENERGY, site=("hall",), max_share=share))

    assert cost(of(0.667)) == pytest.approx(350)
    assert cost(of(0.5)) == pytest.approx(400)
    assert cost(of(1.0)) == pytest.approx(300)


def test_the_fleet_is_part_of_the_whole() -> None:
    """A quarter of what is installed may be V's: 1 beside 3 of the fleet, but not 2.

    With 5 in demand the fifth is W's: 100 + 150.
    """

    def of(demand: float) -> Case:
        rule = limit(Metric.INSTALLED_UNITS, vendor=("V",), max_share=0.25)
        return two_vendors(rule, demand=(demand,), fleet=fleet(3))

    assert cost(of(4.0)) == pytest.approx(100)
    assert cost(of(5.0)) == pytest.approx(250)


def test_a_share_without_filters_is_of_itself() -> None:
    """All of it is no more than all of it, and half of it only where there is none."""
    dearer = rent(hourly_price=2.0)

    assert cost(case(buy(), dearer, rules=(limit(max_share=1.0),))) == pytest.approx(100)
    assert cost(case(buy(), dearer, rules=(limit(max_share=0.5),))) == pytest.approx(2000)


def test_a_share_of_nothing_forbids() -> None:
    """Max share 0 leaves W's units alone: 450."""
    assert cost(two_vendors(limit(vendor=("V",), max_share=0.0))) == pytest.approx(450)


def test_a_category_has_a_floor() -> None:
    """At least 2 of 3 units are TPUs, 100 + 300; a floor of 8 kW takes 4 of them, 600."""
    tpu = {"category": (Category.TPU,)}

    assert cost(nothing_in_common(limit(least=2.0, **tpu))) == pytest.approx(400)
    assert cost(nothing_in_common(limit(Metric.POWER, least=8.0, **tpu))) == pytest.approx(600)


def test_a_framework_contract_has_a_minimum_spend_in_its_quarters() -> None:
    """W gets 250 in Q2 and Q3 together: two units at 150, and one of V for Q1."""

    def of(least: float) -> Case:
        return each_quarter(
            limit(Metric.SPEND, vendor=("W",), least=least, from_period="Q2", until_period="Q3")
        )

    assert cost(of(250.0)) == pytest.approx(400)
    assert cost(of(150.0)) == pytest.approx(350)


def test_the_power_of_one_vendor_is_limited() -> None:
    """4 kW are 2 of V's units at 2 kW, and the third is W's; a rule on W's does not matter."""
    of_v = limit(Metric.POWER, vendor=("V",), most=4.0)
    of_w = limit(Metric.POWER, vendor=("W",), most=4.0)

    assert cost(two_vendors(of_v)) == pytest.approx(350)
    assert cost(two_vendors(of_w)) == pytest.approx(300)


@pytest.mark.parametrize("metric", [*OF_ORDERS, *OF_PERIODS])
def test_rented_units_are_neither_ordered_nor_installed(metric: Metric) -> None:
    """A rental passes a Max of 0 and meets no Min: then a unit is bought at 2000 beside it."""
    given: dict[str, Any] = {"hardware": (gpu(power=2.0),)}
    dearer = buy(vendor="W", upfront_price=2000.0)

    most, least = limit(metric, most=0.0), limit(metric, least=1.0)

    assert cost(case(rent(), rules=(most,), **given)) == pytest.approx(1000)
    assert cost(case(dearer, rent(), rules=(least,), **given)) == pytest.approx(2000)
    assert reasons(case(rent(), rules=(least,), **given)) == (
        f"rule 'limit': min too high by 1 {IN_WORDS[metric]} in Q1 (Rules, Min)",
    )


def test_rented_units_are_no_part_of_the_whole() -> None:
    """V may have half of what is ordered; rented units do not make the whole larger."""
    rule = limit(vendor=("V",), max_share=0.5)

    of = case(buy(), rent(vendor="W"), demand=(2.0,), rules=(rule,))

    assert cost(of) == pytest.approx(2000)


def test_two_rules_of_one_name_both_hold() -> None:
    """At most one of V and one of W are 2 units; a third has nowhere to come from."""
    held = (
        limit(rule="cap", vendor=("V",), most=1.0),
        limit(rule="cap", vendor=("W",), most=1.0),
    )

    assert cost(two_vendors(*held, demand=(2.0,))) == pytest.approx(250)
    assert reasons(two_vendors(*held, demand=(3.0,))) == (
        "rule 'cap': max short by 1 unit in Q1 (Rules, Max)",
    )
    plan = cheapest(two_vendors(*held, demand=(2.0,)))
    places = set()
    for order in plan.orders:
        others = [one for one in plan.orders if one is not order]
        two = replace(plan, orders=(replace(order, packs=2), *others))
        worst = failure(rules, two).worst
        assert worst is not None
        places.add(worst.where)
    assert places == {"cap in Q1", "cap (2) in Q1"}


def test_the_same_rule_twice_changes_nothing() -> None:
    """A row that stands twice is one limit, told twice."""
    rule = limit(vendor=("V",), most=2.0)

    assert cost(two_vendors(rule, rule)) == pytest.approx(350)


@pytest.mark.parametrize(
    ("per", "demand", "window"),
    [(Window.HORIZON, (1.0, 1.0), "Q1 to Q2"), (Window.PERIOD, (2.0, 1.0), "Q1")],
)
def test_a_rule_in_the_way_is_named_with_its_window(
    per: Window, demand: tuple[float, ...], window: str
) -> None:
    """1 unit in all of the horizon, or in a quarter, is one short of the 2 asked for there."""
    of = case(buy(term=3), periods=quarters(2), demand=demand, rules=(limit(most=1.0, per=per),))

    assert reasons(of) == (f"rule 'limit': max short by 1 unit in {window} (Rules, Max)",)


def test_a_min_in_the_way_is_named() -> None:
    """Nothing that is on offer passes the filter, or can be ordered: a Min of 3 is missed by 3."""
    rule = limit(least=3.0, acquisition=(Acquisition.LEASE,))
    told = ("rule 'limit': min too high by 3 units in Q1 (Rules, Min)",)

    assert reasons(case(buy(), rules=(rule,))) == told
    assert reasons(case(rent(), rules=(limit(least=3.0),))) == told


def test_a_share_in_the_way_is_named() -> None:
    """The one vendor has all of the units, and may have half: all are 50 % more."""
    of = case(buy(), demand=(2.0,), rules=(limit(vendor=("V",), max_share=0.5),))

    assert reasons(of) == ("rule 'limit': max share short by 50% in Q1 (Rules, Max share)",)


def test_rules_of_a_case_without_orders_are_still_compared() -> None:
    """Where nothing can be ordered a Max holds, a Min of 0 too, and a Min of more is named."""
    installed = {"fleet": fleet(1)}

    assert cost(case(rules=(limit(least=0.0, most=0.0),), **installed)) == 0
    assert cost(case(rules=(limit(max_share=0.0),), **installed)) == 0
    assert reasons(case(rules=(limit(least=1.0),), **installed)) == (
        "rule 'limit': min too high by 1 unit in Q1 (Rules, Min)",
    )


def boom_or_bust(*held: SideRule, known_from: str = "Q2", boom: float = 0.5) -> Case:
    """Return a case in which Q2 asks for 2 units in a boom, and for none in a bust."""
    return case(
        buy(term=3),
        dear(term=3),
        periods=quarters(2),
        demand=(0.0, 2.0),
        rules=held,
        scenarios=(
            Scenario(scenario="boom", probability=boom, known_from=known_from),
            Scenario(
                scenario="bust",
                probability=1.0 - boom,
                demand_multiplier=0.0,
                known_from=known_from,
            ),
        ),
    )


def test_a_rule_holds_in_every_scenario() -> None:
    """Known in time, the boom alone buys: 200 or 0; a Min of 1 is met in the bust as well.

    A Max of 1 of V's makes the second unit W's, in the boom alone.
    """
    assert cost(boom_or_bust()) == pytest.approx(100)
    assert cost(boom_or_bust(limit(least=1.0))) == pytest.approx(100 + 50)
    assert cost(boom_or_bust(limit(vendor=("V",), most=1.0))) == pytest.approx(125)
    assert cost(boom_or_bust(limit(vendor=("V",), max_share=0.5))) == pytest.approx(125)


def test_a_rule_holds_in_a_scenario_of_no_probability() -> None:
    """A boom that will not come must still keep the rule, and nobody pays for it."""
    assert cost(boom_or_bust(limit(least=1.0), boom=0.0)) == pytest.approx(100)
    assert cost(boom_or_bust(limit(least=1.0, most=2.0), boom=0.0)) == pytest.approx(100)
    assert reasons(boom_or_bust(limit(most=1.0), boom=0.0)) == (
        "rule 'limit': max short by 1 unit in Q1 to Q2 (boom) (Rules, Max)",
    )


def test_an_order_for_all_scenarios_counts_in_each() -> None:
    """What is not known in time is ordered for both, and counts in both: 2 units, 2 of V's."""
    never = {"known_from": ""}

    assert cost(boom_or_bust(limit(vendor=("V",), most=2.0), **never)) == pytest.approx(200)
    assert cost(boom_or_bust(limit(vendor=("V",), most=1.0), **never)) == pytest.approx(250)


def test_orders_of_one_scenario_do_not_count_in_another() -> None:
    """Each future has its own orders: 2 units in either are no 4, but a Max of 1 is broken.

    It is one cell, and 1 short in both.
    """
    both = tuple(
        Scenario(scenario=name, probability=0.5, known_from="Q1") for name in ("left", "right")
    )

    def of(most: float) -> Case:
        return case(buy(), demand=(2.0,), scenarios=both, rules=(limit(most=most),))

    assert cost(of(2.0)) == pytest.approx(200)
    assert reasons(of(1.0)) == (
        "rule 'limit': max short by 1 unit in Q1 (left), Q1 (right) (Rules, Max)",
    )


@pytest.mark.parametrize("metric", [*OF_ORDERS, *OF_PERIODS])
def test_the_check_finds_an_order_beyond_a_max(metric: Metric) -> None:
    """A fourth unit is one too many by whatever a unit measures."""
    each = PER_UNIT[metric]
    plan = cheapest(two_vendors(limit(metric, most=3 * each)))

    check = failure(rules, reordered(plan, packs=4))

    assert (check.family, check.rule, check.compared) == ("rules", MAX, 1)
    assert check.violation == pytest.approx(each)
    assert check.worst is not None
    assert (check.worst.where, check.worst.limit) == ("limit in Q1", 3 * each)


@pytest.mark.parametrize("metric", [*OF_ORDERS, *OF_PERIODS])
def test_the_check_finds_an_order_below_a_min(metric: Metric) -> None:
    """A unit less than the 3 that are ordered misses the Min by whatever a unit measures."""
    each = PER_UNIT[metric]
    plan = cheapest(two_vendors(limit(metric, least=3 * each)))

    check = failure(rules, reordered(plan, packs=2))

    assert (check.rule, check.compared) == (MIN, 1)
    assert check.violation == pytest.approx(each)


def test_the_check_finds_a_share_that_is_too_large() -> None:
    """With 4 of V's and one of W's, V has 4, half a unit more than 70 % of 5."""
    plan = cheapest(two_vendors(limit(vendor=("V",), max_share=0.7), demand=(3.0,)))
    assert {order.offer: order.packs for order in plan.orders} == {"buy": 2, "dear": 1}
    more = tuple(
        replace(order, packs=4) if order.offer == "buy" else order for order in plan.orders
    )

    check = failure(rules, replace(plan, orders=more))

    assert (check.rule, check.compared) == (SHARE, 1)
    assert check.violation == pytest.approx(0.5)


@pytest.mark.parametrize(("delivered", "violation"), [("Q2", 1), ("Q3", 0)])
def test_the_check_dates_an_order_as_the_rule_does(delivered: str, violation: float) -> None:
    """Moved to Q2 an order is placed in Q1, where none may be; moved to Q3 it is of Q2."""
    of = case(
        buy(lead_time=4.0, available_from=date(2025, 3, 1)),
        periods=quarters(3),
        demand=(0.0, 0.0, 1.0),
        rules=(limit(most=0.0, until_period="Q1"),),
    )
    moved = reordered(cheapest(of), delivered=delivered)

    (path,) = moved.paths
    assert [one.violation for one in rules.check(of, path)] == [0, violation, 0]


def test_the_check_finds_an_order_moved_to_another_site() -> None:
    """A unit moved to the annex leaves a Min of the hall 1 short."""
    of = case(
        buy(),
        sites=(hall(), hall(site="annex")),
        rules=(limit(site=("hall",), least=1.0),),
    )

    check = failure(rules, reordered(cheapest(of), site="annex"))

    assert (check.rule, check.violation) == (MIN, 1)


def test_the_check_prices_an_order_by_its_tier() -> None:
    """4 units at 70 spend 280; 3 of them spend 300, which is 20 beyond the Max."""
    of = case(
        buy(),
        demand=(4.0,),
        price_tiers=tiered((4, 70)),
        rules=(limit(Metric.SPEND, most=280.0),),
    )

    assert failure(rules, reordered(cheapest(of), packs=3)).violation == pytest.approx(20)


def test_the_check_has_prices_in_base_currency_of_the_order_date() -> None:
    """A year on a unit of 100 EUR is 110 EUR or 137.5: a second one is as much beyond the Max."""
    of = case(
        buy(currency="EUR", price_change=0.1, available_from=date(2026, 1, 1)),
        periods=years(2),
        demand=(0.0, 1.0),
        currencies=(Currency(currency="EUR", rate=1.25),),
        rules=(limit(Metric.SPEND, most=137.5),),
    )

    assert failure(rules, reordered(cheapest(of), packs=2)).violation == pytest.approx(137.5)


def test_the_check_prices_a_sites_part_by_the_whole_order() -> None:
    """With 3 units in the hall and one in the annex the order is at 80: 240 are the hall's."""
    rule = limit(Metric.SPEND, site=("hall",), most=80.0)
    plan = cheapest(two_halls(buy(), rule=rule, price_tiers=tiered((2, 80))))
    more = tuple(
        replace(order, packs=3) if order.site == "hall" else order for order in plan.orders
    )

    assert failure(rules, replace(plan, orders=more)).violation == pytest.approx(160)


@pytest.mark.parametrize("idle", [0.0, 1.0])
def test_the_check_finds_more_energy_than_a_max(idle: float) -> None:
    """Half a unit more at work for 1000 hours draws 500 kWh per kW between idle and full power."""
    of = metered(
        buy(),
        sku=gpu(power=3.0, idle_power=idle),
        rules=(limit(Metric.ENERGY, most=3000.0),),
    )

    check = failure(rules, more_work(cheapest(of), 0.5))

    assert (check.rule, check.compared) == (MAX, 1)
    assert check.violation == pytest.approx(500 * (3 - idle))


def test_the_check_finds_less_energy_than_a_min() -> None:
    """Half of the work undone draws 500 kWh less than it must."""
    of = metered(buy(), rules=(limit(Metric.ENERGY, least=1000.0),))

    check = failure(rules, more_work(cheapest(of), -0.5))

    assert (check.rule, check.violation) == (MIN, pytest.approx(500))


def test_the_check_counts_the_energy_of_rented_units() -> None:
    """Half a unit more at work is a whole one rented, at an availability of a half."""
    of = metered(
        rent(availability=0.5),
        sites=(hall(), cloud(pue=1.0)),
        rules=(limit(Metric.ENERGY, most=2000.0),),
    )

    check = failure(rules, more_work(cheapest(of), 0.5))

    assert check.violation == pytest.approx(1000)


def test_the_check_compares_nothing_without_rules() -> None:
    """A case without rules has three comparisons of nothing, and all hold."""
    plan = cheapest(case(buy()))

    (path,) = plan.paths
    assert [(one.compared, one.passed) for one in rules.check(path.case, path)] == [(0, True)] * 3


def test_the_check_compares_each_period_of_a_window() -> None:
    """Three quarters have three lines by period, and one by horizon; energy always has three."""

    def compared(rule: SideRule) -> int:
        plan = cheapest(each_quarter(rule))
        (path,) = plan.paths
        return sum(one.compared for one in rules.check(path.case, path))

    assert compared(limit(most=9.0)) == 1
    assert compared(limit(most=9.0, per=Window.PERIOD)) == 3
    assert compared(limit(most=9.0, per=Window.PERIOD, from_period="Q2")) == 2
    assert compared(limit(Metric.INSTALLED_UNITS, most=9.0)) == 3
    assert compared(limit(Metric.ENERGY, most=9.0)) == 3


@pytest.mark.parametrize(
    "rule",
    [
        limit(Metric.SPEND, vendor=("V",), max_share=0.3),
        limit(Metric.SPEND, site=("hall",), most=80.0),
        limit(Metric.SPEND, site=("annex",), least=230.0),
        limit(Metric.INSTALLED_UNITS, site=("annex",), least=3.0),
        limit(Metric.TFLOPS, vendor=("W",), least=3.0, per=Window.PERIOD, from_period="Q2"),
    ],
)
def test_the_oracle_agrees_where_the_sum_is_long(rule: SideRule) -> None:
    """Growing work in two halls, tiers, terms and two vendors come to the same either way."""
    of = two_halls(
        buy(term=6),
        dear(pack_size=2),
        rule=rule,
        periods=quarters(2),
        demand={"of hall": (1.0, 1.0), "of annex": (0.5, 2.0)},
        price_tiers=tiered((2, 80), (3, 75)),
    )

    answer = least_cost(of)

    assert answer is not None
    assert cost(of) == pytest.approx(answer.objective)


def test_a_rule_that_is_named_as_another_would_be_numbered_stays_apart() -> None:
    """Two rules called a, and one called a (2): the third asks for 5 units, 500."""
    given_rules = tuple(
        SideRule(rule=name, metric=Metric.UNITS, least=least)
        for name, least in (("a", 1.0), ("a", 2.0), ("a (2)", 5.0))
    )
    assert cost(case(buy(), rules=given_rules)) == pytest.approx(500)
