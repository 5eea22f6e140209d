"""Pools: the interchangeable units at one site."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pool:
    """Interchangeable units of one SKU at one site.

    The fleet and all offers without an hourly price of one SKU at one site are one
    pool (`offer` is ""); an offer with an hourly price is, at each of its sites, a
    pool of its own. On-demand and spot pools are elastic: nothing is committed.
    """

    sku: str
    site: str
    offer: str = ""
    is_elastic: bool = False

    def __str__(self) -> str:
        """Return the pool's name in constraints: ``SKU@site`` or ``SKU@site:offer``."""
        return f"{self.sku}@{self.site}:{self.offer}" if self.offer else f"{self.sku}@{self.site}"
