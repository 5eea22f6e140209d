"""Rules: the side constraints of the sheet Rules, on what its filters let through.

For every rule r and each of its windows W, on every path through the scenario tree:

    min_r ≤ metric(r, W) ≤ max_r
    metric(r, W) ≤ max_share_r · metric(r without filters, W)

Per period, W is each period from From to Until; per horizon all of them at once.
installed_units, installed_power and energy always hold of each period.

    spend            Σ_odn upfront_odn · rate · index          ordered in W
    units            Σ_osdn pack_o · x_osdn                    ordered in W
    power            Σ_osdn power_h · pack_o · x_osdn          ordered in W; cores, TFLOPS likewise
    installed_units  Σ_p n_pt                                  in t
    installed_power  Σ_p power_h · n_pt                        in t
    energy           Σ_pk PUE · H_tk · (idle · n_pt + (power − idle) · Σ_w y), of elastic
                     pools PUE · H_tk · power · Σ_w y / availability, at metered sites, in t

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    x_osdn        packs of o for s delivered in d, decided at n     packs
    upfront_odn   upfront prices of the order's units               offer's currency
    n_pt          committed units of pool p in service              units
    y             units of p at work for w in slice k               units
    W             periods; an order counts in the one that holds
                  the day on which it is placed
    ============  ================================================  ==================

The fleet came by no offer: a filter on vendor, offer or acquisition leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.case.case import Case
from planner.case.limits import Limit
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers
from planner.model.linear import Limited, Slack, added, at_least, at_most
from planner.model.measures import Measured, measure, units_at_sites
from planner.model.section import Section
from planner.plan.checks import Check, Line, judge
from planner.plan.measures import measure_plan, window_name, windows
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Limit what each rule measures, in each of its windows."""
    kwh = ledgers.energy.close()
    at_site = units_at_sites(section, case, decisions)
    least: dict[tuple[str, ...], Limited] = {}
    most: dict[tuple[str, ...], Limited] = {}
    share: dict[tuple[str, ...], Limited] = {}
    for (name, rule), window in windows(case):
        measured = measure(decisions, kwh, at_site, rule, window)
        everything: Measured = {}
        if rule.max_share is not None:
            everything = measure(decisions, kwh, at_site, rule.without_filters(), window)
        for scenarios, nodes in case.tree.paths([*measured, *everything]):
            when = window_name(window)
            index = case.tree.within(scenarios, name, when)
            value = added(measured[node] for node in nodes if node in measured)
            if rule.least is not None:
                slack = Slack({Limit.of(rule, "least"): 1.0}, when)
                least[index] = at_least(value, rule.least, slack)
            if rule.most is not None:
                slack = Slack({Limit.of(rule, "most"): 1.0}, when)
                most[index] = at_most(value, rule.most, slack)
            if rule.max_share is not None:
                whole = added(everything[node] for node in nodes if node in everything)
                beyond = added([value])
                beyond.add_sum(whole, -rule.max_share)
                slack = Slack({Limit.of(rule, "max_share"): 1.0}, when, share_of=whole)
                share[index] = at_most(beyond, 0.0, slack)
    section.constrain("least", least)
    section.constrain("most", most)
    section.constrain("share", share)


def check(case: Case, path: Path) -> Iterator[Check]:
    """Measure every rule again from orders, units in service and use."""
    least, most, share = [], [], []
    for (name, rule), window in windows(case):
        where = f"{name} in {window_name(window)}"
        value = measure_plan(case, path, rule, window)
        if rule.least is not None:
            least.append(Line(where, value, ">=", rule.least))
        if rule.most is not None:
            most.append(Line(where, value, "<=", rule.most))
        if rule.max_share is not None:
            everything = measure_plan(case, path, rule.without_filters(), window)
            share.append(Line(where, value, "<=", rule.max_share * everything))
    yield judge("rules", "What a rule measures is at least its Min.", "its metric's", least)
    yield judge("rules", "What a rule measures is at most its Max.", "its metric's", most)
    yield judge(
        "rules",
        "What a rule measures is at most its Max share of the same without its filters.",
        "its metric's",
        share,
    )
