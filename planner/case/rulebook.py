"""Rulebook: what of a side rule could not be measured, or would measure nothing."""

from __future__ import annotations

from collections.abc import Iterator

from planner.case.findings import Finding, Tables, rows
from planner.case.hardware import Hardware
from planner.case.horizon import Period
from planner.case.offers import Offer, PriceTier, TierScheme
from planner.case.rules import Metric, SideRule
from planner.case.serving import delivery_sites
from planner.case.sites import Site
from planner.errors import Code


def check_rules(tables: Tables) -> Iterator[Finding]:
    """Yield windows that end before they begin, and filters that a metric cannot tell apart."""
    for line, rule in rows(tables, SideRule):
        yield from _window(tables, line, rule)
        passing = list(_passing(tables, rule))
        if rule.metric is Metric.ENERGY and rule.names_offers:
            yield from _energy(line, passing)
        if rule.metric is Metric.SPEND and rule.site:
            yield from _spend_at_site(tables, line, rule, passing)
        if rule.is_of_orders:
            yield from _counts_nothing(tables, line, rule, passing)
        yield from _share_of_itself(line, rule)


def _passing(tables: Tables, rule: SideRule) -> Iterator[Offer]:
    """Yield the offers that pass a rule's filters at a site of theirs."""
    category = {row.sku: row.category for _, row in rows(tables, Hardware)}
    sites = [site for _, site in rows(tables, Site)]
    for _, offer in rows(tables, Offer):
        is_there = any(map(rule.lets_site, delivery_sites(offer, sites)))
        if is_there and offer.sku in category and rule.lets_offer(offer, category[offer.sku]):
            yield offer


def _window(tables: Tables, line: int, rule: SideRule) -> Iterator[Finding]:
    starts = {row.period: row.start for _, row in rows(tables, Period)}
    first, last = starts.get(rule.from_period), starts.get(rule.until_period)
    if first is not None and last is not None and first > last:
        yield Finding(
            SideRule,
            line,
            "until_period",
            Code.CONTRADICTION,
            f"'{rule.until_period}' is before '{rule.from_period}', so that the rule holds never.",
            f"'{rule.from_period}' or a later period",
        )


def _energy(line: int, passing: list[Offer]) -> Iterator[Finding]:
    """Find an energy rule on units that work in one pool with others."""
    for offer in passing:
        if not offer.is_usage_priced:
            yield Finding(
                SideRule,
                line,
                "metric",
                Code.CONTRADICTION,
                f"the energy of '{offer.offer}' cannot be told from that of the other units of "
                f"{offer.sku} at its sites: they work as one.",
                "energy by Category, SKU and Site only",
                "Use installed_power to limit one vendor, offer or acquisition.",
            )
            return


def _spend_at_site(
    tables: Tables, line: int, rule: SideRule, passing: list[Offer]
) -> Iterator[Finding]:
    """Find a rule on one site's part of the price of orders whose units cost differently."""
    tiered = {tier.offer for _, tier in rows(tables, PriceTier)}
    sites = [site for _, site in rows(tables, Site)]
    for offer in passing:
        delivered = delivery_sites(offer, sites)
        split = any(map(rule.lets_site, delivered)) and not all(map(rule.lets_site, delivered))
        is_incremental = offer.tier_scheme is TierScheme.INCREMENTAL
        if split and is_incremental and offer.offer in tiered:
            yield Finding(
                SideRule,
                line,
                "site",
                Code.CONTRADICTION,
                f"an order of '{offer.offer}' is for several sites, and its incremental tiers do "
                "not say which site's units cost how much.",
                "a spend rule without Site, or one on units",
                "Give each site an offer of its own.",
            )


def _share_of_itself(line: int, rule: SideRule) -> Iterator[Finding]:
    """Find a share of everything that there is."""
    if rule.max_share is not None and rule == rule.without_filters():
        yield Finding(
            SideRule,
            line,
            "max_share",
            Code.NOT_USED_HERE,
            "without filters the rule limits everything to a share of itself.",
            hint="Name the vendor, category, SKU, offer or site whose share is limited.",
            severity="warning",
        )


def _counts_nothing(
    tables: Tables, line: int, rule: SideRule, passing: list[Offer]
) -> Iterator[Finding]:
    """Find a rule on orders that passes only what is never ordered, or costs nothing upfront."""
    if passing and all(offer.is_elastic for offer in passing):
        yield Finding(
            SideRule,
            line,
            "metric",
            Code.NOT_USED_HERE,
            f"{rule.metric} measures orders, and what is rented by the hour is never ordered.",
            hint="Use energy, or a Max order on the offer.",
            severity="warning",
        )
    elif rule.metric is Metric.SPEND:
        tiered = {tier.offer for _, tier in rows(tables, PriceTier) if tier.upfront_price}
        silent = [
            one
            for one in passing
            if not (one.is_elastic or one.upfront_price or one.offer in tiered)
        ]
        if silent:
            yield Finding(
                SideRule,
                line,
                "metric",
                Code.NOT_USED_HERE,
                f"spend counts upfront prices, and '{silent[0].offer}' has none: its monthly and "
                "hourly prices are not counted.",
                hint="Use units or power for leases without an upfront price.",
                severity="warning",
            )
