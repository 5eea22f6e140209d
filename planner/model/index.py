"""Index: sparse sets of keys, held as numbers, and the arithmetic that families do with them.

A key is a label on each of some axes: a workload, a pool, a period. A case has hundreds of
thousands of them, so they are kept as codes, the places of labels on their axes, in one
NumPy array an axis. All index arithmetic of the model stands in this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import starmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Labels = tuple[Any, ...]

DENSE = 20_000_000
"""Up to so many possible keys a table of all of them is faster than sorting those there are."""


@dataclass(frozen=True)
class Index:
    """A sparse set of n keys in an order.

    Attributes
    ----------
    labels : of each axis; the axes in the order in which keys name them
    codes : n places of labels, of each axis
    """

    labels: Mapping[str, Labels]
    codes: Mapping[str, Codes]

    def __len__(self) -> int:
        """Return n."""
        return len(next(iter(self.codes.values())))

    def __getitem__(self, axis: str) -> Codes:
        """Return the n codes on an axis."""
        return self.codes[axis]

    def key(self, place: int) -> tuple[Any, ...]:
        """Return the labels of one key."""
        return tuple(labels[self.codes[axis][place]] for axis, labels in self.labels.items())

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Return all n keys, in order."""
        return zip(
            *(map(labels.__getitem__, self[axis].tolist()) for axis, labels in self.labels.items()),
            strict=True,
        )

    def name(self, place: int) -> str | tuple[str, ...]:
        """Return one key as it stands in a name: without axes that tell nothing apart."""
        texts = tuple(
            str(label)
            for label, labels in zip(self.key(place), self.labels.values(), strict=True)
            if len(labels) > 1 or str(label)
        )
        return as_index(texts)

    def take(self, places: NDArray[Any]) -> Index:
        """Return the keys at some places, or where a mask of n is true."""
        return Index(self.labels, {axis: codes[places] for axis, codes in self.codes.items()})

    def on(self, *axes: str) -> Index:
        """Return the n keys on some of the axes, with whatever is alike then."""
        return Index(
            {axis: self.labels[axis] for axis in axes}, {axis: self.codes[axis] for axis in axes}
        )

    def along(self, axis: str, labels: Labels, codes: NDArray[Any] | int) -> Index:
        """Return the n keys with one more axis.

        Parameters
        ----------
        axis : its name
        labels : on it
        codes : n of them, or one for all keys
        """
        filled = np.broadcast_to(np.asarray(codes, dtype=np.int64), len(self))
        return Index({**self.labels, axis: labels}, {**self.codes, axis: filled})

    def relabelled(self, labels: Mapping[str, Labels]) -> Index:
        """Return the same n keys on axes that have more labels, or others in between."""
        codes = {}
        for axis, held in labels.items():
            place_of = {label: place for place, label in enumerate(held)}
            places = np.array([place_of[label] for label in self.labels[axis]], dtype=np.int64)
            codes[axis] = places[self.codes[axis]]
        return Index(labels, codes)

    def distinct(self, *axes: str) -> Index:
        """Return the different keys on some axes, in the order of their labels."""
        held = self.on(*axes)
        numbers, size = held.numbers, held.size
        if size <= DENSE:
            is_there = np.zeros(size, dtype=bool)
            is_there[numbers] = True
            different = np.flatnonzero(is_there)
        else:
            different = np.unique(numbers)
        return held.unfold(different)

    def find(self, keys: Index) -> Codes:
        """Return the place here of each of some keys, by the axes of this index; −1 for none.

        Parameters
        ----------
        keys : that have these axes, and perhaps others
        """
        wanted = self._alike(keys.on(*self.labels)).numbers
        if self.size <= DENSE:
            table = np.full(self.size, -1, dtype=np.int64)
            table[self.numbers] = np.arange(len(self))
            return table[wanted]
        if not len(self):
            return np.full(len(keys), -1, dtype=np.int64)
        order = np.argsort(self.numbers, kind="stable")
        ordered = self.numbers[order]
        near = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
        return np.where(ordered[near] == wanted, order[near], -1)

    def join(self, other: Index) -> Index:
        """Return every pair of a key here and one there that agree on the axes of both.

        Without an axis in common these are all pairs. The order is that of the keys here.
        """
        shared = [axis for axis in self.labels if axis in other.labels]
        here = self.on(*shared).numbers if shared else np.zeros(len(self), dtype=np.int64)
        alike = self.on(*shared)._alike(other.on(*shared))  # noqa: SLF001
        there = alike.numbers if shared else np.zeros(len(other), dtype=np.int64)
        order = np.argsort(there, kind="stable")
        first = np.searchsorted(there[order], here, side="left")
        counts = np.searchsorted(there[order], here, side="right") - first
        mine = np.repeat(np.arange(len(self)), counts)
        theirs = order[spans(first, counts)]
        taken = self.take(mine)
        for axis in other.labels:
            if axis not in shared:
                taken = taken.along(axis, other.labels[axis], other.codes[axis][theirs])
        return taken

    def _alike(self, other: Index) -> Index:
        """Return another index after a look at its axes: codes compare only on the same labels."""
        if self.labels != other.labels:
            raise ValueError(f"axes of different labels: {', '.join(self.labels)}")
        return other

    def each(self, axes: str | tuple[str, ...], figure: Callable[..., float]) -> Floats:
        """Return a figure for each of the n keys.

        Parameters
        ----------
        axes : that it depends on
        figure : takes a label on each of them; asked once for each different key
        """
        held = self.on(*((axes,) if isinstance(axes, str) else axes))
        different = held.distinct(*held.labels)
        return np.array(list(starmap(figure, different)), dtype=float)[different.find(held)]

    def where(self, axes: str | tuple[str, ...], holds: Callable[..., bool]) -> NDArray[np.bool_]:
        """Return a mask of the n keys for which something holds.

        Parameters
        ----------
        axes : that it depends on
        holds : takes a label on each of them; asked once for each different key
        """
        return self.each(axes, holds) > 0.0

    @cached_property
    def size(self) -> int:
        """The number of keys that there could be."""
        size = 1
        for labels in self.labels.values():
            size *= len(labels)
        return size

    @cached_property
    def numbers(self) -> Codes:
        """Each key as one number, in the order of labels; n of them."""
        numbers = np.zeros(len(self), dtype=np.int64)
        for axis, labels in self.labels.items():
            numbers = numbers * len(labels) + self.codes[axis]
        return numbers

    def unfold(self, numbers: Codes) -> Index:
        """Return the keys on these axes that have some numbers."""
        codes: dict[str, Codes] = {}
        for axis in reversed(list(self.labels)):
            numbers, codes[axis] = np.divmod(numbers, len(self.labels[axis]))
        return Index(self.labels, {axis: codes[axis] for axis in self.labels})


