"""What the map says in words: of a dot, of its colours, of a clustering. Knows no widget."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping

import pandas as pd

from napari_mousegpt.widgets.timeline.clock import clock
from napari_mousegpt.workflows.cluster import Clustered

MOST_IN_LEGEND = 14
NO_RECORDING = "Open a described recording to see its behaviours as a map."
NOT_CLUSTERED = "Press Run: each described window becomes a dot; what is alike lies together."
HIDDEN = "Hidden while you score blind (Label dock: Hide what others said)."
NO_PLACES = "This clustering has no map."


def window_text(window: pd.Series, time_s: Callable[[int], float]) -> str:
    """Cluster, animal, time and sentence of one window."""
    when = f"{clock(time_s(int(window['start'])), 1)} to {clock(time_s(int(window['stop'])), 1)}"
    first = f"{window['name']} · {window['individual']} · {when}"
    said = str(window["overall"])
    return f"<b>{html.escape(first)}</b><br>{html.escape(said)}"


def legend_text(colours: Mapping[str, str]) -> str:
    """Names behind squares of their colours, as rich text."""
    shown = list(colours.items())[:MOST_IN_LEGEND]
    parts = [f'<span style="color:{colour}">■</span> {html.escape(name)}' for name, colour in shown]
    more = len(colours) - len(shown)
    return "&nbsp; ".join([*parts, f"and {more} more"] if more else parts)


def report_text(result: Clustered) -> str:
    """How many clusters there are, and how far they can be believed."""
    found = result.report
    text = f"{found.n_clusters} clusters in {len(result.windows):,} windows"
    if found.noise_share > 0:
        text += f", {100 * found.noise_share:.0f} % noise"
    if found.silhouette is not None:
        text += f". Silhouette {found.silhouette:.2f}"
    if found.stability_bootstrap is not None:
        text += f"; {found.stability_bootstrap:.2f} of 1 comes back in resampled windows"
    return f"{text}. {result.k_reason}".rstrip() if result.k_reason else f"{text}."
