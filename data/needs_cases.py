"""Cases of what work needs of the machines: whole clusters, and another site in reserve.

As in the other small cases quarters have 1,000 hours, servers 10 cores, and nothing is
discounted or left over at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.sample import CLOUD, CORES, SERVE, Sample, Worked, make_offer, make_tables, name_samples
from planner.case.hardware import Category, Hardware
from planner.case.offers import Acquisition
from planner.case.sites import Site, SiteKind
from planner.case.workloads import Workload, WorkloadKind

NORTH = Site(site="North hall", kind=SiteKind.OWNED)
SOUTH = Site(site="South hall", kind=SiteKind.OWNED)


def cluster_units() -> Worked:
    """Put a whole cluster into the dearer hall, as the cheaper one has no room for it.

    Training needs 4 servers in one place, serving one server anywhere. A server costs
    100 in the north, where there is power for 3, and 150 in the south; renting one for
    the quarter costs 120, but what is rented is no cluster. Training: 4 × 150 = 600.
    Serving: 100. 700 in all; without the cluster it would be 3 × 100 + 2 × 120 = 540.
    """
    training = Workload(workload="Training", unit="cores", kind=WorkloadKind.BATCH, cluster_units=4)
    tables = make_tables(
        [10],
        offers=[
            make_offer("North", Acquisition.PURCHASE, sites=("North hall",), upfront_price=100),
            make_offer("South", Acquisition.PURCHASE, sites=("South hall",), upfront_price=150),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=0.12),
        ],
        hardware=[Hardware(sku="Server", category=Category.CPU, cores=CORES, power=1)],
        sites=[NORTH.model_copy(update={"it_power": 3}), SOUTH, CLOUD],
        more={training: [40]},
    )
    return tables, 700.0


def site_loss() -> Worked:
    """Keep enough in each hall to stand in for the other, and train on it meanwhile.

    Serving needs 4 servers, and 3 of them must be left if either hall is lost. A server
    costs 100 in the north and 150 in the south: 3 × 100 + 3 × 150 = 750. Serving uses 4
    of the 6, so the 2 that training needs are there and cost nothing more.
    """
    training = Workload(workload="Training", unit="cores", kind=WorkloadKind.BATCH)
    tables = make_tables(
        [40],
        offers=[
            make_offer("North", Acquisition.PURCHASE, sites=("North hall",), upfront_price=100),
            make_offer("South", Acquisition.PURCHASE, sites=("South hall",), upfront_price=150),
        ],
        sites=[NORTH, SOUTH],
        workload=SERVE.model_copy(update={"site_loss_coverage": 0.75}),
        more={training: [20]},
    )
    return tables, 750.0


NEEDS_CASES: Mapping[str, Sample] = name_samples(cluster_units, site_loss)
"""The cases of what work needs by the name of their workbook."""
