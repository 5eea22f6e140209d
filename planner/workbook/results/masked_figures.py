"""Masked figures: Summary as a copy to be shared has it, and what the copy tells of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import ClassVar

from planner.plan.charges import Part
from planner.plan.outcome import Status
from planner.report.foresight import KNOWING, PLANNING
from planner.report.summary import SummaryFigure
from planner.report.table import Figure, FigureKind, Table
from planner.row import Sheet
from planner.workbook.reading.sheets import REDACTED
from planner.workbook.results.masks import MASKED, Masks, Secret
from planner.workbook.results.plan_sheets import PlanLine, PlanSheet

AMOUNTS = frozenset(
    {part.value.capitalize() for part in Part}
    | {"Objective", "Bound", "Gap in money", "Sum"}
    | {"Capex", "Opex", "Rebates", "Cash", "Book value left", "Net of book value"}
    | {"Expected cost", "Cheapest scenario", "Dearest scenario", KNOWING, PLANNING}
)
"""Figures of Summary that are money."""

OTHERS: Mapping[str, FigureKind] = {
    "Status": "text",
    "Checks": "text",
    "Gap": "share",
    "Worst coverage": "share",
    "Utilisation of units": "share",
    "Energy (kWh)": "whole",
    "Carbon (kg)": "whole",
}
"""Figures of Summary that may be told."""

TOLD = re.compile("|".join(Status) + r"|\d+ of \d+ pass")
"""Texts of Summary that may be told."""

SENTENCES = re.compile(r"Decision|Needs a decision \(\d+\)|Why the search stopped")
SECTIONS = re.compile(r"Outcome|Service|(Cost|Cash|Uncertainty) \([A-Z]+(, [a-z ]+)*\)")
TITLE = "Purchase plan"


class RedactionFigure(Figure):
    """What a redacted copy tells of itself."""

    sheet: ClassVar[Sheet] = Sheet(
        REDACTED,
        "脱敏",
        "This is a copy of a plan in which what is secret is masked. It cannot be verified.",
        layout="settings",
        key=("name",),
    )


def mask_summary(sheet: PlanSheet, masks: Masks) -> tuple[Table, list[str]]:
    """Return Summary with what is secret masked, and the lines that are left out.

    A figure is told, masked or left out by its name: what is not known is left out.
    """
    rows: list[SummaryFigure] = []
    left_out: list[str] = []
    for place, line in enumerate(sheet.lines):
        figure = _figure(line, masks, is_first=place == 0)
        if figure is None:
            address = line.cells["name"].address
            left_out.append(f"the line at {address} of the sheet '{sheet.name}'")
        else:
            rows.append(figure)
    return Table(SummaryFigure, rows), left_out


def _figure(line: PlanLine, masks: Masks, *, is_first: bool) -> SummaryFigure | None:
    """Return the figure of a line; None where its name is not known."""
    name, value = line.text("name"), line.text("value")
    if not value and SECTIONS.fullmatch(name):
        return SummaryFigure(key=f"section {name}", kind="section", name=name)
    if name in AMOUNTS:
        kind, shown = _amount(line, masks)
    elif name in OTHERS:
        kind, shown = OTHERS[name], line.number("value")
        if kind == "text":
            shown = value if TOLD.fullmatch(value) else MASKED
    elif SENTENCES.fullmatch(name):
        kind, shown = "text", _sentence(value, masks)
    elif is_first and not value:
        title = TITLE if masks.is_masked("details") else masks.name(name)
        return SummaryFigure(key="section title", kind="section", name=title)
    else:
        return None
    note = line.text("note")
    meaning = _sentence(note, masks) if note else ""
    return SummaryFigure(key=name, kind=kind, name=name, value=shown, note=meaning)


def _amount(line: PlanLine, masks: Masks) -> tuple[FigureKind, float | str | None]:
    if masks.is_masked("prices"):
        return "text", MASKED
    return "money", line.number("value")


def _sentence(text: str, masks: Masks) -> str:
    return MASKED if masks.is_masked("") else masks.prose(text)


def tell_redaction(masks: Masks, left_out: int) -> Table:
    """Return the sheet that says what of a copy is masked.

    Parameters
    ----------
    masks : what is masked
    left_out : how many parts of the plan are not in the copy
    """
    masked = ", ".join(secret for secret in Secret if secret in masks.secrets) or "nothing"
    told = ", ".join(secret for secret in Secret if secret not in masks.secrets) or "nothing"
    figures = {
        "Masked": (masked, f"names have numbers, such as V1; other cells hold '{MASKED}'"),
        "Told": (told, "as in the plan"),
        "Sentences": (
            "masked name by name" if masks.trusts_prose else "left out",
            "figures in them are left out with the prices",
        ),
        "Left out": (float(left_out), "sheets, columns, comments and more that no plan has"),
        "Made by": (f"planner {version('planner')}", ""),
    }
    return Table(
        RedactionFigure,
        [
            RedactionFigure(
                key=name,
                kind="whole" if isinstance(value, float) else "text",
                name=name,
                value=value,
                note=note,
            )
            for name, (value, note) in figures.items()
        ],
    )
