"""Checked copy: the user's workbook with what is wrong marked in it, written beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.errors import FileError, Issue
from planner.workbook.checked.draft import (
    UNUSUAL,
    Draft,
    UnfitError,
    bare_draft,
    values_draft,
    whole_draft,
)
from planner.workbook.checked.marking import mark, unmark
from planner.workbook.checked.problems_sheet import MOST_LISTED, add_problems, remove_problems
from planner.workbook.checked.seal import sealed
from planner.workbook.checked.target_name import find_target
from planner.workbook.reading.cells import Book, open_book
from planner.workbook.saving import created_at, replace_file

DRAFTS: tuple[Callable[[bytes, Book, str], Draft], ...] = (whole_draft, values_draft, bare_draft)
"""Ways to make a copy, the best first."""


@dataclass(frozen=True)
class Copy:
    """What became of a checked copy.

    Attributes
    ----------
    path : of the copy; None where none could be made
    remark : why there is none, or what it lacks, in a sentence; "" where it is whole
    """

    path: Path | None
    remark: str = ""


def write_checked_copy(
    source: Path,
    issues: Sequence[Issue],
    content: bytes | None = None,
    book: Book | None = None,
) -> Copy:
    """Write a copy of a workbook in which everything that is wrong is marked.

    The cells have a colour and a note, a first sheet lists all; the marks of an earlier
    run are gone. The workbook itself is not touched. Nothing is raised: a check that has
    told all issues is not spoilt by its copy.

    Parameters
    ----------
    source : the workbook that was checked
    issues : what is wrong in it
    content : its bytes, where they had to be decrypted; then no copy is made
    book : the workbook as it was read; None to read it again
    """
    if content is not None:
        return Copy(
            None,
            f"No checked copy is written of '{source.name}': it is protected by a password, "
            "and a copy would not be.",
        )
    try:
        target = find_target(source)
        saved, remark = _make(source, book or open_book(source), target.name, issues)
        replace_file(target, saved)
    except FileError as error:
        return Copy(None, f"No checked copy could be written. {error}")
    except Exception as error:  # noqa: BLE001  whatever a library raises in a file like no other
        return Copy(None, f"No checked copy could be written of '{source.name}' ({error!r}).")
    return Copy(target, remark)


def _make(source: Path, book: Book, target: str, issues: Sequence[Issue]) -> tuple[bytes, str]:
    """Return the copy as bytes, and what the user must know of it."""
    content = source.read_bytes()
    reason = UNUSUAL
    for draft in DRAFTS[:-1]:
        try:
            return _finish(draft(content, book, reason), book, source.name, target, issues)
        except UnfitError as error:
            reason = str(error)
        except Exception:  # noqa: BLE001  whatever the file made it fail, the next way asks less
            reason = UNUSUAL
    return _finish(DRAFTS[-1](content, book, reason), book, source.name, target, issues)


def _finish(
    draft: Draft, original: Book, source: str, target: str, issues: Sequence[Issue]
) -> tuple[bytes, str]:
    book = draft.book
    unmark(book)
    remove_problems(book)
    mark(book, issues[:MOST_LISTED])
    add_problems(book, issues, source=source, target=target, made=created_at(), remark=draft.remark)
    book.calculation.fullCalcOnLoad = True
    return sealed(book, source, original), draft.remark
