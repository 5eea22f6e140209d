"""Scenarios: what is decided when, what must hold in each of them, and at what risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Scenario, Settings
from planner.case.rules import Metric, SideRule
from planner.case.tree import Node, ScenarioTree
from planner.case.workloads import Demand
from planner.model.audit import audit
from planner.model.families import budget
from planner.model.families import cost as cost_family
from planner.plan.charges import Part
from planner.plan.checks import Check
from planner.plan.plan import Plan
from planner.report.scenarios import tabulate
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
    only_path,
    packs,
    quarters,
    reasons,
    rent,
    reordered,
)

APRIL = date(2025, 4, 1)
"""The first day of Q2."""

Tables = dict[str, Any]


def future(name: str, **terms: Any) -> Scenario:
    """Return a scenario that is as likely as any other."""
    return Scenario(**{"scenario": name, "probability": 1.0} | terms)


def low_and_high(chance: float = 1.0, **terms: Any) -> tuple[Scenario, Scenario]:
    """Return two scenarios, of once and three times the demand; how likely high is, to low's 1."""
    return (
        future("low", **terms),
        future("high", probability=chance, demand_multiplier=3.0, **terms),
    )


def asks(scenario: str, *rates: float) -> Demand:
    """Return what chat asks for in a scenario, from Q1 on."""
    return Demand(
        workload="chat",
        scenario=scenario,
        rates={f"Q{place}": rate for place, rate in enumerate(rates, start=1)},
    )


def ordered(of: Case) -> dict[tuple[str, str], int]:
    """Return the packs that the plan of least cost orders: by delivery period and node."""
    return {(order.delivered, order.node): order.packs for order in cheapest(of).orders}


# The tree


def tree(*scenarios: Scenario) -> ScenarioTree:
    """Return the tree of scenarios over Q1, Q2 and Q3."""
    return ScenarioTree(scenarios, {"Q1": 0, "Q2": 1, "Q3": 2})


def test_what_is_never_known_shares_every_decision() -> None:
    """Without Known from each period has one node, of all scenarios; its name is blank."""
    never = tree(future("a"), future("b"))

    for label in ("Q1", "Q2", "Q3"):
        assert never.nodes(label) == (Node(("a", "b"), ""),)
    assert list(never.by_name) == ["", "a", "b"]


def test_a_scenario_stands_alone_from_the_period_on_in_which_it_is_known() -> None:
    """A is known from Q2 and b from Q3; c never is, but from Q3 on no other is left."""
    branching = tree(future("a", known_from="Q2"), future("b", known_from="Q3"), future("c"))

    assert [node.name for node in branching.nodes("Q1")] == [""]
    assert [node.name for node in branching.nodes("Q2")] == ["b, c", "a"]
    assert [node.name for node in branching.nodes("Q3")] == ["c", "a", "b"]
    assert branching.by_name["b, c"].scenarios == ("b", "c")


def test_a_scenario_alone_is_the_root() -> None:
    """One scenario, known or not, is a path without branches."""
    single = tree(future("a", known_from="Q1"))

    assert single.nodes("Q1") == (single.root,) == (single.leaf["a"],)
    assert single.root.name == ""
    assert not single.has_branches
    assert single.within(single.root, "Q1") == ("Q1",)


def test_a_node_is_as_likely_as_its_scenarios_together() -> None:
    """Of probabilities of 1, 1 and 2 the last is a half, and the others with it three quarters."""
    likely = tree(future("a"), future("b"), future("c", probability=2.0))

    assert likely.probability == {"a": 0.25, "b": 0.25, "c": 0.5}
    assert likely.weight(likely.node_of(("b", "c"))) == 0.75
    assert likely.weight(likely.root) == 1.0


def test_scenarios_with_the_same_decisions_are_one_path() -> None:
    """Where only a decides on its own, b and c go the same way."""
    branching = tree(future("a", known_from="Q2"), future("b"), future("c"))
    root, alone = branching.root, branching.leaf["a"]

    paths = dict(branching.paths([root, alone, root]))

    assert paths == {
        alone: frozenset({root, alone}),
        branching.node_of(("b", "c")): frozenset({root}),
    }
    assert branching.within(alone, "capex", "Q1") == ("capex", "Q1", "a")


# When orders are decided


