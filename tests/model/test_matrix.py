"""Matrices: terms in any order, as rows for the solver."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.model.matrix import matrix_of

TERMS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-2, 2)), max_size=12)


@given(TERMS)
def test_terms_of_one_place_are_added_up(terms: list[tuple[int, int, int]]) -> None:
    """The matrix is the sum of its terms, by rows, each column once, and no zero kept."""
    dense = np.zeros((4, 4))
    for row, column, number in terms:
        dense[row, column] += number

    rows, columns, numbers = (np.array([term[part] for term in terms]) for part in range(3))
    made = matrix_of(4, rows.astype(int), columns.astype(int), numbers.astype(float))

    full = np.zeros((4, 4))
    full[made.row_of, made.index] = made.coefficient
    assert (full == dense).all()
    assert len(made.coefficient) == np.count_nonzero(dense)
    assert list(zip(made.row_of.tolist(), made.index.tolist(), strict=True)) == [
        (row, column) for row, column in np.argwhere(dense).tolist()
    ]


def test_the_largest_of_each_row() -> None:
    """Rows of 3 and −5, of nothing, and of 2."""
    made = matrix_of(3, np.array([0, 0, 2]), np.array([0, 1, 0]), np.array([3.0, -5.0, 2.0]))

    assert made.largest(np.abs(made.coefficient)).tolist() == [5.0, 0.0, 2.0]
