"""Site loss: what is held elsewhere carries a workload when any one site is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.finance import Scenario, Settings
from planner.case.hardware import Category
from planner.case.offers import Acquisition
from planner.case.pools import Pool
from planner.case.sites import Installed
from planner.case.workloads import Workload
from planner.model.families import site_loss
from planner.plan.facts import Held
from planner.plan.plan import Plan
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cloud,
    cost,
    does,
    failure,
    fleet,
    gpu,
    hall,
    load,
    only_path,
    packs,
    peak_and_rest,
    quarters,
    reasons,
    rent,
    training,
)

TWO_HALLS = (hall(), hall(site="annex"), cloud())
THREE_HALLS = (*TWO_HALLS, hall(site="barn"))


def _covered(share: float | None, **terms: Any) -> tuple[Workload, ...]:
    """Return chat as the only workload, with so much of its peak carried by other sites."""
    return (chat(site_loss_coverage=share, **terms),)


def _fleets(in_hall: int, in_annex: int) -> tuple[Installed, ...]:
    """Return GPUs in the hall and in the annex."""
    return (*fleet(in_hall), *fleet(in_annex, site="annex"))


def _holding(plan: Plan, **units: float) -> Plan:
    """Return the plan with so many GPUs held for chat in Q1 at each site named, and no others."""
    held = (Held("chat", Pool("gpu", site), "Q1", count) for site, count in units.items())
    return replace(plan, held=tuple(held))


def _failed(plan: Plan) -> list[tuple[str, float]]:
    """Return the rules that a plan breaks, and by how much."""
    checks = site_loss.check(plan.case, only_path(plan))
    return [(check.rule, check.violation) for check in checks if not check.passed]


def _lost(missing: str) -> str:
    """Return the reason where the loss of the hall leaves such a share of chat undone."""
    return (
        f"chat: site loss coverage too high by {missing} in Q1 without hall "
        "(Workloads, Site loss coverage)"
    )


AT_WORK = "What is at work for a workload with site loss coverage is held for it."
IN_SERVICE = "Units held in a pool are in service × availability × max utilisation at most."
MAY_SERVE = "Units are held only where they may serve the workload, and are committed."
CARRIED = "If any one site is lost, what is held elsewhere carries the covered share of the peak."


@pytest.mark.parametrize(
    ("coverage", "bought"),
    [(None, 2), (0.0, 2), (0.5, 2), (0.51, 4), (0.75, 4), (1.0, 4)],
)
def test_each_of_two_sites_carries_the_covered_share_alone(
    coverage: float | None, bought: int
) -> None:
    """2 TFLOPS take 2 units: one at each site carries half, and 2 at each carry more.

    Blank and 0 ask for nothing.
    """
    of = case(buy(), demand=(2.0,), sites=TWO_HALLS, workloads=_covered(coverage))

    assert cost(of) == pytest.approx(100 * bought)


def test_a_site_that_carries_enough_leaves_the_other_alone() -> None:
    """5 units in the hall and one in the annex: without the hall, 1 carries half of 2, not all.

    The second comes to the annex, as the hall cannot cover its own loss.
    """
    uneven: dict[str, Any] = {"demand": (2.0,), "sites": TWO_HALLS, "fleet": _fleets(5, 1)}

    plan = cheapest(case(buy(), workloads=_covered(1.0), **uneven))

    assert [(order.site, order.packs) for order in plan.orders] == [("annex", 1)]
    assert packs(case(buy(), workloads=_covered(0.5), **uneven)) == {}


def test_each_site_needs_as_much_as_the_other_may_lose() -> None:
    """2 units at each site cover 2 TFLOPS; the tenth more takes a third at each."""
    two: dict[str, Any] = {"sites": TWO_HALLS, "fleet": _fleets(2, 2), "workloads": _covered(1.0)}

    assert packs(case(buy(), demand=(2.0,), **two)) == {}
    assert packs(case(buy(), demand=(2.1,), **two)) == {("buy", "Q1"): 2}


def test_three_sites_need_less_than_two() -> None:
    """2 TFLOPS are carried by 2 units at each of two sites, or 1 at each of three."""
    full: dict[str, Any] = {"demand": (2.0,), "workloads": _covered(1.0)}

    assert cost(case(buy(), sites=TWO_HALLS, **full)) == pytest.approx(400)
    assert cost(case(buy(), sites=THREE_HALLS, **full)) == pytest.approx(300)


def test_no_more_is_held_than_can_be_lost() -> None:
    """One site is lost at a time: 1 unit at each of three carries 2, but not 2.1.

    Then two of the sites have one more.
    """
    three: dict[str, Any] = {
        "sites": THREE_HALLS,
        "fleet": (*_fleets(1, 1), *fleet(1, site="barn")),
        "workloads": _covered(1.0),
    }

    assert packs(case(buy(), demand=(2.0,), **three)) == {}
    assert packs(case(buy(), demand=(2.1,), **three)) == {("buy", "Q1"): 2}


def test_one_site_alone_covers_nothing() -> None:
    """Were the hall lost, half of 1 TFLOPS would be left undone however many units it has."""
    alone = case(buy(), fleet=fleet(9), workloads=_covered(0.5))

    assert reasons(alone) == (_lost("50%"),)
    assert cost(replace(alone, demand=case(demand=(0.0,)).demand)) == 0
    assert cost(replace(alone, workloads=_covered(None))) == 0


def test_what_is_missing_elsewhere_is_named() -> None:
    """Without the hall, the annex's unit carries 1 of 2, half; nothing more can be had."""
    short = case(demand=(2.0,), sites=TWO_HALLS, fleet=_fleets(2, 1), workloads=_covered(1.0))

    assert reasons(short) == (_lost("50%"),)


