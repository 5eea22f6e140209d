"""Markup: XML read as a stream, with a bound on all that a parser would keep of it.

No part of a workbook has a reason to define entities, so none may: an entity can unfold
to any length, or name a file elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn
from xml.parsers import expat

from planner.workbook.reading.limits import DEPTH_LIMIT, NAME_LIMIT, TOKEN_LIMIT

DEFINITIONS = ("<!DOCTYPE", "<!ENTITY")
LONGEST_DEFINITION = 2 * max(map(len, DEFINITIONS))


class MarkupError(Exception):
    """The XML is of a kind that no program writes into a workbook."""


class Handler:
    """What is done with the elements of a part; names come without their namespaces.

    Attributes
    ----------
    depth : how many elements are open
    """

    def __init__(self) -> None:
        self.depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element; attributes keep their prefixes."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text."""

    def broken_text(self) -> None:
        """Take note that a comment or the like stands here, which may cut a text in two."""

    def open_element(self, tag: str, attributes: dict[str, str]) -> None:
        """Pass the beginning of an element on, unless too many are open."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise MarkupError(f"its elements are nested more than {DEPTH_LIMIT} deep")
        self.start(tag if ":" not in tag else local_name(tag), attributes)

    def close_element(self, tag: str) -> None:
        """Pass the end of an element on."""
        self.depth -= 1
        self.end(tag if ":" not in tag else local_name(tag))


def local_name(tag: str) -> str:
    """Return an XML name without its prefix; any program may choose prefixes of its own."""
    return tag.rpartition(":")[2]


def parse(chunks: Iterable[bytes], handler: Handler) -> None:
    """Hand the elements of a part to a handler.

    Raises
    ------
    MarkupError
        Where it defines a document type or entities, or would fill the memory.
    expat.ExpatError
        Where it is not well-formed.
    """
    parser = expat.ParserCreate()
    names: dict[str, str] = parser.intern
    parser.buffer_text = True
    parser.XmlDeclHandler = _check_encoding
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_definition

    def note(*_: object) -> None:
        handler.broken_text()

    parser.StartCdataSectionHandler = parser.CommentHandler = note
    parser.ProcessingInstructionHandler = note
    parser.StartElementHandler = handler.open_element
    parser.EndElementHandler = handler.close_element
    parser.CharacterDataHandler = handler.text
    fed = 0
    for chunk in chunks:
        if not fed and b"\0" in chunk[:4]:
            _check_encoding("", "UTF-16")
        parser.Parse(chunk, False)
        fed += len(chunk)
        if len(names) > NAME_LIMIT:
            raise MarkupError("its elements have more names than any program gives them")
        if fed - max(parser.CurrentByteIndex, 0) > TOKEN_LIMIT + len(chunk):
            raise MarkupError("it has a tag that is longer than any program writes")
    parser.Parse(b"", True)


def attribute(attributes: dict[str, str], name: str) -> str:
    """Return an attribute by its name without a prefix; "" where there is none."""
    return next((value for key, value in attributes.items() if local_name(key) == name), "")


def defines_entities(chunks: Iterable[bytes]) -> bool:
    """Return whether XML has a document type or defines entities, in UTF-8 or UTF-16.

    All chunks are taken, also where the bytes are no XML.
    """
    words: tuple[bytes, ...] | None = None
    before, is_found = b"", False
    for chunk in chunks:
        if words is None:
            words = _definitions(chunk)
        window = before + chunk if words else b""
        is_found = is_found or any(word in window for word in words)
        before = window[-LONGEST_DEFINITION:]
    return is_found


def _definitions(chunk: bytes) -> tuple[bytes, ...]:
    """Return the words that define entities, as XML that begins like this spells them."""
    beginning = chunk.lstrip(b"\xef\xbb\xbf\xfe\xff\0\t\r\n ")
    if not beginning.startswith(b"<"):
        return ()
    codes = ("utf-16-le", "utf-16-be") if b"\0" in chunk else ("utf-8",)
    return tuple(word.encode(code) for word in DEFINITIONS for code in codes)


def _check_encoding(_version: str, encoding: str | None, *_: object) -> None:
    """Refuse any encoding but the one that all libraries read alike."""
    if (encoding or "utf-8").casefold() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise MarkupError(f"its text is in {encoding}, not in UTF-8")


def _refuse_definition(*_: object) -> NoReturn:
    raise MarkupError("it defines entities, which no workbook needs")