def test_orders_are_shared_until_the_scenario_is_known() -> None:
    """Low asks for 1 unit in Q1 and Q2, high for 1 and then 3; a unit is 100.

    Known from Q2, high orders 2 more of its own: 100 + 200 / 2. Never known, all 3 are
    bought for both.
    """
    asked = (asks("low", 1.0, 1.0), asks("high", 1.0, 3.0))
    known = case(
        buy(), periods=quarters(2), demand=(0.0, 0.0), scenarios=low_and_high(known_from="Q2")
    )
    known = replace(known, demand=asked)

    assert ordered(known) == {("Q1", ""): 1, ("Q2", "high"): 2}
    assert cost(known) == pytest.approx(100 + 200 / 2)
    assert cost(replace(known, scenarios=low_and_high())) == pytest.approx(300)


def test_only_who_is_known_orders_alone() -> None:
    """Of 1, 2 and 3 units, each a third, only the first is told apart: 1, and 3 for the others."""
    of = case(
        buy(),
        scenarios=(
            future("a", known_from="Q1"),
            future("b", demand_multiplier=2.0),
            future("c", demand_multiplier=3.0),
        ),
    )

    assert ordered(of) == {("Q1", "a"): 1, ("Q1", "b, c"): 3}
    assert cost(of) == pytest.approx((100 + 300 + 300) / 3)


@pytest.mark.parametrize(
    ("days", "total"),
    [
        (91, 200),  # ordered on 1 April, the first day of Q2
        (92, 300),  # ordered on 31 March
    ],
)
def test_the_order_date_decides_what_is_known_not_the_delivery(days: int, total: float) -> None:
    """1 or 3 units at 100 are asked for in Q3, from 1 July on, and known from Q2.

    Who orders in Q2 knows how many, 100 or 300; who must order in Q1 orders 3.
    """
    of = case(
        buy(lead_time=days / 7),
        periods=quarters(3),
        demand=(0.0, 0.0, 1.0),
        scenarios=low_and_high(known_from="Q2"),
    )

    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize(("known_from", "total"), [("Q1", 200), ("Q2", 300)])
def test_an_order_before_the_first_period_is_decided_in_it(known_from: str, total: float) -> None:
    """A quarter ahead of Q1 is in no period: such an order is decided as those of Q1 are."""
    of = case(
        buy(lead_time=12.0),
        periods=quarters(2),
        demand=(1.0, 1.0),
        scenarios=low_and_high(known_from=known_from),
        settings=Settings(plan_start=date(2024, 7, 1)),
    )

    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize("chance", [0.0, 1.0, 3.0])
def test_known_from_the_start_is_as_good_as_each_alone(chance: float) -> None:
    """1 unit is 100, and an order 50: alone 150 and 350, weighed as likely as they are."""
    low, high = low_and_high(chance, known_from="Q1")
    offers = (buy(order_fee=50.0), rent())

    def alone(scenario: Scenario) -> float:
        return cost(case(*offers, scenarios=(scenario.model_copy(update={"probability": 1.0}),)))

    assert (alone(low), alone(high)) == pytest.approx((150, 350))
    expected = (150 + chance * 350) / (1 + chance)
    assert cost(case(*offers, scenarios=(low, high))) == pytest.approx(expected)


# What adapts


@pytest.mark.parametrize(
    ("penalty", "total", "units"),
    [
        (0.15, 100 + 300 / 2, 1),  # high is 2 short, at 150 a quarter each
        (0.25, 300, 3),  # 2 short at 250 would make it 100 + 500 / 2
    ],
)
def test_shortage_adapts_and_orders_do_not(penalty: float, total: float, units: int) -> None:
    """1 or 3 units are asked for: the units are the same for both, what is short is not."""
    of = case(buy(), workloads=(chat(shortage_penalty=penalty),), scenarios=low_and_high())

    assert cost(of) == pytest.approx(total)
    assert packs(of) == {("buy", "Q1"): units}


def test_rentals_and_work_adapt() -> None:
    """A unit stands there, and 1 or 3 are asked for: low rents none, high 2 at 1000.

    What works draws 1 kW for 1000 hours at 0.1: 100 in either scenario.
    """
    of = case(
        rent(),
        fleet=fleet(1),
        hardware=(gpu(power=1.0),),
        sites=(hall(pue=1.0, energy_price=0.1), cloud()),
        scenarios=low_and_high(),
    )
    plan = cheapest(of)

    assert {path.scenario: path.total for path in plan.paths} == pytest.approx(
        {"low": 100, "high": 2100}
    )
    assert plan.outcome.objective == pytest.approx(1100)
    at_work = {
        path.scenario: {use.pool.site: use.units for use in path.uses} for path in plan.paths
    }
    assert at_work["low"] == pytest.approx({"hall": 1})
    assert at_work["high"] == pytest.approx({"hall": 1, "cloud": 2})


