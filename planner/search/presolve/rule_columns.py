"""Rule columns: what a unit of a committed offer adds to each window of each rule.

A rule's limits are turned so that less is never worse:

    Max        +metric
    Min        −metric
    Max share  metric − max share · metric without filters

What a unit draws depends on the work it does, so that rules on energy have no column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.ordering import Slot
from planner.case.rules import Metric, SideRule, per_unit
from planner.plan.measures import windows
from planner.search.arrays import Floats


class RuleColumns:
    """The columns of a case's rules.

    Parameters
    ----------
    case : what is given
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        by_name: dict[str, list[list[bool]]] = defaultdict(list)
        rules: dict[str, SideRule] = {}
        for (name, rule), window in windows(case):
            if rule.metric is not Metric.ENERGY:
                rules[name] = rule
                by_name[name].append([label in window for label in case.horizon.labels])
        self._windows = [
            (rule, np.array(by_name[name], dtype=np.float64)) for name, rule in rules.items()
        ]

    def of(
        self, offer: Offer, slots: list[Slot], serving: NDArray[np.bool_], spend: Floats
    ) -> Floats:
        """Return the columns, slots × columns.

        Parameters
        ----------
        offer : a committed one
        slots : in which it can be delivered
        serving : whether a unit had in each of them serves in each period
        spend : price of a unit in base currency, without landed cost, by slot
        """
        position, sku = self._case.horizon.position, self._case.sku[offer.sku]
        ordered = np.eye(len(position))[[position[slot.ordered_in] for slot in slots]]
        columns = [np.zeros((len(slots), 0))]
        for rule, periods in self._windows:
            counts = (ordered if rule.is_of_orders else serving) @ periods.T
            is_spend = rule.metric is Metric.SPEND
            each = counts * (spend[:, None] if is_spend else per_unit(rule.metric, sku))
            is_passing = self._case.lets_offer(rule, offer.offer)
            columns += _limits(rule, each if is_passing else np.zeros_like(each), each)
        return np.hstack(columns)


def _limits(rule: SideRule, own: Floats, whole: Floats) -> Iterator[Floats]:
    """Yield the columns of a rule's limits.

    Parameters
    ----------
    rule : of the workbook
    own, whole : what a unit adds to its metric, with the filters on offers and without
    """
    if rule.most is not None:
        yield own
    if rule.least is not None:
        yield -own
    if rule.max_share is not None:
        yield own - rule.max_share * whole
        if rule.site:  # at the sites that the rule does not count
            yield -rule.max_share * whole
