"""Cases in which offers are alike: each random offer has others made of it, mostly worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from planner.case.case import Case
from planner.case.offers import Acquisition, Offer, Payment, PriceTier
from planner.case.sites import Site
from planner.errors import CaseError

PRICES = ("upfront_price", "monthly_price", "hourly_price")
TERMS: dict[str, tuple[Any, ...]] = {
    "landed_cost": (0.0, 0.125, 0.25),
    "price_change": (0.0, 0.1, -0.2, 0.2),
    "order_fee": (0.0, 50.0),
    "pack_size": (1, 2, 4),
    "min_order": (0.0, 2.0),
    "max_order": (None, 2.0),
    "lead_time": (0.0, 2.0, 13.0, 26.0),
    "payment": tuple(Payment),
    "term": (None, 36, 12, 4),
    "available_from": (None, date(2027, 3, 1)),
    "available_until": (None, date(2027, 9, 30)),
    "availability": (1.0, 0.75, 0.5),
    "vendor": ("V0", "V1"),
    "currency": ("", "EUR"),
    "acquisition": tuple(Acquisition),
}
FREE: dict[str, Any] = {"order_fee": 0.0, "min_order": 0.0, "max_order": None, "max_total": None}
"""The terms without which any number of units can be had."""


@st.composite
def with_alike(draw: st.DrawFn, cases: st.SearchStrategy[Case]) -> Case:
    """Return cases in which a few offers are made again with a few terms changed.

    The first is mostly without limits; where its vendor gives rebates it keeps a max total,
    as a rebate and what is left at the end may come to more than the price.
    """
    case = draw(cases)
    offers = list(case.offers)
    tiers = list(case.price_tiers)
    for place, offer in enumerate(case.offers):
        if draw(st.booleans()):
            continue
        if draw(st.sampled_from([True, True, True, False])):
            offers[place] = offer.model_copy(update=_unlimited(case, offer))
            tiers = [row for row in tiers if row.offer != offer.offer]
        for number in range(draw(st.integers(1, 2))):
            offers.append(draw(_variant(offers[place], f"{offer.offer} {number}", case)))
        if draw(st.sampled_from([False, False, False, True])):
            tiers.append(
                PriceTier(offer=offers[-1].offer, min_units=2.0, upfront_price=draw(_PRICE))
            )
    return _valid(case, offers=tuple(offers), price_tiers=tuple(tiers))


_PRICE = st.sampled_from([1000.0, 1200.0, 400.0])


def _valid(case: Case, **tables: Any) -> Case:
    """Return the case with other tables; draw another where a rule could not tell them apart."""
    try:
        return replace(case, **tables)
    except CaseError:
        reject()


def _unlimited(case: Case, offer: Offer) -> dict[str, Any]:
    """Return the changes after which any number of units of an offer can be had."""
    is_rebated = any(row.vendor == offer.vendor for row in case.rebates)
    return FREE | ({"max_total": 8.0 * offer.pack_size} if is_rebated else {})


@st.composite
def _variant(draw: st.DrawFn, offer: Offer, name: str, case: Case) -> Offer:
    """Return an offer like another but for a price, a term or two, or its sites."""
    update: dict[str, Any] = {"offer": name}
    for field in PRICES:
        price = dict(offer)[field]
        if price:
            update[field] = price * draw(st.sampled_from([1.0, 1.0, 1.25, 1.5, 0.875]))
    for field in draw(st.lists(st.sampled_from(sorted(TERMS)), max_size=2, unique=True)):
        update[field] = draw(st.sampled_from(TERMS[field]))
    sites = case.sites_of[offer.offer]
    if sites and draw(st.sampled_from([False, False, True])):
        update["sites"] = tuple(draw(st.lists(st.sampled_from(sites), min_size=1, unique=True)))
    changed = dict(offer) | update
    if changed["acquisition"].is_elastic and changed["hourly_price"] is None:
        changed["hourly_price"] = 0.5
    if any(row.vendor == changed["vendor"] for row in case.rebates):
        changed["max_total"] = 8.0 * changed["pack_size"]
    limits = [changed[name] for name in ("max_order", "max_total") if changed[name] is not None]
    changed["min_order"] = min([changed["min_order"], *limits])
    return Offer(**changed)


SITE_TERMS: dict[str, tuple[Any, ...]] = {
    "pue": (None, 1.0, 1.5),
    "energy_price": (0.0, 0.25, 0.5),
    "energy_price_change": (0.0, 0.1),
    "carbon_intensity": (0.0, 0.5),
    "it_power": (None, 4.0),
    "rack_units": (None, 12.0),
}


@st.composite
def with_alike_sites(draw: st.DrawFn, cases: st.SearchStrategy[Case]) -> Case:
    """Return cases in which a site or two are made again with a term or two changed.

    What is for the first is for the second, but for an offer or a workload now and then.
    """
    case = draw(cases)
    sites, alike = list(case.sites), {}
    for place, site in enumerate(case.sites):
        if place and draw(st.booleans()):
            continue
        if draw(st.sampled_from([True, True, False])):
            sites[place] = site.model_copy(update={"it_power": None, "rack_units": None})
        alike[site.site] = f"{site.site} 0"
        sites.append(draw(_site(sites[place], alike[site.site])))

    def both(names: tuple[str, ...]) -> tuple[str, ...]:
        second = [alike[name] for name in names if name in alike]
        is_alike = draw(st.sampled_from([True] * 7 + [False]))
        return (*names, *second) if is_alike else names

    is_unlimited = draw(st.booleans())
    offers = [
        row.model_copy(
            update={"sites": both(case.sites_of[row.offer])}
            | ({"max_order": None} if row.is_elastic and is_unlimited else {})
        )
        for row in case.offers
    ]
    workloads = [
        row.model_copy(update={"sites": both(row.sites), "site_loss_coverage": None})
        if draw(st.booleans())
        else row.model_copy(update={"sites": both(row.sites)})
        for row in case.workloads
    ]
    return _valid(case, sites=tuple(sites), offers=tuple(offers), workloads=tuple(workloads))


@st.composite
def _site(draw: st.DrawFn, site: Site, name: str) -> Site:
    names = draw(st.lists(st.sampled_from(sorted(SITE_TERMS)), max_size=2, unique=True))
    update = {field: draw(st.sampled_from(SITE_TERMS[field])) for field in names}
    return site.model_copy(update={"site": name} | update)
