"""What must hold between a case and one made of it, whatever the case.

Exactly, to the last digit of every figure of the plan:

- the order of rows is irrelevant: the plan is the same

Exactly in mathematics, so to 1e-6 in figures (the least cost; where no plan can exist it
is infinite, so these speak of infeasible cases too):

- all money times k gives k times the cost
- other names give the same cost
- one currency expressed in another at its rate gives the same cost
- a slice split into two of equal load and energy price gives the same cost

One way only, to 1e-6 in figures:

- an added offer never costs more
- a limit that is larger, or dropped, never costs more
- a limit that is tightened never costs less, and what is infeasible stays so
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.case.case import Case
from planner.case.horizon import WHOLE_PERIOD
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
}
ASKED = ("required_cores", "required_tflops")
PRICES = {
    "offers": ("upfront_price", "monthly_price", "hourly_price"),
    "fleet": ("monthly_cost",),
    "sites": ("energy_price", "carbon_price"),
    "workloads": ("shortage_penalty",),
    "periods": ("capex_budget", "opex_budget", "total_budget"),
}

examples = settings(max_examples=40, deadline=None)


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


def _updated(row: Row, names: tuple[str, ...], change: Callable[[float], float | None]) -> Row:
    """Return the row with these fields changed, where they are not blank."""
    given_values = {name: getattr(row, name) for name in names}
    update = {name: change(value) for name, value in given_values.items() if value is not None}
    return row.model_copy(update=update)


def _with_limits(of: Case, change: Callable[[float], float | None]) -> Case:
    """Return the case with every limit changed."""
    return _changed(
        of,
        {
            table: lambda row, names=names: _updated(row, names, change)
            for table, names in LIMITS.items()
        },
    )


@examples
@given(small_cases(), st.data())
def test_an_added_offer_never_costs_more(of: Case, data: st.DataObject) -> None:
    """Whoever ignores the offer has the plan of before."""
    like = data.draw(st.sampled_from(of.offers))
    extra = like.model_copy(
        update={
            "offer": "extra",
            "sku": data.draw(st.sampled_from(of.hardware)).sku,
            "lead_time": data.draw(st.sampled_from([0.0, like.lead_time])),
            "max_order": data.draw(st.sampled_from([None, 1.0])),
        }
    )
    extra = _updated(extra, PRICES["offers"], lambda price: price / 2)

    assert _is_at_most(_cost(replace(of, offers=(*of.offers, extra))), _cost(of))


@examples
@given(small_cases(), st.sampled_from([1.25, 2.0, 10.0]))
def test_larger_limits_never_cost_more(of: Case, factor: float) -> None:
    """Budgets, caps, max orders, power and space: who has more need not use it."""
    larger = _with_limits(of, lambda limit: factor * limit)

    assert _is_at_most(_cost(larger), _cost(of))


@pytest.mark.parametrize(
    ("table", "name"), [(table, name) for table, names in LIMITS.items() for name in names]
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(of=tiny_cases())
def test_a_dropped_limit_never_costs_more(table: str, name: str, of: Case) -> None:
    """A blank cell is no limit."""
    assume(any(getattr(row, name) is not None for row in getattr(of, table)))
    dropped = _changed(of, {table: lambda row: row.model_copy(update={name: None})})

    assert _is_at_most(_cost(dropped), _cost(of))


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
    """Offers, fleet, energy, carbon, penalties and budgets: as if paid in another coin."""
    in_coins = _changed(
        of,
        {
            table: lambda row, names=names: _updated(row, names, lambda price: factor * price)
            for table, names in PRICES.items()
        },
    )

    assert _cost(in_coins) == pytest.approx(factor * _cost(of), rel=1e-6, abs=1e-6 * factor)


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
        assert one.orders == other.orders
        assert one.uses == other.uses


def _renamed(name: str) -> str:
    """Return another name, which sorts the other way: T0 is renamed to T9."""
    return name.translate(str.maketrans("0123456789", "9876543210"))


def _with_other_names(row: Row) -> Row:
    update: dict[str, Any] = {}
    for name in ("period", "slice", "sku", "offer", "site", "workload"):
        if name in type(row).model_fields:
            update[name] = _renamed(getattr(row, name))
    if "sites" in type(row).model_fields:
        update["sites"] = tuple(map(_renamed, row.sites))  # type: ignore[attr-defined]
    if "rates" in type(row).model_fields:
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
    """Prices in the base currency are divided by the euro's rate, and told in euros."""
    rate = of.exchange_rate["EUR"]

    def in_euros(row: Any) -> Row:
        if row.currency == "EUR":
            return row
        priced = _updated(row, PRICES["offers"], lambda price: price / rate)
        return priced.model_copy(update={"currency": "EUR"})

    assert _cost(_changed(of, {"offers": in_euros})) == pytest.approx(_cost(of), rel=1e-6, abs=1e-6)


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