def test_missing_cores_adapt() -> None:
    """Low misses 4 cores of 12, and makes up for them with 1 TFLOPS; high misses none.

    A unit, rented at 1000, has 4 cores and 1 TFLOPS. 1 TFLOPS is required, and with alpha
    another quarter of one for each missing core: 2 units have 8 cores, and 2 are 1 + 4 / 4.
    With 1 unit it would be 1 + 8 / 4. High needs 3 units for its work, and they have 12 cores.
    """
    of = case(
        rent(),
        periods=quarters(1, required_cores=12.0, required_tflops=1.0),
        settings=Settings(alpha=0.25),
        scenarios=low_and_high(),
    )

    assert {path.scenario: path.total for path in cheapest(of).paths} == pytest.approx(
        {"low": 2000, "high": 3000}
    )


# Demand


def test_a_row_of_its_own_wins_over_the_multiplier() -> None:
    """High asks for 2, neither for 3 × 1 nor for 3 × 2; low for half of 1, and so 1 unit."""
    low = future("low", demand_multiplier=0.5, known_from="Q1")
    high = future("high", demand_multiplier=3.0, known_from="Q1")
    of = case(buy(), scenarios=(low, high))
    own = replace(of, demand=(*of.demand, asks("high", 2.0)))

    assert own.average_demand("chat", "Q1", "low") == 0.5
    assert own.average_demand("chat", "Q1", "high") == 2.0
    assert cost(own) == pytest.approx((100 + 200) / 2)


def test_rows_of_all_scenarios_need_none_in_common() -> None:
    """Low asks for nothing and high for 2 by rows of their own; there is no other."""
    of = case(buy(), scenarios=low_and_high(known_from="Q1"))
    own = replace(of, demand=(asks("low", 0.0), asks("high", 2.0)))

    assert cost(own) == pytest.approx(200 / 2)


# What holds in every scenario


def _metered(**terms: Any) -> Tables:
    return {"sites": (hall(pue=1.0, carbon_intensity=0.5, **terms), cloud())}


def _offered(**terms: Any) -> Tables:
    return {"offers": (buy(upfront_price=100.0, monthly_price=10.0, **terms),)}


def _ruled(metric: Metric, most: float) -> Tables:
    return {"rules": (SideRule(rule="few", metric=metric, most=most),)}


LIMITS: dict[str, Callable[[float], Tables]] = {
    "capex budget": lambda units: {"periods": quarters(1, capex_budget=100 * units)},
    "opex budget": lambda units: {"periods": quarters(1, opex_budget=30 * units)},
    "total budget": lambda units: {"periods": quarters(1, total_budget=130 * units)},
    "energy cap": lambda units: {"periods": quarters(1, energy_cap=1000 * units)},
    "carbon cap": lambda units: {"periods": quarters(1, carbon_cap=500 * units)},
    "IT power": lambda units: _metered(it_power=units),
    "rack units": lambda units: _metered(rack_units=2 * units),
    "max order": lambda units: _offered(max_order=units),
    "max total": lambda units: _offered(max_total=units),
    "rule on units": lambda units: _ruled(Metric.UNITS, units),
    "rule on spend": lambda units: _ruled(Metric.SPEND, 100 * units),
    "rule on what stands": lambda units: _ruled(Metric.INSTALLED_UNITS, units),
    "rule on energy": lambda units: _ruled(Metric.ENERGY, 1000 * units),
}
"""Every kind of limit, each as it is reached by so many units."""

