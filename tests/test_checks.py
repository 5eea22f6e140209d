"""Checks: a rule holds only where every line of it can be compared and keeps its limit."""

from __future__ import annotations

import pytest

from planner.plan.checks import TOLERANCE, Line, judge, worst_of

INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    "line", [Line("a", NAN, "<=", 1.0), Line("a", INF, "<=", 1.0), Line("a", 1.0, ">=", NAN)]
)
def test_what_is_no_number_does_not_hold(line: Line) -> None:
    """Beside any other lines, before or after it; and the violation can be printed."""
    fine = Line("b", 0.0, "<=", 1.0)
    for lines in ([line], [fine, line], [line, fine]):
        check = judge("family", "rule", "unit", lines)
        assert not check.passed
        assert check.worst == line
        assert 0 <= check.violation < INF


def test_a_line_may_miss_its_limit_by_the_tolerance() -> None:
    """A millionth of 1,000 is 0.001."""
    within = Line("a", 1000.0 * (1 + TOLERANCE / 2), "<=", 1000.0)
    beyond = Line("a", 1000.0 * (1 + TOLERANCE * 2), "<=", 1000.0)
    assert judge("family", "rule", "unit", [within]).passed
    assert not judge("family", "rule", "unit", [beyond]).passed
    assert judge("family", "rule", "unit", []).passed


def test_the_worst_of_several_scenarios_is_told() -> None:
    """One that fails comes first, with its scenario; the lines of all are counted."""
    good = judge("family", "rule", "unit", [Line("a", 1.0, "<=", 2.0)])
    bad = judge("family", "rule", "unit", [Line("a", 3.0, "<=", 2.0), Line("b", 1.0, "<=", 2.0)])

    worst = worst_of([good, bad], ["low", "high"])

    assert not worst.passed
    assert worst.worst is not None
    assert worst.worst.where == "a, scenario high"
    assert worst.compared == 3
