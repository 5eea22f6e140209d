"""Clusters: a workload that needs many units at once runs only where one pool has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Scenario, Settings
from planner.case.hardware import Category
from planner.case.horizon import Slice
from planner.case.offers import Acquisition
from planner.case.pools import Pool
from planner.case.rules import Metric, SideRule
from planner.model.assembly import assemble
from planner.model.families import clusters
from tests.builders import (
    buy,
    case,
    chat,
    cheapest,
    cloud,
    cost,
    failure,
    fleet,
    gpu,
    hall,
    lease,
    load,
    only_path,
    packs,
    peak_and_rest,
    quarters,
    reasons,
    rent,
    reordered,
    training,
)

TWO_HALLS = (hall(), hall(site="annex"), cloud())
METERED = {"hardware": (gpu(power=1.0),), "sites": (hall(pue=1.0), hall(site="annex", pue=1.0))}
"""Two sites where a unit at work all quarter draws 1000 kWh, which cost nothing."""


def _of(units: int | None, **terms: Any) -> tuple[Any, ...]:
    """Return chat as the only workload, in clusters of so many units."""
    return (chat(cluster_units=units, **terms),)


def _both(chat_units: int | None, search_units: int | None, **of_search: Any) -> dict[str, Any]:
    """Return the tables of chat and search, 1 TFLOPS each, in clusters of so many units."""
    search = chat(workload="search", cluster_units=search_units, **of_search)
    return {
        "workloads": (chat(cluster_units=chat_units), search),
        "demand": {"chat": (1.0,), "search": (1.0,)},
    }


def _energy(**limit: Any) -> tuple[SideRule, ...]:
    """Return a rule on the energy of metered sites."""
    return (SideRule(rule="energy", metric=Metric.ENERGY, **limit),)


def _binaries(of: Case) -> int:
    """Return how many yes/no variables the family adds."""
    return len(assemble(of).model.clusters.large_enough)


@pytest.mark.parametrize(
    ("size", "installed", "bought"),
    [(2, 2, 0), (3, 2, 1), (3, 3, 0), (3, 4, 0), (3, 0, 3), (1, 0, 1)],
)
def test_work_runs_only_among_its_cluster_units(size: int, installed: int, bought: int) -> None:
    """What the fleet has less than the cluster is bought, though 1 unit would do the work."""
    of = case(buy(), fleet=fleet(installed), workloads=_of(size))

    assert cost(of) == pytest.approx(100 * bought)


@pytest.mark.parametrize("units", [None, 0])
def test_a_blank_cluster_asks_for_nothing(units: int | None) -> None:
    """1 unit does the work: bought at 100, or rented at 50; 0 is as good as blank."""
    assert packs(case(buy(), workloads=_of(units))) == {("buy", "Q1"): 1}
    assert cost(case(buy(), rent(hourly_price=0.05), workloads=_of(units))) == pytest.approx(50)
    assert _binaries(case(buy(), workloads=_of(units))) == 0


def test_a_cluster_does_no_more_work_than_its_units() -> None:
    """Clusters of 2 are enough for 2 TFLOPS; the tenth more takes a third unit."""
    assert packs(case(buy(), demand=(2.0,), workloads=_of(2))) == {("buy", "Q1"): 2}
    assert packs(case(buy(), demand=(2.1,), workloads=_of(2))) == {("buy", "Q1"): 3}


def test_a_cluster_that_cannot_be_had_is_told_by_what_limits_it() -> None:
    """A max order of 2 is one short of a cluster of 3, and with 1 of the fleet it is not."""
    limited = buy(max_order=2.0)

    assert reasons(case(limited, workloads=_of(3))) == (
        "buy: max order short by 1 unit in Q1 (Offers, Max order)",
    )
    assert packs(case(limited, fleet=fleet(1), workloads=_of(3))) == {("buy", "Q1"): 2}


def test_a_cluster_comes_in_whole_packs() -> None:
    """A cluster of 3 out of packs of 2 takes 2 packs."""
    assert packs(case(buy(pack_size=2), workloads=_of(3))) == {("buy", "Q1"): 2}


def test_a_cluster_is_left_where_a_shortage_costs_less() -> None:
    """3 units cost 300; 1000 hours short cost 290 at 0.29 an hour and 310 at 0.31."""
    assert cost(case(buy(), workloads=_of(3, shortage_penalty=0.29))) == pytest.approx(290)
    assert cost(case(buy(), workloads=_of(3, shortage_penalty=0.31))) == pytest.approx(300)


def test_units_of_two_sites_do_not_add_up() -> None:
    """2 in the hall and 1 in the annex are no cluster of 3, so that a third joins the two.

    They are one of 2, and 3 in the annex alone are one of 3.
    """
    apart: dict[str, Any] = {"sites": TWO_HALLS, "fleet": (*fleet(2), *fleet(1, site="annex"))}
    together: dict[str, Any] = {"sites": TWO_HALLS, "fleet": fleet(3, site="annex")}

    plan = cheapest(case(buy(), workloads=_of(3), **apart))

    assert [(order.site, order.packs) for order in plan.orders] == [("hall", 1)]
    assert packs(case(buy(), workloads=_of(2), **apart)) == {}
    assert packs(case(buy(), workloads=_of(3), **together)) == {}


def test_units_of_two_skus_do_not_add_up() -> None:
    """2 GPUs and 1 TPU in one hall are no cluster of 3; a third GPU makes one."""
    mixed = case(
        buy(),
        hardware=(gpu(), gpu(sku="tpu", category=Category.TPU)),
        fleet=(*fleet(2), *fleet(1, sku="tpu")),
        workloads=_of(3),
    )

    assert packs(mixed) == {("buy", "Q1"): 1}


def test_units_of_one_pool_add_up_however_they_were_had() -> None:
    """One of the fleet, one bought at 100 and one leased for 3 months at 10 are a cluster of 3."""
    of = case(
        buy(max_order=1.0),
        lease(max_order=1.0),
        fleet=fleet(1),
        workloads=_of(3),
    )

    assert cost(of) == pytest.approx(100 + 30)


def test_units_that_fail_or_may_not_be_planned_for_count_towards_the_size() -> None:
    """3 units are a cluster of 3, though half of them is out of service or kept free.

    They do 1.5 TFLOPS; the tenth more takes a fourth unit.
    """
    half = Settings(max_utilisation=0.5)
    shaky = buy(availability=0.5)

    assert packs(case(shaky, demand=(1.5,), workloads=_of(3))) == {("buy", "Q1"): 3}
    assert packs(case(shaky, demand=(1.6,), workloads=_of(3))) == {("buy", "Q1"): 4}
    assert packs(case(buy(), demand=(1.5,), workloads=_of(3), settings=half)) == {("buy", "Q1"): 3}
    assert packs(case(buy(), demand=(1.6,), workloads=_of(3), settings=half)) == {("buy", "Q1"): 4}


def test_workloads_of_one_size_share_a_cluster() -> None:
    """Two services of 1 TFLOPS in clusters of 3 take 3 units, not 6.

    They are not alike: only one of them may be left short, at a price that is never paid.
    """
    assert packs(case(buy(), **_both(3, 3))) == {("buy", "Q1"): 3}
    assert packs(case(buy(), **_both(3, 3, shortage_penalty=9.0))) == {("buy", "Q1"): 3}


def test_a_pool_of_one_size_is_too_small_for_a_larger_one() -> None:
    """2 of the fleet run chat in clusters of 2; search in clusters of 4 wants 2 more at 200.

    Left short it costs 190 or 210.
    """
    cheap = _both(2, 4, shortage_penalty=0.19)
    dear = _both(2, 4, shortage_penalty=0.21)

    assert cost(case(buy(), fleet=fleet(2), **cheap)) == pytest.approx(190)
    assert cost(case(buy(), fleet=fleet(2), **dear)) == pytest.approx(200)
    assert cost(case(buy(), fleet=fleet(4), **dear)) == 0


def test_a_cluster_is_free_for_other_work() -> None:
    """1 unit's worth of chat keeps a cluster of 3; 2 TFLOPS of search run on the rest of it.

    Search needs no cluster, and the tenth more of it takes a fourth unit.
    """

    def bought(search: float) -> dict[tuple[str, str], int]:
        tables = _both(3, None) | {"demand": {"chat": (1.0,), "search": (search,)}}
        return packs(case(buy(), **tables))

    assert bought(2.0) == {("buy", "Q1"): 3}
    assert bought(2.1) == {("buy", "Q1"): 4}


def test_rented_units_are_no_cluster_even_of_one() -> None:
    """A unit is bought at 100 beside rentals at 1; search, without a cluster, is rented."""
    almost_free = rent(hourly_price=0.001)

    assert cost(case(buy(), almost_free, workloads=_of(1))) == pytest.approx(100)
    assert cost(case(buy(max_order=1.0), almost_free, **_both(1, None))) == pytest.approx(101)
    assert reasons(case(almost_free, workloads=_of(1))) == (
        "chat in Q1: demand too high by 1 TFLOPS (Demand, Q1)",
    )


def test_units_with_an_hourly_price_are_a_cluster_of_their_own() -> None:
    """2 of the fleet and one paid by the hour are not 3: 3 come at 10, and 1000 hours cost 1."""
    hourly = buy(upfront_price=10.0, hourly_price=0.001)

    assert cost(case(hourly, fleet=fleet(2), workloads=_of(3))) == pytest.approx(31)
    assert cost(case(hourly, fleet=fleet(2), workloads=_of(2))) == 0


def test_reserved_units_are_committed_and_may_be_a_cluster() -> None:
    """2 reserved in the cloud at 10 each are one, and the hour of work at 0.001 costs 1."""
    reserved = buy(
        offer="reserve", acquisition=Acquisition.RESERVED, upfront_price=10.0, hourly_price=0.001
    )

    assert cost(case(reserved, workloads=_of(2))) == pytest.approx(21)


@pytest.mark.parametrize(
    ("dates", "bought"),
    [
        ({"retire_on": date(2025, 4, 2)}, {}),
        ({"retire_on": date(2025, 4, 1)}, {("buy", "Q2"): 1}),
        ({"available_from": date(2025, 4, 1)}, {("buy", "Q1"): 1}),
        ({"available_from": date(2025, 4, 2)}, {("buy", "Q1"): 1, ("buy", "Q2"): 1}),
    ],
)
def test_a_cluster_is_counted_period_by_period(
    dates: dict[str, date], bought: dict[tuple[str, str], int]
) -> None:
    """A second unit of the fleet counts while it is in service, on the first day of a quarter.

    What is bought instead serves for 3 months.
    """
    of = case(
        buy(term=3),
        periods=quarters(2),
        demand=(1.0, 1.0),
        fleet=(*fleet(1), *fleet(1, **dates)),
        workloads=_of(2),
    )

    assert packs(of) == bought


def test_a_cluster_ends_with_the_terms_of_its_units() -> None:
    """A lease of 6 months is a cluster of 2 for two quarters; one of 3 months for one."""
    two_quarters: dict[str, Any] = {
        "periods": quarters(2),
        "demand": (1.0, 1.0),
        "workloads": _of(2),
    }

    assert packs(case(lease(term=6), **two_quarters)) == {("lease", "Q1"): 2}
    assert packs(case(lease(term=3), **two_quarters)) == {("lease", "Q1"): 2, ("lease", "Q2"): 2}


def test_a_cluster_is_needed_only_while_there_is_work() -> None:
    """Chat begins in Q2: 2 leased at 10 for its 3 months cost 60, and Q1 none."""
    of = case(lease(), periods=quarters(2), demand=(0.0, 1.0), workloads=_of(2))

    assert cost(of) == pytest.approx(60)
    assert packs(of) == {("lease", "Q2"): 2}


def test_a_cluster_carries_its_peak() -> None:
    """A peak of 4 × 1 takes 4 units, in clusters of 2 as without them."""
    of = case(buy(), slices=peak_and_rest(), load_profile=(load(4.0),), workloads=_of(2))

    assert packs(of) == {("buy", "Q1"): 4}


def test_batch_work_may_be_done_all_in_one_slice() -> None:
    """1 TFLOPS on average is 4 in a quarter of the hours, where energy costs nothing.

    4 units at 1 each are cheaper than a kWh more; clusters of 2 do not stand in the way.
    """
    of = case(
        buy(upfront_price=1.0),
        hardware=(gpu(power=1.0),),
        sites=(hall(pue=1.0, energy_price=1.0),),
        slices=peak_and_rest(energy_price_multiplier=0.0),
        workloads=(training(cluster_units=2),),
    )

    assert cost(of) == pytest.approx(4)


def test_a_cluster_may_be_of_what_one_scenario_alone_orders() -> None:
    """Chat comes in Q2 or not at all, one as likely as the other.

    If that is known by then, 2 units at 100 are bought in one of two cases; if not, in both.
    """

    def of(known_from: str) -> Case:
        return case(
            buy(),
            periods=quarters(2),
            demand=(0.0, 1.0),
            workloads=_of(2),
            scenarios=(
                Scenario(scenario="comes", probability=0.5, known_from=known_from),
                Scenario(
                    scenario="stays away",
                    probability=0.5,
                    demand_multiplier=0.0,
                    known_from=known_from,
                ),
            ),
        )

    assert cost(of("Q2")) == pytest.approx(100)
    assert cost(of("")) == pytest.approx(200)
    assert _binaries(of("Q2")) == 1 + 2  # in Q1 one for both, in Q2 one for each
    assert _binaries(of("")) == 2


def test_there_is_one_yes_or_no_for_a_pool_a_size_and_a_period() -> None:
    """Workloads of one size share it; another size, pool or period has one more."""
    two_periods: dict[str, Any] = {
        "periods": quarters(2),
        "demand": {"chat": (1.0, 1.0), "search": (1.0, 1.0)},
    }

    assert _binaries(case(buy(), **_both(3, None))) == 1
    assert _binaries(case(buy(), **_both(3, 3))) == 1
    assert _binaries(case(buy(), **_both(3, 4))) == 2
    assert _binaries(case(buy(), **_both(3, 3), sites=TWO_HALLS)) == 2
    assert _binaries(case(buy(), **_both(3, 3) | two_periods)) == 2
    assert _binaries(case(buy(), **_both(3, 4) | two_periods, sites=TWO_HALLS)) == 8
    assert _binaries(case(buy(), rent(), lease(), **_both(3, 3))) == 1


def test_a_fleet_that_is_large_enough_leaves_nothing_to_decide() -> None:
    """A fleet of 3 is a cluster of 3 whatever comes; of 4 it may become one."""
    assert _binaries(case(buy(), fleet=fleet(3), workloads=_of(3))) == 0
    assert _binaries(case(buy(), fleet=fleet(3), workloads=_of(4))) == 1


def test_work_in_a_cluster_may_overrun_where_energy_must_be_drawn() -> None:
    """A unit at work draws 1000 kWh: a Min of 2000 is met by the cluster of 2, if both work.

    One of 3000 takes a third unit, though the demand is 1.
    """

    def bought(least: float) -> dict[tuple[str, str], int]:
        offer = buy(sites=("hall",))
        return packs(case(offer, workloads=_of(2), rules=_energy(least=least), **METERED))

    assert bought(0.0) == {("buy", "Q1"): 2}
    assert bought(2000.0) == {("buy", "Q1"): 2}
    assert bought(3000.0) == {("buy", "Q1"): 3}


def test_work_in_a_cluster_may_overrun_where_units_are_used_by_half() -> None:
    """At a max utilisation of 0.5 a unit draws 500 kWh: a Min of 6000 takes 12 units."""
    of = case(
        buy(sites=("hall",)),
        workloads=_of(2),
        rules=_energy(least=6000.0),
        settings=Settings(max_utilisation=0.5),
        **METERED,
    )

    assert packs(of) == {("buy", "Q1"): 12}


@pytest.mark.parametrize("units", [None, 2, 3])
def test_work_in_a_cluster_may_overrun_to_thin_out_a_share(units: int | None) -> None:
    """Chat draws 1000 kWh in the hall, at most a quarter: the annex must draw 3000 for it.

    Search asks for 1 TFLOPS there, and 3 units at work on it draw just that; they cost 1 each.
    """
    of = case(
        buy(sites=("annex",), upfront_price=1.0),
        fleet=fleet(1),
        workloads=(
            chat(sites=("hall",)),
            chat(workload="search", sites=("annex",), cluster_units=units),
        ),
        demand={"chat": (1.0,), "search": (1.0,)},
        rules=_energy(site=("hall",), max_share=0.25),
        **METERED,
    )

    assert cost(of) == pytest.approx(3)


@pytest.mark.parametrize("fee", [0.0, 1.0])
def test_one_order_may_bring_a_cluster_to_each_of_two_sites(fee: float) -> None:
    """4 units in the hall for chat and 4 in the annex for search are 800, and one fee."""
    of = case(
        buy(order_fee=fee),
        sites=TWO_HALLS,
        workloads=(
            chat(sites=("hall",), cluster_units=4),
            chat(workload="search", sites=("annex",), cluster_units=4),
        ),
        demand={"chat": (1.0,), "search": (1.0,)},
    )

    assert cost(of) == pytest.approx(800 + fee)


@pytest.mark.parametrize("fee", [0.0, 1.0])
def test_one_order_may_bring_one_workload_two_clusters(fee: float) -> None:
    """Two clusters of 3 at 1 each are cheaper than the energy of one, whichever it is.

    A kWh costs 20 in the hall's peak and nothing in its rest; in the annex 8 at any time,
    for its carbon. So the annex draws 500 kWh in the peak, and the hall all others.
    """
    of = case(
        buy(order_fee=fee, upfront_price=1.0),
        hardware=(gpu(power=1.0),),
        sites=(
            hall(pue=1.0, energy_price=10.0),
            hall(site="annex", pue=1.0, carbon_intensity=1.0, carbon_price=8.0),
        ),
        slices=(
            Slice(slice="peak", share=0.5, energy_price_multiplier=2.0),
            Slice(slice="rest", share=0.5, energy_price_multiplier=0.0),
        ),
        workloads=_of(3),
    )

    assert cost(of) == pytest.approx(6 + 4000 + fee)


def test_the_check_finds_a_pool_with_too_few_units() -> None:
    """3 units were ordered for a cluster of 3; 2 are 1 short, though they could do the work."""
    plan = cheapest(case(buy(), workloads=_of(3)))

    check = failure(clusters, reordered(plan, packs=2))

    assert check.family == "clusters"
    assert check.rule == "A workload runs only in pools that have its cluster units in service."
    assert check.violation == pytest.approx(1)
    assert check.unit == "units"
    assert check.worst is not None
    assert check.worst.where == "chat on gpu@hall in Q1"


def test_the_check_counts_all_units_of_a_pool_and_no_others() -> None:
    """Work moved from 3 of the fleet in the hall to 1 in the annex is 2 units short of 3."""
    plan = cheapest(
        case(sites=TWO_HALLS, fleet=(*fleet(3), *fleet(1, site="annex")), workloads=_of(3))
    )
    (use,) = plan.uses
    moved = replace(plan, uses=(replace(use, pool=Pool("gpu", "annex")),))

    assert failure(clusters, moved).violation == pytest.approx(2)


def test_the_check_finds_work_in_a_cluster_that_has_retired() -> None:
    """2 of 3 units leave on 1 April: Q1's work done in Q2 is on 1 unit, 2 short."""
    plan = cheapest(
        case(
            periods=quarters(2),
            demand=(1.0, 0.0),
            fleet=(*fleet(1), *fleet(2, retire_on=date(2025, 4, 1))),
            workloads=_of(3),
        )
    )
    (use,) = plan.uses

    check = failure(clusters, replace(plan, uses=(replace(use, period="Q2"),)))

    assert check.violation == pytest.approx(2)


def test_the_check_finds_work_on_rented_units() -> None:
    """Moved to the cloud, chat runs among none of its 2 units, and on rented ones."""
    plan = cheapest(case(buy(), rent(), workloads=_of(2)))
    (use,) = plan.uses
    rented = replace(plan, uses=(replace(use, pool=Pool("gpu", "cloud", "rent", is_elastic=True)),))

    checks = list(clusters.check(plan.case, only_path(rented)))

    assert [check.violation for check in checks] == [2, 1]
    assert checks[1].rule == "A workload with cluster units runs on committed units only."
    assert not any(check.passed for check in checks)


def test_the_check_asks_nothing_of_work_without_a_cluster() -> None:
    """Rented units of a workload without cluster units are not even compared."""
    plan = cheapest(case(rent()))

    assert [check.compared for check in clusters.check(plan.case, only_path(plan))] == [0, 0]
