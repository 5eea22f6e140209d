"""Rebates: a share of a vendor's upfront spend comes back once it reaches a level."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.finance import Currency, Scenario, Settings
from planner.case.offers import Acquisition, PriceTier, Rebate, TierScheme
from planner.errors import CaseError
from planner.model.families import rebates
from planner.plan.charges import Budget, Part
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cost,
    failure,
    fleet,
    gpu,
    hall,
    lease,
    misread,
    only_path,
    packs,
    quarters,
    reasons,
    rent,
    years,
)

RULE = "Each vendor gives back the rebate of the highest level that its spend reaches."


def levels(*steps: tuple[float, float], vendor: str = "V") -> tuple[Rebate, ...]:
    """Return a vendor's levels: from so much spend on, such a share."""
    return tuple(Rebate(vendor=vendor, min_spend=spend, rebate=share) for spend, share in steps)


def tier(least: float, price: float) -> tuple[PriceTier, ...]:
    """Return the tier of a purchase: from so many units on, at so much."""
    return (PriceTier(offer="buy", min_units=least, upfront_price=price),)


@pytest.mark.parametrize(
    ("price", "total"),
    [
        (99.0, 198),  # 2 fall short of the level, and a third unit is dearer than the rebate
        (100.0, 180),
        (101.0, 202 * 0.9),
    ],
)
def test_a_share_of_all_spend_comes_back_from_the_level_on(price: float, total: float) -> None:
    """A level is reached at its Min spend: 2 at 100 reach 200, of which a tenth is back."""
    two = case(buy(upfront_price=price), demand=(2.0,), rebates=levels((200, 0.1)))

    assert cost(two) == pytest.approx(total)


def test_a_level_of_nothing_is_always_reached() -> None:
    """Whatever is spent reaches a level of 0: a tenth of 100 comes back, and of nothing."""
    assert cost(case(buy(), rebates=levels((0, 0.1)))) == pytest.approx(90)
    assert cost(case(buy(), fleet=fleet(1), rebates=levels((0, 0.1)))) == pytest.approx(0)


@pytest.mark.parametrize(
    ("units", "total"),
    [(1.0, 100), (2.0, 200 * 0.9), (3.0, 300 * 0.9), (4.0, 400 * 0.8), (6.0, 600 * 0.8)],
)
def test_the_highest_level_reached_counts_for_all_spend(units: float, total: float) -> None:
    """One level counts, and for all spend: from 200 on a tenth, from 400 on a fifth."""
    two_levels = levels((400, 0.2), (200, 0.1))

    assert cost(case(buy(), demand=(units,), rebates=two_levels)) == pytest.approx(total)


@pytest.mark.parametrize(("units", "total"), [(2.0, 160), (3.0, 270), (4.0, 360)])
def test_a_higher_level_counts_even_where_it_gives_less(units: float, total: float) -> None:
    """Spend cannot stay below a level it reaches: from 100 on a fifth, from 300 on a tenth."""
    falling = levels((100, 0.2), (300, 0.1))

    assert cost(case(buy(), demand=(units,), rebates=falling)) == pytest.approx(total)


def test_a_level_that_gives_less_is_avoided_with_another_vendor() -> None:
    """A third unit of V would halve its rebate, 270 in all; one of W at 105 leaves it at 160."""
    either = case(
        buy(),
        buy(offer="other", vendor="W", upfront_price=105.0),
        demand=(3.0,),
        rebates=levels((100, 0.2), (300, 0.1)),
    )

    assert packs(either) == {("buy", "Q1"): 2, ("other", "Q1"): 1}
    assert cost(either) == pytest.approx(160 + 105)


def test_a_level_may_give_nothing() -> None:
    """A level of no rebate ends the one below it: 200 less a fifth, but 300 in full."""
    ends = levels((100, 0.2), (300, 0))

    assert cost(case(buy(), demand=(2.0,), rebates=ends)) == pytest.approx(160)
    assert cost(case(buy(), demand=(3.0,), rebates=ends)) == pytest.approx(300)