def test_what_is_held_may_be_used_by_work_without_coverage() -> None:
    """One unit at each site: one works for chat, and the one held for it does 1 of search.

    A tenth more of search takes another unit, as it must be done all the same.
    """

    def bought(rate: float) -> dict[tuple[str, str], int]:
        return packs(
            case(
                buy(),
                sites=TWO_HALLS,
                fleet=_fleets(1, 1),
                workloads=(*_covered(1.0), chat(workload="search")),
                demand={"chat": (1.0,), "search": (rate,)},
            )
        )

    assert bought(1.0) == {}
    assert bought(1.1) == {("buy", "Q1"): 1}


def test_a_unit_is_held_for_one_workload_only() -> None:
    """Chat of 2 covered in full is held 2 at each site, search of 2 covered by half 1 more."""

    def bought(in_hall: int, in_annex: int) -> dict[tuple[str, str], int]:
        return packs(
            case(
                buy(),
                sites=TWO_HALLS,
                fleet=_fleets(in_hall, in_annex),
                workloads=(*_covered(1.0), chat(workload="search", site_loss_coverage=0.5)),
                demand={"chat": (2.0,), "search": (2.0,)},
            )
        )

    assert bought(3, 3) == {}
    assert bought(3, 2) == {("buy", "Q1"): 1}
    assert bought(2, 2) == {("buy", "Q1"): 2}


def test_what_is_at_work_is_held_for_its_workload() -> None:
    """Chat works on 2 units, so 2 are held for it, though 0.5 at each site carry its quarter.

    Search of 1, covered in full, is held 1 at each. That is all 4; the tenth more at each
    site takes a fifth unit, though only 3.1 are at work.
    """

    def bought(search: float) -> dict[tuple[str, str], int]:
        return packs(
            case(
                buy(),
                sites=TWO_HALLS,
                fleet=_fleets(2, 2),
                workloads=(*_covered(0.25), chat(workload="search", site_loss_coverage=1.0)),
                demand={"chat": (2.0,), "search": (search,)},
            )
        )

    assert bought(1.0) == {}
    assert bought(1.1) == {("buy", "Q1"): 1}


def test_rented_units_are_not_held() -> None:
    """Rentals in the cloud carry nothing of the hall, which is the only site with units."""
    rentable = case(buy(), rent(), workloads=_covered(0.5))

    assert reasons(rentable) == (_lost("50%"),)


