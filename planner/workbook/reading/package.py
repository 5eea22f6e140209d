"""Package: which part of an archive is the workbook, and what it is related to."""

from __future__ import annotations

import posixpath

from planner.workbook.reading.archive import Archive, Part, damaged, part_key
from planner.workbook.reading.markup import Handler, parse

MACRO_ENDINGS = ("/vbaproject.bin", "/xlm.bin")
MACRO_FOLDERS = ("xl/macrosheets/",)
LINK_PARTS = ("xl/externallinks/", "xl/connections.", "xl/querytables/")


class _Relations(Handler):
    """The relations of a part: the ending of their kind, and what they lead to, by their id."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            kind = posixpath.basename(attributes.get("Type", "")).casefold()
            target = attributes.get("Target", "")
            if attributes.get("TargetMode", "").casefold() != "external":
                self.found[attributes.get("Id", "")] = (kind, target)


def relations(archive: Archive, source: str) -> dict[str, tuple[str, str]]:
    """Return the kind and the key of each part that `source` is related to, by id."""
    listing = relations_key(source)
    if listing not in archive.parts:
        return {}
    handler = _Relations()
    parse(archive.plain(listing).chunks(), handler)
    folder = posixpath.dirname(source)
    return {
        name: (kind, part_key(posixpath.join("/", folder, target.replace("\\", "/"))))
        for name, (kind, target) in handler.found.items()
    }


def relations_key(source: str) -> str:
    """Return the key of the part that lists the relations of another."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def main_part(archive: Archive) -> str:
    """Return the key of the part that the whole archive is about; "" where it names none."""
    kinds = relations(archive, "").values()
    return next((key for kind, key in kinds if kind == "officedocument"), "")


def sheet_part(
    archive: Archive, related: dict[str, tuple[str, str]], relation: str, name: str
) -> str | None:
    """Return the key of a sheet's part; None for a sheet that holds no cells, such as a chart.

    Raises
    ------
    FileError
        Where the sheet's part is missing: its cells must not vanish without a word.
    """
    kind, key = related.get(relation, ("", ""))
    if not kind:
        raise damaged(archive.name, f"nothing says where its sheet '{name}' is")
    if kind != "worksheet":
        return None
    if key not in archive.parts:
        raise damaged(archive.name, f"its sheet '{name}' is missing")
    return key


def needed(archive: Archive, workbook: str, sheets: list[str], others: list[str]) -> list[Part]:
    """Return the parts that a workbook is read from: all else of the archive stays shut."""
    fixed = ["[content_types].xml", relations_key(""), workbook, relations_key(workbook)]
    keys = dict.fromkeys([*fixed, *others, *sheets])
    return [archive.parts[key] for key in keys if key in archive.parts]


def has_macros(archive: Archive) -> bool:
    """Return whether programs are stored in the workbook."""
    return any(
        key.endswith(MACRO_ENDINGS) or key.startswith(MACRO_FOLDERS) for key in archive.parts
    )


def has_links(archive: Archive) -> bool:
    """Return whether the workbook refers to other files or to databases."""
    return any(key.startswith(LINK_PARTS) for key in archive.parts)
