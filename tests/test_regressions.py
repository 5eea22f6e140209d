"""What other planners got wrong, a test each, named for what went wrong.

Each docstring names the report in which somebody found it.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.case.case import Case
from planner.case.finance import Settings
from planner.case.pools import Pool
from planner.case.rules import Metric, SideRule, Window
from planner.errors import NoPlanError
from planner.plan.charges import Part
from planner.plan.stock import Stock
from planner.search import strategy
from planner.search.highs import Solution, Stop
from planner.search.strategy import find_plan
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cost,
    fleet,
    gpu,
    lease,
    only_path,
    packs,
    quarters,
    reasons,
    rent,
)
from tests.test_cli import cell_of, edit, run

IN_HALL = Pool("gpu", "hall")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a small input workbook in a folder of its own."""
    return Path(shutil.copy("data/lead_time.xlsx", tmp_path / "budget.xlsx"))


def stocks(of: Case) -> dict[str, Stock]:
    """Return the GPUs in the hall by period, as the plan of least cost has them."""
    plan = cheapest(of)
    return {
        label: only_path(plan).stock.get((IN_HALL, label), Stock()) for label in of.horizon.labels
    }


def installed(of: Case) -> list[float]:
    """Return how many GPUs stand in the hall in each period."""
    return [stock.installed for stock in stocks(of).values()]


def test_units_retire_by_another_pack_size_than_they_came_in() -> None:
    """As many units retire as arrived, whatever the pack size of later ones (GenX #912).

    A pack of 4 for the first quarter costs 4 × 30 = 120. All 4 retire with it, so that
    2 single ones are needed for the second, 2 × 45 = 90; another pack would cost 120.
    """
    of = case(
        lease(offer="packs", pack_size=4, term=3),
        lease(offer="singles", monthly_price=15.0, term=3),
        demand=(4.0, 2.0),
        periods=quarters(2),
    )
    assert cost(of) == pytest.approx(210)
    second = stocks(of)["Q2"]
    assert (second.arriving, second.retiring, second.installed) == (2, 4, 2)


def test_units_retire_by_another_term_than_their_own() -> None:
    """Units of one SKU retire each by the term of its own offer (GenX #912).

    A lease of 6 months costs 2 × 30 = 60 and one of 9 months, at 8 a month, 72: two for
    the first half-year, of which the longer one stays for the third quarter, 132.
    """
    of = case(
        lease(offer="half a year", term=6, max_total=1),
        lease(offer="nine months", monthly_price=8.0, term=9, max_total=1),
        demand=(2.0, 2.0, 1.0, 0.0),
        periods=quarters(4),
    )
    assert cost(of) == pytest.approx(132)
    assert installed(of) == [2, 2, 1, 0]


def test_what_was_built_is_dropped_where_nothing_new_is() -> None:
    """Units of an earlier period serve on in periods that could order nothing (GenX #916)."""
    of = case(buy(available_until=date(2025, 1, 1)), demand=(2.0, 1.0, 2.0), periods=quarters(3))
    assert cost(of) == pytest.approx(200)
    assert installed(of) == [2, 2, 2]


def test_the_fleet_is_not_carried_over_to_the_next_period() -> None:
    """The fleet and earlier orders add up in each period (GenX #605, #609, #631).

    One unit is there, one on order arrives in the second quarter, and two are bought for
    the third: 200.
    """
    on_order = fleet(1, available_from=date(2025, 4, 1))
    of = case(buy(), demand=(1.0, 2.0, 4.0), periods=quarters(3), fleet=(*fleet(1), *on_order))
    assert cost(of) == pytest.approx(200)
    assert installed(of)[2] == 4
    assert [stock.retiring for stock in stocks(of).values()] == [0, 0, 0]


def test_a_unit_is_paid_for_again_in_each_period() -> None:
    """What an order costs upfront is paid once, however long it serves (GenX #633, #634)."""
    assert cost(case(buy(), demand=(1.0,) * 4, periods=quarters(4))) == pytest.approx(100)


def test_an_unspent_budget_is_carried_over_twice() -> None:
    """What is left of a budget moves on once, to be spent once (GenX #605, #609).

    A unit is needed in the second quarter and four in the third, and none can be ordered in
    the first. 3 × 100 have come in by then, so three are bought and one is rented for the
    third quarter: 300 + 1,000.
    """
    of = case(
        buy(available_from=date(2025, 4, 1)),
        rent(),
        demand=(0.0, 1.0, 4.0),
        periods=quarters(3, capex_budget=100.0),
        settings=Settings(carry_over=True),
    )
    assert cost(of) == pytest.approx(1300)


