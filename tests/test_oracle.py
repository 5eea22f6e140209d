"""The oracle against sums that fit in the head, and its two ways against each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from planner.case.case import Case
from planner.case.finance import Currency, ResidualValue, Settings
from planner.case.hardware import Category, Hardware, Performance
from planner.case.horizon import Period, Slice
from planner.case.offers import Acquisition, Offer, Payment
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, LoadProfile, Workload, WorkloadKind
from tests.oracle import Answer, least_cost, try_every_plan, try_orders
from tests.oracle.agreed import agreed, is_impossible
from tests.strategies import MOST_PACKS, small_cases, tiny_cases

GPU = Hardware(sku="gpu", category=Category.GPU, tflops=1.0, cores=4.0)
HALL = Site(site="hall", kind=SiteKind.OWNED)
CLOUD = Site(site="cloud", kind=SiteKind.CLOUD)
CHAT = Workload(workload="chat", unit="TFLOPS")
THOUSAND_HOURS = Period(period="Q1", start=date(2027, 1, 1), hours=1000.0)
QUARTERS = tuple(
    Period(period=f"Q{place + 1}", start=date(2027, 3 * place + 1, 1)) for place in range(4)
)


def _buy(**terms: Any) -> Offer:
    return Offer(**{"offer": "buy", "vendor": "V", "sku": "gpu", "acquisition": "purchase"} | terms)


def _rent(**terms: Any) -> Offer:
    return _buy(**{"offer": "rent", "acquisition": "on_demand"} | terms)


def _case(*offers: Offer, demand: Any, **changes: Any) -> Case:
    """Return a case of one workload; `demand` is a rate for each period."""
    tables: dict[str, Any] = {
        "periods": (THOUSAND_HOURS,),
        "hardware": (GPU,),
        "offers": offers,
        "sites": (HALL, CLOUD),
        "workloads": (CHAT,),
    }
    tables |= changes
    labels = [row.period for row in tables["periods"]]
    rows = tuple(
        Demand(workload=row.workload, rates=dict(zip(labels, rates, strict=True)))
        for row, rates in zip(
            tables["workloads"], demand if isinstance(demand[0], list) else [demand], strict=True
        )
    )
    return Case(demand=rows, **tables)


def _fleet(units: int, **terms: Any) -> tuple[Installed, ...]:
    return (Installed(sku="gpu", site="hall", units=units, **terms),)


def test_units_are_bought_whole() -> None:
    """A demand of 5 at a throughput of 2 takes 3 units of 100 each, 300 in all."""
    case = _case(
        _buy(upfront_price=100.0),
        demand=[5.0],
        performance=(Performance(workload="chat", sku="gpu", throughput=2.0),),
    )

    answer = agreed(case)

    assert answer.objective == pytest.approx(300)
    assert answer.orders == {("buy", "hall", "Q1"): 3}


def test_packs_come_on_top_of_the_fleet() -> None:
    """Of 6 units 1 is there; 5 more come in 2 packs of 4, so 8 are paid for at 10 each."""
    case = _case(_buy(upfront_price=10.0, pack_size=4), demand=[6.0], fleet=_fleet(1))

    answer = agreed(case)

    assert answer.objective == pytest.approx(80)
    assert answer.orders == {("buy", "hall", "Q1"): 2}


def test_utilisation_and_availability_leave_less_to_work_with() -> None:
    """4 installed units do 4 × 0.5 = 2; a bought one does 0.5 × 0.8 = 0.4, so 2.8 takes 2."""
    case = _case(
        _buy(upfront_price=10.0, availability=0.8),
        demand=[2.8],
        fleet=_fleet(4),
        settings=Settings(max_utilisation=0.5),
    )

    assert agreed(case).objective == pytest.approx(20)
    always_used = (GPU.model_copy(update={"max_utilisation": 1.0}),)
    assert agreed(replace(case, hardware=always_used)).objective == 0


@pytest.mark.parametrize(
    ("payment", "cost"),
    [
        # 1000 + 10% landed = 1100, times 1.21^(90/365) for the price on 1 April,
        # divided by 1.1^(90/365) for the payment in Q2.
        (Payment.ORDER, 1100 * 1.1 ** (90 / 365)),
        # The same price, paid with the delivery 181 days after plan start.
        (Payment.DELIVERY, 1100 * 1.21 ** (90 / 365) / 1.1 ** (181 / 365)),
    ],
)
def test_lead_time_decides_when_an_order_is_priced_and_paid(payment: Payment, cost: float) -> None:
    """13 weeks before 1 July is 1 April; before 1 April is 31 December, ahead of plan start."""
    offer = _buy(
        upfront_price=1000.0, landed_cost=0.1, price_change=0.21, lead_time=13.0, payment=payment
    )
    case = _case(
        offer,
        demand=[0.0, 0.0, 1.0, 0.0],
        periods=QUARTERS,
        settings=Settings(discount_rate=0.1),
    )

    answer = agreed(case)

    assert answer.objective == pytest.approx(cost)
    assert answer.orders == {("buy", "hall", "Q3"): 1}
    assert is_impossible(
        _case(offer, demand=[0.0, 1.0, 0.0, 0.0], periods=QUARTERS, settings=case.settings)
    )


def test_an_order_before_the_first_period_is_paid_in_it() -> None:
    """Plan start on 1 October lets 13 weeks of lead time reach Q1; 92 days are discounted."""
    case = _case(
        _buy(upfront_price=1000.0, lead_time=13.0),
        demand=[1.0],
        settings=Settings(discount_rate=0.1, plan_start=date(2026, 10, 1)),
    )

    assert agreed(case).objective == pytest.approx(1000 / 1.1 ** (92 / 365))


def test_a_quote_holds_on_both_of_its_dates() -> None:
    """The order for Q2 is placed on 1 April: the quote's only day will do, the day before not."""
    day = {"available_from": date(2027, 4, 1), "available_until": date(2027, 4, 1)}
    day_before = {"available_until": date(2027, 3, 31), "available_from": date(2027, 3, 31)}

    def costs_once(dates: dict[str, date]) -> Case:
        return _case(
            _buy(upfront_price=10.0, **dates), demand=[0.0, 1.0, 0.0, 0.0], periods=QUARTERS
        )

    assert agreed(costs_once(day)).orders == {("buy", "hall", "Q2"): 1}
    assert is_impossible(costs_once(day_before))


