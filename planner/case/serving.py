"""Serving: whether there is anything that could do each workload's work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.case.findings import Entry, Finding, Tables, rows
from planner.case.hardware import Hardware, Performance
from planner.case.offers import Acquisition, Offer
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, Workload
from planner.errors import Code

Supply = tuple[str | None, str | None, bool]
"""SKU, site, and whether it is spot; None is a name that could not be read or is not known."""


def check_serving(tables: Tables) -> Iterator[Finding]:
    """Yield offers without a site, and workloads that nothing could serve.

    What could not be read is given the benefit of the doubt.
    """
    yield from _offers_without_site(tables)
    supply = set(_supply(tables))
    for line, workload in rows(tables, Workload):
        if not _is_asked(tables, workload) or _is_served(tables, workload, supply):
            continue
        yield Finding(
            Workload,
            line,
            "workload",
            Code.NOTHING_CAN_SERVE,
            f"no offer or installed unit can serve '{workload.workload}'.",
            "a SKU with a throughput for it, of an allowed category, at an allowed site",
            "Add a row on Performance, or widen Categories, Sites or Interruptible.",
            severity="error" if workload.shortage_penalty is None else "warning",
        )


def _offers_without_site(tables: Tables) -> Iterator[Finding]:
    sites = [entry.guess(Site) for entry in tables.get(Site, ())]
    known = [site for site in sites if site is not None]
    if len(known) < len(sites):
        return
    for line, offer in rows(tables, Offer):
        if not delivery_sites(offer, known):
            kinds = "cloud site" if offer.acquisition in AT_CLOUD else "owned or colo site"
            yield Finding(
                Offer,
                line,
                "sites",
                Code.NEVER_AVAILABLE,
                f"'{offer.offer}' has no site: there is no {kinds}.",
                "a site from Sites",
                severity="warning",
            )


def _supply(tables: Tables) -> Iterator[Supply]:
    """Yield what the fleet and the offers could bring where."""
    skus, sites = _names(tables.get(Hardware, ()), "sku"), _names(tables.get(Site, ()), "site")
    guessed = [entry.guess(Site) for entry in tables.get(Site, ())]
    known = [site for site in guessed if site is not None]

    def name(value: object, names: set[str]) -> str | None:
        return str(value) if value in names else None

    for entry in tables.get(Installed, ()):
        sku, site = entry.values.get("sku"), entry.values.get("site")
        yield name(sku, skus), name(site, sites), False
    for entry in tables.get(Offer, ()):
        offer = entry.guess(Offer)
        sku = name(entry.values.get("sku"), skus)
        if offer is None or "sites" not in entry.values:
            yield sku, None, entry.values.get("acquisition") is Acquisition.SPOT
            continue
        if not offer.sites and len(known) < len(guessed):
            yield sku, None, offer.acquisition is Acquisition.SPOT
        for site in delivery_sites(offer, known):
            yield sku, name(site, sites), offer.acquisition is Acquisition.SPOT


def _names(entries: Iterable[Entry], field: str) -> set[str]:
    return {str(entry.values[field]) for entry in entries if field in entry.values}


def _is_asked(tables: Tables, workload: Workload) -> bool:
    asked = [
        entry
        for entry in tables.get(Demand, ())
        if entry.values.get("workload") == workload.workload
    ]
    return any("rates" not in one.values or any(one.values["rates"].values()) for one in asked)


def _is_served(tables: Tables, workload: Workload, supply: Iterable[Supply]) -> bool:
    able = set(_able(tables, workload))
    sites = _names(tables.get(Site, ()), "site")
    anywhere = not workload.sites or not set(workload.sites) <= sites
    return None in able or any(
        (sku in able or (sku is None and able))
        and (site is None or anywhere or site in workload.sites)
        and (workload.interruptible or not is_spot)
        for sku, site, is_spot in supply
    )


def _able(tables: Tables, workload: Workload) -> Iterator[str | None]:
    """Yield the SKUs that can do the work; None for one whose name or figures are not known."""
    skus = _names(tables.get(Hardware, ()), "sku")
    rates: dict[str, float | None] = {}
    for entry in tables.get(Performance, ()):
        if entry.values.get("workload", workload.workload) == workload.workload:
            sku = str(entry.values.get("sku", ""))
            if sku not in skus:
                yield None
            rates[sku] = entry.values.get("throughput")
    for entry in tables.get(Hardware, ()):
        row = entry.guess(Hardware)
        if row is None:
            yield None
        elif not workload.categories or row.category in workload.categories:
            is_measured = row.sku in rates
            rate = rates.get(row.sku)
            is_unclear = entry.row is None if not is_measured else rate is None
            if is_unclear or throughput(workload, row, rate) > 0:
                yield row.sku


AT_CLOUD = (Acquisition.RESERVED, Acquisition.ON_DEMAND, Acquisition.SPOT)


def delivery_sites(offer: Offer, sites: Iterable[Site]) -> tuple[str, ...]:
    """Return where an offer may be delivered or rented.

    Its own list; without one, every owned or colo site for purchase and lease, and
    every cloud site for the others.
    """
    if offer.sites:
        return tuple(dict.fromkeys(offer.sites))
    at_cloud = offer.acquisition in AT_CLOUD
    return tuple(site.site for site in sites if (site.kind is SiteKind.CLOUD) == at_cloud)


def throughput(workload: Workload, sku: Hardware, measured: float | None) -> float:
    """Return thr_wp: the workload's units that one unit of a SKU does.

    The measured figure where there is one; else TFLOPS or cores × Efficiency for a
    workload in these units; else 0.
    """
    if measured is not None:
        return measured
    per_unit = {"tflops": sku.tflops, "cores": sku.cores}
    return per_unit.get(workload.unit.strip().casefold(), 0.0) * workload.efficiency
