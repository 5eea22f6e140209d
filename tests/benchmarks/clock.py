"""Clock: seconds and memory of a piece of work, in the process that does it."""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
FORGET_PEAK = "5"
"""What makes Linux count a process's peak from now on."""

KILO = 1024.0


@dataclass(frozen=True, slots=True)
class Lap:
    """How long a piece of work took.

    Attributes
    ----------
    wall : seconds that passed
    cpu : seconds of all threads, and of child processes that have ended
    """

    wall: float
    cpu: float


def timed(work: Callable[[], Result]) -> tuple[Lap, Result]:
    """Return how long a piece of work took, and what came of it."""
    gc.collect()
    wall, cpu = time.perf_counter(), _cpu()
    result = work()
    return Lap(time.perf_counter() - wall, _cpu() - cpu), result


def resident_megabytes() -> float:
    """Return how much memory the process holds now; where that is not told, its peak."""
    return _status("VmRSS") or peak_megabytes()


def peak_megabytes() -> float:
    """Return the most memory that the process has held since `forget_peak`.

    Linux hands `ru_maxrss` on from the process that started this one, so its own count is
    read where there is one.
    """
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = KILO * KILO if sys.platform == "darwin" else KILO
    return _status("VmHWM") or most / unit


def forget_peak() -> None:
    """Count the peak from now on, where the system can."""
    try:
        CLEAR.write_text(FORGET_PEAK)
    except OSError:
        return


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _status(name: str) -> float | None:
    if not STATUS.exists():
        return None
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return float(line.split()[1]) / KILO
    return None
