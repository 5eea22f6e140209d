"""Site loss: what is held elsewhere carries a workload when any one site is lost.

For every workload w with site loss coverage, committed pool p that may serve it, period
t, slice k and scenario ω:

    d_wptω ≥ y_wptkω

For every committed pool p, period t and scenario ω:

    Σ_w d_wptω ≤ u_h · (fleet_pt + Σ_(o,s,d in service) availability_o · pack_o · x_osd)

For every such workload w, site f with a committed pool that may serve it, period t and
scenario ω:

    Σ_(p not at f) thr_wp · d_wptω ≥ coverage_w · peak_wtω

where

    ============  ================================================  ===============
    symbol        meaning                                           unit
    ============  ================================================  ===============
    d_wptω        units of p held for w, those at work included     units
    y_wptkω       units of p at work for w                          units
    u_h           max utilisation of the SKU                        share
    thr_wp        what one unit of p does for w                     workload's unit
    coverage_w    site loss coverage                                share
    peak_wtω      highest rate of the slices; batch: the average    workload's unit
    ============  ================================================  ===============

What is held may be used by workloads without coverage meanwhile. Rented units are not
held, and a shortfall lowers nothing of what must be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from planner.case.case import Case
from planner.case.limits import Limit
from planner.case.pools import Pool
from planner.model.decisions import Decisions
from planner.model.index import all_of, index_of
from planner.model.ledger import Ledgers
from planner.model.linear import Slack
from planner.model.section import Section
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Hold units for what is at work, and enough of them wherever a site is lost."""
    del ledgers  # it posts nothing
    work, held = decisions.working, decisions.held
    at_work = work.take(held.index.find(work.index) >= 0)
    section.constrain_all("at_work", held.at(at_work.index) - at_work, lower=0.0)
    keys = held.index.distinct("pool", "period", "scenario")
    section.constrain_all("there", held.to(keys) - decisions.usable(keys), upper=0.0)
    losses = index_of(
        {"workload": held.index.labels["workload"], "site": tuple(case.site)}, list(_losses(case))
    )
    asked = decisions.pools.at_scenarios(losses.join(all_of("period", case.horizon.labels)))
    elsewhere = (held * decisions.pools.throughput(held.index)).at(held.index.join(losses))
    is_lost = elsewhere.index.where(("pool", "site"), lambda pool, site: pool.site == site)
    carried = elsewhere.take(~is_lost).to(asked)
    peak = asked.each(
        ("workload", "period", "scenario"),
        lambda name, *when: case.peak_demand(case.workload[name], *when),
    )
    coverage = asked.each("workload", lambda name: case.workload[name].site_loss_coverage or 0.0)

    def slack(place: int) -> Slack:
        name, site, label, _ = asked.key(place)
        cell = Limit.of(case.workload[name], "site_loss_coverage")
        factor = float(peak[place])
        return Slack({cell: factor} if factor else {}, f"{label} without {site}")

    section.constrain_all("elsewhere", carried, lower=coverage * peak, slack=slack)


def _losses(case: Case) -> Iterator[tuple[str, str]]:
    """Yield every workload with coverage, and each site whose loss it must stand."""
    for workload in case.workloads:
        if workload.site_loss_coverage:
            sites = {
                pool.site
                for pool in case.pools
                if not pool.is_elastic and case.may_serve(workload, pool)
            }
            yield from ((workload.workload, site) for site in sorted(sites))


def check(case: Case, path: Path) -> Iterator[Check]:
    """Add up what is held in each pool and for each workload, and lose every site in turn."""
    held: dict[tuple[str, Pool, str], float] = defaultdict(float)
    in_pool: dict[tuple[Pool, str], float] = defaultdict(float)
    may_not = []
    for one in path.held:
        held[one.workload, one.pool, one.period] += one.units
        in_pool[one.pool, one.period] += one.units
        may = case.may_serve(case.workload[one.workload], one.pool) and not one.pool.is_elastic
        may_not.append(Line(f"{one.workload} on {one.pool}", float(not may), "<=", 0))
    at_work: dict[tuple[str, Pool, str, str], float] = defaultdict(float)
    for use in path.uses:
        if case.workload[use.workload].site_loss_coverage and not use.pool.is_elastic:
            at_work[use.workload, use.pool, use.period, use.slice] += use.units
    yield judge(
        "site loss",
        "What is at work for a workload with site loss coverage is held for it.",
        "units",
        (
            Line(f"{name} on {pool} in {label}, {slice_}", units, "<=", held[name, pool, label])
            for (name, pool, label, slice_), units in at_work.items()
        ),
    )
    yield judge(
        "site loss",
        "Units held in a pool are in service × availability × max utilisation at most.",
        "units",
        (
            Line(
                f"{pool} in {label}",
                units,
                "<=",
                case.max_utilisation(pool.sku) * path.stock[pool, label].able
                if (pool, label) in path.stock
                else 0.0,
            )
            for (pool, label), units in in_pool.items()
        ),
    )
    yield judge(
        "site loss",
        "Units are held only where they may serve the workload, and are committed.",
        "units that may not",
        may_not,
    )
    lost = []
    for workload in case.workloads:
        if not workload.site_loss_coverage:
            continue
        serving = [
            pool for pool in case.pools if not pool.is_elastic and case.may_serve(workload, pool)
        ]
        for site, label in product({pool.site for pool in serving}, case.horizon.labels):
            carried = sum(
                case.throughput(workload, pool.sku) * held[workload.workload, pool, label]
                for pool in serving
                if pool.site != site
            )
            peak = case.peak_demand(workload, label, path.scenario)
            where = f"{workload.workload} in {label} without {site}"
            lost.append(Line(where, carried, ">=", workload.site_loss_coverage * peak))
    yield judge(
        "site loss",
        "If any one site is lost, what is held elsewhere carries the covered share of the peak.",
        "workload's unit",
        lost,
        least=1e-12,
    )
