"""Places: which variable or constraint of a model stands where in its arrays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from pyomo.core.base.component_namer import index_repr
from pyomo.core.base.constraint import ConstraintData
from pyomo.core.base.var import VarData
from pyomo.environ import ConcreteModel, Constraint, Var

from planner.model.thin import ThinConstraint, ThinVar

Part = ThinVar | ThinConstraint | Sequence[VarData] | Sequence[ConstraintData]


class Places:
    """Which element of the model stands at each place of an array.

    Parameters
    ----------
    parts : thin components, and elements of plain ones, in the order of the array
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self._firsts = [0, *accumulate(map(count_of, parts))]

    def __len__(self) -> int:
        """Return how many places there are."""
        return self._firsts[-1]

    def find(self, place: int) -> tuple[Part, int]:
        """Return the part that stands at a place, and the place within it."""
        number = bisect_right(self._firsts, place) - 1
        return self.parts[number], place - self._firsts[number]

    def index(self, place: int) -> Any:
        """Return the index of what stands at a place, without making an object of it."""
        part, within = self.find(place)
        if isinstance(part, ThinVar | ThinConstraint):
            return part.index_at(within)
        return part[within].index()

    def name(self, place: int) -> str:
        """Return the name of what stands at a place, without making an object of it."""
        part, within = self.find(place)
        if not isinstance(part, ThinVar | ThinConstraint):
            return str(part[within].name)
        return f"{part.name}{index_repr(part.index_at(within))}"


def count_of(part: Part) -> int:
    """Return how many elements a part has."""
    return part.count if isinstance(part, ThinVar | ThinConstraint) else len(part)


def columns_of(model: ConcreteModel) -> Places:
    """Return the variables of a model, thin ones first: so their columns are numbered."""
    parts = list(model.component_objects(Var))
    thin = sorted((one for one in parts if isinstance(one, ThinVar)), key=lambda one: one.first)
    plain = [list(one.values()) for one in parts if not isinstance(one, ThinVar)]
    return Places([*thin, *plain])


def rows_of(model: ConcreteModel) -> Places:
    """Return the constraints of a model that are active."""
    parts: list[Part] = []
    for one in model.component_objects(Constraint, active=True):
        is_read_as_it_is = isinstance(one, ThinConstraint) and not one.is_made
        parts.append(one if is_read_as_it_is else [row for row in one.values() if row.active])
    return Places(parts)
