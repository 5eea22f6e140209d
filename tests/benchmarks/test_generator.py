"""The generator: cases of a size, the same from the same seed, that can be planned for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.search.highs import Watch
from planner.search.options import Options
from planner.search.strategy import find_plan
from tests.benchmarks.generator import SIZES, Size, generate

SMALL = SIZES["S"]


@pytest.mark.parametrize("name", SIZES)
def test_the_same_seed_gives_the_same_case(name: str) -> None:
    """Whatever is drawn follows from the size and the seed."""
    assert generate(SIZES[name], seed=3).tables() == generate(SIZES[name], seed=3).tables()


def test_another_seed_gives_another_case() -> None:
    """No two seeds draw the same prices."""
    assert generate(SMALL, seed=0).offers != generate(SMALL, seed=1).offers


@pytest.mark.parametrize("name", SIZES)
def test_a_case_is_as_large_as_its_size_says(name: str) -> None:
    """Every count of the size is the count of rows in its table."""
    size = SIZES[name]
    case = generate(size)
    counts = {
        "hardware": len(case.hardware),
        "offers": len(case.offers),
        "sites": len(case.sites),
        "workloads": len(case.workloads),
        "periods": len(case.periods),
        "slices": len(case.slices),
    }
    assert counts == {table: getattr(size, table) for table in counts}
    assert len(case.demand) == size.workloads
    assert not case.scenarios


@pytest.mark.parametrize("seed", range(5))
def test_there_is_a_plan(seed: int) -> None:
    """Every small case has a plan that passes its checks."""
    plan = find_plan(generate(SMALL, seed), Options(gap=0.5), Watch(tell=stop_at_first))
    assert plan.passed


def stop_at_first(watch: Watch) -> None:
    """Stop a search that has found a plan."""
    if watch.incumbent is not None:
        watch.stop.set()


def test_without_tiers_orders_have_no_terms_by_size() -> None:
    """With them there are tiers, min orders and fees; without, none of the three."""
    assert _terms_by_size(SMALL)
    assert not _terms_by_size(replace(SMALL, has_tiers=False))


def _terms_by_size(size: Size) -> bool:
    case = generate(size)
    return bool(case.price_tiers) or any(one.min_order or one.order_fee for one in case.offers)


def test_without_clusters_workloads_ask_for_work_only() -> None:
    """With them some work needs clusters and some stands the loss of a site; without, none."""
    assert _needs(SMALL) == (True, True)
    assert _needs(replace(SMALL, has_clusters=False)) == (False, False)


def _needs(size: Size) -> tuple[bool, bool]:
    work = generate(size).workloads
    return (
        any(one.cluster_units for one in work),
        any(one.site_loss_coverage for one in work),
    )


def test_scenarios_are_equally_likely_and_become_known() -> None:
    """As many as asked for; each is known from a period of its own on."""
    futures = generate(replace(SMALL, scenarios=4)).scenarios
    assert [one.probability for one in futures] == [0.25] * 4
    assert len({one.known_from for one in futures}) == 4


def test_slices_share_the_hours() -> None:
    """The shares add up to the period, and services have a load in each slice."""
    case = generate(replace(SMALL, slices=3))
    assert sum(one.share for one in case.slices) == pytest.approx(1.0)
    services = [one for one in case.workloads if one.is_service]
    assert len(case.load_profile) == 3 * len(services)


def test_offers_are_delivered_to_as_many_sites_as_asked() -> None:
    """On average, as far as there are sites of their kind."""
    few, many = (
        sum(len(one.sites) for one in generate(replace(SMALL, sites=12, sites_per_offer=n)).offers)
        for n in (1.0, 3.0)
    )
    assert few < 1.5 * SMALL.offers < 2.0 * SMALL.offers < many
