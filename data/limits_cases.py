"""Cases of limits: budgets that move on, carbon, and rules about vendors.

As in the other small cases quarters have 1,000 hours, servers 10 cores, and nothing is
discounted or left over at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.sample import (
    CLOUD,
    CORES,
    OWNED,
    PLAIN,
    Sample,
    Worked,
    make_offer,
    make_tables,
    name_samples,
)
from planner.case.hardware import Category, Hardware
from planner.case.offers import Acquisition
from planner.case.rules import Metric, SideRule
from planner.case.sites import Installed, Site, SiteKind


def carry_over() -> Worked:
    """Rent for a quarter, and buy in the next with what is left of both budgets.

    Three quarters need a server. Buying costs 1,500, renting 1 an hour, 1,000 a quarter;
    a quarter's capex budget is 1,000. What the first quarter leaves moves on, and 2,000
    are enough: 1,000 + 1,500 = 2,500. With each quarter's budget alone: 3,000.
    """
    tables = make_tables(
        [10, 10, 10],
        offers=[
            make_offer("Buy", Acquisition.PURCHASE, upfront_price=1500),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=1),
        ],
        settings=PLAIN.model_copy(update={"carry_over": True}),
        capex_budget=1000,
    )
    return tables, 2500.0


def carbon_cap_and_price() -> Worked:
    """Rent where carbon makes coal dear, and run on water what the cap forbids.

    A quarter needs 4 servers of 1 kW; a server costs 100. In the coal hall it takes 100
    of energy and emits 500 kg, in the water hall 200 and 100 kg; a kg costs 0.1. So it
    costs 250 on coal and 310 on water. One can be rented at 230, which coal would beat
    without the price of carbon. The cap of 1,100 kg lets two of the other three run on
    coal: 230 + 2 × 250 + 310 = 1,040.
    """
    carbon = {"pue": 1.0, "carbon_price": 0.1}
    coal = Site(
        site="Coal hall", kind=SiteKind.OWNED, energy_price=0.1, carbon_intensity=0.5, **carbon
    )
    water = Site(
        site="Water hall", kind=SiteKind.OWNED, energy_price=0.2, carbon_intensity=0.1, **carbon
    )
    tables = make_tables(
        [40],
        offers=[
            make_offer("Buy", Acquisition.PURCHASE, upfront_price=100),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=0.23, max_order=1),
        ],
        hardware=[Hardware(sku="Server", category=Category.CPU, cores=CORES, power=1)],
        sites=[coal, water, CLOUD],
        carbon_cap=1100,
    )
    return tables, 1040.0


def vendor_concentration() -> Worked:
    """Buy from a dearer vendor too, so that no more than half of the money goes to one.

    A quarter needs 10 servers. Alpha's cost 100 each, Beta's 150, and Alpha may have half
    of what is spent on orders. 6 from Alpha and 4 from Beta, 600 + 600 = 1,200, is just
    half; 7 from Alpha, 700, would take 5 from Beta, 750.
    """
    tables = make_tables(
        [100],
        offers=[
            make_offer("Alpha", Acquisition.PURCHASE, vendor="Alpha", upfront_price=100),
            make_offer("Beta", Acquisition.PURCHASE, vendor="Beta", upfront_price=150),
        ],
    )
    rule = SideRule(rule="Two vendors", metric=Metric.SPEND, vendor=("Alpha",), max_share=0.5)
    return {**tables, SideRule: (rule,)}, 1200.0


def vendor_power() -> Worked:
    """Lease from a second vendor what would put too much of the power on one.

    Two quarters need 4 and 6 servers of 2 kW, leased for a quarter each; one stands there.
    Alpha's cost 40 a month, 120 a quarter, Beta's 60, 180. Alpha's may draw 6 kW at any
    time, so 3 of them. First quarter: 3 × 120 = 360. Second: 3 × 120 + 2 × 180 = 720.
    1,080 in all, though Alpha delivers 12 kW in the two quarters.
    """
    tables = make_tables(
        [40, 60],
        offers=[
            make_offer("Alpha", Acquisition.LEASE, vendor="Alpha", monthly_price=40, term=3),
            make_offer("Beta", Acquisition.LEASE, vendor="Beta", monthly_price=60, term=3),
        ],
        hardware=[Hardware(sku="Server", category=Category.CPU, cores=CORES, power=2)],
    )
    rule = SideRule(rule="Alpha's power", metric=Metric.INSTALLED_POWER, vendor=("Alpha",), most=6)
    fleet = Installed(sku="Server", site=OWNED.site, units=1)
    return {**tables, Installed: (fleet,), SideRule: (rule,)}, 1080.0


LIMITS_CASES: Mapping[str, Sample] = name_samples(
    carry_over, carbon_cap_and_price, vendor_concentration, vendor_power
)
"""The cases of limits by the name of their workbook."""
