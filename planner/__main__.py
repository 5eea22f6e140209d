"""The command line as a process: it listens to Ctrl-C from its first moment on."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from types import FrameType

NO_PLAN, INTERRUPTED = 4, 130
STOPPING = (signal.SIGINT, signal.SIGTERM)


def interrupt(number: int, frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl-C."""
    del number, frame
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line."""
    try:
        if sys.platform != "win32":
            # until a command is there to tell of it: see planner.console.guarded
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        signal.signal(signal.SIGTERM, interrupt)
        from planner.cli import app  # noqa: PLC0415  it takes its time, and Ctrl-C counts by now

        app(prog_name="planner")
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)  # noqa: T201  nothing else is loaded yet
        sys.exit(INTERRUPTED)
    except (MemoryError, SystemError):  # Python has no memory left even to say so
        print("error: memory ran out before a plan was found", file=sys.stderr)  # noqa: T201
        sys.exit(NO_PLAN)
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)  # all is done, and the exit code is known
        with suppress(MemoryError):
            exec("")  # noqa: S102  Python forgets a Ctrl-C that it would die of, though caught


if __name__ == "__main__":
    main()
