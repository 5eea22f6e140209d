"""Thin components: to Pyomo a model like any other, to us the arrays it was made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyomo.core.base.component_namer import index_repr
from pyomo.environ import ConcreteModel, Constraint, Objective, SolverFactory, Var, value

from planner.model.assembly import assemble
from planner.model.thin import ThinConstraint, ThinVar
from planner.search.arrays import Arrays, to_arrays
from planner.search.highs import Limits, minimise
from planner.search.places import columns_of, rows_of
from tests.benchmarks.generator import SIZES, generate
from tests.builders import buy, case


@pytest.fixture
def model() -> ConcreteModel:
    """Return the model of a generated case with every family but few rows of each."""
    return assemble(generate(SIZES["S"])).model


def _is_same(one: Arrays, other: Arrays) -> bool:
    parts = ("cost", "lower", "upper", "is_integer", "row_lower", "row_upper")
    pairs = [(getattr(one, name), getattr(other, name)) for name in parts]
    pairs += [
        (getattr(one.matrix, name), getattr(other.matrix, name))
        for name in ("start", "index", "coefficient")
    ]
    return one.offset == other.offset and all(np.array_equal(a, b) for a, b in pairs)


def test_building_and_handing_over_makes_no_object_an_element(model: ConcreteModel) -> None:
    """The arrays go to the solver as they are; 100,000 rows are no 100,000 objects."""
    to_arrays(model)

    assert not any(one.is_made for one in model.component_objects((Var, Constraint)))
    assert not model.cost.total.is_made


def test_pyomos_own_objects_say_the_same_as_the_arrays(model: ConcreteModel) -> None:
    """Read element by element, expression by expression, the model is the same to the last bit."""
    before = to_arrays(model)

    rows = list(model.component_data_objects(Constraint))
    objective = next(model.component_data_objects(Objective)).expr
    after = to_arrays(model)

    assert len(rows) == len(before.row_lower)
    assert objective is model.cost.total.expr
    assert all(one.is_made for one in model.component_objects((Var, Constraint)))
    assert _is_same(before, after)


def test_elements_have_the_names_that_the_arrays_tell(model: ConcreteModel) -> None:
    """A row that must be named in an error needs no object for it, and has the same name."""
    rows, columns = rows_of(model), columns_of(model)

    names = [*map(rows.name, range(len(rows)))], [*map(columns.name, range(len(columns)))]

    assert names[0] == [row.name for row in model.component_data_objects(Constraint)]
    assert names[1] == [column.name for column in model.component_data_objects(Var)]


def test_another_solver_finds_the_same_optimum() -> None:
    """Pyomo's own way to HiGHS reads the objects: 3 units at 100 for a demand of 3."""
    model = assemble(case(buy(), demand=(3.0,))).model
    expected = minimise(to_arrays(model), Limits())

    SolverFactory("appsi_highs").solve(model)

    assert expected.values is not None
    assert value(model.cost.total) == pytest.approx(to_arrays(model).objective(expected.values))


def test_the_model_can_be_written_and_copied(model: ConcreteModel, tmp_path: Path) -> None:
    """A model file has every row, and a clone the same arrays."""
    copy = model.clone()
    model.write(str(tmp_path / "model.lp"))

    assert "c_u_x" in (tmp_path / "model.lp").read_text(encoding="utf-8")
    assert _is_same(to_arrays(model), to_arrays(copy))


def test_what_somebody_does_to_an_element_counts(model: ConcreteModel) -> None:
    """A bound that is set and a row that is dropped by hand are in the arrays."""
    before = to_arrays(model)
    model.decisions.packs[columns_of(model).index(0)].setub(3.0)
    model.demand.served[model.demand.served.index_at(0)].deactivate()

    after = to_arrays(model)

    assert after.upper[0] == 3.0
    assert len(after.row_lower) == len(before.row_lower) - 1


def test_a_variable_that_is_fixed_by_hand_is_fixed(model: ConcreteModel) -> None:
    """Three packs, neither more nor fewer."""
    model.decisions.packs[columns_of(model).index(0)].fix(3)

    arrays = to_arrays(model)

    assert (arrays.lower[0], arrays.upper[0]) == (3.0, 3.0)


def test_a_plain_constraint_may_stand_beside_thin_ones(model: ConcreteModel) -> None:
    """A rule that is written in plain Pyomo, of a thin variable, has its column."""
    first = model.decisions.packs[columns_of(model).index(0)]
    model.extra = Constraint(expr=2 * first + 1 <= 9)

    arrays = to_arrays(model)

    rows = rows_of(model)
    place = [*map(rows.name, range(len(rows)))].index("extra")
    row = slice(*arrays.matrix.start[place : place + 2])
    assert arrays.matrix.index[row].tolist() == [0]
    assert arrays.matrix.coefficient[row].tolist() == [2.0]
    assert arrays.row_upper[place] == 8.0


@pytest.mark.parametrize("kind", [Var, Constraint])
def test_an_element_is_found_by_its_index(model: ConcreteModel, kind: type) -> None:
    """Every element is there under the index that it is named by, and no other."""
    for part in model.component_objects(kind):
        assert isinstance(part, ThinVar | ThinConstraint)
        for place in range(min(3, part.count)):
            index = part.index_at(place)
            assert part[index].name == f"{part.name}{index_repr(index)}"
        assert "nobody" not in part
        assert len(part) == part.count == len(list(part.keys()))
