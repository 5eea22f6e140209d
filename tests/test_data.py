"""The workbooks of data/: each solved from its file to the cost worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import planner
from data.article_case import CODE_KILOWATTS, FORMULA_KILOWATTS, article_tables
from data.build import CASES, case_of
from planner.case.case import Case
from planner.plan.charges import Part

DATA = Path("data")


def least_cost(case: Case) -> float:
    """Solve a case to the end, with every check passed."""
    plan = planner.solve(case, planner.Options(gap=0))
    assert plan.passed
    assert plan.outcome.objective is not None
    return plan.outcome.objective


@pytest.mark.parametrize("name", CASES)
def test_a_case_costs_what_its_sum_says(name: str) -> None:
    """A small case's plan costs what its docstring works out."""
    case = planner.load(DATA / f"{name}.xlsx")
    assert least_cost(case) == pytest.approx(CASES[name].objective, rel=1e-9)


def test_every_small_workbook_has_its_sum() -> None:
    """No workbook stands in data/ whose cost nobody worked out, but for the example."""
    names = {path.stem for path in DATA.glob("*.xlsx") if not path.stem.endswith("-plan")}
    assert names - {"example"} == set(CASES)


def test_the_example_is_planned_within_its_gap() -> None:
    """The example's plan is found to the gap that its Settings ask for, and holds."""
    plan = planner.solve(planner.load(DATA / "example.xlsx"))
    assert plan.outcome.gap is not None
    assert plan.outcome.gap <= plan.case.settings.mip_gap
    assert plan.passed
    assert len({order.offer for order in plan.orders}) > 5


def test_the_documents_code_as_a_curve() -> None:
    """The document's code computes 1050 − 27.5·R for 100 values of R from 0.1 to 1.

    Each R is a whole number of our units, k/110; limited to k units, the plan costs that.
    """
    shares = np.linspace(0.1, 1.0, 100)
    units = np.rint(110 * shares).astype(int)
    assert np.allclose(units / 110, shares)
    for share, count in zip(shares.tolist(), units.tolist(), strict=True):
        case = case_of(article_tables(count, CODE_KILOWATTS))
        assert least_cost(case) == pytest.approx(1050 - 27.5 * share, rel=1e-9)


def test_the_documents_formulas() -> None:
    """The document's formulas give 1018.02 at R = 0.8 and 1014.0225 at 0.9.

    8 + 0.5·0.04 + 1010 and 9 + 0.5·0.045 + 1005; the text says 1088.4 and 1094.45.
    """
    for units, cost in ((88, 1018.02), (99, 1014.0225)):
        case = case_of(article_tables(units, FORMULA_KILOWATTS))
        assert least_cost(case) == pytest.approx(cost, rel=1e-9)


def test_the_documents_three_parts() -> None:
    """At R = 1 the parts are 10 for cores, 12.5 for energy and 1000 for compute: 1022.5."""
    plan = planner.solve(planner.load(DATA / "article_case.xlsx"), planner.Options(gap=0))
    parts = {Part.RESOURCE: 10.0, Part.ENERGY: 12.5, Part.COMPUTE: 1000.0}
    for part, cost in parts.items():
        assert plan.cost[part] == pytest.approx(cost, rel=1e-9)
    assert plan.objective == pytest.approx(1022.5, rel=1e-9)
