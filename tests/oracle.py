"""The oracle: the least cost of a small case, worked out from the model's page alone.

It shares no code with the planner's model. Of a case it reads the rows and nothing
that a case derives from them; dates, prices, pools and sums are its own. Two ways
lead to the answer, and they must agree: one hands the arrays to HiGHS as a
mixed-integer program, the other tries every plan of whole packs and leaves only the
remaining linear program to HiGHS.

One scenario; no tiers, rebates, min orders, order fees, clusters, site loss, rules
or carry over: a case with any of these is refused with NotImplementedError.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, groupby, product
from typing import Any

import highspy
import numpy as np

from planner.case.case import Case
from planner.case.hardware import Hardware
from planner.case.horizon import Period, Slice
from planner.case.offers import Offer
from planner.case.sites import Site
from planner.case.workloads import Workload

PARTS = ("resource", "energy", "compute", "shortage", "residual")
RENTED = ("on_demand", "spot")
AT_CLOUD = ("reserved", *RENTED)
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Answer:
    """The least cost, and one plan that has it.

    Attributes
    ----------
    objective : resource + energy + compute + shortage - residual, discounted
    parts : these five sums, by name
    orders : whole packs by offer, site and label of the period of delivery; none that are 0
    """

    objective: float
    parts: dict[str, float]
    orders: dict[tuple[str, str, str], int]


def least_cost(case: Case) -> Answer | None:
    """Return the plan of least cost as a mixed-integer program finds it.

    None where no plan exists.
    """
    arrays = Arrays(case)
    values = _Solver(arrays.rows, arrays.costs, len(arrays.options)).solve(
        arrays.lower, arrays.upper
    )
    return None if values is None else arrays.answer(values)


def try_every_plan(case: Case, most_packs: int) -> Answer | None:
    """Return the plan of least cost among all of 0 to `most_packs` packs an order.

    Plans come in rising order of what their packs cost; once that alone is no less
    than the best plan, the others cannot be better, as nothing else has a negative
    cost. None where no plan exists.
    """
    arrays = Arrays(case)
    whole = len(arrays.options)
    packs_rows, rest_rows = arrays.rows[:, :whole], arrays.rows[:, whole:]
    solver = _Solver(rest_rows, arrays.costs[whole:], 0)
    plans = _without_the_impossible(
        arrays, np.array(list(_plans(arrays.options, most_packs)), dtype=float)
    )
    costs = plans @ arrays.costs[:whole]
    best, best_cost = None, np.inf
    for place in np.argsort(costs, kind="stable"):
        if costs[place] >= best_cost:
            break
        used = packs_rows @ plans[place]
        rest = solver.solve(arrays.lower - used, arrays.upper - used)
        cost = np.inf if rest is None else costs[place] + arrays.costs[whole:] @ rest
        if cost < best_cost:
            best, best_cost = np.concatenate([plans[place], rest]), cost
    return None if best is None else arrays.answer(best)


@dataclass(frozen=True)
class Span:
    """A period with its dates worked out.

    Attributes
    ----------
    row : the period as it is given
    hours, months : its length
    years : from plan start to its start; negative before plan start
    discount : what a payment in it counts for
    """

    row: Period
    hours: float
    months: float
    years: float
    discount: float


@dataclass(frozen=True)
class Option:
    """One order that could be placed: an offer, for a site, delivered in a period.

    Attributes
    ----------
    delivered, paid : places of periods in time
    serves : places of the periods in which the units are in service
    price : base units that one unit of the offer's prices comes to
    left : share of the term left after the horizon
    """

    offer: Offer
    site: str
    delivered: int
    paid: int
    serves: tuple[int, ...]
    price: float
    left: float


@dataclass(frozen=True)
class Pool:
    """Interchangeable units of one SKU at one site; `offer` where they are one offer's own."""

    sku: Hardware
    site: str
    offer: Offer | None

    @property
    def is_rented(self) -> bool:
        """Whether nothing is committed."""
        return self.offer is not None and self.offer.acquisition in RENTED


