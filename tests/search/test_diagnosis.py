"""Diagnosis: where no plan can exist, the limits that stand in the way are named, with amounts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings

from planner.case.case import Case
from planner.case.finance import Settings
from planner.case.workloads import Demand
from planner.errors import NoPlanError
from planner.search.highs import Watch
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.builders import (
    buy,
    case,
    chat,
    cloud,
    cost,
    does,
    fleet,
    gpu,
    hall,
    quarters,
    reasons,
    rent,
    two_of,
)
from tests.strategies import small_cases

ONE_KILOWATT = (gpu(power=1.0, rack_units=1.0),)


def _in_period(**limits: float) -> Case:
    """Return a case that needs 10 units and what comes with them, within a period's limits."""
    return case(
        buy(),
        periods=quarters(1, **limits),
        hardware=ONE_KILOWATT,
        sites=(hall(pue=1.0, carbon_intensity=0.5), cloud()),
        **two_of(5.0),
    )


def _rented(opex: float) -> Case:
    """Return a case of 10 units, rented at 1000 each."""
    return case(rent(), periods=quarters(1, opex_budget=opex), **two_of(5.0))


def _at(**limits: float) -> Case:
    """Return a case that needs 10 units in one hall."""
    return case(buy(), hardware=ONE_KILOWATT, sites=(hall(**limits), cloud()), **two_of(5.0))


def _required(**required: float) -> Case:
    """Return a case of a fleet of 10 that does nothing."""
    return case(demand=(0.0,), fleet=fleet(10), periods=quarters(1, **required))


@pytest.mark.parametrize(
    ("make", "limit", "amount", "sentence"),
    [
        (
            lambda rate: case(fleet=fleet(10), demand=(-rate,)),
            -11.0,
            1.0,
            "demand of 'chat' in Q1, slice all, is 1 of its unit above what can serve it (Demand).",
        ),
        (
            lambda most: case(buy(max_order=most), **two_of(5.0)),
            8.0,
            2.0,
            "'buy' can deliver 2 units too few in Q1 (Offers, Max order).",
        ),
        (
            lambda most: case(buy(max_total=most), **two_of(5.0)),
            8.0,
            2.0,
            "'buy' can deliver 2 units too few in all (Offers, Max total).",
        ),
        (
            lambda most: case(rent(max_order=most), **two_of(5.0)),
            9.5,
            0.5,
            "gpu@cloud:rent has 0.5 units too few to rent in Q1, slice all (Offers, Max order).",
        ),
        (
            lambda power: _at(it_power=power),
            8.5,
            1.5,
            "IT power of hall is short by 1.5 kW in Q1 (Sites, IT power).",
        ),
        (
            lambda space: _at(rack_units=space),
            8.5,
            1.5,
            "space of hall is short by 1.5 rack units in Q1 (Sites, Rack units).",
        ),
        (
            lambda cap: _in_period(energy_cap=cap),
            8765.5,
            1234.5,
            "the energy cap of Q1 is short by 1,234.5 kWh (Periods, Energy cap).",
        ),
        (
            lambda cap: _in_period(carbon_cap=cap),
            4900.0,
            100.0,
            "the carbon cap of Q1 is short by 100 kg (Periods, Carbon cap).",
        ),
        (
            lambda cores: _required(required_cores=-cores),
            -45.0,
            5.0,
            "required cores of Q1 are 5 more than can be had (Periods, Required cores).",
        ),
        (
            lambda tflops: _required(required_tflops=-tflops),
            -12.0,
            2.0,
            "required TFLOPS of Q1 are 2 more than can be had (Periods, Required TFLOPS).",
        ),
        (
            lambda budget: _in_period(capex_budget=budget),
            950.0,
            50.0,
            "the capex budget of Q1 is short by 50 USD (Periods).",
        ),
        (
            _rented,
            9000.0,
            1000.0,
            "the opex budget of Q1 is short by 1,000 USD (Periods).",
        ),
        (
            lambda budget: _in_period(total_budget=budget),
            950.0,
            50.0,
            "the total budget of Q1 is short by 50 USD (Periods).",
        ),
    ],
)
def test_a_limit_is_named_with_the_amount_that_is_missing(
    make: Callable[[float], Case], limit: float, amount: float, sentence: str
) -> None:
    """Each limit falls short by its amount: with that much more a plan exists, with 1% less not.

    Limits from below, such as a demand, give way downwards, so their sign is turned.
    """
    assert reasons(make(limit)) == (sentence,)
    assert reasons(make(limit + 0.99 * amount)) != ()
    cost(make(limit + amount))


def test_all_limits_that_must_give_way_are_named() -> None:
    """10 units at 100 each break a capex budget of 950, and their 10 kW a hall of 9."""
    both = case(
        buy(),
        periods=quarters(1, capex_budget=950.0),
        hardware=ONE_KILOWATT,
        sites=(hall(it_power=9.0), cloud()),
        **two_of(5.0),
    )

    assert set(reasons(both)) == {
        "the capex budget of Q1 is short by 50 USD (Periods).",
        "IT power of hall is short by 1 kW in Q1 (Sites, IT power).",
    }


