"""Dominated offers: an offer is left out where another is at least as good in every term.

Offer B takes the place of offer A if in any plan each pack of A can be exchanged for the
same units of B: at the same site, delivered in the same period, and at work for the same
workloads. Then some plan of least cost has nothing of A, and the least cost stays as it is;
so does whether there is a plan at all. That is so if each of these holds:

    exchange     the same SKU; B without order fee, min order, tiers, max order or max
                 total; B's pack divides A's; B is delivered to A's sites, and more
    pool         both rented, or both committed; B's units make a pool of their own, by an
                 hourly price, only where A's do: pools only grow, and with them clusters
    workloads    whatever A may serve, B may: no spot in place of units that all may use
    every row    B's footprint is within A's: cost, budgets, rules, periods of service,
                 availability; an order that is known later can do what is ordered earlier
    longer       service beyond A's only where it draws nothing and no site counts it
    energy       rules on it, if there are any, count both or neither, and of rented units
                 both draw the same: as committed ones do, at work and idle
    rebates      neither vendor gives any: spend with it is then worth nothing

The sites that may be lost stay as they are, since B is at each of A's.
A rule must know the offers and vendors that it names, so these stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from planner.case.case import Case
from planner.case.offers import Acquisition, Offer
from planner.case.rules import Metric, SideRule
from planner.model.sizes import is_plain
from planner.search.presolve.footprint import Footprints


def drop_dominated_offers(case: Case) -> Case:
    """Return a case of the same least cost without the offers that others dominate.

    Where there are none it is the same case.
    """
    dropped = find_dominated_offers(case)
    if not dropped:
        return case
    return replace(
        case,
        offers=tuple(row for row in case.offers if row.offer not in dropped),
        price_tiers=tuple(row for row in case.price_tiers if row.offer not in dropped),
    )


def find_dominated_offers(case: Case) -> Mapping[str, str]:
    """Return the offers that are dominated, each with one that takes its place.

    That one may be dominated in turn, by yet another. Of offers that are as good as each
    other the first in canonical order is kept, as where alike ones are merged.
    """
    groups: dict[tuple[str, bool], list[Offer]] = defaultdict(list)
    for offer in case.offers:
        groups[offer.sku, offer.is_elastic].append(offer)
    dominance = _Dominance(case)
    place_of: dict[str, str] = {}
    for group in groups.values():
        able = [one for one in group if dominance.can_replace(one)]
        for offer in reversed(group):
            for other in able:
                if other is not offer and dominance.holds(other, offer):
                    place_of[offer.offer] = other.offer
                    able = [one for one in able if one is not offer]
                    break
    return place_of


class _Dominance:
    """Whether one offer of a case dominates another of the same SKU.

    Parameters
    ----------
    case : what is given
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._footprints = Footprints(case)
        self._energy_rules = [one for one in case.rules if one.metric is Metric.ENERGY]
        self._rebating = {row.vendor for row in case.rebates}
        self._named_offers = {name for rule in case.rules for name in rule.offer}
        self._named_vendors = {name for rule in case.rules for name in rule.vendor}

    def can_replace(self, one: Offer) -> bool:
        """Return whether any number of packs of an offer can be had at the same price each."""
        if one.vendor in self._rebating or one.max_order is not None:
            return False
        return one.is_elastic or (one.max_total is None and is_plain(self._case, one))

    def holds(self, one: Offer, other: Offer) -> bool:
        """Return whether an offer that can replace others is as good as one in every term."""
        sites = self._case.sites_of[other.offer]
        if not set(sites) <= set(self._case.sites_of[one.offer]):
            return False
        if not (self._can_be_missed(one, other) and self._can_do_the_work(one, other)):
            return False
        if not self._draws_alike(one, other):
            return False
        mine, theirs = self._footprints.of(one), self._footprints.of(other)
        return mine.is_within(theirs) and (
            self._stands_free(other) or not mine.serves_longer(theirs)
        )

    def _can_be_missed(self, one: Offer, other: Offer) -> bool:
        """Return whether nothing asks for the other offer by name, or for its vendor."""
        return (
            other.offer not in self._named_offers
            and other.vendor not in self._rebating
            and (one.vendor == other.vendor or other.vendor not in self._named_vendors)
        )

    def _can_do_the_work(self, one: Offer, other: Offer) -> bool:
        if not other.is_elastic:
            return other.pack_size % one.pack_size == 0
        is_less = one.acquisition is Acquisition.SPOT and other.acquisition is not Acquisition.SPOT
        return not is_less or all(
            workload.interruptible
            for workload in self._case.workloads
            for site in self._case.sites_of[other.offer]
            if self._case.may_serve(workload, self._case.pool_of(other, site))
        )

    def _draws_alike(self, one: Offer, other: Offer) -> bool:
        """Return whether no rule on energy sees a difference."""
        if not self._energy_rules:
            return True
        if one.is_elastic and one.availability != other.availability:
            return False
        return all(
            self._counts(rule, one) == self._counts(rule, other)
            for rule in self._energy_rules
            if rule.names_offers
        )

    def _counts(self, rule: SideRule, offer: Offer) -> bool:
        """Return whether a rule on the energy of some offers counts that of one."""
        return offer.is_usage_priced and self._case.lets_offer(rule, offer.offer)

    def _stands_free(self, offer: Offer) -> bool:
        """Return whether units of an offer stand idle at its sites without drawing on anything."""
        sku = self._case.sku[offer.sku]
        sites = [self._case.site[name] for name in self._case.sites_of[offer.offer]]
        return not any(
            (site.is_metered and sku.idle_power)
            or (site.it_power is not None and sku.power)
            or (site.rack_units is not None and sku.rack_units)
            for site in sites
        )