class Arrays:
    """A case as plain arrays: one column a variable, packs first, and rows between bounds.

    While they are built, a sum is a vector: a coefficient for each variable, and
    last a constant.

    Attributes
    ----------
    options : the orders that could be placed, as the first columns have them
    rows, lower, upper : the constraints
    costs : the objective, without its constant
    """

    def __init__(self, case: Case) -> None:
        _refuse_what_is_out_of_scope(case)
        self._case = case
        self._spans = _spans(case)
        self._slices = case.slices or (Slice(slice="all", share=1.0),)
        self._rates = {row.currency: row.rate for row in case.currencies}
        self._rates |= {"": 1.0, case.settings.currency: 1.0}
        self.options = list(self._possible_orders())
        self._pools = self._all_pools()
        self._column = {key: place for place, key in enumerate(self._variables())}
        self._parts = {part: self._nothing() for part in PARTS}
        self._capex = [self._nothing() for _ in self._spans]
        self._opex = [self._nothing() for _ in self._spans]
        self._rows: list[tuple[np.ndarray, float, float]] = []
        for rule in (
            self._post_orders,
            self._post_fleet,
            self._post_hourly_prices,
            self._post_energy,
            self._demand,
            self._capacity,
            self._requirements,
            self._sites,
            self._terms,
            self._budgets,
        ):
            rule()
        sums = np.array([row for row, _, _ in self._rows])
        self.rows = sums[:, :-1]
        self.lower = np.array([lower for _, lower, _ in self._rows]) - sums[:, -1]
        self.upper = np.array([upper for _, _, upper in self._rows]) - sums[:, -1]
        self.costs = self._objective()[:-1]

    def answer(self, values: np.ndarray) -> Answer:
        """Return what these values of the variables mean."""
        point = np.append(values, 1.0)
        return Answer(
            objective=float(self._objective() @ point),
            parts={part: float(total @ point) for part, total in self._parts.items()},
            orders={
                (option.offer.offer, option.site, self._spans[option.delivered].row.period): packs
                for option, packs in zip(
                    self.options, np.rint(values[: len(self.options)]).astype(int), strict=True
                )
                if packs
            },
        )

    def _objective(self) -> np.ndarray:
        return sum(self._parts.values()) - 2.0 * self._parts["residual"]

    # What there is to decide, and the pieces that several rules add up.

    def _sites_of(self, offer: Offer) -> tuple[str, ...]:
        at_cloud = offer.acquisition in AT_CLOUD
        usual = [row.site for row in self._case.sites if (row.kind == "cloud") == at_cloud]
        return tuple(dict.fromkeys(offer.sites or usual))

    def _possible_orders(self) -> Iterator[Option]:
        spans = self._spans
        for offer in self._case.offers:
            if offer.acquisition in RENTED:
                continue
            for site, (here, span) in product(self._sites_of(offer), enumerate(spans)):
                placed = span.row.start - timedelta(days=round(7 * offer.lead_time))
                if placed < _plan_start(self._case) or not _is_quoted(offer, placed):
                    continue
                gone = _months_later(span.row.start, offer.term) if offer.term else date.max
                years = (placed - _plan_start(self._case)).days / 365
                begun = [place for place, one in enumerate(spans) if one.row.start <= placed]
                yield Option(
                    offer=offer,
                    site=site,
                    delivered=here,
                    paid=here if offer.payment == "delivery" else max(begun, default=0),
                    serves=tuple(
                        place
                        for place, one in enumerate(spans)
                        if span.row.start <= one.row.start < gone
                    ),
                    price=self._rates[offer.currency] * (1 + offer.price_change) ** years,
                    left=_share_left(offer, span.row.start, _end(self._case)),
                )

    def _all_pools(self) -> list[Pool]:
        sku = {row.sku: row for row in self._case.hardware}
        held = [Pool(sku[row.sku], row.site, None) for row in self._case.fleet]
        offered = [
            Pool(sku[offer.sku], site, offer if _has_own_pool(offer) else None)
            for offer in self._case.offers
            for site in self._sites_of(offer)
        ]
        return list(dict.fromkeys([*held, *offered]))

    def _variables(self) -> Iterator[tuple[Any, ...]]:
        """Yield a key for each variable; the packs of the options come first."""
        times = range(len(self._spans))
        yield from self.options
        for workload in self._case.workloads:
            for pool, here, level in product(self._pools, times, range(len(self._slices))):
                if self._may_serve(workload, pool):
                    yield "work", workload.workload, pool, here, level
            due = self._slices if workload.kind == "service" else ["whole period"]
            for here, level in product(times, range(len(due))):
                if workload.shortage_penalty is not None:
                    yield "short", workload.workload, here, level
        yield from (("missing cores", here) for here in times)

    def _nothing(self) -> np.ndarray:
        return np.zeros(len(self._column) + 1)

    def _one(self, key: Any) -> np.ndarray:
        """Return a variable as a sum; nothing where there is no such variable."""
        total = self._nothing()
        if key in self._column:
            total[self._column[key]] = 1.0
        return total

    def _constant(self, value: float) -> np.ndarray:
        total = self._nothing()
        total[-1] = value
        return total

    def _throughput(self, workload: Workload, sku: Hardware) -> float:
        for row in self._case.performance:
            if (row.workload, row.sku) == (workload.workload, sku.sku):
                return row.throughput
        own = {"tflops": sku.tflops, "cores": sku.cores}
        return own.get(workload.unit.lower(), 0.0) * workload.efficiency

    def _may_serve(self, workload: Workload, pool: Pool) -> bool:
        is_spot = pool.offer is not None and pool.offer.acquisition == "spot"
        return (
            (not workload.categories or pool.sku.category in workload.categories)
            and (not workload.sites or pool.site in workload.sites)
            and (workload.interruptible or not is_spot)
            and self._throughput(workload, pool.sku) > 0
        )

    def _working(self, pool: Pool, here: int, level: int) -> np.ndarray:
        """Return the units of a pool at work in a slice, for all workloads."""
        names = [row.workload for row in self._case.workloads]
        return sum(
            (self._one(("work", name, pool, here, level)) for name in names), self._nothing()
        )

    def _average(self, pool: Pool, here: int) -> np.ndarray:
        """Return the units of a pool at work on the average of a period's hours."""
        return sum(
            slice_.share * self._working(pool, here, level)
            for level, slice_ in enumerate(self._slices)
        )

    def _committed(self, pool: Pool, here: int, *, available: bool) -> np.ndarray:
        """Return the units in service, or what of them is not down for repair."""
        total = self._nothing()
        for row in self._case.fleet:
            if (row.sku, row.site, None) == (pool.sku.sku, pool.site, pool.offer):
                total += self._constant(row.units * _is_there(row, self._spans[here].row.start))
        for option in self.options:
            own = option.offer if _has_own_pool(option.offer) else None
            at = (option.offer.sku, option.site, own)
            if at == (pool.sku.sku, pool.site, pool.offer) and here in option.serves:
                share = option.offer.availability if available else 1.0
                total += share * option.offer.pack_size * self._one(option)
        return total

    # What is paid: the parts of the cost, and the spend that budgets limit.

    def _pay(self, part: str, here: int, money: np.ndarray, *, capex: bool = False) -> None:
        self._parts[part] += self._spans[here].discount * money
        (self._capex if capex else self._opex)[here] += money

    def _post_orders(self) -> None:
        is_credited = self._case.settings.residual_value == "straight_line"
        end = _discount(self._case, _end(self._case))
        for option in self.options:
            offer = option.offer
            units = offer.pack_size * self._one(option)
            bought = offer.acquisition == "purchase"
            upfront = (offer.upfront_price or 0.0) * option.price * units
            landed = (1 + offer.landed_cost) * upfront
            self._pay("resource", option.paid, landed, capex=bought)
            for here in option.serves:
                monthly = (offer.monthly_price or 0.0) * option.price * units
                self._pay("resource", here, self._spans[here].months * monthly)
            if bought and is_credited:
                self._parts["residual"] += end * option.left * upfront

    def _post_fleet(self) -> None:
        for row, (here, span) in product(self._case.fleet, enumerate(self._spans)):
            if _is_there(row, span.row.start):
                cost = row.monthly_cost * row.units * span.months
                self._pay("resource", here, self._constant(cost))

    def _post_hourly_prices(self) -> None:
        for pool, (here, span) in product(self._pools, enumerate(self._spans)):
            if pool.offer is not None:
                offer = pool.offer
                rate = self._rates[offer.currency] * (1 + offer.price_change) ** span.years
                paid_share = 1 / offer.availability if pool.is_rented else 1.0
                hours = span.hours * paid_share * self._average(pool, here)
                self._pay("compute", here, (offer.hourly_price or 0.0) * rate * hours)

    def _post_energy(self) -> None:
        """Post energy at metered sites, and limit it and its carbon."""
        for here, span in enumerate(self._spans):
            total, carbon = self._nothing(), self._nothing()
            for site, (level, slice_) in product(self._case.sites, enumerate(self._slices)):
                if site.pue is None:
                    continue
                hours = span.hours * slice_.share
                used = site.pue * hours * self._power(site, here, level)
                price = site.energy_price * slice_.energy_price_multiplier
                price *= (1 + site.energy_price_change) ** span.years
                price += site.carbon_intensity * site.carbon_price
                self._pay("energy", here, price * used)
                total += used
                carbon += site.carbon_intensity * used
            self._at_most(total, span.row.energy_cap)
            self._at_most(carbon, span.row.carbon_cap)

    def _power(self, site: Site, here: int, level: int) -> np.ndarray:
        """Return the kW that the machines at a site draw in a slice."""
        total = self._nothing()
        for pool in self._pools:
            if pool.site != site.site:
                continue
            working = self._working(pool, here, level)
            if pool.is_rented:
                total += pool.sku.power / pool.offer.availability * working
            else:
                total += pool.sku.idle_power * self._committed(pool, here, available=False)
                total += (pool.sku.power - pool.sku.idle_power) * working
        return total

    # What must hold.

    def _at_most(self, total: np.ndarray, limit: float | None) -> None:
        if limit is not None:
            self._rows.append((total, -np.inf, limit))

    def _at_least(self, total: np.ndarray, limit: float) -> None:
        self._rows.append((total, limit, np.inf))

    def _demand(self) -> None:
        for workload, (here, span) in product(self._case.workloads, enumerate(self._spans)):
            for level, (done, due, share) in enumerate(self._tasks(workload, here)):
                short = self._one(("short", workload.workload, here, level))
                self._at_least(done + short, due)
                penalty = (workload.shortage_penalty or 0.0) * span.hours * share
                self._parts["shortage"] += span.discount * penalty * short

    def _tasks(self, workload: Workload, here: int) -> Iterator[tuple[np.ndarray, float, float]]:
        """Yield what is done, what is due, and in which share of the hours: once for batch."""
        name = workload.workload
        rates = {row.workload: row.rates for row in self._case.demand}
        rate = rates[name][self._spans[here].row.period]
        peaks = {(row.workload, row.slice): row.multiplier for row in self._case.load_profile}
        done = [self._done(workload, here, level) for level in range(len(self._slices))]
        shares = [slice_.share for slice_ in self._slices]
        if workload.kind == "service":
            for slice_, work in zip(self._slices, done, strict=True):
                yield work, rate * peaks.get((name, slice_.slice), 1.0), slice_.share
        else:
            yield sum(share * work for share, work in zip(shares, done, strict=True)), rate, 1.0

    def _done(self, workload: Workload, here: int, level: int) -> np.ndarray:
        return sum(
            (
                self._throughput(workload, pool.sku)
                * self._one(("work", workload.workload, pool, here, level))
                for pool in self._pools
            ),
            self._nothing(),
        )

    def _capacity(self) -> None:
        for pool, (here, span) in product(self._pools, enumerate(self._spans)):
            for level in range(len(self._slices)):
                working = self._working(pool, here, level)
                if pool.is_rented:
                    most = pool.offer.max_order
                    if not _is_quoted(pool.offer, span.row.start):
                        most = 0.0
                    self._at_most(working / pool.offer.availability, most)
                else:
                    use = pool.sku.max_utilisation or self._case.settings.max_utilisation
                    able = use * self._committed(pool, here, available=True)
                    self._at_most(working - able, 0.0)

    def _requirements(self) -> None:
        alpha = self._case.settings.alpha
        for here, span in enumerate(self._spans):
            cores, tflops = self._nothing(), self._nothing()
            for pool in self._pools:
                able = (
                    self._average(pool, here)
                    if pool.is_rented
                    else self._committed(pool, here, available=True)
                )
                cores += pool.sku.cores * able
                tflops += pool.sku.tflops * able
            missing = self._one(("missing cores", here)) if alpha is not None else self._nothing()
            self._at_least(cores + missing, span.row.required_cores or 0.0)
            self._at_least(tflops - (alpha or 0.0) * missing, span.row.required_tflops or 0.0)

    def _sites(self) -> None:
        for site, here in product(self._case.sites, range(len(self._spans))):
            power, space = self._nothing(), self._nothing()
            for pool in self._pools:
                if pool.site == site.site and not pool.is_rented:
                    units = self._committed(pool, here, available=False)
                    power += pool.sku.power * units
                    space += pool.sku.rack_units * units
            self._at_most(power, site.it_power)
            self._at_most(space, site.rack_units)

    def _terms(self) -> None:
        for offer, options in groupby(self.options, key=lambda option: option.offer):
            total = self._nothing()
            in_period = [self._nothing() for _ in self._spans]
            for option in options:
                units = offer.pack_size * self._one(option)
                total += units
                in_period[option.delivered] += units
            self._at_most(total, offer.max_total)
            for units in in_period:
                self._at_most(units, offer.max_order)

    def _budgets(self) -> None:
        for span, capex, opex in zip(self._spans, self._capex, self._opex, strict=True):
            self._at_most(capex, span.row.capex_budget)
            self._at_most(opex, span.row.opex_budget)
            self._at_most(capex + opex, span.row.total_budget)


