"""Warnings: what of a plan needs a decision, most pressing first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from planner.plan.charges import Budget
from planner.plan.outcome import Status
from planner.plan.plan import Plan

NEARLY_SPENT = 0.95
"""Share of a budget above which it is named."""

SOON = timedelta(days=30)
"""A quote that ends within this time of its requisition is named."""

LARGE_SHARE = 0.5
"""Share of all vendors' spend above which a vendor is named."""


def warnings(plan: Plan) -> tuple[str, ...]:
    """Return what needs a decision, a sentence each."""
    found = (_checks, _gap, _shortfalls, _late, _before_known, _quotes, _budgets, _vendors)
    return tuple(sentence for find in found for sentence in find(plan))


def alarm(plan: Plan) -> str:
    """Return why nobody should act on a plan; "" where all its checks pass."""
    failed = sum(not check.passed for check in plan.checks)
    return (
        f"Checks of this plan FAILED ({failed}): do not act on it (sheet Checks)." if failed else ""
    )


def _checks(plan: Plan) -> Iterator[str]:
    if sentence := alarm(plan):
        yield sentence


def _gap(plan: Plan) -> Iterator[str]:
    if plan.outcome.status is not Status.OPTIMAL:
        gap = plan.outcome.gap
        most = "by an unknown amount" if gap is None else f"by at most {gap:.2%}"
        yield f"A better plan may exist: this one can be improved {most} ({plan.outcome.reason})."


def _shortfalls(plan: Plan) -> Iterator[str]:
    worst: dict[str, tuple[float, str]] = {}
    for path in plan.paths:
        scenario = f", scenario {path.scenario}," if path.scenario else ""
        for service in path.services:
            if service.short:
                worst[service.workload] = min(
                    worst.get(service.workload, (1.0, "")),
                    (service.coverage, f"{service.period}{scenario}"),
                )
    for workload, (coverage, where) in worst.items():
        yield f"{workload} is not fully served: {coverage:.1%} in {where} at worst."


def _late(plan: Plan) -> Iterator[str]:
    case = plan.case
    days = timedelta(days=case.settings.processing_days)
    late = sum(
        case.slots[order.offer][order.delivered].order_date - days < case.horizon.plan_start
        for order in plan.orders
    )
    if late and days:
        yield f"Raise before plan start, to leave the processing days: orders ({late})."


def _before_known(plan: Plan) -> Iterator[str]:
    """Name orders that wait for a scenario, but must be raised before it is known."""
    case = plan.case
    days = timedelta(days=case.settings.processing_days)
    early: dict[str, int] = defaultdict(int)
    for order in plan.orders:
        raised = case.slots[order.offer][order.delivered].order_date - days
        for name in case.tree.by_name[order.node].scenarios if order.node else ():
            known_from = case.scenario[name].known_from
            if known_from and raised < case.horizon.starts[known_from]:
                early[known_from] += 1
    for known_from, count in sorted(early.items()):
        yield (
            f"Orders that wait for a scenario which is known from {known_from} must be raised "
            f"before it begins, to leave the processing days ({count}): decide then what is likely."
        )


def _quotes(plan: Plan) -> Iterator[str]:
    case = plan.case
    days = timedelta(days=case.settings.processing_days)
    ending: dict[str, date] = {}
    for order in plan.orders:
        last_day = case.offer[order.offer].available_until
        raised = case.slots[order.offer][order.delivered].order_date - days
        if last_day is not None and last_day - raised <= SOON:
            ending[order.offer] = last_day
    for offer, day in sorted(ending.items()):
        yield f"The quote '{offer}' ends on {day}, within {SOON.days} days of its requisition."


def _budgets(plan: Plan) -> Iterator[str]:
    nearly: dict[str, dict[str, None]] = defaultdict(dict)
    for use in (use for path in plan.paths for use in path.budgets):
        if use.used is not None and use.used > NEARLY_SPENT:
            nearly[use.name][use.period] = None
    for name, labels in nearly.items():
        yield f"More than {NEARLY_SPENT:.0%} of the {name} budget is used in {', '.join(labels)}."


def _vendors(plan: Plan) -> Iterator[str]:
    spend: dict[str, float] = defaultdict(float)
    for path in plan.paths:
        likely = plan.case.tree.probability[path.scenario]
        for charge in path.charges:
            if charge.offer and charge.budget is not Budget.NONE:
                spend[plan.case.offer[charge.offer].vendor] += likely * charge.amount
    everything = sum(spend.values())
    for vendor, amount in sorted(spend.items()):
        if len(spend) > 1 and amount > LARGE_SHARE * everything:
            yield f"{vendor} gets {amount / everything:.0%} of all vendors' spend."
