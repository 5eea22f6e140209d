"""Messages about rules, scenarios, prices, tiers and budgets that carry over."""

from __future__ import annotations

from typing import Any

import pytest

from planner.case.case import Case, case_from_tables
from planner.case.crosscheck import cross_check
from planner.case.finance import Scenario, Settings
from planner.case.findings import Entry, Finding
from planner.case.hardware import Category
from planner.case.horizon import Period
from planner.case.offers import Acquisition, Offer, PriceTier, TierScheme
from planner.case.rules import Metric, SideRule, Window
from planner.case.workloads import Demand, Workload
from planner.errors import CaseError, Code, Issue
from tests.builders import buy, case, chat, fleet, gpu, hall, lease, quarters, rent


def refused(*offers: Offer, **tables: Any) -> Issue:
    """Return the one message of a case that is refused."""
    with pytest.raises(CaseError) as caught:
        case(*offers, **tables)
    (issue,) = caught.value.issues
    assert issue.severity == "error"
    return issue


def found(*offers: Offer, **tables: Any) -> list[Finding]:
    """Return what is said of a case that is taken; warnings all."""
    of = case(*offers, **tables)
    findings = cross_check(of.tables())
    assert all(one.severity == "warning" for one in findings)
    return findings


def warned(*offers: Offer, **tables: Any) -> Finding:
    """Return the one warning about a case."""
    (finding,) = found(*offers, **tables)
    return finding


def rule(metric: Metric = Metric.UNITS, **terms: Any) -> tuple[SideRule, ...]:
    """Return the table of one rule, with a Max of 1."""
    limits = {} if {"least", "most", "max_share"} & set(terms) else {"most": 1.0}
    return (SideRule(**{"rule": "limit", "metric": metric} | limits | terms),)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    """A rule that could never hold is an error; one of a single period is none."""
    issue = refused(
        buy(),
        periods=quarters(2),
        demand=(1.0, 1.0),
        rules=rule(from_period="Q2", until_period="Q1"),
    )

    assert (issue.code, issue.sheet, issue.column) == (Code.CONTRADICTION, "Rules", "Until")
    assert issue.message == "'Q1' is before 'Q2', so that the rule holds never."
    assert issue.expected == "'Q2' or a later period"


@pytest.mark.parametrize(
    "window",
    [
        {"from_period": "Q2", "until_period": "Q2"},
        {"from_period": "Q1", "until_period": "Q2"},
        {"from_period": "Q2"},
        {"until_period": "Q1"},
        {},
    ],
)
def test_a_window_of_one_period_or_with_an_open_end_is_taken(window: dict[str, str]) -> None:
    """From and Until may be one period, and either may be blank."""
    assert found(buy(), periods=quarters(2), demand=(1.0, 1.0), rules=rule(**window)) == []
