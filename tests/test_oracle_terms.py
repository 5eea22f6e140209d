"""The oracle on terms of orders and work: tiers, fees, rebates, clusters, site loss, budgets.

Every sum fits in the head. Both ways must agree, so each is held to it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planner.case.finance import Currency, Settings
from planner.case.horizon import Period, Slice
from planner.case.offers import Payment, PriceTier, Rebate, TierScheme
from planner.case.sites import Installed
from tests.builders import buy, case, chat, fleet, hall, load, quarters, rent, training
from tests.oracle.agreed import agreed, is_impossible

EUR = (Currency(currency="EUR", rate=1.25),)
YEAR = (Period(period="Y1", start=date(2027, 1, 1), end=date(2028, 1, 1)),)
TWO_HALLS = (hall(), hall(site="annex"))


def _tiers(*prices: tuple[float, float]) -> tuple[PriceTier, ...]:
    """Return tiers of the offer "buy": from so many units on, at so much."""
    return tuple(
        PriceTier(offer="buy", min_units=units, upfront_price=price) for units, price in prices
    )


def _rebates(*levels: tuple[float, float]) -> tuple[Rebate, ...]:
    """Return levels of the vendor V: from so much spend on, such a share."""
    return tuple(Rebate(vendor="V", min_spend=spend, rebate=share) for spend, share in levels)


@pytest.mark.parametrize(
    ("demand", "cost", "packs"),
    [
        (2.0, 200, 2),  # below the first tier, 2 × 100
        (3.0, 240, 3),  # in it, 3 × 80
        (4.0, 300, 5),  # 4 × 80 = 320 are more than 5 × 60
        (5.0, 300, 5),
    ],
)
def test_a_tier_prices_the_whole_order(demand: float, cost: float, packs: int) -> None:
    """100 each, 80 from 3 units on, 60 from 5 on."""
    of = case(buy(max_total=6.0), demand=(demand,), price_tiers=_tiers((3, 80), (5, 60)))

    answer = agreed(of, 6)

    assert answer.objective == pytest.approx(cost)
    assert answer.orders == {("buy", "hall", "Q1"): packs}


def test_a_price_may_rise_with_the_order() -> None:
    """3 units at 120 are 360; 2 of them are still at 100. 2.5 begins with the third unit."""
    for least in (3.0, 2.5):
        of = case(buy(), demand=(3.0,), price_tiers=_tiers((least, 120)))

        assert agreed(of).objective == pytest.approx(360)
        assert agreed(case(buy(), demand=(2.0,), price_tiers=of.price_tiers)).objective == 200


@pytest.mark.parametrize(
    ("demand", "falling", "rising"),
    [
        (2.0, 200, 200),
        (3.0, 300, 300),  # the third unit is still at the price before the tier
        (4.0, 380, 420),  # 3 × 100, and one at 80 or 120
        (5.0, 460, 540),
        (6.0, 520, 600),  # the last one at 60, in either
    ],
)
def test_an_incremental_tier_prices_the_units_beyond_it(
    demand: float, falling: float, rising: float
) -> None:
    """100 each for 3 units, then 80 or 120 for 2 more, then 60."""
    offer = buy(tier_scheme=TierScheme.INCREMENTAL, max_total=6.0)
    down = case(offer, demand=(demand,), price_tiers=_tiers((3, 80), (5, 60)))
    up = case(offer, demand=(demand,), price_tiers=_tiers((3, 120), (5, 60)))

    assert agreed(down, 6).objective == pytest.approx(falling)
    assert agreed(up, 6).objective == pytest.approx(rising)


@pytest.mark.parametrize(
    ("scheme", "demand", "cost"),
    [
        (TierScheme.ALL_UNITS, 1.0, 30),
        (TierScheme.ALL_UNITS, 2.0, 160),
        (TierScheme.INCREMENTAL, 2.0, 60),
        (TierScheme.INCREMENTAL, 3.0, 140),
    ],
)
def test_below_the_first_tier_a_blank_price_is_nothing(
    scheme: TierScheme, demand: float, cost: float
) -> None:
    """3 months at 10 for each, and at once 50 for all from 2 on, or for those beyond 2."""
    offer = buy(acquisition="lease", monthly_price=10.0, tier_scheme=scheme)
    of = case(offer, demand=(demand,), price_tiers=_tiers((2, 50)))

    assert agreed(of).objective == pytest.approx(cost)


def test_an_order_counts_over_all_sites() -> None:
    """One unit at each of two sites is an order of 2: at 80 each, with one fee of 10."""
    of = case(
        buy(order_fee=10.0, min_order=2.0),
        sites=TWO_HALLS,
        workloads=(chat(sites=("hall",)), chat(workload="search", sites=("annex",))),
        demand={"chat": (1.0,), "search": (1.0,)},
        price_tiers=_tiers((2, 80)),
    )

    answer = agreed(of)

    assert answer.objective == pytest.approx(170)
    assert answer.orders == {("buy", "hall", "Q1"): 1, ("buy", "annex", "Q1"): 1}


def test_orders_of_two_periods_are_two_orders() -> None:
    """Each unit serves one quarter: 2 × 100, since 2 at once would be 2 × 90 every time."""
    of = case(
        buy(term=3),
        demand=(1.0, 1.0),
        periods=quarters(2),
        price_tiers=_tiers((2, 90)),
    )

    assert agreed(of).objective == pytest.approx(200)


def test_a_tier_is_paid_and_credited_as_any_price() -> None:
    """960 EUR at 1.25 are 1200, and 1320 with duty; 24 of 36 months are left: 800 / 1.25."""
    of = case(
        buy(upfront_price=9999.0, landed_cost=0.1, term=36, currency="EUR"),
        periods=YEAR,
        currencies=EUR,
        settings=Settings(discount_rate=0.25),
        price_tiers=_tiers((1, 960)),
    )

    answer = agreed(of)

    assert answer.parts["resource"] == pytest.approx(1320)
    assert answer.parts["residual"] == pytest.approx(640)


@pytest.mark.parametrize(
    ("penalty", "cost"),
    [(0.029, 29), (0.031, 30)],  # 1000 hours short, or the min order at 10 each
)
def test_an_order_is_of_nothing_or_of_the_min_order(penalty: float, cost: float) -> None:
    """One unit is asked for, and no fewer than 3 are sold."""
    of = case(buy(upfront_price=10.0, min_order=3.0), workloads=(chat(shortage_penalty=penalty),))

    assert agreed(of).objective == pytest.approx(cost)


def test_an_order_fee_is_paid_once_and_never_landed_or_credited() -> None:
    """2 × 1000 EUR at 1.25 and 10% are 2750, and 40 EUR are 50; 2/3 of 2500 are left."""
    offer = buy(upfront_price=1000.0, landed_cost=0.1, term=36, order_fee=40.0, currency="EUR")
    of = case(offer, demand=(2.0,), periods=YEAR, currencies=EUR)

    answer = agreed(of)

    assert answer.parts["resource"] == pytest.approx(2800)
    assert answer.parts["residual"] == pytest.approx(2500 * 2 / 3)


@pytest.mark.parametrize(
    ("acquisition", "budget", "is_enough"),
    [
        ("purchase", {"capex_budget": 150.0, "opex_budget": 0.0}, True),
        ("purchase", {"capex_budget": 149.0}, False),
        ("lease", {"capex_budget": 0.0, "opex_budget": 150.0}, True),
        ("lease", {"opex_budget": 149.0}, False),
    ],
)
def test_an_order_fee_is_in_the_budget_of_its_price(
    acquisition: str, budget: dict[str, float], is_enough: bool
) -> None:
    """100 and a fee of 50 are capex of a purchase and opex of a lease."""
    of = case(buy(acquisition=acquisition, order_fee=50.0), periods=quarters(1, **budget))

    if is_enough:
        assert agreed(of).objective == pytest.approx(150)
    else:
        assert is_impossible(of)


def test_an_order_fee_has_the_price_index_and_period_of_its_order() -> None:
    """A year on, 100 and 50 are 300 at an index of 2; paid with the delivery they halve."""
    later = (
        Period(period="Y1", start=date(2025, 1, 1)),
        Period(period="Y2", start=date(2026, 1, 1)),
    )
    offer = buy(order_fee=50.0, price_change=1.0, payment=Payment.DELIVERY, term=12)
    of = case(
        offer,
        demand=(0.0, 1.0),
        periods=later,
        settings=Settings(discount_rate=1.0, residual_value="none"),
    )

    assert agreed(of).objective == pytest.approx(150)


@pytest.mark.parametrize(
    ("fee", "cost", "orders"),
    [
        (50.0, 130, {("buy", "hall", "Q1"): 2}),
        (10.0, 85, {("buy", "hall", "Q1"): 1, ("buy", "hall", "Q2"): 1}),
    ],
)
def test_a_fee_may_make_one_order_of_two(
    fee: float, cost: float, orders: dict[tuple[str, str, str], int]
) -> None:
    """2 units at 10, and 15 a quarter each: early, 2 × 30 and a fee; else 45 and two fees."""
    of = case(
        buy(acquisition="lease", upfront_price=10.0, monthly_price=5.0, order_fee=fee),
        demand=(1.0, 2.0),
        periods=quarters(2),
    )

    answer = agreed(of)

    assert answer.objective == pytest.approx(cost)
    assert answer.orders == orders


@pytest.mark.parametrize(
    ("price", "levels", "cost"),
    [
        (100.0, [(200, 0.1)], 180),  # 2 × 100, which is just enough, less 10%
        (99.0, [(200, 0.1)], 198),  # 198 are not enough, and a third unit too much
        (100.0, [(200, 0.1), (300, 0.5)], 150),  # 3 × 100 less a half
        (100.0, [(200, 0.2), (300, 0.1)], 160),
        (100.0, [(0, 0.1)], 180),
    ],
)
def test_a_rebate_comes_back_of_all_spend(
    price: float, levels: list[tuple[float, float]], cost: float
) -> None:
    """2 units are asked for; the highest level that is reached counts."""
    of = case(buy(upfront_price=price, max_total=3.0), demand=(2.0,), rebates=_rebates(*levels))

    assert agreed(of).objective == pytest.approx(cost)


def test_a_higher_level_of_a_lower_rebate_counts_all_the_same() -> None:
    """3 × 100 reach the level of 10%, which leaves 270; 99 each stay at 20% of 297."""
    levels = _rebates((100, 0.2), (300, 0.1))
    reached = case(buy(max_total=3.0), demand=(3.0,), rebates=levels)
    missed = case(buy(upfront_price=99.0, max_total=3.0), demand=(3.0,), rebates=levels)

    assert agreed(reached).objective == pytest.approx(270)
    assert agreed(missed).objective == pytest.approx(297 * 0.8)


@pytest.mark.parametrize(
    "terms", [{"landed_cost": 0.2}, {"order_fee": 50.0}, {"monthly_price": 10.0}]
)
def test_a_rebate_is_of_upfront_prices_alone(terms: dict[str, float]) -> None:
    """190 are less than 200, whatever is paid beside."""
    with_rebate = case(
        buy(upfront_price=190.0, max_total=1.0, **terms), rebates=_rebates((200, 0.5))
    )

    assert agreed(with_rebate).objective == agreed(replace(with_rebate, rebates=())).objective


def test_a_rebate_counts_all_offers_and_sites_of_its_vendor() -> None:
    """A purchase at 100 and a reserved unit at 100 EUR, 125, reach 225: 22.5 come back."""
    of = case(
        buy(max_total=1.0),
        buy(offer="keep", acquisition="reserved", currency="EUR", max_total=1.0),
        demand=(2.0,),
        currencies=EUR,
        rebates=_rebates((225, 0.1)),
    )

    assert agreed(of).objective == pytest.approx(202.5)


def test_a_rebate_comes_at_the_end_and_in_no_budget() -> None:
    """Of 200 a tenth comes back a year on, worth 20 / 1.25 = 16; the budget needs all 200."""
    of = case(
        buy(max_total=2.0),
        demand=(2.0,),
        periods=(YEAR[0].model_copy(update={"capex_budget": 200.0}),),
        settings=Settings(discount_rate=0.25),
        rebates=_rebates((200, 0.1)),
    )
    less = (YEAR[0].model_copy(update={"capex_budget": 199.0}),)

    assert agreed(of).objective == pytest.approx(184)
    assert agreed(of).parts["resource"] == pytest.approx(184)
    assert is_impossible(replace(of, periods=less))


@pytest.mark.parametrize(
    ("units", "installed", "cost"),
    [
        (2, fleet(2), 0),
        (3, fleet(2), 100),
        (3, fleet(3, site="annex"), 0),
        (3, (*fleet(2), *fleet(1, site="annex")), 100),  # which are two pools
        (None, (), 100),
        (0, (), 100),
    ],
)
def test_a_cluster_needs_its_units_in_one_pool(
    units: int | None, installed: tuple[Installed, ...], cost: float
) -> None:
    """One unit would do the work, but runs only among so many."""
    of = case(buy(), sites=TWO_HALLS, fleet=installed, workloads=(chat(cluster_units=units),))

    assert agreed(of).objective == pytest.approx(cost)


def test_a_cluster_counts_units_under_repair_but_no_rented_ones() -> None:
    """2 units that work half their time make a cluster of 2 and do 1; none is rented."""
    work = chat(cluster_units=2)
    bought = case(buy(availability=0.5), rent(hourly_price=0.001), workloads=(work,))
    rented = case(rent(), workloads=(work,))

    assert agreed(bought).objective == pytest.approx(200)
    assert is_impossible(rented)
    assert agreed(replace(rented, workloads=(chat(cluster_units=0),))).objective == 1000


def test_units_with_an_hourly_price_are_a_cluster_of_their_own() -> None:
    """2 of the fleet and one paid by the hour are not 3: 3 have to come, at 10 each."""
    of = case(
        buy(upfront_price=10.0, hourly_price=0.001),
        fleet=fleet(2),
        workloads=(chat(cluster_units=3),),
    )

    # 1000 hours at work cost 1
    assert agreed(of).objective == pytest.approx(31)


def test_a_cluster_is_counted_period_by_period() -> None:
    """2 units until July serve Q1 and Q2; in Q3 one is left: 1000 hours short at 0.5."""
    of = case(
        demand=(1.0, 1.0, 1.0),
        periods=quarters(3),
        fleet=(*fleet(1), *fleet(1, retire_on=date(2025, 7, 1))),
        workloads=(chat(cluster_units=2, shortage_penalty=0.5),),
    )

    assert agreed(of).parts["shortage"] == pytest.approx(500)


@pytest.mark.parametrize(
    ("demand", "coverage", "cost"),
    [
        (2.0, None, 200),
        (2.0, 0.0, 200),
        (2.0, 0.5, 200),  # one at each site carries a half
        (2.0, 0.75, 400),  # 1.5 at each site
        (2.0, 1.0, 400),
        (3.0, 0.5, 400),
    ],
)
def test_the_other_sites_carry_on_when_one_is_lost(
    demand: float, coverage: float | None, cost: float
) -> None:
    """Units at 100 each, at two sites."""
    of = case(
        buy(),
        demand=(demand,),
        sites=TWO_HALLS,
        workloads=(chat(site_loss_coverage=coverage),),
    )

    assert agreed(of).objective == pytest.approx(cost)


def test_a_peak_must_be_carried_and_batch_only_its_average() -> None:
    """A peak of 2 × 1 takes 2 units at each site, 400; batch of 1 one at each, 200."""
    slices = (Slice(slice="peak", share=0.25), Slice(slice="rest", share=0.75))
    service = case(
        buy(),
        sites=TWO_HALLS,
        slices=slices,
        load_profile=(load(2.0),),
        workloads=(chat(site_loss_coverage=1.0),),
    )
    batch = case(
        buy(),
        sites=TWO_HALLS,
        slices=slices,
        load_profile=(load(2.0, workload="training"),),
        workloads=(training(site_loss_coverage=1.0),),
    )

    assert agreed(service).objective == pytest.approx(400)
    assert agreed(batch).objective == pytest.approx(200)


def test_one_site_alone_covers_nothing_however_cheap_a_shortage() -> None:
    """The hall is the only site with committed units, and a shortage lowers no coverage."""
    of = case(buy(), rent(), workloads=(chat(site_loss_coverage=0.5, shortage_penalty=0.001),))

    assert is_impossible(of)
    assert agreed(replace(of, demand=case(demand=(0.0,)).demand)).objective == 0


def test_where_nothing_can_be_committed_nothing_is_held() -> None:
    """Rented units may do the work and hold nothing: 1000 hours at 1."""
    of = case(rent(), workloads=(chat(site_loss_coverage=0.5),))

    assert agreed(of).objective == pytest.approx(1000)


def test_what_is_held_may_be_used_by_work_without_coverage() -> None:
    """One unit at each of two sites: one works for chat, the other for search.

    With coverage for both, each needs one more at each site.
    """
    both = {"demand": {"chat": (1.0,), "search": (1.0,)}, "sites": TWO_HALLS}
    units = (*fleet(1), *fleet(1, site="annex"))
    covered, other = chat(site_loss_coverage=1.0), chat(workload="search")
    one = case(buy(), fleet=units, workloads=(covered, other), **both)
    two = replace(one, workloads=(covered, other.model_copy(update={"site_loss_coverage": 1.0})))

    assert agreed(one).objective == 0
    assert agreed(two).objective == pytest.approx(200)


def test_held_units_need_not_be_a_cluster() -> None:
    """One unit at each of two sites holds enough; a cluster of 2 they are not: 1000 × 0.01."""
    of = case(
        fleet=(*fleet(1), *fleet(1, site="annex")),
        sites=TWO_HALLS,
        workloads=(chat(site_loss_coverage=1.0, cluster_units=2, shortage_penalty=0.01),),
    )

    assert agreed(of).objective == pytest.approx(10)


@pytest.mark.parametrize(
    ("first", "second", "carry_over", "cost"),
    [
        (100.0, 100.0, False, 290),  # one unit a quarter, so one comes early: 30 more
        (100.0, 100.0, True, 260),
        (50.0, 149.0, True, None),
        (50.0, 150.0, True, 260),
        (None, 0.0, False, 320),  # both come early
        (None, 0.0, True, 260),  # what is left of no limit is no limit
    ],
)
def test_what_is_left_of_a_budget_may_move_on(
    first: float | None, second: float, carry_over: bool, cost: float | None
) -> None:
    """2 units at 100 for Q2, and 30 a quarter each from when they come."""
    budgets = (first, second)
    periods = tuple(
        period.model_copy(update={"capex_budget": budget})
        for period, budget in zip(quarters(2), budgets, strict=True)
    )
    of = case(
        buy(upfront_price=100.0, monthly_price=10.0),
        demand=(0.0, 2.0),
        periods=periods,
        settings=Settings(carry_over=carry_over),
    )

    if cost is None:
        assert is_impossible(of)
    else:
        assert agreed(of).objective == pytest.approx(cost)


@pytest.mark.parametrize("name", ["opex_budget", "total_budget"])
def test_every_budget_moves_on(name: str) -> None:
    """Q1 asks for nothing; in Q2 2 units are rented for 2000, which 1500 a quarter allow."""
    of = case(
        rent(),
        demand=(0.0, 2.0),
        periods=quarters(2, **{name: 1500.0}),
        settings=Settings(carry_over=True),
    )

    assert agreed(of).objective == pytest.approx(2000)
    assert is_impossible(replace(of, settings=Settings()))
    assert is_impossible(replace(of, periods=quarters(2, **{name: 999.0})))
