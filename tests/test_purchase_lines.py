"""Purchase lines: what a line of the purchase plan says of its order's price."""

from __future__ import annotations

import pytest

from planner.case.offers import PriceTier, TierScheme
from planner.report.purchase_plan import tabulate
from tests.builders import buy, case, cheapest


@pytest.mark.parametrize(
    ("units", "all_units", "incremental"),
    [
        (4.0, "below the first tier", "4 below the first tier"),
        (5.0, "from 5", "5 below the first tier"),
        (8.0, "from 5", "5 below the first tier, 3 from 5"),
        (12.0, "from 10", "5 below the first tier, 5 from 5, 2 from 10"),
    ],
)
def test_a_line_says_which_tiers_its_units_are_paid_at(
    units: float, all_units: str, incremental: str
) -> None:
    """Units 1 to 5 cost the offer's own price, 6 to 10 that of the tier from 5, and so on.

    With all units of an order at one price, the order's size alone counts: 5 reach the tier.
    """
    tiers = tuple(
        PriceTier(offer="buy", min_units=least, upfront_price=price)
        for least, price in ((5.0, 80.0), (10.0, 60.0))
    )
    for scheme, told in (
        (TierScheme.ALL_UNITS, all_units),
        (TierScheme.INCREMENTAL, incremental),
    ):
        plan = cheapest(
            case(buy(tier_scheme=scheme, max_order=units), demand=(units,), price_tiers=tiers)
        )
        (line,) = tabulate(plan).rows
        assert dict(line)["tier"] == told
