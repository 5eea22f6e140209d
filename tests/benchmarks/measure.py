"""Measure: one job in one fresh process, with a limit on its seconds and its memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
"""Where `tests` and `planner` are found."""

GIGABYTES = 12.0
SECONDS = 300.0
LAST_LINES = 3


def run_job(work: str, given: dict[str, Any], seconds: float = SECONDS) -> dict[str, Any]:
    """Return the figures of a job, or why it has none, under "failed".

    Parameters
    ----------
    work : the name of a file in `jobs`
    given : its arguments
    seconds : after which its process is killed
    """
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        job = {"work": work, "given": given, "gigabytes": GIGABYTES}
        (folder / "job.json").write_text(json.dumps(job))
        ended, errors = _ended([sys.executable, "-m", "tests.benchmarks.worker", name], seconds)
        if ended is None:
            return {"failed": f"over {seconds:g} s"}
        answer = folder / "answer.json"
        if not answer.exists():
            lines = errors.strip().splitlines()[-LAST_LINES:]
            return {"failed": " / ".join(lines) or f"exit code {ended}"}
        figures: dict[str, Any] = json.loads(answer.read_text())
        return figures


def _ended(command: list[str], seconds: float) -> tuple[int | None, str]:
    """Run a command in a session of its own; return its exit code and what it said.

    Where it takes longer, it is killed with every process that it has started, and has no
    exit code.
    """
    with subprocess.Popen(
        command,
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        return process.returncode, errors
