"""Console: what a command says, on which stream, and how it ends."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager, suppress
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from planner.errors import (
    CaseError,
    Code,
    FileError,
    Issue,
    NoPlanError,
    PlannerError,
    UsageError,
)
from planner.record import Record

if TYPE_CHECKING:
    from planner.plan.checks import Check
    from planner.plan.diagnosis import CellOf, InfeasibleError
    from planner.plan.plan import Plan
    from planner.search.highs import Watch

JSON_VERSION = 1
STEPS = ("start", "read", "build", "solve", "check", "write")
DEBUG = "PLANNER_DEBUG"
"""Set in the environment, it shows the traceback of a bug."""

STOPPING = tuple(one for one in signal.Signals if one.name in {"SIGINT", "SIGTERM", "SIGHUP"})
"""Signals that end a command with what is in hand."""

FEW = 12
"""A longer list of limits that contradict each other stands in the plan workbook only."""

NO_ROOM = ("failed to map segment", "Cannot allocate memory")
"""What the system's loader says of a library that memory has no room for."""

TELL_EVERY = 0.5
"""Seconds between two progress lines."""


class Exit(IntEnum):
    """The exit codes of the contract."""

    DONE = 0
    PROBLEMS = 1
    WRONG_USE = 2
    INFEASIBLE = 3
    NO_PLAN = 4
    FILE = 5
    BUG = 70
    INTERRUPTED = 130


