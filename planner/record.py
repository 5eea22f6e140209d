"""Record: what a run of a command did, for the audit log."""

from __future__ import annotations

import os
from pathlib import Path

from planner.errors import FileError

VARIABLE = "PLANNER_AUDIT_LOG"
"""Name of the environment variable that may hold the path of the audit log.

No setting of a workbook names it: a workbook from elsewhere could have files written to.
"""


class Record:
    """What a run did, and where it is noted.

    Parameters
    ----------
    command : its name
    log : path of the audit log; None is that of the environment, and without it none is kept
    source : the file that the command reads; None where it reads none
    options : of the command, as far as they were given; never a password
    """

    def __init__(
        self,
        command: str,
        log: Path | None = None,
        source: Path | None = None,
        **options: object,
    ) -> None:
        named = os.environ.get(VARIABLE)
        self._log = log or (Path(named) if named and command else None)
        self._command = command
        self._source = source
        self._hash = ""
        self._options = {name: str(one) for name, one in options.items() if one is not None}
        self.output: Path | None = None

    def begin(self) -> None:
        """See that the run can be noted, and what it reads, before anything is done.

        Raises
        ------
        FileError
            Where the log cannot be written, or is none.
        """
        if self._log is None:
            return
        from planner.journal import check_appendable, hash_file

        check_appendable(self._log)
        if self._source is not None and self._source.is_file():
            self._hash = hash_file(self._source)

    def end(self, code: int, result: str) -> None:
        """Note the run.

        Parameters
        ----------
        code : with which the command ends
        result : in a word or a sentence

        Raises
        ------
        FileError
            Where the log cannot be written.
        """
        if self._log is None:
            return
        from planner.journal import Entry, append, hash_file

        output, of_output = self.output, ""
        if output is not None:
            try:
                of_output = hash_file(output)
            except FileError:
                output = None
        append(
            self._log,
            Entry(
                command=self._command,
                options=self._options,
                input_name=self._source.name if self._source else "",
                input_sha256=self._hash,
                result=result,
                exit_code=code,
                output_name=output.name if output else "",
                output_sha256=of_output,
            ),
        )
