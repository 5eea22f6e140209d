"""Order sizes: min orders, order fees, and prices that depend on the size of an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.finance import Currency, ResidualValue, Scenario, Settings
from planner.case.offers import Acquisition, Offer, Payment, PriceTier, TierScheme
from planner.model.families import order_sizes
from planner.plan.charges import Budget, Charge
from planner.plan.plan import Plan
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cost,
    failure,
    fleet,
    hall,
    lease,
    misread,
    only_path,
    packs,
    quarters,
    reasons,
    rent,
    reordered,
    two_of,
    years,
)

EURO = (Currency(currency="EUR", rate=1.25),)
NO_RESIDUAL = Settings(residual_value=ResidualValue.NONE)
TIER = "An order's units cost what the price tier of its size says."
MIN_ORDER = "An order of an offer in a period, over all sites, is at least its min order."
FEE = "Each order of an offer in a period pays one order fee."


def tiers(*steps: tuple[float, float], offer: str = "buy") -> tuple[PriceTier, ...]:
    """Return an offer's tiers: from so many units on, at so much."""
    return tuple(
        PriceTier(offer=offer, min_units=units, upfront_price=price) for units, price in steps
    )


def incremental(**terms: Any) -> Offer:
    """Return a purchase whose tiers price only the units beyond their Min units."""
    return buy(**{"tier_scheme": TierScheme.INCREMENTAL} | terms)


def each_its_site(sites: int, rate: float = 1.0, **of_each: Any) -> dict[str, Any]:
    """Return the tables of so many halls with a service in each that asks for `rate` there."""
    names = [f"hall {number + 1}" for number in range(sites)]
    return {
        "sites": tuple(hall(site=name) for name in names),
        "workloads": tuple(chat(workload=f"of {name}", sites=(name,), **of_each) for name in names),
        "demand": {f"of {name}": (rate,) for name in names},
    }


def charged(plan: Plan, name: str, **changes: Any) -> tuple[Charge, ...]:
    """Return a plan's charges with those of one name changed."""
    return tuple(
        replace(charge, **changes) if charge.name == name else charge
        for charge in only_path(plan).charges
    )


@pytest.mark.parametrize(
    ("units", "total"),
    [
        (3.0, 300),  # 4 at 80 would be 320
        (4.0, 320),
        (5.0, 400),
        (7.0, 480),  # 8 at 60 are less than 7 at 80
        (8.0, 480),
    ],
)
def test_the_tier_reached_prices_the_whole_order(units: float, total: float) -> None:
    """Just below a threshold the lower tier's price holds, at it the next: 100, 80, 60."""
    falling = case(buy(), demand=(units,), price_tiers=tiers((4, 80), (8, 60)))

    assert cost(falling) == pytest.approx(total)


def test_more_is_bought_where_that_reaches_a_cheaper_tier() -> None:
    """An order is made larger where the tier saves more than the units cost: 4 × 70 < 3 × 100.

    At 75 it is 300 either way, and at 76 the 3 units are cheaper.
    """

    def at(price: float) -> Any:
        return case(buy(), demand=(3.0,), price_tiers=tiers((4, price)))

    assert packs(at(70)) == {("buy", "Q1"): 4}
    assert cost(at(70)) == pytest.approx(280)
    assert cost(at(75)) == pytest.approx(300)
    assert packs(at(76)) == {("buy", "Q1"): 3}


def test_a_tier_beyond_max_order_is_out_of_reach() -> None:
    """No order is larger than max order for the sake of a tier: 4 × 70 or 3 × 100."""
    reach = tiers((4, 70))

    assert cost(case(buy(max_order=4.0), demand=(3.0,), price_tiers=reach)) == pytest.approx(280)
    assert cost(case(buy(max_order=3.0), demand=(3.0,), price_tiers=reach)) == pytest.approx(300)


@pytest.mark.parametrize(("units", "total"), [(3.0, 300), (6.0, 600), (7.0, 720)])
def test_whole_packs_may_step_over_a_threshold(units: float, total: float) -> None:
    """The tier counts units in whole packs: from 7 on, packs of 3 reach it with 9.

    At 80 each 9 are 720, more than 6 at 100.
    """
    straddling = case(buy(pack_size=3), demand=(units,), price_tiers=tiers((7, 80)))

    assert cost(straddling) == pytest.approx(total)


