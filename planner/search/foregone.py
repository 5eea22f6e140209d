"""Foregone: limits that cannot hold, as arithmetic shows without any solver.

What is found is certain, but it is not all that can be wrong: each limit is looked at
by itself, with everything that could be had if the others did not limit it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import inf

from planner.case.case import Case
from planner.case.hardware import Hardware
from planner.case.horizon import Period
from planner.case.limits import Limit
from planner.case.offers import Offer
from planner.case.pools import Pool
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
        supply = _Supply(case, workload)
        share = {sku.sku: case.throughput(workload, sku.sku) for sku in case.hardware}
        for label in case.horizon.labels:
            had = supply.of(label, share)
            for scenario in case.tree.names:
                row, factor = case.demand_row(workload.workload, scenario)
                if workload.is_service:
                    factor *= max(
                        case.load_multiplier(workload.workload, one) for one in case.horizon.slices
                    )
                rate = row.rates[label] * factor
                if rate and rate - had > LEAST * rate:
                    yield Limit.of(row, "rates", label), (had - rate) / factor, workload.unit, ""


def _requirements(case: Case) -> Found:
    """Find required cores and TFLOPS above everything that can arrive in time."""
    supply = _Supply(case)
    cores = {sku.sku: sku.cores for sku in case.hardware}
    tflops = {sku.sku: sku.tflops for sku in case.hardware}
    for period in case.horizon.periods:
        for field, needed, each, unit in (
            ("required_cores", period.required_cores, cores, "cores"),
            ("required_tflops", period.required_tflops, tflops, "TFLOPS"),
        ):
            if not needed or (field == "required_cores" and case.settings.alpha is not None):
                continue
            had = supply.of(period.period, each)
            if needed > had * (1.0 + LEAST):
                yield Limit.of(period, field), had - needed, unit, ""


class _Supply:
    """What can be had of each SKU, were its offers' terms and sites the only limits.

    Parameters
    ----------
    case : what is given
    workload : count only units that may serve it, and as much of them as may be planned for;
        None counts all
    """

    def __init__(self, case: Case, workload: Workload | None = None) -> None:
        self._case = case
        self._shares = {
            sku.sku: case.max_utilisation(sku.sku) if workload else 1.0 for sku in case.hardware
        }
        pools = [pool for pool in case.pools if workload is None or case.may_serve(workload, pool)]
        self._fits: dict[str, float] = defaultdict(float)
        for pool in pools:
            if not pool.is_elastic:
                self._fits[pool.sku] += _fits(case, pool.site, case.sku[pool.sku])
        allowed = set(pools)
        self._fleet = [row for row in case.fleet if Pool(row.sku, row.site) in allowed]
        self._offers = [
            (offer, sites)
            for offer in case.offers
            if (
                sites := sum(
                    case.pool_of(offer, one) in allowed for one in case.sites_of[offer.offer]
                )
            )
        ]

    def of(self, label: str, each: Mapping[str, float]) -> float:
        """Return the most that units able to work in a period come to, at so much a unit."""
        case = self._case
        committed: dict[str, float] = defaultdict(float)
        rented: dict[str, float] = defaultdict(float)
        for row in self._fleet:
            if label in case.in_service(row):
                committed[row.sku] += row.units
        for offer, sites in self._offers:
            if offer.is_elastic:
                rented[offer.sku] += sites * _most_rented(case, offer, label)
            else:
                committed[offer.sku] += offer.availability * _most_installed(case, offer, label)
        return sum(
            amount * (self._shares[sku] * min(committed[sku], self._fits[sku]) + rented[sku])
            for sku, amount in each.items()
            if amount
        )


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