SHORT_OF_HALF_A_UNIT = {
    "capex budget": "Q1: capex budget short by 50 USD (Periods, Capex budget)",
    "opex budget": "Q1: opex budget short by 15 USD (Periods, Opex budget)",
    "total budget": "Q1: total budget short by 65 USD (Periods, Total budget)",
    "energy cap": "Q1: energy cap short by 500 kWh (Periods, Energy cap)",
    "carbon cap": "Q1: carbon cap short by 250 kg (Periods, Carbon cap)",
    "IT power": "hall: IT power short by 0.5 kW in Q1 (high) (Sites, IT power)",
    "rack units": "hall: rack units short by 1 rack unit in Q1 (high) (Sites, Rack units)",
    "max order": "buy: max order short by 0.5 units in Q1 (high) (Offers, Max order)",
    "max total": "buy: max total short by 0.5 units (Offers, Max total)",
    "rule on units": "rule 'few': max short by 0.5 units in Q1 (high) (Rules, Max)",
    "rule on spend": "rule 'few': max short by 50 USD in Q1 (high) (Rules, Max)",
    "rule on what stands": "rule 'few': max short by 0.5 units in Q1 (high) (Rules, Max)",
    "rule on energy": "rule 'few': max short by 500 kWh in Q1 (high) (Rules, Max)",
}
"""What is told of each where the scenario high lacks half a unit."""


@pytest.mark.parametrize("chance", [1.0, 0.0])
@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_holds_in_every_scenario(name: str, chance: float) -> None:
    """High needs 3 units, however likely it is, and low one; both know it in time.

    Each is 100, 3 months at 10, 1 kW for 1000 hours, half a kg of carbon a kWh and 2 rack
    units. Low costs 130, high 390. On the average it is 2 units, so that a limit of 2.5
    would be kept, but high's 3 units do not fit: half a unit is missing.
    """

    def limited(units: float) -> Case:
        tables = {
            **_offered(),
            **_metered(),
            "hardware": (gpu(power=1.0, rack_units=2.0),),
            "scenarios": low_and_high(chance, known_from="Q1"),
        }
        return case(**tables | LIMITS[name](units))

    assert cost(limited(3.0)) == pytest.approx((130 + chance * 390) / (1 + chance))
    assert reasons(limited(2.5)) == (SHORT_OF_HALF_A_UNIT[name],)


def test_what_has_no_chance_costs_nothing_but_must_be_possible() -> None:
    """High has a probability of 0: its rentals are not counted, but shared orders are for it."""
    never = low_and_high(0.0)

    assert cost(case(rent(), scenarios=never)) == pytest.approx(1000)
    assert cost(case(buy(), scenarios=never)) == pytest.approx(300)
    assert reasons(case(rent(max_order=2.0), scenarios=never)) == (
        "rent: max order short by 1 unit in Q1 (high) (Offers, Max order)",
    )


def test_max_total_counts_on_every_path() -> None:
    """Two orders of 2 for either scenario are 4 in all, and on each path no more than 2.

    With 1 unit of Q1, on both paths, each may order one more: a third is 1 too many. A unit
    is 100.
    """
    scenarios = (future("a", known_from="Q2"), future("b", known_from="Q2"))

    def asked(*rates: float) -> Case:
        offer = buy(max_total=2.0, available_from=APRIL if not rates[0] else None)
        return case(offer, demand=rates, periods=quarters(2), scenarios=scenarios)

    assert ordered(asked(0.0, 2.0)) == {("Q2", "a"): 2, ("Q2", "b"): 2}
    assert cost(asked(0.0, 2.0)) == pytest.approx(200)
    assert cost(asked(1.0, 2.0)) == pytest.approx(200)
    assert reasons(asked(1.0, 3.0)) == ("buy: max total short by 1 unit (Offers, Max total)",)


def test_max_order_counts_at_every_node() -> None:
    """Either scenario may order 2 in Q2, though that makes 4 in all."""
    scenarios = (future("a", known_from="Q2"), future("b", known_from="Q2"))
    offer = buy(max_order=2.0, available_from=APRIL)
    of = case(offer, demand=(0.0, 2.0), periods=quarters(2), scenarios=scenarios)

    assert cost(of) == pytest.approx(200)


# Cost and risk


def test_costs_are_expected_over_the_scenarios() -> None:
    """Rentals of 1000 and 3000, the second three times as likely: 250 + 2250."""
    plan = cheapest(case(rent(), scenarios=low_and_high(3.0)))

    assert plan.outcome.objective == pytest.approx(2500)
    assert plan.cost[Part.COMPUTE] == pytest.approx(2500)
    assert plan.expected(lambda path: path.total) == pytest.approx(2500)
    assert plan.weights == pytest.approx({"low": 0.25, "high": 0.75})


