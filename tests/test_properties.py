"""What must hold between a case and one made of it, whatever the case.

Exactly, to the last digit of every figure of the plan:

- the order of rows is irrelevant, of tiers, rebates, scenarios and rules too: the plan is
  the same

Exactly in mathematics, so to 1e-6 in figures (the least cost; where no plan can exist it
is infinite, so these speak of infeasible cases too):

- all money times k gives k times the cost
- other names give the same cost
- one currency expressed in another at its rate gives the same cost
- a slice split into two of equal load and energy price gives the same cost
- all probabilities times k give the same cost
- a scenario split into two equal halves gives the same cost
- a tier at a size that no order can reach gives the same cost
- scenarios that are known from the start cost, without risk weight, what they cost alone

One way only, to 1e-6 in figures:

- an added offer never costs more; it may with site loss coverage, and it may be refused
  with an energy rule on offers
- a limit that is larger, or dropped, never costs more
- a limit that is tightened never costs less, and what is infeasible stays so
- a dropped rule, min order, order fee, cluster or site loss coverage never costs more
- a dropped rebate (a vendor's only level, or all of them) never costs less
- scenarios that are known later, or never, never cost less
- more risk weight, or a higher risk level, never costs less
- one more scenario that must be possible, though it has no chance, never costs less

What looks as if it held, and does not:

- a lower price may cost more: spend then misses a rebate, a rule's Min, or makes a vendor's
  share of all spend larger than its Max share
- one level of a rebate, or one tier, may cost more or less when it is dropped: the level or
  tier below takes its place, and may give more
- a dropped Max total may leave no least cost: a rebate, and what is left at the end, may
  come to more than the price
- an added site may cost more, as an added offer may: its loss is one more to survive
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.case.case import Case
from planner.case.finance import Scenario
from planner.case.horizon import WHOLE_PERIOD
from planner.case.offers import Offer, PriceTier, TierScheme
from planner.case.rules import Metric, SideRule
from planner.case.workloads import LoadProfile
from planner.errors import NoPlanError
from planner.plan.plan import Plan
from planner.row import Row
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.strategies import small_cases, tiny_cases

INFINITE = float("inf")
TABLES = tuple(one.name for one in fields(Case) if one.name != "settings")
LIMITS = {
    "periods": ("capex_budget", "opex_budget", "total_budget", "energy_cap", "carbon_cap"),
    "offers": ("max_order", "max_total"),
    "sites": ("it_power", "rack_units"),
    "rules": ("most",),
}
LEAST = {"offers": "min_order", "rules": "least"}
"""What a limit of a row may not be below."""
TERMS: dict[str, dict[str, float | None]] = {
    "offers": {"min_order": 0.0, "order_fee": 0.0},
    "workloads": {"cluster_units": None, "site_loss_coverage": None},
}
"""Terms that cost something, and what they are where there are none."""
ASKED = ("required_cores", "required_tflops")
OF_OFFERS = ("upfront_price", "monthly_price", "hourly_price", "order_fee")
MONEY = {
    "offers": OF_OFFERS,
    "price_tiers": ("upfront_price",),
    "rebates": ("min_spend",),
    "fleet": ("monthly_cost",),
    "sites": ("energy_price", "carbon_price"),
    "workloads": ("shortage_penalty",),
    "periods": ("capex_budget", "opex_budget", "total_budget"),
}
NAMES = (
    *("period", "slice", "sku", "offer", "vendor", "site", "sites", "workload", "rule"),
    *("scenario", "known_from", "from_period", "until_period"),
)
WITHIN_REACH = 8.0
"""Units that a test lets any offer have over the horizon."""

examples = settings(max_examples=10, deadline=None)
few_examples = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)


def _plan(of: Case) -> Plan | None:
    """Return the plan of least cost; None where none can exist."""
    try:
        plan = find_plan(of, Options(gap=0.0))
    except NoPlanError as none:
        if not none.infeasible:
            raise
        return None
    assert plan.passed
    return plan


def _cost(of: Case) -> float:
    """Return the least cost; infinite where no plan can exist."""
    plan = _plan(of)
    if plan is None:
        return INFINITE
    assert plan.outcome.objective is not None
    return plan.outcome.objective


def _is_at_most(one: float, other: float) -> bool:
    return one <= other + 1e-6 * max(1.0, abs(other))


def _changed(of: Case, changes: dict[str, Callable[[Any], Any]]) -> Case:
    """Return the case with every row of these tables changed."""
    rows = {name: tuple(map(change, getattr(of, name))) for name, change in changes.items()}
    return replace(of, **rows)


def _updated(row: Any, names: tuple[str, ...], change: Callable[[float], float | None]) -> Any:
    """Return the row with these fields changed, where they are not blank."""
    given_values = {name: getattr(row, name) for name in names}
    update = {name: change(value) for name, value in given_values.items() if value is not None}
    return row.model_copy(update=update)


def _with_limits(of: Case, change: Callable[[float], float]) -> Case:
    """Return the case with every limit changed, none to less than the least of its row."""

    def changed(table: str, row: Row) -> Row:
        least = getattr(row, LEAST[table]) if table in LEAST else None
        return _updated(row, LIMITS[table], lambda limit: max(least or 0.0, change(limit)))

    return _changed(of, {table: lambda row, table=table: changed(table, row) for table in LIMITS})


def _with_scenarios(of: Case, **changes: Any) -> Case:
    """Return the case with every scenario changed."""
    return _changed(of, {"scenarios": lambda row: row.model_copy(update=changes)})


def _with_settings(of: Case, **changes: Any) -> Case:
    return replace(of, settings=of.settings.model_copy(update=changes))


def _copied(of: Case, name: str, copies: dict[str, float]) -> Case:
    """Return the case with copies of a scenario added, each with this share of its chance.

    Where there are no scenarios, the first copy is of the only way the future may go.
    """
    by_name = {row.scenario: row for row in of.scenarios}
    copied = by_name.get(name, Scenario(scenario="", probability=1.0))
    added = [
        copied.model_copy(update={"scenario": copy, "probability": share * copied.probability})
        for copy, share in copies.items()
    ]
    asked = [
        row.model_copy(update={"scenario": copy})
        for row in of.demand
        if name and row.scenario == name
        for copy in copies
    ]
    return replace(of, scenarios=(*of.scenarios, *added), demand=(*of.demand, *asked))


def _only(of: Case, *names: str) -> Case:
    """Return the case with these scenarios only, and what is asked in them."""
    return replace(
        of,
        scenarios=tuple(row for row in of.scenarios if row.scenario in names),
        demand=tuple(row for row in of.demand if row.scenario in ("", *names)),
    )


@examples
@given(small_cases(), st.data())
def test_an_added_offer_never_costs_more(of: Case, data: st.DataObject) -> None:
    """Whoever ignores the offer has the plan of before.

    Left out are site loss coverage, as the first offer at a site makes its loss one that
    must be survived, and energy rules on offers, as what passes their filters must have a
    pool of its own.
    """
    like = data.draw(st.sampled_from(of.offers))
    most = data.draw(st.sampled_from([None, max(1.0, like.min_order)]))
    extra = like.model_copy(
        update={
            "offer": "extra",
            "sku": data.draw(st.sampled_from(of.hardware)).sku,
            "lead_time": data.draw(st.sampled_from([0.0, like.lead_time])),
            "max_order": most,
        }
    )
    extra = _updated(extra, OF_OFFERS, lambda price: price / 2)
    without = replace(
        _changed(
            of, {"workloads": lambda row: row.model_copy(update={"site_loss_coverage": None})}
        ),
        rules=tuple(
            row for row in of.rules if row.metric is not Metric.ENERGY or not row.names_offers
        ),
    )

    assert _is_at_most(_cost(replace(without, offers=(*of.offers, extra))), _cost(without))


@examples
@given(small_cases(), st.sampled_from([1.25, 2.0, 10.0]))
def test_larger_limits_never_cost_more(of: Case, factor: float) -> None:
    """Budgets, caps, max orders, power, space and rules: who has more need not use it."""
    larger = _with_limits(of, lambda limit: factor * limit)

    assert _is_at_most(_cost(larger), _cost(of))


@pytest.mark.parametrize(
    ("table", "name"), [(table, name) for table, names in LIMITS.items() for name in names]
)
@few_examples
@given(of=tiny_cases())
def test_a_dropped_limit_never_costs_more(table: str, name: str, of: Case) -> None:
    """A blank cell is no limit.

    Without rebates, which are worth more than a unit where it keeps its value: they need
    a max total.
    """
    assume(any(getattr(row, name) is not None for row in getattr(of, table)))
    without_rebates = replace(of, rebates=())
    dropped = _changed(without_rebates, {table: lambda row: row.model_copy(update={name: None})})

    assert _is_at_most(_cost(dropped), _cost(without_rebates))


@pytest.mark.parametrize(
    ("table", "name"), [(table, name) for table, names in TERMS.items() for name in names]
)
@few_examples
@given(of=tiny_cases())
def test_a_dropped_term_never_costs_more(table: str, name: str, of: Case) -> None:
    """Whoever need not order much, pay a fee, run a cluster or survive a loss, still may."""
    assume(any(getattr(row, name) for row in getattr(of, table)))
    nothing = TERMS[table][name]
    dropped = _changed(of, {table: lambda row: row.model_copy(update={name: nothing})})

    assert _is_at_most(_cost(dropped), _cost(of))


@examples
@given(small_cases(), st.data())
def test_a_dropped_rule_never_costs_more(of: Case, data: st.DataObject) -> None:
    """A plan that keeps all rules keeps the others."""
    assume(of.rules)
    dropped = data.draw(st.sampled_from(of.rules))
    others = tuple(row for row in of.rules if row is not dropped)

    assert _is_at_most(_cost(replace(of, rules=others)), _cost(of))


@few_examples
@given(small_cases())
def test_dropped_rebates_never_cost_less(of: Case) -> None:
    """Whoever gets nothing back has the same plans, none of them cheaper."""
    assume(of.rebates)

    assert _is_at_most(_cost(of), _cost(replace(of, rebates=())))


@examples
@given(small_cases())
def test_dropped_requirements_never_cost_more(of: Case) -> None:
    """Required cores and TFLOPS, and demand of nothing: less is asked, so no more is paid."""
    dropped = _changed(of, {"periods": lambda row: row.model_copy(update=dict.fromkeys(ASKED))})
    nothing = _changed(
        dropped,
        {"demand": lambda row: row.model_copy(update={"rates": dict.fromkeys(row.rates, 0.0)})},
    )
    cost = _cost(dropped)

    assert _is_at_most(cost, _cost(of))
    assert _is_at_most(_cost(nothing), cost)


@examples
@given(small_cases(), st.sampled_from([0.0, 0.5, 0.9]))
def test_tighter_limits_never_cost_less_and_stay_infeasible(of: Case, factor: float) -> None:
    """Whoever has less cannot do what could not be done with more."""
    tighter = _with_limits(of, lambda limit: factor * limit)
    cost = _cost(of)

    if cost == INFINITE:
        assert _cost(tighter) == INFINITE
    else:
        assert _is_at_most(cost, _cost(tighter))


@examples
@given(small_cases(), st.sampled_from([0.125, 2.0, 3.0, 7.1, 1000.0]))
def test_all_money_times_k_costs_k_times_as_much(of: Case, factor: float) -> None:
    """Offers, fleet, energy, carbon, penalties, budgets, rebates and rules: another coin."""

    def in_coins(row: SideRule) -> SideRule:
        is_money = row.metric is Metric.SPEND
        scaled: SideRule = _updated(row, ("least", "most"), lambda limit: factor * limit)
        return scaled if is_money else row

    paid = _changed(
        of,
        {
            table: lambda row, names=names: _updated(row, names, lambda price: factor * price)
            for table, names in MONEY.items()
        },
    )

    told = _cost(_changed(paid, {"rules": in_coins}))
    assert told == pytest.approx(factor * _cost(of), rel=1e-6, abs=1e-6 * factor)


@examples
@given(small_cases(), st.data())
def test_the_order_of_rows_is_irrelevant(of: Case, data: st.DataObject) -> None:
    """Whoever sorts a sheet gets the same plan, not only one of the same cost."""
    shuffled = {name: tuple(data.draw(st.permutations(getattr(of, name)))) for name in TABLES}

    one, other = _plan(of), _plan(replace(of, **shuffled))

    if one is None or other is None:
        assert one is other
    else:
        assert one.outcome.objective == other.outcome.objective
        assert one.outcome.foresight == other.outcome.foresight
        assert one.orders == other.orders
        assert one.uses == other.uses
        assert one.held == other.held


def _renamed(name: Any) -> Any:
    """Return another name, which sorts the other way: T0 is renamed to T9; or several."""
    if isinstance(name, tuple):
        return tuple(map(_renamed, name))
    return name.translate(str.maketrans("0123456789", "9876543210"))


def _with_other_names(row: Row) -> Row:
    """Return the row with other names, but for what a list gives to choose from."""
    update = {name: _renamed(getattr(row, name)) for name in NAMES if name in dict(row)}
    if "rates" in dict(row):
        rates = row.rates  # type: ignore[attr-defined]
        update["rates"] = {_renamed(label): rate for label, rate in rates.items()}
    return row.model_copy(update=update)


@examples
@given(small_cases())
def test_other_names_cost_the_same(of: Case) -> None:
    """What sorts first by its name must not be preferred."""
    renamed = _changed(of, dict.fromkeys(TABLES, _with_other_names))

    assert _cost(renamed) == pytest.approx(_cost(of), rel=1e-6, abs=1e-6)


@examples
@given(small_cases())
def test_a_currency_expressed_in_another_costs_the_same(of: Case) -> None:
    """Prices, fees and tiers in the base currency are divided by the euro's rate."""
    rate = of.exchange_rate["EUR"]
    are_in_euros = {row.offer for row in of.offers if row.currency == "EUR"}

    def in_euros(row: Any) -> Row:
        if row.offer in are_in_euros:
            return row
        names = OF_OFFERS if isinstance(row, Offer) else MONEY["price_tiers"]
        priced = _updated(row, names, lambda price: price / rate)
        return priced.model_copy(update={"currency": "EUR"} if isinstance(row, Offer) else {})

    told = _changed(of, {"offers": in_euros, "price_tiers": in_euros})
    assert _cost(told) == pytest.approx(_cost(of), rel=1e-6, abs=1e-6)


