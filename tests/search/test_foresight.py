"""Foresight: what knowing the scenario in advance, and planning for all of them, are worth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Scenario, Settings
from planner.case.hardware import Category
from planner.case.workloads import Demand
from planner.model.assembly import assemble
from planner.plan.foresight import Foresight
from planner.plan.plan import Plan
from planner.report.foresight import NOT_WORKED_OUT
from planner.report.foresight import foresight as told
from planner.search import foresight as search
from planner.search import strategy
from planner.search.arrays import Arrays, to_arrays
from planner.search.foresight import look_ahead
from planner.search.highs import Limits, Solution, Stop, Watch, minimise
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.builders import buy, case, chat, cheapest, gpu, quarters, rent
from tests.test_textbook import GAS_EVPI, GAS_WITH_FORESIGHT, WEATHER, _gas_case


def future(name: str, **terms: Any) -> Scenario:
    """Return a scenario that is as likely as any other."""
    return Scenario(**{"scenario": name, "probability": 1.0} | terms)


def low_and_high(chance: float = 1.0, **terms: Any) -> tuple[Scenario, Scenario]:
    """Return two scenarios, of once and three times the demand; how likely high is, to low's 1."""
    return (
        future("low", **terms),
        future("high", probability=chance, demand_multiplier=3.0, **terms),
    )


def newsvendor(penalty: float | None, chance: float = 1.0, **settings: Any) -> Case:
    """Return a case of 1 or 3 units at 100 each, and a penalty per unit-hour of 1000 hours."""
    return case(
        buy(),
        workloads=(chat(shortage_penalty=penalty),),
        scenarios=low_and_high(chance),
        settings=Settings(**settings),
    )


def worth(plan: Plan) -> tuple[float | None, float | None]:
    """Return the EVPI and the VSS of a plan."""
    foresight = plan.outcome.foresight
    assert foresight is not None
    return (
        foresight.of_perfect_information(plan.objective),
        foresight.of_stochastic_solution(plan.objective),
    )


@pytest.mark.parametrize(
    ("penalty", "chance", "evpi", "vss"),
    [
        # 1 unit: 100 + 300 / 2 = 250; known 100 and 300; for the average 2: 200 + 150 / 2
        (0.15, 1.0, 250 - 200, 275 - 250),
        # 3 units: 300; known as before; for the average 2: 200 + 250 / 2
        (0.25, 1.0, 300 - 200, 325 - 300),
        # high 3 times as likely, 3 units: 300; known 250; for the average 2.5, and so 3
        (0.25, 3.0, 300 - 250, 0),
        # a unit short is 50: nobody buys, whatever is known
        (0.05, 1.0, 0, 0),
    ],
)
def test_what_a_newsvendor_would_give_to_know(
    penalty: float, chance: float, evpi: float, vss: float
) -> None:
    """1 or 3 units are asked for, at 100 each, and a unit short is 1000 hours of penalty."""
    assert worth(cheapest(newsvendor(penalty, chance))) == pytest.approx((evpi, vss))


def test_both_are_weighed_as_the_objective_is() -> None:
    """Who counts the dearest half only buys 3 units for 300, as if it knew high.

    Known, low is 100 and high 300: of those too the dearest half is 300, so knowing is
    worth nothing. 2 units cost 200 or, with one short, 350: planning is worth 50.
    """
    afraid = newsvendor(0.15, risk_weight=1.0, risk_level=0.5)

    assert worth(cheapest(afraid)) == pytest.approx((0, 50))


@pytest.mark.parametrize("scenarios", [(), (future("only", demand_multiplier=2.0),)])
def test_without_scenarios_there_is_nothing_to_foresee(scenarios: tuple[Scenario, ...]) -> None:
    """What is certain is known in advance: there is no value to tell, nor a sentence."""
    plan = cheapest(case(buy(), scenarios=scenarios))

    assert plan.outcome.foresight is None
    assert list(told(plan)) == []


def test_scenarios_that_are_alike_are_worth_nothing_to_know() -> None:
    """Both ask for 1 unit, so that the average does too: 100 whoever knows what."""
    plan = cheapest(case(buy(), scenarios=(future("a"), future("b"))))

    assert plan.outcome.foresight == Foresight(known=100.0, average=100.0)
    assert worth(plan) == (0, 0)


def test_who_orders_nothing_has_nothing_to_know() -> None:
    """Rentals are decided when the scenario is there: 1000 and 3000 however it was planned."""
    assert worth(cheapest(case(rent(), scenarios=low_and_high()))) == (0, 0)