def risky(weight: float, level: float, *, chance: float = 1.0) -> Case:
    """Return a case of rentals for 1000 or 3000; by default each as likely."""
    return case(
        rent(),
        scenarios=low_and_high(chance),
        settings=Settings(risk_weight=weight, risk_level=level),
    )


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("chance", "level", "tail"),
    [
        (1.0, 0.0, 2000),  # the tail is everything
        (1.0, 0.5, 3000),
        (1.0, 0.9, 3000),
        (1.0, 1.0, 3000),
        (0.25, 0.0, 1400),
        (0.25, 0.5, 1800),  # of the worst 0.5, 0.2 are high: 0.4 × 3000 + 0.6 × 1000
        (0.25, 0.9, 3000),
        (0.25, 1.0, 3000),
    ],
)
def test_risk_weighs_the_mean_against_the_dearest(
    chance: float, level: float, tail: float, weight: float
) -> None:
    """Low costs 1000 and high 3000; with a chance of 1 to 1 the mean is 2000, of 1 to 4 1400."""
    mean = (1000 + chance * 3000) / (1 + chance)
    expected = (1 - weight) * mean + weight * tail

    plan = cheapest(risky(weight, level, chance=chance))

    assert plan.outcome.objective == pytest.approx(expected)
    assert plan.objective == pytest.approx(expected)
    assert plan.cost[Part.COMPUTE] == pytest.approx(expected)
    assert sum(plan.weights.values()) == pytest.approx(1)


def test_the_weights_of_scenarios_are_of_the_mean_and_the_tail() -> None:
    """Low is 0.8 of the mean and 0.6 of the tail, so 0.7 of both by halves; high 0.3."""
    plan = cheapest(risky(0.5, 0.5, chance=0.25))

    assert plan.weights == pytest.approx({"low": 0.7, "high": 0.3})
    assert plan.outcome.objective == pytest.approx(700 + 900)


@pytest.mark.parametrize("level", [0.0, 0.5, 0.9, 1.0])
def test_the_worst_that_has_no_chance_is_no_risk(level: float) -> None:
    """High is as dear as ever, and with a probability of 0 no part of any tail."""
    assert cost(risky(1.0, level, chance=0.0)) == pytest.approx(1000)


@pytest.mark.parametrize(
    ("weight", "units", "total"),
    [
        (0.0, 1, 250),
        (0.25, 1, 287.5),  # 0.75 × 250 + 0.25 × 400
        (0.5, 3, 300),  # 1 unit would make it 325
        (1.0, 3, 300),
    ],
)
def test_who_fears_the_worst_buys_for_it(weight: float, units: int, total: float) -> None:
    """1 unit costs 100, or with 2 short at 150 each 400; 3 units cost 300 in any case."""
    of = case(
        buy(),
        workloads=(chat(shortage_penalty=0.15),),
        scenarios=low_and_high(),
        settings=Settings(risk_weight=weight, risk_level=0.5),
    )

    assert cost(of) == pytest.approx(total)
    assert packs(of) == {("buy", "Q1"): units}


@pytest.mark.parametrize("level", [0.0, 0.9, 1.0])
def test_there_is_no_risk_without_scenarios(level: float) -> None:
    """The only cost is the mean and the tail."""
    assert cost(case(buy(), settings=Settings(risk_weight=0.5, risk_level=level))) == 100


def _failures(plan: Plan) -> list[Check]:
    return [one for one in cost_family.check_outcome(plan.case, plan) if not one.passed]


@pytest.mark.parametrize(
    ("weight", "level", "told", "violation"),
    [
        (0.0, 0.9, 3000, 1000),  # the dearest, not the mean of 2000
        (0.5, 0.5, 2000, 500),  # the mean, without its risk
        (1.0, 1.0, 2000, 1000),
    ],
)
def test_the_check_finds_an_objective_that_is_not_the_weighed_one(
    weight: float, level: float, told: float, violation: float
) -> None:
    """The scenarios cost 1000 and 3000; with their risk that is 2000, 2500 and 3000."""
    plan = cheapest(risky(weight, level))
    wrong = replace(plan, outcome=replace(plan.outcome, objective=told, bound=None))

    (check,) = _failures(wrong)

    assert check.rule == "The plan's own lines cost what the objective says."
    assert check.violation == pytest.approx(violation)


