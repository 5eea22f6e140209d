"""What can go wrong, in the user's words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Severity = Literal["error", "warning"]


class Code(StrEnum):
    """Stable codes of messages; a code is never given a second meaning."""

    SHEET_MISSING = "C001"
    HEADER_MISSING = "C002"
    SHEET_UNKNOWN = "C003"
    COLUMN_UNKNOWN = "C004"
    COLUMN_TWICE = "C005"
    SHEET_TWICE = "C006"
    CELL_EMPTY = "C007"
    CELL_ERROR = "C008"
    FORMULA_WITHOUT_VALUE = "C009"
    NUMBER_UNREADABLE = "C010"
    NUMBER_AMBIGUOUS = "C011"
    NUMBER_NOT_FINITE = "C012"
    OUT_OF_RANGE = "C013"
    DATE_UNREADABLE = "C014"
    NOT_YES_OR_NO = "C015"
    REFERENCE_UNKNOWN = "C016"
    KEY_TWICE = "C017"
    NOT_A_CHOICE = "C018"
    SETTING_UNKNOWN = "C019"
    DOES_NOT_APPLY = "C020"
    PRICE_MISSING = "C022"
    OUTSIDE_HORIZON = "C023"
    NOTHING_CAN_SERVE = "C024"
    PERIOD_UNKNOWN = "C025"
    SHARES_NOT_ONE = "C026"
    CONTRADICTION = "C028"
    DEMAND_MISSING = "C029"
    NEVER_AVAILABLE = "C030"
    NO_ROWS = "C031"
    CURRENCY_SIGN = "C032"
    NOT_USED_HERE = "C033"
    MACROS = "C034"
    EXTERNAL_LINKS = "C035"
    UNIT_DIFFERS = "C036"
    TOO_MANY = "C037"
    OTHER_INPUT = "P001"
    PLAN_CELL_DIFFERS = "P002"
    CHECK_FAILED = "P003"
    IN_THE_WAY = "P004"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong in a workbook, where it is, and what to do.

    Attributes
    ----------
    sheet, cell, column : where it stands, in the names of the user's own file; "" where none
    value : what stands there, as text
    message : one sentence
    expected : what was expected; "" where the message says it all
    hint : what to do, or the nearest valid value; "" where there is none
    """

    code: Code
    severity: Severity
    sheet: str
    cell: str
    column: str
    value: str
    message: str
    expected: str = ""
    hint: str = ""

    def text(self) -> str:
        """Return the message as it is printed: one line to search for, then what to do."""
        sheet = f"'{self.sheet}'" if " " in self.sheet else self.sheet
        place = f" {sheet}!{self.cell}" if self.cell else f" {sheet}" if sheet else ""
        column = f" ({self.column})" if self.column else ""
        lines = [f"{self.severity}[{self.code}]{place}{column}: {self.message}"]
        if self.expected:
            lines.append(f"    expected: {self.expected}")
        if self.hint:
            lines.append(f"    help: {self.hint}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, str]:
        """Return the message as an entry of the list `problems` of ``--json``."""
        return {name: str(value) for name, value in asdict(self).items()}


class PlannerError(Exception):
    """The parent of all errors that this program raises on purpose."""


class CaseError(PlannerError):
    """The input is wrong; `issues` holds everything that is, at once."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(issue.text() for issue in self.issues))


class NoPlanError(PlannerError):
    """No plan was found: none can exist (`infeasible`), or a limit came first.

    Attributes
    ----------
    infeasible : no plan can exist
    interrupted : the user stopped the search
    reasons : what stands in the way, a sentence each
    seconds : what each step took
    """

    def __init__(
        self,
        message: str,
        *,
        infeasible: bool = False,
        interrupted: bool = False,
        reasons: Sequence[str] = (),
        seconds: Mapping[str, float] | None = None,
    ) -> None:
        self.infeasible = infeasible
        self.seconds = dict(seconds or {})
        self.interrupted = interrupted
        self.reasons = tuple(reasons)
        super().__init__(message)


class PlanError(PlannerError):
    """A plan broke a check that it was made under: our bug, never the user's."""


class UsageError(PlannerError):
    """A command was asked for something that it cannot mean."""


class FileError(PlannerError):
    """A file cannot be read or written."""
