"""Xls texts: how long the texts are that the cells of an .xls workbook share."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from planner.workbook.reading.marks import Tally
from planner.workbook.reading.records import LONG, SHORT, RecordError

IS_WIDE, HAS_EXTRA, HAS_RUNS = 1, 4, 8
RUN_SIZE = 4
COUNTS = 8


def short_text(content: memoryview, *, is_wide: bool) -> str:
    """Return a text whose length is told in one byte, such as a sheet's name.

    Since Excel 97 (`is_wide`) the next byte tells how many bytes a character takes.
    """
    length = content[0]
    if not is_wide:
        return bytes(content[1 : 1 + length]).decode("cp1252", "replace")
    if content[1] & IS_WIDE:
        return bytes(content[2 : 2 + 2 * length]).decode("utf-16-le", "replace")
    return bytes(content[2 : 2 + length]).decode("latin-1")


def shared_lengths(pieces: Sequence[memoryview], tally: Tally) -> array[int]:
    """Return the length of each text, from the record of texts and those that continue it."""
    lengths = array("L")
    if not pieces:
        return lengths
    texts = _Pieces(pieces)
    count = LONG.unpack(texts.take(COUNTS)[4:])[0]
    tally.count_shared(count)
    for _ in range(count):
        length = SHORT.unpack(texts.take(SHORT.size))[0]
        kind = texts.take(1)[0]
        runs = SHORT.unpack(texts.take(SHORT.size))[0] if kind & HAS_RUNS else 0
        extra = LONG.unpack(texts.take(LONG.size))[0] if kind & HAS_EXTRA else 0
        texts.skip_characters(length, 1 + (kind & IS_WIDE))
        texts.skip(RUN_SIZE * runs + extra)
        lengths.append(length)
    return lengths


class _Pieces:
    """A place in records that continue each other."""

    def __init__(self, pieces: Sequence[memoryview]) -> None:
        self._pieces = pieces
        self._piece = self._place = 0

    def take(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            piece = bytes(self._rest()[: size - len(found)])
            found += piece
            self._place += len(piece)
        return found

    def skip(self, size: int) -> None:
        while size:
            step = min(len(self._rest()), size)
            self._place += step
            size -= step

    def skip_characters(self, count: int, width: int) -> None:
        """Pass over characters; where a record ends within, the next tells their width anew."""
        while count:
            rest = self._rest()
            if self._place == 0 and self._piece:
                width = 1 + (rest[0] & IS_WIDE)
                self._place += 1
                rest = rest[1:]
            step = min(len(rest) // width, count)
            if not step:
                raise RecordError("a text is cut off")
            self._place += step * width
            count -= step

    def _rest(self) -> memoryview:
        """Return what is left of the record, or of the next one where nothing is."""
        while self._place >= len(self._pieces[self._piece]):
            self._piece += 1
            self._place = 0
            if self._piece >= len(self._pieces):
                raise RecordError("its texts are cut off")
        return self._pieces[self._piece][self._place :]