class Console:
    """Where a command speaks: results on stdout, all else on stderr.

    Parameters
    ----------
    record : of the run, for the audit log
    json : print one object on stdout at the end, and nothing else there
    quiet : print errors only
    makes_plan : whether the object tells of a plan, or only of problems
    """

    def __init__(
        self,
        record: Record | None = None,
        *,
        json: bool = False,
        quiet: bool = False,
        makes_plan: bool = False,
    ) -> None:
        self._record = record or Record("")
        self._partial: Path | None = None
        self._json = json
        self._makes_plan = makes_plan
        self._quiet = quiet
        self._problems: list[dict[str, str]] = []
        self._result: dict[str, Any] = {}
        self._seconds: dict[str, float] = {}

    def say(self, line: str) -> None:
        """Print a line of the result."""
        if not self._json and not self._quiet:
            _print_out(line)

    def warn(self, line: str) -> None:
        """Print a warning."""
        if not self._quiet:
            _print_error(f"warning: {_printable(line)}")

    def note(self, line: str) -> None:
        """Print what is neither a result nor a warning."""
        if not self._quiet:
            _print_error(_printable(line))

    def fail(self, line: str) -> None:
        """Print an error."""
        _print_error(f"error: {_printable(line)}")

    def wrote(self, path: Path) -> None:
        """Keep what the command has written, for the audit log."""
        self._record.output = path

    def kept(self, path: Path | None) -> None:
        """Keep where the best plan so far stands while the search goes on; None once it ended."""
        self._partial = path

    def tell_issues(self, issues: Sequence[Issue]) -> None:
        """Print what is wrong in a workbook, and keep it for the JSON object."""
        self._problems += [issue.as_dict() for issue in issues]
        for issue in issues:
            if issue.severity == "error" or not self._quiet:
                _print_error(_printable(issue.text()))

    def tell_checks(self, failed: Sequence[Check]) -> None:
        """Print the checks that failed."""
        for check in failed:
            where = f" Worst: {check.worst.where}, " if check.worst else " "
            line = f"{check.family}: {check.rule}{where}off by {check.violation:.6g} {check.unit}."
            self.fail(_printable(line))
            issue = Issue(Code.CHECK_FAILED, "error", "Checks", "", "", "", line)
            self._problems.append(issue.as_dict())

    def tell_plan(self, plan: Plan, path: Path) -> None:
        """Print a plan's summary, the path last, and keep both for the JSON object."""
        from planner.plan.outcome import Status
        from planner.report.foresight import foresight
        from planner.report.summary import decide, risk_words
        from planner.report.warnings import warnings

        for sentence in warnings(plan):
            self.warn(sentence)
        if self._quiet and plan.outcome.status is Status.GAP_OPEN:
            _print_error(f"warning: {plan.outcome.reason}")
        self.tell_checks([check for check in plan.checks if not check.passed])
        outcome, currency = plan.outcome, plan.case.settings.currency
        cost = {part.value: amount for part, amount in plan.cost.items()}
        self._seconds.update(outcome.seconds)
        self._result = {
            "status": outcome.status.value,
            "objective": outcome.objective,
            "bound": outcome.bound,
            "gap": outcome.gap,
            "cost": cost,
            "plan": str(path),
        }
        self.say(decide(plan))
        self.say(f"cost    {outcome.objective:,.2f} {currency}, discounted{risk_words(plan)}")
        parts = ", ".join(f"{name} {amount:,.0f}" for name, amount in cost.items() if amount)
        if parts:
            self.say(f"of it   {parts}")
        gap = "unknown" if outcome.gap is None else f"{outcome.gap:.3%}"
        self.say(f"gap     {gap} ({outcome.reason})")
        for _, _, sentence in foresight(plan):
            self.say(f"        {sentence}")
        passed = sum(check.passed for check in plan.checks)
        self.say(f"checks  {passed} of {len(plan.checks)} pass")
        self.say(str(path))

    def tell_error(self, error: PlannerError) -> Exit:
        """Print an error that was raised on purpose, and return the exit code for it."""
        _ignore_signals()
        if isinstance(error, CaseError):
            self.tell_issues(error.issues)
            return Exit.PROBLEMS
        if isinstance(error, NoPlanError):
            return self._tell_no_plan(error)
        codes = {FileError: Exit.FILE, UsageError: Exit.WRONG_USE}
        return self.tell_end(str(error), codes.get(type(error), Exit.BUG))

    def tell_end(self, reason: str, code: Exit) -> Exit:
        """Print why a command ends without a result, and return its exit code."""
        _ignore_signals()
        self.fail(reason)
        self._result = {"error": reason}
        self._tell_partial()
        statuses = {Exit.INTERRUPTED: "interrupted", Exit.NO_PLAN: "no_plan"}
        if self._makes_plan and code in statuses:
            self._result["status"] = statuses[code]
        return code

    def tell_infeasible(self, none: InfeasibleError, cell_of: CellOf, path: Path) -> Exit:
        """Print what stands in the way and the ways out, and return the exit code for it."""
        from planner.plan.diagnosis import limit_in_words

        diagnosis = none.diagnosis
        self.fail(str(none))
        told = [
            (f"{'or, ' if place else ''}{way.title}", way.obstacles)
            for place, way in enumerate(diagnosis.ways)
        ]
        if not diagnosis.ways:
            told.append(("shown by arithmetic alone", diagnosis.certain))
        for title, obstacles in told:
            _print_error(f"  {title}:")
            for one in obstacles:
                _print_error(_printable(f"    {one.sentence(cell_of)}"))
        if 0 < len(diagnosis.conflict) <= FEW:
            _print_error("  these cannot hold together, and each is needed for it:")
            for limit in diagnosis.conflict:
                _print_error(_printable(f"    {limit_in_words(limit, cell_of)}"))
        for remark in diagnosis.remarks:
            _print_error(f"  {remark}")
        self._seconds.update(none.seconds)
        ways = [[one.sentence(cell_of) for one in obstacles] for _, obstacles in told]
        self._result = {
            "status": "infeasible",
            "reasons": list(diagnosis.sentences(cell_of)),
            "ways": ways,
            "plan": str(path),
        }
        self.say(str(path))
        return Exit.INFEASIBLE

    def _tell_no_plan(self, error: NoPlanError) -> Exit:
        """Print why there is no plan, and return the exit code for it."""
        self.fail(str(error))
        interrupted = error.interrupted
        status, code = (
            ("interrupted", Exit.INTERRUPTED) if interrupted else ("no_plan", Exit.NO_PLAN)
        )
        self._seconds.update(error.seconds)
        self._result = {"status": status}
        return code

    def count(self, things: Sized, noun: str) -> str:
        """Return a number of things in words."""
        return f"{len(things)} {noun}" if len(things) == 1 else f"{len(things)} {noun}s"

    def loaded(self) -> None:
        """Keep the seconds since the process began: all is imported that a command needs."""
        self._seconds["start"] = time.process_time()

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Keep the seconds that a step takes, for the JSON object."""
        started = time.monotonic()
        yield
        self._seconds[step] = time.monotonic() - started

    @contextmanager
    def uninterrupted(self) -> Iterator[None]:
        """Put Ctrl-C off until a step is done that must not be left half way."""
        pressed: list[int] = []
        with _handling(lambda number, _: pressed.append(number)):
            try:
                yield
            except typer.Exit as end:
                if pressed and end.exit_code == Exit.DONE:
                    raise typer.Exit(Exit.INTERRUPTED) from None
                raise
        if pressed:
            raise KeyboardInterrupt

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Follow a search: a progress line on terminals, and Ctrl-C that keeps the plan."""
        from planner.search.highs import Watch

        watch = Watch(say=self.note)
        if sys.stderr.isatty() and not self._quiet:
            watch.tell = _Progress().tell

        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            if watch.stop.is_set():
                try:
                    self._give_up()
                finally:
                    os._exit(Exit.INTERRUPTED)  # the solver's thread would abort a slower way out
            watch.stop.set()
            _print_error("\nstopping with the best plan so far; again to give up")

        try:
            with _handling(stop):
                yield watch
        finally:
            if watch.tell is not None:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def begin(self) -> None:
        """See that the run can be noted, before anything is done."""
        self._record.begin()

    def end(self, code: int) -> None:
        """Note the run in the audit log; one that cannot be noted is no success."""
        _ignore_signals()
        result = str(self._result.get("status") or Exit(code).name.lower())
        try:
            self._record.end(code, result)
        except FileError as error:
            self.fail(str(error))
            raise typer.Exit(Exit.FILE) from error

    def _give_up(self) -> None:
        """Say where the best plan so far is, and note the run, before the process ends at once."""
        with suppress(typer.Exit):
            self.finish(self.tell_end("interrupted", Exit.INTERRUPTED))
        with suppress(typer.Exit):
            self.end(Exit.INTERRUPTED)

    def _tell_partial(self) -> None:
        if self._partial is not None and self._partial.exists():
            self.fail(f"the best plan that was found so far is in '{self._partial}'")
            self._result["plan"] = str(self._partial)

    def finish(self, code: Exit) -> NoReturn:
        """Print the JSON object where one is asked for, and end the command."""
        _ignore_signals()
        if self._json:
            found: dict[str, Any] = {"version": JSON_VERSION}
            if self._makes_plan:
                found |= dict.fromkeys(("status", "objective", "bound", "gap", "cost"))
                found["seconds"] = {step: self._seconds.get(step) for step in STEPS}
                found["plan"] = None
            if not self._makes_plan or code is Exit.PROBLEMS:
                found["problems"] = self._problems
            _print_out(json.dumps(found | self._result, ensure_ascii=False, allow_nan=False))
        raise typer.Exit(code)


