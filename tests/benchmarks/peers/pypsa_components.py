"""PyPSA: as much of a case as its components can say, without constraints of one's own.

A pool is a bus whose units are "generated": by the fleet, by one extendable generator for
each order that could be placed (`build_year` its delivery, `lifetime` its term, `p_nom_mod`
its pack), or by a rental at its hourly price. A link takes units from a pool to a workload's
bus at the workload's throughput. Loads are the demands, and a generator at a penalty is the
shortage. Periods are investment periods, slices are snapshots.

What components cannot say is told by `tests.benchmarks.expansion`; all of it would have to be
written by hand, as rows of the linopy model that PyPSA makes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pypsa

from planner.case.case import Case
from planner.case.offers import Offer
from planner.case.pools import Pool
from planner.model.pools import PoolTable, tabulate_pools
from tests.benchmarks.clock import forget_peak, peak_megabytes, resident_megabytes, timed
from tests.benchmarks.peers.solver import search, shape_of

ABUNDANT = 1e9
"""Capacity of what has no limit."""

Columns = dict[str, list[Any]]


def expand(case: Case, gap: float, seconds: float) -> dict[str, Any]:
    """Return seconds, memory and size of PyPSA's model of a case, and what it costs.

    Parameters
    ----------
    case : without scenarios
    gap, seconds : of HiGHS's search, which is not on the clock
    """
    pools = tabulate_pools(case)
    before = resident_megabytes()
    forget_peak()
    stating, network = timed(lambda: _network(case, pools))
    modelling, model = timed(
        lambda: network.optimize.create_model(
            multi_investment_periods=True, include_objective_constant=False
        )
    )
    handing, solver = timed(model.to_highspy)
    peak, shape = peak_megabytes(), shape_of(solver)
    solver.setOptionValue("output_flag", False)
    trace, ended = search(solver, gap, seconds)
    return {
        "state": asdict(stating),
        "build": asdict(modelling),
        "hand_over": asdict(handing),
        "shape": asdict(shape),
        "before": before,
        "peak": peak,
        "cost": trace.points[-1][1],
        "ended": ended,
    }


def _network(case: Case, pools: PoolTable) -> pypsa.Network:
    pypsa.options.api.legacy_string_dtype = False
    network = pypsa.Network()
    horizon = case.horizon
    periods = range(len(horizon.labels))
    network.set_snapshots(
        pd.MultiIndex.from_product(
            [periods, [one.slice for one in horizon.slices]], names=["period", "timestep"]
        )
    )
    network.investment_periods = list(periods)
    weights = [
        horizon.slice_hours(label, one) * horizon.discount[label]
        for label in horizon.labels
        for one in horizon.slices
    ]
    network.snapshot_weightings["objective"] = weights
    workloads = [one.workload for one in case.workloads]
    network.add("Bus", [*map(str, case.pools), *workloads])
    _add_orders(network, case, pools)
    _add_fleet(network, case)
    _add_rentals(network, case)
    _add_work(network, case, pools)
    return network


def _add_orders(network: pypsa.Network, case: Case, pools: PoolTable) -> None:
    columns: Columns = defaultdict(list)
    position, discount = case.horizon.position, case.horizon.discount
    for key in pools.orders:
        offer = case.offer[key.offer]
        served = case.slots[key.offer][key.delivered].in_service
        columns["name"].append(", ".join(key.parts))
        columns["bus"].append(str(case.pool_of(offer, key.site)))
        columns["build_year"].append(position[key.delivered])
        columns["lifetime"].append(len(served))
        columns["p_nom_mod"].append(float(offer.pack_size))
        columns["p_nom_max"].append(float(offer.max_order or ABUNDANT))
        columns["p_max_pu"].append(case.max_utilisation(offer.sku) * offer.availability)
        columns["capital_cost"].append(_price(case, offer, key.delivered) * discount[key.delivered])
    network.add("Generator", columns.pop("name"), p_nom_extendable=True, **columns)


def _price(case: Case, offer: Offer, delivered: str) -> float:
    """Return what a unit costs for each period of its service, so that the sum is its price."""
    served = case.slots[offer.offer][delivered].in_service
    upfront = (offer.upfront_price or 0.0) * case.base_price(offer.offer, delivered)
    monthly = offer.monthly_price or 0.0
    return upfront / len(served) + monthly * case.horizon.months[delivered]


def _add_fleet(network: pypsa.Network, case: Case) -> None:
    columns: Columns = defaultdict(list)
    for number, row in enumerate(case.fleet):
        served = case.in_service(row)
        if served:
            columns["name"].append(f"fleet {number}")
            columns["bus"].append(str(Pool(row.sku, row.site)))
            columns["build_year"].append(case.horizon.position[served[0]])
            columns["lifetime"].append(len(served))
            columns["p_nom"].append(float(row.units))
            columns["p_max_pu"].append(case.max_utilisation(row.sku))
    if columns:
        network.add("Generator", columns.pop("name"), **columns)


def _add_rentals(network: pypsa.Network, case: Case) -> None:
    columns: Columns = defaultdict(list)
    first = case.horizon.labels[0]
    for pool in (one for one in case.pools if one.is_elastic):
        offer = case.offer[pool.offer]
        columns["name"].append(f"rental {pool}")
        columns["bus"].append(str(pool))
        columns["p_nom"].append(float(offer.max_order or ABUNDANT) * offer.availability)
        columns["marginal_cost"].append(case.hourly_price(offer, first) / offer.availability)
    if columns:
        network.add("Generator", columns.pop("name"), **columns)


def _add_work(network: pypsa.Network, case: Case, pools: PoolTable) -> None:
    links = list(pools.work.distinct("workload", "pool"))
    network.add(
        "Link",
        [f"{workload} on {pool}" for workload, pool in links],
        bus0=[str(pool) for _, pool in links],
        bus1=[workload for workload, _ in links],
        efficiency=[case.throughput(case.workload[name], pool.sku) for name, pool in links],
        p_nom=ABUNDANT,
    )
    names = [one.workload for one in case.workloads]
    (scenario,) = case.tree.names
    loads = np.array(
        [
            [
                case.average_demand(one.workload, label, scenario)
                * case.load_multiplier(one.workload, part)
                for one in case.workloads
            ]
            for label in case.horizon.labels
            for part in case.horizon.slices
        ]
    )
    frame = pd.DataFrame(
        loads, index=network.snapshots, columns=[f"{name} asked" for name in names]
    )
    network.add("Load", frame.columns, bus=names, p_set=frame)
    penalised = [one for one in case.workloads if one.shortage_penalty]
    network.add(
        "Generator",
        [f"{one.workload} short" for one in penalised],
        bus=[one.workload for one in penalised],
        p_nom=ABUNDANT,
        marginal_cost=[one.shortage_penalty for one in penalised],
    )