@examples
@given(small_cases(), st.data())
def test_a_slice_split_into_equal_halves_costs_the_same(of: Case, data: st.DataObject) -> None:
    """Two halves of equal load and energy price are one slice that was cut for nothing."""
    slices = of.slices or (WHOLE_PERIOD,)
    cut = data.draw(st.sampled_from(slices))
    halves = {name: cut.model_copy(update={"slice": name, "share": cut.share / 2}) for name in "ab"}
    load: list[LoadProfile] = []
    for row in of.load_profile:
        names = halves if row.slice == cut.slice else (row.slice,)
        load += [row.model_copy(update={"slice": name}) for name in names]
    others = tuple(one for one in slices if one is not cut)

    split = replace(of, slices=(*others, *halves.values()), load_profile=tuple(load))

    assert _cost(split) == pytest.approx(_cost(of), rel=1e-6, abs=1e-6)


@examples
@given(small_cases())
def test_a_tier_that_no_order_can_reach_costs_the_same(of: Case) -> None:
    """Every offer may have 8 units over the horizon; from 9 on they would be free.

    An offer whose tiers are incremental has one more only if it has some: the first may
    make a rule on one site's spend that cannot be told.
    """
    tiered = {row.offer for row in of.price_tiers}
    limited = _changed(
        of,
        {
            "offers": lambda row: row.model_copy(
                update={"max_total": min(row.max_total or WITHIN_REACH, WITHIN_REACH)}
            )
        },
    )
    added = tuple(
        PriceTier(offer=row.offer, min_units=WITHIN_REACH + 1, upfront_price=0.0)
        for row in of.offers
        if not row.is_elastic and (row.offer in tiered or row.tier_scheme is TierScheme.ALL_UNITS)
    )
    beyond = replace(limited, price_tiers=(*of.price_tiers, *added))

    assert _cost(beyond) == pytest.approx(_cost(limited), rel=1e-6, abs=1e-6)