def test_whole_packs_may_reach_a_cheaper_tier() -> None:
    """A pack beyond the threshold is bought where it saves: 9 at 60 are 540, 6 at 100 are 600."""
    straddling = case(buy(pack_size=3), demand=(4.0,), price_tiers=tiers((7, 60)))

    assert packs(straddling) == {("buy", "Q1"): 3}
    assert cost(straddling) == pytest.approx(540)


def test_a_tier_that_no_whole_pack_falls_into_is_passed_over() -> None:
    """Packs of 5 have no order of 6 to 9 units: 5 cost 100 each, 10 cost 70, never 10."""
    gap = tiers((6, 10), (10, 70))

    assert cost(case(buy(pack_size=5), demand=(5.0,), price_tiers=gap)) == pytest.approx(500)
    assert cost(case(buy(pack_size=5), demand=(6.0,), price_tiers=gap)) == pytest.approx(700)


@pytest.mark.parametrize(("units", "total"), [(2.0, 200), (3.0, 390), (4.0, 520)])
def test_the_price_of_a_whole_order_may_rise_with_its_size(units: float, total: float) -> None:
    """A dearer tier is paid like any other: 2 at 100, from 3 units on 130 each."""
    rising = case(buy(), demand=(units,), price_tiers=tiers((3, 130)))

    assert cost(rising) == pytest.approx(total)


def test_a_rising_price_is_avoided_by_two_smaller_orders() -> None:
    """Early units keep each order in the cheap tier: 2 for Q1 and 2 for Q2 at 100."""
    rising = case(buy(), periods=quarters(2), demand=(0.0, 4.0), price_tiers=tiers((3, 130)))

    assert packs(rising) == {("buy", "Q1"): 2, ("buy", "Q2"): 2}
    assert cost(rising) == pytest.approx(400)


@pytest.mark.parametrize(
    ("units", "falling", "rising"),
    [
        (3.0, 300, 300),  # own price x Min units: the third unit is not beyond the tier
        (4.0, 380, 420),
        (5.0, 460, 540),
        (6.0, 520, 700),
    ],
)
def test_an_incremental_tier_prices_only_the_units_beyond_it(
    units: float, falling: float, rising: float
) -> None:
    """Each unit has the price of its place: 3 at 100, 2 at 80 or 120, and the rest at 60 or 160."""
    down, up = tiers((3, 80), (5, 60)), tiers((3, 120), (5, 160))

    assert cost(case(incremental(), demand=(units,), price_tiers=down)) == pytest.approx(falling)
    assert cost(case(incremental(), demand=(units,), price_tiers=up)) == pytest.approx(rising)


@pytest.mark.parametrize("price", [80.0, 120.0])
def test_an_incremental_tier_that_starts_within_a_pack_prices_the_rest_of_it(price: float) -> None:
    """Only units beyond 3 have the tier's price, whatever the pack: 4 are 300 and one more."""
    split = case(incremental(pack_size=2), demand=(4.0,), price_tiers=tiers((3, price)))

    assert cost(split) == pytest.approx(300 + price)


def test_an_incremental_tier_within_the_first_pack_has_a_dearer_beginning() -> None:
    """No order is below the tier, yet its first unit is at 100: 100 + 80, then 100 + 3 × 80."""
    within = {"price_tiers": tiers((1, 80))}

    assert cost(case(incremental(pack_size=2), demand=(2.0,), **within)) == pytest.approx(180)
    assert cost(case(incremental(pack_size=2), demand=(3.0,), **within)) == pytest.approx(340)


def test_a_tier_from_no_unit_on_replaces_the_offers_own_price() -> None:
    """Below the first tier there is no order left, in either scheme: 2 × 70."""
    of_all = tiers((0, 70))

    assert cost(case(buy(), demand=(2.0,), price_tiers=of_all)) == pytest.approx(140)
    assert cost(case(incremental(), demand=(2.0,), price_tiers=of_all)) == pytest.approx(140)


