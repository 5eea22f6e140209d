"""Records: the numbered pieces that a binary part of a workbook is made of."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from planner.workbook.reading.limits import TOKEN_LIMIT

SHORT = struct.Struct("<H")
LONG = struct.Struct("<I")
BIFF_HEADER = struct.Struct("<HH")
SEVEN_BITS = 0x7F
MORE = 0x80


class RecordError(Exception):
    """The records are not as any program writes them."""


def long_records(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of the records of an .xlsb part.

    A number takes one or two bytes and a length up to four, seven bits in each.
    """
    buffer, place = b"", 0
    for chunk in chunks:
        buffer, place = buffer[place:] + chunk, 0
        while True:
            number, start = _packed_number(buffer, place, 2)
            length, start = _packed_number(buffer, start, 4)
            if length > TOKEN_LIMIT:
                raise RecordError("it has a record that is longer than any program writes")
            if start < 0 or start + length > len(buffer):
                break
            yield number, buffer[start : start + length]
            place = start + length
    if place < len(buffer):
        raise RecordError("its last record is cut off")


def biff_records(content: bytes, start: int = 0) -> Iterator[tuple[int, int, memoryview]]:
    """Yield number, place and content of the records of an .xls stream, from a place on."""
    whole = memoryview(content)
    while start + BIFF_HEADER.size <= len(content):
        number, length = BIFF_HEADER.unpack_from(content, start)
        end = start + BIFF_HEADER.size + length
        if end > len(content):
            raise RecordError("its last record is cut off")
        yield number, start, whole[start + BIFF_HEADER.size : end]
        start = end


def _packed_number(buffer: bytes, place: int, longest: int) -> tuple[int, int]:
    """Return a number and where it ends; -1 where the buffer ends before it does."""
    if place < 0:
        return 0, -1
    number = 0
    for step in range(longest):
        if place + step >= len(buffer):
            return 0, -1
        byte = buffer[place + step]
        number |= (byte & SEVEN_BITS) << 7 * step
        if not byte & MORE:
            return number, place + step + 1
    return number, place + longest
