"""Rebates: a share of a vendor's upfront spend comes back once it reaches a level.

For every vendor v with rebates, on every path through the scenario tree, and each level l:

    spend_v = Σ_l v_l
    from_l · r_l ≤ v_l ≤ until_l · r_l
    Σ_l r_l ≤ 1

Posted to money:

    rebate  − rate_l · v_l     resource, at the horizon's end; no budget's

where

    ===========  ===================================================  ==================
    symbol       meaning                                              unit
    ===========  ===================================================  ==================
    spend_v      upfront prices of all orders from v, with price      base currency
                 index, without landed cost and fees, undiscounted
    r_l          whether l is the highest level reached               0 or 1
    v_l          the spend, if that is so                             base currency
    from_l       Min spend of the level; 0 below the first            base currency
    until_l      Min spend of the next level; of the last the most    base currency
                 that can be spent
    rate_l       rebate of the level; 0 below the first               share
    ===========  ===================================================  ==================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from pyomo.environ import Binary, NonNegativeReals

from planner.case.case import Case
from planner.case.tree import Node
from planner.model.decisions import Decisions
from planner.model.ledger import Account, Ledgers
from planner.model.linear import Limited, Sum, added, at_least, at_most
from planner.model.pools import WholeOrder
from planner.model.section import Section
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path
from planner.plan.rebates import ROUNDING

STRICTLY = 1e-6
"""Share of a level by which spend stays below it where the next rebate is smaller."""

LevelKey = tuple[str, str, int]
"""Vendor, name of the scenarios of the path, number of the level."""


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Split each vendor's spend over its levels, and post what comes back."""
    orders: dict[str, dict[Node, list[WholeOrder]]] = defaultdict(lambda: defaultdict(list))
    for whole in decisions.pools.wholes:
        orders[case.offer[whole.offer].vendor][whole.node].append(whole)
    vendors = [name for name in dict.fromkeys(row.vendor for row in case.rebates) if name in orders]
    paths = [(name, *path) for name in vendors for path in case.tree.paths(orders[name])]
    ranges: dict[LevelKey, tuple[float, float, float]] = {}
    for vendor, scenarios, nodes in paths:
        held = [whole for node in nodes for whole in orders[vendor][node]]
        most = sum(decisions.bounds.most_spend(whole) for whole in held) * (1.0 + ROUNDING)
        for number, level in enumerate(_levels(case, vendor, most)):
            ranges[vendor, scenarios.name, number] = level
    reached = section.variables("reached", list(ranges), Binary)
    spend = section.variables("spend", list(ranges), NonNegativeReals)
    total: dict[tuple[str, str], Limited] = {}
    one_level: dict[tuple[str, str], Limited] = {}
    lowest: dict[LevelKey, Limited] = {}
    highest: dict[LevelKey, Limited] = {}
    for vendor, scenarios, nodes in paths:
        here = (vendor, scenarios.name)
        split = added(decisions.spend(whole) for node in nodes for whole in orders[vendor][node])
        any_level = Sum()
        for key in (key for key in ranges if key[:2] == here):
            least, most, rate = ranges[key]
            split.add(-1.0, spend[key])
            any_level.add(1.0, reached[key])
            lowest[key] = at_least(Sum([1.0, -least], [spend[key], reached[key]]), 0.0)
            highest[key] = at_most(Sum([1.0, -most], [spend[key], reached[key]]), 0.0)
            account = Account(Part.RESOURCE, Budget.NONE, "", scenarios)
            ledgers.money.post(account, -rate, spend[key])
        total[here] = Limited(split, 0.0, 0.0)
        one_level[here] = at_most(any_level, 1.0)
    section.constrain("total", total)
    section.constrain("one_level", one_level)
    section.constrain("lowest", lowest)
    section.constrain("highest", highest)


def _levels(case: Case, vendor: str, most: float) -> Iterator[tuple[float, float, float]]:
    """Yield from where to where spend is of a level, and its rate, as far as it can be reached."""
    rows = sorted(
        (row for row in case.rebates if row.vendor == vendor), key=lambda row: row.min_spend
    )
    levels = [(0.0, 0.0), *((row.min_spend, row.rebate) for row in rows)]
    for (least, rate), (until, following) in pairwise([*levels, (most, 1.0)]):
        below = until * (1.0 - STRICTLY) if following < rate else until
        if least <= most:
            yield least, min(below, most), rate


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add up each vendor's upfront spend again, and compare what its level gives back."""
    spend: dict[str, float] = defaultdict(float)
    for charge in path.charges:
        if charge.name == "upfront price":
            offer = case.offer[charge.offer]
            spend[offer.vendor] += charge.amount / (1.0 + offer.landed_cost)
    due: dict[str, float] = {}
    for row in sorted(case.rebates, key=lambda one: (one.vendor, one.min_spend)):
        is_reached = spend[row.vendor] >= row.min_spend * (1.0 - ROUNDING)
        due[row.vendor] = row.rebate * spend[row.vendor] if is_reached else due.get(row.vendor, 0.0)
    earned = {one.vendor: one.amount for one in path.rebates}
    credited = -sum(charge.amount for charge in path.charges if charge.name == "rebate")
    yield judge(
        "rebates",
        "Each vendor gives back the rebate of the highest level that its spend reaches.",
        "base currency",
        [
            *(Line(name, earned.get(name, 0.0), "=", amount) for name, amount in due.items()),
            Line("all vendors", credited, "=", sum(due.values())),
        ],
    )