def test_a_lease_is_paid_by_the_month_and_ends_with_its_term() -> None:
    """Two leases of 6 months serve a year: 2 × 7 with the order, 12 months at 10, 134 in all."""
    offer = _buy(acquisition="lease", upfront_price=7.0, monthly_price=10.0, term=6)
    case = _case(offer, demand=[1.0] * 4, periods=QUARTERS)

    answer = agreed(case)

    assert answer.objective == pytest.approx(134)
    assert answer.orders == {("buy", "hall", "Q1"): 1, ("buy", "hall", "Q3"): 1}


def test_a_period_in_service_is_paid_in_full() -> None:
    """A term of 5 months is in service at the start of Q2, so 2 × 3 months at 10 are paid."""
    offer = _buy(acquisition="lease", monthly_price=10.0, term=5)

    case = _case(offer, demand=[0.0, 1.0, 0.0, 0.0], periods=QUARTERS)
    late = _case(offer, demand=[1.0, 1.0, 0.0, 0.0], periods=QUARTERS)

    # Delivered in Q2, it serves Q2 and Q3; delivered in Q1, it serves Q1 and Q2.
    assert agreed(case).objective == pytest.approx(60)
    assert agreed(late).orders == {("buy", "hall", "Q1"): 1}


def test_part_of_a_month_is_paid_by_its_days() -> None:
    """From 1 January to 11 March are 2 months and 10 of 31 days, at 31 a month 72 in all."""
    short = THOUSAND_HOURS.model_copy(update={"end": date(2027, 3, 11)})
    case = _case(
        _buy(acquisition="lease", monthly_price=31.0, term=12), demand=[1.0], periods=(short,)
    )

    assert agreed(case).objective == pytest.approx(72)


def test_rented_hours_are_paid_for_interruptions_too() -> None:
    """4 units at work take 4 / 0.8 = 5 rented ones: 5 × 1000 hours × 2 = 10000."""
    case = _case(_rent(hourly_price=2.0, availability=0.8, max_order=5.0), demand=[4.0])

    answer = agreed(case)

    assert answer.objective == pytest.approx(10000)
    assert answer.parts["compute"] == pytest.approx(10000)
    assert answer.orders == {}
    assert is_impossible(
        _case(_rent(hourly_price=2.0, availability=0.8, max_order=4.9), demand=[4.0])
    )


def test_a_committed_unit_with_an_hourly_price_is_paid_while_it_works() -> None:
    """A reserved unit is paid 30 at once and 0.5 for each of 400 hours at work, 230 in all.

    Its 0.8 of availability limits its work, not what is paid for an hour of it.
    """
    offer = _buy(acquisition="reserved", upfront_price=30.0, hourly_price=0.5, availability=0.8)
    case = _case(offer, demand=[0.4])

    answer = agreed(case)

    assert answer.parts["resource"] == pytest.approx(30)
    assert answer.parts["compute"] == pytest.approx(200)
    assert answer.orders == {("buy", "cloud", "Q1"): 1}


