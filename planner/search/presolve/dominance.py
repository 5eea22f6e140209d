"""Dominance: what can be exchanged for something at least as good is not looked at.

What is left out is left out of the search only: any plan of what remains is a plan of the
given case, at the same cost, and one of them is of least cost.
"""

from __future__ import annotations

from planner.case.case import Case
from planner.search.presolve.offer_dominance import drop_dominated_offers
from planner.search.presolve.site_dominance import drop_dominated_sites


def drop_dominated(case: Case) -> Case:
    """Return a case of the same least cost without the offers and sites that others dominate.

    Where there are none it is the same case. A site may be dominated once some offers are gone.
    """
    smaller = drop_dominated_offers(drop_dominated_sites(case))
    return smaller if drop_dominated_sites(smaller) is smaller else drop_dominated(smaller)