class _Solver:
    """HiGHS on rows of variables of at least 0, the first of them whole."""

    def __init__(self, rows: np.ndarray, costs: np.ndarray, whole: int) -> None:
        self._highs = highspy.Highs()
        for name, value in {
            "output_flag": False,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": TOLERANCE,
            "mip_feasibility_tolerance": TOLERANCE,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        }.items():
            self._highs.setOptionValue(name, value)
        at, column = np.nonzero(rows)
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = rows.shape
        program.col_cost_ = costs
        program.col_lower_ = np.zeros(len(costs))
        program.col_upper_ = np.full(len(costs), np.inf)
        program.row_lower_ = np.full(len(rows), -np.inf)
        program.row_upper_ = np.full(len(rows), np.inf)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.searchsorted(at, np.arange(len(rows) + 1))
        program.a_matrix_.index_ = column
        program.a_matrix_.value_ = rows[at, column]
        if whole:
            kinds = highspy.HighsVarType
            program.integrality_ = [
                kinds.kInteger if place < whole else kinds.kContinuous
                for place in range(len(costs))
            ]
        self._highs.passModel(program)

    def solve(self, lower: np.ndarray, upper: np.ndarray) -> np.ndarray | None:
        """Return the best values between these bounds of the rows; None where there are none."""
        self._highs.changeRowsBounds(len(lower), np.arange(len(lower)), lower, upper)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.array(self._highs.getSolution().col_value)
        impossible = (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        )
        if status not in impossible:
            raise RuntimeError(f"HiGHS stopped with {self._highs.modelStatusToString(status)}")
        return None


