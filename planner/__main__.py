"""The command line as a process: it listens to Ctrl-C from its first moment on."""

from __future__ import annotations

import signal
import sys
from types import FrameType

INTERRUPTED = 130
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
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)  # all is done, and the exit code is known
        exec("")  # noqa: S102  Python forgets a Ctrl-C that it would die of, though it was caught


if __name__ == "__main__":
    main()