def test_of_several_ways_out_the_nearest_is_named() -> None:
    """Of 11 units some are cheap, at 100, up to a max order; the others cost 300.

    6 cheap ones make 2100: 100 more on a budget of 2000 is nearer than 7 of them for 6.
    10 cheap ones make 1300: 11 of them for 10 is nearer than 200 more on 1100.
    """

    def offered(most: float, budget: float) -> Case:
        cheap, dear = buy(max_order=most), buy(offer="dear", upfront_price=300.0)
        return case(cheap, dear, periods=quarters(1, capex_budget=budget), **two_of(5.5))

    assert reasons(offered(6.0, 2000.0)) == (
        "the capex budget of Q1 is short by 100 USD (Periods).",
    )
    assert reasons(offered(10.0, 1100.0)) == (
        "'buy' can deliver 1 units too few in Q1 (Offers, Max order).",
    )


def test_every_period_that_falls_short_is_named() -> None:
    """A fleet of 2 at 10 a month is 60 a quarter, 1 and 2 above the budgets of Q1 and Q2."""
    first, second = quarters(2)
    tight = (
        first.model_copy(update={"opex_budget": 59.0}),
        second.model_copy(update={"opex_budget": 58.0}),
    )
    short = case(
        fleet=fleet(2, monthly_cost=10.0),
        periods=tight,
        demand=(0.0, 0.0),
        settings=Settings(currency="EUR"),
    )

    assert reasons(short) == (
        "the opex budget of Q1 is short by 1 EUR (Periods).",
        "the opex budget of Q2 is short by 2 EUR (Periods).",
    )


def test_a_small_demand_in_large_units_does_not_give_way_before_a_budget() -> None:
    """0.001 EFLOPS is all of a demand; a budget short by 1% is nearer to giving way."""
    in_large_units = case(
        buy(),
        workloads=(chat(unit="EFLOPS"),),
        performance=(does(0.001),),
        demand=(0.001,),
        periods=quarters(1, capex_budget=99.0),
    )

    assert reasons(in_large_units) == ("the capex budget of Q1 is short by 1 USD (Periods).",)


def test_a_blank_requirement_does_not_give_way() -> None:
    """Nothing is there of 4 cores, for each of which α asks 0.25 TFLOPS; none are required.

    To tell the user that the Required TFLOPS are too many would name a cell without a number.
    """
    cores_only = case(
        demand=(0.0,),
        periods=quarters(1, required_cores=4.0),
        settings=Settings(alpha=0.25),
    )

    assert reasons(cores_only) == (
        "required cores of Q1 are 4 more than can be had (Periods, Required cores).",
    )


def test_a_requirement_gives_way_by_no_more_than_itself() -> None:
    """2 TFLOPS are required, and 1 more for the 4 missing cores: 3 in all, of which none is there.

    2 fewer TFLOPS are all that can be given way by; the cores must give way as well.
    """
    both = case(
        demand=(0.0,),
        periods=quarters(1, required_cores=4.0, required_tflops=2.0),
        settings=Settings(alpha=0.25),
    )

    assert set(reasons(both)) == {
        "required cores of Q1 are 4 more than can be had (Periods, Required cores).",
        "required TFLOPS of Q1 are 2 more than can be had (Periods, Required TFLOPS).",
    }


def test_an_interrupted_diagnosis_tells_nothing_and_ends() -> None:
    """The case is known to be infeasible; why is not looked for once the user has stopped it."""
    watch = Watch()
    watch.stop.set()

    with pytest.raises(NoPlanError) as caught:
        find_plan(_required(required_cores=45.0), Options(gap=0.0), watch)

    assert caught.value.infeasible or caught.value.interrupted


Mending = Callable[[Case, re.Match[str], float], Case]


def _more(table: str, key: str, name: str, field: str, amount: float, of: Case) -> Case:
    """Return the case with more in a field of the row that has this name."""
    rows = tuple(
        row.model_copy(update={field: max(0.0, getattr(row, field) + amount)})
        if getattr(row, key) == name
        else row
        for row in getattr(of, table)
    )
    return replace(of, **{table: rows})


def _less_demand(of: Case, found: re.Match[str], amount: float) -> Case:
    """Return the case with so much less demand in the slice that is told, so less on average.

    Where a scenario takes a multiple of the common demand, that falls by as much more.
    """
    workload = of.workload[found[1]]
    loads = {(row.workload, row.slice): row.multiplier for row in of.load_profile}
    less = amount / (loads.get((found[1], found[3]), 1.0) if workload.is_service else 1.0)
    multiplied = min((one.demand_multiplier for one in of.scenarios), default=1.0) or 1.0

    def lowered(row: Demand) -> Demand:
        by = less if row.scenario else less / min(1.0, multiplied)
        rates = {**row.rates, found[2]: max(0.0, row.rates[found[2]] - by)}
        return row.model_copy(update={"rates": rates})

    rows = (lowered(row) if row.workload == found[1] else row for row in of.demand)
    return replace(of, demand=tuple(rows))