def test_hourly_prices_change_with_the_period() -> None:
    """8760 hours a year at 1, then at 1.5 from 365 days after plan start: 21900."""
    years = tuple(Period(period=f"Y{year}", start=date(year, 1, 1)) for year in (2025, 2026))
    case = _case(
        _rent(hourly_price=1.0, price_change=0.5),
        demand=[1.0, 1.0],
        periods=years,
    )

    assert agreed(case).objective == pytest.approx(21900)


def test_rented_units_count_towards_requirements_by_their_average() -> None:
    """2 TFLOPS required, none of them for work: 2 units on average, paid for 2 / 0.5 = 4.

    4 × 1000 hours at 1 are 4000, in whichever slice they are rented.
    """
    case = _case(
        _rent(hourly_price=1.0, availability=0.5),
        demand=[0.0],
        periods=(THOUSAND_HOURS.model_copy(update={"required_tflops": 2.0}),),
        slices=(Slice(slice="peak", share=0.25), Slice(slice="rest", share=0.75)),
    )

    assert agreed(case).objective == pytest.approx(4000)


def test_rental_needs_a_quote_at_the_start_of_the_period() -> None:
    """A quote from 2 April on serves Q3, and Q2 not at all."""
    offer = _rent(hourly_price=1.0, available_from=date(2027, 4, 2))

    def asked_in(*rates: float) -> Case:
        return _case(offer, demand=list(rates), periods=QUARTERS)

    # Q3 has 92 days.
    assert agreed(asked_in(0.0, 0.0, 1.0, 0.0)).objective == pytest.approx(92 * 24)
    assert is_impossible(asked_in(0.0, 1.0, 0.0, 0.0))


def test_batch_work_fills_the_slices_that_service_leaves() -> None:
    """4 units serve 3 × 4/3 = 4 in the peak's quarter and nothing in the rest of the time.

    So batch gets 0.75 × 4 = 3 on average; of 3.2 asked, 0.2 × 1000 hours are short
    at 0.5 each, 100 in all.
    """
    case = _case(
        demand=[[3.0], [3.2]],
        fleet=_fleet(4),
        workloads=(
            CHAT,
            Workload(
                workload="training",
                unit="TFLOPS",
                kind=WorkloadKind.BATCH,
                shortage_penalty=0.5,
            ),
        ),
        slices=(Slice(slice="peak", share=0.25), Slice(slice="rest", share=0.75)),
        load_profile=(
            LoadProfile(workload="chat", slice="peak", multiplier=4 / 3),
            LoadProfile(workload="chat", slice="rest", multiplier=0.0),
        ),
    )

    assert agreed(case).parts["shortage"] == pytest.approx(100)


def test_idle_power_and_cooling_are_paid_at_a_metered_site() -> None:
    """4 units idle at 0.25 kW and 2 of them work at 0.75 kW more: 2.5 kW, 3.75 with cooling.

    1000 hours are 3750 kWh at 0.1, and at 0.5 kg × 0.02 for carbon: 412.5.
    """
    hot = GPU.model_copy(update={"power": 1.0, "idle_power": 0.25})
    meter = {"pue": 1.5, "energy_price": 0.1, "carbon_intensity": 0.5, "carbon_price": 0.02}
    case = _case(
        demand=[2.0],
        fleet=_fleet(4),
        hardware=(hot,),
        sites=(HALL.model_copy(update=meter),),
    )

    def limited(**caps: float) -> Case:
        return replace(case, periods=(THOUSAND_HOURS.model_copy(update=caps),))

    assert agreed(case).parts["energy"] == pytest.approx(412.5)
    assert agreed(limited(energy_cap=3750.0, carbon_cap=1875.0)).objective == pytest.approx(412.5)
    assert is_impossible(limited(energy_cap=3749.0))
    assert is_impossible(limited(carbon_cap=1874.0))
    assert agreed(replace(case, sites=(HALL,))).objective == 0


