"""The commands, each a few lines; exit codes and streams are those of the contract.

Heavy imports happen inside the commands, so that ``planner --help`` answers at once.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.console import Console, Exit, guarded
from planner.passwords import VARIABLE, password_from
from planner.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.errors import Issue
    from planner.passwords import Ask
    from planner.plan.diagnosis import InfeasibleError
    from planner.plan.plan import Plan
    from planner.plan.provenance import Provenance
    from planner.search.options import Options
    from planner.workbook.reading.cells import Book
    from planner.workbook.reading.reader import Reading

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


class Masked(StrEnum):
    """What is masked in a copy of a plan to be shared."""

    VENDORS = "vendors"
    OFFERS = "offers"
    QUOTES = "quotes"
    PRICES = "prices"


class Unmasked(StrEnum):
    """What may be masked in it as well."""

    SITES = "sites"
    WORKLOADS = "workloads"


Input = Annotated[Path, typer.Argument(metavar="INPUT", help="The filled workbook.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help=f"Its first line is the password of the workbook; or {VARIABLE}."
    ),
]
Log = Annotated[
    Path | None,
    typer.Option("--audit-log", metavar="LOG", help="Note this run in a log that shows tampering."),
]
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
    audit_log: Log = None,
) -> None:
    """Write the input workbook, blank or filled with an example."""
    console = Console(Record("template", audit_log))
    with guarded(console):
        from planner.workbook.target import check_target
        from planner.workbook.template.samples import blank_tables, example_tables
        from planner.workbook.template.template import write_template

        check_target(file, force=force)
        tables = example_tables() if example else blank_tables(since, periods)
        write_template(file, tables, lang=lang.value)
        console.wrote(file)
        console.say(str(file))


@app.command()
def check(
    source: Input,
    *,
    json: Json = False,
    quiet: Quiet = False,
    password_file: PasswordFile = None,
    audit_log: Log = None,
) -> None:
    """Read the workbook, and tell everything that is wrong with it."""
    console = Console(Record("check", audit_log, source), json=json, quiet=quiet)
    with guarded(console):
        from planner.workbook.checked.target_name import remove_checked_copy
        from planner.workbook.reading.reader import read_workbook

        reading = read_workbook(source, password_from(password_file))
        console.tell_issues(reading.issues)
        if reading.issues:
            _mark(console, source, reading.issues, reading.book)
        elif removed := remove_checked_copy(source):
            console.say(f"{removed} is out of date, and was removed")
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
    password_file: PasswordFile = None,
    audit_log: Log = None,
) -> None:
    """Find the plan of least cost, and write it as a workbook."""
    record = Record("solve", audit_log, source, gap=gap, time_limit=time_limit, threads=threads)
    console = Console(record, json=json, quiet=quiet, makes_plan=True)
    with guarded(console):
        with console.uninterrupted():
            from planner.plan.diagnosis import InfeasibleError
            from planner.search.options import Options
            from planner.search.strategy import find_plan
            from planner.workbook.protection import is_protected
        console.loaded()
        options = Options(gap, time_limit, threads)
        reading, provenance = _read(console, source, options, password_from(password_file))
        assert reading.case is not None  # noqa: S101  errors have ended the command
        target = _target(source, out, force=force)
        if is_protected(source.read_bytes()):
            console.warn(f"the input is locked, the plan will not be: planner encrypt '{target}'")
        draft = Draft(console, target, provenance)
        with console.uninterrupted():
            try:
                with console.watching() as watch:
                    plan = find_plan(reading.case, options, watch, draft.keep)
            except InfeasibleError as none:
                _write_no_plan(console, none, reading, source, target, provenance)
            _write(console, plan, target, provenance, draft)


@app.command()
def verify(
    source: Input,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan workbook.")],
    *,
    json: Json = False,
    quiet: Quiet = False,
    password_file: PasswordFile = None,
    audit_log: Log = None,
) -> None:
    """Check a plan workbook, as it stands on disk, against its input."""
    console = Console(Record("verify", audit_log, source, plan=plan), json=json, quiet=quiet)
    with guarded(console):
        from planner.workbook.reading.reader import load_case
        from planner.workbook.results.plan_writer import trace
        from planner.workbook.results.verification import verify_plan

        ask = password_from(password_file)
        verification = verify_plan(load_case(source, ask), plan, trace(source, {}), ask)
        console.tell_checks(verification.failed)
        console.tell_issues(verification.issues)
        if verification.passed:
            count = len(verification.plan.checks) if verification.plan else 0
            console.say(f"{plan}: all {count} checks pass, and every figure follows")
            console.finish(Exit.DONE)
        console.say(f"{plan}: does not hold")
        console.finish(Exit.PROBLEMS)


@app.command()
def encrypt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx or .xlsm).")],
    *,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write there, and leave FILE as it is."),
    ] = None,
    password_file: PasswordFile = None,
    force: Force = False,
    audit_log: Log = None,
) -> None:
    """Protect a workbook by a password, as Excel and LibreOffice do."""
    ask = password_from(password_file, twice=True)
    _rewrite(Console(Record("encrypt", audit_log, file)), file, out, ask, force=force, lock=True)


@app.command()
def decrypt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook with a password.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write there, and leave FILE as it is."),
    ] = None,
    password_file: PasswordFile = None,
    force: Force = False,
    audit_log: Log = None,
) -> None:
    """Take the password off a workbook."""
    ask = password_from(password_file)
    _rewrite(Console(Record("decrypt", audit_log, file)), file, out, ask, force=force, lock=False)


@app.command()
def redact(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan workbook.")],
    *,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="OUT", help="The masked copy.")],
    keep: Annotated[
        list[Masked] | None, typer.Option(help="Do not mask these; may be given several times.")
    ] = None,
    also: Annotated[
        list[Unmasked] | None, typer.Option(help="Mask these too; may be given several times.")
    ] = None,
    password_file: PasswordFile = None,
    force: Force = False,
    audit_log: Log = None,
) -> None:
    """Mask vendors, offers, quotes and prices of a plan, for sharing."""
    console = Console(Record("redact", audit_log, plan, keep=_listed(keep), also=_listed(also)))
    with guarded(console):
        from planner.workbook.results import redaction
        from planner.workbook.target import check_target

        check_target(out, force=force)
        kept, more = ({redaction.Secret(one.value) for one in ones or ()} for ones in (keep, also))
        ask = password_from(password_file)
        for line in redaction.redact_plan(plan, out, kept, more, ask):
            console.warn(line)
        console.wrote(out)
        console.say(str(out))


@app.command()
def audit(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="Written by --audit-log.")],
    *,
    head: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Of a line that was noted elsewhere: it must be there."),
    ] = None,
) -> None:
    """Check that nothing in an audit log was changed, left out or cut off."""
    console = Console()
    with guarded(console):
        from planner.journal_check import check_log

        found = check_log(log, head)
        if found.reason:
            line = "" if found.bad_line is None else f" line {found.bad_line}:"
            console.fail(f"{log}:{line} {found.reason}")
            console.finish(Exit.PROBLEMS)
        console.say(f"{log}: {found.lines} lines, each follows from the one before")
        console.say(f"the last line's hash is {found.head}; note it elsewhere, a cut would show")


class Draft:
    """Keeps the plans that a search finds on its way, in a file beside the plan to be.

    Parameters
    ----------
    console : to warn where a plan cannot be kept
    target : of the plan
    provenance : of the plan
    """

    def __init__(self, console: Console, target: Path, provenance: Provenance) -> None:
        self._console = console
        self._provenance = provenance
        self._is_failing = False
        self.path = self._free(target)

    def keep(self, plan: Plan) -> None:
        """Write a plan that the search may still better."""
        from planner.errors import FileError
        from planner.workbook.results.plan_writer import write_plan
        from planner.workbook.saving import created_at

        if self._is_failing:
            return
        try:
            write_plan(plan, self.path, self._provenance.until(created_at(), {}))
            self._console.kept(self.path)
        except FileError as error:
            self._is_failing = True
            self._console.warn(f"plans found on the way are not kept. {error}")

    def drop(self) -> None:
        """Remove the file: the plan itself is written."""
        self.path.unlink(missing_ok=True)
        self._console.kept(None)

    @staticmethod
    def _free(target: Path) -> Path:
        """Return a name that nothing has, or a plan that an earlier search kept there."""
        from planner.workbook.target import is_own

        number, path = 1, target.with_stem(f"{target.stem}.partial")
        while path.exists() and not (path.is_file() and is_own(path)):
            number += 1
            path = target.with_stem(f"{target.stem}.partial-{number}")
        return path


def _listed(words: Sequence[StrEnum] | None) -> str | None:
    return ", ".join(words) if words else None


def _rewrite(
    console: Console, file: Path, out: Path | None, ask: Ask, *, force: bool, lock: bool
) -> None:
    """Lock or unlock a workbook, in its own place or where it is asked for."""
    with guarded(console):
        from planner.workbook.encryption import decrypt_file, encrypt_file
        from planner.workbook.target import check_target

        target = out or file
        if target.resolve() != file.resolve():
            check_target(target, force=force)
        convert = encrypt_file if lock else decrypt_file
        convert(file, target, _password(ask))
        console.wrote(target)
        console.say(str(target))


def _password(ask: Ask) -> str:
    """Return the password that is asked for; none is wrong use."""
    from planner.errors import UsageError

    password = ask()
    if not password:
        raise UsageError(f"give the password with --password-file or in {VARIABLE}")
    return password


def _read(console: Console, source: Path, options: Options, ask: Ask) -> tuple[Reading, Provenance]:
    """Read the input and tell what is wrong with it; errors end the command."""
    from planner.workbook.reading.reader import read_workbook
    from planner.workbook.results.plan_writer import trace
    from planner.workbook.saving import created_at

    started = created_at()
    with console.timed("read"):
        reading = read_workbook(source, ask)
        console.tell_issues(reading.issues)
        if reading.case is None:
            _mark(console, source, reading.issues, reading.book)
            console.finish(Exit.PROBLEMS)
        words = options.over(reading.case.settings).words()
        return reading, trace(source, words, started)


def _mark(console: Console, source: Path, issues: Sequence[Issue], book: Book) -> None:
    """Write a copy of the input in which everything that is wrong is marked."""
    from planner.workbook.checked.checked_copy import write_checked_copy
    from planner.workbook.protection import is_protected

    content = source.read_bytes()
    copy = write_checked_copy(source, issues, content if is_protected(content) else None, book)
    if copy.remark:
        console.warn(copy.remark)
    if copy.path is not None:
        console.wrote(copy.path)
        console.note(f"marked in {copy.path}")


def _write_no_plan(
    console: Console,
    none: InfeasibleError,
    reading: Reading,
    source: Path,
    target: Path,
    provenance: Provenance,
) -> None:
    """Write what stands in the way, mark it in a copy of the input, and end the command."""
    from planner.workbook.results.plan_writer import write_no_plan
    from planner.workbook.saving import created_at

    free = _free(console, target)
    with console.timed("write"):
        until = provenance.until(created_at(), none.seconds)
        write_no_plan(none, reading.cells.cell_of, free, until)
        console.wrote(free)
    code = console.tell_infeasible(none, reading.cells.cell_of, free)
    issues = [*reading.issues, *reading.cells.issues(none.diagnosis)]
    _mark(console, source, issues, reading.book)
    console.finish(code)


def _target(source: Path, out: Path | None, *, force: bool) -> Path:
    """Return where the plan is to be written: never over the input."""
    from planner.errors import UsageError
    from planner.workbook.target import check_target

    target = out or source.with_name(f"{source.stem}-plan.xlsx")
    if target.resolve() == source.resolve():
        raise UsageError("the plan cannot be written over the input; choose another name with -o")
    check_target(target, force=force)
    return target


def _free(console: Console, target: Path) -> Path:
    """Return the target, or a name beside it while it is open in another program."""
    from planner.workbook.target import free_target

    free = free_target(target)
    if free != target:
        console.warn(f"'{target}' is open in another program; the plan is written to '{free}'.")
    return free


def _write(
    console: Console, plan: Plan, target: Path, provenance: Provenance, draft: Draft
) -> None:
    """Write the plan, tell of it, and end with the exit code that it has earned."""
    import os

    from planner.errors import FileError
    from planner.plan.outcome import Status
    from planner.workbook.results.plan_writer import write_plan
    from planner.workbook.saving import EPOCH, created_at, rescue_place

    free = _free(console, target)
    seconds = {} if EPOCH in os.environ else plan.outcome.seconds
    until = provenance.until(created_at(), seconds)
    with console.timed("write"):
        try:
            write_plan(plan, free, until)
        except FileError as error:
            free = rescue_place(target)
            try:
                write_plan(plan, free, until)
            except FileError:
                free.parent.rmdir()
                raise error from None
            console.wrote(free)
            console.tell_plan(plan, free)
            console.fail(f"{error} The plan is in '{free}' instead.")
            console.finish(Exit.FILE)
    draft.drop()
    console.wrote(free)
    console.tell_plan(plan, free)
    if not plan.passed:
        console.finish(Exit.PROBLEMS)
    interrupted = plan.outcome.status is Status.INTERRUPTED
    console.finish(Exit.INTERRUPTED if interrupted else Exit.DONE)
