"""Section: a family's part of the model, and the one way in which algebra gets there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from pyomo.core.base.block import BlockData
from pyomo.core.base.set import Set

from planner.model.index import Floats, Index, as_index
from planner.model.linear import Limited, Slack
from planner.model.matrix import Matrix, matrix_of
from planner.model.sums import Sums, unit
from planner.model.thin import Numbering, ThinConstraint, ThinObjective, ThinVar

Key = TypeVar("Key", bound=Hashable)


class Section:
    """A family's part of the model.

    Parameters
    ----------
    block : the family's; with its name and the index a row is shown to users
    numbering : of all columns of the model
    """

    def __init__(self, block: BlockData, numbering: Numbering) -> None:
        self._block, self._numbering = block, numbering

    def variables(self, name: str, keys: Sequence[Key], domain: Set) -> dict[Key, int]:
        """Add a variable for each of a few keys, and return the column of each."""
        made = ThinVar(self._numbering, len(keys), lambda place: as_index(keys[place]), domain)
        self._block.add_component(name, made)
        return dict(zip(keys, range(made.first, made.first + made.count), strict=True))

    def variables_of(self, name: str, index: Index, domain: Set) -> Sums:
        """Add a variable for each key of an index, and return them as sums of one term."""
        made = ThinVar(self._numbering, len(index), index.name, domain)
        self._block.add_component(name, made)
        return unit(index, np.arange(made.first, made.first + made.count))

    def constrain(self, name: str, rows: Mapping[Any, Limited]) -> None:
        """Add a few rows, indexed as they are given.

        Parameters
        ----------
        name : of the constraint
        rows : index -> row; an index is a text or a tuple of texts
        """
        keys, held = list(rows), list(rows.values())
        counts = [len(row.total.columns) for row in held]
        matrix = matrix_of(
            len(held),
            np.repeat(np.arange(len(held)), np.array(counts, dtype=np.int64)),
            np.array([one for row in held for one in row.total.columns], dtype=np.int64),
            np.array([one for row in held for one in row.total.coefficients], dtype=float),
        )
        constant = np.array([row.total.constant for row in held], dtype=float)
        lower = np.array([-np.inf if row.lower is None else row.lower for row in held], dtype=float)
        upper = np.array([np.inf if row.upper is None else row.upper for row in held], dtype=float)
        gives_way = any(row.slack is not None for row in held)
        self._add(
            name,
            matrix,
            (lower - constant, upper - constant),
            lambda place: as_index(keys[place]),
            (lambda place: held[place].slack) if gives_way else None,
        )

    def constrain_all(
        self,
        name: str,
        sums: Sums,
        *,
        lower: float | Floats = -np.inf,
        upper: float | Floats = np.inf,
        slack: Callable[[int], Slack | None] | None = None,
    ) -> None:
        """Add a row for each of many sums, indexed as these are.

        Parameters
        ----------
        name : of the constraint
        sums : n of them
        lower, upper : of all, or n of them
        slack : how a row gives way, by its place; asked only when no plan is found
        """
        matrix = matrix_of(len(sums), sums.row, sums.column, sums.coefficient)
        low = np.broadcast_to(np.asarray(lower, dtype=float), len(sums)) - sums.constant
        high = np.broadcast_to(np.asarray(upper, dtype=float), len(sums)) - sums.constant
        self._add(name, matrix, (low, high), sums.index.name, slack)

    def minimise(self, name: str, *costs: Sums) -> None:
        """Make all of some sums together the objective."""
        each = [
            np.bincount(one.column, one.coefficient, minlength=self._numbering.count)
            for one in costs
        ]
        offset = sum(float(one.constant.sum()) for one in costs)
        made = ThinObjective(self._numbering, np.sum(each, axis=0), offset)
        self._block.add_component(name, made)

    def _add(
        self,
        name: str,
        matrix: Matrix,
        limits: tuple[Floats, Floats],
        index: Callable[[int], Any],
        slack: Callable[[int], Slack | None] | None,
    ) -> None:
        made = ThinConstraint(self._numbering, matrix, *limits, index, slack)
        self._block.add_component(name, made)
