"""Notes: what the note on a marked cell says, and what was there before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.comments import Comment

from planner.errors import Issue
from planner.workbook.checked.texts import LONGEST, one_line
from planner.workbook.looks import wrapped_lines

AUTHOR = "planner check"
MOST_ISSUES = 8
"""Issues of one cell that its note tells; the sheet Problems tells all."""
LONGEST_LINE = 400

WIDTH, HEIGHT, LINE = 360, 24, 17
"""Of a note's box, in pixels: its width, its margins, and each line."""
LETTERS = 52
"""Letters that one line of the box holds."""

_BEFORE = re.compile(r"\[before: (.*)\]")
_BY = re.compile(r"\[note by (.*)\]")


@dataclass(frozen=True)
class Mark:
    """What a note of ours remembers.

    Attributes
    ----------
    look : the cell's fill and ink before; "" where somebody has deleted that line
    comment : the user's own note; None where there was none
    """

    look: str
    comment: Comment | None


def make_note(issues: Sequence[Issue], look: str, before: Comment | None) -> Comment:
    """Return the note on a marked cell, above the note that the user had there."""
    told = [line for issue in issues[:MOST_ISSUES] for line in _lines(issue)]
    if len(issues) > MOST_ISSUES:
        told.append(f"and {len(issues) - MOST_ISSUES} more: see the sheet Problems.")
    footer = [f"[before: {look}]"]
    if before is not None:
        footer += [f"[note by {one_line(before.author or '')}]", before.text]
    text = "\n".join([AUTHOR, *told, *footer])
    if len(text) > LONGEST:
        text = "\n".join([AUTHOR, "See the sheet Problems.", *footer])
    return fitted(Comment(text, AUTHOR))


def read_mark(comment: Comment) -> Mark | None:
    """Return what a note remembers; None where it is not ours.

    What somebody has written below our lines is the user's own note.
    """
    head, _, rest = comment.text.partition("\n")
    if head.strip() != AUTHOR:
        return None
    lines = rest.split("\n")
    for place, line in enumerate(lines):
        before = _BEFORE.fullmatch(line.strip())
        if before is not None:
            return Mark(before.group(1), _own_note(lines[place + 1 :]))
    return Mark("", fitted(Comment(rest, AUTHOR)))


def fitted(comment: Comment) -> Comment:
    """Return the note with a box that its text fits in."""
    lines = sum(wrapped_lines(line, LETTERS) for line in comment.text.split("\n"))
    comment.width, comment.height = WIDTH, HEIGHT + LINE * min(lines, 40)
    return comment


def _own_note(lines: Sequence[str]) -> Comment | None:
    by = _BY.fullmatch(lines[0]) if lines else None
    text = "\n".join(lines[1:] if by else lines)
    if not by and not text.strip():
        return None
    return fitted(Comment(text, by.group(1) if by else ""))


def _lines(issue: Issue) -> list[str]:
    parts = (
        (f"{issue.severity.capitalize()} {issue.code}", issue.message),
        ("Expected", issue.expected),
        ("What to do", issue.hint),
    )
    return [f"{name}: {one_line(text, LONGEST_LINE)}" for name, text in parts if text]
