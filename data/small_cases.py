"""Small cases: each shows one feature, and its optimum can be worked out in the head.

Quarters have 1,000 hours and servers 10 cores, so that a server rented for a quarter
at 1 an hour costs 1,000. Nothing is discounted and no residual value is credited.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from data.sample import (
    CORES,
    OWNED,
    SERVE,
    SERVER,
    Sample,
    Worked,
    make_offer,
    make_tables,
    name_samples,
)
from planner.case.hardware import Category, Hardware
from planner.case.horizon import Slice
from planner.case.offers import Acquisition
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import LoadProfile, Workload, WorkloadKind
from planner.workbook.template.samples import Rows


def lead_time() -> Worked:
    """Rent the first quarter, because what is bought arrives only in the second.

    Two quarters need a server. Renting costs 2 an hour, 2,000 a quarter; buying costs
    1,000 once, but takes 8 weeks, so that nothing ordered on the first day arrives on it.
    Rent the first quarter, buy for the second: 2,000 + 1,000 = 3,000.
    """
    tables = make_tables(
        [10, 10],
        offers=[
            make_offer("Buy", Acquisition.PURCHASE, upfront_price=1000, lead_time=8),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=2),
        ],
    )
    return tables, 3000.0


def lease_or_buy() -> Worked:
    """Buy what is needed for long, and lease what is needed for half a year.

    Four quarters need 1, 2, 2 and 1 servers. Buying costs 800; leasing costs 80 a month
    for 6 months, 480. The first server is cheaper bought (800 against two leases, 960),
    the second leased (480 against 800): 800 + 480 = 1,280.
    """
    tables = make_tables(
        [10, 20, 20, 10],
        offers=[
            make_offer("Buy", Acquisition.PURCHASE, upfront_price=800),
            make_offer("Lease", Acquisition.LEASE, monthly_price=80, term=6),
        ],
    )
    return tables, 1280.0


def spot_with_interruptions() -> Worked:
    """Use cheap spot where work may be interrupted, and pay for the time that it loses.

    A quarter needs 80 cores of training, which may be interrupted, and 10 cores of
    serving, which may not. A spot server costs 0.5 an hour and works 0.8 of its time,
    0.625 an hour of work; at most 5 at once do the work of 4. On demand costs 1 an hour.
    Training: 4 on spot, 4,000 × 0.625 = 2,500, and 4 on demand, 4,000. Serving: 1,000.
    2,500 + 4,000 + 1,000 = 7,500.
    """
    training = Workload(
        workload="Training", unit="cores", kind=WorkloadKind.BATCH, interruptible=True
    )
    tables = make_tables(
        [10],
        offers=[
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=1),
            make_offer("Spot", Acquisition.SPOT, hourly_price=0.5, availability=0.8, max_order=5),
        ],
        more={training: [80]},
    )
    return tables, 7500.0


def pack_size() -> Worked:
    """Take the last server from a dearer offer, as a second pack would stand half empty.

    A quarter needs 9 servers. One offer has packs of 8 at 100 a server, the other single
    servers at 130. One pack and one single, 800 + 130 = 930, beat two packs, 1,600, and
    nine singles, 1,170.
    """
    tables = make_tables(
        [90],
        offers=[
            make_offer("Packs of 8", Acquisition.PURCHASE, upfront_price=100, pack_size=8),
            make_offer("Singles", Acquisition.PURCHASE, upfront_price=130),
        ],
    )
    return tables, 930.0


def energy_cap() -> Worked:
    """Buy frugal servers for as much of the work as the energy cap demands.

    A quarter needs 4 servers all the time, at a site with PUE 1.5 and 0.1 a kWh. A hungry
    server draws 2 kW: 3,000 kWh, 300, and with its price of 100 it costs 400. A frugal
    one draws 1 kW: 1,500 kWh, 150, and with its price of 300 it costs 450. Four hungry
    ones would take 12,000 kWh; 9,000 allow two: 2 × 400 + 2 × 450 = 1,700.
    """
    frugal = Hardware(sku="Frugal", category=Category.CPU, cores=CORES, power=1)
    hungry = Hardware(sku="Hungry", category=Category.CPU, cores=CORES, power=2)
    tables = make_tables(
        [40],
        offers=[
            make_offer("Frugal", Acquisition.PURCHASE, sku="Frugal", upfront_price=300),
            make_offer("Hungry", Acquisition.PURCHASE, sku="Hungry", upfront_price=100),
        ],
        hardware=[frugal, hungry],
        sites=[Site(site="Own hall", kind=SiteKind.OWNED, pue=1.5, energy_price=0.1)],
        energy_cap=9000,
    )
    return tables, 1700.0


def budget_forces_rental() -> Worked:
    """Rent a second server at a higher cost, because the budget pays for one only.

    Two quarters need 2 servers. Buying costs 1,000, renting 0.8 an hour, 800 a quarter.
    Two purchases, 2,000, would be least, but a quarter's capex budget is 1,000. Buy one
    and rent one in the first quarter, 1,800; in the second renting on, 800, beats buying
    for one quarter: 2,600.
    """
    tables = make_tables(
        [20, 20],
        offers=[
            make_offer("Buy", Acquisition.PURCHASE, upfront_price=1000),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=0.8),
        ],
        capex_budget=1000,
    )
    return tables, 2600.0


def shortage_or_buy() -> Worked:
    """Leave a little work undone where another server would cost more.

    A quarter needs 25 cores; a core-hour not served costs 0.2. A server costs 1,500. Two
    servers leave 5 cores short: 3,000 + 5 × 1,000 × 0.2 = 4,000, which beats three,
    4,500, and one, 1,500 + 15 × 1,000 × 0.2 = 4,500.
    """
    tables = make_tables(
        [25],
        offers=[make_offer("Buy", Acquisition.PURCHASE, upfront_price=1500)],
        workload=SERVE.model_copy(update={"shortage_penalty": 0.2}),
    )
    return tables, 4000.0


def data_residency() -> Worked:
    """Serve in Europe what must stay there, although it is cheaper elsewhere.

    A quarter needs a server for each of two workloads. Renting costs 2 an hour in the
    US and 3 in Europe. One workload may run anywhere, 2,000; the other must stay in
    Europe, 3,000: 5,000.
    """
    europe = Workload(workload="European users", unit="cores", sites=("Cloud EU",))
    sites = [Site(site=name, kind=SiteKind.CLOUD) for name in ("Cloud EU", "Cloud US")]
    tables = make_tables(
        [10],
        offers=[
            make_offer("Rent EU", Acquisition.ON_DEMAND, sites=("Cloud EU",), hourly_price=3),
            make_offer("Rent US", Acquisition.ON_DEMAND, sites=("Cloud US",), hourly_price=2),
        ],
        sites=sites,
        more={europe: [10]},
    )
    return tables, 5000.0


def peak_and_off_peak() -> Worked:
    """Buy one server, rent for the peak, and fill the quiet hours with batch work.

    Serving needs 10 cores on the average: 22 in the 250 peak hours and 6 in the other 750.
    A server costs 1,500 to buy and 3 an hour to rent. One server bought leaves 12 cores of
    the peak to rent, 1.2 × 250 × 3 = 900: 2,400. None bought: 3,000; two: 3,150. Off the
    peak it has 4 cores to spare, 3,000 core-hours: just what the batch work needs, 3 cores
    on the average, so it costs nothing more. 1,500 + 900 = 2,400.
    """
    training = Workload(workload="Training", unit="cores", kind=WorkloadKind.BATCH)
    tables = make_tables(
        [10],
        offers=[
            make_offer("Buy", Acquisition.PURCHASE, upfront_price=1500),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=3),
        ],
        more={training: [3]},
    )
    shape: Rows = {
        Slice: (Slice(slice="peak", share=0.25), Slice(slice="off-peak", share=0.75)),
        LoadProfile: (
            LoadProfile(workload="Serving", slice="peak", multiplier=2.2),
            LoadProfile(workload="Serving", slice="off-peak", multiplier=0.6),
        ),
    }
    return {**tables, **shape}, 2400.0


def retiring_fleet() -> Worked:
    """Rent for the quarter between one server's retirement and its successor's arrival.

    Four quarters need 3 servers. Three stand there; one retires on 1 July, and one on
    order arrives on 1 October. Each costs 10 a month while it stands: 2 × 120, 60 for the
    one that retires after 6 months, 30 for the one that arrives: 330. For the third
    quarter buying costs 900 and renting 0.5 an hour, 500: 330 + 500 = 830.
    """
    tables = make_tables(
        [30, 30, 30, 30],
        offers=[
            make_offer("Buy", Acquisition.PURCHASE, upfront_price=900),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=0.5),
        ],
    )
    at = {"sku": SERVER.sku, "site": OWNED.site, "monthly_cost": 10}
    fleet = (
        Installed(units=2, **at),
        Installed(units=1, retire_on=date(2027, 7, 1), **at),
        Installed(units=1, available_from=date(2027, 10, 1), **at),
    )
    return {**tables, Installed: fleet}, 830.0


SMALL_CASES: Mapping[str, Sample] = name_samples(
    lead_time,
    lease_or_buy,
    spot_with_interruptions,
    pack_size,
    energy_cap,
    budget_forces_rental,
    shortage_or_buy,
    data_residency,
    peak_and_off_peak,
    retiring_fleet,
)
"""The small cases by the name of their workbook."""
