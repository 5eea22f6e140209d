"""The facts of a plan: what is ordered, what works for what, and what is held for what.

All else that a plan says follows from these and the case by arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.case.pools import Pool

WholeOrder = tuple[str, str, str]
"""Offer, label of the delivery period, name of the node: an order over all its sites."""


@dataclass(frozen=True, slots=True)
class Order:
    """Packs of a committed offer, delivered to a site at the start of a period.

    Attributes
    ----------
    offer, site : names in the case
    delivered : label of the period at whose start the units arrive
    packs : whole packs; the units are packs × pack size
    node : name of the node of the scenario tree that decides it; "" for all scenarios
    """

    offer: str
    site: str
    delivered: str
    packs: int
    node: str = ""

    @property
    def whole(self) -> WholeOrder:
        """The order over all its sites, of which this is a line."""
        return self.offer, self.delivered, self.node


@dataclass(frozen=True, slots=True)
class Use:
    """Units of a pool at work for a workload in a slice of a period.

    Attributes
    ----------
    workload : whom they work for
    pool : whose units they are
    period, slice : labels of the period and the slice
    units : how many are at work, averaged over the slice's hours; of an elastic pool
        units / availability are rented
    scenario : in which they do; "" where there are no scenarios
    """

    workload: str
    pool: Pool
    period: str
    slice: str
    units: float
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Units of a committed pool held for a workload against the loss of another site.

    Attributes
    ----------
    workload : whom they are held for
    pool : whose units they are
    period : its label
    units : able to work, so that those at work for it are among them
    scenario : in which they are; "" where there are no scenarios
    """

    workload: str
    pool: Pool
    period: str
    units: float
    scenario: str = ""
