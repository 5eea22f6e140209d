"""The command line as a process: it listens to Ctrl-C from its first moment on."""

from __future__ import annotations

import signal
import sys
from types import FrameType

INTERRUPTED = 130


def interrupt(number: int, frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl-C."""
    del number, frame
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        from planner.cli import app  # noqa: PLC0415  it takes its time, and Ctrl-C counts by now

        app(prog_name="planner")
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)  # noqa: T201  nothing else is loaded yet
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