@contextmanager
def guarded(console: Console) -> Iterator[None]:
    """Turn every error into its message and exit code; none reaches the user as a traceback.

    However the command ends, the run is noted in the audit log where one is asked for.
    A signal that came earlier counts from here on; one that comes once the end is told is late.
    """
    before = {number: signal.getsignal(number) for number in STOPPING}
    try:
        with _told(console):
            if sys.platform != "win32":
                signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            console.begin()
            yield
    except typer.Exit as end:
        console.end(end.exit_code)
        raise
    else:
        console.end(Exit.DONE)
    finally:
        for number, former in before.items():
            signal.signal(number, former)


@contextmanager
def _told(console: Console) -> Iterator[None]:
    try:
        yield
    except typer.Exit:
        raise
    except PlannerError as error:
        console.finish(console.tell_error(error))
    except KeyboardInterrupt:
        console.finish(console.tell_end("interrupted", Exit.INTERRUPTED))
    except Exception as error:
        if _is_of_memory(error):
            reason = "memory ran out before a plan was found"
            console.finish(console.tell_end(reason, Exit.NO_PLAN))
        if DEBUG in os.environ:
            raise
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}"
        reason = f"this is a bug in planner: {type(error).__name__} at {place}"
        console.finish(console.tell_end(reason, Exit.BUG))


def _is_of_memory(error: BaseException | None) -> bool:
    """Return whether memory ran out: a library that then cannot be loaded says so in its words."""
    while error is not None:
        of_system = isinstance(error, OSError) and error.errno == errno.ENOMEM
        of_library = isinstance(error, ImportError) and any(no in str(error) for no in NO_ROOM)
        if isinstance(error, MemoryError) or of_system or of_library:
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have a handler called for Ctrl-C, and for SIGTERM alike."""
    before = {number: signal.signal(number, handler) for number in STOPPING}
    try:
        yield
    finally:
        for number, former in before.items():
            if signal.getsignal(number) is handler:  # and not ignored by now
                signal.signal(number, former)


def _ignore_signals() -> None:
    """Let no signal come between what is told of the end of a command and the end."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _print_error(text: str) -> None:
    """Print to stderr; nobody need listen."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _print_out(text: str) -> None:
    """Print to stdout; nobody need listen, but what cannot be written is an error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _print_error(f"error: stdout cannot be written: {error.strerror}.")
        raise typer.Exit(Exit.FILE) from error


class _Progress:
    """One line on the terminal that tells how far the search has come."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._next = 0.0

    def tell(self, watch: Watch) -> None:
        """Print incumbent, bound and gap, a few times a second at most."""
        passed = time.monotonic() - self._started
        if passed < self._next:
            return
        self._next = passed + TELL_EVERY
        parts = [f"{passed:5.0f} s"]
        if watch.incumbent is not None:
            parts.append(f"plan {watch.incumbent:,.0f}")
        if watch.bound is not None:
            parts.append(f"bound {watch.bound:,.0f}")
        if watch.incumbent and watch.bound is not None:
            parts.append(f"gap {max(0.0, 1.0 - watch.bound / watch.incumbent):.2%}")
        print(f"\r\x1b[K{'   '.join(parts)}", end="", file=sys.stderr, flush=True)


def _printable(text: str) -> str:
    """Return a text whose control characters a terminal shows instead of obeying."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text
    )
