"""Weight: how much work a workbook would be to load and save, told without loading it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from defusedxml import ElementTree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

HEAVIEST = 220_000
"""Elements that are loaded and saved within some three seconds: about 90,000 filled cells."""
HEAVY_PART = 10
"""Times that an element of styles, notes or charts is heavier than one of a cell."""
LETTERS_AN_ELEMENT = 20
"""Letters of a shared formula that are translated in the time of one element."""

_LIGHT_PARTS = re.compile(r".*(worksheets/[^/]*|sharedstrings)\.xml")
_PASSED_OVER = re.compile(r".*(externallinks/.*|printersettings.*|threadedcomments/.*|persons/.*)")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_RANGES = {"mergeCell", "hyperlink", "table"}
"""Elements whose range openpyxl fills with cells."""


def weigh(archive: zipfile.ZipFile, most: int = HEAVIEST) -> int:
    """Return the weight of a workbook in elements of XML; above `most` it is cut short.

    A range that is merged, linked or a table weighs as many elements as it has cells, and
    a shared formula its letters in every cell that shares it: a small file can ask for much.
    """
    weight = 0
    for part in archive.namelist():
        name = part.replace("\\", "/").casefold()
        if not name.endswith((".xml", ".rels")) or _PASSED_OVER.fullmatch(name):
            continue
        each = 1 if _LIGHT_PARTS.fullmatch(name) else HEAVY_PART
        weight += _part_weight(archive, part, each, most - weight)
        if weight > most:
            break
    return weight


def _part_weight(archive: zipfile.ZipFile, part: str, each: int, most: int) -> int:
    weight = 0
    formulas: dict[str, int] = {}
    with archive.open(part) as stream:
        for _, element in ElementTree.iterparse(stream, events=("end",)):
            weight += each + _hidden_weight(element, formulas)
            if weight > most:
                break
            if _name(element) in {"row", "si"}:
                element.clear()
    return weight


def _name(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _hidden_weight(element: Element, formulas: dict[str, int]) -> int:
    """Return how many elements more than itself one asks for."""
    name = _name(element)
    if name in _RANGES:
        return _area(element.get("ref", ""))
    if name == "f" and element.get("t") == "shared":
        shared = element.get("si", "")
        formulas[shared] = max(formulas.get(shared, 0), len(element.text or ""))
        return formulas[shared] // LETTERS_AN_ELEMENT
    return 0


def _area(reference: str) -> int:
    match = _RANGE.fullmatch(reference.upper())
    if match is None:
        return 0
    left, top, right, bottom = match.groups()
    return (abs(int(bottom) - int(top)) + 1) * (abs(_number(right) - _number(left)) + 1)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
