"""PuLP as it comes: it writes the rows into a file and calls the CBC that it carries."""

from __future__ import annotations

import re
import resource
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pulp

from tests.benchmarks.clock import KILO, forget_peak, peak_megabytes, resident_megabytes, timed
from tests.benchmarks.peers.pulp_rows import WAY
from tests.benchmarks.source import Source

THREADS = 2
"""More than HiGHS takes by itself on two cores, which is one."""

FIGURE = r"\s*([-+0-9.e]+)"


def search(source: Source, gap: float, seconds: float) -> dict[str, Any]:
    """Let CBC search; it tells its bound in its log, at the end only.

    Parameters
    ----------
    source : of the rows
    gap : proven relative gap that is enough
    seconds : time limit
    """
    way = WAY()
    way.prepare(source)
    before = resident_megabytes()
    forget_peak()
    building, _ = timed(way.build)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cbc.log"
        solver = pulp.COIN_CMD(
            path=pulp.PULP_CBC_CMD.pulp_cbc_path,
            msg=False,
            gapRel=gap,
            timeLimit=seconds,
            threads=THREADS,
            logPath=str(path),
        )
        searching, _ = timed(lambda: way.model.solve(solver))
        log = path.read_text()
    incumbent, bound = _found(way.model, log)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KILO
    return {
        "ready": building.wall,
        "cpu": building.cpu + searching.cpu,
        "search": asdict(searching),
        "trace": [(searching.wall, incumbent, bound)],
        "ended": pulp.LpSolution[way.model.sol_status],
        "before": before,
        "peak": max(peak_megabytes(), children),
    }


def _found(model: pulp.LpProblem, log: str) -> tuple[float | None, float | None]:
    """Return the cost and its bound; CBC leaves out the constant of the objective."""
    told = _told(log, "Objective value:")
    if model.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return None, None
    cost = float(pulp.value(model.objective))
    bound = _told(log, "Lower bound:")
    if told is None:
        return cost, None
    return cost, cost if bound is None else bound + cost - told


def _told(log: str, words: str) -> float | None:
    found = re.findall(re.escape(words) + FIGURE, log)
    return float(found[-1]) if found else None
