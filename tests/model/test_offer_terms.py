"""Offer terms: how much of an offer can be ordered, when, and what orders cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.finance import Currency, ResidualValue, Settings
from planner.case.offers import Acquisition, Payment
from planner.model.families import offer_terms
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
    packs,
    quarters,
    reasons,
    rent,
    reordered,
    two_of,
    years,
)

TWO_HALLS = (hall(), hall(site="annex"))
TEN_PERCENT = Settings(discount_rate=0.1)


def test_orders_up_to_max_order_are_placed_and_no_more() -> None:
    """Of 2 units at 100 both can be ordered at once; with a max order of 1 one is rented."""
    rental = rent(hourly_price=1.0)  # 1000 for the period

    assert cost(case(buy(max_order=2.0), rental, demand=(2.0,))) == pytest.approx(200)
    assert cost(case(buy(max_order=1.0), rental, demand=(2.0,))) == pytest.approx(100 + 1000)


def test_max_order_holds_for_each_delivery_period() -> None:
    """2 units are there in Q2 although one order has 1: the other came in Q1, unused till then."""
    assert packs(case(buy(max_order=1.0), periods=quarters(2), demand=(0.0, 2.0))) == {
        ("buy", "Q1"): 1,
        ("buy", "Q2"): 1,
    }


def test_max_order_holds_over_all_sites() -> None:
    """One unit in each of two halls is an order of 2 units, not two orders of 1."""
    here, there = chat(sites=("hall",)), chat(workload="there", sites=("annex",))
    both = {"chat": (1.0,), "there": (1.0,)}
    tables: dict[str, Any] = {"sites": TWO_HALLS, "workloads": (here, there), "demand": both}

    assert cost(case(buy(max_order=2.0), **tables)) == pytest.approx(200)
    assert reasons(case(buy(max_order=1.0), **tables)) == (
        "buy: max order short by 1 unit in Q1 (Offers, Max order)",
    )


def test_max_order_is_named_where_it_stands_in_the_way() -> None:
    """Two workloads of 5 TFLOPS take 10 units, of which 9 can be delivered."""
    assert reasons(case(buy(max_order=9.0), **two_of(5.0))) == (
        "buy: max order short by 1 unit in Q1 (Offers, Max order)",
    )
    assert cost(case(buy(max_order=10.0), **two_of(5.0))) == pytest.approx(1000)


def test_max_total_holds_over_the_horizon() -> None:
    """2 units at 100 in all: with a max total of 1 only Q1's is bought, and Q2's rented."""
    tables: dict[str, Any] = {"periods": quarters(2), "demand": (1.0, 2.0)}

    assert cost(case(buy(max_total=2.0), rent(), **tables)) == pytest.approx(200)
    assert cost(case(buy(max_total=1.0), rent(), **tables)) == pytest.approx(100 + 1000)


def test_max_total_is_named_where_it_stands_in_the_way() -> None:
    """Two workloads of 5 TFLOPS take 10 units, of which 9 can be had."""
    assert reasons(case(buy(max_total=9.0), **two_of(5.0))) == (
        "buy: max total short by 1 unit (Offers, Max total)",
    )


def test_units_come_in_whole_packs() -> None:
    """5 units take 2 packs of 4, so 8 are paid at 100; packs of 5 would be just right."""
    assert cost(case(buy(pack_size=4), demand=(5.0,))) == pytest.approx(800)
    assert cost(case(buy(pack_size=5), demand=(5.0,))) == pytest.approx(500)


def test_a_max_order_between_two_packs_allows_the_smaller() -> None:
    """7 units at most are one pack of 4; the other 4 of a demand of 8 are rented at 1000 each."""
    offer = buy(pack_size=4, max_order=7.0)

    assert cost(case(offer, rent(), demand=(8.0,))) == pytest.approx(400 + 4000)


def test_an_order_is_placed_its_lead_time_before_delivery() -> None:
    """Q1 has 90 days: a lead time of 90/7 weeks reaches Q2 from plan start, a day more does not."""
    in_q2: dict[str, Any] = {"periods": quarters(2), "demand": (0.0, 1.0)}

    assert packs(case(buy(lead_time=90 / 7), **in_q2)) == {("buy", "Q2"): 1}
    assert reasons(case(buy(lead_time=91 / 7), **in_q2)) == (
        "chat in Q2: demand too high by 1 TFLOPS (Demand, Q2)",
    )


def test_no_order_is_placed_before_plan_start() -> None:
    """An earlier plan start lets 13 weeks of lead time reach Q1."""
    offer = buy(lead_time=13.0)

    assert packs(case(offer, settings=Settings(plan_start=date(2024, 10, 2)))) == {("buy", "Q1"): 1}
    assert reasons(case(offer, settings=Settings(plan_start=date(2024, 10, 3)))) == (
        "chat in Q1: demand too high by 1 TFLOPS (Demand, Q1)",
    )


def test_an_order_needs_a_quote_on_its_own_date() -> None:
    """A week before Q2's 1 April is 25 March: the quote must hold then, not on delivery."""
    in_q2: dict[str, Any] = {"periods": quarters(2), "demand": (0.0, 1.0)}
    day, next_day = date(2025, 3, 25), date(2025, 3, 26)

    assert packs(case(buy(lead_time=1.0, available_until=day, available_from=day), **in_q2)) == {
        ("buy", "Q2"): 1
    }
    assert reasons(case(buy(lead_time=1.0, available_from=next_day), **in_q2)) == (
        "chat in Q2: demand too high by 1 TFLOPS (Demand, Q2)",
    )


