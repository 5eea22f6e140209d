"""Dominated sites: a site is left out where another is at least as good in every term.

Site B takes the place of site A if in any plan all that is ordered for A and rented there
can be at B instead. Then some plan of least cost has nothing at A, and the least cost stays
as it is; so does whether there is a plan at all. That is so if each of these holds:

    offers       each that is for A is for B; its terms count over all its sites, but a max
                 order of what is rented does not, so there is none
    fleet        none stands at A: it cannot be moved
    workloads    whatever may run at A may run at B; pools at B only grow, and with them
                 clusters
    limits       B has no IT power and no rack units
    energy       B is not metered; or A is too, and the facility energy of a kWh of IT, its
                 cost in each period and slice, and its carbon are no more at B
    rules        none names either site; one that energy could fall short of (a Min, a Max
                 share) needs the same PUE
    site loss    no workload that must stand one may have committed units at either

Of sites that are alike, several cloud regions at the same terms, one is left so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from planner.case.case import Case
from planner.case.pools import Pool
from planner.case.rules import Metric
from planner.case.sites import Site


def drop_dominated_sites(case: Case) -> Case:
    """Return a case of the same least cost without the sites that others dominate.

    Where there are none it is the same case.
    """
    dropped = find_dominated_sites(case)
    if not dropped:
        return case

    def kept(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in dropped)

    return replace(
        case,
        sites=tuple(row for row in case.sites if row.site not in dropped),
        offers=tuple(row.model_copy(update={"sites": kept(row.sites)}) for row in case.offers),
        workloads=tuple(
            row.model_copy(update={"sites": kept(row.sites)}) for row in case.workloads
        ),
    )


def find_dominated_sites(case: Case) -> Mapping[str, str]:
    """Return the sites that are dominated, each with one that takes its place.

    That one may be dominated in turn, by yet another. Of sites that are as good as each
    other the first in canonical order is kept.
    """
    offered = _offered(case)
    place_of: dict[str, str] = {}
    movable = [site for site in case.sites if _can_be_left(case, site, offered[site.site])]
    for site in reversed(movable):
        for other in case.sites:
            is_left = other is not site and other.site not in place_of
            if is_left and _dominates(case, other, site, offered):
                place_of[site.site] = other.site
                break
    return place_of


def _offered(case: Case) -> Mapping[str, frozenset[str]]:
    """Return the offers that are for each site."""
    return {
        site.site: frozenset(name for name, sites in case.sites_of.items() if site.site in sites)
        for site in case.sites
    }


def _can_be_left(case: Case, site: Site, offered: frozenset[str]) -> bool:
    """Return whether all that may be at a site could be elsewhere, and there is anything."""
    return (
        bool(offered)
        and not any(row.site == site.site for row in case.fleet)
        and not any(
            case.offer[name].is_elastic and case.offer[name].max_order is not None
            for name in offered
        )
        and not _is_told_apart(case, site)
    )


def _dominates(case: Case, one: Site, other: Site, offered: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a site is as good as another in every term."""
    return (
        one.it_power is None
        and one.rack_units is None
        and offered[other.site] <= offered[one.site]
        and all(
            not row.sites or one.site in row.sites or other.site not in row.sites
            for row in case.workloads
        )
        and not _is_told_apart(case, one)
        and _draws_no_more(case, one, other)
    )


def _is_told_apart(case: Case, site: Site) -> bool:
    """Return whether a rule names a site, or its loss is one to stand."""
    covered = [row for row in case.workloads if row.site_loss_coverage]
    return any(site.site in rule.site for rule in case.rules) or any(
        case.may_serve(workload, pool)
        for workload, pool in product(covered, _committed(case, site) if covered else ())
    )


def _committed(case: Case, site: Site) -> tuple[Pool, ...]:
    return tuple(pool for pool in case.pools if pool.site == site.site and not pool.is_elastic)


def _draws_no_more(case: Case, one: Site, other: Site) -> bool:
    """Return whether all that draws energy draws, costs and emits no more at a site."""
    can_be_short = any(
        rule.metric is Metric.ENERGY and (rule.least is not None or rule.max_share is not None)
        for rule in case.rules
    )
    if can_be_short and one.pue != other.pue:
        return False
    if one.pue is None:
        return True
    return (
        other.pue is not None
        and one.pue <= other.pue
        and one.pue * one.carbon_intensity <= other.pue * other.carbon_intensity
        and all(
            one.pue * case.energy_price(one, label, slice_)
            <= other.pue * case.energy_price(other, label, slice_)
            for label, slice_ in product(case.horizon.labels, case.horizon.slices)
        )
    )