def test_a_budget_that_is_not_carried_over_is_carried_over() -> None:
    """Without Carry over a quarter's budget is gone with the quarter (GenX #605, #609)."""
    of = case(
        buy(available_from=date(2025, 7, 1)),
        rent(),
        demand=(0.0, 0.0, 2.0),
        periods=quarters(3, capex_budget=100.0),
    )
    assert cost(of) == pytest.approx(1100)


def test_a_shortage_is_paid_to_whom_it_hurts() -> None:
    """A shortage costs its penalty, and spare units are no negative one (GenX #464)."""
    short = case(demand=(3.0,), fleet=fleet(1), workloads=(chat(shortage_penalty=0.5),))
    spare = case(demand=(1.0,), fleet=fleet(3), workloads=(chat(shortage_penalty=0.5),))
    assert cheapest(short).cost[Part.SHORTAGE] == pytest.approx(2 * 1000 * 0.5)
    assert cost(spare) == 0


def test_spare_cores_stand_in_for_tflops() -> None:
    """With Alpha missing cores ask for TFLOPS, and spare ones save none (GenX #464).

    3 units have 12 cores of the 8 that are required, and 3 of 4 TFLOPS: one is bought. Of
    16 cores 4 are missing, and ask for 4 × 0.25 TFLOPS more: with 4 units none is.
    """
    period = quarters(1, required_cores=8.0, required_tflops=4.0)
    settings = Settings(alpha=0.25)
    of = case(buy(), demand=(0.0,), periods=period, fleet=fleet(3), settings=settings)
    assert cost(of) == pytest.approx(100)
    period = quarters(1, required_cores=16.0, required_tflops=3.0)
    of = case(buy(), demand=(0.0,), periods=period, fleet=fleet(3), settings=settings)
    assert cost(of) == pytest.approx(100)


def test_more_units_retire_than_there_are() -> None:
    """Nothing is taken from the stock that is not in it (pypsa-spice #9).

    Units that retired before the plan began, or that arrive after it, take nothing from
    the one that is there, so that a second one is bought: 100.
    """
    gone = fleet(5, retire_on=date(2024, 10, 1))
    late = fleet(5, available_from=date(2026, 1, 1), retire_on=date(2026, 7, 1))
    leaving = fleet(2, retire_on=date(2025, 4, 1))
    of = case(
        buy(),
        demand=(3.0, 2.0),
        periods=quarters(2),
        fleet=(*fleet(1), *gone, *late, *leaving),
    )
    assert cost(of) == pytest.approx(100)
    assert [stock.fleet for stock in stocks(of).values()] == [3, 1]
    assert stocks(of)["Q2"].retiring == 2


def test_a_limit_for_each_period_is_taken_for_a_total() -> None:
    """Max order holds in each period, and Max total over all of them (ISPyPSA #57)."""
    growth: dict[str, Any] = {"demand": (1.0, 2.0, 3.0), "periods": quarters(3)}
    assert cost(case(buy(max_order=1), **growth)) == pytest.approx(300)
    assert cost(case(buy(max_total=2), rent(), **growth)) == pytest.approx(200 + 1000)


@pytest.mark.parametrize(
    ("per", "most", "total"),
    [
        (Window.PERIOD, 1, 300.0),  # one in each of three quarters
        (Window.HORIZON, 2, 1200.0),  # two in all, and the third rented for a quarter
    ],
)
def test_a_rule_for_each_period_is_taken_for_a_total(
    per: Window, most: float, total: float
) -> None:
    """A rule's Max is for each period or for the horizon, as Per says (ISPyPSA #57)."""
    rule = SideRule(rule="few", metric=Metric.UNITS, per=per, most=most)
    of = case(buy(), rent(), demand=(1.0, 2.0, 3.0), periods=quarters(3), rules=(rule,))
    assert cost(of) == pytest.approx(total)


def test_a_horizon_that_began_before_the_plan_is_infeasible() -> None:
    """A plan may start after its first period: the fleet serves there (PyPSA #1766).

    Nothing can be ordered for the first quarter, and one unit is for the second: 100.
    """
    of = case(
        buy(),
        demand=(1.0, 2.0),
        periods=quarters(2),
        fleet=fleet(1),
        settings=Settings(plan_start=date(2025, 2, 15)),
    )
    assert packs(of) == {("buy", "Q2"): 1}
    assert cost(of) == pytest.approx(100)


