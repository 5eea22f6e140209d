"""Sites, and the machines that stand there or are on order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from planner.errors import Code
from planner.row import Column, Fault, Row, Sheet
from planner.units import (
    BasePrice,
    KilogramsPerKwh,
    Kilowatts,
    PowerUsageEffectiveness,
    RackUnits,
    Share,
    WholeUnits,
    YearlyRate,
)


class SiteKind(StrEnum):
    """Whose building it is."""

    OWNED = "owned"
    COLO = "colo"
    CLOUD = "cloud"


class Site(Row):
    """A place where units stand or are rented."""

    sheet: ClassVar[Sheet] = Sheet(
        "Sites",
        "站点",
        "One row a site. A site without a PUE is not metered: its energy is in its prices.",
        required=True,
        key=("site",),
    )
    site: Annotated[str, Column("Site", "站点", "unique name")]
    kind: Annotated[SiteKind, Column("Kind", "性质", "whose building it is")]
    region: Annotated[str, Column("Region", "地区", "for people")] = ""
    it_power: Annotated[
        Kilowatts | None,
        Column(
            "IT power (kW)", "IT功率（kW）", "limit on installed units", default_word="unlimited"
        ),
    ] = None
    rack_units: Annotated[
        RackUnits | None,
        Column("Rack units", "机架单元", "limit on installed units", default_word="unlimited"),
    ] = None
    pue: Annotated[
        PowerUsageEffectiveness | None,
        Column("PUE", "能源使用效率", "facility energy over IT energy", default_word="not metered"),
    ] = None
    energy_price: Annotated[
        BasePrice, Column("Energy price (per kWh)", "电价（每kWh）", "in base currency")
    ] = 0.0
    energy_price_change: Annotated[
        YearlyRate,
        Column("Energy price change (per year)", "电价年变化率", "compounding from plan start"),
    ] = 0.0
    carbon_intensity: Annotated[
        KilogramsPerKwh,
        Column("Carbon intensity (kg per kWh)", "碳强度（kg每kWh）", "of its energy"),
    ] = 0.0
    carbon_price: Annotated[
        BasePrice, Column("Carbon price (per kg)", "碳价（每kg）", "in base currency")
    ] = 0.0
    note: Annotated[str, Column("Note", "备注", "source of the figures", width=40)] = ""

    @property
    def is_metered(self) -> bool:
        """Whether its energy is paid for by the kWh."""
        return self.pue is not None

    def faults(self) -> Iterator[Fault]:
        """Yield a warning where an energy price has no meter."""
        if not self.is_metered and (self.energy_price or self.carbon_intensity):
            yield Fault(
                "pue",
                Code.DOES_NOT_APPLY,
                f"'{self.site}' has an energy price or carbon intensity but no PUE, "
                "so its energy is not counted.",
                "a PUE of at least 1",
                "Write a PUE, or leave energy price and carbon intensity blank.",
                severity="warning",
            )


class Installed(Row):
    """Units that are there, or on order before the plan begins."""

    sheet: ClassVar[Sheet] = Sheet(
        "Fleet",
        "现有设备",
        "What is there or on order. An open order has its arrival in Available from.",
    )
    sku: Annotated[str, Column("SKU", "型号", "which machine", refers="Hardware")]
    site: Annotated[str, Column("Site", "站点", "where it stands", refers="Sites")]
    units: Annotated[WholeUnits, Column("Units", "数量", "how many")]
    available_from: Annotated[
        date | None,
        Column("Available from", "到货日", "an open order's arrival", default_word="there already"),
    ] = None
    retire_on: Annotated[
        date | None,
        Column("Retire on", "退役日", "no longer in service from then", default_word="stays"),
    ] = None
    monthly_cost: Annotated[
        BasePrice, Column("Monthly cost (per unit)", "月度费用（每台）", "in base currency")
    ] = 0.0
    utilisation: Annotated[
        Share | None, Column("Utilisation", "当前利用率", "today's; for the assessment")
    ] = None
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""

    def faults(self) -> Iterator[Fault]:
        """Yield an error where units retire before they arrive."""
        if self.available_from and self.retire_on and self.available_from > self.retire_on:
            yield Fault(
                "retire_on",
                Code.CONTRADICTION,
                f"the units retire on {self.retire_on} before they arrive on "
                f"{self.available_from}.",
                "a date after Available from",
                with_fields=("available_from",),
            )