@pytest.mark.parametrize(("share", "total", "units"), [(0.3, 200, 2), (0.4, 180, 3), (0.5, 150, 3)])
def test_more_is_spent_where_the_rebate_is_worth_it(share: float, total: float, units: int) -> None:
    """A unit too many is bought for a level: 2 are 200, 3 are 300 and 210, 180 or 150 remain."""
    nearly = case(buy(), demand=(2.0,), rebates=levels((300, share)))

    assert packs(nearly) == {("buy", "Q1"): units}
    assert cost(nearly) == pytest.approx(total)


def test_a_level_beyond_max_total_is_out_of_reach() -> None:
    """No rebate is worth more than the terms allow: with 2 units in all no 300 can be spent."""
    two = case(buy(max_total=2.0), demand=(2.0,), rebates=levels((300, 0.5)))

    assert cost(two) == pytest.approx(200)


def test_spend_adds_up_over_offers_of_the_vendor() -> None:
    """All offers of a vendor count: 100 and 150 reach 250, and a tenth of it comes back."""
    both = case(
        buy(max_total=1.0),
        buy(offer="other", upfront_price=150.0),
        demand=(2.0,),
        rebates=levels((250, 0.1)),
    )

    assert cost(both) == pytest.approx(225)


def test_spend_adds_up_over_periods() -> None:
    """The whole horizon counts: a unit of Q1 and one of Q2, at 100 each, reach 200."""
    growing = case(
        buy(max_order=1.0), periods=quarters(2), demand=(1.0, 2.0), rebates=levels((200, 0.1))
    )

    assert packs(growing) == {("buy", "Q1"): 1, ("buy", "Q2"): 1}
    assert cost(growing) == pytest.approx(180)


def test_spend_adds_up_over_sites() -> None:
    """All sites count: a unit at 100 in each of two halls reaches 200."""
    both = case(
        buy(),
        sites=(hall(), hall(site="annex")),
        workloads=(chat(sites=("hall",)), chat(workload="there", sites=("annex",))),
        demand={"chat": (1.0,), "there": (1.0,)},
        rebates=levels((200, 0.1)),
    )

    assert cost(both) == pytest.approx(180)


def test_spend_with_another_vendor_does_not_count() -> None:
    """Each vendor counts alone: V and W have 100 each, and V's level takes 200."""
    apart = case(
        buy(max_total=1.0),
        buy(offer="other", vendor="W", max_total=1.0),
        demand=(2.0,),
        rebates=levels((200, 0.1)),
    )

    assert cost(apart) == pytest.approx(200)


def test_every_vendor_has_its_own_levels() -> None:
    """Two vendors give back by their own rows: V a tenth of 100 and W a fifth of 100, 90 + 80."""
    two = case(
        buy(max_total=1.0),
        buy(offer="other", vendor="W", max_total=1.0),
        demand=(2.0,),
        rebates=(*levels((100, 0.1)), *levels((50, 0.2), vendor="W")),
    )

    assert cost(two) == pytest.approx(170)


def test_the_vendor_is_chosen_by_what_remains() -> None:
    """A rebate makes a dearer offer the cheaper: 105 less a fifth are 84, and V asks 100."""
    either = case(
        buy(),
        buy(offer="other", vendor="W", upfront_price=105.0),
        rebates=levels((100, 0.2), vendor="W"),
    )

    assert packs(either) == {("other", "Q1"): 1}
    assert cost(either) == pytest.approx(84)


@pytest.mark.parametrize("acquisition", [Acquisition.LEASE, Acquisition.RESERVED])
def test_upfront_prices_of_leases_and_reservations_count(acquisition: Acquisition) -> None:
    """Every committed unit's upfront price counts: 2 at 100 reach 200, bought or not."""
    offer = buy(acquisition=acquisition)

    assert cost(case(offer, demand=(2.0,), rebates=levels((200, 0.1)))) == pytest.approx(180)


