"""Side constraints without code."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from planner.case.hardware import Category, Hardware
from planner.case.offers import Acquisition, Offer
from planner.errors import Code
from planner.row import Column, Fault, Row, Sheet
from planner.units import Number, Share


class Metric(StrEnum):
    """What a rule measures: of what is ordered in the window, or of each period."""

    SPEND = "spend"
    UNITS = "units"
    POWER = "power"
    CORES = "cores"
    TFLOPS = "tflops"
    INSTALLED_UNITS = "installed_units"
    INSTALLED_POWER = "installed_power"
    ENERGY = "energy"


class Window(StrEnum):
    """Whether a rule holds for each period or for the horizon as a whole."""

    PERIOD = "period"
    HORIZON = "horizon"


class SideRule(Row):
    """A limit on a metric, over what its filters let through."""

    sheet: ClassVar[Sheet] = Sheet(
        "Rules",
        "规则",
        "Side constraints: a metric, what it is counted over, and its limits.",
    )
    rule: Annotated[str, Column("Rule", "规则", "name, shown where it stands in the way")]
    metric: Annotated[
        Metric,
        Column(
            "Metric",
            "指标",
            "spend (upfront prices), units, power, cores, tflops: of orders placed in the window; "
            "installed_units, installed_power, energy: of each period",
            width=16,
        ),
    ]
    vendor: Annotated[
        tuple[str, ...],
        Column("Vendor", "供应商", "filter", refers="Offers.vendor", default_word="any"),
    ] = ()
    category: Annotated[
        tuple[Category, ...], Column("Category", "类别", "filter", default_word="any")
    ] = ()
    sku: Annotated[
        tuple[str, ...], Column("SKU", "型号", "filter", refers="Hardware", default_word="any")
    ] = ()
    offer: Annotated[
        tuple[str, ...], Column("Offer", "报价编号", "filter", refers="Offers", default_word="any")
    ] = ()
    site: Annotated[
        tuple[str, ...], Column("Site", "站点", "filter", refers="Sites", default_word="any")
    ] = ()
    acquisition: Annotated[
        tuple[Acquisition, ...], Column("Acquisition", "采购方式", "filter", default_word="any")
    ] = ()
    from_period: Annotated[
        str,
        Column("From", "起", "first period", refers="Periods", default_word="the first"),
    ] = ""
    until_period: Annotated[
        str,
        Column("Until", "止", "last period", refers="Periods", default_word="the last"),
    ] = ""
    per: Annotated[
        Window,
        Column(
            "Per",
            "按",
            "each period, or all of the window at once; installed_units, installed_power and "
            "energy are always of each period",
        ),
    ] = Window.HORIZON
    least: Annotated[Number | None, Column("Min", "下限", "at least this")] = None
    most: Annotated[Number | None, Column("Max", "上限", "at most this")] = None
    max_share: Annotated[
        Share | None,
        Column("Max share", "最高占比", "of the same metric without the filters"),
    ] = None
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""

    @property
    def is_of_orders(self) -> bool:
        """Whether it measures what is ordered; else what stands or is drawn in a period."""
        return self.metric not in (Metric.INSTALLED_UNITS, Metric.INSTALLED_POWER, Metric.ENERGY)

    @property
    def names_offers(self) -> bool:
        """Whether it tells offers apart, so that the fleet, which came by none, is left out."""
        return bool(self.vendor or self.offer or self.acquisition)

    def without_filters(self) -> SideRule:
        """Return the rule that measures the same of everything, as its max share asks for."""
        blank: dict[str, Any] = dict.fromkeys(FILTERS, ())
        return self.model_copy(update=blank)

    def lets_offer(self, offer: Offer, category: Category) -> bool:
        """Return whether an offer passes the filters, at whatever site."""
        return (
            (not self.vendor or offer.vendor in self.vendor)
            and (not self.offer or offer.offer in self.offer)
            and (not self.acquisition or offer.acquisition in self.acquisition)
            and self.lets_sku(offer.sku, category)
        )

    def lets_sku(self, sku: str, category: Category) -> bool:
        """Return whether a machine passes the filters."""
        return (not self.sku or sku in self.sku) and (
            not self.category or category in self.category
        )

    def lets_site(self, site: str) -> bool:
        """Return whether a site passes the filter."""
        return not self.site or site in self.site

    def faults(self) -> Iterator[Fault]:
        """Yield limits that contradict each other, or are missing."""
        if self.least is not None and self.most is not None and self.least > self.most:
            yield Fault(
                "least",
                Code.CONTRADICTION,
                f"the minimum of {self.least:g} is above the maximum of {self.most:g}.",
                "at most the column Max",
                with_fields=("most",),
            )
        if self.least is None and self.most is None and self.max_share is None:
            yield Fault(
                "rule",
                Code.NOT_USED_HERE,
                f"the rule '{self.rule}' has no limit, so that it asks for nothing.",
                "a Min, a Max or a Max share",
                severity="warning",
                with_fields=("least", "most", "max_share"),
            )


FILTERS = ("vendor", "category", "sku", "offer", "site", "acquisition")
"""The fields that say over what a rule measures."""


def per_unit(metric: Metric, sku: Hardware) -> float:
    """Return what one unit adds to a metric that counts units: any but spend and energy."""
    return {
        Metric.UNITS: 1.0,
        Metric.INSTALLED_UNITS: 1.0,
        Metric.POWER: sku.power,
        Metric.INSTALLED_POWER: sku.power,
        Metric.CORES: sku.cores,
        Metric.TFLOPS: sku.tflops,
    }[metric]
