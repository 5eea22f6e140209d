"""Energy: what metered sites draw is paid for, and stays within its caps.

For every period t with an energy cap, and scenario ω:

    Σ_sk kWh_stk ≤ E_d,t

For every period t with a carbon cap, and scenario ω:

    Σ_sk carbon_s · kWh_stk ≤ carbon_cap_t

Posted to money, for every metered site s, period t, slice k and scenario ω:

    energy  kWh_stk · (price_s · multiplier_k · (1 + change_s)^years_t + carbon_s · carbon_price_s)

where

    ============  ================================================  ==================
    symbol        meaning                                           unit
    ============  ================================================  ==================
    kWh_stk       facility energy, from installed units and use     kWh
    E_d,t         energy cap                                        kWh
    price_s       energy price at plan start                        base per kWh
    multiplier_k  of the slice, on the energy price
    change_s      yearly change of the energy price                 per year
    carbon_s      carbon intensity                                  kg per kWh
    ============  ================================================  ==================
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from planner.case.case import Case
from planner.case.limits import Limit
from planner.model.decisions import Decisions
from planner.model.ledger import Ledgers, accounts
from planner.model.linear import Slack
from planner.model.section import Section
from planner.model.sums import Sums
from planner.plan.charges import Budget, Part
from planner.plan.checks import Check, Line, judge
from planner.plan.path import Path


def build(section: Section, case: Case, decisions: Decisions, ledgers: Ledgers) -> None:
    """Close energy, post what it costs, and limit it and its carbon."""
    del decisions  # others have posted all that counts
    kwh = ledgers.energy.close()
    price = kwh.index.each(
        ("pool", "period", "slice"),
        lambda pool, label, name: case.energy_price(
            case.site[pool.site], label, case.horizon.by_slice[name]
        ),
    )
    paid = kwh.on(accounts(kwh.index, case.tree, Part.ENERGY, Budget.OPEX)) * price
    ledgers.money.post_all(paid)
    carbon = kwh.index.each("pool", lambda pool: case.site[pool.site].carbon_intensity)
    periods = case.horizon.by_label
    for name, sums, field, caps in (
        ("cap", kwh, "energy_cap", {one: row.energy_cap for one, row in periods.items()}),
        (
            "carbon_cap",
            kwh * carbon,
            "carbon_cap",
            {one: row.carbon_cap for one, row in periods.items()},
        ),
    ):
        _constrain(section, case, (name, field), sums, caps)


def _constrain(
    section: Section,
    case: Case,
    names: tuple[str, str],
    sums: Sums,
    caps: Mapping[str, float | None],
) -> None:
    name, field = names
    keys = sums.index.distinct("period", "scenario")
    capped = keys.take(keys.where("period", lambda label: caps[label] is not None))
    cap = capped.each("period", lambda label: caps[label] or 0.0)

    def slack(place: int) -> Slack:
        label, _ = capped.key(place)
        return Slack({Limit.of(case.horizon.by_label[label], field): 1.0})

    section.constrain_all(name, sums.to(capped), upper=cap, slack=slack)


def check(case: Case, path: Path) -> Iterator[Check]:
    """Meter every site again from installed units and use, and compare with the caps."""
    kwh: dict[tuple[str, str], float] = defaultdict(float)
    hours = case.horizon.hours
    for (pool, label), stock in path.stock.items():
        idle = case.sku[pool.sku].idle_power * stock.installed
        kwh[pool.site, label] += (case.site[pool.site].pue or 0.0) * hours[label] * idle
    for use in path.uses:
        sku, share = case.sku[use.pool.sku], case.horizon.by_slice[use.slice].share
        power = sku.power - sku.idle_power
        if use.pool.is_elastic:
            power = sku.power / case.offer[use.pool.offer].availability
        facility = (case.site[use.pool.site].pue or 0.0) * hours[use.period] * share * power
        kwh[use.pool.site, use.period] += facility * use.units
    drawn: dict[tuple[str, str], float] = defaultdict(float)
    for one in path.energy:
        drawn[one.site, one.period] += one.kwh
    yield judge(
        "energy",
        "A metered site draws PUE × hours × the power of its idle and busy units.",
        "kWh",
        (
            Line(f"{site} in {label}", drawn[site, label], "=", kwh[site, label])
            for site, label in dict.fromkeys([*kwh, *drawn])
        ),
    )
    caps = {label: period.energy_cap for label, period in case.horizon.by_label.items()}
    yield judge(
        "energy",
        "All metered sites together draw at most the period's energy cap.",
        "kWh",
        (
            Line(label, sum(kwh[site.site, label] for site in case.sites), "<=", cap)
            for label, cap in caps.items()
            if cap is not None
        ),
    )
    carbon_caps = {label: period.carbon_cap for label, period in case.horizon.by_label.items()}
    yield judge(
        "energy",
        "The carbon of that energy is at most the period's carbon cap.",
        "kg",
        (
            Line(
                label,
                sum(kwh[site.site, label] * site.carbon_intensity for site in case.sites),
                "<=",
                cap,
            )
            for label, cap in carbon_caps.items()
            if cap is not None
        ),
    )
