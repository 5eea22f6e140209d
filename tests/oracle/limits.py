"""Limits: what must hold in one future, whichever way the packs are found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, product

from planner.case.workloads import Workload
from tests.oracle.account import Account
from tests.oracle.future import Future
from tests.oracle.orders import is_quoted
from tests.oracle.sums import Rows, Sum, total


def post_limits(rows: Rows, future: Future, account: Account) -> None:
    """Add every row that yes/no variables take no part in, save the workbook's own rules."""
    for post in (_demand, _capacity, _site_loss, _requirements, _energy, _sites, _terms):
        post(rows, future)
    _budgets(rows, future, account)


def _demand(rows: Rows, future: Future) -> None:
    facts = future.facts
    for workload, here in product(facts.case.workloads, range(len(facts.spans))):
        for level, (done, due) in enumerate(_tasks(future, workload, here)):
            rows.at_least(done + future.short(workload, here, level), due)


def _tasks(future: Future, workload: Workload, here: int) -> Iterator[tuple[Sum, float]]:
    """Yield what is done and what is due: in each slice, or once for batch."""
    facts = future.facts
    rate = facts.demand(workload, future.scenario, here)
    done = [
        total(
            facts.throughput(workload, pool.sku) * future.work(workload, pool, here, level)
            for pool in future.serving[workload.workload]
        )
        for level in range(len(facts.slices))
    ]
    if workload.kind == "service":
        for slice_, work in zip(facts.slices, done, strict=True):
            yield work, rate * facts.multiplier(workload, slice_)
    else:
        shares = [slice_.share for slice_ in facts.slices]
        yield total(share * work for share, work in zip(shares, done, strict=True)), rate


def _capacity(rows: Rows, future: Future) -> None:
    facts = future.facts
    for pool, (here, span) in product(facts.pools, enumerate(facts.spans)):
        for level in range(len(facts.slices)):
            working = future.working(pool, here, level)
            if pool.offer is not None and pool.is_rented:
                most = pool.offer.max_order if is_quoted(pool.offer, span.row.start) else 0.0
                rows.at_most(1 / pool.offer.availability * working, most)
            else:
                rows.at_most(working - future.capacity(pool, here), 0.0)


def _site_loss(rows: Rows, future: Future) -> None:
    facts = future.facts
    times = range(len(facts.spans))
    covered = [row for row in facts.case.workloads if row.site_loss_coverage]
    pools = {
        row.workload: [pool for pool in future.serving[row.workload] if not pool.is_rented]
        for row in covered
    }
    for workload, here in product(covered, times):
        able = pools[workload.workload]
        for pool, level in product(able, range(len(facts.slices))):
            spare = future.held(workload, pool, here) - future.work(workload, pool, here, level)
            rows.at_least(spare, 0.0)
        due = (workload.site_loss_coverage or 0.0) * _peak(future, workload, here)
        for lost in {pool.site.site: None for pool in able}:
            carried = total(
                facts.throughput(workload, pool.sku) * future.held(workload, pool, here)
                for pool in able
                if pool.site.site != lost
            )
            rows.at_least(carried, due)
    for pool, here in product(facts.pools, times):
        held = total(
            future.held(workload, pool, here)
            for workload in covered
            if pool in pools[workload.workload]
        )
        if held.terms:
            rows.at_most(held - future.capacity(pool, here), 0.0)


def _peak(future: Future, workload: Workload, here: int) -> float:
    facts = future.facts
    rate = facts.demand(workload, future.scenario, here)
    if workload.kind == "batch":
        return rate
    return rate * max(facts.multiplier(workload, slice_) for slice_ in facts.slices)


def _requirements(rows: Rows, future: Future) -> None:
    facts = future.facts
    alpha = facts.case.settings.alpha or 0.0
    for here, span in enumerate(facts.spans):
        able = [
            (pool.sku, future.average(pool, here) if pool.is_rented else future.able(pool, here))
            for pool in facts.pools
        ]
        missing = future.missing_cores(here)
        cores = total(sku.cores * units for sku, units in able)
        tflops = total(sku.tflops * units for sku, units in able)
        rows.at_least(cores + missing, span.row.required_cores or 0.0)
        rows.at_least(tflops - alpha * missing, span.row.required_tflops or 0.0)


def _energy(rows: Rows, future: Future) -> None:
    facts = future.facts
    for here, span in enumerate(facts.spans):
        used = [
            (pool.site, future.energy(pool, here, level))
            for pool, level in product(facts.pools, range(len(facts.slices)))
        ]
        rows.at_most(total(energy for _, energy in used), span.row.energy_cap)
        carbon = total(site.carbon_intensity * energy for site, energy in used)
        rows.at_most(carbon, span.row.carbon_cap)


def _sites(rows: Rows, future: Future) -> None:
    facts = future.facts
    for site, here in product(facts.case.sites, range(len(facts.spans))):
        there = [
            (pool.sku, units) for pool, _, units in future.installed(here) if pool.site is site
        ]
        rows.at_most(total(sku.power * units for sku, units in there), site.it_power)
        rows.at_most(total(sku.rack_units * units for sku, units in there), site.rack_units)


def _terms(rows: Rows, future: Future) -> None:
    for offer in future.facts.case.offers:
        units = [order.units() for order in future.orders if order.offer is offer]
        rows.at_most(total(units), offer.max_total)
        for in_period in units:
            rows.at_most(in_period, offer.max_order)


def _budgets(rows: Rows, future: Future, account: Account) -> None:
    spans = future.facts.spans
    both = [capex + opex for capex, opex in zip(account.capex, account.opex, strict=True)]
    for spend, budgets in (
        (account.capex, [span.row.capex_budget for span in spans]),
        (account.opex, [span.row.opex_budget for span in spans]),
        (both, [span.row.total_budget for span in spans]),
    ):
        spent, allowed = spend, budgets
        if future.facts.case.settings.carry_over:
            spent, allowed = list(accumulate(spend)), list(accumulate(budgets, _added))
        for money, budget in zip(spent, allowed, strict=True):
            rows.at_most(money, budget)


def _added(before: float | None, budget: float | None) -> float | None:
    """Return the budget so far; without limit from the first blank one on."""
    return None if before is None or budget is None else before + budget
