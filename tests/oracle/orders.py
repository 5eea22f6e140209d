"""Orders: what could be ordered when, for whom, and what it would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from planner.case.case import Case
from planner.case.finance import Scenario
from planner.case.offers import Offer, PriceTier
from tests.oracle.spans import Span, end_of, months_between, months_later, plan_start
from tests.oracle.sums import Sum, one, total

RENTED = ("on_demand", "spot")
AT_CLOUD = ("reserved", *RENTED)
MOST_UNITS = 1000.0
"""Units that no order of a small case has a use for, where its offer has no maximum."""


@dataclass(frozen=True, eq=False)
class Order:
    """One order that could be placed: an offer, delivered in a period, to all its sites.

    Attributes
    ----------
    node : names of the scenarios that share the decision
    sites : where it may be delivered
    tiers : price tiers of the offer, by rising units
    delivered, ordered, paid : places of periods in time
    serves : places of the periods in which the units are in service
    price : base units that one unit of the offer's prices comes to
    left : share of the term left after the horizon
    """

    offer: Offer
    node: frozenset[str]
    sites: tuple[str, ...]
    tiers: tuple[PriceTier, ...]
    delivered: int
    ordered: int
    paid: int
    serves: tuple[int, ...]
    price: float
    left: float

    @property
    def own_price(self) -> float:
        """The upfront price of a unit below the first tier."""
        return self.offer.upfront_price or 0.0

    @property
    def has_conditions(self) -> bool:
        """Whether it matters that anything is ordered at all."""
        return bool(self.offer.order_fee or self.offer.min_order)

    @property
    def most(self) -> float:
        """Units that it never exceeds."""
        limits = (self.offer.max_order, self.offer.max_total)
        return min([limit for limit in limits if limit is not None], default=MOST_UNITS)

    def units_at(self, site: str) -> Sum:
        """Return the units for a site."""
        return float(self.offer.pack_size) * one("packs", self, site)

    def units(self) -> Sum:
        """Return the units for all sites."""
        return total(self.units_at(site) for site in self.sites)

    def bill_at(self, site: str) -> Sum:
        """Return the upfront price of the units for a site, in the offer's currency."""
        return one("bill", self, site) if self.tiers else self.own_price * self.units_at(site)

    def spend_at(self, site: str) -> Sum:
        """Return the same in base currency, without landed cost."""
        return self.price * self.bill_at(site)

    def spend(self) -> Sum:
        """Return the upfront price of all units in base currency, without landed cost."""
        return total(self.spend_at(site) for site in self.sites)


def possible_orders(
    case: Case, spans: list[Span], rates: dict[str, float], scenarios: tuple[Scenario, ...]
) -> Iterator[Order]:
    """Yield every order of a committed offer; those of one offer together, in order of time."""
    for offer in case.offers:
        if offer.acquisition in RENTED:
            continue
        tiers = [row for row in case.price_tiers if row.offer == offer.offer]
        for here, span in enumerate(spans):
            placed = span.row.start - timedelta(days=round(7 * offer.lead_time))
            if placed < plan_start(case) or not is_quoted(offer, placed):
                continue
            gone = months_later(span.row.start, offer.term) if offer.term else date.max
            years = (placed - plan_start(case)).days / 365
            begun = [place for place, each in enumerate(spans) if each.row.start <= placed]
            ordered = max(begun, default=0)
            for node in _nodes(scenarios, spans, ordered):
                yield Order(
                    offer=offer,
                    node=node,
                    sites=sites_of(case, offer),
                    tiers=tuple(sorted(tiers, key=lambda row: row.min_units)),
                    delivered=here,
                    ordered=ordered,
                    paid=here if offer.payment == "delivery" else ordered,
                    serves=tuple(
                        place
                        for place, each in enumerate(spans)
                        if span.row.start <= each.row.start < gone
                    ),
                    price=rates[offer.currency] * (1 + offer.price_change) ** years,
                    left=_share_left(offer, span.row.start, end_of(case)),
                )


def sites_of(case: Case, offer: Offer) -> tuple[str, ...]:
    """Return where an offer may be delivered or rented."""
    at_cloud = offer.acquisition in AT_CLOUD
    usual = [row.site for row in case.sites if (row.kind == "cloud") == at_cloud]
    return tuple(dict.fromkeys(offer.sites or usual))


def is_quoted(offer: Offer, day: date) -> bool:
    """Return whether a quote holds on a day."""
    return (offer.available_from or date.min) <= day <= (offer.available_until or date.max)


def _nodes(
    scenarios: tuple[Scenario, ...], spans: list[Span], ordered: int
) -> Iterator[frozenset[str]]:
    """Yield the groups of scenarios that cannot be told apart in the period of an order."""
    begun = [span.row.period for span in spans[: ordered + 1]]
    known = [row.scenario for row in scenarios if row.known_from in begun]
    unknown = frozenset(row.scenario for row in scenarios) - set(known)
    if unknown:
        yield unknown
    for name in known:
        yield frozenset([name])


def _share_left(offer: Offer, delivered: date, end: date) -> float:
    if offer.term is None:
        return 0.0
    return max(0.0, 1 - months_between(delivered, end) / offer.term)