def test_below_the_first_tier_a_blank_price_is_nothing() -> None:
    """A lease at 30 a quarter has no upfront price below its tier: 1 × 30, then 2 × (30 + 50)."""
    tier = tiers((2, 50), offer="lease")

    assert cost(case(lease(), price_tiers=tier)) == pytest.approx(30)
    assert cost(case(lease(), demand=(2.0,), price_tiers=tier)) == pytest.approx(160)


def test_the_rows_of_tiers_may_come_in_any_order() -> None:
    """The threshold makes the tier, not the row: 5 at 60 are 300, or 300 + 2 × 80 by increments."""
    mixed = tiers((5, 60), (3, 80))

    assert cost(case(buy(), demand=(5.0,), price_tiers=mixed)) == pytest.approx(300)
    assert cost(case(incremental(), demand=(5.0,), price_tiers=mixed)) == pytest.approx(460)


def test_tiers_are_those_of_their_own_offer() -> None:
    """A tier of one offer leaves another at its own price: 2 × 90, while 3 are needed for 50."""
    dearer = buy(max_order=2.0)
    other = buy(offer="other", upfront_price=90.0)

    mine = case(dearer, other, demand=(2.0,), price_tiers=tiers((3, 50)))

    assert cost(mine) == pytest.approx(180)


def test_one_order_counts_over_all_sites() -> None:
    """A unit in each of two halls is an order of 2, at the tier's price: 2 × 80."""
    tables = each_its_site(2)

    assert cost(case(buy(), **tables, price_tiers=tiers((2, 80)))) == pytest.approx(160)
    # a third unit is bought to have all three at 50
    assert cost(case(buy(), **tables, price_tiers=tiers((3, 50)))) == pytest.approx(150)


def test_an_incremental_tier_counts_over_all_sites() -> None:
    """The second unit is beyond the tier, whichever hall it is for: 100 + 80."""
    one_order = case(incremental(), **each_its_site(2), price_tiers=tiers((1, 80)))

    assert cost(one_order) == pytest.approx(180)


def test_orders_of_two_periods_do_not_add_up_to_a_tier() -> None:
    """Each delivery period is sized alone: a unit for each quarter is 2 × 100, not 2 × 60."""
    each_quarter = case(
        buy(term=3),
        periods=quarters(2),
        demand=(1.0, 1.0),
        settings=NO_RESIDUAL,
        price_tiers=tiers((2, 60)),
    )

    # 2 at 60 in either quarter are 120 for one quarter's unit, so no order reaches the tier
    assert cost(each_quarter) == pytest.approx(200)


def test_two_periods_share_one_order_where_the_tier_saves() -> None:
    """A unit for Q2 is taken along in Q1 to reach the tier: 2 × 60 instead of 2 × 100."""
    growing = case(buy(), periods=quarters(2), demand=(1.0, 2.0), price_tiers=tiers((2, 60)))

    assert packs(growing) == {("buy", "Q1"): 2}
    assert cost(growing) == pytest.approx(120)


@pytest.mark.parametrize(
    ("least", "total"),
    [(2.0, 200), (3.0, 300), (2.5, 300)],
)
def test_an_order_has_at_least_the_min_order(least: float, total: float) -> None:
    """An order meets its min order: 2 units do at 2, and above it 3 are bought at 100."""
    assert cost(case(buy(min_order=least), demand=(2.0,))) == pytest.approx(total)


def test_an_order_below_the_min_order_is_none_at_all() -> None:
    """Nothing has to be ordered: 20 units at 100 would be 2000, a rental is 1000."""
    either = case(buy(min_order=20.0), rent())

    assert packs(either) == {}
    assert cost(either) == pytest.approx(1000)
    assert cost(case(buy(min_order=9.0), rent())) == pytest.approx(900)


def test_a_min_order_counts_units_in_whole_packs() -> None:
    """Units count, and come in packs: one pack of 4 meets a min order of 4, two meet 5."""
    assert cost(case(buy(pack_size=4, min_order=4.0))) == pytest.approx(400)
    assert cost(case(buy(pack_size=4, min_order=5.0))) == pytest.approx(800)