def _less_coverage(of: Case, found: re.Match[str], amount: float) -> Case:
    """Return the case whose workload is carried so much less by other sites."""
    workload = of.workload[found[3]]
    peak = min(
        peak for name in of.tree.names if (peak := of.peak_demand(workload, found[4], name)) > 0
    )
    return _more("workloads", "workload", found[3], "site_loss_coverage", -amount / peak, of)


def _in_rules(field: str, sign: float) -> Mending:
    return lambda of, found, amount: _more("rules", "rule", found[1], field, sign * amount, of)


def _without_share(of: Case, found: re.Match[str], amount: float) -> Case:
    """Return the case without a max share: more of what it limits is not in any one cell."""
    del amount
    rows = tuple(
        row.model_copy(update={"max_share": None}) if row.rule == found[1] else row
        for row in of.rules
    )
    return replace(of, rules=rows)


def _in_periods(field: str, sign: float = 1.0) -> Mending:
    return lambda of, found, amount: _more("periods", "period", found[1], field, sign * amount, of)


def _in_offers(field: str) -> Mending:
    return lambda of, found, amount: _more("offers", "offer", found[1], field, amount, of)


def _in_sites(field: str) -> Mending:
    return lambda of, found, amount: _more("sites", "site", found[1], field, amount, of)


def _rent_more(of: Case, found: re.Match[str], amount: float) -> Case:
    return _more("offers", "offer", found[1], "max_order", amount, of)


MENDING: dict[str, Mending] = {
    r"demand of '(\w+)' in (\w+), slice (\w+), is AMOUNT of its unit": _less_demand,
    r"'(\w+)' can deliver AMOUNT units too few in all": _in_offers("max_total"),
    r"'(\w+)' can deliver AMOUNT units too few in (?!all)": _in_offers("max_order"),
    r"\w+@\w+:(\w+) has AMOUNT units too few": _rent_more,
    r"IT power of (\w+) is short by AMOUNT kW": _in_sites("it_power"),
    r"space of (\w+) is short by AMOUNT rack units": _in_sites("rack_units"),
    r"the energy cap of (\w+) is short by AMOUNT kWh": _in_periods("energy_cap"),
    r"the carbon cap of (\w+) is short by AMOUNT kg": _in_periods("carbon_cap"),
    r"required cores of (\w+) are AMOUNT more": _in_periods("required_cores", -1.0),
    r"required TFLOPS of (\w+) are AMOUNT more": _in_periods("required_tflops", -1.0),
    r"if (\w+) is lost, the other sites carry AMOUNT of its unit too little of '(\w+)' in (\w+)": (
        _less_coverage
    ),
    r"rule '(\w+)' misses its Min in [\w ]+ by AMOUNT": _in_rules("least", -1.0),
    r"rule '(\w+)' needs AMOUNT more than its Max in": _in_rules("most", 1.0),
    r"rule '(\w+)' needs AMOUNT more than its Max share in": _without_share,
    r"the capex budget of (\w+) is short by AMOUNT": _in_periods("capex_budget"),
    r"the opex budget of (\w+) is short by AMOUNT": _in_periods("opex_budget"),
    r"the total budget of (\w+) is short by AMOUNT": _in_periods("total_budget"),
}
"""What a user does who reads a sentence and gives way by its amount."""


def _mended(of: Case, sentences: tuple[str, ...]) -> Case:
    """Return the case in which every limit gives way by the amount that is told."""
    for told in sentences:
        sentence = re.sub(r"^in scenario [\w, ]+: ", "", told)
        ways = [
            (found, mend)
            for pattern, mend in MENDING.items()
            if (found := re.match(pattern.replace("AMOUNT", r"(?P<amount>[\d.,e+-]+)"), sentence))
        ]
        ((found, mend),) = ways
        of = mend(of, found, float(found["amount"].replace(",", "")))
    return of


def _why_not(of: Case) -> tuple[str, ...] | None:
    """Return what stands in the way; None where a plan exists."""
    try:
        find_plan(of, Options(gap=0.0))
    except NoPlanError as none:
        if not none.infeasible:
            raise
        return none.reasons
    return None


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(small_cases())
def test_giving_way_by_the_amounts_told_makes_room_for_a_plan(given_case: Case) -> None:
    """Whoever does what the sentences say has a case with a plan; and there is a sentence."""
    told = _why_not(given_case)
    assume(told is not None)

    assert told
    assert _why_not(_mended(given_case, told)) is None
