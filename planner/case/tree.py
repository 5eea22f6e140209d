"""The scenario tree: which scenarios are known apart when, and so may order differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from planner.case.finance import Scenario

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree: scenarios that are not yet known apart, and so share decisions.

    Attributes
    ----------
    scenarios : their names, in canonical order
    name : as it is shown; "" where the node holds all scenarios
    """

    scenarios: tuple[str, ...]
    name: str = ""

    def __hash__(self) -> int:
        """Return the hash of the name, which tells a node from every other of its tree."""
        return hash(self.name)

    def __contains__(self, scenario: str) -> bool:
        """Return whether a scenario's path runs through the node."""
        return scenario in self.scenarios

    def __str__(self) -> str:
        """Return the node as it stands in a variable's name."""
        return self.name


@dataclass(frozen=True)
class ScenarioTree:
    """The scenarios, and the nodes at which orders are decided.

    One scenario is a tree of one path.

    Attributes
    ----------
    scenarios : at least one
    position : each period's place in time, by label
    """

    scenarios: tuple[Scenario, ...]
    position: Mapping[str, int]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The scenarios' names."""
        return tuple(one.scenario for one in self.scenarios)

    @cached_property
    def probability(self) -> dict[str, float]:
        """π_ω: how likely each scenario is; they sum to 1."""
        total = sum(one.probability for one in self.scenarios)
        return {one.scenario: one.probability / total for one in self.scenarios}

    @property
    def has_branches(self) -> bool:
        """Whether there is more than one scenario."""
        return len(self.scenarios) > 1

    @cached_property
    def root(self) -> Node:
        """The node of all scenarios."""
        return self.node_of(self.names)

    @cached_property
    def leaf(self) -> dict[str, Node]:
        """Each scenario's own node."""
        return {name: self.node_of((name,)) for name in self.names}

    @cached_property
    def by_name(self) -> dict[str, Node]:
        """Every node at which anything may be decided, by its name."""
        nodes = [self.root, *self.leaf.values()]
        nodes += [node for label in self.position for node in self.nodes(label)]
        return {node.name: node for node in nodes}

    def node_of(self, scenarios: Iterable[str]) -> Node:
        """Return the node of some scenarios."""
        held = tuple(scenarios)
        return Node(held, "" if len(held) == len(self.names) else ", ".join(held))

    def nodes(self, label: str) -> tuple[Node, ...]:
        """Return the nodes of a period: those known by then, each alone, and all others."""
        known = [
            one.scenario
            for one in self.scenarios
            if one.known_from and self.position[one.known_from] <= self.position[label]
        ]
        others = [name for name in self.names if name not in known]
        groups = ([others] if others else []) + [[name] for name in known]
        return tuple(self.node_of(group) for group in groups)

    def weight(self, node: Node) -> float:
        """Return the probability that the future runs through a node."""
        return sum(self.probability[name] for name in node.scenarios)

    def paths(self, keys: Iterable[Node]) -> Iterator[tuple[Node, frozenset[Node]]]:
        """Yield the different sets of nodes that paths run through, each with its scenarios.

        Parameters
        ----------
        keys : nodes at which something is decided
        """
        nodes = tuple(dict.fromkeys(keys))
        groups: dict[frozenset[Node], list[str]] = {}
        for name in self.names:
            groups.setdefault(frozenset(one for one in nodes if name in one), []).append(name)
        for through, scenarios in groups.items():
            yield self.node_of(scenarios), through

    def within(self, node: Node, *index: str) -> tuple[str, ...]:
        """Return the index of a row, with the name of its node where there are branches."""
        return (*index, node.name) if self.has_branches else index
