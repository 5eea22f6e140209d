"""Problems: small ones with sums for the head, and random ones, for the solver's tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from planner.model.matrix import Matrix
from planner.search.arrays import Arrays

INFINITE = float("inf")


def problem(
    cost: ArrayLike,
    rows: ArrayLike = (),
    *,
    at_least: ArrayLike | None = None,
    at_most: ArrayLike | None = None,
    upper: ArrayLike = INFINITE,
    whole: ArrayLike = True,
    offset: float = 0.0,
) -> Arrays:
    """Return min cost·x + offset, at_least ≤ rows·x ≤ at_most, 0 ≤ x ≤ upper, x whole."""
    costs = np.asarray(cost, dtype=float)
    dense = np.asarray(rows, dtype=float).reshape(-1, len(costs) or 1)
    row, column = np.nonzero(dense)
    number = len(dense)
    starts = np.searchsorted(row, np.arange(number + 1)).astype(np.int32)
    return Arrays(
        cost=costs,
        lower=np.zeros(len(costs)),
        upper=np.broadcast_to(np.asarray(upper, dtype=float), len(costs)).copy(),
        is_integer=np.broadcast_to(np.asarray(whole, dtype=bool), len(costs)).copy(),
        row_lower=np.full(number, -INFINITE) if at_least is None else np.asarray(at_least, float),
        row_upper=np.full(number, INFINITE) if at_most is None else np.asarray(at_most, float),
        matrix=Matrix(starts, column.astype(np.int32), dense[row, column]),
        offset=offset,
    )


def hard_problem() -> Arrays:
    """Return a packing of 200 things into 20 sacks: good packings soon, a proof never."""
    random = np.random.default_rng(7)
    weights = random.integers(10, 100, size=(20, 200))
    worth = weights.sum(axis=0) / 20 + random.integers(0, 20, size=200)
    return problem(-worth, weights, at_most=weights.sum(axis=1) / 2, upper=1.0)


@st.composite
def purchases(draw: st.DrawFn) -> Arrays:
    """Return a purchase of up to four things for up to three demands over their sum in money.

    Each thing has an order (whole packs), work for each demand within what is bought, and a
    yes or no that must be paid for; what is not served is paid dearly or must be none at all,
    and there may be a budget, so that some of these problems have no plan.
    """
    things, demands = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    sizes = draw(st.lists(st.integers(1, 9), min_size=things, max_size=things))
    prices = draw(st.lists(st.integers(1, 60), min_size=things, max_size=things))
    fees = draw(st.lists(st.integers(0, 40), min_size=things, max_size=things))
    asked = draw(st.lists(st.integers(0, 20), min_size=demands, max_size=demands))
    most = draw(st.integers(1, 9))
    may_be_short = draw(st.booleans())
    budget = draw(st.none() | st.integers(0, 300))
    work = things * demands
    number = 2 * things + work + demands
    rows, at_least, at_most = [], [], []
    for demand in range(demands):
        row = np.zeros(number)
        row[2 * things + demand : 2 * things + work : demands] = 1.0
        row[2 * things + work + demand] = 1.0
        rows.append(row)
        at_least.append(float(asked[demand]))
        at_most.append(np.inf)
    for thing in range(things):
        bought, opened = np.zeros(number), np.zeros(number)
        bought[2 * things + thing * demands : 2 * things + (thing + 1) * demands] = 1.0
        bought[thing] = -sizes[thing]
        opened[thing], opened[things + thing] = 1.0, -most
        rows += [bought, opened]
        at_least += [-np.inf, -np.inf]
        at_most += [0.0, 0.0]
    cost = np.array([*prices, *fees, *[0.5] * work, *[100.0] * demands])
    if budget is not None:
        rows.append(np.where(np.arange(number) < 2 * things, cost, 0.0))
        at_least.append(-np.inf)
        at_most.append(float(budget))
    upper = np.full(number, np.inf)
    upper[:things], upper[things : 2 * things] = most, 1.0
    upper[2 * things + work :] = np.inf if may_be_short else 0.0
    return problem(
        cost,
        rows,
        at_least=at_least,
        at_most=at_most,
        upper=upper,
        whole=np.arange(number) < 2 * things,
        offset=draw(st.sampled_from([0.0, -100.0, 7.0])),
    )
