"""Cases of futures that nobody knows yet: what to order now, and what to leave open.

As in the other small cases quarters have 1,000 hours, servers 10 cores, and nothing is
discounted or left over at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.sample import PLAIN, Sample, Worked, make_offer, make_tables, name_samples
from planner.case.finance import Scenario
from planner.case.offers import Acquisition
from planner.case.workloads import Demand

_BUY = make_offer("Buy", Acquisition.PURCHASE, upfront_price=600)
_RENT = make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=1)
_THREE_FUTURES = (
    Scenario(scenario="low", probability=0.5, demand_multiplier=1),
    Scenario(scenario="middle", probability=0.2, demand_multiplier=2),
    Scenario(scenario="high", probability=0.3, demand_multiplier=3),
)


def order_before_knowing() -> Worked:
    """Buy what is needed in any case, and rent the rest if it turns out to be needed.

    A quarter needs 1, 2 or 3 servers, with probabilities of 0.5, 0.2 and 0.3. Buying
    costs 600, renting for the quarter 1,000. A second server is needed with 0.5, so that
    to rent it costs 500 on the average. 600 + 0.2 × 1,000 + 0.3 × 2,000 = 1,400. Who
    plans for the mean of 1.8 buys two: 1,200 + 0.3 × 1,000 = 1,500.
    """
    return {**make_tables([10], offers=[_BUY, _RENT]), Scenario: _THREE_FUTURES}, 1400.0


def wait_and_see() -> Worked:
    """Wait until the demand is known, and only then order, at a higher price.

    A server is needed in the first quarter; in the second it is 1 or 3, which will be
    known when it begins. Quick sells at 600 and delivers at once. Slow sells at 400 and
    takes 8 weeks, so that it must be ordered before anything is known. For the second
    quarter two from Slow cost 800 in either case, two from Quick 1,200 in one of two,
    600 on the average: 600 + 600 = 1,200.
    """
    tables = make_tables(
        [10, 10],
        offers=[
            make_offer("Quick", Acquisition.PURCHASE, vendor="Quick", upfront_price=600),
            make_offer("Slow", Acquisition.PURCHASE, vendor="Slow", upfront_price=400, lead_time=8),
        ],
    )
    futures = tuple(
        Scenario(scenario=name, probability=0.5, known_from="2027Q2") for name in ("low", "high")
    )
    high = Demand(workload="Serving", scenario="high", rates={"2027Q1": 10, "2027Q2": 30})
    return {**tables, Scenario: futures, Demand: (*tables[Demand], high)}, 1200.0


def averse_to_risk() -> Worked:
    """Buy a server more than the mean asks for, to make the worst cases less bad.

    A quarter needs 1, 2 or 3 servers, with probabilities of 0.5, 0.3 and 0.2. Buying
    costs 600, renting for the quarter 1,000. Half of the weight is on the mean, half on
    the mean of the worst 0.4: 0.2 of high and 0.2 of middle. One bought costs 600, 1,600
    or 2,600: a mean of 1,300, of the worst 2,100, together 1,700. Two cost 1,200, 1,200
    or 2,200: 1,400 and 1,700, 1,550. Three cost 1,800.
    """
    futures = (
        Scenario(scenario="low", probability=0.5, demand_multiplier=1),
        Scenario(scenario="middle", probability=0.3, demand_multiplier=2),
        Scenario(scenario="high", probability=0.2, demand_multiplier=3),
    )
    tables = make_tables(
        [10],
        offers=[_BUY, _RENT],
        settings=PLAIN.model_copy(update={"risk_weight": 0.5, "risk_level": 0.6}),
    )
    return {**tables, Scenario: futures}, 1550.0


SCENARIO_CASES: Mapping[str, Sample] = name_samples(
    order_before_knowing, wait_and_see, averse_to_risk
)
"""The cases of unknown futures by the name of their workbook."""
