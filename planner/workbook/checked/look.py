"""Look: the fill and ink of a cell, as a text to remember them by, and back."""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import Color
from openpyxl.styles.fills import PatternFill

from planner.errors import Severity
from planner.workbook.checked.styles import set_style, style_of

PAPER = {"error": "FFFFC7CE", "warning": "FFFFEB9C"}
INK = {"error": "FF9C0006", "warning": "FF7F4F00"}
TAB = "FFC00000"
NONE = "none"
GRADIENT = "gradient"

_COLOR = re.compile(r"(rgb|theme|indexed|auto):([0-9A-Fa-f]+)(?::(-?[0-9.e-]+))?")


class Painter:
    """Colours cells; each look is made once, since a style is slow to make."""

    def __init__(self) -> None:
        self._looks: dict[tuple[str, Severity], tuple[StyleArray, str]] = {}

    def paint(self, cell: Cell, severity: Severity) -> str:
        """Colour a cell, and return the look it had as a text.

        A gradient could not be remembered in a line, and stays.
        """
        key = (repr(style_of(cell)), severity)
        if key not in self._looks:
            before = look_text(cell)
            if isinstance(_fill(cell), PatternFill):
                cell.fill = PatternFill("solid", fgColor=Color(rgb=PAPER[severity]))
            _set_ink(cell, Color(rgb=INK[severity]))
            self._looks[key] = (style_of(cell), before)
        style, before = self._looks[key]
        set_style(cell, style)
        return before


def look_text(cell: Cell) -> str:
    """Return the fill and ink of a cell as a text."""
    return f"{_fill_text(_fill(cell))}, ink {color_text(cell.font.color)}"


def restore(cell: Cell, text: str) -> None:
    """Give a cell the look that was remembered, where it still has the one of a mark."""
    before, _, ink = text.partition(", ink ")
    fill = _fill(cell)
    if isinstance(fill, PatternFill) and _is_ours(fill.fgColor, PAPER):
        pattern, *colors = before.split() or [NONE]
        cell.fill = _pattern_fill(pattern, [color_of(one) for one in colors])
    if _is_ours(cell.font.color, INK):
        _set_ink(cell, color_of(ink))


def color_text(color: Color | None) -> str:
    """Return a colour as a word."""
    if color is None:
        return NONE
    value = int(color.value) if isinstance(color.value, bool) else color.value
    return f"{color.type}:{value}" + (f":{color.tint!r}" if color.tint else "")


def color_of(text: str) -> Color | None:
    """Return the colour that a word stands for; None where it stands for none."""
    match = _COLOR.fullmatch(text)
    if match is None:
        return None
    kind, value, tint = match.groups()
    shade = float(tint or 0)
    if kind == "rgb":
        return Color(rgb=value, tint=shade)
    if kind == "theme":
        return Color(theme=int(value), tint=shade)
    if kind == "indexed":
        return Color(indexed=int(value), tint=shade)
    return Color(auto=bool(int(value)), tint=shade)


def _fill(cell: Cell) -> Any:
    """Return a cell's fill itself; what a cell gives is a proxy of no known class."""
    return copy(cell.fill)


def _fill_text(fill: Any) -> str:
    if not isinstance(fill, PatternFill):
        return GRADIENT
    pattern = fill.fill_type or NONE
    if fill == PatternFill(fill.fill_type):
        return pattern
    return f"{pattern} {color_text(fill.fgColor)} {color_text(fill.bgColor)}"


def _pattern_fill(pattern: str, colors: list[Color | None]) -> PatternFill:
    kind = None if pattern == NONE else pattern
    front, back = [color or Color() for color in [*colors, None, None][:2]]
    try:
        return PatternFill(kind, fgColor=front, bgColor=back)  # type: ignore[arg-type]
    except ValueError:
        return PatternFill()


def _set_ink(cell: Cell, color: Color | None) -> None:
    font: Any = copy(cell.font)
    font.color = color
    cell.font = font


def _is_ours(color: Color | None, ours: dict[str, str]) -> bool:
    return color is not None and color.type == "rgb" and color.rgb in ours.values()
