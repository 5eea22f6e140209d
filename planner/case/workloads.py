"""Workloads: the work that must be done, how much of it, and when."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from planner.case.hardware import Category
from planner.row import Column, Row, Sheet
from planner.units import BasePrice, Count, Multiplier, PositiveMultiplier, Rate, Share


class WorkloadKind(StrEnum):
    """Whether the work is due in every slice, or only within the period."""

    SERVICE = "service"
    BATCH = "batch"


class Workload(Row):
    """A kind of work, and what it needs of the machines that do it."""

    sheet: ClassVar[Sheet] = Sheet(
        "Workloads",
        "工作负载",
        "One row a workload: what must be served, and by what.",
        required=True,
        key=("workload",),
    )
    workload: Annotated[str, Column("Workload", "工作负载", "unique name")]
    application: Annotated[str, Column("Application", "应用领域", "NLP, computer vision, ...")] = ""
    unit: Annotated[str, Column("Unit", "单位", "TFLOPS, cores, or its own: tokens/s ...")]
    kind: Annotated[
        WorkloadKind,
        Column("Kind", "类型", "service: served in every slice; batch: within the period"),
    ] = WorkloadKind.SERVICE
    efficiency: Annotated[
        PositiveMultiplier,
        Column("Efficiency", "效率", "share of a SKU's TFLOPS or cores that turns into work"),
    ] = 1.0
    categories: Annotated[
        tuple[Category, ...],
        Column("Categories", "可用类别", "that may serve it", default_word="any"),
    ] = ()
    sites: Annotated[
        tuple[str, ...],
        Column("Sites", "可用站点", "data residency", refers="Sites", default_word="any"),
    ] = ()
    interruptible: Annotated[bool, Column("Interruptible", "可中断", "yes: may run on spot")] = (
        False
    )
    shortage_penalty: Annotated[
        BasePrice | None,
        Column(
            "Shortage penalty (per unit-hour)",
            "缺口罚金（每单位小时）",
            "in base currency",
            default_word="demand must be met",
        ),
    ] = None
    cluster_units: Annotated[
        Count | None,
        Column(
            "Cluster units",
            "集群规模（台）",
            "it can only run where one pool has at least that many committed units",
        ),
    ] = None
    site_loss_coverage: Annotated[
        Share | None,
        Column(
            "Site loss coverage",
            "站点失效覆盖率",
            "share of its peak that other sites must carry if any one site is lost",
        ),
    ] = None
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""

    @property
    def is_service(self) -> bool:
        """Whether it is due in every slice."""
        return self.kind is WorkloadKind.SERVICE


class Demand(Row):
    """The average rate of a workload in every period."""

    sheet: ClassVar[Sheet] = Sheet(
        "Demand",
        "需求",
        "One row a workload, one column a period: the average rate in the workload's unit.",
        required=True,
        key=("workload", "scenario"),
    )
    workload: Annotated[str, Column("Workload", "工作负载", "which workload", refers="Workloads")]
    scenario: Annotated[
        str,
        Column("Scenario", "情景", "which scenario", refers="Scenarios", default_word="all"),
    ] = ""
    rates: Annotated[
        Mapping[str, Rate],
        Column("Period", "期间", "average rate in the period", refers="Periods"),
    ]
    note: Annotated[str, Column("Note", "备注", "source of the figures", width=40)] = ""


class LoadProfile(Row):
    """How a workload's rate in a slice differs from its average."""

    sheet: ClassVar[Sheet] = Sheet(
        "Load profile",
        "负荷曲线",
        "A workload's rate in a slice over its average rate.",
        key=("workload", "slice"),
    )
    workload: Annotated[str, Column("Workload", "工作负载", "which workload", refers="Workloads")]
    slice: Annotated[str, Column("Slice", "时段", "which slice", refers="Slices")]
    multiplier: Annotated[Multiplier, Column("Multiplier", "倍数", "on the average rate")] = 1.0
    note: Annotated[str, Column("Note", "备注", "for people", width=40)] = ""
