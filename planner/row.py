"""Row: a frozen, validated line of a table; its fields are the columns.

A header, its unit, bounds, default, note, Chinese name, dropdown, template
column and dictionary entry all follow from one field::

    lead_time: Annotated[Weeks, Column("Lead time (weeks)", "交货期（周）", "from order ...")] = 0.0
"""

from __future__ import annotations

import re
import types
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, ConfigDict

from planner.errors import Code, Severity
from planner.units import COUNT, Unit

_UNIT = re.compile(r"\s*[(（][^()（）]*[)）]")

Kind = Literal["text", "number", "whole", "date", "yes_no", "choice", "list", "spread"]

Masking = Literal[
    "",
    "open",
    "vendors",
    "offers",
    "quotes",
    "remarks",
    "prices",
    "sites",
    "workloads",
    "rules",
    "details",
]
"""What of a column is masked in a copy to be shared: see `Column.masking`."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a field says of its column, beside its type and default.

    Attributes
    ----------
    header : the column's name; what stands in parentheses is the unit and may be left out
    zh : its Chinese name
    note : what it means, in a few words
    refers : the sheet on whose key the cell's text must stand
    default_word : what a blank means, where the default itself does not say it
    also : words that mean a blank, such as "all"
    formula : for output: an Excel formula with other fields of the row in braces;
        ``{field_sum}`` is the sum of a whole column
    total : for output: the column has a sum below it
    width : for output: characters
    optional : for output: hidden where no line has a value
    bad : for output: a text that is shown in red
    masking : for output: as what it is masked in a copy to be shared. "remarks" go with the
        quotes, "details" may name anything, and "open" is what may be told. Where nothing is
        said, money is one of the prices, and text is prose: names and figures in it are masked
    """

    header: str
    zh: str = ""
    note: str = ""
    refers: str = ""
    default_word: str = ""
    also: tuple[str, ...] = ()
    formula: str = ""
    total: bool = False
    width: int = 0
    optional: bool = False
    bad: str = ""
    masking: Masking = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a Row class says of its sheet.

    Attributes
    ----------
    layout : "table" has a row each; "settings" has a name and a value each
    key : the fields that together are unique
    optional : for output: left out where it has no row
    """

    name: str
    zh: str = ""
    note: str = ""
    required: bool = False
    layout: Literal["table", "settings"] = "table"
    key: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column, complete: what its field, its type and its default say together."""

    field: str
    column: Column
    kind: Kind
    required: bool
    default: Any
    unit: Unit
    choices: tuple[str, ...] = ()
    choice_type: type[StrEnum] | None = None
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def header(self) -> str:
        """The column's English name, with its unit."""
        return self.column.header

    @property
    def title(self) -> str:
        """The column's name without its unit: "Upfront price"."""
        return _UNIT.sub("", self.header)

    @property
    def noun(self) -> str:
        """The column's name as a noun in a sentence: "upfront price", "IT power", "SKU"."""
        if self.kind == "spread":
            return self.field.removesuffix("s")
        words = self.title
        first = words.split(" ", maxsplit=1)[0]
        return words if first[1:] != first[1:].lower() else words[:1].lower() + words[1:]

    @property
    def masking(self) -> Masking:
        """As what the column is masked in a copy to be shared; "" of text that is prose."""
        if self.column.masking:
            return self.column.masking
        if self.unit.money:
            return "prices"
        return "" if self.kind in {"text", "list", "spread"} else "open"

    def range_words(self) -> str:
        """Return the bounds in words, such as "at least 0 and at most 1"; "" without bounds."""
        words = []
        if self.above is not None:
            words.append(f"above {self.above:g}")
        if self.at_least is not None:
            words.append(f"at least {self.at_least:g}")
        if self.at_most is not None:
            words.append(f"at most {self.at_most:g}")
        return " and ".join(words)

    def stand_in(self) -> Any:
        """Return a value that the column could hold, for a cell that could not be read."""
        stand_ins: dict[Kind, Any] = {
            "text": "?",
            "number": self.at_most or 1.0,
            "whole": 1,
            "date": date(2000, 1, 1),
            "yes_no": False,
            "choice": next(iter(self.choice_type or ()), None),
            "list": (),
            "spread": {},
        }
        return stand_ins[self.kind]

    def default_words(self) -> str:
        """Return what a blank cell means, for the template and the dictionary."""
        if self.required:
            return ""
        if self.column.default_word:
            return self.column.default_word
        if self.default in (None, "", ()):
            return "blank"
        if isinstance(self.default, bool):
            return "yes" if self.default else "no"
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)


