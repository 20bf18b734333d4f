"""How every figure looks, and how it is saved. Knows no data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, PALETTE, Behaviour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

GROUP_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377")
"""Paul Tol's bright scheme, which colour-blind readers can tell apart."""
DPI = 200
_LOOK: Any = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "mousegpt",  # the same figure gives the same bytes
}


@contextmanager
def figure(width_in: float, height_in: float) -> Iterator[Figure]:
    """Give an empty figure without a window; what is drawn inside looks as all figures do."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_LOOK):
        empty = Figure(figsize=(width_in, height_in), layout="constrained")
        FigureCanvasAgg(empty)
        yield empty


def save(drawn: Figure, stem: Path) -> list[Path]:
    """Write ``stem.png`` and ``stem.svg``."""
    import matplotlib

    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg")]
    with matplotlib.rc_context(_LOOK):
        drawn.savefig(paths[0], dpi=DPI)
        drawn.savefig(paths[1], metadata={"Date": None})
    return paths


def as_svg(drawn: Figure) -> str:
    """The figure as an ``<svg>`` element to put into a page."""
    import matplotlib

    text = StringIO()
    with matplotlib.rc_context(_LOOK):
        drawn.savefig(text, format="svg", metadata={"Date": None})
    whole = text.getvalue()
    return whole[whole.index("<svg") :]


def as_png(drawn: Figure) -> bytes:
    """The figure as a PNG file's content."""
    content = BytesIO()
    drawn.savefig(content, format="png", dpi=DPI)
    return content.getvalue()


def colours_of(
    names: Iterable[str], ethogram: Sequence[Behaviour] = DEFAULT_ETHOGRAM
) -> dict[str, str]:
    """Colour of each behaviour: the ethogram's, and for others those it leaves, in order."""
    given = {behaviour.name: behaviour.colour for behaviour in ethogram}
    wanted = list(names)
    taken = {given[name] for name in wanted if name in given}
    left = [colour for colour in PALETTE if colour not in taken] or list(PALETTE)
    others = [name for name in wanted if name not in given]
    return {name: given[name] for name in wanted if name in given} | {
        name: left[place % len(left)] for place, name in enumerate(others)
    }


def legend_beside(axes: Axes, colours: Mapping[str, str]) -> None:
    """Name the colours to the right of the axes."""
    from matplotlib.patches import Patch

    patches = [Patch(color=colour, label=name) for name, colour in colours.items()]
    axes.legend(handles=patches, loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1)


def seconds_axis(axes: Axes, longest_s: float) -> None:
    """Label the x axis as time from the start, in seconds or minutes."""
    from matplotlib.ticker import FuncFormatter

    if longest_s > 180:
        axes.xaxis.set_major_locator(_minutes(longest_s))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 60:g}"))
        axes.set_xlabel("time (min)")
    else:
        axes.set_xlabel("time (s)")


def _minutes(longest_s: float) -> Locator:
    from matplotlib.ticker import MultipleLocator

    for step_min in (1, 2, 5, 10, 20, 30, 60, 120):
        if longest_s / 60 / step_min <= 8:
            break
    return MultipleLocator(60 * step_min)
