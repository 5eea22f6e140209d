"""Sites: installed units stay within the site's power and space.

For every site s with IT power, and period t, on every path through the tree:

    Σ_(p at s) power_h · n_pt ≤ IT_power_s

For every site s with rack units, and period t, likewise:

    Σ_(p at s) rack_units_h · n_pt ≤ rack_units_s

where

    ============  ================================================  ============
    symbol        meaning                                           unit
    ============  ================================================  ============
    n_pt          committed units of pool p in service              units
    power_h       of a busy unit (nameplate)                        kW
    rack_units_h  of a unit                                         rack units
    ============  ================================================  ============
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from math import inf

from planner.case.case import Case
from planner.case.limits import Limit
from planner.model.decisions import Decisions
from planner.model.index import Floats
from planner.model.ledger import Ledgers
from planner.model.linear import Slack
from planner.model.section import Section
from planner.model.sums import Sums
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Close power and space, and limit both at each site."""
    del decisions  # others have posted all that counts
    for name, ledger, field, limits in (
        ("power", ledgers.power, "it_power", {one.site: one.it_power for one in case.sites}),
        ("space", ledgers.space, "rack_units", {one.site: one.rack_units for one in case.sites}),
    ):
        used = ledger.close()
        limit = used.index.each("site", partial(_limit, limits))
        _constrain(section, case, (name, field), used.take(limit < inf), limit[limit < inf])


def _limit(limits: Mapping[str, float | None], site: str) -> float:
    limit = limits[site]
    return inf if limit is None else limit


def _constrain(
    section: Section, case: Case, names: tuple[str, str], used: Sums, limit: Floats
) -> None:
    name, field = names

    def slack(place: int) -> Slack:
        site, label, _ = used.index.key(place)
        return Slack({Limit.of(case.site[site], field): 1.0}, label)

    section.constrain_all(name, used, upper=limit, slack=slack)


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add the nameplate power and the rack units of all that stands at each site."""
    power: dict[tuple[str, str], float] = defaultdict(float)
    space: dict[tuple[str, str], float] = defaultdict(float)
    for (pool, label), stock in path.stock.items():
        here = (pool.site, label)
        power[here] += case.sku[pool.sku].power * stock.installed
        space[here] += case.sku[pool.sku].rack_units * stock.installed
    for rule, unit, used, limits in (
        ("IT power", "kW", power, {one.site: one.it_power for one in case.sites}),
        ("rack units", "rack units", space, {one.site: one.rack_units for one in case.sites}),
    ):
        yield judge(
            "sites",
            f"The {rule} of installed units are within the site's {rule}.",
            unit,
            (
                Line(f"{site} in {label}", value, "<=", limit)
                for (site, label), value in used.items()
                if (limit := limits[site]) is not None
            ),
        )
