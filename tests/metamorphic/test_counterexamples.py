"""What looks as if it could not cost more, or change anything, and does.

A quarter has 1000 hours and a server 10 cores; nothing is discounted or left at the end.
"""

from __future__ import annotations

from datetime import date

import pytest

from data.sample import CLOUD, CORES, OWNED, SERVE, make_offer, make_tables
from planner.case.finance import Scenario
from planner.case.hardware import Category, Hardware
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer, Rebate
from planner.case.sites import Installed
from planner.workbook.template.samples import Rows
from tests.metamorphic.cases import added, answer_to, changed, times
from tests.metamorphic.program import INFINITE

BUY = make_offer("Buy", Acquisition.PURCHASE, upfront_price=100.0)
RENT = make_offer("Rent", Acquisition.ON_DEMAND, hourly_price=1.0)
DRAWING = Hardware(sku="Server", category=Category.CPU, cores=CORES, power=1.0, idle_power=1.0)
METERED = OWNED.model_copy(update={"pue": 1.0, "energy_price": 0.1})


def cost(rows: Rows) -> float:
    """Return the least cost, through the whole program."""
    return answer_to(rows).cost


def test_a_lower_price_may_miss_a_rebate() -> None:
    """The vendor's only 5 servers at 100 reach 500, of which half comes back: 250.

    At 60 each they come to 300, and nothing comes back.
    """
    few = BUY.model_copy(update={"max_total": 5.0})
    rows = added(
        make_tables([50], offers=[few]), Rebate(vendor="Vendor", min_spend=500, rebate=0.5)
    )
    cheaper = changed(rows, Offer, lambda row: times(row, 0.6, ("upfront_price",)))
    assert cost(rows) == pytest.approx(250)
    assert cost(cheaper) == pytest.approx(300)


def test_a_free_server_may_cost_its_energy() -> None:
    """One server idles at 1 kW for 1000 hours at 0.1: 100. Another one beside it, 200."""
    rows = make_tables([0], offers=[BUY], hardware=[DRAWING], sites=[METERED, CLOUD])
    one, two = (
        added(rows, Installed(sku="Server", site=OWNED.site, units=units)) for units in (1, 2)
    )
    assert cost(one) == pytest.approx(100)
    assert cost(two) == pytest.approx(200)


def test_two_halves_of_a_site_may_hold_less() -> None:
    """3 kW hold 3 servers of 1 kW; twice 1.5 kW hold 1 each, and the third is rented at 1000."""
    whole = OWNED.model_copy(update={"it_power": 3.0})
    halves = [OWNED.model_copy(update={"it_power": 1.5, "site": name}) for name in ("East", "West")]
    one, two = (
        make_tables([30], offers=[BUY, RENT], hardware=[DRAWING], sites=[*sites, CLOUD])
        for sites in ([whole], halves)
    )
    assert cost(one) == pytest.approx(300)
    assert cost(two) == pytest.approx(1200)


def test_a_shorter_lead_time_may_move_the_payment_to_where_no_money_is() -> None:
    """Ordered 8 weeks ahead the server is paid in the first quarter; at once, in the second.

    The quote holds from the second day on, and the second quarter has no capex budget: it
    rents at 1000 what the first could buy at 100.
    """
    slow = BUY.model_copy(update={"lead_time": 8.0, "available_from": date(2027, 1, 2)})

    def budget(row: Period) -> Period:
        is_second = row.period == "2027Q2"
        return row.model_copy(update={"capex_budget": 0.0}) if is_second else row

    late = changed(make_tables([0, 10], offers=[slow, RENT]), Period, budget)
    at_once = changed(late, Offer, lambda row: row.model_copy(update={"lead_time": 0.0}))
    assert cost(late) == pytest.approx(100)
    assert cost(at_once) == pytest.approx(1000)


def test_a_longer_term_may_be_paid_for_longer() -> None:
    """A lease at 10 a month is needed for one quarter of two: 30 for 3 months, 60 for 6."""
    lease = make_offer("Lease", Acquisition.LEASE, monthly_price=10.0, term=3)
    rows = make_tables([10, 0], offers=[lease])
    longer = changed(rows, Offer, lambda row: row.model_copy(update={"term": 6}))
    assert cost(rows) == pytest.approx(30)
    assert cost(longer) == pytest.approx(60)


def test_a_year_later_may_be_a_day_longer() -> None:
    """The first quarter of 2027 has 90 days, that of 2028 has 91: 2160 and 2184 hours at 1."""
    rows = changed(
        make_tables([10], offers=[RENT]), Period, lambda row: row.model_copy(update={"hours": None})
    )
    later = changed(rows, Period, lambda row: row.model_copy(update={"start": date(2028, 1, 1)}))
    assert cost(rows) == pytest.approx(2160)
    assert cost(later) == pytest.approx(2184)


def test_a_scenario_without_a_chance_must_be_possible() -> None:
    """What must be served where twice as much is asked for is ordered, chance or no chance."""
    rows = added(make_tables([10], offers=[BUY]), Scenario(scenario="usual", probability=1.0))
    boom = Scenario(scenario="boom", probability=0.0, demand_multiplier=2.0)
    assert cost(rows) == pytest.approx(100)
    assert cost(added(rows, boom)) == pytest.approx(200)


def test_an_added_offer_may_bring_a_loss_to_survive() -> None:
    """Rented servers, 1000, stand at no site whose loss must be survived.

    Where one may be bought, units that are owned must stand elsewhere too, and none can.
    """
    covered = SERVE.model_copy(update={"site_loss_coverage": 1.0})
    rows = make_tables([10], offers=[RENT], workload=covered)
    assert cost(rows) == pytest.approx(1000)
    assert cost(added(rows, BUY)) == INFINITE
