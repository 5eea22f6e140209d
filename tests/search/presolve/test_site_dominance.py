"""Dominated sites: one is dropped where another is as good in every term, and only there.

In every case chat asks for 1 in a quarter of 1000 hours, and a GPU costs 100 at either of
two halls, `best` and `other`, unless told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.case.case import Case
from planner.case.rules import Metric, SideRule
from planner.case.sites import Site
from planner.errors import CaseError, NoPlanError
from planner.search.presolve.dominance import drop_dominated
from planner.search.presolve.site_dominance import find_dominated_sites
from tests.builders import buy, case, chat, cheapest, cloud, cost, fleet, gpu, hall, quarters, rent

INFINITE = float("inf")
METERED = {"pue": 1.2, "energy_price": 0.1, "carbon_intensity": 0.5}


def _case(best: dict[str, Any], other: dict[str, Any], **tables: Any) -> Case:
    sites = (_best(**best), _other(**other))
    offers = tables.pop("offers", (buy(),))
    return case(*offers, **{"sites": sites, "hardware": (gpu(power=1.0),)} | tables)


def _best(**terms: Any) -> Site:
    return hall(**{"site": "best"} | terms)


def _other(**terms: Any) -> Site:
    return hall(**{"site": "other"} | terms)


def _kept(of: Case) -> list[str]:
    return [row.site for row in drop_dominated(of).sites]


def _cost(of: Case) -> float:
    """Return the least cost; infinite where no plan can exist."""
    try:
        return cost(of)
    except NoPlanError:
        return INFINITE


def _alone(of: Case) -> Case:
    """Return the case in which nothing can stand at the other site."""
    return replace(
        of,
        offers=tuple(row.model_copy(update={"sites": ("best",)}) for row in of.offers),
        fleet=tuple(row for row in of.fleet if row.site == "best"),
    )


@pytest.mark.parametrize(
    "worse",
    [
        {},
        {"pue": 1.3},
        {"energy_price": 0.2},
        {"energy_price_change": 0.1},
        {"carbon_intensity": 0.6},
        {"carbon_price": 0.1},
        {"it_power": 5.0},
        {"rack_units": 5.0},
    ],
    ids=str,
)
def test_what_is_worse_in_one_term_is_dropped(worse: dict[str, Any]) -> None:
    """100, and 1.2 × 1000 kWh a quarter at 0.1: 340 for two of them."""
    given = _case(METERED, METERED | worse, periods=quarters(2), demand=(1.0, 1.0))

    assert _kept(given) == ["best"]
    assert find_dominated_sites(given) == {"other": "best"}
    assert cost(given) == cost(_alone(given)) == pytest.approx(340)


def test_a_site_without_a_meter_is_as_good_as_any_with_one() -> None:
    """Its energy is in its prices."""
    assert _kept(_case({}, METERED)) == ["best"]


def test_of_several_alike_cloud_regions_one_is_left() -> None:
    """What blank Sites offer at all of them, 1 an hour, is rented at the first."""
    regions = tuple(cloud(site=f"region {number}") for number in range(3))
    given = case(rent(), sites=regions)
    plan = cheapest(given)

    assert _kept(given) == ["region 0"]
    assert plan.case is given
    assert {use.pool.site for use in plan.uses} == {"region 0"}
    assert plan.outcome.objective == pytest.approx(1000)


def test_what_named_a_dropped_site_names_it_no_longer() -> None:
    """Chat may run at either, and the offer is for either; the fleet at the best one stays."""
    given = _case(
        {},
        {},
        offers=(buy(sites=("best", "other")),),
        workloads=(chat(sites=("best", "other")),),
        fleet=fleet(1, site="best"),
        demand=(2.0,),
    )

    smaller = drop_dominated(given)

    assert [row.sites for row in (*smaller.offers, *smaller.workloads)] == [("best",), ("best",)]
    assert cost(given) == pytest.approx(100)


def test_clusters_only_grow() -> None:
    """2 make a cluster, wherever they are."""
    given = _case({}, {}, workloads=(chat(cluster_units=2),))

    assert _kept(given) == ["best"]
    assert cost(given) == pytest.approx(200)


def test_a_dropped_site_can_leave_an_offer_dominated() -> None:
    """The near quote is not for the other site; once that is gone it is as good as the far one."""
    near = buy(offer="near", sites=("best",))
    far = buy(offer="far", sites=("best", "other"), upfront_price=110.0)
    given = _case({}, {}, offers=(near, far))

    assert [row.offer for row in drop_dominated(given).offers] == ["near"]
    assert cost(given) == pytest.approx(100)


# What `best` has, what `other` has, the tables of the case, and its least cost with both
# and without what is at the other.
NEEDED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], float, float]] = {
    "power for 1 of 2": ({"it_power": 1.0}, {}, {"demand": (2.0,)}, 200, INFINITE),
    "space for 1 of 2": (
        {"rack_units": 1.0},
        {},
        {"demand": (2.0,), "hardware": (gpu(rack_units=1.0),)},
        200,
        INFINITE,
    ),
    "a meter": (METERED, {}, {}, 100, 220),
    "a PUE of 2": (METERED | {"pue": 2.0}, METERED, {}, 220, 300),
    "a PUE of 2, at half the price": (
        METERED | {"pue": 2.0, "energy_price": 0.05, "carbon_intensity": 0.1},
        METERED,
        {"periods": quarters(1, energy_cap=1500.0)},
        220,
        INFINITE,
    ),
    "energy of twice the price": (METERED | {"energy_price": 0.2}, METERED, {}, 220, 340),
    "energy that will have twice the price": (
        METERED | {"energy_price_change": 1.0},
        METERED,
        {"periods": quarters(2), "demand": (0.0, 1.0)},
        220,
        100 + 120 * 2 ** (90 / 365),
    ),
    "twice the carbon": (
        METERED | {"carbon_intensity": 1.0},
        METERED,
        {"periods": quarters(1, carbon_cap=600.0)},
        220,
        INFINITE,
    ),
    "no place for chat": ({}, {}, {"workloads": (chat(sites=("other",)),)}, 100, INFINITE),
    "no fleet": ({}, {}, {"fleet": fleet(1, site="other")}, 0, 100),
    "half a unit to rent at most": (
        {},
        {},
        {"offers": (rent(max_order=0.5, sites=("best", "other")),)},
        1000,
        INFINITE,
    ),
    "a rule of its own": (
        {},
        {},
        {"rules": (SideRule(rule="none", metric=Metric.UNITS, site=("best",), most=0.0),)},
        100,
        INFINITE,
    ),
    "a rule of the other's own": (
        {},
        {},
        {"rules": (SideRule(rule="one", metric=Metric.UNITS, site=("other",), least=1.0),)},
        100,
        INFINITE,
    ),
    "no loss that can be stood": (
        {},
        {},
        {"workloads": (chat(site_loss_coverage=1.0),)},
        200,
        INFINITE,
    ),
    "1200 kWh that must be drawn": (
        METERED | {"pue": 1.0, "carbon_intensity": 0.0},
        METERED,
        {"rules": (SideRule(rule="draw", metric=Metric.ENERGY, least=1200.0),)},
        220,
        320,
    ),
}


@pytest.mark.parametrize(
    ("best", "other", "tables", "both", "alone"), NEEDED.values(), ids=NEEDED.keys()
)
def test_what_some_plan_needs_stays(
    best: dict[str, Any],
    other: dict[str, Any],
    tables: dict[str, Any],
    both: float,
    alone: float,
) -> None:
    """There is a reason to have something at the other site."""
    given = _case(best, other, **tables)

    assert "other" in _kept(given)
    assert _cost(given) == pytest.approx(both)
    try:
        assert _cost(_alone(given)) == pytest.approx(alone)
    except CaseError:
        assert alone == INFINITE


def test_an_offer_for_one_site_alone_keeps_it() -> None:
    """80 at the other, 100 at either, so that the best is the one to go."""
    given = _case({}, {}, offers=(buy(), buy(offer="here", sites=("other",), upfront_price=80.0)))

    assert _kept(given) == ["other"]
    assert cost(given) == pytest.approx(80)
