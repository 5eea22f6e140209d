"""Looks: the cell formats, colours and widths of the input workbook."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from planner.row import ColumnSpec

INPUT_INK, INPUT_PAPER = "#0000FF", "#FFFFE5"
REQUIRED_PAPER, OPTIONAL_PAPER = "#1F3864", "#8497B0"
REMARK_INK = "#595959"
LINE = "#D9D9D9"

DATE_FORMAT = "yyyy-mm-dd"
TEXT_FORMAT = "@"
ON_LEFT: Mapping[str, Any] = MappingProxyType({"align": "left", "indent": 1})
ON_RIGHT: Mapping[str, Any] = MappingProxyType({"align": "right"})
LINE_HEIGHT = 15
NARROWEST, WIDEST = 10, 72
LONGEST_WORD, LONGEST_WIDE_WORD = 16, 10
"""A longer word of a header is broken; East Asian ones can be anywhere."""
MARGIN = 2
"""Characters that a cell keeps free, so that nothing touches its border."""


class Formats:
    """The cell formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **properties})
        return self._made[key]

    def title(self) -> Format:
        """Return the format of a sheet's first row."""
        return self.get(bold=True, font_size=16, font_color=REQUIRED_PAPER)

    def heading(self) -> Format:
        """Return the format of a heading within a sheet."""
        return self.get(bold=True, font_size=12, font_color=REQUIRED_PAPER)

    def remark(self, **properties: Any) -> Format:
        """Return the format of a sentence for people."""
        return self.get(font_color=REMARK_INK, **properties)

    def header(self, spec: ColumnSpec) -> Format:
        """Return the format of a column's name; numbers have theirs on the right."""
        return self.get(
            bold=True,
            font_color="#FFFFFF",
            bg_color=REQUIRED_PAPER if spec.required else OPTIONAL_PAPER,
            text_wrap=True,
            border=1,
            border_color=LINE,
            **alignment(spec),
        )

    def cell(self, spec: ColumnSpec, *, on_left: bool = False) -> Format:
        """Return the format of a cell to be filled in."""
        return self.get(
            font_color=INPUT_INK,
            bg_color=INPUT_PAPER,
            border=1,
            border_color=LINE,
            num_format=number_format(spec),
            **(ON_LEFT if on_left else alignment(spec)),
        )


def is_number(spec: ColumnSpec) -> bool:
    """Return whether a column holds numbers, which stand on the right."""
    return spec.kind in {"number", "whole", "spread"}


def number_format(spec: ColumnSpec) -> str:
    """Return Excel's format of a column's cells."""
    if is_number(spec):
        return spec.unit.number_format
    return DATE_FORMAT if spec.kind == "date" else TEXT_FORMAT


def alignment(spec: ColumnSpec) -> Mapping[str, Any]:
    """Return the format properties by which numbers stand on the right, all else on the left."""
    return ON_RIGHT if is_number(spec) else ON_LEFT


def text_width(text: str) -> int:
    """Return the columns that a text takes: East Asian characters count two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def column_width(header: str, shown: Iterable[str], least: int) -> int:
    """Return a column's width: of its longest cell and of its header's longest word."""
    longest = LONGEST_WORD if text_width(header) == len(header) else LONGEST_WIDE_WORD
    word = min(longest, max(map(text_width, header.split()), default=0))
    cell = min(WIDEST, max(map(text_width, shown), default=0))
    return max(NARROWEST, least, word + MARGIN, cell + MARGIN)


def wrapped_lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column: broken between words, or in long ones."""
    if "\n" in text:
        return sum(wrapped_lines(line, width) for line in text.split("\n"))
    lines, used = 1, 0
    for word in text.split():
        taken = text_width(word)
        if used and used + taken > width:
            lines, used = lines + 1, 0
        lines += (taken - 1) // width
        used += taken % width + 1
    return lines
