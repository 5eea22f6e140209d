"""Machine: on what, and with which versions, something was measured."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from tests.benchmarks.table import Table

PEERS = ("linopy", "pulp", "pypsa", "xarray", "scipy", "matplotlib")
GIGABYTE = 1 << 30


def machine_table() -> Table:
    """Return the machine, Python, planner's own dependencies and the peers."""
    rows = [
        ("CPU", _cpu()),
        ("cores", str(os.cpu_count())),
        ("memory", f"{_memory():.0f} GB"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("load before", ", ".join(f"{load:.1f}" for load in os.getloadavg())),
        ("Python", platform.python_version()),
        *((name, _version(name)) for name in (*_dependencies(), *PEERS)),
    ]
    return Table("machine", "Machine and versions", ("what", "which"), rows)


def _cpu() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGABYTE


def _dependencies() -> list[str]:
    told = [one for one in requires("planner") or [] if "extra ==" not in one]
    return ["planner", *(re.split(r"[^\w-]", one, maxsplit=1)[0] for one in told)]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
