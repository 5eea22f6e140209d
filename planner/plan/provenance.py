"""Provenance: what a plan was made from, by what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a plan was made from, by what, and when.

    Attributes
    ----------
    input_name : the input workbook's file name, without its folder
    sha256 : of the input's bytes
    versions : of this program and what it is built on
    options : of the search, as they were in force
    started, ended : of the search, with time zone; None where not known
    seconds : what each step took
    """

    input_name: str
    sha256: str
    versions: Mapping[str, str]
    options: Mapping[str, str]
    started: datetime | None = None
    ended: datetime | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)

    def until(self, ended: datetime, seconds: Mapping[str, float]) -> Provenance:
        """Return the record with the time at which the search ended, and what it took."""
        return replace(self, ended=ended, seconds=seconds)
