"""Budgets: every period's spend stays within what it was given."""

from __future__ import annotations

from typing import Any

import pytest

from planner.case.finance import Settings
from planner.case.offers import Acquisition
from planner.model.families import budget
from planner.plan.charges import Budget
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
    more_work,
    only_path,
    quarters,
    reasons,
    rent,
    reordered,
    two_of,
    years,
)


@pytest.mark.parametrize(
    ("limits", "total"),
    [
        ({"capex_budget": 100.0}, 100.0),
        ({"capex_budget": 99.0}, 1000.0),
        ({"opex_budget": 0.0}, 100.0),
        ({"total_budget": 100.0}, 100.0),
        ({"capex_budget": 0.0, "opex_budget": 1000.0, "total_budget": 1000.0}, 1000.0),
    ],
)
def test_what_a_budget_does_not_pay_is_had_in_another_way(
    limits: dict[str, float], total: float
) -> None:
    """A unit is 100 of capex, or 1000 of opex for a rental."""
    assert cost(case(buy(), rent(), periods=quarters(1, **limits))) == pytest.approx(total)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"total_budget": 99.0}, "Q1: total budget short by 1 USD (Periods, Total budget)"),
        ({"capex_budget": 99.0}, "Q1: capex budget short by 1 USD (Periods, Capex budget)"),
    ],
)
def test_a_budget_that_cannot_be_kept_is_named(limits: dict[str, float], reason: str) -> None:
    """99 do not pay a unit of 100."""
    assert reasons(case(buy(), periods=quarters(1, **limits))) == (reason,)


def test_the_reason_is_told_in_the_base_currency() -> None:
    """The budget is in euros."""
    in_euros = case(
        buy(), periods=quarters(1, capex_budget=99.0), settings=Settings(currency="EUR")
    )

    assert reasons(in_euros) == ("Q1: capex budget short by 1 EUR (Periods, Capex budget)",)


@pytest.mark.parametrize(
    ("offer", "opex"),
    [
        (lease(upfront_price=70.0, monthly_price=10.0), 140 + 60),
        (buy(acquisition=Acquisition.RESERVED, upfront_price=70.0), 140),
        (buy(acquisition=Acquisition.RESERVED, upfront_price=0.0, hourly_price=0.5), 1000),
        (rent(availability=0.5), 4000),
        (buy(upfront_price=0.0, monthly_price=10.0), 60),
    ],
)
def test_all_but_the_upfront_prices_of_purchases_is_opex(offer: Any, opex: float) -> None:
    """A quarter's payments for 2 units fit the opex budget exactly; capex is 0."""
    exact = quarters(1, capex_budget=0.0, opex_budget=float(opex))

    assert cost(case(offer, periods=exact, **two_of(1.0))) == pytest.approx(opex)
    assert reasons(case(offer, periods=quarters(1, opex_budget=opex - 1.0), **two_of(1.0))) == (
        "Q1: opex budget short by 1 USD (Periods, Opex budget)",
    )


def test_energy_and_the_fleets_monthly_cost_are_opex() -> None:
    """2000 kWh at 0.1 and 0.5 kg × 0.02 each are 220; 3 months at 2 × 10 are 60: 280."""
    tables: dict[str, Any] = {
        **two_of(1.0),
        "fleet": fleet(2, monthly_cost=10.0),
        "hardware": (gpu(power=1.0),),
        "sites": (
            hall(pue=1.0, energy_price=0.1, carbon_intensity=0.5, carbon_price=0.02),
            cloud(),
        ),
    }

    assert cost(case(periods=quarters(1, opex_budget=280.0), **tables)) == pytest.approx(280)
    assert reasons(case(periods=quarters(1, opex_budget=279.0), **tables)) == (
        "Q1: opex budget short by 1 USD (Periods, Opex budget)",
    )


