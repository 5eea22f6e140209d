"""Picture: lines on logarithmic axes, one panel beside the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil
from pathlib import Path

ACROSS = 3
WIDTH, HEIGHT = 4.2, 3.2
"""Of a panel, in inches."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes.

    Attributes
    ----------
    title, across, up : in words
    lines : name -> points (x, y), all above 0
    is_stepped : a value holds until the next
    ticks : figures to write along the bottom; without them, powers of ten
    """

    title: str
    across: str
    up: str
    lines: Mapping[str, Sequence[tuple[float, float]]]
    is_stepped: bool = False
    ticks: Sequence[float] = ()


def draw(panels: Sequence[Panel], path: Path) -> None:
    """Draw panels into a PNG; without matplotlib, draw nothing."""
    if not find_spec("matplotlib") or not panels:
        return
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  it may be absent
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import NullFormatter, StrMethodFormatter  # noqa: PLC0415

    across = min(ACROSS, len(panels))
    down = ceil(len(panels) / across)
    figure = Figure(figsize=(WIDTH * across, HEIGHT * down), layout="constrained")
    FigureCanvasAgg(figure)
    for place, panel in enumerate(panels):
        axes = figure.add_subplot(down, across, place + 1)
        for name, points in panel.lines.items():
            xs, ys = zip(*points, strict=True)
            style = {"drawstyle": "steps-post"} if panel.is_stepped else {}
            axes.plot(xs, ys, marker="o", markersize=3, linewidth=1.2, label=name, **style)
        axes.set(title=panel.title, xlabel=panel.across, ylabel=panel.up)
        axes.set(xscale="log", yscale="log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axis.set_minor_formatter(NullFormatter())
        if panel.ticks:
            axes.set_xticks(panel.ticks)
        axes.grid(visible=True, which="major", alpha=0.3)
        if panel.lines:
            axes.legend(fontsize=7, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