@dataclass(frozen=True, slots=True)
class Fault:
    """A contradiction inside one row: which field, and the message.

    Attributes
    ----------
    field : where it is told
    with_fields : the other fields that it is drawn from
    """

    field: str
    code: Code
    message: str
    expected: str = ""
    hint: str = ""
    severity: Severity = "error"
    with_fields: tuple[str, ...] = ()


class Row(BaseModel):
    """The parent of all table rows, of the input and of the plan."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    sheet: ClassVar[Sheet]

    def faults(self) -> Iterator[Fault]:
        """Yield what contradicts itself inside this row; the parent finds nothing."""
        return iter(())


@cache
def columns(row: type[Row]) -> tuple[ColumnSpec, ...]:
    """Return the columns of a Row class, in the order of its fields."""
    hints = get_type_hints(row, include_extras=True)
    specs = (_column(name, hints[name], row) for name in row.model_fields)
    return tuple(spec for spec in specs if spec is not None)


@cache
def column(row: type[Row], field: str) -> ColumnSpec:
    """Return the column that `field` of a Row class is written in."""
    return next(spec for spec in columns(row) if spec.field == field)


def name_key(name: str) -> str:
    """Return what is compared of a header or sheet name.

    Case, spacing, full-width forms and everything in parentheses are left out.
    """
    plain = unicodedata.normalize("NFKC", name)
    plain = re.sub(r"\([^()]*\)", "", plain)
    return re.sub(r"[\s*_]+", "", plain).casefold()


def _column(name: str, hint: Any, row: type[Row]) -> ColumnSpec | None:
    plain, notes = _unwrap(hint)
    column = next((note for note in notes if isinstance(note, Column)), None)
    if column is None:
        return None
    info = row.model_fields[name]
    kind = _kind(plain)
    choice_type = _choice_type(plain)
    return ColumnSpec(
        field=name,
        column=column,
        kind=kind,
        required=info.is_required(),
        default=None if info.is_required() else info.default,
        unit=next((note for note in notes if isinstance(note, Unit)), COUNT),
        choices=tuple(str(choice) for choice in choice_type) if choice_type else (),
        choice_type=choice_type,
        above=next((_number(note.gt) for note in notes if isinstance(note, Gt)), None),
        at_least=next((_number(note.ge) for note in notes if isinstance(note, Ge)), None),
        at_most=next((_number(note.le) for note in notes if isinstance(note, Le)), None),
    )


def _number(bound: Any) -> float:
    return float(bound)


def _unwrap(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the plain type under Annotated and "| None", and all notes on the way.

    A mapping's notes are those of its values: they are what its cells hold.
    """
    if get_origin(hint) is Annotated:
        plain, *notes = get_args(hint)
        inner, more = _unwrap(plain)
        return inner, (*notes, *more)
    if get_origin(hint) in (dict, Mapping):
        return hint, _unwrap(get_args(hint)[1])[1]
    if get_origin(hint) in (Union, types.UnionType):
        present = [part for part in get_args(hint) if part is not type(None)]
        return _unwrap(present[0])  # a cell of either kind is shown as the first
    return hint, ()


def _choice_type(plain: Any) -> type[StrEnum] | None:
    single = get_args(plain)[0] if get_origin(plain) is tuple else plain
    return single if isinstance(single, type) and issubclass(single, StrEnum) else None


def _kind(plain: Any) -> Kind:
    if get_origin(plain) is tuple:
        return "list"
    if get_origin(plain) in (dict, Mapping):
        return "spread"
    if issubclass(plain, StrEnum):
        return "choice"
    kinds: dict[Any, Kind] = {
        bool: "yes_no",
        int: "whole",
        float: "number",
        date: "date",
        str: "text",
    }
    return kinds[plain]