def test_monthly_and_hourly_prices_do_not_count() -> None:
    """Nothing comes back of what is paid by the month or hour.

    A lease's 30 a quarter reach no level of 30. Beside 50 upfront, 100 for hours do not reach
    a level of 51. Of a rental's 1000 no half comes back, although the level is 0.
    """
    leased = case(lease(), rebates=levels((30, 0.5)))
    by_the_hour = case(
        buy(acquisition=Acquisition.RESERVED, upfront_price=50.0, hourly_price=0.1, max_total=1.0),
        rebates=levels((50, 0.5), (51, 0.9)),
    )

    assert cost(leased) == pytest.approx(30)
    assert cost(by_the_hour) == pytest.approx(25 + 100)
    assert cost(case(rent(), rebates=levels((0, 0.5)))) == pytest.approx(1000)


@pytest.mark.parametrize(
    ("terms", "beside"),
    [({"landed_cost": 0.5}, 50), ({"order_fee": 50.0}, 50), ({"monthly_price": 50.0}, 150)],
)
def test_what_is_paid_beside_the_upfront_price_does_not_count(
    terms: dict[str, float], beside: float
) -> None:
    """Only the 100 of the price count: below a level of 101, and of 100 a tenth of them is back."""
    offer = buy(**{"upfront_price": 100.0, "max_total": 1.0} | terms)

    assert cost(case(offer, rebates=levels((101, 0.1)))) == pytest.approx(100 + beside)
    assert cost(case(offer, rebates=levels((100, 0.1)))) == pytest.approx(90 + beside)


def test_spend_is_counted_in_the_base_currency() -> None:
    """Levels are in base currency: 100 EUR at 1.25 reach one of 125 and not one of 126."""
    tables: dict[str, Any] = {"currencies": (Currency(currency="EUR", rate=1.25),)}
    offer = buy(currency="EUR", max_total=1.0)

    assert cost(case(offer, **tables, rebates=levels((125, 0.2)))) == pytest.approx(100)
    assert cost(case(offer, **tables, rebates=levels((126, 0.2)))) == pytest.approx(125)


def test_spend_has_the_price_of_the_order_date() -> None:
    """The price paid counts: 100 at +50% a year are 150 a year on, and reach 150, not 151."""
    offer = buy(price_change=0.5, available_from=date(2026, 1, 1), max_total=1.0)
    in_y2: dict[str, Any] = {"periods": years(2), "demand": (0.0, 1.0)}

    assert cost(case(offer, **in_y2, rebates=levels((150, 0.2)))) == pytest.approx(120)
    assert cost(case(offer, **in_y2, rebates=levels((151, 0.2)))) == pytest.approx(150)


def test_a_rebate_is_discounted_at_the_end_and_spend_is_not() -> None:
    """Levels are not discounted, rebates are: 100 and 100 (now 80) reach 200; 20/1.25² is back."""
    growing = case(
        buy(max_order=1.0),
        periods=years(2),
        demand=(1.0, 2.0),
        settings=Settings(discount_rate=0.25),
        rebates=levels((200, 0.1)),
    )

    assert cost(growing) == pytest.approx(100 + 80 - 20 / 1.25**2)


@pytest.mark.parametrize("name", ["capex", "total"])
def test_a_rebate_pays_nothing_in_a_budget(name: str) -> None:
    """Budgets pay the full price: a half of 100 comes back, but 99 do not buy the unit."""

    def with_budget(amount: float) -> Any:
        periods = quarters(1, **{f"{name}_budget": amount})
        return case(buy(), periods=periods, rebates=levels((0, 0.5)))

    assert cost(with_budget(100.0)) == pytest.approx(50)
    assert reasons(with_budget(99.0)) == (
        f"Q1: {name} budget short by 1 USD (Periods, {name.title()} budget)",
    )


@pytest.mark.parametrize(
    ("scheme", "least", "price"),
    [(TierScheme.ALL_UNITS, 2, 80.0), (TierScheme.INCREMENTAL, 1, 60.0)],
)
def test_spend_is_at_the_price_of_the_tier(scheme: TierScheme, least: float, price: float) -> None:
    """What the tier makes of the price counts: 2 units are 160, which reach 160 and not 161."""
    offer = buy(tier_scheme=scheme, max_total=2.0)
    tables: dict[str, Any] = {"demand": (2.0,), "price_tiers": tier(least, price)}

    assert cost(case(offer, **tables, rebates=levels((160, 0.1)))) == pytest.approx(144)
    assert cost(case(offer, **tables, rebates=levels((161, 0.1)))) == pytest.approx(160)


