"""The document's own case, in whole units.

    C = 10·R + 0.5·E + P        with P = 1000 + 0.1·(500 - 500·R)

R is made of 110 whole units of 500/110 cores, so R = k/110 for k units: the very points
k = 11 to 110 that the document's code looks at. E is what R = 1 draws, times R.
"""

from __future__ import annotations

from datetime import date

from data.sample import Sample
from planner.case.finance import ResidualValue, Settings
from planner.case.hardware import Category, Hardware
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer
from planner.case.sites import Site, SiteKind
from planner.case.workloads import Demand, Workload
from planner.workbook.template.samples import Rows

UNITS = 110
CODE_KILOWATTS, FORMULA_KILOWATTS = 25.0, 0.05
"""What R = 1 draws by the document's code, and by its formula."""

_FLOPS = "The column TFLOPS holds the document's FLOPS"
_HOUR = Period(
    period="Hour",
    start=date(2027, 1, 1),
    hours=1,
    required_cores=500,
    required_tflops=1000,
    energy_cap=100,
    note=f"R_d = 500 cores, P_t = 1000, E_d = 100 kWh. {_FLOPS}",
)
_SITES = (
    Site(site="Own hall", kind=SiteKind.OWNED, pue=1, energy_price=0.5, note="C_e = 0.5"),
    Site(site="Cloud", kind=SiteKind.CLOUD),
)
_COMPUTE = Hardware(
    sku="Compute",
    category=Category.CLOUD,
    description="The document's P, by the FLOPS",
    tflops=1,
    note=_FLOPS,
)
_RENT = Offer(
    offer="Compute by the hour",
    vendor="Cloud",
    sku="Compute",
    acquisition=Acquisition.ON_DEMAND,
    hourly_price=1,
    note="C_p = 1",
)
_WORK = Workload(
    workload="Any compute",
    unit="TFLOPS",
    note="How much there must be stands on Periods: Required TFLOPS",
)


def article_tables(units: int = UNITS, kilowatts: float = CODE_KILOWATTS) -> Rows:
    """Return the document's case; its least cost falls with every unit.

    With 25 kW the cost is 10·R + 12.5·R + 1050 - 50·R = 1050 - 27.5·R: with k units at
    most 1050 - 27.5·k/110, with all of them 10 + 12.5 + 1000 = 1022.5. With 0.05 kW it
    is 1050 - 39.975·R: 1018.02 at R = 0.8 (88 units) and 1014.0225 at R = 0.9 (99).

    Parameters
    ----------
    units : at most so many of the 110
    kilowatts : what all 110 of them draw
    """
    cores = Hardware(
        sku="Cores",
        category=Category.CPU,
        description="1/110 of the document's R",
        cores=500 / UNITS,
        power=kilowatts / UNITS,
        idle_power=kilowatts / UNITS,
        note="110 units are R = 1; they draw the same whether used or not",
    )
    lease = Offer(
        offer="Cores for an hour",
        vendor="Owner",
        sku="Cores",
        acquisition=Acquisition.LEASE,
        upfront_price=10 / UNITS,
        max_total=units,
        note="C_r = 10 for R = 1",
    )
    return {
        Settings: (Settings(alpha=0.1, residual_value=ResidualValue.NONE),),
        Period: (_HOUR,),
        Hardware: (cores, _COMPUTE),
        Offer: (lease, _RENT),
        Site: _SITES,
        Workload: (_WORK,),
        Demand: (Demand(workload=_WORK.workload, rates={_HOUR.period: 0}),),
    }


ARTICLE_CASE = Sample(
    article_tables(),
    1022.5,
    "Reproduce the document's own case, as its code computes it: C = 1050 - 27.5 R.",
)
