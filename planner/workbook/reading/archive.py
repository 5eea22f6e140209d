"""Archive: the parts of a zip archive, unpacked in memory and never beyond the limits."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from planner.errors import FileError
from planner.workbook.reading.limits import (
    MEGABYTE,
    PART_LIMIT,
    PLAIN_LIMIT,
    RATIO_FLOOR,
    RATIO_LIMIT,
    UNPACKED_LIMIT,
)
from planner.workbook.reading.markup import defines_entities

MAGIC = b"PK"
ENTRY_MAGIC = b"PK\x01\x02"
CHUNK = 2**16
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ENTRY = struct.Struct("<4s6H3I5H2I")
DIRECTORY_END = struct.Struct("<4s4H2IH")
IS_ENCRYPTED = 1


@dataclass(frozen=True)
class Part:
    """One file of the archive, as it is packed. Its sizes were counted, not believed.

    Attributes
    ----------
    size : bytes that it unpacks to
    tags : beginnings and ends of elements, where it is XML
    """

    name: str
    method: int
    packed: memoryview
    checksum: int
    size: int
    tags: int = 0

    def chunks(self) -> Iterator[bytes]:
        """Yield its bytes, unpacked."""
        return _inflated(self.packed, self.method)


@dataclass(frozen=True)
class Archive:
    """A zip archive that is safe to unpack.

    Attributes
    ----------
    name : the file's name, without its folder
    parts : by what is compared of their names
    """

    name: str
    parts: dict[str, Part]

    def plain(self, key: str) -> Part:
        """Return a part that lists sheets, relations or styles.

        Raises
        ------
        FileError
            Where there is no such part, or it is larger than a list can be.
        """
        part = self.parts.get(key)
        if part is None:
            raise damaged(self.name, f"its part {key} is missing")
        if part.size > PLAIN_LIMIT:
            raise damaged(
                self.name, f"its part {key} unpacks to more than {PLAIN_LIMIT // MEGABYTE} MB"
            )
        return part


def part_key(name: str) -> str:
    """Return what is compared of a part's name: some programs write backslashes or other case."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()


def damaged(name: str, reason: str) -> FileError:
    """Return the error for a file that no program has written in this way."""
    return FileError(
        f"'{name}' is damaged and cannot be read ({reason}). "
        "Open it in Excel or LibreOffice and save it as .xlsx, or take an older copy."
    )


def open_archive(content: bytes, name: str) -> Archive:
    """Return the archive that a file's bytes are, each part unpacked once to be checked.

    Raises
    ------
    FileError
        Where it would unpack to too much, cannot be unpacked, or defines XML entities.
    """
    if content.count(ENTRY_MAGIC) > PART_LIMIT:
        raise FileError(
            f"'{name}' holds more than {PART_LIMIT:,} parts. Copy the sheets that the plan "
            "needs into a new workbook."
        )
    try:
        with ZipFile(io.BytesIO(content)) as directory:
            entries, end = directory.infolist(), directory.start_dir
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise FileError(
            f"'{name}' is a damaged or incomplete workbook. "
            "Take another copy of the file; the last one may have been cut off on its way."
        ) from error
    parts: dict[str, Part] = {}
    room = UNPACKED_LIMIT
    for entry, packed in _packed(content, entries, end, name):
        part = _checked(entry, packed, room, name)
        room -= part.size
        if part_key(part.name) in parts:
            raise damaged(name, f"it holds two parts {part.name}")
        parts[part_key(part.name)] = part
    unpacked = UNPACKED_LIMIT - room
    if unpacked > RATIO_FLOOR and unpacked > RATIO_LIMIT * len(content):
        raise _flood(name)
    return Archive(name, parts)


