"""Foregone: limits that cannot hold, as arithmetic shows without any solver.

What is found is certain, but it is not all that can be wrong: each limit is looked at
by itself, with everything that could be had if the others did not limit it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from math import inf

from planner.case.case import Case
from planner.case.hardware import Hardware
from planner.case.horizon import Period
from planner.case.limits import Limit
from planner.case.offers import Offer
from planner.case.sites import Site
from planner.case.workloads import Workload
from planner.plan.diagnosis import Obstacle, rounded_up

LEAST = 1e-6
"""What is missed by less than this share of the limit is left to the solver."""

Found = Iterator[tuple[Limit, float, str, str]]
"""A limit, by how much it is missed, in which unit, and when; negative for what is asked for."""


def find_foregone(case: Case) -> tuple[Obstacle, ...]:
    """Return the limits that cannot hold, each with the amount that is missing at least.

    Parameters
    ----------
    case : what is given
    """
    worst: dict[Limit, tuple[float, str]] = {}
    when: dict[Limit, list[str]] = defaultdict(list)
    for limit, change, unit, label in (*_fleet(case), *_demand(case), *_requirements(case)):
        if label not in when[limit]:
            when[limit].append(label)
        if abs(change) > abs(worst.get(limit, (0.0, ""))[0]):
            worst[limit] = change, unit
    return tuple(
        Obstacle(
            limit,
            rounded_up(change) if change > 0 else -min(rounded_up(-change), limit.now),
            unit,
            tuple(filter(None, when[limit])),
        )
        for limit, (change, unit) in worst.items()
    )


def _fleet(case: Case) -> Found:
    """Find sites and periods that the fleet alone is too much for."""
    for label, period in case.horizon.by_label.items():
        there = [row for row in case.fleet if label in case.in_service(row)]
        idle = 0.0
        for site in case.sites:
            here = [(row.units, case.sku[row.sku]) for row in there if row.site == site.site]
            yield from _site(site, here, label)
            standby = sum(units * sku.idle_power for units, sku in here)
            idle += (site.pue or 0.0) * case.horizon.hours[label] * standby
        yield from _above(period, "energy_cap", idle, "kWh")
        if not case.settings.carry_over:
            cost = sum(row.units * row.monthly_cost for row in there) * case.horizon.months[label]
            yield from _above(period, "opex_budget", cost, case.settings.currency)


def _site(site: Site, here: Sequence[tuple[float, Hardware]], label: str) -> Found:
    power = sum(units * sku.power for units, sku in here)
    space = sum(units * sku.rack_units for units, sku in here)
    for field, limit, used, unit in (
        ("it_power", site.it_power, power, "kW"),
        ("rack_units", site.rack_units, space, "rack units"),
    ):
        if limit is not None and used > limit * (1.0 + LEAST):
            yield Limit.of(site, field), used - limit, unit, label


def _above(period: Period, field: str, least: float, unit: str) -> Found:
    limit = dict(period)[field]
    if limit is not None and least > limit * (1.0 + LEAST):
        yield Limit.of(period, field), least - limit, unit, ""


def _demand(case: Case) -> Found:
    """Find demand above everything that can arrive in time and may serve it."""
    for workload in case.workloads:
        if workload.shortage_penalty is not None:
            continue
        for label, scenario in product(case.horizon.labels, case.tree.names):
            row, factor = case.demand_row(workload.workload, scenario)
            if workload.is_service:
                factor *= max(
                    case.load_multiplier(workload.workload, one) for one in case.horizon.slices
                )
            rate = row.rates[label] * factor
            missing = rate - _supply(case, workload, label) if rate else 0.0
            if missing > LEAST * rate:
                yield Limit.of(row, "rates", label), -missing / factor, workload.unit, ""


def _supply(case: Case, workload: Workload, label: str) -> float:
    """Return the most work that a workload could get in a period, were it the only one."""
    total = 0.0
    for sku in case.hardware:
        throughput = case.throughput(workload, sku.sku)
        if throughput > 0:
            total += throughput * _most_units(case, sku, label, workload)
    return total


def _requirements(case: Case) -> Found:
    """Find required cores and TFLOPS above everything that can arrive in time."""
    for period in case.horizon.periods:
        for field, unit in (("required_cores", "cores"), ("required_tflops", "TFLOPS")):
            needed = dict(period)[field]
            if not needed or (field == "required_cores" and case.settings.alpha is not None):
                continue
            each = {sku.sku: dict(sku)[unit.lower()] for sku in case.hardware}
            had = sum(
                each[sku.sku] * _most_units(case, sku, period.period)
                for sku in case.hardware
                if each[sku.sku]
            )
            if needed > had * (1.0 + LEAST):
                yield Limit.of(period, field), had - needed, unit, ""


def _most_units(case: Case, sku: Hardware, label: str, workload: Workload | None = None) -> float:
    """Return the most units of a SKU that can be able to work in a period.

    Parameters
    ----------
    workload : count only units that may serve it, and as much of them as may be planned for
    """
    share = case.max_utilisation(sku.sku) if workload else 1.0
    pools = {
        pool
        for pool in case.pools
        if pool.sku == sku.sku and (workload is None or case.may_serve(workload, pool))
    }
    committed = sum(
        float(row.units)
        for row in case.fleet
        if row.sku == sku.sku
        and label in case.in_service(row)
        and any(pool.site == row.site and not pool.offer for pool in pools)
    )
    rented = 0.0
    for offer in case.offers:
        sites = [name for name in case.sites_of[offer.offer] if case.pool_of(offer, name) in pools]
        if offer.sku != sku.sku or not sites:
            continue
        if offer.is_elastic:
            rented += len(sites) * _most_rented(case, offer, label)
        else:
            committed += offer.availability * _most_installed(case, offer, label)
    committed = min(
        committed, sum(_fits(case, pool.site, sku) for pool in pools if not pool.is_elastic)
    )
    return share * committed + rented


def _most_rented(case: Case, offer: Offer, label: str) -> float:
    if label not in case.rentable(offer):
        return 0.0
    return inf if offer.max_order is None else offer.availability * offer.max_order


def _most_installed(case: Case, offer: Offer, label: str) -> float:
    slots = [one for one in case.slots[offer.offer].values() if label in one.in_service]
    if not slots:
        return 0.0
    in_period = inf if offer.max_order is None else offer.max_order * len(slots)
    return min(in_period, inf if offer.max_total is None else offer.max_total)


def _fits(case: Case, name: str, sku: Hardware) -> float:
    site = case.site[name]
    limits = ((site.it_power, sku.power), (site.rack_units, sku.rack_units))
    return min((most / each for most, each in limits if most is not None and each), default=inf)
