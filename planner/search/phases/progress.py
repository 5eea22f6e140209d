"""Progress: what a search of several phases has found and proven so far.

Each phase solves a part of the problem with a watch of its own; what it finds is told to
the watch of the whole search in the whole problem's columns, and only what is better.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planner.search.arrays import Arrays, Floats
from planner.search.highs import Checkpoint, Limits, Solution, Stop, Watch, minimise
from planner.search.phases.restriction import Restriction

NEAR = 0.01
"""A plan within this gap is near enough for a proof to begin with."""

RELAXING = 0.7
"""Share of the time for the relaxation: without it something is left to find any plan at all."""


class Progress:
    """The best plan and the best bound of the whole problem, from phase to phase.

    Parameters
    ----------
    arrays : the problem
    limits : of the whole search
    watch : of the whole search
    checkpoint : looks at the whole search

    Attributes
    ----------
    values, objective : the best plan and its cost; None before there is one
    bound : no plan costs less; None before it is known
    nodes, iterations : of all phases
    stop, message : why the last phase ended
    """

    def __init__(
        self, arrays: Arrays, limits: Limits, watch: Watch, checkpoint: Checkpoint | None
    ) -> None:
        self.arrays = arrays
        self.values: Floats | None = None
        self.objective: float | None = None
        self.bound: float | None = None
        self.nodes = self.iterations = 0
        self.stop, self.message = Stop.SOLVED, ""
        self._limits = limits
        self._heard: Floats | None = None
        self._ends = time.monotonic() + limits.seconds
        self._watch = watch
        self._checkpoint = checkpoint
        watch.incumbent = watch.bound = watch.values = None

    @property
    def limits(self) -> Limits:
        """The limits with the time that is left."""
        return Limits(
            gap=self._limits.gap,
            seconds=max(0.0, self._ends - time.monotonic()),
            threads=self._limits.threads,
            feasibility=self._limits.feasibility,
        )

    @property
    def is_over(self) -> bool:
        """Whether the search was stopped, or its time is up."""
        return self._watch.stop.is_set() or time.monotonic() >= self._ends

    def target(self, gap: float) -> float | None:
        """Return the cost of a plan within a gap of the bound; None before there is a bound."""
        if self.bound is None or (self.bound > 0.0 and gap >= 1.0):
            return None
        return self.bound / (1.0 - gap) if self.bound > 0.0 else self.bound / (1.0 + gap)

    @property
    def enough(self) -> float | None:
        """A bound of this height proves the gap of the best plan; None before there is one."""
        if self.objective is None:
            return None
        return self.objective - self._limits.gap * abs(self.objective)

    @property
    def is_proven(self) -> bool:
        """Whether the best plan is within the gap of the bound."""
        return self.is_within(self._limits.gap)

    def is_within(self, gap: float) -> bool:
        """Return whether the best plan is within a gap of the bound."""
        if self.objective is None or self.bound is None:
            return False
        return self.objective - self.bound <= gap * abs(self.objective)

    def say(self, sentence: str) -> None:
        """Tell the user that the search takes a turn."""
        if self._watch.say is not None:
            self._watch.say(sentence)

    def solve(
        self,
        phase: Restriction,
        limits: Limits,
        ceiling: float | None = None,
    ) -> Solution:
        """Return the solver's answer to a part of the problem; take what it finds on the way.

        Parameters
        ----------
        phase : the part
        limits : of this phase
        ceiling : no plan outside the part costs less, so the part's bound holds up to it for
            the whole problem; None where that is not known
        """
        known = self.values
        is_search = bool(phase.part.is_integer.any())
        start = phase.narrowed(known) if is_search and known is not None else None
        inner = Watch(stop=self._watch.stop, tell=lambda inner: self._hear(phase, ceiling, inner))
        solution = minimise(phase.part, limits, inner, _Relay(self), start)
        self._count(solution)
        if solution.values is not None:
            self.take_plan(phase.widened(solution.values))
        if ceiling is not None and solution.bound is not None:
            self.take_bound(min(solution.bound, ceiling))
        return solution

    def relax(self) -> Solution:
        """Return the answer to the problem without whole numbers; its bound holds for it."""
        arrays, limits = self.arrays, self.limits
        solution = self.explore(
            arrays.relaxed(), replace(limits, seconds=RELAXING * limits.seconds)
        )
        if solution.bound is not None:
            self.take_bound(solution.bound)
        if solution.values is not None and solution.stop is Stop.SOLVED:
            whole = solution.values[arrays.is_integer]
            if np.all(whole == np.round(whole)):
                self.take_plan(solution.values)
        return solution

    def explore(self, problem: Arrays, limits: Limits) -> Solution:
        """Return the answer to another problem, which is neither a plan nor a bound of this one.

        Parameters
        ----------
        problem : with the same columns
        limits : for it
        """
        inner = Watch(stop=self._watch.stop, tell=lambda _: self._tell())
        solution = minimise(problem, limits, inner)
        self._count(solution)
        return solution

    def solution(self) -> Solution:
        """Return what the whole search came to."""
        stop = self.stop
        if self.is_proven:
            stop = Stop.SOLVED
        elif stop is Stop.INFEASIBLE and self.values is not None:
            stop = Stop.FAILED  # the solver contradicts itself
        elif self._watch.stop.is_set():
            stop = Stop.INTERRUPTED
        elif time.monotonic() >= self._ends:
            stop = Stop.TIME_LIMIT
        bound = None if stop is Stop.INFEASIBLE else self.bound
        return Solution(stop, self.values, bound, self.nodes, self.iterations, self.message)

    def take_plan(self, values: Floats) -> None:
        """Keep a plan where it costs less than the best one."""
        objective = self.arrays.objective(values)
        if self.objective is None or objective < self.objective:
            self.values, self.objective = values, objective
            self._watch.values, self._watch.incumbent = values, objective

    def take_bound(self, bound: float) -> None:
        """Keep a bound where it is better than the best one."""
        if self.bound is None or bound > self.bound:
            self.bound = self._watch.bound = bound

    def look(self) -> None:
        """Let the checkpoint look at the whole search."""
        if self._checkpoint is not None:
            self._checkpoint.look(self._watch)

    def _hear(self, phase: Restriction, ceiling: float | None, inner: Watch) -> None:
        values, bound = inner.values, inner.bound
        if values is not None and values is not self._heard:
            self._heard = values
            self.take_plan(phase.widened(values))
        if ceiling is not None and bound is not None:
            self.take_bound(min(bound, ceiling))
        self._tell()

    def _tell(self) -> None:
        if self._watch.tell is not None:
            self._watch.tell(self._watch)

    def _count(self, solution: Solution) -> None:
        self.nodes += solution.nodes
        self.iterations += solution.iterations
        self.stop, self.message = solution.stop, solution.message


class _Relay:
    """Lets the whole search's checkpoint look, whichever phase is running."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def look(self, watch: Watch) -> None:
        """Look at the whole search instead of one phase."""
        del watch
        self._progress.look()
