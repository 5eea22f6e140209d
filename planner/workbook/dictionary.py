"""The data dictionary: every input sheet and column in words, from the Rows.

``python -m planner.workbook.dictionary`` writes it to templates/README.md anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from planner.case.case import INPUT
from planner.row import ColumnSpec, Row, columns
from planner.workbook.layout import NO_DEFAULT

TARGET = Path(__file__).parents[2] / "templates" / "README.md"

_OPENING = """\
# The input workbook, column by column

This page is generated from the program (`python -m planner.workbook.dictionary`); do not edit it.
`planner template budget.xlsx` writes a workbook with all of these sheets, `--lang zh` one with
Chinese names, `--example` one that is filled in.

- One table a sheet. The header is the first row that holds the sheet's required columns; titles
  and notes may stand above it.
- A header matches whatever its case, spacing or full-width characters, and without what stands in
  parentheses. Sheets and columns answer to both of their names.
- `8%` and `0.08` are the same rate. Lists are separated by `,` or `;`. Dates may be Excel dates or
  text such as `2027-04-01`. Yes or no: yes, no, true, false, 1, 0, 是, 否.
- *not yet supported*: the column or sheet is known, but must stay blank.
"""
_TABLE_HEAD = """\
| Column | 中文 | Unit | Required | Blank means | Meaning |
|---|---|---|---|---|---|"""
_KIND_WORDS = {
    "text": "text",
    "number": "number",
    "whole": "whole number",
    "date": "date",
    "yes_no": "yes or no",
    "choice": "one of a list",
    "list": "list",
    "spread": "number",
}
"""What stands under Unit where a column has none."""


def data_dictionary() -> str:
    """Return the data dictionary as Markdown."""
    return "\n".join([_OPENING, _overview(), *map(_section, INPUT)])


def _overview() -> str:
    lines = ["| Sheet | 中文 | Needed? | What it holds |", "|---|---|---|---|"]
    for table in INPUT:
        sheet = table.sheet
        link = f"[{sheet.name}](#{sheet.name.casefold().replace(' ', '-')})"
        lines.append(f"| {link} | {sheet.zh} | {_need(table)} | {sheet.note} |")
    return "\n".join([*lines, ""])


def _section(table: type[Row]) -> str:
    sheet = table.sheet
    head = f"## {sheet.name}\n\n{sheet.zh} · {_need(table)}. {sheet.note}\n"
    if sheet.layout == "settings":
        head += (
            "\nThe columns are Setting (设置), Value (值) and Note (备注); a row is a setting:\n"
        )
    elif sheet.key:
        keys = {spec.field: spec.header for spec in columns(table)}
        head += f"\nNo two rows have the same {' and '.join(keys[name] for name in sheet.key)}.\n"
    return "\n".join([head, _TABLE_HEAD, *map(_line, columns(table)), ""])


def _need(table: type[Row]) -> str:
    if table.sheet.later:
        return "not yet supported"
    return "needed" if table.sheet.required else "optional"


def _line(spec: ColumnSpec) -> str:
    header = "each period's label" if spec.kind == "spread" else spec.header
    cells = (
        f"**{header}**" if spec.required else header,
        spec.column.zh,
        _unit(spec),
        "yes" if spec.required else "",
        "" if spec.default_words() == NO_DEFAULT else spec.default_words(),
        "; ".join(_meaning(spec)),
    )
    return f"| {' | '.join(cells)} |"


def _unit(spec: ColumnSpec) -> str:
    is_number = spec.kind in {"number", "whole", "spread"}
    return (spec.unit.symbol if is_number else "") or _KIND_WORDS[spec.kind]


def _meaning(spec: ColumnSpec) -> Iterator[str]:
    if spec.column.later:
        yield "*not yet supported*"
    yield spec.column.note
    if spec.choices:
        yield ", ".join(f"`{choice}`" for choice in spec.choices)
    if spec.column.refers:
        sheet, _, field = spec.column.refers.partition(".")
        yield f"from the sheet {sheet}{f', {field.capitalize()}' if field else ''}"
    if spec.range_words():
        yield spec.range_words()


if __name__ == "__main__":
    TARGET.write_text(data_dictionary(), encoding="utf-8")
