"""Samples: cases of which the least cost is known, and what their definitions share.

A definition is a function without arguments. Its name is the name of the workbook, the
first line of its docstring says what is the right thing to do, and the rest is the sum.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from planner.case.finance import ResidualValue, Settings
from planner.case.hardware import Category, Hardware
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer
from planner.case.sites import Site, SiteKind
from planner.case.workloads import Demand, Workload
from planner.row import Row
from planner.workbook.template.samples import Rows, blank_tables

HOURS = 1000.0
CORES = 10.0
PLAIN = Settings(residual_value=ResidualValue.NONE)
SERVER = Hardware(sku="Server", category=Category.CPU, cores=CORES)
OWNED = Site(site="Own hall", kind=SiteKind.OWNED)
CLOUD = Site(site="Cloud", kind=SiteKind.CLOUD)
SERVE = Workload(workload="Serving", unit="cores")


class Sample(NamedTuple):
    """A case of which the optimum is known.

    Attributes
    ----------
    tables : its rows, by their class
    objective : the least cost, worked out by hand
    sentence : what it shows
    """

    tables: Rows
    objective: float
    sentence: str


Worked = tuple[Rows, float]
"""What a definition returns: the tables of a case, and its least cost."""


def make_offer(
    name: str,
    acquisition: Acquisition,
    *,
    sku: str = SERVER.sku,
    vendor: str = "Vendor",
    **terms: Any,
) -> Offer:
    """Return an offer of servers, with such prices and terms."""
    return Offer(offer=name, vendor=vendor, sku=sku, acquisition=acquisition, **terms)


def make_tables(
    demand: Sequence[float],
    *,
    offers: Sequence[Offer],
    settings: Settings = PLAIN,
    hardware: Sequence[Hardware] = (SERVER,),
    sites: Sequence[Site] = (OWNED, CLOUD),
    workload: Workload = SERVE,
    more: Mapping[Workload, Sequence[float]] = MappingProxyType({}),
    **limits: float,
) -> Rows:
    """Return the tables of a case.

    Parameters
    ----------
    demand : of the workload, a rate a quarter; all others ask for `more`
    offers, settings, hardware, sites, workload : rows of these tables
    limits : fields of Period, the same in each quarter
    """
    blank = blank_tables("2027Q1", len(demand))
    periods = [
        row.model_copy(update={"hours": HOURS, **limits})
        for row in blank[Period]
        if isinstance(row, Period)
    ]
    asked = {workload: demand, **more}
    labels = [row.period for row in periods]
    rows: dict[type[Row], Sequence[Row]] = {
        Settings: (settings,),
        Period: tuple(periods),
        Hardware: tuple(hardware),
        Offer: tuple(offers),
        Site: tuple(sites),
        Workload: tuple(asked),
        Demand: tuple(
            Demand(workload=one.workload, rates=dict(zip(labels, rates, strict=True)))
            for one, rates in asked.items()
        ),
    }
    return {**blank, **rows}


def name_samples(*worked: Callable[[], Worked]) -> Mapping[str, Sample]:
    """Return what definitions make, by their names."""
    return MappingProxyType({one.__name__: _sample(one) for one in worked})


def _sample(worked: Callable[[], Worked]) -> Sample:
    tables, objective = worked()
    return Sample(tables, objective, (inspect.getdoc(worked) or "").splitlines()[0])