def test_penalties_and_residual_values_are_no_payments() -> None:
    """A shortage of 1000 fits a budget of 0; 75 of 100 left after a year free no money."""
    broke = years(1, opex_budget=0.0, total_budget=0.0)
    assert cost(case(periods=broke, workloads=(chat(shortage_penalty=1.0),))) == pytest.approx(1000)

    tight = years(1, capex_budget=99.0)
    assert reasons(case(buy(term=48), periods=tight)) == (
        "Y1: capex budget short by 1 USD (Periods, Capex budget)",
    )


def test_budgets_are_not_discounted() -> None:
    """100 of Y2 count for 80 in the objective and for 100 in its budget."""
    first, second = years(2)
    tables: dict[str, Any] = {
        "demand": (0.0, 1.0),
        "settings": Settings(discount_rate=0.25),
    }

    def with_capex(amount: float) -> Any:
        limited = second.model_copy(update={"capex_budget": amount})
        nothing = first.model_copy(update={"capex_budget": 0.0})
        return case(buy(), periods=(nothing, limited), **tables)

    assert cost(with_capex(100.0)) == pytest.approx(80)
    assert reasons(with_capex(99.0)) == ("Y2: capex budget short by 1 USD (Periods, Capex budget)",)


def test_what_one_period_leaves_does_not_pay_in_the_next() -> None:
    """Two units of 100 in Q2 have 150 there; one is bought ahead with Q1's money.

    Of 99 in Q1, 1 is missing for that; in Q2 there would be 50 missing for both.
    """
    limited = quarters(2, capex_budget=150.0)

    assert cost(case(buy(), periods=limited, demand=(0.0, 2.0))) == pytest.approx(200)
    only_q2 = (limited[0].model_copy(update={"capex_budget": 99.0}), limited[1])
    assert reasons(case(buy(), periods=only_q2, demand=(0.0, 2.0))) == (
        "Q1: capex budget short by 1 USD (Periods, Capex budget)",
    )


@pytest.mark.parametrize("name", ["capex", "total"])
def test_the_check_finds_capex_above_a_budget(name: str) -> None:
    """A second unit at 100 + 25% is 125 above a budget of 125."""
    periods = quarters(1, **{f"{name}_budget": 125.0})
    plan = cheapest(case(buy(landed_cost=0.25), periods=periods))

    check = failure(budget, reordered(plan, packs=2))

    assert (
        check.rule
        == f"Payments of a period are within its {name} budget, and what was carried over."
    )
    assert check.violation == pytest.approx(125)


def test_the_check_finds_opex_above_a_budget() -> None:
    """A rental of half a unit more is 500 above a budget of 1000."""
    plan = cheapest(case(rent(), periods=quarters(1, opex_budget=1000.0)))

    check = failure(budget, more_work(plan, 0.5))

    assert (
        check.rule == "Payments of a period are within its opex budget, and what was carried over."
    )
    assert check.violation == pytest.approx(500)
    assert check.worst is not None
    assert check.worst.where == "Q1"


def test_the_check_counts_every_kind_of_opex() -> None:
    """60 of a lease, 30 of the fleet and 140 of energy fill a budget of 230.

    2 units idle at 0.5 kW, 1.5 at work draw 0.5 kW more: 1750 kWh at 0.08. One more
    lease is 60, and 40 for what it draws idle.
    """
    plan = cheapest(
        case(
            lease(monthly_price=20.0),
            demand=(1.5,),
            fleet=fleet(1, monthly_cost=10.0),
            hardware=(gpu(power=1.0, idle_power=0.5),),
            sites=(hall(pue=1.0, energy_price=0.08), cloud()),
            periods=quarters(1, opex_budget=230.0),
        )
    )
    assert only_path(plan).spend[Budget.OPEX, "Q1"] == pytest.approx(60 + 30 + 140)

    check = failure(budget, reordered(plan, packs=2))

    assert check.violation == pytest.approx(60 + 40)


def test_a_plan_without_budgets_has_nothing_to_compare() -> None:
    """Three checks compare no line, and pass."""
    plan = cheapest(case(buy()))

    checks = list(budget.check(plan.case, only_path(plan)))

    assert [(check.compared, check.worst, check.passed) for check in checks] == [
        (0, None, True)
    ] * 3
