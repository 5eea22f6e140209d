"""Merging: what is alike in all that counts is solved as one, and told apart afterwards.

Offers of the same terms are one offer: whatever the second could deliver, the first can.
That holds where no limit and no choice by size is each offer's own, and no rule names it.
Workloads of the same needs are one workload with the sum of their demands: what serves
it is shared out by demand. Both leave the least cost as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.workloads import Demand, Workload
from planner.model.sizes import is_plain
from planner.plan.facts import Held, Use

AnyRow = TypeVar("AnyRow", Offer, Workload)
Fact = TypeVar("Fact", Use, Held)


@dataclass(frozen=True)
class Merged:
    """A case in which nothing is alike, and how its plans are told apart again.

    Attributes
    ----------
    case : to be solved
    given : as it was
    members : the workloads that each workload of the case stands for
    """

    case: Case
    given: Case
    members: Mapping[str, tuple[str, ...]]

    def shared_out(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Return units at work or held for the workloads as they were given."""
        return tuple(
            replace(fact, workload=name, units=share * fact.units)
            for fact in facts
            for name, share in self._shares(fact).items()
            if share
        )

    def _shares(self, fact: Fact) -> dict[str, float]:
        members = self.members[fact.workload]
        if len(members) == 1:
            return {members[0]: 1.0}
        rates = {
            name: self.given.average_demand(name, fact.period, fact.scenario) for name in members
        }
        total = sum(rates.values())
        if not total:
            return {members[0]: 1.0}
        return {name: rate / total for name, rate in rates.items()}


def merge_alike(case: Case) -> Merged:
    """Return a case with one offer or workload for all that are alike."""
    offers = _groups(case.offers, lambda row: _terms(case, row))
    workloads = _groups(case.workloads, lambda row: _needs(case, row))
    members = {group[0].workload: tuple(one.workload for one in group) for group in workloads}
    if len(offers) == len(case.offers) and len(workloads) == len(case.workloads):
        return Merged(case, case, members)
    kept = {group[0].offer for group in offers}
    merged = replace(
        case,
        offers=tuple(group[0] for group in offers),
        price_tiers=tuple(row for row in case.price_tiers if row.offer in kept),
        workloads=tuple(group[0] for group in workloads),
        demand=tuple(row for group in workloads for row in _demand(case, group)),
        performance=tuple(row for row in case.performance if row.workload in members),
        load_profile=tuple(row for row in case.load_profile if row.workload in members),
    )
    return Merged(merged, case, members)


def _groups(rows: Iterable[AnyRow], key: Callable[[AnyRow], Hashable]) -> list[list[AnyRow]]:
    groups: dict[Hashable, list[AnyRow]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return list(groups.values())


def _terms(case: Case, offer: Offer) -> Hashable:
    """Return all of an offer that counts; its name where it must stay an offer of its own."""
    is_limited = offer.max_order is not None or offer.max_total is not None
    is_named = any(offer.offer in rule.offer for rule in case.rules)
    if is_limited or is_named or not (offer.is_elastic or is_plain(case, offer)):
        return offer.offer
    terms = dict(offer) | {"offer": "", "quote_ref": "", "note": "", "sites": ()}
    if not case.rebates and not any(rule.vendor for rule in case.rules):
        terms["vendor"] = ""
    sites = tuple(sorted(case.sites_of[offer.offer]))
    return (*terms.values(), sites, case.prices[offer.offer])


def _needs(case: Case, workload: Workload) -> Hashable:
    """Return all of a workload that counts, but its demand."""
    needs = dict(workload) | {"workload": "", "application": "", "unit": "", "note": ""}
    rates = tuple(case.throughput(workload, row.sku) for row in case.hardware)
    loads = tuple(case.load_multiplier(workload.workload, one) for one in case.horizon.slices)
    return (*needs.values(), rates, loads)


def _demand(case: Case, group: list[Workload]) -> Iterable[Demand]:
    """Return the demand of workloads that are alike: their own rows of one, else the sum."""
    first = group[0].workload
    if len(group) == 1:
        return [row for row in case.demand if row.workload == first]
    return [
        Demand(
            workload=first,
            scenario=scenario,
            rates={
                label: sum(case.average_demand(one.workload, label, scenario) for one in group)
                for label in case.horizon.labels
            },
        )
        for scenario in case.tree.names
    ]
