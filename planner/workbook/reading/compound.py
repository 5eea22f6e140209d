"""Compound: the streams of an OLE compound file, the wrapping of .xls and of passwords."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
LAST_SECTOR = 0xFFFFFFFA
END_OF_CHAIN = 0xFFFFFFFE
FREE = 0xFFFFFFFF
FAT_SECTOR = 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
ENTRY_SIZE = 128
MINI_SECTOR = 64
HEADER_SIZE = 512
LISTED_IN_HEADER = 109
SECTOR_SHIFTS = {9, 12}
PACKED_SHIFT = 12
SMALLEST_STREAM = 4096


class CompoundError(Exception):
    """The file is no compound file that any program writes."""


@dataclass(frozen=True)
class Entry:
    """A stream or a storage."""

    name: str
    kind: int
    start: int
    size: int


class Compound:
    """A compound file: its directory, and the streams by name.

    Every chain of sectors is followed at most once around the file, so none is endless.
    """

    def __init__(self, content: bytes) -> None:
        if len(content) < HEADER_SIZE or not content.startswith(MAGIC):
            raise CompoundError("it is cut off")
        shift = int.from_bytes(content[30:32], "little")
        if shift not in SECTOR_SHIFTS:
            raise CompoundError("its sectors have an impossible size")
        self._content = content
        self._size = 1 << shift
        directory, _, _, mini = struct.unpack_from("<I4sII", content, 48)
        self._sectors = len(content) // self._size
        self._next = self._table(struct.unpack_from(f"<{LISTED_IN_HEADER + 2}I", content, 68))
        self.entries = _entries(self._chain(directory))
        self._mini_next = _numbers(self._chain(mini))
        root = next((entry for entry in self.entries if entry.kind == ROOT), None)
        self._mini = self._chain(root.start) if root else b""

    def has(self, name: str) -> bool:
        """Return whether there is a stream or storage of this name."""
        return any(entry.name.casefold() == name.casefold() for entry in self.entries)

    def stream(self, name: str) -> bytes:
        """Return the content of a stream."""
        for entry in self.entries:
            if entry.kind == STREAM and entry.name.casefold() == name.casefold():
                if entry.size >= SMALLEST_STREAM:
                    found = self._chain(entry.start)
                else:
                    found = self._mini_chain(entry.start)
                if len(found) < entry.size:
                    raise CompoundError(f"its stream {name} is cut off")
                return found[: entry.size]
        raise CompoundError(f"it has no stream {name}")

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise CompoundError("a sector is missing")
        return sector.ljust(self._size, b"\0")

    def _table(self, header: tuple[int, ...]) -> tuple[int, ...]:
        """Return which sector follows each; the list of its own sectors may go on elsewhere."""
        further, _, *listed = header
        seen = 0
        while further < LAST_SECTOR:
            *more, further = _numbers(self._sector(further))
            listed += more
            seen += 1
            if seen > self._sectors:
                raise CompoundError("its sectors go round in a circle")
        used = [number for number in listed if number < LAST_SECTOR]
        if len(used) > self._sectors:
            raise CompoundError("its sectors are listed twice")
        return _numbers(b"".join(map(self._sector, used)))

    def _chain(self, number: int) -> bytes:
        found: list[bytes] = []
        while number < LAST_SECTOR:
            found.append(self._sector(number))
            if len(found) > self._sectors or number >= len(self._next):
                raise CompoundError("its sectors go round in a circle, or lead nowhere")
            number = self._next[number]
        return b"".join(found)

    def _mini_chain(self, number: int) -> bytes:
        found: list[bytes] = []
        while number < LAST_SECTOR:
            found.append(self._mini[number * MINI_SECTOR : (number + 1) * MINI_SECTOR])
            if number >= len(self._mini_next) or len(found) > len(self._mini_next):
                raise CompoundError("its sectors go round in a circle, or lead nowhere")
            number = self._mini_next[number]
        return b"".join(found)


def wrapped(name: str, content: bytes) -> bytes:
    """Return a compound file of this one stream, so that nothing else of a file is ever read."""
    size = 1 << PACKED_SHIFT
    content = content.ljust(SMALLEST_STREAM, b"\0")
    data = -(-len(content) // size)
    tables = -(-(data + 2) // (size // 4 - 1))
    following = [*range(1, data), *[END_OF_CHAIN] * 3, *[FAT_SECTOR] * tables]
    following += [FREE] * (tables * (size // 4) - len(following))
    listed = [*range(data + 2, data + 2 + tables)]
    listed += [FREE] * (LISTED_IN_HEADER - len(listed))
    header = MAGIC + bytes(16) + struct.pack("<5H", 0x3E, 4, 0xFFFE, PACKED_SHIFT, 6) + bytes(6)
    header += struct.pack("<4I", 1, tables, data, 0)
    header += struct.pack("<5I", SMALLEST_STREAM, END_OF_CHAIN, 0, END_OF_CHAIN, 0)
    header += struct.pack(f"<{LISTED_IN_HEADER}I", *listed)
    root = _entry("Root Entry", ROOT, 1, data + 1, MINI_SECTOR)
    directory = (root + _entry(name, STREAM, FREE, 0, len(content))).ljust(size, b"\0")
    body = content.ljust(data * size, b"\0") + directory + bytes(size)
    return header.ljust(size, b"\0") + body + struct.pack(f"<{len(following)}I", *following)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, FREE, FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _entries(directory: bytes) -> list[Entry]:
    entries = []
    for place in range(0, len(directory), ENTRY_SIZE):
        raw = directory[place : place + ENTRY_SIZE]
        length, kind = struct.unpack_from("<HB", raw, 64)
        start, size = struct.unpack_from("<II", raw, 116)
        if kind in {STORAGE, STREAM, ROOT}:
            name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
            entries.append(Entry(name, kind, start, size))
    return entries


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