def test_a_min_order_that_packs_cannot_meet_within_max_order_allows_no_order() -> None:
    """No order is better than a wrong one: 5 to 7 units are no packs of 4, so one is rented.

    Where none can be rented, 2 packs are 8 units, 1 above the max order.
    """
    narrow = buy(pack_size=4, min_order=5.0, max_order=7.0)

    assert cost(case(narrow, rent())) == pytest.approx(1000)
    assert reasons(case(narrow)) == ("buy: max order short by 1 unit in Q1 (Offers, Max order)",)
    wide = narrow.model_copy(update={"max_order": 8.0})
    assert cost(case(wide, rent())) == pytest.approx(800)


def test_a_min_order_holds_for_each_period_over_all_sites() -> None:
    """A min order is of a period and all sites: 2 halls' units meet 2, 2 quarters' are 2 × 2."""
    assert cost(case(buy(min_order=2.0), **each_its_site(2))) == pytest.approx(200)
    again = case(
        buy(min_order=2.0, term=3),
        periods=quarters(2),
        demand=(1.0, 1.0),
        settings=NO_RESIDUAL,
    )
    assert cost(again) == pytest.approx(400)


def test_a_min_order_may_lie_in_a_dearer_tier_or_a_cheaper_one() -> None:
    """The tier is that of what is ordered: for one unit 3 at 60, or 2 below a tier of 120."""
    assert cost(case(buy(min_order=3.0), price_tiers=tiers((3, 60)))) == pytest.approx(180)
    assert cost(case(buy(min_order=2.0), price_tiers=tiers((3, 120)))) == pytest.approx(200)


def test_an_order_fee_is_paid_once_whatever_the_size() -> None:
    """A fee is of the order, not of units or packs: 3 at 100 and 40 are 340 either way."""
    assert cost(case(buy(order_fee=40.0), demand=(3.0,))) == pytest.approx(340)
    assert cost(case(buy(order_fee=40.0, pack_size=3), demand=(3.0,))) == pytest.approx(340)


def test_an_order_fee_is_paid_once_over_all_sites() -> None:
    """Units for two halls are one order: 200 and a single fee of 40."""
    assert cost(case(buy(order_fee=40.0), **each_its_site(2))) == pytest.approx(240)


def test_no_fee_is_paid_without_an_order() -> None:
    """A fee comes with an order alone: the fleet does the work, and nothing is paid."""
    assert cost(case(buy(order_fee=40.0), fleet=fleet(1))) == pytest.approx(0)


def test_an_order_fee_is_paid_for_each_delivery_period() -> None:
    """Orders of two periods pay two fees: a unit for each quarter is 2 × (100 + 40)."""
    each_quarter = case(
        buy(order_fee=40.0, term=3),
        periods=quarters(2),
        demand=(1.0, 1.0),
        settings=NO_RESIDUAL,
    )

    assert cost(each_quarter) == pytest.approx(280)


@pytest.mark.parametrize(
    ("fee", "total", "ordered"),
    [
        (29.0, 90 + 58, {("lease", "Q1"): 1, ("lease", "Q2"): 1}),
        (31.0, 120 + 31, {("lease", "Q1"): 2}),
    ],
)
def test_a_fee_makes_one_order_of_two_where_it_saves(
    fee: float, total: float, ordered: dict[tuple[str, str], int]
) -> None:
    """Two orders become one where a second lease a quarter early, at 30, is less than a fee."""
    growing = case(lease(order_fee=fee), periods=quarters(2), demand=(1.0, 2.0))

    assert packs(growing) == ordered
    assert cost(growing) == pytest.approx(total)


def test_a_fee_is_paid_for_each_offer() -> None:
    """Two offers are two orders: of each a unit can be had, so 2 × (100 + 40)."""
    two = case(
        buy(order_fee=40.0, max_order=1.0),
        buy(offer="other", order_fee=40.0, max_order=1.0),
        demand=(2.0,),
    )

    assert cost(two) == pytest.approx(280)


