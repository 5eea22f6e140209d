"""Recourse: what is done in a scenario that the objective does not weigh makes sense there."""

from __future__ import annotations

from typing import Any

import pytest

from planner.case.case import Case
from planner.case.finance import Scenario, Settings
from tests.builders import buy, case, chat, cheapest, rent, two_of


def _rare(chance: float, **tables: Any) -> Case:
    """Return a case of one unit to buy and more to rent; in "rare" three times as much is asked.

    Bought once, 100, it saves 1000; the others are rented at 1000: base 1100, rare 5100.
    """
    return case(
        buy(max_total=1.0),
        rent(max_order=50.0),
        demand=(2.0,),
        workloads=(chat(shortage_penalty=5.0),),
        scenarios=(
            Scenario(scenario="base", probability=1.0),
            Scenario(scenario="rare", probability=chance, demand_multiplier=3.0),
        ),
        **tables,
    )


@pytest.mark.parametrize(
    ("given_case", "objective"),
    [
        (_rare(0.0), 1100.0),
        (_rare(1.0, settings=Settings(risk_weight=1.0, risk_level=1.0)), 5100.0),
    ],
    ids=["probability 0", "risk only"],
)
def test_every_scenario_is_planned_at_its_own_least_cost(
    given_case: Case, objective: float
) -> None:
    """No machine is rented that stands idle, whether or not the objective would notice."""
    plan = cheapest(given_case)

    assert plan.objective == pytest.approx(objective)
    costs = {path.scenario: path.total for path in plan.paths}
    assert costs == pytest.approx({"base": 1100.0, "rare": 5100.0})


def test_what_is_done_there_is_told_apart_by_workload() -> None:
    """Two services that are solved as one: 3 units rented for either in the rare scenario."""
    given_case = case(
        rent(),
        scenarios=(
            Scenario(scenario="base", probability=1.0),
            Scenario(scenario="rare", probability=0.0, demand_multiplier=3.0),
        ),
        **two_of(1.0),
    )

    uses = {(one.scenario, one.workload): one.units for one in cheapest(given_case).uses}

    assert uses == pytest.approx(
        {
            ("base", "chat"): 1.0,
            ("base", "search"): 1.0,
            ("rare", "chat"): 3.0,
            ("rare", "search"): 3.0,
        }
    )
