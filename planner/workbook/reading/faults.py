"""Faults: why a cell cannot be read, before it is known where the cell stands."""

from __future__ import annotations

from planner.errors import Code


class CellFaultError(Exception):
    """A cell cannot be read.

    Attributes
    ----------
    code : what kind of fault it is
    message : one sentence that says what stands there
    expected : what should stand there; "" where the message says it all
    hint : what to do; "" where there is nothing to say
    """

    def __init__(self, code: Code, message: str, expected: str = "", hint: str = "") -> None:
        self.code = code
        self.message = message
        self.expected = expected
        self.hint = hint
        super().__init__(message)