def test_the_check_finds_a_bound_above_the_objective() -> None:
    """No plan of 2000 can cost less than it does, if none costs less than 2001."""
    plan = cheapest(risky(0.0, 0.9))

    (check,) = _failures(replace(plan, outcome=replace(plan.outcome, bound=2001.0)))

    assert check.rule == "The proven bound is at most the objective."
    assert check.violation == pytest.approx(1)


@pytest.mark.parametrize(
    "own",
    [
        {"low": 1, "high": 3},  # each as if it were known
        {"": 1, "high": 2},  # high alone orders more
    ],
)
@pytest.mark.parametrize(
    "given_case",
    [
        case(buy(), scenarios=low_and_high()),
        case(
            buy(lead_time=1.0),  # from 25 March, in Q1
            demand=(0.0, 1.0),
            periods=quarters(2),
            scenarios=low_and_high(known_from="Q2"),
        ),
    ],
    ids=["never known", "known after the order date"],
)
def test_the_check_finds_an_order_that_knows_too_early(
    given_case: Case, own: dict[str, int]
) -> None:
    """Shared, 3 units are 300; if only high had 3 it would be 200, which no one can order yet."""
    plan = cheapest(given_case)
    (order,) = plan.orders
    assert (order.packs, order.node) == (3, "")

    orders = tuple(replace(order, packs=packs, node=node) for node, packs in own.items())
    outcome = replace(plan.outcome, objective=200.0, bound=200.0)
    clairvoyant = audit(replace(plan, orders=orders, outcome=outcome))

    assert clairvoyant.objective == pytest.approx(200)
    assert not clairvoyant.passed


def test_the_sheet_tells_the_figures_of_every_scenario() -> None:
    """High rents 3000, low 1000, on the average 2000; and half of the risk makes it 2500."""
    table = tabulate(cheapest(risky(0.5, 0.5)))
    rows = {row.figure: dict(row) for row in table.rows}  # type: ignore[attr-defined]

    def told(figure: str) -> tuple[Any, Any, Any]:
        row = rows[figure]
        return row["scenario_0"], row["scenario_1"], row["expected"]

    assert told("Probability") == pytest.approx((50, 50, None))
    assert told("Cost") == pytest.approx((3000, 1000, 2000))
    assert told("Rentals") == pytest.approx((3000, 1000, 2000))
    assert told("Units of its own orders") == (0, 0, 0)
    assert told("Worst coverage") == pytest.approx((100, 100, None))
    assert rows["Objective"]["expected"] == pytest.approx(2500)


def test_the_sheet_is_empty_without_scenarios() -> None:
    """There is nothing to compare."""
    assert list(tabulate(cheapest(case(buy()))).rows) == []


# Carry over


def carried(*capex: float | None, demand: tuple[float, ...], **terms: Any) -> Case:
    """Return a case with capex budgets from Q1 on, and what is not spent carried over."""
    periods = tuple(
        period.model_copy(update={"capex_budget": amount})
        for period, amount in zip(quarters(len(capex)), capex, strict=True)
    )
    return case(buy(**terms), periods=periods, demand=demand, settings=Settings(carry_over=True))


def test_what_is_not_spent_pays_in_a_later_period() -> None:
    """2 units of 100 that can only be had in Q2 are paid with 100 of Q1 and 100 of Q2."""
    of = carried(100.0, 100.0, demand=(0.0, 2.0), available_from=APRIL)

    assert packs(of) == {("buy", "Q2"): 2}
    assert reasons(replace(of, settings=Settings())) == (
        "Q2: capex budget short by 100 USD (Periods, Capex budget)",
    )


def test_what_is_spent_is_not_carried_over() -> None:
    """1 unit in Q1 and 2 more in Q2 are 300, and there are 200 in all; the last 100 are Q2's."""
    assert cost(carried(100.0, 100.0, demand=(1.0, 2.0))) == pytest.approx(200)
    assert reasons(carried(100.0, 100.0, demand=(1.0, 3.0))) == (
        "Q2: capex budget short by 100 USD (Periods, Capex budget)",
    )


def test_money_is_not_carried_back() -> None:
    """2 units of Q1 are 200: what Q2 has does not pay them."""
    assert reasons(carried(100.0, 300.0, demand=(2.0, 2.0))) == (
        "Q1: capex budget short by 100 USD (Periods, Capex budget)",
    )


