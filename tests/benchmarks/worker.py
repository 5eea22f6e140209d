"""Worker: does one job in a process of its own: ``python -m tests.benchmarks.worker FOLDER``.

The folder holds `job.json`; the answer is written next to it as `answer.json`.
"""

from __future__ import annotations

import json
import resource
import sys
from importlib import import_module
from pathlib import Path

BYTES = 1 << 30


def main(folder: Path) -> None:
    """Do the job that a folder tells, within its memory."""
    job = json.loads((folder / "job.json").read_text())
    most = int(job["gigabytes"] * BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    try:
        answer = import_module(f"tests.benchmarks.jobs.{job['work']}").work(**job["given"])
    except MemoryError:
        answer = {"failed": "out of memory"}
    (folder / "answer.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