@pytest.mark.parametrize("delivered", [False, True])
def test_a_fee_is_capex_of_the_period_that_pays_the_price(*, delivered: bool) -> None:
    """The fee follows the price into its period: 140 pay 100 and the fee of 40, 139 do not."""
    payment = Payment.DELIVERY if delivered else Payment.ORDER
    paying = "Q2" if delivered else "Q1"

    def with_capex(amount: float) -> Any:
        periods = tuple(
            one.model_copy(update={"capex_budget": amount if one.period == paying else 0.0})
            for one in quarters(2, opex_budget=0.0)
        )
        return case(
            buy(order_fee=40.0, lead_time=1.0, payment=payment),
            periods=periods,
            demand=(0.0, 1.0),
        )

    assert cost(with_capex(140.0)) == pytest.approx(140)
    assert reasons(with_capex(139.0)) == (
        f"{paying}: capex budget short by 1 USD (Periods, Capex budget)",
    )


@pytest.mark.parametrize("acquisition", [Acquisition.LEASE, Acquisition.RESERVED])
def test_a_fee_is_opex_where_nothing_is_bought(acquisition: Acquisition) -> None:
    """The fee follows the price into opex: 140 pay 100 and the fee of 40, and 139 do not."""
    offer = buy(acquisition=acquisition, order_fee=40.0)
    enough = quarters(1, capex_budget=0.0, opex_budget=140.0)
    short = quarters(1, opex_budget=139.0)

    assert cost(case(offer, periods=enough)) == pytest.approx(140)
    assert reasons(case(offer, periods=short)) == (
        "Q1: opex budget short by 1 USD (Periods, Opex budget)",
    )


def test_a_fee_counts_in_the_total_budget() -> None:
    """The total budget pays the fee too: 140 buy the unit, and 139 only rent it."""
    offers = (buy(order_fee=40.0), rent(hourly_price=0.139))

    assert cost(case(offers[0], periods=quarters(1, total_budget=140.0))) == pytest.approx(140)
    assert reasons(case(offers[0], periods=quarters(1, total_budget=139.0))) == (
        "Q1: total budget short by 1 USD (Periods, Total budget)",
    )
    assert cost(case(*offers, periods=quarters(1, total_budget=139.0))) == pytest.approx(139)


def test_a_fee_bears_no_landed_cost_and_leaves_no_value() -> None:
    """A fee is 40 and no more: 10% come on 100, and 75 of 100 are left after 1 of 4 years."""
    offer = buy(order_fee=40.0, landed_cost=0.1, term=48)

    assert cost(case(offer, periods=years(1))) == pytest.approx(110 + 40 - 75)


def test_a_tier_bears_landed_cost_and_leaves_value() -> None:
    """A tier's price is like any other: 160 and 25% are 200, and 3/4 of 160 are left at the end."""
    offer = buy(landed_cost=0.25, term=48)
    tables: dict[str, Any] = {"demand": (2.0,), "price_tiers": tiers((2, 80))}
    settings = Settings(discount_rate=0.25)

    assert cost(case(offer, periods=years(1), **tables)) == pytest.approx(200 - 120)
    discounted = case(offer, periods=years(1), settings=settings, **tables)
    assert cost(discounted) == pytest.approx(200 - 120 / 1.25)


def test_incremental_prices_leave_value_and_bear_landed_cost_as_paid() -> None:
    """What was paid in all counts: 100 + 60, with 25% 200; 3/4 of 160 are left at the end."""
    offer = incremental(landed_cost=0.25, term=48)

    split = case(offer, periods=years(1), demand=(2.0,), price_tiers=tiers((1, 60)))

    assert cost(split) == pytest.approx(200 - 120)


@pytest.mark.parametrize("scheme", list(TierScheme))
def test_a_tiers_price_is_what_the_budget_pays(scheme: TierScheme) -> None:
    """Budgets see the tier: 2 at 80, or 100 + 60, and 25% are 200, which 199 do not pay."""
    price = 80 if scheme is TierScheme.ALL_UNITS else 60
    first = 2 if scheme is TierScheme.ALL_UNITS else 1
    offer = buy(landed_cost=0.25, tier_scheme=scheme)
    tables = {**two_of(1.0), "price_tiers": tiers((first, price))}

    assert cost(case(offer, periods=quarters(1, capex_budget=200.0), **tables)) == pytest.approx(
        200
    )
    assert reasons(case(offer, periods=quarters(1, capex_budget=199.0), **tables)) == (
        "Q1: capex budget short by 1 USD (Periods, Capex budget)",
    )