def test_what_is_known_in_time_is_worth_nothing_earlier() -> None:
    """In Q1 both need 1 unit, and in Q2 1 or 3, which is known by then.

    A unit is 100 and 3 a quarter, so that nobody orders early: low pays 106, high 106 +
    206. Who plans for the average orders the same for Q1, and in Q2 what is needed then.
    """
    of = case(
        buy(upfront_price=100.0, monthly_price=1.0),
        periods=quarters(2),
        demand=(1.0, 1.0),
        scenarios=low_and_high(known_from="Q2"),
    )
    high = Demand(workload="chat", scenario="high", rates={"Q1": 1.0, "Q2": 3.0})
    plan = cheapest(replace(of, demand=(*of.demand, high)))

    assert plan.objective == pytest.approx(106 + 206 / 2)
    assert worth(plan) == pytest.approx((0, 0))


def test_what_is_known_too_late_is_worth_as_much_as_what_never_is() -> None:
    """Units of Q2 take 12 weeks, so that they are ordered in Q1 and Q2's knowledge is late.

    3 units are 300, known they are 100 and 300.
    """
    of = case(
        buy(lead_time=12.0),
        rent(),
        periods=quarters(2),
        demand=(0.0, 1.0),
        scenarios=low_and_high(known_from="Q2"),
    )
    plan = cheapest(of)

    assert plan.objective == pytest.approx(300)
    assert worth(plan)[0] == pytest.approx(100)


def test_orders_for_the_average_may_fail() -> None:
    """2 units for the average leave high's third without a plan, as nothing may fall short."""
    plan = cheapest(newsvendor(None))
    (knowing, planning) = told(plan)

    assert plan.outcome.foresight == Foresight(known=200.0, average=None, average_fails=True)
    assert worth(plan) == (pytest.approx(100), None)
    assert knowing[1] == pytest.approx(100)
    assert planning[1] is None
    assert planning[2].startswith("VSS: without limit.")


def test_orders_for_the_average_may_fail_where_there_is_no_chance() -> None:
    """High has a probability of 0, so the average is low's 1 unit; high must be possible too."""
    plan = cheapest(newsvendor(None, chance=0.0))

    assert plan.objective == pytest.approx(300)
    assert plan.outcome.foresight == Foresight(known=100.0, average=None, average_fails=True)


def test_a_row_of_its_own_counts_in_the_average() -> None:
    """High asks for 5 by its own row, so that the average is 3, and 2 of high's are short.

    At a penalty of 1000 a unit all 5 are bought, for 500; known they are 100 and 500. For
    the average it is 3 units and 2000 / 2.
    """
    of = newsvendor(1.0)
    own = Demand(workload="chat", scenario="high", rates={"Q1": 5.0})

    plan = cheapest(replace(of, demand=(*of.demand, own)))

    assert worth(plan) == pytest.approx((500 - 300, 300 + 1000 - 500))


def test_a_search_that_is_stopped_does_not_look_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops it with a plan in hand gets the plan, without comparisons."""
    watch = Watch()

    def stopped(
        arrays: Arrays, limits: Limits, of: Watch, checkpoint: None, **_: object
    ) -> Solution:
        solution = minimise(arrays, limits, of, checkpoint)
        watch.stop.set()
        return solution

    monkeypatch.setattr(strategy, "find_solution", stopped)
    plan = find_plan(newsvendor(0.15), Options(gap=0.0), watch)
    (knowing, planning) = told(plan)

    assert plan.objective == pytest.approx(250)
    assert plan.outcome.foresight is None
    assert knowing == ("Value of knowing in advance", None, f"EVPI: {NOT_WORKED_OUT}.")
    assert planning == ("Value of planning for all", None, f"VSS: {NOT_WORKED_OUT}.")


def test_a_search_without_time_left_does_not_look_ahead() -> None:
    """The time limit is for the plan and what it is compared with."""
    of = newsvendor(0.15)
    assembly = assemble(of)
    arrays = to_arrays(assembly.model)

    assert look_ahead(of, assembly, arrays, Limits(seconds=0.0), Watch()) is None
    in_time = look_ahead(of, assembly, arrays, Limits(seconds=60.0), Watch())
    assert in_time == Foresight(known=200.0, average=275.0)


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        (0, Foresight()),
        (1, Foresight()),  # high alone, but not low
        (2, Foresight(known=200.0)),
        (3, Foresight(known=200.0)),  # the orders for the average, but not what they cost
        (4, Foresight(known=200.0, average=275.0)),
    ],
)
def test_a_comparison_that_is_stopped_leaves_unknown_what_is_not_proven(
    finished: int, expected: Foresight, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four searches: high and low alone, the average, and what its orders cost.

    What a search has in hand when it is stopped may cost too much, and is not used.
    """
    of = newsvendor(0.15)
    assembly = assemble(of)
    searches = iter(range(4))

    def stopped(arrays: Arrays, limits: Limits, watch: Watch, **_: object) -> Solution:
        solution = minimise(arrays, limits, watch)
        is_finished = next(searches) < finished
        return solution if is_finished else replace(solution, stop=Stop.INTERRUPTED)

    monkeypatch.setattr(search, "find_solution", stopped)

    assert look_ahead(of, assembly, to_arrays(assembly.model), Limits(), Watch()) == expected