def test_a_cheaper_tier_may_miss_the_level() -> None:
    """The dearer units are bought where only they reach the level: 3 at 100 are 150 in the end.

    4 at 70 are 280 and below a level of 300; 5 at 70 reach it, and are 175 in the end.
    """
    either = case(buy(), demand=(3.0,), price_tiers=tier(4, 70), rebates=levels((300, 0.5)))

    assert packs(either) == {("buy", "Q1"): 3}
    assert cost(either) == pytest.approx(150)


def test_the_residual_value_is_of_the_price_before_the_rebate() -> None:
    """A rebate takes nothing from what is left at the end: of 100, 20 come back and 50 are left."""
    halfway = case(buy(term=24), periods=years(1), rebates=levels((100, 0.2)))

    assert cost(halfway) == pytest.approx(30)


def test_levels_are_those_of_each_scenario() -> None:
    """Each scenario reaches its own level: one unit is 100, two are 160, and 130 is the mean."""
    apart = case(
        buy(available_from=date(2025, 4, 1)),
        periods=quarters(2),
        demand=(0.0, 1.0),
        scenarios=(
            Scenario(scenario="low", probability=1.0, known_from="Q2"),
            Scenario(scenario="high", probability=1.0, known_from="Q2", demand_multiplier=2.0),
        ),
        rebates=levels((200, 0.2)),
    )

    assert cost(apart) == pytest.approx((100 + 160) / 2)


def test_spend_of_a_shared_order_counts_in_each_scenario() -> None:
    """What is ordered before scenarios part counts in all: 100 of Q1, and 200 where Q2 adds one."""
    shared = case(
        buy(max_order=1.0),
        periods=quarters(2),
        demand=(1.0, 1.0),
        scenarios=(
            Scenario(scenario="low", probability=1.0, known_from="Q2"),
            Scenario(scenario="high", probability=1.0, known_from="Q2"),
        ),
        rebates=levels((200, 0.2)),
    )
    grows = replace(
        shared,
        demand=(
            *shared.demand,
            shared.demand[0].model_copy(
                update={"scenario": "high", "rates": {"Q1": 1.0, "Q2": 2.0}}
            ),
        ),
    )

    assert cost(shared) == pytest.approx(100)
    assert cost(grows) == pytest.approx((100 + 160) / 2)


def test_units_that_earn_money_without_end_are_refused() -> None:
    """A case without a least cost is told: 75 are left of 100 and 50 come back, 25 a unit."""
    endless = case(buy(term=48), periods=years(1), rebates=levels((0, 0.5)))

    with pytest.raises(CaseError, match=r"(?s)'buy'.*Give it a Max order or Max total"):
        find_plan(endless, Options(gap=0.0))


@pytest.mark.parametrize("limit", ["max_order", "max_total"])
def test_units_that_earn_money_are_bought_to_the_limit(limit: str) -> None:
    """A limit makes it a plan: 4 units at 100 leave 300 and bring back 200, so 100 are earned."""
    ended = case(buy(**{"term": 48, limit: 4.0}), periods=years(1), rebates=levels((0, 0.5)))

    assert packs(ended) == {("buy", "Y1"): 4}
    assert cost(ended) == pytest.approx(-100)


def test_units_that_earn_nothing_need_no_limit() -> None:
    """A case that earns nothing has a least cost of 0: 75 are left of 100, and 25 come back."""
    even = case(buy(term=48), periods=years(1), rebates=levels((0, 0.25)))
    landed = case(buy(term=48, landed_cost=0.25), periods=years(1), rebates=levels((0, 0.5)))

    assert cost(even) == pytest.approx(0)
    assert cost(landed) == pytest.approx(0)


def test_units_with_a_monthly_price_may_cost_more_than_they_earn() -> None:
    """All prices of a unit count: 25 are earned of its 100, and 12 months at 100 are 1200."""
    serviced = buy(upfront_price=100.0, monthly_price=100.0, term=48)

    assert cost(case(serviced, periods=years(1), rebates=levels((0, 0.5)))) == pytest.approx(1175)