def test_rented_units_may_do_the_work_that_others_are_held_for() -> None:
    """One unit at each site is held for 1 of chat, and both work for 2 of search meanwhile.

    So 1 TFLOPS of either is rented, for 1000 hours at 1.
    """
    of = case(
        rent(),
        sites=TWO_HALLS,
        fleet=_fleets(1, 1),
        workloads=(*_covered(1.0), chat(workload="search")),
        demand={"chat": (1.0,), "search": (2.0,)},
    )

    assert cost(of) == pytest.approx(1000)


def test_where_nothing_is_committed_nothing_can_be_lost() -> None:
    """A workload that is all rented holds nothing, and pays 1000 hours at 1.

    A unit in the hall is no loss to chat that may run in the cloud only.
    """
    in_cloud = _covered(1.0, sites=("cloud",))

    assert cost(case(rent(), workloads=_covered(1.0))) == pytest.approx(1000)
    assert cost(case(rent(), fleet=fleet(1), workloads=in_cloud)) == pytest.approx(1000)


def test_reserved_units_are_held_like_any_committed_ones() -> None:
    """One reserved in the cloud at 10 carries chat without the hall; not at work, it has no hours.

    The hall's own unit is of the fleet, and free.
    """
    reserved = buy(
        offer="reserve", acquisition=Acquisition.RESERVED, upfront_price=10.0, hourly_price=1.0
    )

    assert cost(case(reserved, fleet=fleet(1), workloads=_covered(1.0))) == pytest.approx(10)


def test_units_are_held_up_to_their_max_utilisation() -> None:
    """2 units at 0.5 hold for 1 TFLOPS at each site; the tenth more takes a third at each.

    A SKU's own figure comes before that of the settings.
    """
    two: dict[str, Any] = {"sites": TWO_HALLS, "fleet": _fleets(2, 2), "workloads": _covered(1.0)}
    half = Settings(max_utilisation=0.5)
    own = (gpu(max_utilisation=1.0),)

    assert packs(case(buy(), demand=(1.0,), settings=half, **two)) == {}
    assert packs(case(buy(), demand=(1.1,), settings=half, **two)) == {("buy", "Q1"): 2}
    assert packs(case(buy(), demand=(1.1,), settings=half, hardware=own, **two)) == {}


def test_units_are_held_as_far_as_they_are_available() -> None:
    """At 0.5 availability 2 ordered units at each site hold for 1 TFLOPS: 4 of them.

    The fleet's are all able.
    """
    shaky = buy(availability=0.5)
    two: dict[str, Any] = {"sites": TWO_HALLS, "workloads": _covered(1.0)}

    assert packs(case(shaky, **two)) == {("buy", "Q1"): 4}
    assert packs(case(shaky, fleet=fleet(1), **two)) == {("buy", "Q1"): 2}
    assert packs(case(shaky, fleet=_fleets(1, 1), **two)) == {}


def test_what_is_held_carries_at_its_own_throughput() -> None:
    """The hall's GPUs do 10 of chat and the annex's TPUs 20: for 40, 4 and 2 are held."""

    def bought(gpus: int, tpus: int) -> dict[tuple[str, str], int]:
        return packs(
            case(
                buy(sites=("hall",)),
                buy(offer="tpus", sku="tpu", sites=("annex",)),
                demand=(40.0,),
                hardware=(gpu(), gpu(sku="tpu", category=Category.TPU)),
                sites=TWO_HALLS,
                fleet=(*fleet(gpus), *fleet(tpus, sku="tpu", site="annex")),
                workloads=_covered(1.0, unit="tokens/s"),
                performance=(does(10.0), does(20.0, sku="tpu")),
            )
        )

    assert bought(4, 2) == {}
    assert bought(3, 2) == {("buy", "Q1"): 1}
    assert bought(4, 1) == {("tpus", "Q1"): 1}


