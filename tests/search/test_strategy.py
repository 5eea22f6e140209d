"""Strategy: the plan that is found costs no more than any, and says truly how good it is."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from planner.case.case import Case
from planner.case.finance import Settings
from planner.errors import NoPlanError
from planner.plan.outcome import Status
from planner.plan.plan import Plan
from planner.search.highs import Limits, Solution, Stop, Watch
from planner.search.options import Options
from planner.search.strategy import _outcome, find_plan
from tests.builders import buy, case, chat, cheapest, does, fleet, only_path, quarters, rent
from tests.oracle import Answer, least_cost, try_every_plan
from tests.strategies import MOST_PACKS, small_cases, tiny_cases

EXACT = Options(gap=0.0)


def _found(of: Case) -> Plan | None:
    """Return the plan; None where none can exist."""
    try:
        return find_plan(of, EXACT)
    except NoPlanError as none:
        if not none.infeasible:
            raise
        return None


def _agree(plan: Plan | None, answer: Answer | None) -> None:
    """Compare a plan with the oracle's answer; where both have the same orders, in parts too."""
    if plan is None or answer is None:
        assert plan is answer
        return
    assert plan.outcome.objective == pytest.approx(answer.objective, rel=1e-6, abs=1e-6)
    assert plan.outcome.status is Status.OPTIMAL
    assert [check for check in plan.checks if not check.passed] == []
    parts = {part.value: amount for part, amount in plan.cost.items()}
    orders = {(one.offer, one.site, one.delivered): one.packs for one in plan.orders}
    if orders == answer.orders:
        # the packs decide these two; work may move between pools of equal cost
        for part in ("resource", "residual"):
            assert parts[part] == pytest.approx(answer.parts[part], rel=1e-6, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(small_cases())
def test_a_plan_costs_what_the_oracle_says(given_case: Case) -> None:
    """The oracle's mixed-integer program, which shares no code, has the same least cost."""
    _agree(_found(given_case), least_cost(given_case))


@settings(max_examples=60, deadline=None)
@given(tiny_cases())
def test_no_plan_that_can_be_tried_costs_less(given_case: Case) -> None:
    """Every plan of whole packs of a tiny case is tried, and none is cheaper."""
    _agree(_found(given_case), try_every_plan(given_case, MOST_PACKS))


@settings(max_examples=30, deadline=None)
@given(small_cases())
def test_optimal_is_said_only_within_the_gap_that_was_asked(given_case: Case) -> None:
    """Within half of the least cost: bound ≤ least cost ≤ objective, and the gap tells of both."""
    try:
        plan = find_plan(given_case, Options(gap=0.5))
    except NoPlanError:
        return
    least = least_cost(given_case)
    assert least is not None
    outcome = plan.outcome
    assert outcome.objective is not None
    assert outcome.bound is not None
    assert outcome.gap is not None
    slack = 1e-6 * max(1.0, abs(least.objective))
    assert outcome.bound - slack <= least.objective <= outcome.objective + slack
    assert (outcome.status is Status.OPTIMAL) == (outcome.gap <= 0.5 + 1e-9)
    assert plan.passed


def _hard_case() -> Case:
    """Return a case whose proof takes ages: 40 offers of odd packs for 20 quarters' odd demands."""
    random = np.random.default_rng(3)
    offers = [
        buy(
            offer=f"o{place:02}",
            pack_size=int(random.integers(7, 40)),
            upfront_price=float(random.integers(90, 110)),
            term=int(random.integers(2, 9)) * 3,
            max_order=float(random.integers(60, 120)),
        )
        for place in range(40)
    ]
    rates = [float(rate) for rate in random.integers(300, 1200, size=20)]
    return case(
        *offers,
        demand=rates,
        periods=quarters(20),
        workloads=(chat(shortage_penalty=10.0),),
        settings=Settings(discount_rate=0.08),
    )


def test_a_time_limit_gives_the_plan_in_hand_and_its_gap() -> None:
    """The plan's checks pass, and "optimal" is not said, as no proof is there within the gap."""
    plan = find_plan(_hard_case(), Options(gap=0.0, seconds=1.0, threads=2))

    assert plan.passed
    assert plan.outcome.status is Status.GAP_OPEN
    assert "time limit" in plan.outcome.reason
    assert plan.outcome.gap is not None
    assert plan.outcome.gap > 0


def test_no_time_finds_no_plan() -> None:
    """With 0 seconds there is no plan; that is not to say that none can exist."""
    with pytest.raises(NoPlanError, match="time limit") as caught:
        find_plan(_hard_case(), Options(gap=0.0, seconds=0.0))

    assert not caught.value.infeasible
    assert not caught.value.interrupted


def test_a_stop_gives_the_plan_in_hand() -> None:
    """Stopped from another thread after a second, the best plan so far passes its checks."""
    watch = Watch()
    timer = threading.Timer(1.0, watch.stop.set)
    timer.start()

    plan = find_plan(_hard_case(), Options(gap=0.0, seconds=60.0), watch)

    timer.join()
    assert plan.outcome.status is Status.INTERRUPTED
    assert "interrupted" in plan.outcome.reason
    assert plan.passed


def test_a_stop_before_any_plan_is_an_interruption() -> None:
    """Nothing is in hand, and the user knows why."""
    watch = Watch()
    watch.stop.set()

    with pytest.raises(NoPlanError, match="interrupted") as caught:
        find_plan(_hard_case(), Options(gap=0.0), watch)

    assert caught.value.interrupted
    assert not caught.value.infeasible


def test_no_plan_can_exist_is_said_with_reasons() -> None:
    """A fleet of 1 cannot do 2."""
    with pytest.raises(NoPlanError, match="no plan can meet all demands and limits") as caught:
        find_plan(case(fleet=fleet(1), demand=(2.0,)))

    assert caught.value.infeasible
    assert len(caught.value.reasons) == 1


def test_options_come_before_the_settings() -> None:
    """A gap of 0 stands over the workbook's 0.1; the time limit is the workbook's."""
    given_case = case(buy(), settings=Settings(mip_gap=0.1, time_limit=60.0))

    outcome = find_plan(given_case, Options(gap=0.0)).outcome

    assert outcome.options == {"MIP gap": "0", "Time limit (s)": "60", "Threads": "all"}


def test_the_outcome_tells_what_the_search_took() -> None:
    """One order and one use of it: 2 columns, 1 of them whole, in rows of demand and capacity."""
    outcome = cheapest(case(buy())).outcome

    assert set(outcome.seconds) == {"build", "solve", "check"}
    assert outcome.statistics["columns"] == 2
    assert outcome.statistics["integer columns"] == 1
    assert outcome.statistics["rows"] == 2
    assert outcome.statistics["nonzeros"] == 3
    assert (outcome.objective, outcome.bound, outcome.gap) == (100.0, 100.0, 0.0)


@pytest.mark.parametrize(
    ("objective", "bound", "status"),
    [
        (0.0, -7e-12, Status.OPTIMAL),
        (0.0, -1.0, Status.GAP_OPEN),
        (100.0, 99.0, Status.GAP_OPEN),
        (100.0, 100.0, Status.OPTIMAL),
        (100.0, 100.5, Status.OPTIMAL),
    ],
)
def test_a_bound_is_held_against_the_cost_of_the_exact_plan(
    objective: float, bound: float, status: Status
) -> None:
    """A free plan's bound was found a rounding below 0, which is no gap of 100%.

    A bound above the cost, by a search's tolerance, is no gap either.
    """
    solution = Solution(Stop.SOLVED, np.zeros(1), bound, 0, 0, "Optimal")

    outcome = _outcome(solution, objective, Limits())

    assert outcome.status is status
    assert outcome.bound is not None
    assert outcome.bound <= objective


def test_orders_are_of_whole_packs_to_the_last_digit() -> None:
    """A demand of 3 and a 1e-5 more takes 4 units, though 3 would nearly do.

    A search that holds its rows to a tolerance of 1e-7 may think so; a plan must not.
    """
    nearly = case(buy(upfront_price=1e6), demand=(3.00001,))

    plan = cheapest(nearly)

    assert [order.packs for order in plan.orders] == [4]


def test_large_and_small_figures_are_held_alike() -> None:
    """A workload of 1e9 tokens/s and one of 0.001 share a pool; both are done in full."""
    wide = case(
        buy(),
        workloads=(chat(unit="tokens/s"), chat(workload="small")),
        demand={"chat": (1e9,), "small": (0.001,)},
        performance=(does(5e8),),
    )

    plan = cheapest(wide)

    assert [order.packs for order in plan.orders] == [3]
    assert all(service.coverage == pytest.approx(1.0) for service in only_path(plan).services)


def test_the_same_case_gives_the_same_plan() -> None:
    """Of two halls and many equal plans always the same one is given."""
    alike = case(buy(sites=("hall", "cloud")), rent(), demand=(5.0, 7.0), periods=quarters(2))

    first, second = cheapest(alike), cheapest(replace(alike))

    assert (first.orders, first.uses) == (second.orders, second.uses)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """Neither by a search nor by a diagnosis: stdout belongs to the caller."""
    cheapest(case(buy()))
    with pytest.raises(NoPlanError):
        find_plan(case(fleet=fleet(1), demand=(2.0,)))

    assert capfd.readouterr() == ("", "")