def _plans(options: list[Option], most_packs: int) -> Iterator[list[int]]:
    """Yield every plan, save those beyond an offer's max order or max total."""
    choices = []
    for _, group in groupby(options, key=lambda option: option.offer):
        slots = list(group)
        every = product(range(most_packs + 1), repeat=len(slots))
        choices.append([packs for packs in every if _is_within_terms(slots, packs)])
    for chosen in product(*choices):
        yield list(chain(*chosen))


def _is_within_terms(slots: list[Option], packs: tuple[int, ...]) -> bool:
    offer = slots[0].offer
    by_delivery: dict[int, int] = {}
    for slot, number in zip(slots, packs, strict=True):
        units = number * offer.pack_size
        by_delivery[slot.delivered] = by_delivery.get(slot.delivered, 0) + units
    return (offer.max_total is None or sum(by_delivery.values()) <= offer.max_total) and (
        offer.max_order is None or max(by_delivery.values()) <= offer.max_order
    )


def _without_the_impossible(arrays: Arrays, plans: np.ndarray) -> np.ndarray:
    """Return the plans that keep every row in which nothing but packs takes part."""
    whole = len(arrays.options)
    alone = ~arrays.rows[:, whole:].any(axis=1)
    used = plans @ arrays.rows[alone, :whole].T
    lower, upper = arrays.lower[alone], arrays.upper[alone]
    kept = (lower - TOLERANCE <= used) & (used <= upper + TOLERANCE)
    return plans[kept.all(axis=1)]


