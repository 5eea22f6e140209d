"""Merging: what is alike is solved as one, at the same cost, and told apart in the plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from planner.case.case import Case
from planner.case.finance import Scenario
from planner.case.offers import PriceTier, Rebate
from planner.case.rules import Metric, SideRule
from planner.case.workloads import Demand
from planner.errors import NoPlanError
from planner.search.options import Options
from planner.search.presolve.merging import merge_alike
from planner.search.strategy import find_plan
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cloud,
    does,
    fleet,
    hall,
    load,
    peak_and_rest,
    quarters,
    rent,
    two_of,
)
from tests.strategies import small_cases


def _offers(of: Case) -> list[str]:
    return [row.offer for row in merge_alike(of).case.offers]


def _with_another(of: Case, **terms: Any) -> Case:
    """Return the case with a second offer like its first, but for some terms."""
    another = of.offers[0].model_copy(update={"offer": "other"} | terms)
    return replace(of, offers=(*of.offers, another))


@pytest.mark.parametrize(
    "terms",
    [{}, {"quote_ref": "Q-17"}, {"note": "call first"}, {"vendor": "W"}, {"sites": ("hall",)}],
    ids=str,
)
def test_offers_of_the_same_terms_are_one(terms: dict[str, Any]) -> None:
    """A name, a reference, a vendor, or sites that a blank means as well change no cost."""
    assert _offers(_with_another(case(buy()), **terms)) == ["buy"]


@pytest.mark.parametrize(
    "terms",
    [
        {"upfront_price": 101.0},
        {"lead_time": 1.0},
        {"pack_size": 2},
        {"term": 12},
        {"availability": 0.9},
        {"max_order": 5.0},
        {"max_total": 5.0},
        {"min_order": 2.0},
        {"order_fee": 1.0},
    ],
    ids=str,
)
def test_an_offer_with_another_term_stays(terms: dict[str, Any]) -> None:
    """Whatever makes a difference to some plan keeps both."""
    assert _offers(_with_another(case(buy()), **terms)) == ["buy", "other"]


@pytest.mark.parametrize(
    "terms",
    [{"max_order": 5.0}, {"max_total": 5.0}, {"min_order": 2.0}, {"order_fee": 1.0}],
    ids=str,
)
def test_offers_with_limits_of_their_own_stay_apart(terms: dict[str, Any]) -> None:
    """Two that deliver 5 each deliver 10, and two small orders are not one of a larger size."""
    assert _offers(_with_another(case(buy(**terms)))) == ["buy", "other"]


def test_offers_with_tiers_of_their_own_stay_apart() -> None:
    """The second has a cheaper tier than the first."""
    tiers = (PriceTier(offer="other", min_units=5, upfront_price=80.0),)
    assert _offers(replace(_with_another(case(buy())), price_tiers=tiers)) == ["buy", "other"]


def test_vendors_stay_apart_where_spend_is_counted_by_vendor() -> None:
    """A rebate or a rule on one of them makes the vendors differ."""
    both = _with_another(case(buy()), vendor="W")
    rebate = (Rebate(vendor="V", min_spend=1000.0, rebate=0.1),)
    share = (SideRule(rule="two sources", metric=Metric.UNITS, vendor=("V",), max_share=0.5),)

    assert _offers(replace(both, rebates=rebate)) == ["buy", "other"]
    assert _offers(replace(both, rules=share)) == ["buy", "other"]


def test_an_offer_that_a_rule_names_stays() -> None:
    """A rule on one of two equal offers is kept by ordering from the other."""
    rule = (SideRule(rule="not this one", metric=Metric.UNITS, offer=("buy",), most=0.0),)
    both = replace(_with_another(case(buy())), rules=rule)

    assert _offers(both) == ["buy", "other"]
    assert [order.offer for order in cheapest(both).orders] == ["other"]


def test_workloads_of_the_same_needs_are_one_and_told_apart_again() -> None:
    """Two services that ask for 3 each run on 6 units, 3 at work for either."""
    plan = cheapest(case(buy(), **two_of(3.0)))

    assert plan.outcome.objective == pytest.approx(600)
    assert {use.workload: use.units for use in plan.uses} == pytest.approx(
        {"chat": 3.0, "search": 3.0}
    )


def test_work_is_shared_out_by_the_demand_of_each_period_and_scenario() -> None:
    """Chat asks for 1 and 4, search for 3 and 0; twice as much in the second scenario."""
    given_case = case(
        rent(),
        periods=quarters(2),
        workloads=(chat(), chat(workload="search")),
        demand={"chat": (1.0, 4.0), "search": (3.0, 0.0)},
        scenarios=(
            Scenario(scenario="low", probability=1.0),
            Scenario(scenario="high", probability=1.0, demand_multiplier=2.0),
        ),
    )

    uses = {
        (use.scenario, use.period, use.workload): use.units for use in cheapest(given_case).uses
    }

    assert len(merge_alike(given_case).case.workloads) == 1
    assert uses == pytest.approx(
        {
            ("low", "Q1", "chat"): 1.0,
            ("low", "Q1", "search"): 3.0,
            ("low", "Q2", "chat"): 4.0,
            ("high", "Q1", "chat"): 2.0,
            ("high", "Q1", "search"): 6.0,
            ("high", "Q2", "chat"): 8.0,
        }
    )


@pytest.mark.parametrize(
    "tables",
    [
        {"workloads": (chat(), chat(workload="search", shortage_penalty=1.0))},
        {"workloads": (chat(), chat(workload="search", interruptible=True))},
        {"workloads": (chat(), chat(workload="search", sites=("hall",)))},
        {"performance": (does(2.0),)},
        {"slices": peak_and_rest(), "load_profile": (load(2.0),)},
    ],
    ids=lambda tables: next(iter(tables)),
)
def test_workloads_of_other_needs_stay_apart(tables: dict[str, Any]) -> None:
    """Another penalty, place, throughput or load makes another workload."""
    given_case = case(buy(), **(two_of(1.0) | tables))
    assert len(merge_alike(given_case).case.workloads) == 2


def test_units_held_are_shared_out_too() -> None:
    """Two workloads that ask for 1 each, and must survive a site: 2 held at both, 1 for either."""
    sites = (hall(), hall(site="annex"))
    covered = tuple(chat(workload=name, site_loss_coverage=1.0) for name in ("chat", "search"))
    given_case = case(
        buy(), sites=sites, workloads=covered, demand={"chat": (1.0,), "search": (1.0,)}
    )

    plan = cheapest(given_case)
    held: dict[tuple[str, str], float] = defaultdict(float)
    for one in plan.held:
        held[one.workload, one.pool.site] += one.units

    assert len(merge_alike(given_case).case.workloads) == 1
    assert plan.outcome.objective == pytest.approx(400)
    assert all(held[name, site.site] >= 1 - 1e-9 for name in ("chat", "search") for site in sites)


def test_duplicates_do_not_enlarge_the_problem() -> None:
    """Ten equal offers and ten equal workloads make as many columns as one of each."""
    one = case(buy(), rent(), fleet=fleet(1), sites=(hall(), cloud()), demand=(10.0,))
    offers = tuple(buy(offer=f"buy {place}") for place in range(10))
    names = [f"chat {place}" for place in range(10)]
    ten = replace(
        one,
        offers=(*offers, rent()),
        workloads=tuple(chat(workload=name) for name in names),
        demand=tuple(Demand(workload=name, rates={"Q1": 1.0}) for name in names),
    )

    plans = [cheapest(one), cheapest(ten)]

    assert len({plan.outcome.statistics["columns"] for plan in plans}) == 1
    assert plans[0].objective == pytest.approx(plans[1].objective)


def test_what_stands_in_the_way_is_told_of_the_workloads_as_given() -> None:
    """Both services together ask for 2 more than there is; one is told, under its own name."""
    with pytest.raises(NoPlanError) as caught:
        find_plan(case(fleet=fleet(2), **two_of(2.0)))
    (reason,) = caught.value.reasons
    assert reason in (
        "chat in Q1: demand too high by 2 TFLOPS (Demand, Q1)",
        "search in Q1: demand too high by 2 TFLOPS (Demand, Q1)",
    )


def _split(of: Case) -> Case:
    """Return the case with every workload in two equal halves, and unlimited offers doubled."""
    halves = {row.workload: (row.workload, f"{row.workload} too") for row in of.workloads}

    def each(rows: Any) -> tuple[Any, ...]:
        return tuple(
            row.model_copy(update={"workload": name})
            for row in rows
            for name in halves[row.workload]
        )

    halved = tuple(
        row.model_copy(update={"rates": {label: rate / 2 for label, rate in row.rates.items()}})
        for row in of.demand
    )
    unlimited = [
        row.model_copy(update={"offer": f"{row.offer} too"})
        for row in of.offers
        if row.max_order is row.max_total is None
        and not row.order_fee
        and row.min_order <= row.pack_size
        and row.offer not in {tier.offer for tier in of.price_tiers}
        and not any(row.offer in rule.offer for rule in of.rules)
    ]
    return replace(
        of,
        offers=(*of.offers, *unlimited),
        workloads=each(of.workloads),
        demand=each(halved),
        performance=each(of.performance),
        load_profile=each(of.load_profile),
    )


@settings(max_examples=40, deadline=None)
@given(small_cases())
def test_splitting_what_is_one_changes_no_cost(given_case: Case) -> None:
    """Every workload in two halves and every offer twice: the same least cost, or still none."""
    split = _split(given_case)
    assert len(merge_alike(split).case.workloads) <= len(given_case.workloads)
    costs = []
    for one in (given_case, split):
        try:
            plan = find_plan(one, Options(gap=0.0))
        except NoPlanError:
            costs.append(None)
            continue
        assert plan.passed
        costs.append(plan.outcome.objective)
    assert costs == [None, None] or costs[0] == pytest.approx(costs[1], rel=1e-6, abs=1e-6)
