"""Linear sums of a few variables, which are numbers of columns here: x is 0, y is 1."""

from __future__ import annotations

from planner.model.linear import Sum, added, at_least, at_most, total

X, Y = 0, 1


def test_a_sum_grows_term_by_term() -> None:
    """3x + 4y + 1."""
    line = total([(3.0, X)], constant=1.0)
    line.add(4.0, Y)

    assert line == Sum([3.0, 4.0], [X, Y], 1.0)


def test_a_term_of_zero_is_left_out() -> None:
    """0x adds no term: a free offer gives the solver no coefficient of 0."""
    line = Sum()
    line.add(0.0, X)

    assert line == Sum()


def test_a_sum_is_added_times_a_factor() -> None:
    """1 + 2 × (3x + 10) is 6x + 21, and what was added stays as it was."""
    line, other = Sum(constant=1.0), total([(3.0, X)], constant=10.0)

    line.add_sum(other, 2.0)

    assert line == Sum([6.0], [X], 21.0)
    assert other == Sum([3.0], [X], 10.0)


def test_a_sum_times_zero_adds_nothing() -> None:
    """A site without carbon puts no terms into the carbon row."""
    line = Sum(constant=1.0)

    line.add_sum(total([(3.0, X)], constant=10.0), 0.0)

    assert line == Sum([], [], 1.0)


def test_sums_are_added() -> None:
    """(3x + 1) + 4y."""
    assert added([total([(3.0, X)], constant=1.0), total([(4.0, Y)])]) == Sum(
        [3.0, 4.0], [X, Y], 1.0
    )


def test_a_limited_sum_has_one_limit() -> None:
    """At most 10 has no lower limit, and at least 10 no upper one."""
    line = total([(1.0, X)])

    assert (at_most(line, 10.0).lower, at_most(line, 10.0).upper) == (None, 10.0)
    assert (at_least(line, 10.0).lower, at_least(line, 10.0).upper) == (10.0, None)
