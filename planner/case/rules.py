"""Side constraints without code."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from planner.case.hardware import Category
from planner.case.offers import Acquisition
from planner.row import Column, Row, Sheet
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
        later=True,
    )
    rule: Annotated[str, Column("Rule", "规则", "name")]
    metric: Annotated[Metric, Column("Metric", "指标", "what is measured")]
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
    per: Annotated[Window, Column("Per", "按", "each period, or the horizon")] = Window.HORIZON
    least: Annotated[Number | None, Column("Min", "下限", "at least this")] = None
    most: Annotated[Number | None, Column("Max", "上限", "at most this")] = None
    max_share: Annotated[
        Share | None,
        Column("Max share", "最高占比", "of the same metric without the filters"),
    ] = None
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""