def all_of(axis: str, labels: Labels) -> Index:
    """Return the index of all labels of an axis."""
    return Index({axis: labels}, {axis: np.arange(len(labels))})


def index_of(labels: Mapping[str, Labels], keys: Sequence[tuple[Any, ...]]) -> Index:
    """Return the index of keys that are given by their labels.

    Parameters
    ----------
    labels : of each axis
    keys : a label on each axis
    """
    places = [{label: place for place, label in enumerate(held)} for held in labels.values()]
    return coded(
        labels,
        [tuple(place[label] for place, label in zip(places, key, strict=True)) for key in keys],
    )


def coded(labels: Mapping[str, Labels], places: Sequence[tuple[int, ...]]) -> Index:
    """Return the index of keys that are given by the places of their labels.

    Parameters
    ----------
    labels : of each axis
    places : one on each axis
    """
    codes = np.array(places, dtype=np.int64).reshape(len(places), len(labels))
    return Index(labels, dict(zip(labels, codes.T, strict=True)))


class Named:
    """A key that is an object of its own, and knows the parts of its name."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """What stands between the brackets of a name."""
        raise NotImplementedError


def as_index(key: object) -> str | tuple[str, ...]:
    """Return a key as Pyomo's index: a text, or a tuple of two or more."""
    texts = tuple(_texts(key))
    return texts if len(texts) > 1 else "".join(texts)


def _texts(key: object) -> Iterator[str]:
    if isinstance(key, Named):
        yield from key.parts
    elif isinstance(key, tuple):
        for part in key:
            yield from _texts(part)
    else:
        yield str(key)


def spans(first: Codes, counts: Codes) -> Codes:
    """Return first, first + 1, ... of each span, one after another."""
    ends = np.cumsum(counts)
    within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    made: Codes = np.repeat(first, counts) + within
    return made