def test_a_service_is_covered_at_its_peak() -> None:
    """A peak of 4 × 1 lasts a quarter of the hours, and is carried all the same: 4 at each site.

    Half of it is 2 at each, which also do the 4.
    """
    peaking: dict[str, Any] = {
        "sites": TWO_HALLS,
        "slices": peak_and_rest(),
        "load_profile": (load(4.0), load(0.0, slice="rest")),
    }

    assert packs(case(buy(), workloads=_covered(1.0), **peaking)) == {("buy", "Q1"): 8}
    assert packs(case(buy(), workloads=_covered(0.5), **peaking)) == {("buy", "Q1"): 4}


def test_batch_is_covered_at_its_average() -> None:
    """1 TFLOPS on average is held once at each site; a load profile is not for batch."""
    of = case(
        buy(),
        sites=TWO_HALLS,
        slices=peak_and_rest(),
        load_profile=(load(4.0, workload="training"),),
        workloads=(training(site_loss_coverage=1.0),),
    )

    assert packs(of) == {("buy", "Q1"): 2}


def test_batch_is_held_as_many_units_as_work_at_once() -> None:
    """1 TFLOPS on average is 4 in the quarter of the hours that is free: 4 units are held for it.

    Chat and search fill all 6 units in the rest. Half of search's 2 is held 1 at each site,
    and 2 more for batch; three quarters take 1.5 at each, and a seventh unit, though batch
    alone would need no more than 1 at each to be carried.
    """

    def bought(coverage: float) -> dict[tuple[str, str], int]:
        return packs(
            case(
                buy(),
                sites=TWO_HALLS,
                fleet=_fleets(3, 3),
                slices=peak_and_rest(),
                workloads=(
                    chat(),
                    chat(workload="search", site_loss_coverage=coverage),
                    training(site_loss_coverage=1.0),
                ),
                demand={"chat": (4.0,), "search": (2.0,), "training": (1.0,)},
                load_profile=(load(0.0), load(1.0, slice="rest")),
            )
        )

    assert bought(0.5) == {}
    assert bought(0.75) == {("buy", "Q1"): 1}


def test_sites_that_a_workload_may_not_use_do_not_carry_it() -> None:
    """Chat may run in the hall and the barn only, so the annex's 9 units are no help.

    Nor can it lose the annex.
    """
    kept: dict[str, Any] = {
        "sites": THREE_HALLS,
        "fleet": (*_fleets(1, 9), *fleet(1, site="barn")),
    }

    assert cost(case(workloads=_covered(1.0, sites=("hall", "barn")), **kept)) == 0
    assert reasons(case(workloads=_covered(1.0, sites=("hall",)), **kept)) == (_lost("100%"),)


def test_categories_that_may_not_serve_do_not_carry() -> None:
    """A TPU in the annex carries chat of any category, and none of chat on GPUs only."""
    mixed: dict[str, Any] = {
        "hardware": (gpu(), gpu(sku="tpu", category=Category.TPU)),
        "sites": TWO_HALLS,
        "fleet": (*fleet(1), *fleet(1, sku="tpu", site="annex")),
    }
    only_gpus = _covered(1.0, categories=(Category.GPU,))

    assert packs(case(buy(), workloads=_covered(1.0), **mixed)) == {}
    assert packs(case(buy(), workloads=only_gpus, **mixed)) == {("buy", "Q1"): 1}


def test_every_period_is_covered_by_what_is_in_service_then() -> None:
    """The annex's unit leaves on 1 April, and Q2 wants another there; on 2 April it serves Q2.

    In Q3 demand doubles, and each site has 2.
    """

    def bought(retire_on: date) -> dict[tuple[str, str], int]:
        return packs(
            case(
                buy(term=3),
                periods=quarters(3),
                demand=(1.0, 1.0, 2.0),
                sites=TWO_HALLS,
                fleet=(*fleet(1), *fleet(1, site="annex", retire_on=retire_on)),
                workloads=_covered(1.0),
            )
        )

    assert bought(date(2025, 4, 1)) == {("buy", "Q2"): 1, ("buy", "Q3"): 3}
    assert bought(date(2025, 4, 2)) == {("buy", "Q3"): 3}