def packed_again(parts: Iterable[Part]) -> bytes:
    """Return an archive of these parts alone, so that nothing else of a file is ever read."""
    body: list[bytes | memoryview] = []
    directory: list[bytes] = []
    count = offset = 0
    for part in parts:
        name = part.name.encode()
        sizes = (part.checksum, len(part.packed), part.size, len(name), 0)
        common = (20, 0x800, part.method, 0, 0x21)
        header = LOCAL_HEADER.pack(b"PK\x03\x04", *common, *sizes) + name
        directory.append(ENTRY.pack(ENTRY_MAGIC, 20, *common, *sizes, 0, 0, 0, 0, offset) + name)
        body += [header, part.packed]
        offset += len(header) + len(part.packed)
        count += 1
    size = sum(map(len, directory))
    end = DIRECTORY_END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)
    return b"".join([*body, *directory, end])


def plain_part(name: str, content: bytes) -> Part:
    """Return a part with this content, not packed."""
    return Part(name, ZIP_STORED, memoryview(content), zlib.crc32(content), len(content))


def _packed(
    content: bytes, entries: list[ZipInfo], end: int, name: str
) -> Iterator[tuple[ZipInfo, memoryview]]:
    """Yield each entry with its packed bytes.

    Raises
    ------
    FileError
        Where entries share bytes, so that a small file holds much.
    """
    free_from = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        header = content[entry.header_offset : entry.header_offset + LOCAL_HEADER.size]
        if len(header) < LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise damaged(name, f"the part {entry.filename} is not where it should be")
        *_, name_length, extra_length = LOCAL_HEADER.unpack(header)
        start = entry.header_offset + LOCAL_HEADER.size + name_length + extra_length
        if entry.header_offset < free_from or start + entry.compress_size > end:
            raise damaged(name, f"the part {entry.filename} overlaps another one")
        free_from = start + entry.compress_size
        yield entry, memoryview(content)[start:free_from]


def _checked(entry: ZipInfo, packed: memoryview, room: int, name: str) -> Part:
    """Return an entry's part, once it was unpacked to the end without going beyond a limit."""
    if entry.flag_bits & IS_ENCRYPTED:
        raise FileError(
            f"'{name}' is a zip archive with a password. Unpack it, and name the workbook inside."
        )
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise damaged(name, f"the part {entry.filename} is packed in a way that no workbook is")
    size = checksum = tags = 0

    def counted() -> Iterator[bytes]:
        nonlocal size, checksum, tags
        for chunk in _inflated(packed, entry.compress_type):
            size += len(chunk)
            checksum = zlib.crc32(chunk, checksum)
            tags += chunk.count(b"<") + chunk.count(b"/>")
            if size > room:
                raise FileError(
                    f"'{name}' unpacks to more than {UNPACKED_LIMIT // MEGABYTE} MB. "
                    "Delete the sheets that the plan does not need, and save it again."
                )
            if size > RATIO_FLOOR and size > RATIO_LIMIT * len(packed):
                raise _flood(name)
            yield chunk

    try:
        if defines_entities(counted()):
            raise damaged(name, f"the part {entry.filename} defines entities")
    except zlib.error as error:
        raise damaged(name, f"the part {entry.filename} cannot be unpacked") from error
    if (size, checksum) != (entry.file_size, entry.CRC):
        raise damaged(name, f"the part {entry.filename} is not what the archive says of it")
    return Part(entry.filename, entry.compress_type, packed, checksum, size, tags)


def _inflated(packed: memoryview, method: int) -> Iterator[bytes]:
    """Yield the unpacked bytes in pieces, however many one packed byte unfolds to."""
    if method == ZIP_STORED:
        for start in range(0, len(packed), CHUNK):
            yield bytes(packed[start : start + CHUNK])
        return
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), CHUNK):
        waiting: bytes = bytes(packed[start : start + CHUNK])
        while waiting and not unpacking.eof:
            yield unpacking.decompress(waiting, CHUNK)
            waiting = unpacking.unconsumed_tail
    yield unpacking.flush()
    if not unpacking.eof:
        raise zlib.error("it ends too soon")


def _flood(name: str) -> FileError:
    return FileError(
        f"'{name}' unpacks to more than {RATIO_LIMIT} times its size, as no workbook does. "
        "Copy the tables that the plan needs into a new workbook."
    )