def test_the_searches_to_compare_with_are_not_shown_as_progress(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who follows the search sees its costs, not those of other plans; but can stop all."""
    of = newsvendor(0.15)
    assembly = assemble(of)
    followed = Watch()
    watches = []

    def watched(arrays: Arrays, limits: Limits, watch: Watch, **_: object) -> Solution:
        watches.append(watch)
        return minimise(arrays, limits, watch)

    monkeypatch.setattr(search, "find_solution", watched)
    look_ahead(of, assembly, to_arrays(assembly.model), Limits(), followed)

    assert len(watches) == 4
    assert all(watch is not followed for watch in watches)
    assert all(watch.stop is followed.stop for watch in watches)


def test_rounding_is_no_value() -> None:
    """A plan that seems a hair cheaper than with foresight is worth 0, not a hair less."""
    foresight = Foresight(known=100.0 + 1e-8, average=100.0 - 1e-8)

    assert foresight.of_perfect_information(100.0) == 0
    assert foresight.of_stochastic_solution(100.0) == 0
    assert Foresight(known=90.0, average=125.0).of_perfect_information(100.0) == 10
    assert Foresight(known=90.0, average=125.0).of_stochastic_solution(100.0) == 25
    assert Foresight().of_perfect_information(100.0) is None
    assert Foresight().of_stochastic_solution(100.0) is None


def test_the_sentences_tell_both_values() -> None:
    """Knowing is worth 50 and planning for all 25, as in the first newsvendor's case."""
    (knowing, planning) = told(cheapest(newsvendor(0.15)))

    assert knowing[1] == pytest.approx(50)
    assert knowing[2] == (
        "EVPI: knowing the scenario before the first order would save 50 USD; "
        "a better forecast is worth no more."
    )
    assert planning[1] == pytest.approx(25)
    assert planning[2] == (
        "VSS: ordering what is best for the average demand would cost 25 USD more."
    )


def test_the_gas_companys_foresight_is_worth_what_was_published() -> None:
    """The gas company of test_textbook.py pays 1,400, and with foresight 1,326.667.

    Published: 73.333, as a normal, a cold and a very cold winter cost 1,000, 1,400 and
    1,580 if they are known.
    """
    of = _gas_case(dict.fromkeys(WEATHER, (0.0, 0.0)))
    asked = tuple(
        Demand(workload=weather, scenario=weather, rates={"Y1": 0.0, "Y2": need})
        for weather, (_, need) in WEATHER.items()
    )
    plan = cheapest(replace(of, demand=(*of.demand, *asked), scenarios=tuple(map(future, WEATHER))))
    foresight = plan.outcome.foresight

    assert foresight is not None
    assert foresight.known == pytest.approx(GAS_WITH_FORESIGHT, abs=5e-4)
    assert worth(plan)[0] == pytest.approx(GAS_EVPI, abs=5e-6)


def test_an_average_without_a_plan_is_no_search_out_of_time() -> None:
    """Low needs a GPU and high a TPU, known in time, and the budget pays for one unit.

    On average half of each is needed, and a half is a whole unit: 200 of a budget of 100.
    """
    given_case = case(
        buy(),
        buy(offer="buy a tpu", sku="tpu"),
        periods=quarters(1, capex_budget=100.0),
        hardware=(gpu(), gpu(sku="tpu", category=Category.TPU)),
        workloads=(
            chat(categories=(Category.GPU,)),
            chat(workload="search", categories=(Category.TPU,)),
        ),
        demand={"chat": (0.0,), "search": (0.0,)},
        scenarios=(future("low", known_from="Q1"), future("high", known_from="Q1")),
    )
    own = (
        Demand(workload="chat", scenario="low", rates={"Q1": 1.0}),
        Demand(workload="search", scenario="high", rates={"Q1": 1.0}),
    )

    plan = cheapest(replace(given_case, demand=(*given_case.demand, *own)))

    assert plan.outcome.foresight == Foresight(known=100.0, is_average_impossible=True)
    assert [amount for _, amount, _ in told(plan)] == [0.0, None]
    assert not any(NOT_WORKED_OUT in sentence for _, _, sentence in told(plan))
