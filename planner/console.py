"""Console: what a command says, on which stream, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence, Sized
from contextlib import contextmanager
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

if TYPE_CHECKING:
    from planner.plan.checks import Check
    from planner.plan.plan import Plan
    from planner.search.highs import Watch

JSON_VERSION = 1
STEPS = ("read", "build", "solve", "write")
DEBUG = "PLANNER_DEBUG"
"""Set in the environment, it shows the traceback of a bug."""

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
    json : print one object on stdout at the end, and nothing else there
    quiet : print errors only
    makes_plan : whether the object tells of a plan, or only of problems
    """

    def __init__(
        self, *, json: bool = False, quiet: bool = False, makes_plan: bool = False
    ) -> None:
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
            print(f"warning: {line}", file=sys.stderr)

    def fail(self, line: str) -> None:
        """Print an error."""
        print(f"error: {line}", file=sys.stderr)

    def tell_issues(self, issues: Sequence[Issue]) -> None:
        """Print what is wrong in a workbook, and keep it for the JSON object."""
        self._problems += [issue.as_dict() for issue in issues]
        for issue in issues:
            if issue.severity == "error" or not self._quiet:
                print(_printable(issue.text()), file=sys.stderr)

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
        from planner.report.summary import decide
        from planner.report.warnings import warnings

        for sentence in warnings(plan):
            self.warn(sentence)
        if self._quiet and plan.outcome.status is Status.GAP_OPEN:
            print(f"warning: {plan.outcome.reason}", file=sys.stderr)
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
        self.say(f"cost    {outcome.objective:,.2f} {currency}, discounted")
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
        if isinstance(error, CaseError):
            self.tell_issues(error.issues)
            return Exit.PROBLEMS
        if isinstance(error, NoPlanError):
            return self._tell_no_plan(error)
        codes = {FileError: Exit.FILE, UsageError: Exit.WRONG_USE}
        return self.tell_end(str(error), codes.get(type(error), Exit.BUG))

    def tell_end(self, reason: str, code: Exit) -> Exit:
        """Print why a command ends without a result, and return its exit code."""
        self.fail(_printable(reason))
        self._result = {"error": reason}
        if self._makes_plan and code is Exit.INTERRUPTED:
            self._result["status"] = "interrupted"
        return code

    def _tell_no_plan(self, error: NoPlanError) -> Exit:
        """Print why there is no plan, and return the exit code for it."""
        self.fail(str(error))
        for reason in error.reasons:
            print(_printable(f"    {reason}"), file=sys.stderr)
        if error.infeasible:
            status, code = "infeasible", Exit.INFEASIBLE
        elif error.interrupted:
            status, code = "interrupted", Exit.INTERRUPTED
        else:
            status, code = "no_plan", Exit.NO_PLAN
        self._seconds.update(error.seconds)
        self._result = {"status": status, "reasons": list(error.reasons)}
        return code

    def count(self, things: Sized, noun: str) -> str:
        """Return a number of things in words."""
        return f"{len(things)} {noun}" if len(things) == 1 else f"{len(things)} {noun}s"

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
        before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
        try:
            yield
        except typer.Exit as end:
            if pressed and end.exit_code == Exit.DONE:
                raise typer.Exit(Exit.INTERRUPTED) from None
            raise
        finally:
            signal.signal(signal.SIGINT, before)
        if pressed:
            raise KeyboardInterrupt

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Follow a search: a progress line on terminals, and Ctrl-C that keeps the plan."""
        from planner.search.highs import Watch

        watch = Watch()
        if sys.stderr.isatty() and not self._quiet:
            watch.tell = _Progress().tell

        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            if watch.stop.is_set():
                os._exit(Exit.INTERRUPTED)  # the solver's thread would abort a slower way out
            watch.stop.set()
            print("\nstopping with the best plan so far; again to give up", file=sys.stderr)

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield watch
        finally:
            signal.signal(signal.SIGINT, before)
            if watch.tell is not None:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def finish(self, code: Exit) -> NoReturn:
        """Print the JSON object where one is asked for, and end the command."""
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
    """Turn every error into its message and exit code; none reaches the user as a traceback."""
    try:
        yield
    except typer.Exit:
        raise
    except PlannerError as error:
        console.finish(console.tell_error(error))
    except KeyboardInterrupt:
        console.finish(console.tell_end("interrupted", Exit.INTERRUPTED))
    except MemoryError:
        reason = "memory ran out before a plan was found"
        console.finish(console.tell_end(reason, Exit.NO_PLAN))
    except Exception as error:
        if DEBUG in os.environ:
            raise
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}"
        reason = f"this is a bug in planner: {type(error).__name__} at {place}"
        console.finish(console.tell_end(reason, Exit.BUG))


def _print_out(text: str) -> None:
    """Print to stdout; nobody need listen, but what cannot be written is an error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"error: stdout cannot be written: {error.strerror}.", file=sys.stderr)
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
