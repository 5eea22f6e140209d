"""Assembly: from a case to a Pyomo model, family by family."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pyomo.environ import Block, ConcreteModel

from planner.case.case import Case
from planner.model.bounds import Bounds
from planner.model.decisions import Decisions, decide
from planner.model.families import FAMILIES
from planner.model.ledger import Ledgers
from planner.model.pools import tabulate_pools
from planner.model.section import Section
from planner.model.thin import Numbering


@dataclass(frozen=True)
class Assembly:
    """A model, and the variables from which a plan is read back."""

    model: ConcreteModel
    decisions: Decisions


def assemble(case: Case, bounds: Bounds | None = None) -> Assembly:
    """Return the model of a case: a block of decisions, and one for each family.

    A constraint's name tells its rule and where it holds: ``budget.limit[capex,2027Q1]``.

    Parameters
    ----------
    case : what is given
    bounds : the largest sizes of orders; without them those of the case
    """
    with _collector_paused():
        model = ConcreteModel(name="planner")
        model.decisions = Block()
        numbering = Numbering()
        section = Section(model.decisions, numbering)
        decisions = decide(section, tabulate_pools(case), bounds or Bounds(case))
        ledgers = Ledgers()
        for family in FAMILIES:
            block = Block()
            model.add_component(family.__name__.rpartition(".")[2], block)
            family.build(Section(block, numbering), case, decisions, ledgers)
    return Assembly(model, decisions)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the garbage collector, which costs a third of the time of a build."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