def _plan_start(case: Case) -> date:
    return case.settings.plan_start or min(row.start for row in case.periods)


def _in_time(case: Case) -> list[Period]:
    return sorted(case.periods, key=lambda row: row.start)


def _end(case: Case) -> date:
    """Return the day after the horizon's last."""
    *before, last = _in_time(case)
    if last.end is not None:
        return last.end
    months = round(_months(before[-1].start, last.start)) if before else 3
    return _months_later(last.start, max(1, months))


def _discount(case: Case, day: date) -> float:
    years = max(0, (day - _plan_start(case)).days) / 365
    return (1 + case.settings.discount_rate) ** -years


def _spans(case: Case) -> list[Span]:
    rows = _in_time(case)
    ends = [*(row.start for row in rows[1:]), _end(case)]
    return [
        Span(
            row=row,
            hours=row.hours or 24.0 * (end - row.start).days,
            months=_months(row.start, end),
            years=(row.start - _plan_start(case)).days / 365,
            discount=_discount(case, row.start),
        )
        for row, end in zip(rows, ends, strict=True)
    ]


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last where it has no such day."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _months(start: date, end: date) -> float:
    """Return the calendar months between two days; part of a month counts by its days."""
    whole = 0
    while _months_later(start, whole + 1) <= end:
        whole += 1
    since, until = _months_later(start, whole), _months_later(start, whole + 1)
    return whole + (end - since) / (until - since)