@pytest.mark.parametrize(
    ("payment", "paying", "other"),
    [(Payment.ORDER, "Q1", "Q2"), (Payment.DELIVERY, "Q2", "Q1")],
)
def test_the_upfront_price_is_paid_with_the_order_or_the_delivery(
    payment: Payment, paying: str, other: str
) -> None:
    """A unit for Q2 ordered a week before takes Q1's budget or Q2's; 99 do not pay 100."""
    in_q2 = case(buy(lead_time=1.0, payment=payment), periods=quarters(2), demand=(0.0, 1.0))

    def with_budget(label: str, budget: float) -> Any:
        periods = tuple(
            period.model_copy(update={"capex_budget": budget if period.period == label else None})
            for period in in_q2.periods
        )
        return replace(in_q2, periods=periods)

    assert cost(with_budget(paying, 100.0)) == pytest.approx(100)
    assert cost(with_budget(other, 0.0)) == pytest.approx(100)
    assert reasons(with_budget(paying, 99.0)) == (
        f"{paying}: capex budget short by 1 USD (Periods, Capex budget)",
    )


def test_an_order_before_the_first_period_is_paid_in_it() -> None:
    """Plan start lies 365 days before Y1, when the order is placed; Y1 pays, at 1/1.1 of 110."""
    offer = buy(upfront_price=110.0, lead_time=365 / 7)
    settings = Settings(discount_rate=0.1, plan_start=date(2024, 1, 2))

    assert cost(case(offer, periods=years(1), settings=settings)) == pytest.approx(100)


def test_the_price_is_that_of_the_order_date() -> None:
    """At +50% a year a unit for Y3, ordered 365 days before, costs 150, and 150/1.1 discounted.

    Paid with the delivery it is still 150, discounted by two years: 150/1.21.
    """
    in_y3: dict[str, Any] = {
        "periods": years(3),
        "demand": (0.0, 0.0, 1.0),
        "settings": TEN_PERCENT,
    }
    offer = buy(price_change=0.5, lead_time=365 / 7, available_from=date(2026, 1, 1), term=12)

    assert cost(case(offer, **in_y3)) == pytest.approx(150 / 1.1)
    on_delivery = offer.model_copy(update={"payment": Payment.DELIVERY})
    assert cost(case(on_delivery, **in_y3)) == pytest.approx(150 / 1.21)


def test_falling_prices_are_waited_for() -> None:
    """At -20% a year a second unit, needed in Y2, is bought then: 100 + 80."""
    grows = case(buy(price_change=-0.2), periods=years(2), demand=(1.0, 2.0))

    assert cost(grows) == pytest.approx(180)


def test_landed_cost_comes_on_top_of_the_upfront_price_alone() -> None:
    """100 + 25% are 125; 3 months at 10 are 30, on which nothing is landed."""
    assert cost(case(buy(landed_cost=0.25))) == pytest.approx(125)
    with_service = buy(upfront_price=100.0, monthly_price=10.0, landed_cost=0.25)
    assert cost(case(with_service)) == pytest.approx(125 + 30)


def test_prices_are_turned_into_the_base_currency() -> None:
    """100 EUR at 1.25 are 125, and 3 months at 8 EUR are 30: the budgets are in USD."""
    offer = buy(upfront_price=100.0, monthly_price=8.0, currency="EUR")
    euro = (Currency(currency="EUR", rate=1.25),)
    just_enough = quarters(1, capex_budget=125.0, opex_budget=30.0)

    assert cost(case(offer, currencies=euro, periods=just_enough)) == pytest.approx(155)
    assert reasons(case(offer, currencies=euro, periods=quarters(1, capex_budget=124.0))) == (
        "Q1: capex budget short by 1 USD (Periods, Capex budget)",
    )


def test_monthly_prices_are_paid_for_the_months_in_service() -> None:
    """A lease at 10 for 6 months serves Q1 and Q2, so 60; the third quarter takes another."""
    offer = lease(term=6)

    assert cost(case(offer, periods=quarters(2), demand=(1.0, 1.0))) == pytest.approx(60)
    three = case(offer, periods=quarters(3), demand=(1.0, 1.0, 1.0))
    assert cost(three) == pytest.approx(90)
    assert packs(three) == {("lease", "Q1"): 1, ("lease", "Q3"): 1}


def test_a_term_that_ends_within_a_period_serves_and_is_paid_to_its_end() -> None:
    """5 months from 1 January end on 1 June: in service on 1 April, so 6 months are paid."""
    assert cost(case(lease(term=5), periods=quarters(2), demand=(1.0, 1.0))) == pytest.approx(60)