def test_more_is_bought_where_only_the_cheaper_tier_fits_the_budget() -> None:
    """A larger order may be the only one to fit: 3 at 100 are above 299, 4 at 70 are 280."""
    tight = case(
        buy(), demand=(3.0,), periods=quarters(1, capex_budget=299.0), price_tiers=tiers((4, 70))
    )

    assert packs(tight) == {("buy", "Q1"): 4}


def test_tier_and_fee_are_in_the_offers_currency() -> None:
    """All prices of an offer are in its currency: 160 and a fee of 40 EUR at 1.25 are 250."""
    in_euros = case(
        buy(order_fee=40.0, currency="EUR"),
        demand=(2.0,),
        currencies=EURO,
        price_tiers=tiers((2, 80)),
        periods=quarters(1, capex_budget=250.0),
    )

    assert cost(in_euros) == pytest.approx(250)


@pytest.mark.parametrize("scheme", list(TierScheme))
def test_tier_and_fee_change_with_the_price_of_the_order_date(scheme: TierScheme) -> None:
    """The price change is on all of it: a year on, at +50%, 160 and a fee of 40 are 240 and 60."""
    price = 80 if scheme is TierScheme.ALL_UNITS else 60
    first = 2 if scheme is TierScheme.ALL_UNITS else 1
    offer = buy(
        order_fee=40.0, price_change=0.5, available_from=date(2026, 1, 1), tier_scheme=scheme
    )
    in_y2: dict[str, Any] = {
        "periods": years(2),
        "demand": (0.0, 2.0),
        "price_tiers": tiers((first, price)),
    }

    assert cost(case(offer, **in_y2)) == pytest.approx(300)
    settings = Settings(discount_rate=0.25)
    assert cost(case(offer, settings=settings, **in_y2)) == pytest.approx(240)


def test_monthly_prices_are_no_part_of_a_tier() -> None:
    """A tier changes the upfront price alone: 2 at 80, and 3 months at 10 each, are 160 + 60."""
    serviced = case(
        buy(upfront_price=100.0, monthly_price=10.0), demand=(2.0,), price_tiers=tiers((2, 80))
    )

    assert cost(serviced) == pytest.approx(220)


def test_each_scenario_has_its_own_order_once_it_is_known() -> None:
    """Orders known apart are sized apart: 100 + 10 for 1, or 2 × 70 + 10, and their mean."""
    both = (
        Scenario(scenario="low", probability=1.0, known_from="Q2"),
        Scenario(scenario="high", probability=1.0, known_from="Q2", demand_multiplier=2.0),
    )
    apart = case(
        buy(order_fee=10.0, available_from=date(2025, 4, 1)),
        periods=quarters(2),
        demand=(0.0, 1.0),
        scenarios=both,
        price_tiers=tiers((2, 70)),
    )

    assert cost(apart) == pytest.approx((110 + 150) / 2)


@pytest.mark.parametrize(
    ("terms", "steps", "total"),
    [
        ({"order_fee": 10.0}, (), 710),
        ({"min_order": 9.0}, (), 900),
        ({}, ((20, 30),), 600),
        ({}, ((20, 40),), 700),
        ({"tier_scheme": TierScheme.INCREMENTAL}, ((5, 50),), 600),
        ({"order_fee": 10.0, "pack_size": 4}, (), 810),
    ],
)
def test_orders_need_no_limit_to_be_sized(
    terms: dict[str, Any], steps: tuple[tuple[float, float], ...], total: float
) -> None:
    """Offers, sites and budgets may all be without limit: 7 units at 100, or in a cheaper tier."""
    free = case(buy(**terms), demand=(7.0,), price_tiers=tiers(*steps))

    assert cost(free) == pytest.approx(total)


@pytest.mark.parametrize(
    ("pack_size", "rate", "total"),
    [(1, 1.0, 310), (1, 1.1, 610), (4, 1.0, 1210)],
)
def test_every_site_has_its_own_whole_packs(pack_size: int, rate: float, total: float) -> None:
    """An order without limits is as large as whole packs at each of three sites ask.

    1.1 TFLOPS take 2 units at each, 600; packs of 4 are 12 units. The fee is 10.
    """
    offer = buy(pack_size=pack_size, order_fee=10.0)

    assert cost(case(offer, **each_its_site(3, rate))) == pytest.approx(total)


