"""Two ways to the least cost, a mixed-integer program and every plan tried; and one plan alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.case.case import Case
from tests.oracle.account import Account
from tests.oracle.answer import Answer, answer, name_of
from tests.oracle.arithmetic import Packs, follow, keeps_min_orders, plans
from tests.oracle.choices import post_choices
from tests.oracle.clusters import clusters
from tests.oracle.facts import Facts
from tests.oracle.future import Future
from tests.oracle.limits import post_limits
from tests.oracle.risk import risked, weights
from tests.oracle.rules import post_rules
from tests.oracle.solver import TOLERANCE, Solver
from tests.oracle.sums import Rows, Variable, matrix

DECIDED = ("packs", "bill", "placed", "credit")
"""Kinds of variables that the packs decide."""


def least_cost(case: Case) -> Answer | None:
    """Return the plan of least cost as a mixed-integer program finds it.

    None where no plan exists.
    """
    problem = _Problem(case)
    post_choices(problem.rows, problem.facts.orders, problem.futures)
    columns = problem.columns()
    lower, upper = problem.rows.bounds()
    held = matrix((what for what, _, _ in problem.rows.held), columns)
    found = Solver(held, matrix([problem.objective], columns)[0], columns).solve(lower, upper)
    if found is None:
        return None
    values = dict(zip(columns, found.tolist(), strict=True))
    return problem.answer(problem.objective.at(values), values)


def try_every_plan(case: Case, most_packs: int) -> Answer | None:
    """Return the plan of least cost among all of 0 to `most_packs` packs an order and site.

    Plans come in rising order of what their packs cost; once that alone is no less
    than the best plan, the others cannot be better, as nothing else has a negative
    cost. None where no plan exists.
    """
    problem = _Problem(case)
    trial = _Trial(problem)
    best, best_cost = None, np.inf
    for least, plan in trial.plans(most_packs):
        if least >= best_cost:
            break
        values = trial.finish(plan)
        cost = np.inf if values is None else problem.objective.at(values)
        if cost < best_cost:
            best, best_cost = values, cost
    return None if best is None else problem.answer(best_cost, best)


def try_orders(case: Case, orders: Mapping[tuple[str, ...], int]) -> Answer | None:
    """Return the best plan that has just these orders, named as in an answer.

    None where there is none: where they break a term, or leave no way to do the rest.
    """
    problem = _Problem(case)
    trial = _Trial(problem)
    packs = {
        ("packs", order, site): float(orders[name])
        for order in problem.facts.orders
        for site in order.sites
        if (name := name_of(problem.facts, order, site)) in orders
    }
    plan = follow(packs, problem.facts.orders, problem.futures)
    is_known = len(packs) == len(orders)
    is_possible = is_known and keeps_min_orders(plan, problem.facts.orders)
    values = trial.finish(plan) if is_possible and trial.is_possible(plan) else None
    return None if values is None else problem.answer(problem.objective.at(values), values)


class _Problem:
    """What both ways have in common: the rows that need no yes/no variables, and the cost."""

    def __init__(self, case: Case) -> None:
        self.facts = Facts(case)
        self.futures = [Future(self.facts, row.scenario) for row in self.facts.scenarios]
        self.accounts = {future.scenario: Account(future) for future in self.futures}
        self.costs = {name: account.cost for name, account in self.accounts.items()}
        self.rows = Rows()
        for future in self.futures:
            post_limits(self.rows, future, self.accounts[future.scenario])
            post_rules(self.rows, future)
        self.objective = risked(self.rows, self.costs, self.facts.chances, case.settings)

    def columns(self) -> list[Variable]:
        """Return all variables, each once."""
        return list(dict.fromkeys([*self.rows.variables(), *self.objective.terms]))

    def answer(self, objective: float, values: Packs) -> Answer:
        return answer(self.facts, self.accounts, objective, values)


class _Trial:
    """Plans of whole packs one by one, each with the best of the rest."""

    def __init__(self, problem: _Problem) -> None:
        self._problem = problem
        columns = problem.columns()
        self._decided = [one for one in columns if one[0] in DECIDED]
        self._rest = [one for one in columns if one[0] not in DECIDED]
        sums = [what for what, _, _ in problem.rows.held]
        self._lower, self._upper = problem.rows.bounds()
        self._by_packs, by_rest = matrix(sums, self._decided), matrix(sums, self._rest)
        self._alone = ~by_rest.any(axis=1)
        self._solver = Solver(by_rest, matrix([problem.objective], self._rest)[0], self._rest)
        place = {variable: number for number, variable in enumerate(self._rest)}
        self._clusters = [
            (cluster, [place[variable] for work in cluster.work for variable in work.terms])
            for future in problem.futures
            for cluster in clusters(future)
        ]

    def plans(self, most_packs: int) -> list[tuple[float, Packs]]:
        """Return the plans that are possible by themselves, and what their packs cost."""
        problem = self._problem
        facts, result = problem.facts, []
        for packs in plans(facts.orders, facts.chances, most_packs):
            plan = follow(packs, facts.orders, problem.futures)
            if self.is_possible(plan):
                costs = {name: cost.at(plan) for name, cost in problem.costs.items()}
                weighed = weights(costs, facts.chances, facts.case.settings)
                result.append((sum(weighed[name] * costs[name] for name in costs), plan))
        return sorted(result, key=lambda pair: pair[0])

    def _used(self, plan: Packs) -> np.ndarray:
        return self._by_packs @ np.array([plan.get(variable, 0.0) for variable in self._decided])

    def is_possible(self, plan: Packs) -> bool:
        """Return whether every row is kept in which nothing else takes part."""
        used = self._used(plan)[self._alone]
        near = TOLERANCE * np.maximum(1.0, np.abs(used))
        lower, upper = self._lower[self._alone], self._upper[self._alone]
        return bool(np.all((lower - near <= used) & (used <= upper + near)))

    def finish(self, plan: Packs) -> Packs | None:
        """Return a plan with the best of the rest; None where there is none."""
        used = self._used(plan)
        closed = [
            place
            for cluster, places in self._clusters
            if cluster.committed.at(plan) < cluster.least
            for place in places
        ]
        rest = self._solver.solve(self._lower - used, self._upper - used, closed)
        if rest is None:
            return None
        return plan | dict(zip(self._rest, rest.tolist(), strict=True))
