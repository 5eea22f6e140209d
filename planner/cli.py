"""The commands, each a few lines; exit codes and streams are those of the contract.

Heavy imports happen inside the commands, so that ``planner --help`` answers at once.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.console import Console, Exit, guarded

if TYPE_CHECKING:
    from planner.case.case import Case
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
    console = Console()
    with guarded(console):
        from planner.workbook.target import check_target
        from planner.workbook.template.samples import blank_tables, example_tables
        from planner.workbook.template.template import write_template

        check_target(file, force=force)
        tables = example_tables() if example else blank_tables(since, periods)
        write_template(file, tables, lang=lang.value)
        console.say(str(file))


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
    with guarded(console):
        with console.uninterrupted():
            from planner.search.options import Options
            from planner.search.strategy import find_plan
        options = Options(gap, time_limit, threads)
        case, provenance = _read(console, source, options)
        target = _target(source, out, force=force)
        with console.watching() as watch:
            plan = find_plan(case, options, watch)
        with console.uninterrupted():
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
        console.tell_checks(verification.failed)
        console.tell_issues(verification.issues)
        if verification.passed:
            count = len(verification.plan.checks) if verification.plan else 0
            console.say(f"{plan}: all {count} checks pass, and every figure follows")
            console.finish(Exit.DONE)
        console.say(f"{plan}: does not hold")
        console.finish(Exit.PROBLEMS)


def _read(console: Console, source: Path, options: Options) -> tuple[Case, Provenance]:
    """Read the input and tell what is wrong with it; errors end the command."""
    from planner.workbook.reading.reader import read_workbook
    from planner.workbook.results.plan_writer import trace
    from planner.workbook.saving import created_at

    started = created_at()
    with console.timed("read"):
        reading = read_workbook(source)
        console.tell_issues(reading.issues)
        if reading.case is None:
            console.finish(Exit.PROBLEMS)
        words = options.over(reading.case.settings).words()
        return reading.case, trace(source, words, started)


def _target(source: Path, out: Path | None, *, force: bool) -> Path:
    """Return where the plan is to be written: never over the input."""
    from planner.errors import UsageError
    from planner.workbook.target import check_target

    target = out or source.with_name(f"{source.stem}-plan.xlsx")
    if target.resolve() == source.resolve():
        raise UsageError("the plan cannot be written over the input; choose another name with -o")
    check_target(target, force=force)
    return target


def _write(console: Console, plan: Plan, target: Path, provenance: Provenance) -> None:
    """Write the plan, tell of it, and end with the exit code that it has earned."""
    import os

    from planner.plan.outcome import Status
    from planner.workbook.results.plan_writer import write_plan
    from planner.workbook.saving import EPOCH, created_at
    from planner.workbook.target import free_target

    free = free_target(target)
    if free != target:
        console.warn(f"'{target}' is open in another program; the plan is written to '{free}'.")
    seconds = {} if EPOCH in os.environ else plan.outcome.seconds
    with console.timed("write"):
        write_plan(plan, free, provenance.until(created_at(), seconds))
    console.tell_plan(plan, free)
    if not plan.passed:
        console.finish(Exit.PROBLEMS)
    interrupted = plan.outcome.status is Status.INTERRUPTED
    console.finish(Exit.INTERRUPTED if interrupted else Exit.DONE)


def main() -> None:
    """Run the command line."""
    app(prog_name="planner")
