"""Thin Pyomo components: arrays inside, Pyomo's own objects as soon as something asks.

A Pyomo variable or constraint is an object an element, and an expression an object a term:
a model of two million terms takes a minute to build that way, and as long to walk through.
These components hold their elements as arrays. To Pyomo they are a variable, a constraint and
an objective like any other: whatever looks at their elements (a name, a printout, a model file,
another solver) finds them made on the spot; until then `planner.search.arrays` reads the arrays.

What this relies on and Pyomo does not promise stands here: that an indexed component keeps its
elements in a dictionary `_data`, which here is filled when it is first touched, and that an
objective's expression is its `args`. tests/model/test_thin.py compares both ways to read a model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pyomo.core.base.constraint import IndexedConstraint
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.set import Set
from pyomo.core.base.var import IndexedVar, VarData
from pyomo.core.expr.numeric_expr import LinearExpression
from pyomo.environ import Any as AnyKey
from pyomo.environ import minimize

from planner.model.index import Floats
from planner.model.linear import Slack
from planner.model.matrix import Matrix

Name = Callable[[int], Any]
"""Gives the index under which users find an element, by its place."""


class Numbering:
    """The columns of a model, one after another, over all its thin variables."""

    def __init__(self) -> None:
        self._parts: list[ThinVar] = []
        self.count = 0

    def take(self, part: ThinVar) -> None:
        """Give the elements of a new variable their numbers."""
        self._parts.append(part)
        self.count += part.count

    def variables(self) -> list[VarData]:
        """Return Pyomo's object for each column; they are made by this."""
        return [element for part in self._parts for element in part.values()]


class _Thin:
    """An indexed component whose elements are made when they are first asked for."""

    _held: dict[Any, Any]
    _has_arrays = False
    is_made = False

    @property
    def _data(self) -> dict[Any, Any]:
        if self._has_arrays and not self.is_made:
            self.is_made = True
            self._make()
        return self._held

    @_data.setter
    def _data(self, held: dict[Any, Any]) -> None:
        self._held = held

    def _make(self) -> None:
        raise NotImplementedError


class ThinVar(_Thin, IndexedVar):  # type: ignore[misc]  # Pyomo has no types
    """A variable of one domain, at least 0 unless the domain says else.

    Attributes
    ----------
    count : of its elements
    first : number of the first among the columns of the model
    """

    def __init__(self, numbering: Numbering, count: int, name: Name, domain: Set) -> None:
        self.count, self.first = count, numbering.count
        self._elements_domain = domain
        self._name_of = name
        super().__init__(AnyKey, domain=domain, dense=False)
        self._has_arrays = True
        numbering.take(self)

    @property
    def interval(self) -> tuple[float, float, bool]:
        """Lower and upper bound of every element, and whether it is whole."""
        low, high, step = self._elements_domain.get_interval()
        return -np.inf if low is None else low, np.inf if high is None else high, step != 0

    def index_at(self, place: int) -> Any:
        """Return the index of one element."""
        return self._name_of(place)

    def _make(self) -> None:
        for place in range(self.count):
            self.add(self._name_of(place))


class ThinConstraint(_Thin, IndexedConstraint):  # type: ignore[misc]  # Pyomo has no types
    """Rows of a matrix between two limits.

    Attributes
    ----------
    matrix : of all columns of the model
    lower, upper : of each row; −inf and inf are no limits
    """

    def __init__(
        self,
        numbering: Numbering,
        matrix: Matrix,
        lower: Floats,
        upper: Floats,
        name: Name,
        slack: Callable[[int], Slack | None] | None,
    ) -> None:
        self.matrix, self.lower, self.upper = matrix, lower, upper
        self._numbering, self._name_of, self._slack_of = numbering, name, slack
        super().__init__(AnyKey)
        self._has_arrays = True

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.lower)

    @property
    def gives_way(self) -> bool:
        """Whether any of the rows does where a cell of the input does."""
        return self._slack_of is not None

    def slack(self, place: int) -> Slack | None:
        """Return how one row gives way; None for a row that is no limit of the user's."""
        return None if self._slack_of is None else self._slack_of(place)

    def index_at(self, place: int) -> Any:
        """Return the index of one row."""
        return self._name_of(place)

    def _make(self) -> None:
        variables = self._numbering.variables()
        starts, columns = self.matrix.start.tolist(), self.matrix.index.tolist()
        coefficients = self.matrix.coefficient.tolist()
        lowers, uppers = self.lower.tolist(), self.upper.tolist()
        for place in range(self.count):
            first, last = starts[place], starts[place + 1]
            body = LinearExpression(
                linear_coefs=coefficients[first:last],
                linear_vars=[variables[column] for column in columns[first:last]],
            )
            low, high = lowers[place], uppers[place]
            limits = (None if low == -np.inf else low, body, None if high == np.inf else high)
            self.add(self._name_of(place), limits)


class ThinObjective(ScalarObjective):  # type: ignore[misc]  # Pyomo has no types
    """Minimise cost · columns + offset.

    Attributes
    ----------
    cost : of each column of the model
    offset : a constant
    """

    def __init__(self, numbering: Numbering, cost: Floats, offset: float) -> None:
        self.cost, self.offset, self.is_made = cost, offset, False
        self._numbering = numbering
        super().__init__(expr=0.0, sense=minimize)

    @property
    def args(self) -> tuple[Any, ...]:
        """The expression, as Pyomo's expressions have it."""
        if not self.is_made:
            self.is_made = True
            variables = self._numbering.variables()
            places = np.flatnonzero(self.cost).tolist()
            self.set_value(
                LinearExpression(
                    constant=self.offset,
                    linear_coefs=self.cost[places].tolist(),
                    linear_vars=[variables[place] for place in places],
                )
            )
        args: tuple[Any, ...] = self._args_
        return args
