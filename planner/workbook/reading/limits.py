"""Limits: how large a workbook may be, so that reading it stays within 1 GB and ten seconds.

They are met together by the worst files that are not refused: measured, a million used
cells, the farthest corner and the longest texts each stay below that bound.
"""

from __future__ import annotations

MEGABYTE = 2**20

PACKED_LIMIT = 100 * MEGABYTE
"""Bytes of the file itself, of which two copies are in memory while it is opened."""

UNPACKED_LIMIT = 200 * MEGABYTE
"""Bytes that an archive may unpack to; a million filled cells come to some 60 MB of XML."""

RATIO_LIMIT = 100
"""Unpacked bytes for one packed byte; sheets come to 5 to 20, a flood of zeros to 1,000."""

RATIO_FLOOR = MEGABYTE
"""A part that unpacks to no more than this cannot flood anything, whatever its ratio."""

PLAIN_LIMIT = 16 * MEGABYTE
"""Bytes of a part other than sheets and texts: lists of sheets, relations and styles."""

PART_LIMIT = 10_000
"""Parts of an archive; each takes memory before any of it is unpacked."""

USED_LIMIT = 1_000_000
"""Cells that hold something, or texts that cells share, in the whole workbook."""

TAG_LIMIT = 10_000_000
"""Tags of all sheets and texts; each takes half a microsecond, and formatted cells are tags."""

CELL_LIMIT = 8_000_000
"""Cells from A1 to the last one of each sheet, used or not: each takes 40 to 70 bytes."""

TEXT_LIMIT = 40_000_000
"""Characters of all cells; a text that many cells share counts each time, as it is copied."""

NAME_LIMIT = 10_000
"""Different names of elements and attributes in a part; a parser keeps every one of them."""

TOKEN_LIMIT = MEGABYTE
"""Bytes of one tag or comment; a parser keeps it whole."""

DEPTH_LIMIT = 256
"""Elements within each other; a parser keeps a place for each that is open."""

SPIN_LIMIT = 1_000_000
"""Rounds that make a password slow to guess; Excel writes 100,000, a tenth of a second."""
