"""Saving: a file is replaced as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter.exceptions import XlsxWriterException

from planner.errors import FileError


@contextmanager
def replaced_at_end(path: Path) -> Iterator[Path]:
    """Yield a new file in the same folder, which takes the name of `path` when all went well.

    Raises
    ------
    FileError
        Where the folder or the file cannot be written.
    """
    made: Path | None = None
    try:
        handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=".planner-", dir=path.parent)
        os.close(handle)
        made = Path(name)
        yield made
        with made.open("rb") as whole:
            os.fsync(whole.fileno())
        made.chmod(0o666 & ~_umask())
        made.replace(path)
    except (OSError, XlsxWriterException) as error:
        raise FileError(f"'{path}' cannot be written ({error}).") from error
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def _umask() -> int:
    """Return which rights new files are made without; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
