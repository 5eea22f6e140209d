"""The commands, each a few lines; exit codes and streams are those of the contract.

Heavy imports happen inside the commands, so that ``planner --help`` answers at once.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from planner.console import Console, Exit, guarded

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.plan.provenance import Provenance
    from planner.search.options import Options

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From a filled workbook to a purchase plan of least cost.",
)


class Language(StrEnum):
    """Languages of the template."""

    EN = "en"
    ZH = "zh"


Input = Annotated[Path, typer.Argument(metavar="INPUT", help="The filled workbook.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that planner did not write.")]


@app.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="[FILE]")] = Path("planner-input.xlsx"),
    *,
    lang: Annotated[Language, typer.Option(help="Names of sheets and columns.")] = Language.EN,
    example: Annotated[bool, typer.Option("--example", help="Filled with an example.")] = False,
    since: Annotated[
        str, typer.Option("--from", metavar="QUARTER", help="First quarter.")
    ] = "2027Q1",
    periods: Annotated[int, typer.Option(min=1, help="Number of quarters.")] = 8,
    force: Force = False,
) -> None:
    """Write the input workbook, blank or filled with an example."""
    with guarded(Console()):
        from planner.workbook.target import check_target
        from planner.workbook.template.samples import blank_tables, example_tables
        from planner.workbook.template.template import write_template

        check_target(file, force=force)
        tables = example_tables() if example else blank_tables(since, periods)
        write_template(file, tables, lang=lang.value)
        print(file)


@app.command()
def check(source: Input, *, json: Json = False, quiet: Quiet = False) -> None:
    """Read the workbook, and tell everything that is wrong with it."""
    console = Console(json=json, quiet=quiet)
    with guarded(console):
        from planner.workbook.reading.reader import read_workbook

        reading = read_workbook(source)
        console.tell_issues(reading.issues)
        if reading.errors:
            console.say(f"{source}: {console.count(reading.errors, 'error')}")
            console.finish(Exit.PROBLEMS)
        console.say(f"{source}: no error, {console.count(reading.warnings, 'warning')}")
        console.finish(Exit.DONE)


@app.command()
def solve(
    source: Input,
    *,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="PLAN", help="The plan workbook.")
    ] = None,
    gap: Annotated[float | None, typer.Option(min=0.0, help="Proven gap that is enough.")] = None,
    time_limit: Annotated[float | None, typer.Option(min=0.0, help="In seconds.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Of the solver.")] = None,
    json: Json = False,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """Find the plan of least cost, and write it as a workbook."""
    console = Console(json=json, quiet=quiet, makes_plan=True)
    target = out or source.with_name(f"{source.stem}-plan.xlsx")
    if target.resolve() == source.resolve():
        _refuse("the plan cannot be written over the input; choose another name with -o")
    with guarded(console):
        from planner.search.options import Options
        from planner.workbook.target import check_target

        options = Options(gap=gap, seconds=time_limit, threads=threads)
        check_target(target, force=force)
        plan, provenance = _solve(console, source, options)
        _write(console, plan, target, provenance)


@app.command()
def verify(
    source: Input,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan workbook.")],
    *,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check a plan workbook, as it stands on disk, against its input."""
    console = Console(json=json, quiet=quiet)
    with guarded(console):
        from planner.workbook.reading.reader import load_case
        from planner.workbook.results.plan_writer import trace
        from planner.workbook.results.verification import verify_plan

        verification = verify_plan(load_case(source), plan, trace(source, {}))
        console.tell_issues(verification.issues)
        failed = verification.failed
        console.tell_checks(failed)
        if verification.passed:
            count = len(verification.plan.checks) if verification.plan else 0
            console.say(f"{plan}: all {count} checks pass, and every figure follows")
            console.finish(Exit.DONE)
        console.say(f"{plan}: does not hold")
        console.finish(Exit.PROBLEMS)


def _solve(console: Console, source: Path, options: Options) -> tuple[Plan, Provenance]:
    """Read the input and find a plan; Ctrl-C keeps the best found so far."""
    from datetime import UTC, datetime

    from planner.search.strategy import find_plan
    from planner.workbook.reading.reader import read_workbook
    from planner.workbook.results.plan_writer import trace

    started = datetime.now(UTC)
    with console.timed("read"):
        reading = read_workbook(source)
        console.tell_issues(reading.issues)
        if reading.case is None:
            console.finish(Exit.PROBLEMS)
        provenance = trace(source, options.over(reading.case.settings).words(), started)
    with console.watching() as watch:
        plan = find_plan(reading.case, options, watch)
    return plan, provenance.until(datetime.now(UTC))


def _write(console: Console, plan: Plan, target: Path, provenance: Provenance) -> None:
    """Write the plan, tell of it, and end with the exit code that it has earned."""
    from planner.plan.outcome import Status
    from planner.workbook.results.plan_writer import write_plan
    from planner.workbook.target import free_target

    free = free_target(target)
    if free != target:
        console.warn(f"'{target}' is open in another program; the plan is written to '{free}'.")
    with console.timed("write"):
        write_plan(plan, free, provenance)
    console.tell_plan(plan, free)
    if not plan.passed:
        console.finish(Exit.PROBLEMS)
    interrupted = plan.outcome.status is Status.INTERRUPTED
    console.finish(Exit.INTERRUPTED if interrupted else Exit.DONE)


def _refuse(reason: str) -> NoReturn:
    """End as wrong use of the command."""
    print(f"error: {reason}", file=sys.stderr)
    raise typer.Exit(Exit.WRONG_USE)


def main() -> None:
    """Run the command line."""
    app(prog_name="planner")
