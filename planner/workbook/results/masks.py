"""Masks: what stands in a text that is shared, in place of names and figures that are secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from planner.row import Masking


class Secret(StrEnum):
    """A kind of what a plan tells that may be masked in a copy to be shared."""

    VENDORS = "vendors"
    OFFERS = "offers"
    QUOTES = "quotes"
    PRICES = "prices"
    SITES = "sites"
    WORKLOADS = "workloads"


MASKED_BY_DEFAULT = frozenset({Secret.VENDORS, Secret.OFFERS, Secret.QUOTES, Secret.PRICES})

LETTERS: Mapping[Masking, str] = {
    "vendors": "V",
    "offers": "O",
    "sites": "S",
    "workloads": "W",
    "rules": "R",
}
"""What the names of a kind are masked as: V1, V2 ..."""

MASKED = "masked"
"""What stands in a cell whose value is secret."""

FIGURE_GONE = "…"

_FIGURE = r"\d(?:[.,'’ \u00a0\u202f]?\d)*"
_SPACED = "0-9A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f"
"""Letters of scripts that set spaces between words: there, a name is a whole word."""


@dataclass(frozen=True)
class Masks:
    """What is masked, and what by.

    Attributes
    ----------
    secrets : the kinds that are masked
    names : of each kind that has names, in the order of their numbers
    open_names : names that may be told, and whose figures therefore stay
    trusts_prose : whether the sentences are as this program wrote them; if not, they may name
        anything, and are left out
    """

    secrets: AbstractSet[Secret]
    names: Mapping[Masking, tuple[str, ...]]
    open_names: tuple[str, ...]
    trusts_prose: bool

    def is_masked(self, masking: Masking) -> bool:
        """Return whether a column's values are masked, as a whole and whatever they are."""
        if masking in {"rules", "details"}:
            return bool(self.secrets & MASKED_BY_DEFAULT)
        if masking == "":
            return bool(self.secrets) and not self.trusts_prose
        return ("quotes" if masking == "remarks" else masking) in self.secrets

    def masked(self, masking: Masking, text: str) -> str:
        """Return what a masked cell shows that held a text, "" where it was empty."""
        if masking not in LETTERS:
            return MASKED
        return self._codes[masking].get(text, MASKED) if text else ""

    def shown(self, masking: Masking, text: str) -> str:
        """Return what a cell shows that is not masked as a whole."""
        is_prose = masking in {"", "remarks", "rules", "details"}
        return self.prose(text) if is_prose else self.name(text)

    def name(self, text: str) -> str:
        """Return a text with all secret names masked, as whole words in any case."""
        return self._secret_names.sub(lambda found: self._code_of(found[0]), text)

    def prose(self, text: str) -> str:
        """Return a sentence with all secret names masked, and all figures if prices are.

        Figures inside names that may be told, such as 2027Q1, stay.
        """
        if Secret.PRICES not in self.secrets:
            return self.name(text)
        return self._pieces.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        if found["secret"]:
            return self._code_of(found[0])
        return self.name(found[0]) if found["open"] else FIGURE_GONE

    def _code_of(self, name: str) -> str:
        return self._code.get(_key(name), MASKED)

    @cached_property
    def _codes(self) -> dict[Masking, dict[str, str]]:
        return {
            masking: {name: f"{letter}{place}" for place, name in enumerate(names, start=1)}
            for masking, letter in LETTERS.items()
            for names in [self.names.get(masking, ())]
        }

    @cached_property
    def _secret(self) -> dict[str, str]:
        """The code of every name that is masked."""
        return {
            name: code
            for masking, codes in reversed(self._codes.items())  # the first kind has its way
            if self.is_masked(masking)
            for name, code in codes.items()
        }

    @cached_property
    def _code(self) -> dict[str, str]:
        """The code of every name that is masked, by what is compared of it."""
        return {_key(name): code for name, code in reversed(self._secret.items())}

    @cached_property
    def _secret_names(self) -> re.Pattern[str]:
        return re.compile(_any_of(self._secret), re.IGNORECASE)

    @cached_property
    def _pieces(self) -> re.Pattern[str]:
        """Find secret names, names that may be told, and figures: of these the first that fits."""
        lettered = [name for name in self.open_names if any(map(str.isalpha, name))]
        secret, told = _any_of(self._secret), _any_of(lettered)
        return re.compile(f"(?P<secret>{secret})|(?P<open>{told})|{_FIGURE}", re.IGNORECASE)


def _key(name: str) -> str:
    """Return what is compared of a name."""
    return " ".join(name.split()).casefold()


def _any_of(names: Iterable[str]) -> str:
    """Return the pattern of names as whole words, the longest first; of none, what never fits."""
    spelt = {" ".join(way.split()) for name in names for way in (name, name.upper(), name.lower())}
    ranked = sorted(spelt - {""}, key=lambda name: (-len(name), name))
    return "|".join(map(_whole, ranked)) or r"(?!)"


def _whole(name: str) -> str:
    before = f"(?<![{_SPACED}])" if re.match(f"[{_SPACED}]", name) else ""
    after = f"(?![{_SPACED}])" if re.search(f"[{_SPACED}]$", name) else ""
    return before + r"\s+".join(map(re.escape, name.split())) + after