def test_energy_prices_change_with_slice_and_year() -> None:
    """A year on, energy at 0.1 costs 0.11: 1 kW for 250 hours at twice that, 750 at half.

    The rented unit draws 1 kW / 0.5 of availability, so 500 × 0.22 + 1500 × 0.055 = 192.5.
    """
    second = Period(period="Y2", start=date(2028, 1, 1), hours=1000.0)
    metered = {"pue": 1.0, "energy_price": 0.1, "energy_price_change": 0.1}
    case = _case(
        _rent(hourly_price=0.0, availability=0.5),
        demand=[0.0, 1.0],
        periods=(THOUSAND_HOURS, second),
        hardware=(GPU.model_copy(update={"power": 1.0, "idle_power": 1.0}),),
        sites=(CLOUD.model_copy(update=metered),),
        slices=(
            Slice(slice="peak", share=0.25, energy_price_multiplier=2.0),
            Slice(slice="rest", share=0.75, energy_price_multiplier=0.5),
        ),
    )

    assert agreed(case).objective == pytest.approx(192.5)


def test_what_is_left_of_a_purchase_is_credited() -> None:
    """Of 36 months 24 are left of 1200, so 800, discounted by 1.25 to 640.

    Duty of 10% is paid (1320) and not credited: 680.
    """
    year = Period(period="Y1", start=date(2027, 1, 1), end=date(2028, 1, 1))
    case = _case(
        _buy(upfront_price=1200.0, landed_cost=0.1, term=36),
        demand=[1.0],
        periods=(year,),
        settings=Settings(discount_rate=0.25),
    )
    uncredited = Settings(discount_rate=0.25, residual_value=ResidualValue.NONE)

    answer = agreed(case)

    assert answer.parts["residual"] == pytest.approx(640)
    assert answer.objective == pytest.approx(680)
    assert agreed(replace(case, settings=uncredited)).objective == pytest.approx(1320)


@pytest.mark.parametrize(
    ("alpha", "tflops", "cost"),
    [
        (0.5, 1.0, 0),  # 2 cores missing ask for 1 + 0.5 × 2 = 2 TFLOPS, which are there
        (0.5, 1.1, 100),  # 2.1 are not: one unit is bought, and no core is missing
        (0.5, None, 0),  # no TFLOPS asked, so 0 + 0.5 × 2 = 1
        (1.1, None, 100),  # 0 + 1.1 × 2 = 2.2 are not there
        (None, None, 100),  # without alpha the cores are required
    ],
)
def test_alpha_trades_missing_cores_for_more_tflops(
    alpha: float | None, tflops: float | None, cost: float
) -> None:
    """2 installed units have 8 cores of the 10 required, and 2 TFLOPS."""
    required = {"required_cores": 10.0, "required_tflops": tflops}
    case = _case(
        _buy(upfront_price=100.0),
        demand=[0.0],
        fleet=_fleet(2),
        periods=(THOUSAND_HOURS.model_copy(update=required),),
        settings=Settings(alpha=alpha),
    )

    assert agreed(case).objective == pytest.approx(cost)


@pytest.mark.parametrize(
    ("penalty", "cost"),
    [(0.9, 900), (1.1, 1000)],  # 1000 hours short, or a unit at 1000
)
def test_to_fall_short_may_be_cheaper_than_to_buy(penalty: float, cost: float) -> None:
    """A shortage is paid by the unit-hour."""
    case = _case(
        _buy(upfront_price=1000.0),
        demand=[1.0],
        workloads=(CHAT.model_copy(update={"shortage_penalty": penalty}),),
    )

    assert agreed(case).objective == pytest.approx(cost)


@pytest.mark.parametrize(
    ("budget", "cost"),
    [
        ({"capex_budget": 1000.0}, 1000),
        ({"capex_budget": 999.0}, 2000),
        ({"opex_budget": 1999.0}, 1000),
        ({"total_budget": 999.0}, None),
        ({"capex_budget": 999.0, "opex_budget": 1999.0}, None),
    ],
)
def test_a_budget_may_force_rental(budget: dict[str, float], cost: float | None) -> None:
    """A unit costs 1000 to buy, capex, or 1000 hours × 2 to rent, opex."""
    case = _case(
        _buy(upfront_price=1000.0),
        _rent(hourly_price=2.0),
        demand=[1.0],
        periods=(THOUSAND_HOURS.model_copy(update=budget),),
    )

    if cost is None:
        assert is_impossible(case)
    else:
        assert agreed(case).objective == pytest.approx(cost)


def test_the_fleet_is_paid_while_it_is_there() -> None:
    """2 units at 5 a month serve Q2 alone: 2 × 3 × 5 = 30, in service from 1 April to 30 June."""
    case = _case(
        demand=[0.0, 2.0, 0.0, 0.0],
        periods=QUARTERS,
        fleet=_fleet(
            2, available_from=date(2027, 2, 1), retire_on=date(2027, 7, 1), monthly_cost=5.0
        ),
    )

    assert agreed(case).objective == pytest.approx(30)
    assert is_impossible(replace(case, fleet=_fleet(2, available_from=date(2027, 4, 2))))