@examples
@given(small_cases(), st.sampled_from([0.125, 3.0, 100.0]))
def test_all_probabilities_times_k_cost_the_same(of: Case, factor: float) -> None:
    """Whether the chances are told as shares or in percent: they are normalised."""
    assume(of.scenarios)
    told = _changed(
        of, {"scenarios": lambda row: _updated(row, ("probability",), lambda one: factor * one)}
    )

    assert _cost(told) == pytest.approx(_cost(of), rel=1e-6, abs=1e-6)


@examples
@given(tiny_cases(), st.data())
def test_a_scenario_split_into_equal_halves_costs_the_same(of: Case, data: st.DataObject) -> None:
    """Two halves that ask for the same, and are known at the same time, are one scenario.

    What is best for one half is best for the other, whether they can be told apart or not.
    """
    cut = data.draw(st.sampled_from(of.tree.names))
    others = (name for name in of.tree.names if name != cut)

    split = _only(_copied(of, cut, {"a": 0.5, "b": 0.5}), "a", "b", *others)

    assert _cost(split) == pytest.approx(_cost(of), rel=1e-6, abs=1e-6)


@few_examples
@given(tiny_cases())
def test_scenarios_known_from_the_start_cost_what_they_cost_alone(of: Case) -> None:
    """Whoever knows the scenario with the first order plans for it alone."""
    assume(of.scenarios)
    neutral = _with_settings(of, risk_weight=0.0)
    known = _with_scenarios(neutral, known_from=of.horizon.labels[0])
    certain = _with_scenarios(neutral, probability=1.0)
    alone = {name: _cost(_only(certain, name)) for name in of.tree.names}
    is_possible = INFINITE not in alone.values()
    likely = of.tree.probability
    expected = sum(likely[name] * cost for name, cost in alone.items() if is_possible)

    assert _cost(known) == pytest.approx(expected if is_possible else INFINITE, rel=1e-6, abs=1e-6)


