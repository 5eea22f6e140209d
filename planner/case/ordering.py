"""When an offer can be ordered, what it costs then, and how long it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.case.horizon import Horizon, add_months, weeks_before
from planner.case.offers import Offer, Payment


@dataclass(frozen=True, slots=True)
class Slot:
    """One period in which a committed offer could be delivered.

    Attributes
    ----------
    delivered : label of the period at whose start the units arrive
    order_date : when the order is placed
    ordered_in : label of the period that holds the order date
    paid_in : label of the period that pays the upfront price
    price_index : what the order's upfront and monthly prices are multiplied by
    in_service : labels of the periods in which the units serve
    term_end : first day on which they no longer do; None: to the end of the horizon
    left_at_end : share of the term left after the horizon, 0 without a term
    """

    delivered: str
    order_date: date
    ordered_in: str
    paid_in: str
    price_index: float
    in_service: tuple[str, ...]
    term_end: date | None
    left_at_end: float


def order_slots(offer: Offer, horizon: Horizon) -> dict[str, Slot]:
    """Return the periods in which a committed offer could be delivered, by label.

    A delivery at the start of period d is ordered ``start_d - 7·lead time`` days
    before; that day must not be before plan start and must lie within the quote's
    dates. Elastic offers have no orders and so no slots.
    """
    slots: dict[str, Slot] = {}
    if offer.is_elastic:
        return slots
    for label, start in horizon.starts.items():
        order_date = weeks_before(start, offer.lead_time)
        if not _can_be_placed(offer, order_date, horizon):
            continue
        term_end = add_months(start, offer.term) if offer.term else None
        ordered_in = horizon.holding(order_date)
        slots[label] = Slot(
            delivered=label,
            order_date=order_date,
            ordered_in=ordered_in,
            paid_in=label if offer.payment is Payment.DELIVERY else ordered_in,
            price_index=horizon.growth(offer.price_change, order_date),
            in_service=tuple(
                other
                for other, day in horizon.starts.items()
                if start <= day and (term_end is None or day < term_end)
            ),
            term_end=term_end,
            left_at_end=_left_at_end(offer.term, label, horizon),
        )
    return slots


def can_be_had(offer: Offer, horizon: Horizon) -> bool:
    """Return whether there is a period in which an offer can be delivered or rented."""
    if offer.is_elastic:
        return any(is_quoted(offer, start) for start in horizon.starts.values())
    return any(
        _can_be_placed(offer, weeks_before(start, offer.lead_time), horizon)
        for start in horizon.starts.values()
    )


def _can_be_placed(offer: Offer, order_date: date, horizon: Horizon) -> bool:
    return order_date >= horizon.plan_start and is_quoted(offer, order_date)


def is_quoted(offer: Offer, day: date) -> bool:
    """Return whether the quote holds on a day; both of its dates are inside."""
    return (offer.available_from is None or offer.available_from <= day) and (
        offer.available_until is None or day <= offer.available_until
    )


def _left_at_end(term: int | None, label: str, horizon: Horizon) -> float:
    if term is None:
        return 0.0
    used = sum(horizon.months[other] for other in horizon.labels[horizon.position[label] :])
    return max(0.0, (term - used) / term)
