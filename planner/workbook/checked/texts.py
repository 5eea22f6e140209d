"""Texts: what a cell or note of the copy may hold, so that it shows what was meant."""

from __future__ import annotations

import re

LONGEST = 32_767
"""Characters that a cell or a note holds in Excel."""

_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_UNWRITABLE = re.compile(f"[{_FORBIDDEN}]")
_UNWRITABLE_AS_IT_IS = re.compile(f"[\r{_FORBIDDEN}]")
_LIKE_AN_ESCAPE = re.compile("_x(?=[0-9A-Fa-f]{4}_)")
"""Excel reads _x000D_ in a file as the character of that number."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return a text as one line that XML can hold; what it cannot hold is shown escaped."""
    line = " ".join(_UNWRITABLE.sub(_shown, text).split())
    if len(line) > longest:
        line = f"{line[: longest - 1]}…"
    return literal(line)


def literal(text: str) -> str:
    """Return a text so that Excel reads nothing in it as an escaped character."""
    return _LIKE_AN_ESCAPE.sub("_x005F_x", text)


def escaped(text: str) -> str:
    """Return a text so that it reads back as it is, whatever characters it has."""
    return _UNWRITABLE_AS_IT_IS.sub(_numbered, literal(text))


def _shown(match: re.Match[str]) -> str:
    return repr(match.group())[1:-1]


def _numbered(match: re.Match[str]) -> str:
    return f"_x{ord(match.group()):04X}_"
