"""Offers: one vendor's terms for one SKU."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from planner.errors import Code
from planner.row import Column, Fault, Row, Sheet
from planner.units import (
    Budget,
    MarkUp,
    Months,
    PackSize,
    PositiveShare,
    Price,
    Share,
    Units,
    Weeks,
    YearlyRate,
)


class Acquisition(StrEnum):
    """How units are had; the last two are rented by the hour and commit to nothing."""

    PURCHASE = "purchase"
    LEASE = "lease"
    RESERVED = "reserved"
    ON_DEMAND = "on_demand"
    SPOT = "spot"

    @property
    def is_elastic(self) -> bool:
        """Whether units come and go by the hour."""
        return self in (Acquisition.ON_DEMAND, Acquisition.SPOT)


class Payment(StrEnum):
    """Which event's period pays the upfront price."""

    ORDER = "order"
    DELIVERY = "delivery"


class TierScheme(StrEnum):
    """Whether a tier's price holds for the whole order or from its threshold on."""

    ALL_UNITS = "all_units"
    INCREMENTAL = "incremental"


class Offer(Row):
    """One vendor's terms for one SKU. Prices are per unit, in the offer's currency."""

    sheet: ClassVar[Sheet] = Sheet(
        "Offers",
        "报价",
        "One row for one vendor's terms for one SKU.",
        required=True,
        key=("offer",),
    )
    offer: Annotated[str, Column("Offer", "报价编号", "unique name of this quote")]
    vendor: Annotated[str, Column("Vendor", "供应商", "who sells or rents it")]
    sku: Annotated[str, Column("SKU", "型号", "which machine", refers="Hardware")]
    acquisition: Annotated[
        Acquisition, Column("Acquisition", "采购方式", "how the units are had", width=13)
    ]
    sites: Annotated[
        tuple[str, ...],
        Column(
            "Sites",
            "站点",
            "where it may be delivered or rented",
            refers="Sites",
            default_word="every owned or colo site (purchase, lease), every cloud site (others)",
        ),
    ] = ()
    currency: Annotated[
        str,
        Column("Currency", "货币", "of this row's prices", default_word="the base currency"),
    ] = ""
    upfront_price: Annotated[
        Price | None,
        Column("Upfront price (per unit)", "一次性价格（每台）", "once, with the order"),
    ] = None
    monthly_price: Annotated[
        Price | None,
        Column(
            "Monthly price (per unit)",
            "月度价格（每台）",
            "for every month in service: lease, instalment, maintenance, space",
        ),
    ] = None
    hourly_price: Annotated[
        Price | None,
        Column("Hourly price (per unit)", "小时价格（每台）", "for every unit-hour used"),
    ] = None
    landed_cost: Annotated[
        MarkUp,
        Column("Landed cost", "到岸附加费率", "freight, duty, tax as a share of the upfront price"),
    ] = 0.0
    price_change: Annotated[
        YearlyRate,
        Column(
            "Price change (per year)",
            "价格年变化率",
            "compounding from plan start to the order date (hourly: to the period's start)",
        ),
    ] = 0.0
    order_fee: Annotated[
        Price,
        Column(
            "Order fee",
            "订单费",
            "once an order (a delivery period, all sites), whatever its size; it moves with Price "
            "change",
        ),
    ] = 0.0
    pack_size: Annotated[
        PackSize, Column("Pack size (units)", "包装数量（台）", "sold in whole packs")
    ] = 1
    min_order: Annotated[
        Units,
        Column(
            "Min order (units)",
            "最小订货量（台）",
            "an order in a period, over all sites, is zero or at least this",
        ),
    ] = 0.0
    max_order: Annotated[
        Units | None,
        Column(
            "Max order (units per period)",
            "最大订货量（台每期）",
            "over all sites; on_demand and spot: rented at once at one site",
            default_word="unlimited",
        ),
    ] = None
    max_total: Annotated[
        Units | None,
        Column("Max total (units)", "总量上限（台）", "over the horizon", default_word="unlimited"),
    ] = None
    lead_time: Annotated[
        Weeks, Column("Lead time (weeks)", "交货期（周）", "from order to delivery")
    ] = 0.0
    payment: Annotated[
        Payment, Column("Payment", "付款时点", "the period that pays the upfront price")
    ] = Payment.ORDER
    term: Annotated[
        Months | None,
        Column(
            "Term (months)",
            "期限（月）",
            "useful life of a purchase, length of a lease or commitment",
            default_word="to the end of the horizon",
        ),
    ] = None
    available_from: Annotated[
        date | None,
        Column("Available from", "报价生效日", "first order date at which the quote holds"),
    ] = None
    available_until: Annotated[
        date | None,
        Column("Available until", "报价截止日", "last order date at which the quote holds"),
    ] = None
    availability: Annotated[
        PositiveShare,
        Column("Availability", "可用率", "share of a unit's time that does work"),
    ] = 1.0
    tier_scheme: Annotated[
        TierScheme,
        Column(
            "Tier scheme",
            "阶梯方式",
            "for offers in Price tiers; all_units: the tier reached prices the whole order, "
            "incremental: only the units beyond its Min units",
        ),
    ] = TierScheme.ALL_UNITS
    quote_ref: Annotated[str, Column("Quote ref", "报价单号", "carried to the plan")] = ""
    note: Annotated[str, Column("Note", "备注", "carried to the plan", width=40)] = ""

    @property
    def is_elastic(self) -> bool:
        """Whether units come and go by the hour: on_demand and spot."""
        return self.acquisition.is_elastic

    @property
    def is_usage_priced(self) -> bool:
        """Whether its units form a pool of their own: elastic, or with an hourly price."""
        return self.is_elastic or bool(self.hourly_price)

    def faults(self) -> Iterator[Fault]:
        """Yield missing prices, terms that contradict each other or do not apply."""
        if self.is_elastic and self.hourly_price is None:
            yield Fault(
                "hourly_price",
                Code.PRICE_MISSING,
                f"the {self.acquisition} offer '{self.offer}' has no hourly price.",
                "a price of at least 0",
                with_fields=("acquisition",),
            )
        first, last = self.available_from, self.available_until
        if first and last and first > last:
            yield Fault(
                "available_until",
                Code.CONTRADICTION,
                f"the quote ends on {last} before it begins on {first}.",
                "a date on or after Available from",
                with_fields=("available_from",),
            )
        for most in (self.max_order, self.max_total):
            if most is not None and self.min_order > most:
                yield Fault(
                    "min_order",
                    Code.CONTRADICTION,
                    f"the min order of {self.min_order:g} is above the maximum of {most:g}.",
                    "at most Max order and Max total",
                    with_fields=("max_order", "max_total"),
                )
        if self.is_elastic:
            yield from self._idle_terms()

    def _idle_terms(self) -> Iterator[Fault]:
        given = {
            "upfront_price": bool(self.upfront_price),
            "monthly_price": bool(self.monthly_price),
            "landed_cost": self.landed_cost > 0,
            "order_fee": self.order_fee > 0,
            "pack_size": self.pack_size > 1,
            "min_order": self.min_order > 0,
            "max_total": self.max_total is not None,
            "lead_time": self.lead_time > 0,
            "payment": self.payment is not Payment.ORDER,
            "term": self.term is not None,
        }
        for field, is_given in given.items():
            if is_given:
                yield Fault(
                    field,
                    Code.DOES_NOT_APPLY,
                    f"this term does not apply to {self.acquisition} and is not used.",
                    hint="Leave the cell blank.",
                    severity="warning",
                    with_fields=("acquisition",),
                )


