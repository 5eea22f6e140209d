"""Styles: all of a cell's look at once, since openpyxl is slow where each part is set alone."""

from __future__ import annotations

from copy import copy

from openpyxl.cell.cell import Cell
from openpyxl.styles.cell_style import StyleArray


def style_of(cell: Cell) -> StyleArray:
    """Return the style of a cell, to be given to others."""
    style: StyleArray = copy(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001
    return style


def set_style(cell: Cell, style: StyleArray) -> None:
    """Give a cell a style that another cell of the workbook has."""
    cell._style = copy(style)  # type: ignore[attr-defined]  # noqa: SLF001
