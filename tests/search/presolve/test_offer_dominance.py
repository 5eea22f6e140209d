"""Dominated offers: one is dropped where another is as good in every term, and only there.

In every case `best` and `other` are quotes for the same GPU; demand is 1 in one quarter of
1000 hours unless told. The other way round each term has a case in which `best` is cheaper
at first sight, and `other` is still worth having: without it the least cost would be another.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Currency, Scenario, Settings
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer, Payment, PriceTier, Rebate
from planner.case.rules import Metric, SideRule
from planner.case.workloads import Workload
from planner.errors import NoPlanError
from planner.search.presolve.dominance import drop_dominated
from planner.search.presolve.offer_dominance import find_dominated_offers
from planner.search.strategy import find_plan
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cloud,
    cost,
    fleet,
    gpu,
    hall,
    quarters,
    rent,
)

INFINITE = float("inf")
APRIL = date(2025, 4, 1)
EURO = (Currency(currency="EUR", rate=1.25),)


def _best(**terms: Any) -> Offer:
    return buy(**{"offer": "best"} | terms)


def _other(**terms: Any) -> Offer:
    return buy(**{"offer": "other"} | terms)


def _kept(of: Case) -> list[str]:
    return [row.offer for row in drop_dominated(of).offers]


def _cost(of: Case) -> float:
    """Return the least cost; infinite where no plan can exist."""
    try:
        return cost(of)
    except NoPlanError:
        return INFINITE


def _alone(of: Case) -> Case:
    """Return the case in which the other offer was never to be had."""
    gone = {"available_from": None, "available_until": date(2020, 1, 1)}
    offers = [row.model_copy(update=gone if row.offer == "other" else {}) for row in of.offers]
    return replace(of, offers=tuple(offers))


@pytest.mark.parametrize(
    "worse",
    [
        {"upfront_price": 101.0},
        {"upfront_price": 100.0, "monthly_price": 1.0},
        {"upfront_price": 100.0, "hourly_price": 0.01},
        {"landed_cost": 0.1},
        {"price_change": 0.1},
        {"order_fee": 1.0},
        {"pack_size": 2},
        {"min_order": 2.0},
        {"max_order": 5.0},
        {"max_total": 5.0},
        {"lead_time": 13.0, "payment": Payment.DELIVERY},
        {"term": 3},
        {"available_until": date(2025, 1, 31)},
        {"available_from": APRIL},
        {"availability": 0.9},
        {"sites": ("hall",)},
        {"vendor": "W"},
        {"upfront_price": 81.0, "currency": "EUR"},
        {"acquisition": Acquisition.LEASE},
        {"lead_time": 200.0, "upfront_price": 1.0},
    ],
    ids=str,
)
def test_what_is_worse_in_one_term_is_dropped(worse: dict[str, Any]) -> None:
    """2 units for 100 each stay the least cost of two quarters, 200 in all."""
    given = case(
        _best(),
        _other(**worse),
        periods=quarters(2),
        sites=(hall(), hall(site="annex"), cloud()),
        demand=(1.0, 2.0),
        currencies=EURO,
    )

    assert _kept(given) == ["best"]
    assert find_dominated_offers(given) == {"other": "best"}
    assert cost(given) == cost(_alone(given)) == pytest.approx(200)


@pytest.mark.parametrize(
    "worse",
    [
        {"hourly_price": 1.1},
        {"max_order": 0.5},
        {"availability": 0.9},
        {"hourly_price": 0.9, "availability": 0.5},
        {"price_change": 0.1},
        {"available_until": date(2025, 1, 31)},
        {"acquisition": Acquisition.SPOT},
        {"hourly_price": 0.8, "currency": "EUR"},
    ],
    ids=str,
)
def test_rented_units_that_are_worse_in_one_term_are_dropped(worse: dict[str, Any]) -> None:
    """1 unit at 1 an hour for twice 1000 hours is 2000."""
    given = case(
        rent(offer="best"),
        rent(**{"offer": "other"} | worse),
        periods=quarters(2),
        demand=(1.0, 1.0),
        currencies=EURO,
    )

    assert _kept(given) == ["best"]
    assert cost(given) == cost(_alone(given)) == pytest.approx(2000)


def test_of_equal_offers_the_first_stays() -> None:
    """In the canonical order, by name, whatever order they come in."""
    assert _kept(case(_other(), _best())) == ["best"]


def test_tiers_are_dropped_with_their_offer() -> None:
    """A tier of 100 is no better than 100 from the first unit on, nor is one out of reach."""
    tiers = (
        PriceTier(offer="other", min_units=3, upfront_price=100.0),
        PriceTier(offer="other", min_units=8, upfront_price=10.0),
    )
    given = case(_best(), _other(upfront_price=120.0, max_order=5.0), price_tiers=tiers)

    assert _kept(given) == ["best"]
    assert drop_dominated(given).price_tiers == ()


def test_an_order_that_can_wait_for_what_will_be_known_is_better() -> None:
    """Both are paid on delivery in Q2; the other is ordered in Q1, before the demand is known.

    1 or 3 units are needed, as likely: 100 × (1 + 3) / 2 = 200.
    """
    futures = _futures()
    given = case(
        _best(payment=Payment.DELIVERY),
        _other(payment=Payment.DELIVERY, lead_time=12.0),
        periods=quarters(2),
        demand=(0.0, 1.0),
        scenarios=futures,
    )

    assert _kept(given) == ["best"]
    assert cost(given) == pytest.approx(200)


def test_payment_is_later_where_carry_over_lets_it_be() -> None:
    """100 from Q1 and 0 from Q2 are 100 by Q2; without carry over Q2 has nothing to pay with."""
    periods = _budgets(100.0, 0.0)
    given = case(
        _best(lead_time=12.0, payment=Payment.DELIVERY),
        _other(lead_time=12.0),
        periods=periods,
        demand=(0.0, 1.0),
        settings=Settings(carry_over=True),
    )

    assert _kept(given) == ["best"]
    assert cost(given) == pytest.approx(100)
    assert _kept(replace(given, settings=Settings())) == ["best", "other"]


def test_rules_that_see_no_difference_let_it_be_dropped() -> None:
    """At most 3 units, 300 of spend, and 80 % of either with the vendor; the cheaper is within."""
    rules = (
        SideRule(rule="few", metric=Metric.UNITS, most=3.0),
        SideRule(rule="cheap", metric=Metric.SPEND, most=300.0),
        SideRule(rule="at least", metric=Metric.INSTALLED_UNITS, least=1.0),
        SideRule(rule="sources", metric=Metric.UNITS, vendor=("V",), max_share=1.0),
    )

    assert _kept(case(_best(), _other(upfront_price=110.0), rules=rules)) == ["best"]


def test_nothing_dominated_leaves_the_very_case() -> None:
    """No new case is made, and none checked again, where there is nothing to drop."""
    given = case(buy(), rent())
    assert drop_dominated(given) is given


def test_the_plan_is_of_the_given_case() -> None:
    """An offer that is not looked at stays in the case that the sheets tell of."""
    given = case(_best(), _other(upfront_price=110.0))
    plan = cheapest(given)

    assert plan.case is given
    assert [one.offer for one in plan.orders] == ["best"]


def _budgets(*capex: float) -> tuple[Period, ...]:
    return tuple(
        period.model_copy(update={"capex_budget": amount})
        for period, amount in zip(quarters(len(capex)), capex, strict=True)
    )


def _futures() -> tuple[Scenario, ...]:
    return tuple(
        Scenario(scenario=name, probability=1.0, demand_multiplier=factor, known_from="Q2")
        for name, factor in (("low", 1.0), ("high", 3.0))
    )


# What `best` has, what `other` has, the tables of the case, and its least cost with both
# and without the other.
NEEDED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], float, float]] = {
    "1 at most in a quarter": (
        {"max_order": 1.0},
        {},
        {"demand": (2.0,)},
        190,
        INFINITE,
    ),
    "1 at most over the horizon": ({"max_total": 1.0}, {}, {"demand": (2.0,)}, 190, INFINITE),
    "sold from 2 units on: 180": ({"min_order": 2.0}, {}, {}, 100, 180),
    "90 and a fee of 50": ({"order_fee": 50.0}, {}, {}, 100, 140),
    "a pack of 2 for 180": ({"pack_size": 2}, {}, {}, 100, 180),
    "3 units in packs of 2 beside one alone": (
        {"pack_size": 2},
        {"pack_size": 3, "upfront_price": 95.0},
        {"demand": (3.0,)},
        285,
        360,
    ),
    "90 and a quarter landed": ({"landed_cost": 0.25}, {}, {}, 100, 112.5),
    "90 and 10 a month": ({"monthly_price": 10.0}, {}, {}, 100, 120),
    "90 and 1 for 10 hours": ({"hourly_price": 0.1}, {}, {}, 100, 190),
    "90 and 1 for 5 hours, where the other has 1 for 10": (
        {"hourly_price": 0.2},
        {"hourly_price": 0.1},
        {},
        200,
        290,
    ),
    "90 of a currency of 1.25": ({"currency": "EUR"}, {}, {"currencies": EURO}, 100, 112.5),
    "half of the time in repair: 2 for 180": ({"availability": 0.5}, {}, {}, 100, 180),
    "delivered in 13 weeks": ({"lead_time": 13.0}, {}, {}, 100, INFINITE),
    "quoted from April on": ({"available_from": APRIL}, {}, {}, 100, INFINITE),
    "four times the price in a year": (
        {"price_change": 3.0, "available_from": APRIL},
        {"available_from": APRIL},
        {"periods": quarters(2), "demand": (0.0, 1.0)},
        100,
        90 * 4 ** (90 / 365),
    ),
    "paid in Q2, which has no budget": (
        {"lead_time": 12.0, "payment": Payment.DELIVERY},
        {"lead_time": 12.0},
        {"periods": _budgets(100.0, 0.0), "demand": (0.0, 1.0)},
        100,
        INFINITE,
    ),
    "paid in Q1, which counts for more": (
        {"lead_time": 12.0},
        {"lead_time": 12.0, "payment": Payment.DELIVERY},
        {
            "periods": quarters(2),
            "demand": (0.0, 1.0),
            "settings": Settings(discount_rate=3.0),
        },
        100 * 4 ** (-90 / 365),
        90,
    ),
    "a purchase, and no capex": (
        {},
        {"acquisition": Acquisition.LEASE},
        {"periods": quarters(1, capex_budget=0.0)},
        100,
        INFINITE,
    ),
    "a quarter's life, bought twice": (
        {"term": 3},
        {},
        {"periods": quarters(2), "demand": (1.0, 1.0)},
        100,
        180,
    ),
    "3 of 4 quarters of its life are left of what costs 200: 50": (
        {},
        {"upfront_price": 200.0, "term": 12},
        {},
        50,
        90,
    ),
    "another quarter idle at 1 an hour": (
        {},
        {"term": 3},
        {
            "periods": quarters(2),
            "demand": (1.0, 0.0),
            "hardware": (gpu(power=1.0, idle_power=1.0),),
            "sites": (hall(pue=1.0, energy_price=1.0), cloud()),
        },
        1100,
        2090,
    ),
    "in the way of what arrives in April": (
        {},
        {"term": 3},
        {
            "periods": quarters(2),
            "demand": (1.0, 1.0),
            "hardware": (gpu(power=1.0),),
            "sites": (hall(it_power=1.0), cloud()),
            "fleet": fleet(1, available_from=APRIL),
        },
        100,
        INFINITE,
    ),
    "in the space of what arrives in April": (
        {},
        {"term": 3},
        {
            "periods": quarters(2),
            "demand": (1.0, 1.0),
            "hardware": (gpu(rack_units=1.0),),
            "sites": (hall(rack_units=1.0), cloud()),
            "fleet": fleet(1, available_from=APRIL),
        },
        100,
        INFINITE,
    ),
    "not for the annex, where chat must run": (
        {"sites": ("hall",)},
        {},
        {
            "sites": (hall(), hall(site="annex"), cloud()),
            "workloads": (chat(sites=("annex",)),),
        },
        100,
        INFINITE,
    ),
    "a pool apart from the fleet's: 2 make a cluster, 180 and 1 for 1000 hours": (
        {"hourly_price": 0.001},
        {},
        {"workloads": (chat(cluster_units=2),), "fleet": fleet(1)},
        100,
        181,
    ),
    "the other's vendor gives half back": (
        {},
        {"vendor": "W"},
        {"rebates": (Rebate(vendor="W", min_spend=0.0, rebate=0.5),)},
        50,
        90,
    ),
    "half comes back up to 150 of spend, beyond it nothing": (
        {},
        {"vendor": "W"},
        {
            "demand": (2.0,),
            "rebates": (
                Rebate(vendor="V", min_spend=0.0, rebate=0.5),
                Rebate(vendor="V", min_spend=150.0, rebate=0.0),
            ),
        },
        145,
        180,
    ),
    "1 at most from the vendor": (
        {},
        {"vendor": "W"},
        {
            "demand": (2.0,),
            "rules": (SideRule(rule="two", metric=Metric.UNITS, vendor=("V",), most=1.0),),
        },
        190,
        INFINITE,
    ),
    "half at most from the vendor": (
        {},
        {"vendor": "W"},
        {
            "demand": (2.0,),
            "rules": (SideRule(rule="two", metric=Metric.UNITS, vendor=("V",), max_share=0.5),),
        },
        190,
        INFINITE,
    ),
    "1 at least must be leased": (
        {},
        {"acquisition": Acquisition.LEASE},
        {
            "rules": (
                SideRule(
                    rule="lease",
                    metric=Metric.UNITS,
                    acquisition=(Acquisition.LEASE,),
                    least=1.0,
                ),
            )
        },
        100,
        INFINITE,
    ),
    "95 at least must be spent": (
        {},
        {},
        {"rules": (SideRule(rule="spend", metric=Metric.SPEND, least=95.0),)},
        100,
        180,
    ),
    "95 at least must be spent, and the other costs 90 from 2 on": (
        {},
        {},
        {
            "price_tiers": (PriceTier(offer="other", min_units=2, upfront_price=90.0),),
            "rules": (SideRule(rule="spend", metric=Metric.SPEND, least=95.0),),
        },
        100,
        180,
    ),
    "ordered in Q1, in which nothing may be": (
        {"lead_time": 12.0, "payment": Payment.DELIVERY},
        {"payment": Payment.DELIVERY},
        {
            "periods": quarters(2),
            "demand": (0.0, 1.0),
            "rules": (SideRule(rule="stop", metric=Metric.UNITS, until_period="Q1", most=0.0),),
        },
        100,
        INFINITE,
    ),
    "ordered before it is known whether 1 or 3 are needed": (
        {"lead_time": 12.0, "payment": Payment.DELIVERY},
        {"available_from": APRIL},
        {"periods": quarters(2), "demand": (0.0, 1.0), "scenarios": _futures()},
        190,
        270,
    ),
}


@pytest.mark.parametrize(
    ("best", "other", "tables", "both", "alone"), NEEDED.values(), ids=NEEDED.keys()
)
def test_what_some_plan_needs_stays(
    best: dict[str, Any],
    other: dict[str, Any],
    tables: dict[str, Any],
    both: float,
    alone: float,
) -> None:
    """The other costs 100 with the order and the best 90, but there is a reason for the other."""
    given = case(
        _best(**{"upfront_price": 90.0} | best),
        _other(**{"upfront_price": 100.0} | other),
        **tables,
    )

    assert "other" in _kept(given)
    assert _cost(given) == pytest.approx(both)
    assert _cost(_alone(given)) == pytest.approx(alone)


RENTED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], float, float]] = {
    "half a unit at most": ({"max_order": 0.5}, {}, {}, 950, INFINITE),
    "half of the time not there": ({"availability": 0.5}, {}, {}, 1000, 1800),
    "spot, for what cannot be interrupted": (
        {"acquisition": Acquisition.SPOT},
        {},
        {},
        1000,
        INFINITE,
    ),
    "quoted until January": (
        {"available_until": date(2025, 1, 31)},
        {},
        {"periods": quarters(2), "demand": (1.0, 1.0)},
        1900,
        INFINITE,
    ),
    "four times the price in a year": (
        {"price_change": 3.0},
        {},
        {"periods": quarters(2), "demand": (0.0, 1.0)},
        1000,
        900 * 4 ** (90 / 365),
    ),
    "500 kWh at most with the vendor": (
        {},
        {"vendor": "W"},
        {
            "hardware": (gpu(power=1.0),),
            "sites": (hall(), cloud(pue=1.0)),
            "rules": (SideRule(rule="half", metric=Metric.ENERGY, vendor=("V",), most=500.0),),
        },
        950,
        INFINITE,
    ),
    "2 kWh must be drawn an hour, which costs twice the work": (
        {"hourly_price": 1.0},
        {"hourly_price": 0.5, "availability": 0.5},
        {
            "hardware": (gpu(power=1.0),),
            "sites": (hall(), cloud(pue=1.0)),
            "rules": (SideRule(rule="draw", metric=Metric.ENERGY, least=2000.0),),
        },
        1000,
        2000,
    ),
}


@pytest.mark.parametrize(
    ("best", "other", "tables", "both", "alone"), RENTED.values(), ids=RENTED.keys()
)
def test_what_some_plan_rents_stays(
    best: dict[str, Any],
    other: dict[str, Any],
    tables: dict[str, Any],
    both: float,
    alone: float,
) -> None:
    """The other costs 1 an hour and the best 0.9, but there is a reason for the other."""
    given = case(
        rent(**{"offer": "best", "hourly_price": 0.9} | best),
        rent(**{"offer": "other", "hourly_price": 1.0} | other),
        **tables,
    )

    assert "other" in _kept(given)
    assert _cost(given) == pytest.approx(both)
    assert _cost(_alone(given)) == pytest.approx(alone)


def test_tiers_that_rise_leave_the_other_worth_having() -> None:
    """1 for 90 and 1 for 100 are 190; 2 of the best are 400, at 200 each from 2 on."""
    tiers = (PriceTier(offer="best", min_units=2, upfront_price=200.0),)
    given = case(_best(upfront_price=90.0), _other(), price_tiers=tiers, demand=(2.0,))

    assert _kept(given) == ["best", "other"]
    assert cost(given) == pytest.approx(190)
    assert cost(_alone(given)) == pytest.approx(400)


def test_tiers_that_fall_leave_the_other_worth_having() -> None:
    """2 of the other are 160, at 80 each from 2 on; of the best 180."""
    tiers = (PriceTier(offer="other", min_units=2, upfront_price=80.0),)
    given = case(_best(upfront_price=90.0), _other(), price_tiers=tiers, demand=(2.0,))

    assert _kept(given) == ["best", "other"]
    assert cost(given) == pytest.approx(160)


@pytest.mark.parametrize("terms", [{"pack_size": 2}, {"min_order": 2.0}])
def test_a_price_that_no_order_can_have_makes_no_offer_better(terms: dict[str, Any]) -> None:
    """A quote at 40, from 2 units 200, of which orders of 2 and more can be had: 2 cost 400.

    The other at 150 is the better one: 2 units of it are 300.
    """
    of = case(
        _best(upfront_price=40.0, **terms),
        _other(upfront_price=150.0, **({"pack_size": 2} if "pack_size" in terms else {})),
        demand=(2.0,),
        price_tiers=(PriceTier(offer="best", min_units=2.0, upfront_price=200.0),),
    )

    assert "other" in _kept(of)
    assert _cost(of) == pytest.approx(300.0)


@pytest.mark.parametrize("whose", [{"vendor": ("X",)}, {"site": ("cloud",)}], ids=str)
def test_a_share_of_spend_may_need_the_dearer_offer(whose: dict[str, Any]) -> None:
    """The TPU of 100 may be half of all spend: with a GPU of 100 it is, of 90 it takes two.

    200 with both; without the other 100 + 2 × 90 = 280.
    """
    tpu = gpu(sku="tpu", tflops=0.0, cores=1.0)
    given = case(
        _best(upfront_price=90.0),
        _other(),
        buy(offer="tpu", sku="tpu", vendor="X", sites=("cloud",)),
        hardware=(gpu(cores=0.0), tpu),
        workloads=(chat(), Workload(workload="search", unit="cores")),
        demand={"chat": (1.0,), "search": (1.0,)},
        rules=(SideRule(rule="half", metric=Metric.SPEND, max_share=0.5, **whose),),
    )

    assert _kept(given) == ["best", "other", "tpu"]
    assert cost(given) == pytest.approx(200)
    assert cost(_alone(given)) == pytest.approx(280)


def test_a_rule_keeps_the_offer_that_it_names() -> None:
    """No unit of the other may be bought: the rule stays, and so does what it is about."""
    rule = (SideRule(rule="not this", metric=Metric.UNITS, offer=("other",), most=0.0),)
    assert _kept(case(_best(), _other(), rules=rule)) == ["best", "other"]


def test_a_rule_keeps_an_offer_of_the_vendor_that_it_names() -> None:
    """The last offer of a vendor stays; of two of its offers the worse may go."""
    rule = (SideRule(rule="few", metric=Metric.UNITS, vendor=("W",), most=1.0),)
    given = case(_best(), _other(vendor="W"), _other(offer="worse", vendor="W"), rules=rule)
    assert _kept(given) == ["best", "other"]


def test_another_sku_is_never_compared() -> None:
    """Two SKUs are two pools, which clusters, rules and performance tell apart."""
    better = gpu(sku="better", tflops=2.0)
    given = case(_best(), _other(sku="better"), hardware=(gpu(), better))
    assert _kept(given) == ["best", "other"]


def test_a_spot_offer_stands_in_where_all_work_may_be_interrupted() -> None:
    """What no one notices is no difference: 0.9 × 1000 hours."""
    given = case(
        rent(offer="best", acquisition=Acquisition.SPOT, hourly_price=0.9),
        rent(offer="other"),
        workloads=(chat(interruptible=True),),
    )

    assert _kept(given) == ["best"]
    assert cost(given) == pytest.approx(900)


def test_there_is_no_plan_either_without_what_is_dropped() -> None:
    """12 weeks or 13 are too long for a quarter that has begun."""
    given = case(_best(lead_time=12.0), _other(lead_time=13.0))
    with pytest.raises(NoPlanError) as caught:
        find_plan(given)
    assert caught.value.infeasible