def _share_left(offer: Offer, delivered: date, end: date) -> float:
    if offer.term is None:
        return 0.0
    return max(0.0, 1 - _months(delivered, end) / offer.term)


def _is_quoted(offer: Offer, day: date) -> bool:
    return (offer.available_from or date.min) <= day <= (offer.available_until or date.max)


def _is_there(row: Any, day: date) -> bool:
    """Return whether a row of the fleet is in service on a day."""
    return (row.available_from or date.min) <= day < (row.retire_on or date.max)


def _has_own_pool(offer: Offer) -> bool:
    return offer.acquisition in RENTED or bool(offer.hourly_price)


def _refuse_what_is_out_of_scope(case: Case) -> None:
    """Raise NotImplementedError where the case has a term that the oracle does not know."""
    terms = {
        "scenarios": case.scenarios,
        "price tiers": case.price_tiers,
        "rebates": case.rebates,
        "rules": case.rules,
        "carry over": case.settings.carry_over,
        "a risk weight": case.settings.risk_weight,
        "a min order": any(row.min_order for row in case.offers),
        "an order fee": any(row.order_fee for row in case.offers),
        "cluster units": any(row.cluster_units for row in case.workloads),
        "site loss coverage": any(row.site_loss_coverage for row in case.workloads),
    }
    for name, is_present in terms.items():
        if is_present:
            raise NotImplementedError(f"the oracle does not know {name}")
