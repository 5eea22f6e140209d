"""Settings, currencies, scenarios: what holds for the whole plan."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from planner.row import Column, Row, Sheet
from planner.units import (
    Days,
    DiscountRate,
    ExchangeRate,
    Gap,
    Multiplier,
    Number,
    PositiveShare,
    Seconds,
    Share,
    Threads,
)


class ResidualValue(StrEnum):
    """Whether the book value left at the horizon's end is credited."""

    STRAIGHT_LINE = "straight_line"
    NONE = "none"


class Settings(Row):
    """What holds for the whole plan: one setting a row on its sheet."""

    sheet: ClassVar[Sheet] = Sheet(
        "Settings",
        "设置",
        "One setting a row; a setting left out has its default.",
        layout="settings",
    )
    plan_name: Annotated[str, Column("Plan name", "计划名称", "shown on the plan")] = ""
    currency: Annotated[str, Column("Currency", "货币", "base currency, ISO code")] = "USD"
    plan_start: Annotated[
        date | None,
        Column(
            "Plan start",
            "计划开始日",
            "no order can be placed before this date",
            default_word="start of the first period",
        ),
    ] = None
    discount_rate: Annotated[DiscountRate, Column("Discount rate", "折现率", "per year")] = 0.0
    max_utilisation: Annotated[
        PositiveShare,
        Column(
            "Max utilisation",
            "最高利用率",
            "share of an installed unit's time that may be planned for use",
        ),
    ] = 1.0
    residual_value: Annotated[
        ResidualValue,
        Column("Residual value", "残值", "straight_line: book value left at the end is credited"),
    ] = ResidualValue.STRAIGHT_LINE
    carry_over: Annotated[
        bool,
        Column(
            "Carry over",
            "预算结转",
            "unspent budget moves on to the next period; up to a blank one, which is unlimited",
        ),
    ] = False
    alpha: Annotated[
        Number | None,
        Column(
            "Alpha",
            "阿尔法",
            "extra TFLOPS required per core missing to Required cores",
            default_word="Required cores must be met",
        ),
    ] = None
    risk_weight: Annotated[
        Share, Column("Risk weight", "风险权重", "lambda of the mean-CVaR objective")
    ] = 0.0
    risk_level: Annotated[
        Share, Column("Risk level", "风险水平", "beta of the mean-CVaR objective")
    ] = 0.9
    processing_days: Annotated[
        Days, Column("Processing days", "审批天数", "from requisition to order")
    ] = 0
    mip_gap: Annotated[Gap, Column("MIP gap", "求解间隙", "stop at this proven gap")] = 0.001
    time_limit: Annotated[
        Seconds, Column("Time limit (s)", "时间限制（秒）", "stop after this time")
    ] = 600.0
    threads: Annotated[
        Threads | None,
        Column("Threads", "线程数", "of the solver", default_word="all", also=("all", "全部")),
    ] = None


class Currency(Row):
    """What one unit of a currency is worth."""

    sheet: ClassVar[Sheet] = Sheet(
        "Currencies", "汇率", "Base units for one unit of the currency.", key=("currency",)
    )
    currency: Annotated[str, Column("Currency", "货币", "ISO code")]
    rate: Annotated[ExchangeRate, Column("Rate", "汇率", "base units for one")]
    note: Annotated[str, Column("Note", "备注", "source and date of the rate", width=40)] = ""


class Scenario(Row):
    """One way the future may go."""

    sheet: ClassVar[Sheet] = Sheet(
        "Scenarios",
        "情景",
        "One row a scenario: how likely, and how much more or less demand.",
        key=("scenario",),
    )
    scenario: Annotated[str, Column("Scenario", "情景", "unique name")]
    probability: Annotated[Number, Column("Probability", "概率", "normalised")]
    demand_multiplier: Annotated[
        Multiplier, Column("Demand multiplier", "需求倍数", "on rows without a scenario")
    ] = 1.0
    known_from: Annotated[
        str,
        Column(
            "Known from",
            "明朗期",
            "orders placed in this period or later may differ from other scenarios'",
            refers="Periods",
            default_word="never",
        ),
    ] = ""
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""