def test_a_shortage_lowers_nothing_of_what_is_held() -> None:
    """1000 hours short cost 1, and one unit at each site 200; only without coverage is it short.

    Where there is but one site, no penalty is low enough.
    """
    cheap = {"shortage_penalty": 0.001}
    two: dict[str, Any] = {"sites": TWO_HALLS}

    assert cost(case(buy(), workloads=_covered(None, **cheap), **two)) == pytest.approx(1)
    assert cost(case(buy(), workloads=_covered(1.0, **cheap), **two)) == pytest.approx(200)
    assert reasons(case(buy(), workloads=_covered(1.0, **cheap))) == (_lost("100%"),)


def test_held_units_need_not_be_a_cluster() -> None:
    """Clusters of 2 run in the hall; the annex's one unit is held for them, and is no cluster."""
    of = case(
        buy(),
        sites=TWO_HALLS,
        fleet=_fleets(2, 1),
        workloads=_covered(1.0, cluster_units=2),
    )

    assert packs(of) == {}


def test_every_scenario_is_covered_at_its_own_demand() -> None:
    """A demand of 1 may turn out twice as high: 2 at each site, as orders come before that."""
    of = case(
        buy(),
        sites=TWO_HALLS,
        workloads=_covered(1.0),
        scenarios=(
            Scenario(scenario="calm", probability=0.9),
            Scenario(scenario="busy", probability=0.1, demand_multiplier=2.0),
        ),
    )

    assert packs(of) == {("buy", "Q1"): 4}


@pytest.mark.parametrize("terms", [{}, {"order_fee": 1.0}, {"min_order": 2.0}])
def test_one_order_may_bring_what_is_held_at_each_site(terms: dict[str, float]) -> None:
    """4 units at each of two sites are 8 in one order: 800, and its fee."""
    of = case(buy(**terms), demand=(4.0,), sites=TWO_HALLS, workloads=_covered(1.0))

    assert cost(of) == pytest.approx(800 + terms.get("order_fee", 0.0))


@pytest.fixture(scope="module")
def covered() -> Plan:
    """Return a plan for 2 TFLOPS, half covered, that works in the hall: power there is free.

    2 units stand at each site; 2 in the hall are held for what they do, 1 in the annex.
    """
    plan = cheapest(
        case(
            demand=(2.0,),
            hardware=(gpu(power=1.0),),
            sites=(hall(), hall(site="annex", pue=1.0, energy_price=1.0), hall(site="barn")),
            fleet=(*_fleets(2, 2), *fleet(2, site="barn")),
            workloads=_covered(0.5, sites=("hall", "annex")),
        )
    )
    assert [(use.pool.site, use.units) for use in plan.uses] == [("hall", 2)]
    return plan


def test_the_check_lets_pass_what_is_just_enough(covered: Plan) -> None:
    """2 in the hall and 1 in the annex are the least; 2 and 2 are all there are."""
    assert _failed(_holding(covered, hall=2.0, annex=1.0)) == []
    assert _failed(_holding(covered, hall=2.0, annex=2.0)) == []


def test_the_check_finds_too_little_held_elsewhere(covered: Plan) -> None:
    """0.75 in the annex carry a quarter too little of 1 when the hall is lost."""
    check = failure(site_loss, _holding(covered, hall=2.0, annex=0.75))

    assert check.family == "site loss"
    assert check.rule == CARRIED
    assert check.violation == pytest.approx(0.25)
    assert check.unit == "workload's unit"
    assert check.worst is not None
    assert check.worst.where == "chat in Q1 without hall"


def test_the_check_finds_work_that_nothing_is_held_for(covered: Plan) -> None:
    """2 are at work in the hall; 1.5 held there carry enough, but not what they do."""
    check = failure(site_loss, _holding(covered, hall=1.5, annex=1.0))

    assert check.rule == AT_WORK
    assert check.violation == pytest.approx(0.5)
    assert check.worst is not None
    assert check.worst.where == "chat on gpu@hall in Q1, all"


def test_the_check_finds_that_nothing_is_held(covered: Plan) -> None:
    """The 2 at work are not held, and either site's loss leaves 1 undone."""
    assert _failed(replace(covered, held=())) == [(AT_WORK, 2), (CARRIED, 1)]


