"""Builders: head-sized cases in few words, and what a test asks of them.

Each builder fills in the plainest row that is valid; keyword arguments are fields of
its Row class and take precedence. Every period has 1000 hours unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

import pytest

from planner.case.case import Case
from planner.case.hardware import Category, Hardware, Performance
from planner.case.horizon import Period, Slice
from planner.case.offers import Acquisition, Offer
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, LoadProfile, Workload, WorkloadKind
from planner.errors import NoPlanError
from planner.plan.checks import Check
from planner.plan.path import Path
from planner.plan.plan import Plan
from planner.search.options import Options
from planner.search.strategy import find_plan

Rates = Sequence[float] | Mapping[str, Sequence[float]]


class Checked(Protocol):
    """A family, as far as it checks plans."""

    def check(self, case: Case, path: Path) -> Iterator[Check]:
        """Compare a plan, as it goes in one scenario, with the family's rule."""


def quarters(count: int, **terms: Any) -> tuple[Period, ...]:
    """Return Q1, Q2, ... from 1 January 2025 on, of 90, 91, 92 and 92 days."""
    return tuple(
        Period(
            **{
                "period": f"Q{place + 1}",
                "start": date(2025 + place // 4, 3 * (place % 4) + 1, 1),
                "hours": 1000.0,
            }
            | terms
        )
        for place in range(count)
    )


def years(count: int, **terms: Any) -> tuple[Period, ...]:
    """Return Y1, Y2, ... from 1 January 2025 on: up to three of exactly 365 days each."""
    return tuple(
        Period(
            **{
                "period": f"Y{place + 1}",
                "start": date(2025 + place, 1, 1),
                "end": date(2026 + place, 1, 1),
                "hours": 1000.0,
            }
            | terms
        )
        for place in range(count)
    )


def peak_and_rest(**of_peak: Any) -> tuple[Slice, ...]:
    """Return a peak of a quarter of the hours, and the rest."""
    return (Slice(**{"slice": "peak", "share": 0.25} | of_peak), Slice(slice="rest", share=0.75))


def gpu(**terms: Any) -> Hardware:
    """Return a GPU of 1 TFLOPS and 4 cores that draws nothing and takes no space."""
    return Hardware(**{"sku": "gpu", "category": Category.GPU, "tflops": 1.0, "cores": 4.0} | terms)


def hall(**terms: Any) -> Site:
    """Return an owned site without limits or meter."""
    return Site(**{"site": "hall", "kind": SiteKind.OWNED} | terms)


def cloud(**terms: Any) -> Site:
    """Return a cloud site without limits or meter."""
    return Site(**{"site": "cloud", "kind": SiteKind.CLOUD} | terms)


def buy(**terms: Any) -> Offer:
    """Return a purchase of GPUs at 100 each; name another price, and it is the only one."""
    priced = {"upfront_price", "monthly_price", "hourly_price"} & set(terms)
    price = {} if priced else {"upfront_price": 100.0}
    named = {"offer": "buy", "vendor": "V", "sku": "gpu", "acquisition": Acquisition.PURCHASE}
    return Offer(**named | price | terms)


def lease(**terms: Any) -> Offer:
    """Return a lease of GPUs at 10 a month each."""
    return buy(
        **{"offer": "lease", "acquisition": Acquisition.LEASE, "monthly_price": 10.0} | terms
    )


def rent(**terms: Any) -> Offer:
    """Return GPUs on demand at 1 an hour each."""
    return buy(
        **{"offer": "rent", "acquisition": Acquisition.ON_DEMAND, "hourly_price": 1.0} | terms
    )


def fleet(units: int, **terms: Any) -> tuple[Installed, ...]:
    """Return a fleet of GPUs in the hall."""
    return (Installed(**{"sku": "gpu", "site": "hall", "units": units} | terms),)


def chat(**terms: Any) -> Workload:
    """Return a service that asks for TFLOPS."""
    return Workload(**{"workload": "chat", "unit": "TFLOPS"} | terms)


def two_of(rate: float) -> dict[str, Any]:
    """Return the tables of two services that ask for `rate` each.

    Where they share a limit, it is the nearest to give way: neither demand alone is.
    """
    return {
        "workloads": (chat(), chat(workload="search")),
        "demand": {"chat": (rate,), "search": (rate,)},
    }


def training(**terms: Any) -> Workload:
    """Return batch work that asks for TFLOPS."""
    return chat(**{"workload": "training", "kind": WorkloadKind.BATCH} | terms)


def does(throughput: float, **terms: Any) -> Performance:
    """Return how much chat a GPU does."""
    return Performance(**{"workload": "chat", "sku": "gpu", "throughput": throughput} | terms)


def load(multiplier: float, **terms: Any) -> LoadProfile:
    """Return the load of chat in its peak over its average."""
    return LoadProfile(**{"workload": "chat", "slice": "peak", "multiplier": multiplier} | terms)


def case(*offers: Offer, demand: Rates = (1.0,), **tables: Any) -> Case:
    """Return a case: chat on GPUs, for a quarter, in a hall and a cloud.

    Parameters
    ----------
    offers : of units
    demand : a rate a period of the first workload, others ask for nothing; or rates by workload
    tables : fields of `Case`; a tuple of rows each
    """
    held: dict[str, Any] = {
        "periods": quarters(1),
        "hardware": (gpu(),),
        "sites": (hall(), cloud()),
        "workloads": (chat(),),
        **tables,
    }
    labels = [period.period for period in held["periods"]]
    names = [row.workload for row in held["workloads"]]
    rates = demand if isinstance(demand, Mapping) else {names[0]: demand}
    asked = tuple(
        Demand(
            workload=name,
            rates=dict(zip(labels, rates.get(name, [0.0] * len(labels)), strict=True)),
        )
        for name in names
    )
    return Case(**{"offers": offers, "demand": asked} | held)


def cheapest(of: Case) -> Plan:
    """Return the plan of least cost; its search must end optimal and its checks must pass."""
    plan = find_plan(of, Options(gap=0.0))
    assert plan.outcome.status == "optimal"
    assert [check for check in plan.checks if not check.passed] == []
    return plan


def cost(of: Case) -> float:
    """Return the least cost, as the solver's objective has it."""
    objective = cheapest(of).outcome.objective
    assert objective is not None
    return objective


def packs(of: Case) -> dict[tuple[str, str], int]:
    """Return the packs that the plan of least cost orders: by offer and delivery period."""
    ordered: dict[tuple[str, str], int] = {}
    for order in cheapest(of).orders:
        key = (order.offer, order.delivered)
        ordered[key] = ordered.get(key, 0) + order.packs
    return ordered


def reasons(of: Case) -> tuple[str, ...]:
    """Return what stands in the way of a case that no plan can meet."""
    with pytest.raises(NoPlanError) as caught:
        find_plan(of, Options(gap=0.0))
    assert caught.value.infeasible
    return caught.value.reasons


def only_path(plan: Plan) -> Path:
    """Return a plan as it goes in its one scenario."""
    (path,) = plan.paths
    return path


def failure(family: Checked, plan: Plan | Path) -> Check:
    """Return the one check of a family that a plan fails in its one scenario."""
    path = plan if isinstance(plan, Path) else only_path(plan)
    (failed,) = [check for check in family.check(path.case, path) if not check.passed]
    return failed


def more_work(plan: Plan, units: float) -> Plan:
    """Return the plan with so many more units at work in its first use; fewer if negative."""
    first, *others = plan.uses
    return replace(plan, uses=(replace(first, units=first.units + units), *others))


def reordered(plan: Plan, **changes: Any) -> Plan:
    """Return the plan with its first order changed."""
    first, *others = plan.orders
    return replace(plan, orders=(replace(first, **changes), *others))


def misread(plan: Plan, **figures: Any) -> Path:
    """Return the plan with figures that do not follow from its facts, as a fault would give."""
    wrong = replace(only_path(plan))
    vars(wrong).update(figures)
    return wrong