@pytest.mark.parametrize(
    "limit",
    [
        {"offers": (_buy(upfront_price=10.0, max_order=1.0),)},
        {"offers": (_buy(upfront_price=10.0, max_total=1.0),)},
        {"sites": (HALL.model_copy(update={"it_power": 3.0}),)},
        {"sites": (HALL.model_copy(update={"rack_units": 7.0}),)},
    ],
)
def test_terms_and_sites_limit_what_can_be_bought(limit: dict[str, Any]) -> None:
    """One of 2 units fits the offer's terms, or the 3 kW or 7 rack units of the hall."""
    case = _case(
        _buy(upfront_price=10.0),
        demand=[2.0],
        hardware=(GPU.model_copy(update={"power": 2.0, "rack_units": 4.0}),),
        workloads=(CHAT.model_copy(update={"shortage_penalty": 1.0}),),
    )

    assert agreed(case).objective == pytest.approx(20)
    # One unit is bought at 10; the other is short for 1000 hours.
    assert agreed(replace(case, **limit)).objective == pytest.approx(1010)


def test_work_keeps_to_its_machines_and_sites() -> None:
    """Spot at 0.1 an hour is for interruptible work; other work rents on demand at 1."""
    spot = _rent(offer="spot", acquisition=Acquisition.SPOT, hourly_price=0.1)
    case = _case(spot, _rent(hourly_price=1.0), demand=[1.0])

    def of(**terms: Any) -> Case:
        return replace(case, workloads=(CHAT.model_copy(update=terms),))

    assert agreed(case).objective == pytest.approx(1000)
    assert agreed(of(interruptible=True)).objective == pytest.approx(100)
    assert agreed(of(sites=("hall",), shortage_penalty=2.0)).objective == pytest.approx(2000)
    elsewhere = of(categories=(Category.CPU,), shortage_penalty=2.0)
    assert agreed(elsewhere).objective == pytest.approx(2000)


def test_prices_are_turned_into_the_base_currency() -> None:
    """100 EUR at 1.25 are 125, and 2 months at 8 EUR are 20: 145."""
    two_months = THOUSAND_HOURS.model_copy(update={"end": date(2027, 3, 1)})
    case = _case(
        _buy(upfront_price=100.0, monthly_price=8.0, currency="EUR"),
        demand=[1.0],
        periods=(two_months,),
        currencies=(Currency(currency="EUR", rate=1.25),),
    )

    assert agreed(case).objective == pytest.approx(145)


def test_orders_that_are_named_are_priced_as_they_are() -> None:
    """3 units for a demand of 2 cost 300; 1 is too few, and of no such offer is none."""
    case = _case(_buy(upfront_price=100.0, min_order=2.0), demand=[2.0])
    named = ("buy", "hall", "Q1")

    assert agreed(case).orders == {named: 2}
    answer = try_orders(case, {named: 3})
    assert answer is not None
    assert answer.objective == pytest.approx(300)
    assert answer.orders == {named: 3}
    assert try_orders(case, {named: 1}) is None
    assert try_orders(_case(*case.offers, demand=[0.5]), {named: 1}) is None
    assert try_orders(case, {named: 2, ("other", "hall", "Q1"): 1}) is None


def _are_one(answer: Answer | None, other: Answer | None) -> bool:
    if answer is None or other is None:
        return answer is other
    return other.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(tiny_cases())
def test_both_ways_agree(case: Case) -> None:
    """The mixed-integer program finds what trying every plan finds."""
    assert _are_one(least_cost(case), try_every_plan(case, MOST_PACKS))


@settings(max_examples=60, deadline=None)
@given(small_cases())
def test_the_orders_cost_by_arithmetic_what_the_program_says(case: Case) -> None:
    """Tiers, fees, rebates and clusters that follow from the orders come to the same cost."""
    answer = least_cost(case)

    if answer is not None:
        assert _are_one(answer, try_orders(case, answer.orders))


@settings(max_examples=60, deadline=None)
@given(small_cases())
def test_the_parts_are_the_objective(case: Case) -> None:
    """Resource + energy + compute + shortage - residual is the objective, in every case."""
    answer = least_cost(case)

    if answer is not None:
        parts = answer.parts
        total = sum(parts.values()) - 2 * parts["residual"]
        assert answer.objective == pytest.approx(total, rel=1e-6, abs=1e-6)
        assert min(parts.values()) >= -1e-6
