"""Machines: what a SKU is, and what it does for each workload."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar

from planner.errors import Code
from planner.row import Column, Fault, Row, Sheet
from planner.units import (
    Cores,
    Gigabytes,
    Kilowatts,
    PositiveShare,
    RackUnits,
    Rate,
    Teraflops,
)


class Category(StrEnum):
    """What kind of machine a SKU is; a SKU itself is data, never a list."""

    CPU = "CPU"
    GPU = "GPU"
    FPGA = "FPGA"
    TPU = "TPU"
    CLOUD = "cloud"
    OTHER = "other"


class Hardware(Row):
    """A SKU. One unit is what an offer prices: a card, a server, an instance."""

    sheet: ClassVar[Sheet] = Sheet(
        "Hardware",
        "硬件",
        "One row a SKU. One unit is what an offer prices: a card, a server, an instance.",
        required=True,
        key=("sku",),
    )
    sku: Annotated[str, Column("SKU", "型号", "unique name of this kind of machine")]
    category: Annotated[Category, Column("Category", "类别", "kind of machine")]
    manufacturer: Annotated[str, Column("Manufacturer", "制造商", "who makes it")] = ""
    description: Annotated[str, Column("Description", "说明", "shown to the buyer", width=40)] = ""
    cores: Annotated[
        Cores, Column("Cores (per unit)", "核数（每台）", "counted against Required cores")
    ] = 0.0
    tflops: Annotated[
        Teraflops,
        Column("TFLOPS (per unit)", "算力TFLOPS（每台）", "peak, against Required TFLOPS"),
    ] = 0.0
    memory: Annotated[
        Gigabytes, Column("Memory (GB per unit)", "内存（GB每台）", "for information")
    ] = 0.0
    power: Annotated[
        Kilowatts, Column("Power (kW per unit)", "功率（kW每台）", "IT power when fully used")
    ] = 0.0
    idle_power: Annotated[
        Kilowatts,
        Column(
            "Idle power (kW per unit)", "空闲功率（kW每台）", "IT power when in service, unused"
        ),
    ] = 0.0
    rack_units: Annotated[
        RackUnits, Column("Rack units (per unit)", "机架单元（每台）", "space in a rack")
    ] = 0.0
    max_utilisation: Annotated[
        PositiveShare | None,
        Column(
            "Max utilisation",
            "最高利用率",
            "share of an installed unit's time that may be planned for use",
            default_word="the setting Max utilisation",
        ),
    ] = None
    note: Annotated[str, Column("Note", "备注", "source of the figures", width=40)] = ""

    def faults(self) -> Iterator[Fault]:
        """Yield an error where an idle unit would draw more than a busy one."""
        if self.idle_power > self.power:
            yield Fault(
                "idle_power",
                Code.CONTRADICTION,
                f"idle power {self.idle_power:g} kW is above the power of {self.power:g} kW.",
                "at most the column Power",
                with_fields=("power",),
            )


class Performance(Row):
    """How much of a workload one unit of a SKU does when it works on nothing else."""

    sheet: ClassVar[Sheet] = Sheet(
        "Performance",
        "性能",
        "Measured throughput of a SKU for a workload. Without a row, TFLOPS or cores × "
        "Efficiency count for these two units, and nothing for any other unit.",
        key=("workload", "sku"),
    )
    workload: Annotated[str, Column("Workload", "工作负载", "which workload", refers="Workloads")]
    sku: Annotated[str, Column("SKU", "型号", "which machine", refers="Hardware")]
    throughput: Annotated[
        Rate,
        Column(
            "Throughput (per unit)", "吞吐量（每台）", "in the workload's unit; 0: cannot serve"
        ),
    ]
    note: Annotated[str, Column("Note", "备注", "source of the figure", width=40)] = ""