def test_money_is_carried_over_several_periods() -> None:
    """3 units, from Q3 on, are paid with 100 each of Q1 and Q2, and the last 100 of Q3."""
    july = date(2025, 7, 1)

    assert cost(carried(100.0, 100.0, 100.0, demand=(0, 0, 3), available_from=july)) == 300
    assert reasons(carried(100.0, 100.0, 99.0, demand=(0, 0, 3), available_from=july)) == (
        "Q3: capex budget short by 1 USD (Periods, Capex budget)",
    )


def test_a_blank_budget_is_unlimited_from_there_on() -> None:
    """Q2 has no limit, so that Q3 has none either, though its budget is 0; Q1 keeps its own."""
    july = date(2025, 7, 1)
    late = carried(0.0, None, 0.0, demand=(0, 0, 1), available_from=july)

    assert cost(late) == pytest.approx(100)
    assert reasons(replace(late, settings=Settings())) == (
        "Q3: capex budget short by 100 USD (Periods, Capex budget)",
    )
    assert reasons(carried(99.0, None, 0.0, demand=(1, 1, 1))) == (
        "Q1: capex budget short by 1 USD (Periods, Capex budget)",
    )


def test_each_budget_is_carried_over_by_itself() -> None:
    """Opex has no limit in Q1, so that it has none in Q2; the total, of 999 a quarter, has.

    A rental is 1000 a quarter. In Q2 alone it fits, with what Q1 has left of the total; in
    both, each is 1 short.
    """
    first, second = quarters(2, total_budget=999.0)
    periods = (first, second.model_copy(update={"opex_budget": 0.0}))
    tables: Tables = {"periods": periods, "settings": Settings(carry_over=True)}

    assert cost(case(rent(), demand=(0.0, 1.0), **tables)) == pytest.approx(1000)
    assert reasons(case(rent(), demand=(1.0, 1.0), **tables)) == (
        "Q1: total budget short by 1 USD (Periods, Total budget)",
        "Q2: total budget short by 1 USD (Periods, Total budget)",
    )


def test_what_is_carried_over_is_each_scenarios_own() -> None:
    """Low rents 1 unit in Q1 and high 3; in Q2 both rent 3, for 3000.

    With 3000 for Q1 low has 2000 left, so that 1000 would do for Q2. High has nothing left.
    """

    def with_opex(of_q2: float) -> Case:
        first, second = quarters(2)
        of = case(
            rent(),
            demand=(0.0, 0.0),
            periods=(
                first.model_copy(update={"opex_budget": 3000.0}),
                second.model_copy(update={"opex_budget": of_q2}),
            ),
            scenarios=low_and_high(),
            settings=Settings(carry_over=True),
        )
        return replace(of, demand=(asks("low", 1.0, 3.0), asks("high", 3.0, 3.0)))

    assert cost(with_opex(3000.0)) == pytest.approx((4000 + 6000) / 2)
    assert reasons(with_opex(1000.0)) == (
        "Q2: opex budget short by 2,000 USD (Periods, Opex budget)",
    )


def test_a_path_tells_what_was_carried_over() -> None:
    """2 units of Q3 are paid with 50 left of Q1, 50 of Q2 and 100 of Q3; Q4 is open."""
    july = date(2025, 7, 1)
    plan = cheapest(carried(50.0, 50.0, 100.0, None, demand=(0, 0, 2, 2), available_from=july))
    capex = {one.period: one for one in only_path(plan).budgets if one.name == "capex"}

    assert (capex["Q1"].carried, capex["Q1"].available, capex["Q1"].headroom) == (0, 50, 50)
    assert (capex["Q2"].carried, capex["Q2"].available, capex["Q2"].headroom) == (50, 100, 100)
    assert (capex["Q3"].carried, capex["Q3"].available, capex["Q3"].headroom) == (100, 200, 0)
    assert capex["Q3"].used == pytest.approx(1)
    assert (capex["Q4"].carried, capex["Q4"].available, capex["Q4"].used) == (None, None, None)


def test_the_check_finds_running_payments_above_running_budgets() -> None:
    """3 units of Q2 are 300, and with what Q1 left there are 200."""
    plan = cheapest(carried(100.0, 100.0, demand=(0.0, 2.0), available_from=APRIL))

    check = failure(budget, reordered(plan, packs=3))

    assert (
        check.rule == "Payments of a period are within its capex budget, and what was carried over."
    )
    assert check.violation == pytest.approx(100)
    assert check.worst is not None
    assert check.worst.where == "Q2"
