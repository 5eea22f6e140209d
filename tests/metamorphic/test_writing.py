"""However a workbook is written, the plan is the same, to the last byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.metamorphic.cases import NAMES, answer_named, rows_named
from tests.metamorphic.program import Answer, solve
from tests.metamorphic.sheets import sheets_of
from tests.metamorphic.writing import (
    REWRITINGS,
    Rewriting,
    add_what_nobody_knows,
    in_every_way,
)


def differing(one: Answer, other: Answer) -> list[str]:
    """Return the names of the parts in which two plan workbooks differ."""
    names = sorted(one.parts.keys() | other.parts.keys())
    return [name for name in names if one.parts.get(name) != other.parts.get(name)]


@pytest.mark.parametrize("rewriting", REWRITINGS)
def test_the_way_a_workbook_is_written_does_not_matter(
    rewriting: Rewriting, tmp_path: Path
) -> None:
    """A workbook with a line of everything has one plan, whose bytes tell no more than its hash."""
    sheets = sheets_of(rows_named("every_sheet"))
    rewritten = rewriting(sheets)
    assert rewritten != sheets or list(rewritten) != list(sheets)
    before, after = answer_named("every_sheet"), solve(rewritten, tmp_path)
    assert before.parts
    assert after.cost == before.cost
    assert differing(before, after) == []


@pytest.mark.parametrize("name", NAMES)
def test_all_ways_together_do_not_matter_either(name: str, tmp_path: Path) -> None:
    """In Chinese, in full-width text, shuffled and with titles each case keeps its plan."""
    before = answer_named(name)
    after = solve(in_every_way(sheets_of(rows_named(name))), tmp_path)
    assert before.parts
    assert after.cost == before.cost
    assert differing(before, after) == []


def test_what_nobody_knows_is_told(tmp_path: Path) -> None:
    """A sheet and columns that no table has are warnings, each of which names its cell."""
    sheets = sheets_of(rows_named("every_sheet"))
    before = answer_named("every_sheet").warnings
    after = solve(add_what_nobody_knows(sheets), tmp_path).warnings
    assert before.count("no column has this name") == 0
    assert after.count("no column has this name") == len(sheets) - 1
    assert after.count("no table has this name") == before.count("no table has this name") + 1