def test_a_unit_on_order_from_an_earlier_plan_is_ordered_again() -> None:
    """What an earlier plan ordered arrives, although its order date is past (PyPSA #1766)."""
    of = case(
        buy(lead_time=20.0),
        demand=(0.0, 1.0),
        periods=quarters(2),
        fleet=fleet(1, available_from=date(2025, 4, 1)),
    )
    assert cost(of) == 0


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        ({"max_order": 6}, 4 * 100 + 500),  # a single pack of 4 fits, one more comes dearer
        ({"max_total": 7}, 4 * 100 + 500),
        ({"max_order": 3}, 5 * 500),  # no pack fits: all come dearer
        ({"max_order": 8}, 8 * 100),
    ],
)
def test_a_limit_that_is_no_multiple_of_the_pack_is_infeasible(
    terms: dict[str, Any], total: float
) -> None:
    """Limits between two packs allow the smaller (PyPSA #1901): 5 units, by 4 or singly."""
    of = case(
        buy(pack_size=4, **terms),
        buy(offer="singles", upfront_price=500.0),
        demand=(5.0,),
    )
    assert cost(of) == pytest.approx(total)


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        ({"min_order": 5}, 8 * 100),  # two packs of 4 are the least that is enough
        ({"min_order": 5, "max_order": 7}, 3 * 500),  # no number of packs is between
        ({"min_order": 3, "max_order": 7}, 4 * 100),
    ],
)
def test_a_min_order_that_is_no_multiple_of_the_pack_is_infeasible(
    terms: dict[str, Any], total: float
) -> None:
    """A min order between two packs asks for the larger (PyPSA #1901): 3 units are needed."""
    of = case(
        buy(pack_size=4, **terms),
        buy(offer="singles", upfront_price=500.0),
        demand=(3.0,),
    )
    assert cost(of) == pytest.approx(total)


def test_a_site_that_is_full_to_the_brim_is_infeasible() -> None:
    """Units that fill a site's power to the last digit fit (PyPSA #1901): 3 × 0.1 in 0.3."""
    of = case(
        buy(),
        demand=(3.0,),
        hardware=(gpu(power=0.1),),
        sites=tuple(
            site.model_copy(update={"it_power": 0.3}) if site.site == "hall" else site
            for site in case(buy()).sites
        ),
    )
    assert cost(of) == pytest.approx(300)


def test_what_is_infeasible_is_planned_all_the_same() -> None:
    """Where no plan can exist none is returned, and the reason is told (pypsa-eur #1550)."""
    (reason,) = reasons(case(buy(max_order=1), demand=(2.0,)))
    assert reason == "buy: max order short by 1 unit in Q1 (Offers, Max order)"


def gives_up(*_: object, **__: object) -> Solution:
    """Return what a solver comes back with that knows neither a plan nor why."""
    return Solution(Stop.FAILED, None, None, 0, 0, "Unknown")


def test_an_unknown_status_is_taken_for_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that gives up leaves no plan, nor a proof that none exists (pypsa-eur #1550)."""
    monkeypatch.setattr(strategy, "find_solution", gives_up)
    with pytest.raises(NoPlanError) as caught:
        find_plan(case(buy()))
    assert not caught.value.infeasible


@pytest.mark.parametrize("end", ["infeasible", "out of time", "unknown"])
def test_a_plan_that_was_not_found_is_written(
    source: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """With exit 3 or 4 no plan is written, and with 4 an earlier one stays (pypsa-eur #1550).

    With 3 the workbook says why there is none, in the plan's place.
    """
    plan = source.with_name("budget-plan.xlsx")
    assert run("solve", source, "-o", source.with_name("earlier.xlsx")).code == 0
    earlier = source.with_name("earlier.xlsx").read_bytes()
    if end == "infeasible":
        edit(source, {cell_of(source, "Offers", "Max order", 2): 0.5})
    if end == "unknown":
        monkeypatch.setattr(strategy, "find_solution", gives_up)
    limit = ("--time-limit", 0) if end == "out of time" else ()
    ended = run("solve", source, "--json", *limit)
    assert ended.code == (3 if end == "infeasible" else 4)
    assert ended.json["status"] == ("infeasible" if end == "infeasible" else "no_plan")
    assert ended.json.get("objective") is None
    if end == "infeasible":
        assert openpyxl.load_workbook(plan).sheetnames == ["What is in the way", "Audit"]
        return
    assert ended.json["plan"] is None
    assert not plan.exists()
    assert run("solve", source, "-o", source.with_name("earlier.xlsx"), *limit).code == 4
    assert source.with_name("earlier.xlsx").read_bytes() == earlier


def test_a_plan_is_called_optimal_without_a_proof(source: Path) -> None:
    """What is called optimal has a bound, and its file passes the checks (pypsa-eur #1550)."""
    told = run("solve", source, "--json", "--gap", 0).json
    assert told["status"] == "optimal"
    assert told["bound"] == pytest.approx(told["objective"])
    assert run("verify", source, told["plan"]).code == 0
