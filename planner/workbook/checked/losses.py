"""Losses: what of a workbook is not carried over into its copy, in the user's words."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable

PARTS = (
    (re.compile(r".*vbaproject\.bin"), "its macros"),
    (re.compile(r".*/media/.*"), "its pictures"),
    (re.compile(r".*/(ctrlprops|activex)/.*|customui/.*"), "its buttons and controls"),
    (re.compile(r".*/(slicers|timelines)/.*"), "its slicers"),
    (re.compile(r".*/externallinks/.*"), "its links to other workbooks, but their last values"),
    (re.compile(r".*/threadedcomments/.*"), "the threads of its comments, but their text"),
    (re.compile(r".*/charts/[^/]*\.xml"), "its charts exactly as they are"),
    (re.compile(r".*/connections\.xml|.*/querytables/.*"), "its data connections"),
)
"""Parts of an archive that openpyxl drops or changes."""

DRAWING = re.compile(r".*drawings/drawing[^/]*\.xml")
SHAPE = b":sp>"
"""How a shape ends in a drawing; openpyxl keeps none."""

EXTENSIONS = {
    "Conditional Formatting": "some of its conditional formats",
    "Data Validation": "some of its dropdowns",
    "Sparkline Group": "its sparklines",
}
"""Extensions of a sheet that openpyxl drops with a warning."""


def lost_parts(archive: zipfile.ZipFile) -> list[str]:
    """Return what is lost of an archive."""
    names = [f"/{name.casefold()}" for name in archive.namelist()]
    lost = [words for pattern, words in PARTS if any(pattern.fullmatch(name) for name in names)]
    drawings = [name for name in archive.namelist() if DRAWING.fullmatch(name.casefold())]
    has_shapes = any(SHAPE in archive.read(name) for name in drawings)
    return [*lost, "its shapes"] if has_shapes else lost


def lost_extensions(warnings: Iterable[str]) -> list[str]:
    """Return what is lost according to the warnings of a load."""
    told = list(warnings)
    return [
        words
        for name, words in EXTENSIONS.items()
        if any(one.startswith(f"{name} extension") for one in told)
    ]
