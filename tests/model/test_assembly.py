"""Assembly: from a case to a model whose names can be shown and whose order is its own."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from pyomo.core.base.component_namer import index_repr
from pyomo.core.base.constraint import ConstraintData
from pyomo.environ import ConcreteModel, Constraint, Objective, Var

from planner.case.case import Case
from planner.case.finance import Currency, Settings
from planner.case.hardware import Category
from planner.case.limits import Limit
from planner.case.rules import Metric, SideRule
from planner.model.assembly import assemble
from planner.model.linear import Slack
from planner.search.arrays import to_arrays
from planner.search.places import columns_of, rows_of
from tests.builders import (
    buy,
    case,
    chat,
    cloud,
    does,
    fleet,
    gpu,
    hall,
    lease,
    load,
    peak_and_rest,
    quarters,
    rent,
    training,
)

CPU = gpu(sku="cpu", category=Category.CPU, tflops=0.1, cores=64.0, power=0.4, rack_units=1.0)


def _rich() -> Case:
    """Return a case with two or more rows on every sheet, and every kind of row in its model."""
    limits = {
        "capex_budget": 900.0,
        "opex_budget": 9000.0,
        "total_budget": 9500.0,
        "required_cores": 8.0,
        "required_tflops": 2.0,
        "energy_cap": 9000.0,
        "carbon_cap": 4500.0,
    }
    return case(
        buy(max_order=3.0, max_total=5.0, price_change=-0.1),
        buy(offer="cpus", sku="cpu", upfront_price=30.0, currency="EUR"),
        lease(sites=("annex", "hall")),
        rent(max_order=2.5),
        periods=quarters(3, **limits),
        demand={"chat": (1.0, 2.0, 3.0), "training": (0.7, 0.5, 0.3)},
        workloads=(
            chat(unit="tokens/s", site_loss_coverage=0.5),
            training(shortage_penalty=2.0, site_loss_coverage=0.25),
        ),
        hardware=(gpu(power=1.0, idle_power=0.3, rack_units=2.0), CPU),
        sites=(
            hall(it_power=4.0, rack_units=8.0, pue=1.3, energy_price=0.1, carbon_intensity=0.5),
            hall(site="annex", pue=1.1, energy_price=0.2, energy_price_change=0.1),
            cloud(pue=1.2),
        ),
        fleet=(
            *fleet(1, monthly_cost=0.1),
            *fleet(1, monthly_cost=0.2, retire_on=date(2025, 4, 1)),
            *fleet(3, sku="cpu", monthly_cost=0.7),
        ),
        performance=(does(1.5), does(0.3, sku="cpu")),
        slices=peak_and_rest(energy_price_multiplier=1.7),
        load_profile=(load(1.9), load(0.7, slice="rest")),
        currencies=(Currency(currency="EUR", rate=1.1), Currency(currency="CNY", rate=0.14)),
        rules=(
            SideRule(rule="some", metric=Metric.UNITS, least=1.0, most=9.0),
            SideRule(rule="half", metric=Metric.POWER, vendor=("V",), max_share=0.5),
        ),
        settings=Settings(alpha=0.1, discount_rate=0.08, max_utilisation=0.9),
    )


TABLES = tuple(one.name for one in fields(Case) if isinstance(getattr(_rich(), one.name), tuple))


def _names(model: ConcreteModel, kind: Any) -> set[str]:
    return {one.name for one in model.component_data_objects(kind)}


@pytest.mark.parametrize(
    "name",
    [
        "offer_terms.max_order[buy,Q1]",
        "offer_terms.max_total[buy]",
        "capacity.committed[gpu@hall,Q1,peak]",
        "capacity.rented['gpu@cloud:rent',Q2,rest]",
        "demand.served[chat,Q3,peak]",
        "site.power[hall,Q1]",
        "site.space[hall,Q3]",
        "energy.cap[Q1]",
        "energy.carbon_cap[Q2]",
        "requirements.cores[Q1]",
        "requirements.tflops[Q3]",
        "budget.limit[capex,Q1]",
        "budget.limit[opex,Q2]",
        "budget.limit[total,Q3]",
    ],
)
def test_the_name_of_a_row_tells_its_rule_and_where_it_holds(name: str) -> None:
    """A name is made of the family, its rule, and names of the case only; Pyomo quotes a colon."""
    assert name in _names(assemble(_rich()).model, Constraint)


def test_the_name_of_a_variable_tells_what_is_decided() -> None:
    """Packs of an offer for a site and period; units of a pool at work; a shortfall."""
    names = _names(assemble(_rich()).model, Var)

    assert "decisions.packs[lease,Q1,annex]" in names
    assert "decisions.working[chat,gpu@hall,Q1,peak]" in names
    assert "requirements.missing_cores[Q1]" in names
    assert any(name.startswith("demand.short[training,Q1") for name in names)


TIES = {
    "order_sizes.units",
    "order_sizes.one_size",
    "order_sizes.lowest",
    "order_sizes.highest",
    "rebates.total",
    "rebates.one_level",
    "rebates.lowest",
    "rebates.highest",
    "capacity.committed",
    "clusters.large",
    "clusters.running",
    "site_loss.at_work",
    "site_loss.there",
    "rules.by_size",
    "rules.by_site",
    "cost.tail",
}
"""Rows that say what a variable means, and so hold in any plan."""

CELLS = {
    "offer_terms.max_order[buy,Q1]": ("Offers", "buy", "Max order", "Q1"),
    "offer_terms.max_total[buy]": ("Offers", "buy", "Max total", ""),
    "capacity.rented['gpu@cloud:rent',Q2,rest]": ("Offers", "rent", "Max order", "Q2"),
    "demand.served[chat,Q3,peak]": ("Demand", "chat", "Q3", ""),
    "site.power[hall,Q1]": ("Sites", "hall", "IT power", "Q1"),
    "site.space[hall,Q3]": ("Sites", "hall", "Rack units", "Q3"),
    "energy.cap[Q1]": ("Periods", "Q1", "Energy cap", ""),
    "energy.carbon_cap[Q2]": ("Periods", "Q2", "Carbon cap", ""),
    "requirements.cores[Q1]": ("Periods", "Q1", "Required cores", ""),
    "requirements.tflops[Q3]": ("Periods", "Q3", "Required TFLOPS", ""),
    "budget.limit[capex,Q1]": ("Periods", "Q1", "Capex budget", ""),
    "budget.limit[opex,Q2]": ("Periods", "Q2", "Opex budget", ""),
    "budget.limit[total,Q3]": ("Periods", "Q3", "Total budget", ""),
    "rules.least[some,Q1 to Q3]": ("Rules", "some", "Min", "Q1 to Q3"),
    "rules.most[some,Q1 to Q3]": ("Rules", "some", "Max", "Q1 to Q3"),
    "rules.share[half,Q1 to Q3]": ("Rules", "half", "Max share", "Q1 to Q3"),
    "site_loss.elsewhere[chat,hall,Q1]": (
        "Workloads",
        "chat",
        "Site loss coverage",
        "Q1 without hall",
    ),
}
"""Where the cell of a row stands (sheet, row and column), and when it holds; one of each kind."""


def _rows(model: ConcreteModel) -> dict[str, ConstraintData]:
    """Return the rows of a model by name; they lose their names with the model."""
    return {row.name: row for row in model.component_data_objects(Constraint)}


def _slacks(model: ConcreteModel) -> dict[str, Slack | None]:
    """Return how each row gives way, by its name."""
    return {
        f"{part.name}{index_repr(part.index_at(place))}": part.slack(place)
        for part in model.component_objects(Constraint)
        for place in range(part.count)
    }


def _limits(model: ConcreteModel) -> dict[str, tuple[ConstraintData, Slack]]:
    """Return the rows that give way, and how."""
    rows = _rows(model)
    return {name: (rows[name], slack) for name, slack in _slacks(model).items() if slack}


def test_every_limit_of_a_user_knows_its_cells() -> None:
    """Each row of a limit has the cells that it gives way with; what ties variables has none.

    Training may fall short at a penalty, so that its demand is no limit.
    """
    model, firm = assemble(_rich()).model, set()
    for name, slack in _slacks(model).items():
        kind = name.partition("[")[0]
        if kind in TIES or name.startswith("demand.served[training,"):
            assert slack is None, name
        else:
            assert slack is not None, name
            assert slack.cells, name
            assert all(factor > 0.0 for factor in slack.cells.values()), name
            firm.add(kind)

    assert firm == {name.partition("[")[0] for name in CELLS}
    assert {one.name for one in model.component_objects(Constraint)} == firm | TIES


@pytest.mark.parametrize("name", CELLS)
def test_the_cell_of_a_row_is_the_one_that_holds_its_limit(name: str) -> None:
    """It is told by its sheet, row and column, and by when, where these do not say it."""
    sheet, row, title, when = CELLS[name]
    _, slack = _limits(assemble(_rich()).model)[name]

    (limit,) = slack.cells

    told = dict(limit.row).get("rule", limit.name[0])
    assert (limit.table.sheet.name, told) == (sheet, row)
    assert (limit.part or limit.spec.title) == title
    assert slack.when == when


def _bound(row: ConstraintData) -> float:
    """Return the one bound of a row."""
    (bound,) = (one for one in (row.lower, row.upper) if one is not None)
    return float(bound)


def _terms(coefficients: Iterable[float], variables: Iterable[Any]) -> dict[str, float]:
    """Return the coefficient of each variable, by its name."""
    terms: dict[str, float] = defaultdict(float)
    for factor, one in zip(coefficients, variables, strict=True):
        terms[one.name] += factor
    return terms


def _moved(of: Case, limit: Limit, amount: float) -> Case:
    """Return the case in which a cell holds so much more."""
    return replace(
        of,
        **{
            name: tuple(
                limit.moved(amount) if row == limit.row else row for row in getattr(of, name)
            )
            for name in TABLES
        },
    )


@pytest.mark.parametrize("carry_over", [False, True])
def test_a_row_gives_way_as_its_cells_do(*, carry_over: bool) -> None:
    """A cell that holds 1/8 more moves the rows that know it by 1/8 of what they say.

    The bound of a row moves, or, where the cell is a share, the part of the whole in it.
    Money that is carried over gives way in the rows of its own period and of later ones.
    """
    rich = _rich()
    settings = rich.settings.model_copy(update={"carry_over": carry_over})
    given = replace(rich, settings=settings)
    model = assemble(given).model
    before, variables = _limits(model), list(model.component_data_objects(Var))
    assert len(before["budget.limit[capex,Q3]"][1].cells) == (3 if carry_over else 1)
    for limit in {limit for _, slack in before.values() for limit in slack.cells}:
        other = assemble(_moved(given, limit, 0.125)).model
        after = _rows(other)
        for name, (row, slack) in before.items():
            if limit not in slack.cells:
                continue
            step, whole = 0.125 * slack.cells[limit], slack.share_of
            bound = _bound(row) + (step if whole is None else 0.0)
            terms = _terms(row.body.linear_coefs, row.body.linear_vars)
            if whole is not None:
                columns = [variables[place] for place in whole.columns]
                shares = _terms(whole.coefficients, columns)
                assert any(shares.values())
                for variable, factor in shares.items():
                    terms[variable] -= step * factor
            there = after[name]
            assert _bound(there) == pytest.approx(bound), (name, limit)
            assert _terms(there.body.linear_coefs, there.body.linear_vars) == pytest.approx(terms)


def test_there_is_one_objective() -> None:
    """The family of the cost has the only one."""
    assert _names(assemble(_rich()).model, Objective) == {"cost.total"}


def test_the_collector_runs_again_after_a_build() -> None:
    """It is paused for speed, and as it was before thereafter."""
    assemble(case(buy()))
    assert gc.isenabled()

    gc.disable()
    try:
        assemble(case(buy()))
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("table", [*TABLES, "every table"])
def test_the_order_of_rows_does_not_change_the_model(table: str) -> None:
    """Rows reversed give the very same arrays: every name, bound and coefficient in its place."""
    given = _rich()
    turned = TABLES if table == "every table" else (table,)
    reversed_rows = {name: getattr(given, name)[::-1] for name in turned}
    models = assemble(given).model, assemble(replace(given, **reversed_rows)).model

    one, other = map(to_arrays, models)

    for kind in (columns_of, rows_of):
        places, others = map(kind, models)
        assert [*map(others.name, range(len(others)))] == [*map(places.name, range(len(places)))]
    for name in ("cost", "lower", "upper", "is_integer", "row_lower", "row_upper"):
        np.testing.assert_array_equal(getattr(other, name), getattr(one, name), err_msg=name)
    for name in ("start", "index", "coefficient"):
        np.testing.assert_array_equal(getattr(other.matrix, name), getattr(one.matrix, name))
    assert other.offset == one.offset


def test_the_order_of_the_fleet_does_not_change_a_digit_of_its_cost() -> None:
    """0.3 + 0.6 + 3.6 a quarter is not 3.6 + 0.6 + 0.3 to the last digit, but must be here."""
    idle = case(
        demand=(0.0,),
        fleet=tuple(row for cost in (0.1, 0.2, 1.2) for row in fleet(1, monthly_cost=cost)),
    )
    turned = replace(idle, fleet=idle.fleet[::-1])

    models = assemble(idle).model, assemble(turned).model

    one, other = map(to_arrays, models)
    assert one.offset == other.offset
