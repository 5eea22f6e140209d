"""Formulation: the model's mathematics as a page, made of the families' docstrings.

``python -m planner.model.formulation`` rewrites planner/model/README.md.
"""

from __future__ import annotations

from pathlib import Path

from planner.model.families import FAMILIES

PAGE = Path(__file__).parent / "README.md"

OPENING = """\
# The formulation

Made of the families' docstrings by `python -m planner.model.formulation`; a test fails when it
is stale. Each family states its rule as maths (here), as algebra (`build`) and in plain
arithmetic on a finished plan (`check`).

Indices: o offers, s sites, h hardware, w workloads, t periods, k slices, d delivery periods,
p pools. A pool is the interchangeable units of one SKU at one site: the fleet and all offers
without an hourly price share one, an offer with an hourly price has its own at each of its sites.
On-demand and spot pools are elastic: nothing is committed.

Whole numbers are x_osdn, the packs of offer o for site s delivered in d and decided at node n of
the scenario tree. Choices, 0 or 1, are the size of an order, the level of a rebate, and whether a
pool is large enough for a cluster. All else is continuous.
"""


def formulate() -> str:
    """Return the page."""
    parts = [OPENING]
    for family in FAMILIES:
        title, _, body = (family.__doc__ or "").partition("\n")
        name = family.__name__.rpartition(".")[2]
        parts.append(
            f"\n## {title.rstrip('.')}\n\n`families/{name}.py`\n\n```\n{body.strip()}\n```\n"
        )
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(formulate(), encoding="utf-8")