def test_a_unit_without_a_term_serves_to_the_end_of_the_horizon() -> None:
    """One purchase serves two quarters; with a term of 3 months it takes two."""
    both: dict[str, Any] = {"periods": quarters(2), "demand": (1.0, 1.0)}

    assert cost(case(buy(), **both)) == pytest.approx(100)
    no_residual = Settings(residual_value=ResidualValue.NONE)
    assert cost(case(buy(term=3), **both, settings=no_residual)) == pytest.approx(200)


def test_monthly_prices_are_discounted_by_the_period_and_priced_on_the_order_date() -> None:
    """12 months at 10 in Y1 are 120; in Y2 120/1.1. The contract's price stays that of Y1."""
    two_years = case(
        lease(price_change=0.5, available_until=date(2025, 1, 1)),
        periods=years(2),
        demand=(1.0, 1.0),
        settings=TEN_PERCENT,
    )

    assert cost(two_years) == pytest.approx(120 + 120 / 1.1)


def test_what_is_left_of_a_purchase_is_credited_at_the_end() -> None:
    """After 1 of 4 years 3/4 of 100 are left, 75, at 1/1.25; landed cost of 10 is not credited.

    The price paid counts, so an order 365 days later at +20% credits 120 × 3/4 = 90.
    """
    settings = Settings(discount_rate=0.25)
    offer = buy(term=48, landed_cost=0.1, price_change=0.2)

    assert cost(case(offer, periods=years(1), settings=settings)) == pytest.approx(110 - 75 / 1.25)
    later = offer.model_copy(update={"available_from": date(2026, 1, 1)})
    in_y2 = case(later, periods=years(2), demand=(0.0, 1.0), settings=settings)
    assert cost(in_y2) == pytest.approx(132 / 1.25 - 90 / 1.25**2)


@pytest.mark.parametrize(
    ("terms", "settings"),
    [
        ({"term": 12}, Settings()),  # the term ends with the horizon
        ({"term": None}, Settings()),  # without a term nothing is left
        ({"term": 48}, Settings(residual_value=ResidualValue.NONE)),
        ({"term": 48, "acquisition": Acquisition.LEASE}, Settings()),
    ],
)
def test_no_value_is_left(terms: dict[str, Any], settings: Settings) -> None:
    """Only a purchase whose term outlasts the horizon has a residual value, if it is credited."""
    assert cost(case(buy(**terms), periods=years(1), settings=settings)) == pytest.approx(100)


def test_an_offer_goes_to_the_sites_it_names_or_to_those_of_its_kind() -> None:
    """A purchase goes to a hall, never of itself to a cloud; a reservation to a cloud."""
    reserved = buy(offer="reserved", acquisition=Acquisition.RESERVED)

    assert [order.site for order in cheapest(case(buy())).orders] == ["hall"]
    assert [order.site for order in cheapest(case(reserved)).orders] == ["cloud"]
    assert [order.site for order in cheapest(case(buy(sites=("cloud",)))).orders] == ["cloud"]


def test_the_fleet_comes_before_any_order() -> None:
    """1 of 2 units is there; only the other is bought."""
    assert cost(case(buy(), demand=(2.0,), fleet=fleet(1))) == pytest.approx(100)


def test_the_check_finds_an_order_of_no_pack() -> None:
    """An order of 0 packs misses the least order by 1 pack."""
    check = failure(offer_terms, reordered(cheapest(case(buy())), packs=0))

    assert check.rule == "An order is of at least one whole pack."
    assert check.violation == pytest.approx(1)


@pytest.mark.parametrize("change", [{"delivered": "Q1"}, {"site": "cloud"}])
def test_the_check_finds_an_order_that_cannot_be_placed(change: dict[str, str]) -> None:
    """Q1 cannot be reached from plan start within a week, and the offer has no site but a hall."""
    plan = cheapest(case(buy(lead_time=1.0), periods=quarters(2), demand=(0.0, 1.0)))

    check = failure(offer_terms, reordered(plan, **change))

    assert check.rule.startswith("An order can be placed on or after plan start")
    assert check.violation == pytest.approx(1)


def test_the_check_finds_an_order_above_max_order() -> None:
    """2 packs of 2 and one more are 6 units: 2 above a max order of 4."""
    plan = cheapest(case(buy(pack_size=2, max_order=4.0), demand=(4.0,)))

    check = failure(offer_terms, reordered(plan, packs=3))

    assert "max order" in check.rule
    assert check.violation == pytest.approx(2)
    assert check.worst is not None
    assert check.worst.where == "buy in Q1"


def test_the_check_finds_orders_above_max_total() -> None:
    """A pack of 2 in Q1 and 3 instead of 1 in Q2 are 8 units: 4 above a max total of 4."""
    growing: dict[str, Any] = {"periods": quarters(2), "demand": (2.0, 4.0)}
    plan = cheapest(case(buy(pack_size=2, max_total=4.0, price_change=-0.5), **growing))

    check = failure(offer_terms, reordered(plan, packs=3))

    assert "max total" in check.rule
    assert check.violation == pytest.approx(4)