def test_units_without_an_upfront_price_earn_nothing() -> None:
    """Of no upfront price nothing is left or comes back: 12 months at 100 are 1200."""
    monthly = buy(monthly_price=100.0, term=48)

    assert cost(case(monthly, periods=years(1), rebates=levels((0, 0.5)))) == pytest.approx(1200)


def test_spend_may_miss_a_level_by_the_rounding_of_a_sum() -> None:
    """Plan and cost agree on a level that is just reached: 3 × 0.7 is 2.1, though not in binary."""
    three = case(buy(upfront_price=0.7, max_order=3.0), demand=(3.0,), rebates=levels((2.1, 0.5)))

    assert cost(three) == pytest.approx(1.05)


def test_units_of_a_dearer_tier_are_bought_to_reach_a_level() -> None:
    """Units that do no work are bought for a level, also at a tier's price.

    500 are spent, and 10 units at 50 (from 2 on, below for nothing) reach 1000: 100 remain.
    """
    fills_up = case(
        buy(offer="works", sku="works", upfront_price=500.0, max_total=1.0),
        buy(upfront_price=0.0),
        hardware=(gpu(sku="works"), gpu(tflops=0.0)),
        price_tiers=tier(2, 50.0),
        rebates=levels((1000, 0.9)),
    )

    assert cost(fills_up) == pytest.approx(100)


def test_spend_without_limits_is_as_much_as_every_site_asks() -> None:
    """No level cuts off an order: 2 units in each of three halls are 600, and 60 come back."""
    names = ("hall", "annex", "barn")
    three = case(
        buy(),
        sites=tuple(hall(site=name) for name in names),
        workloads=tuple(chat(workload=f"of {name}", sites=(name,)) for name in names),
        demand={f"of {name}": (1.1,) for name in names},
        rebates=levels((0, 0.1)),
    )

    assert cost(three) == pytest.approx(540)


@pytest.mark.parametrize(("amount", "off"), [(0.0, 20.0), (-40.0, 20.0), (20.0, 40.0)])
def test_the_check_finds_a_misread_rebate(amount: float, off: float) -> None:
    """A wrong credit is found: it is 20, and not nothing, 40, or a charge of 20."""
    plan = cheapest(case(buy(), demand=(2.0,), rebates=levels((200, 0.1))))
    wrong = tuple(
        replace(charge, amount=amount) if charge.name == "rebate" else charge
        for charge in only_path(plan).charges
    )

    check = failure(rebates, misread(plan, charges=wrong))

    assert check.rule == RULE
    assert check.violation == pytest.approx(off)


def test_the_check_finds_a_rebate_of_a_level_that_is_missed() -> None:
    """A level is held to what was spent: 199 are below 200, so 20 too much came back."""
    plan = cheapest(case(buy(upfront_price=200.0), rebates=levels((200, 0.1))))
    less = tuple(
        replace(charge, amount=199.0) if charge.name == "upfront price" else charge
        for charge in only_path(plan).charges
    )

    assert failure(rebates, misread(plan, charges=less)).violation == pytest.approx(20)


def test_the_check_counts_neither_landed_cost_nor_fees() -> None:
    """The check counts prices alone: 100, 50% landed cost and a fee are below a level of 101."""
    plan = cheapest(
        case(buy(landed_cost=0.5, order_fee=50.0, max_total=1.0), rebates=levels((101, 0.5)))
    )

    (check,) = rebates.check(plan.case, only_path(plan))

    assert check.passed
    assert check.worst is not None
    assert check.worst.limit == 0


def test_the_plan_tells_the_rebate_on_a_line_of_its_own() -> None:
    """A rebate can be read in the plan: 20 of 200, at the horizon's end and in no budget."""
    path = only_path(cheapest(case(buy(), demand=(2.0,), rebates=levels((200, 0.1)))))

    (credit,) = [charge for charge in path.charges if charge.name == "rebate"]
    (earned,) = path.rebates

    assert (credit.amount, credit.part, credit.budget) == (-20.0, Part.RESOURCE, Budget.NONE)
    assert credit.period == ""
    assert (earned.vendor, earned.spend, earned.level, earned.rate) == ("V", 200.0, 200.0, 0.1)