@few_examples
@given(tiny_cases())
def test_scenarios_known_later_never_cost_less(of: Case) -> None:
    """Whoever knows earlier can still order as if nothing were known."""
    assume(of.scenarios)
    at_once = _cost(_with_scenarios(of, known_from=of.horizon.labels[0]))
    in_time = _cost(of)
    never = _cost(_with_scenarios(of, known_from=""))

    assert _is_at_most(at_once, in_time)
    assert _is_at_most(in_time, never)


@few_examples
@given(tiny_cases())
def test_more_risk_never_costs_less(of: Case) -> None:
    """The tail costs as much as the mean at least, and a shorter tail as much as a longer."""
    assume(of.scenarios)
    levels = [(0.0, 0.5), (0.5, 0.5), (0.5, 0.9), (1.0, 0.9), (1.0, 1.0)]
    costs = [
        _cost(_with_settings(of, risk_weight=weight, risk_level=level)) for weight, level in levels
    ]

    assert all(_is_at_most(one, other) for one, other in pairwise(costs))


@examples
@given(tiny_cases(), st.sampled_from([0.0, 1.0, 2.0]), st.data())
def test_one_more_scenario_without_a_chance_never_costs_less(
    of: Case, factor: float, data: st.DataObject
) -> None:
    """It costs nothing, but the plan must be possible there too."""
    like = data.draw(st.sampled_from(of.tree.names))
    told = of if of.scenarios else _copied(of, "", {"F0": 1.0})
    more = _copied(told, like or "F0", {"never": 0.0})
    asked = tuple(
        _updated_rates(row, factor) if row.scenario == "never" else row for row in more.demand
    )

    assert _is_at_most(_cost(of), _cost(replace(more, demand=asked)))


def _updated_rates(row: Any, factor: float) -> Any:
    """Return a row of demand with every rate times a factor."""
    rates = {label: factor * rate for label, rate in row.rates.items()}
    return row.model_copy(update={"rates": rates})
