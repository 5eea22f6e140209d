"""Requirements: the document's R(x) ≥ R_d and P(x) ≥ P_t, tied by α."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.case.finance import Settings
from planner.case.horizon import Period
from planner.model.families import requirements
from tests.builders import (
    buy,
    case,
    cheapest,
    cost,
    failure,
    fleet,
    more_work,
    packs,
    quarters,
    reasons,
    rent,
    reordered,
)


def _requires(**required: float | None) -> dict[str, Any]:
    """Return the tables of a case in which no work is asked, only what is required."""
    return {"demand": (0.0,), "periods": quarters(1, **required)}


@pytest.mark.parametrize(
    ("required", "units"),
    [
        ({"required_cores": 8.0}, 2),
        ({"required_cores": 8.1}, 3),
        ({"required_tflops": 3.0}, 3),
        ({"required_tflops": 3.1}, 4),
        ({"required_cores": 8.0, "required_tflops": 3.0}, 3),
        ({"required_cores": 0.0, "required_tflops": 0.0}, 0),
    ],
)
def test_cores_and_tflops_are_there_as_required(required: dict[str, float], units: int) -> None:
    """A unit has 4 cores and 1 TFLOPS, and costs 100."""
    assert cost(case(buy(), **_requires(**required))) == pytest.approx(100 * units)


def test_what_cannot_be_had_is_named() -> None:
    """A fleet of 2 has 8 cores and 2 TFLOPS, 2 and 1 fewer than are required."""
    assert reasons(case(fleet=fleet(2), **_requires(required_cores=10.0))) == (
        "Q1: required cores too high by 2 cores (Periods, Required cores)",
    )
    assert reasons(case(fleet=fleet(2), **_requires(required_tflops=3.0))) == (
        "Q1: required TFLOPS too high by 1 TFLOPS (Periods, Required TFLOPS)",
    )


def test_requirements_are_of_each_period() -> None:
    """4 cores in Q1 and 8 in Q2 take a unit each time; prices fall, so the second waits."""
    first, second = quarters(2)
    grows = (
        first.model_copy(update={"required_cores": 4.0}),
        second.model_copy(update={"required_cores": 8.0}),
    )

    assert packs(case(buy(price_change=-0.5), demand=(0.0, 0.0), periods=grows)) == {
        ("buy", "Q1"): 1,
        ("buy", "Q2"): 1,
    }


def test_work_and_requirements_are_met_by_the_same_units() -> None:
    """2 TFLOPS of work and 12 cores required take 3 units, not 5."""
    both = case(buy(), demand=(2.0,), periods=quarters(1, required_cores=12.0))

    assert packs(both) == {("buy", "Q1"): 3}


@pytest.mark.parametrize(
    ("alpha", "tflops", "units"),
    [
        (0.5, 1.0, 0),  # 2 cores missing ask for 1 + 0.5 × 2 = 2 TFLOPS, which are there
        (0.5, 1.1, 1),  # 2.1 are not: a unit is bought, and no core is missing
        (0.5, None, 0),  # no TFLOPS asked, so 0 + 0.5 × 2 = 1
        (1.0, None, 0),  # 0 + 1 × 2 = 2
        (1.1, None, 1),  # 2.2
        (0.0, 2.0, 0),  # missing cores ask for nothing
        (None, None, 1),  # without alpha cores must be there
    ],
)
def test_alpha_lets_tflops_stand_in_for_missing_cores(
    alpha: float | None, tflops: float | None, units: int
) -> None:
    """A fleet of 2 has 8 of the 10 cores required, and 2 TFLOPS; another unit costs 100."""
    traded = case(
        buy(),
        fleet=fleet(2),
        settings=Settings(alpha=alpha),
        **_requires(required_cores=10.0, required_tflops=tflops),
    )

    assert cost(traded) == pytest.approx(100 * units)


def test_alpha_says_nothing_where_no_cores_are_required() -> None:
    """2 TFLOPS are asked and there, whatever alpha is."""
    tables = _requires(required_tflops=2.0)

    assert cost(case(buy(), fleet=fleet(2), settings=Settings(alpha=9.0), **tables)) == 0


def test_tflops_that_stand_in_for_cores_are_named_where_they_are_too_few() -> None:
    """A fleet of 2 misses 2 cores, which ask for 1 TFLOPS more than 1.1: 0.1 are not there."""
    short = case(
        fleet=fleet(2),
        settings=Settings(alpha=0.5),
        **_requires(required_cores=10.0, required_tflops=1.1),
    )

    (reason,) = reasons(short)

    assert reason in (
        "Q1: required TFLOPS too high by 0.1 TFLOPS (Periods, Required TFLOPS)",
        "Q1: required cores too high by 0.2 cores (Periods, Required cores)",
    )


def test_the_check_finds_missing_cores() -> None:
    """Of 2 units one is not ordered: 4 cores are missing."""
    plan = cheapest(case(buy(), **_requires(required_cores=8.0)))

    check = failure(requirements, reordered(plan, packs=1))

    assert check.rule.startswith("The cores of working units reach Required cores")
    assert check.violation == pytest.approx(4)
    assert check.unit == "cores"


def test_the_check_finds_missing_tflops() -> None:
    """Of 3 units one is not ordered, at an availability of 0.5: 0.5 TFLOPS are missing."""
    plan = cheapest(case(buy(availability=0.5), **_requires(required_tflops=1.5)))

    check = failure(requirements, reordered(plan, packs=2))

    assert check.rule.startswith("The TFLOPS of working units reach Required TFLOPS + Alpha")
    assert check.violation == pytest.approx(0.5)
    assert check.unit == "TFLOPS"


def test_the_check_asks_for_more_tflops_where_cores_are_missing() -> None:
    """Without its order the fleet of 2 misses 2 cores: 1.1 + 0.5 × 2 = 2.1 TFLOPS, of 2."""
    plan = cheapest(
        case(
            buy(),
            fleet=fleet(2),
            settings=Settings(alpha=0.5),
            **_requires(required_cores=10.0, required_tflops=1.1),
        )
    )

    assert failure(requirements, replace(plan, orders=())).violation == pytest.approx(0.1)


def test_the_check_counts_rented_units_by_their_average() -> None:
    """A quarter of a unit less in all of the hours is 0.25 TFLOPS less of 2."""
    periods: tuple[Period, ...] = quarters(1, required_tflops=2.0)
    plan = cheapest(case(rent(), demand=(0.0,), periods=periods))

    assert failure(requirements, more_work(plan, -0.25)).violation == pytest.approx(0.25)