def test_the_check_finds_more_held_than_there_is(covered: Plan) -> None:
    """2.5 held of 2 units in the annex are half a unit too many."""
    check = failure(site_loss, _holding(covered, hall=2.0, annex=2.5))

    assert check.rule == IN_SERVICE
    assert check.violation == pytest.approx(0.5)
    assert check.worst is not None
    assert check.worst.where == "gpu@annex in Q1"


def test_the_check_adds_what_is_held_for_all_workloads() -> None:
    """1 unit at each site, held for chat and again for search: 1 too many at each."""
    plan = cheapest(
        case(
            sites=TWO_HALLS,
            fleet=_fleets(1, 1),
            workloads=(*_covered(1.0), chat(workload="search", site_loss_coverage=0.5)),
            demand={"chat": (1.0,), "search": (0.0,)},
        )
    )
    twice = tuple(
        Held(name, Pool("gpu", site), "Q1", 1.0)
        for name in ("chat", "search")
        for site in ("hall", "annex")
    )

    assert _failed(replace(plan, held=twice)) == [(IN_SERVICE, 1)]


def test_the_check_counts_able_units_up_to_max_utilisation() -> None:
    """8 ordered at each site at 0.5 availability and 0.5 utilisation hold 2; 4 is 2 too many."""
    plan = cheapest(
        case(
            buy(availability=0.5),
            demand=(2.0,),
            sites=TWO_HALLS,
            workloads=_covered(1.0),
            settings=Settings(max_utilisation=0.5),
        )
    )

    assert _failed(_holding(plan, hall=2.0, annex=2.0)) == []
    assert _failed(_holding(plan, hall=2.0, annex=4.0)) == [(IN_SERVICE, 2)]


def test_the_check_finds_units_held_that_have_retired() -> None:
    """The barn's unit leaves on 1 April: held in Q2, it is one too many."""
    plan = cheapest(
        case(
            periods=quarters(2),
            demand=(1.0, 1.0),
            sites=THREE_HALLS,
            fleet=(*_fleets(1, 1), *fleet(1, site="barn", retire_on=date(2025, 4, 1))),
            workloads=_covered(1.0),
        )
    )
    barn = Held("chat", Pool("gpu", "barn"), "Q2", 1.0)

    assert _failed(replace(plan, held=(*plan.held, barn))) == [(IN_SERVICE, 1)]


def test_the_check_finds_units_held_where_they_may_not_serve(covered: Plan) -> None:
    """Chat may not use the barn: what is held there counts for nothing, and is told."""
    check = failure(site_loss, _holding(covered, hall=2.0, annex=1.0, barn=1.0))

    assert check.rule == MAY_SERVE
    assert check.worst is not None
    assert check.worst.where == "chat on gpu@barn"
    assert _failed(_holding(covered, hall=2.0, barn=1.0)) == [(MAY_SERVE, 1), (CARRIED, 1)]


def test_the_check_finds_rented_units_held() -> None:
    """A unit held in the cloud is not in service there, is rented, and carries nothing."""
    plan = cheapest(
        case(
            rent(),
            hardware=(gpu(power=1.0),),
            sites=(hall(), hall(site="annex", pue=1.0, energy_price=1.0), cloud()),
            fleet=_fleets(1, 1),
            workloads=_covered(1.0),
        )
    )
    here = Held("chat", Pool("gpu", "hall"), "Q1", 1.0)  # where its energy is free
    rented = Held("chat", Pool("gpu", "cloud", "rent", is_elastic=True), "Q1", 1.0)

    assert _failed(replace(plan, held=(here, rented))) == [
        (IN_SERVICE, 1),
        (MAY_SERVE, 1),
        (CARRIED, 1),
    ]


def test_the_check_asks_nothing_of_work_without_coverage() -> None:
    """One unit at one site serves chat, and nothing is compared."""
    plan = cheapest(case(fleet=fleet(1)))

    assert [check.compared for check in site_loss.check(plan.case, only_path(plan))] == [0] * 4