class PriceTier(Row):
    """The upfront price of an offer from an order size on."""

    sheet: ClassVar[Sheet] = Sheet(
        "Price tiers",
        "阶梯价格",
        "At an order of at least Min units the price applies, to all of its units or, if "
        "incremental, to those beyond Min units; below, the offer's own.",
        key=("offer", "min_units"),
    )
    offer: Annotated[str, Column("Offer", "报价编号", "which offer", refers="Offers")]
    min_units: Annotated[
        Units, Column("Min units", "起订数量", "over all sites, one delivery period")
    ]
    upfront_price: Annotated[
        Price, Column("Upfront price (per unit)", "一次性价格（每台）", "in the offer's currency")
    ]
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""


class Rebate(Row):
    """A share of a vendor's upfront spend that comes back at the end of the horizon."""

    sheet: ClassVar[Sheet] = Sheet(
        "Rebates",
        "返利",
        "When upfront spend with the vendor reaches Min spend, this share of all of it comes "
        "back at the end of the horizon; the highest level reached counts.",
        key=("vendor", "min_spend"),
    )
    vendor: Annotated[str, Column("Vendor", "供应商", "which vendor", refers="Offers.vendor")]
    min_spend: Annotated[
        Budget, Column("Min spend (base currency)", "最低采购额（本位币）", "over the horizon")
    ]
    rebate: Annotated[Share, Column("Rebate", "返利率", "share of the spend")]
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""