def test_an_order_without_limits_covers_the_loss_of_a_site() -> None:
    """Each of two halls holds the 4 units that the other might lose: 800 and a fee of 10."""
    covered = case(
        buy(order_fee=10.0),
        demand=(4.0,),
        sites=(hall(), hall(site="annex")),
        workloads=(chat(site_loss_coverage=1.0),),
    )

    assert cost(covered) == pytest.approx(810)


def test_an_order_without_limits_makes_a_cluster_at_each_site() -> None:
    """A cluster of 4 in each of two halls takes 8 units: 800 and a fee of 10."""
    clusters = case(buy(order_fee=10.0), **each_its_site(2, cluster_units=4))

    assert cost(clusters) == pytest.approx(810)


@pytest.mark.parametrize(("units", "missing"), [(1, 2.0), (2, 1.0)])
def test_the_check_finds_an_order_below_the_min_order(units: int, missing: float) -> None:
    """Too small an order is found: 1 or 2 units miss a min order of 3 by 2 or 1."""
    plan = cheapest(case(buy(min_order=3.0)))

    check = failure(order_sizes, reordered(plan, packs=units))

    assert check.rule == MIN_ORDER
    assert check.violation == pytest.approx(missing)
    assert check.worst is not None
    assert check.worst.where == "buy in Q1"


def test_the_check_adds_up_an_order_over_its_sites_in_units() -> None:
    """The check counts as the model does: packs of 2 in two halls meet 4, one of them misses 2."""
    plan = cheapest(case(buy(pack_size=2, min_order=4.0), **each_its_site(2)))
    assert len(plan.orders) == 2

    check = failure(order_sizes, replace(plan, orders=plan.orders[:1]))

    assert check.violation == pytest.approx(2)


@pytest.mark.parametrize(
    ("scheme", "due"), [(TierScheme.ALL_UNITS, 60 * 3), (TierScheme.INCREMENTAL, 200 + 60)]
)
def test_the_check_finds_an_order_at_the_price_of_another_tier(
    scheme: TierScheme, due: float
) -> None:
    """A wrong tier is found: 3 units are charged 300, as if none was at 60."""
    of = case(buy(tier_scheme=scheme), demand=(3.0,), price_tiers=tiers((2, 60)))

    plan = cheapest(of)
    check = failure(
        order_sizes, misread(plan, charges=charged(plan, "upfront price", amount=300.0))
    )

    assert check.rule == TIER
    assert check.violation == pytest.approx(300 - due)


def test_the_check_finds_a_price_charged_in_another_period() -> None:
    """A price has its period: Q1 pays 100 for a unit of Q2, and misses them if Q2 is charged."""
    plan = cheapest(case(buy(lead_time=1.0), periods=quarters(2), demand=(0.0, 1.0)))

    check = failure(order_sizes, misread(plan, charges=charged(plan, "upfront price", period="Q2")))

    assert check.rule == TIER
    assert check.violation == pytest.approx(100)


@pytest.mark.parametrize(("amount", "off"), [(0.0, 50.0), (100.0, 50.0), (40.0, 10.0)])
def test_the_check_finds_a_misread_fee(amount: float, off: float) -> None:
    """A wrong fee is found: 40 EUR at 1.25 are 50, and not none, two, or 40."""
    plan = cheapest(case(buy(order_fee=40.0, currency="EUR"), demand=(2.0,), currencies=EURO))

    check = failure(order_sizes, misread(plan, charges=charged(plan, "order fee", amount=amount)))

    assert check.rule == FEE
    assert check.violation == pytest.approx(off)


def test_the_plan_tells_the_fee_on_a_line_of_its_own() -> None:
    """A fee can be read in the plan: 40 of capex in Q1, of the offer and of no site."""
    path = only_path(cheapest(case(buy(order_fee=40.0))))

    (fee,) = [charge for charge in path.charges if charge.name == "order fee"]

    assert (fee.amount, fee.budget, fee.period) == (40.0, Budget.CAPEX, "Q1")
    assert (fee.offer, fee.site) == ("buy", "")
    assert path.spend[Budget.CAPEX, "Q1"] == pytest.approx(140)
