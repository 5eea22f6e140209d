"""Benchmarks: ``python -m tests.benchmarks --help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.build import measure_build
from tests.benchmarks.generator import SIZES
from tests.benchmarks.growth import measure_growth
from tests.benchmarks.machine import machine_table
from tests.benchmarks.peers.peer import NEEDS, installed
from tests.benchmarks.run import Run
from tests.benchmarks.search import VARIANTS, measure_search
from tests.benchmarks.table import Table, write_tables
from tests.benchmarks.whole import measure_whole

PARTS: dict[str, Callable[[Run], Iterator[Table]]] = {
    "build": measure_build,
    "search": measure_search,
    "growth": measure_growth,
    "whole": measure_whole,
}


def main() -> None:
    """Measure what the command line asks for, and write tables and pictures."""
    told = _arguments().parse_args()
    with TemporaryDirectory(prefix="benchmarks-") as scratch:
        run = Run(
            sizes={name: SIZES[name] for name in told.sizes},
            seeds=told.seeds,
            repeats=told.repeats,
            seconds=told.seconds,
            gap=told.gap,
            ways=tuple(told.ways or installed()),
            variants=tuple(told.variants),
            folder=told.out,
            scratch=Path(scratch),
        )
        machine = machine_table()
        tables = {machine.name: machine}
        for part in told.only:
            for table in PARTS[part](run):  # one that has grown takes the place of what it was
                tables[table.name] = table
                write_tables(list(tables.values()), run.folder)
    for table in tables.values():
        print(table.markdown())  # noqa: T201  this is what was asked for


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts to measure")
    add("--sizes", nargs="+", choices=SIZES, default=["S", "M"], help="of the cases")
    add("--seeds", type=int, default=5, help="of the search")
    add("--repeats", type=int, default=3, help="of all but the search")
    add("--seconds", type=float, default=60.0, help="time limit of a search")
    add("--gap", type=float, default=1e-3, help="proven gap at which a search may stop")
    add("--ways", nargs="+", choices=NEEDS, help="to a solver; all that are installed")
    add("--variants", nargs="+", choices=VARIANTS, default=["all"], help="of a case to search")
    add("--out", type=Path, default=Path("benchmark-results"), help="folder for what is written")
    return parser


if __name__ == "__main__":
    main()
