"""Cases of any size, made from a seed: the same size and seed give the same case.

Prices, powers and rates are drawn around figures of the example workbook; their spread is
wide enough that no offer wins everywhere. Every demand can be met: what cannot be bought
is rented or, at a penalty, left undone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from planner.case.case import Case
from planner.case.finance import ResidualValue, Scenario, Settings
from planner.case.hardware import Category, Hardware
from planner.case.horizon import Period, Slice, add_months
from planner.case.offers import Acquisition, Offer, Payment, PriceTier
from planner.case.sites import Installed, Site, SiteKind
from planner.case.workloads import Demand, LoadProfile, Workload, WorkloadKind

PLAN_START, FIRST_DAY = date(2026, 7, 1), date(2027, 1, 1)
"""Half a year apart, so that most offers can be delivered by the first quarter."""

GROWTH = 1.06
"""Of demand, from one quarter to the next."""

ACQUISITIONS = {
    Acquisition.PURCHASE: 6,
    Acquisition.LEASE: 2,
    Acquisition.RESERVED: 2,
    Acquisition.ON_DEMAND: 1,
    Acquisition.SPOT: 1,
}
"""How often each is drawn."""

EFFICIENCY = {Category.GPU: 0.42, Category.TPU: 0.45, Category.FPGA: 0.3, Category.CPU: 0.55}
PRICE_PER_TFLOPS = {
    Category.GPU: 38.0,
    Category.TPU: 33.0,
    Category.FPGA: 55.0,
    Category.CPU: 210.0,
}
"""In base currency; on average, to buy."""

TFLOPS = {
    Category.GPU: (5_000.0, 20_000.0),
    Category.TPU: (3_000.0, 12_000.0),
    Category.FPGA: (500.0, 2_000.0),
    Category.CPU: (60.0, 240.0),
}
KILOWATTS_PER_TFLOPS = {
    Category.GPU: 7.5e-4,
    Category.TPU: 7.0e-4,
    Category.FPGA: 1.2e-3,
    Category.CPU: 6e-3,
}
HOURS_TO_PAY_BACK = 14_000.0
"""Hours after which renting has cost the price."""

MONTHS_TO_PAY_BACK = 26.0


@dataclass(frozen=True, slots=True)
class Size:
    """How large a case is.

    Attributes
    ----------
    hardware, offers, sites, workloads, periods, slices : how many
    sites_per_offer : to how many sites an offer can be delivered, on average
    has_tiers : a third of the purchases have prices by size, some a min order or a fee
    has_clusters : some workloads need clusters, some stand the loss of a site
    scenarios : how many; 1 is none
    """

    hardware: int
    offers: int
    sites: int
    workloads: int
    periods: int
    slices: int
    sites_per_offer: float = 2.0
    has_tiers: bool = True
    has_clusters: bool = True
    scenarios: int = 1


SIZES = {
    "S": Size(hardware=10, offers=20, sites=3, workloads=5, periods=8, slices=1),
    "M": Size(hardware=25, offers=80, sites=5, workloads=15, periods=12, slices=2),
    "L": Size(hardware=50, offers=200, sites=8, workloads=40, periods=16, slices=3),
    "XL": Size(hardware=80, offers=400, sites=10, workloads=60, periods=20, slices=4),
}


def generate(size: Size, seed: int = 0) -> Case:
    """Return a case of a size.

    Parameters
    ----------
    size : how many of everything
    seed : of what is drawn
    """
    draw = random.Random(f"{size.hardware} {size.offers} {seed}")  # noqa: S311  not for secrets
    hardware = tuple(_hardware(draw, number) for number in range(size.hardware))
    labels = [f"{2027 + number // 4}Q{number % 4 + 1}" for number in range(size.periods)]
    workloads = tuple(_workload(draw, number, size) for number in range(size.workloads))
    demand = tuple(_demand(draw, one, labels) for one in workloads)
    asked = [sum(row.rates[label] for row in demand) for label in labels]
    offers = tuple(
        _offer(draw, number, hardware, size, max(asked)) for number in range(size.offers)
    )
    slices = tuple(
        Slice(
            slice=f"slice {number + 1}",
            share=1.0 / size.slices,
            energy_price_multiplier=round(draw.uniform(0.7, 1.3), 2),
        )
        for number in range(size.slices)
    )
    return Case(
        settings=Settings(
            plan_start=PLAN_START,
            discount_rate=0.08,
            max_utilisation=0.85,
            residual_value=ResidualValue.STRAIGHT_LINE,
        ),
        periods=tuple(_periods(labels, asked)),
        slices=slices,
        hardware=hardware,
        sites=tuple(_site(draw, number, max(asked), size) for number in range(size.sites)),
        offers=offers,
        price_tiers=tuple(tier for offer in offers for tier in _tiers(draw, offer, size)),
        workloads=workloads,
        demand=demand,
        load_profile=tuple(_profile(draw, workloads, slices)),
        fleet=tuple(_fleet(draw, hardware, size, asked[0])),
        scenarios=tuple(
            Scenario(
                scenario=f"future {number + 1}",
                probability=1.0 / size.scenarios,
                demand_multiplier=round(0.8 + 0.5 * number / (size.scenarios - 1), 3),
                known_from=labels[min(len(labels) - 1, 1 + number)],
            )
            for number in range(size.scenarios if size.scenarios > 1 else 0)
        ),
    )


def _hardware(draw: random.Random, number: int) -> Hardware:
    category = (Category.GPU, Category.TPU, Category.GPU, Category.CPU, Category.FPGA)[number % 5]
    tflops = round(draw.uniform(*TFLOPS[category]))
    power = round(tflops * KILOWATTS_PER_TFLOPS[category] * draw.uniform(0.8, 1.2), 2)
    return Hardware(
        sku=f"SKU {number + 1:03d}",
        category=category,
        tflops=tflops,
        cores=draw.choice([64, 96, 128, 192]),
        power=power,
        idle_power=round(0.3 * power, 2),
        rack_units=draw.choice([1, 2, 4, 8]),
    )


def _workload(draw: random.Random, number: int, size: Size) -> Workload:
    is_service = number % 3 != 0
    categories = [Category.GPU, Category.TPU]
    if draw.random() < 0.4:
        categories.append(Category.FPGA)
    if draw.random() < 0.4:
        categories.append(Category.CPU)
    if draw.random() < 0.25:
        categories.remove(Category.TPU)
    return Workload(
        workload=f"work {number + 1:03d}",
        unit="TFLOPS",
        kind=WorkloadKind.SERVICE if is_service else WorkloadKind.BATCH,
        efficiency=round(draw.uniform(0.25, 0.55), 3),
        categories=tuple(categories),
        interruptible=not is_service and draw.random() < 0.6,
        shortage_penalty=round(draw.uniform(0.02, 0.06), 4),
        cluster_units=8 if size.has_clusters and number % 7 == 3 else None,
        site_loss_coverage=0.3 if size.has_clusters and number % 8 == 4 else None,
    )


def _demand(draw: random.Random, workload: Workload, labels: list[str]) -> Demand:
    first, growth = draw.uniform(4_000.0, 40_000.0), GROWTH * draw.uniform(0.97, 1.03)
    return Demand(
        workload=workload.workload,
        rates={label: round(first * growth**number) for number, label in enumerate(labels)},
    )


def _periods(labels: list[str], asked: list[float]) -> list[Period]:
    efficiency, periods = 0.4, []
    new = [asked[0], *(max(0.0, after - before) for before, after in pairwise(asked))]
    for number, label in enumerate(labels):
        spend = (new[number] + 0.12 * asked[number]) / efficiency * PRICE_PER_TFLOPS[Category.GPU]
        periods.append(
            Period(
                period=label,
                start=add_months(FIRST_DAY, 3 * number),
                capex_budget=round(1.2 * spend, -3),
                opex_budget=round(asked[number] / efficiency * 4.0, -3),
                energy_cap=round(asked[number] / efficiency * 3.0, -2),
            )
        )
    return periods


def _site(draw: random.Random, number: int, asked: float, size: Size) -> Site:
    if number == 0 or number % 4 == 3:
        return Site(site=f"cloud {number + 1}", kind=SiteKind.CLOUD)
    owned = size.sites - (size.sites + 4) // 4
    return Site(
        site=f"site {number + 1}",
        kind=SiteKind.OWNED if number % 2 else SiteKind.COLO,
        pue=round(draw.uniform(1.1, 1.4), 2),
        energy_price=round(draw.uniform(0.05, 0.14), 3),
        energy_price_change=0.02,
        carbon_intensity=round(draw.uniform(0.05, 0.6), 2),
        it_power=round(asked / 0.4 * 1.1e-3 / owned * draw.uniform(0.8, 1.3)),
        rack_units=round(asked / 0.4 * 9e-4 / owned * draw.uniform(0.9, 1.4)),
    )


def _offer(
    draw: random.Random, number: int, hardware: tuple[Hardware, ...], size: Size, asked: float
) -> Offer:
    acquisition = draw.choices(list(ACQUISITIONS), list(ACQUISITIONS.values()))[0]
    sku = hardware[number % len(hardware)]
    price = sku.tflops * PRICE_PER_TFLOPS[sku.category] * draw.uniform(0.75, 1.35)
    most = max(4, round(draw.uniform(0.5, 2.0) * asked / sku.tflops / size.offers * 5.0))
    clouds = [one for one in range(size.sites) if one == 0 or one % 4 == 3]
    owned = [one for one in range(size.sites) if one not in clouds]
    is_delivered = acquisition in (Acquisition.PURCHASE, Acquisition.LEASE)
    here = owned if is_delivered else clouds
    count = min(len(here), max(1, round(size.sites_per_offer * draw.choice([0.5, 1.0, 1.0, 1.5]))))
    sites = sorted(
        f"site {one + 1}" if is_delivered else f"cloud {one + 1}"
        for one in draw.sample(here, count)
    )
    given = {
        "offer": f"quote {number + 1:04d}",
        "vendor": f"vendor {number % 12 + 1}",
        "sku": sku.sku,
        "acquisition": acquisition,
        "sites": tuple(sites),
        "price_change": round(draw.uniform(-0.15, 0.03), 3),
        "max_order": float(most),
    }
    if acquisition.is_elastic:
        discount = 0.55 if acquisition is Acquisition.SPOT else 1.5
        given |= {
            "hourly_price": round(discount * price / HOURS_TO_PAY_BACK, 2),
            "availability": 0.85 if acquisition is Acquisition.SPOT else 1.0,
        }
    elif acquisition is Acquisition.PURCHASE:
        given |= {
            "upfront_price": round(price),
            "term": draw.choice([36, 48, 60]),
            "lead_time": float(draw.choice([4, 8, 12, 20, 30])),
            "pack_size": draw.choice([1, 1, 2, 4]),
            "landed_cost": draw.choice([0.0, 0.03, 0.08]),
            "payment": draw.choice(list(Payment)),
            "availability": 0.98,
        }
        if size.has_tiers and number % 4 == 1:
            given |= {"min_order": min(8.0, float(most)), "order_fee": round(0.05 * price)}
    else:
        given |= {
            "monthly_price": round(price / MONTHS_TO_PAY_BACK),
            "term": draw.choice([12, 24, 36]),
            "lead_time": float(draw.choice([0, 2, 6])),
            "availability": 0.98,
        }
    return Offer(**given)


def _tiers(draw: random.Random, offer: Offer, size: Size) -> list[PriceTier]:
    is_tiered = size.has_tiers and offer.acquisition is Acquisition.PURCHASE
    if not is_tiered or draw.random() > 1.0 / 3.0:
        return []
    most, price = offer.max_order or 0.0, offer.upfront_price or 0.0
    steps = [(0.3, 0.94), (0.7, 0.88)]
    return [
        PriceTier(offer=offer.offer, min_units=float(units), upfront_price=round(factor * price))
        for share, factor in steps
        if (units := round(share * most)) > max(1.0, offer.min_order)
    ]


def _profile(
    draw: random.Random, workloads: tuple[Workload, ...], slices: tuple[Slice, ...]
) -> list[LoadProfile]:
    if len(slices) == 1:
        return []
    rows = []
    for workload in workloads:
        if workload.is_service:
            raw = [draw.uniform(0.6, 1.4) for _ in slices]
            mean = sum(raw) / len(raw)
            rows += [
                LoadProfile(
                    workload=workload.workload, slice=one.slice, multiplier=round(load / mean, 3)
                )
                for one, load in zip(slices, raw, strict=True)
            ]
    return rows


def _fleet(
    draw: random.Random, hardware: tuple[Hardware, ...], size: Size, asked: float
) -> list[Installed]:
    kept = [one for one in hardware if one.category in (Category.GPU, Category.TPU)][::2]
    owned = [one for one in range(size.sites) if one != 0 and one % 4 != 3]
    return [
        Installed(
            sku=sku.sku,
            site=f"site {owned[number % len(owned)] + 1}",
            units=max(1, round(draw.uniform(0.3, 0.9) * asked / len(kept) / sku.tflops)),
            retire_on=add_months(FIRST_DAY, draw.choice([12, 18, 24, 36])),
            monthly_cost=round(0.004 * sku.tflops * PRICE_PER_TFLOPS[sku.category]),
        )
        for number, sku in enumerate(kept)
    ]
