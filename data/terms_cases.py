"""Cases of offer terms: tiers, min orders, fees, rebates, and commitments by the hour.

As in the other small cases quarters have 1,000 hours, servers 10 cores, and nothing is
discounted or left over at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.sample import Sample, Worked, make_offer, make_tables, name_samples
from planner.case.horizon import Slice
from planner.case.offers import Acquisition, PriceTier, Rebate, TierScheme
from planner.case.workloads import LoadProfile


def price_tiers() -> Worked:
    """Buy two servers more than are needed, because the tier makes all ten cheaper.

    A quarter needs 8 servers. They cost 100 each, but 70 each in an order of 10 or more.
    10 × 70 = 700 beats 8 × 100 = 800 and 9 × 100 = 900.
    """
    tables = make_tables([80], offers=[make_offer("Buy", Acquisition.PURCHASE, upfront_price=100)])
    tier = PriceTier(offer="Buy", min_units=10, upfront_price=70)
    return {**tables, PriceTier: (tier,)}, 700.0


def incremental_tiers() -> Worked:
    """Give one vendor the whole order, as only its later servers are cheap.

    A quarter needs 8 servers. Steady sells each at 90. Falling sells the first 5 at 100
    each and those beyond at 60. All from Falling, 5 × 100 + 3 × 60 = 680, beat all from
    Steady, 720. To share the order costs more: whatever Steady sells at 90, Falling
    would have sold at 60 as long as it sells 5, and with fewer it takes 100.
    """
    tables = make_tables(
        [80],
        offers=[
            make_offer(
                "Falling",
                Acquisition.PURCHASE,
                vendor="Falling",
                upfront_price=100,
                tier_scheme=TierScheme.INCREMENTAL,
            ),
            make_offer("Steady", Acquisition.PURCHASE, vendor="Steady", upfront_price=90),
        ],
    )
    tier = PriceTier(offer="Falling", min_units=5, upfront_price=60)
    return {**tables, PriceTier: (tier,)}, 680.0


def min_order() -> Worked:
    """Lease by the piece while few are needed, and from the wholesaler once it pays.

    Two quarters need 2 and 5 servers, leased for a quarter each. By the piece a server
    costs 160 a month, 480; the wholesaler takes 100, 300, and leases no fewer than 4 at
    once. First quarter: 2 × 480 = 960 beats 4 × 300 = 1,200. Second: 5 × 300 = 1,500
    beats 4 × 300 + 480 = 1,680. 960 + 1,500 = 2,460.
    """
    tables = make_tables(
        [20, 50],
        offers=[
            make_offer("By the piece", Acquisition.LEASE, monthly_price=160, term=3),
            make_offer("Wholesale", Acquisition.LEASE, monthly_price=100, term=3, min_order=4),
        ],
    )
    return tables, 2460.0


def order_fee() -> Worked:
    """Order once for both quarters, although half of the servers stand idle at first.

    Two quarters need 2 and 4 servers. A server costs 500 and 20 a month, 60 a quarter;
    each order costs 300 to deliver and install. All at once: 4 × 500 + 300, and 4 × 120
    for two quarters, 2,780. In two orders: 4 × 500 + 600, and 2 × 120 + 2 × 60, 2,960.
    """
    tables = make_tables(
        [20, 40],
        offers=[
            make_offer(
                "Buy", Acquisition.PURCHASE, upfront_price=500, monthly_price=20, order_fee=300
            )
        ],
    )
    return tables, 2780.0


def rebates() -> Worked:
    """Leave the cheapest servers to others, to reach a vendor's better rebate.

    A quarter needs 10 servers. Alpha sells them at 100 each; 5 % of all that was paid
    comes back from 500 on, 10 % from 1,000 on. Beta sells up to 4 at 95. All from Alpha:
    1,000 less 100, 900. With some from Beta Alpha gives 5 %, so that its servers cost 95
    too: 950 in all.
    """
    tables = make_tables(
        [100],
        offers=[
            make_offer("Alpha", Acquisition.PURCHASE, vendor="Alpha", upfront_price=100),
            make_offer("Beta", Acquisition.PURCHASE, vendor="Beta", upfront_price=95, max_total=4),
        ],
    )
    levels = (
        Rebate(vendor="Alpha", min_spend=500, rebate=0.05),
        Rebate(vendor="Alpha", min_spend=1000, rebate=0.1),
    )
    return {**tables, Rebate: levels}, 900.0


def reserved_or_on_demand() -> Worked:
    """Reserve what runs day and night, and rent what only the peak needs.

    Serving needs 40 cores in the 250 peak hours and 20 in the other 750. A reserved
    server costs 200 a month, 600 a quarter, whether used or not; on demand it costs 1 an
    hour. The first two servers run for 1,000 hours, so 600 is cheaper; two more run for
    250 hours, so renting is: 2 × 600 + 2 × 250 = 1,700.
    """
    tables = make_tables(
        [25],
        offers=[
            make_offer("Reserve", Acquisition.RESERVED, monthly_price=200, term=3),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=1),
        ],
    )
    slices = (Slice(slice="peak", share=0.25), Slice(slice="off-peak", share=0.75))
    profile = (
        LoadProfile(workload="Serving", slice="peak", multiplier=1.6),
        LoadProfile(workload="Serving", slice="off-peak", multiplier=0.8),
    )
    return {**tables, Slice: slices, LoadProfile: profile}, 1700.0


def committed_by_the_hour() -> Worked:
    """Lease a third server for the work of two, as each is down for a fifth of its time.

    A quarter needs 2 servers' work. A leased server costs 50 a month, 150 a quarter, and
    0.5 for each hour that it works, which is 0.8 of its time at most; renting costs 1 an
    hour. Three leased do all of the work: 3 × 150 + 2,000 × 0.5 = 1,450. Two do 1.6 of
    it and 0.4 is rented: 2 × 150 + 1,600 × 0.5 + 400 = 1,500.
    """
    tables = make_tables(
        [20],
        offers=[
            make_offer(
                "Lease",
                Acquisition.LEASE,
                monthly_price=50,
                hourly_price=0.5,
                availability=0.8,
                term=3,
            ),
            make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=1),
        ],
    )
    return tables, 1450.0


TERMS_CASES: Mapping[str, Sample] = name_samples(
    price_tiers,
    incremental_tiers,
    min_order,
    order_fee,
    rebates,
    reserved_or_on_demand,
    committed_by_the_hour,
)
"""The cases of offer terms by the name of their workbook."""
