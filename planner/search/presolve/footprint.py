"""Footprints: what a unit of an offer adds to every row of the model, at its best.

A footprint has a row for each period in which the offer can be had: of a committed one
the period of delivery, of a rented one that of use. Its columns are so made that less is
never worse:

    cost         Σ_t δ_t · paid_t − δ_end · credited · price
    capex, opex  paid in each period that has such a budget, or with carry over up to it
    total        likewise
    rules        what each window counts, turned so that less is never worse
    hourly       price in each period of use; of a rented unit, of the work of one
    service      −1 in each period in which the unit serves
    availability −availability
    node         −place in time of the period that holds the order date, with scenarios

An offer whose price depends on the order's size has the least of every column over all
the average prices a unit can have: each column is linear in the price, so the least is at
one of the ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.ordering import Slot
from planner.model.sizes import is_plain, plain_price
from planner.plan.charges import Budget, upfront_budget
from planner.search.arrays import Floats
from planner.search.presolve.rule_columns import RuleColumns


@dataclass(frozen=True)
class Footprint:
    """What a unit of an offer adds to the rows, by the period in which it is had.

    Attributes
    ----------
    rows : periods × columns; infinite where it cannot be had
    service : periods × periods; whether a unit had in one serves in the other
    """

    rows: Floats
    service: NDArray[np.bool_]

    def is_within(self, other: Footprint) -> bool:
        """Return whether a unit is had wherever the other is, and adds no more to any row."""
        return bool(np.all(self.rows <= other.rows))

    def serves_longer(self, other: Footprint) -> bool:
        """Return whether a unit serves in a period in which the other, had alike, does not."""
        is_had = other.rows[:, 0] < inf
        return bool(np.any((self.service & ~other.service)[is_had]))


class Footprints:
    """The footprints of a case's offers.

    Parameters
    ----------
    case : what is given
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        labels = case.horizon.labels
        self._discount = np.array([case.horizon.discount[label] for label in labels])
        self._months = np.array([case.horizon.months[label] for label in labels])
        self._rules = RuleColumns(case)
        self._known: dict[str, Footprint] = {}

    def of(self, offer: Offer) -> Footprint:
        """Return an offer's footprint."""
        if offer.offer not in self._known:
            make = self._rented if offer.is_elastic else self._committed
            self._known[offer.offer] = make(offer)
        return self._known[offer.offer]

    @cached_property
    def _never(self) -> Footprint:
        """The footprint of what no period can be reached by."""
        count = len(self._discount)
        return Footprint(np.full((count, 1), inf), np.zeros((count, count), dtype=np.bool_))

    def _rented(self, offer: Offer) -> Footprint:
        labels = self._case.horizon.labels
        rentable = self._case.rentable(offer)
        rows = np.array(
            [
                (self._case.hourly_price(offer, label) / offer.availability, -offer.availability)
                if label in rentable
                else (inf, inf)
                for label in labels
            ]
        )
        return Footprint(rows, np.zeros((len(labels), len(labels)), dtype=np.bool_))

    def _committed(self, offer: Offer) -> Footprint:
        case, position = self._case, self._case.horizon.position
        slots = list(case.slots[offer.offer].values())
        if not slots:
            return self._never
        had = [position[slot.delivered] for slot in slots]
        service = np.zeros((len(position), len(position)), dtype=np.bool_)
        for slot in slots:
            for label in slot.in_service:
                service[position[slot.delivered], position[label]] = True
        serving = service[had]
        rate = np.array([case.base_price(offer.offer, slot.delivered) for slot in slots])
        upfront = [rate * price for price in _unit_prices(case, offer)]
        columns = [
            np.minimum.reduce([self._money(offer, slots, serving, one) for one in upfront]),
            np.minimum.reduce([self._rules.of(offer, slots, serving, one) for one in upfront]),
            np.tile(self._by_use(offer), (len(slots), 1)),
            -serving.astype(np.float64),
            np.full((len(slots), 1), -offer.availability),
        ]
        if case.tree.has_branches:
            columns.append(np.array([[-float(position[one.ordered_in])] for one in slots]))
        narrow = np.hstack([column.reshape(len(slots), -1) for column in columns])
        rows = np.full((len(position), narrow.shape[1]), inf)
        rows[had] = narrow
        return Footprint(rows, service)

    def _money(
        self, offer: Offer, slots: list[Slot], serving: NDArray[np.bool_], upfront: Floats
    ) -> Floats:
        """Return the columns of cost and budgets, slots × columns.

        Parameters
        ----------
        offer : a committed one
        slots : in which it can be delivered
        serving : slots × periods
        upfront : price of a unit in base currency, without landed cost
        """
        case, position = self._case, self._case.horizon.position
        rate = np.array([case.base_price(offer.offer, slot.delivered) for slot in slots])
        monthly = (offer.monthly_price or 0.0) * rate
        paid = {kind: np.zeros(serving.shape) for kind in (Budget.CAPEX, Budget.OPEX)}
        paid[Budget.OPEX] += monthly[:, None] * self._months * serving
        places = [position[slot.paid_in] for slot in slots]
        paid[upfront_budget(offer)][range(len(slots)), places] += upfront * (1 + offer.landed_cost)
        total = paid[Budget.CAPEX] + paid[Budget.OPEX]
        credited = np.array([case.credited_share(offer, slot.delivered) for slot in slots])
        cost = np.cumsum(self._discount * total, axis=1)[:, -1:]
        cost = cost - (case.horizon.discount_at_end * credited * upfront)[:, None]
        columns = [cost]
        for amounts, is_limited in zip(
            (paid[Budget.CAPEX], paid[Budget.OPEX], total), self._limited, strict=True
        ):
            sums = np.cumsum(amounts, axis=1) if case.settings.carry_over else amounts
            columns.append(sums[:, is_limited])
        return np.hstack(columns)

    @cached_property
    def _limited(self) -> tuple[NDArray[np.bool_], ...]:
        """Whether each period has a row of each budget: capex, opex, total."""
        budgets = [
            [
                (one.capex_budget, one.opex_budget, one.total_budget)
                for one in self._case.budget_periods(label)
            ]
            for label in self._case.horizon.labels
        ]
        return tuple(
            np.array([all(row[kind] is not None for row in rows) for rows in budgets])
            for kind in range(3)
        )

    def _by_use(self, offer: Offer) -> Floats:
        if not offer.is_usage_priced:
            return np.zeros(len(self._discount))
        labels = self._case.horizon.labels
        return np.array([self._case.hourly_price(offer, label) for label in labels])


def _unit_prices(case: Case, offer: Offer) -> tuple[float, ...]:
    """Return the least and the highest average price of a unit, over all sizes of an order.

    Of an offer whose orders all cost the same a unit it is that price: a tier that no order
    of it can be of is not had, and must not make it seem cheaper.
    """
    if is_plain(case, offer):
        return (plain_price(case, offer),)
    limits = (offer.max_order, offer.max_total)
    most = min(inf if limit is None else limit for limit in limits)
    prices = [one.price for one in case.prices[offer.offer] if one.from_units <= most]
    return tuple(sorted({min(prices, default=0.0), max(prices, default=0.0)}))
