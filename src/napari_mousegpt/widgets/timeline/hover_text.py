"""What the timeline says about the place under the pointer. Knows tables, no widget."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.labels.bout import Bout
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.tables import SEEN
from napari_mousegpt.layers.said import keywords_of
from napari_mousegpt.widgets.timeline.clock import clock
from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.timeline.tracks import Track


def interval_text(
    recording: Recording,
    track: Track,
    place: int,
    *,
    start_s: float,
    stop_s: float,
    bout: Bout | None = None,
) -> str:
    """Write name, times and sentence of one interval as rich text.

    Parameters
    ----------
    bout
        The bout itself, where it is being labelled and no row of the recording's table.
    """
    start, stop = int(track.starts[place]), int(track.stops[place])
    name = track.names[track.codes[place]]
    lines = [
        f"<b>{html.escape(name or 'no behaviour named')}</b>",
        f"{clock(start_s, 2)} – {clock(stop_s, 2)} · {stop_s - start_s:.2f} s"
        f" · frames {start} – {stop - 1}",
    ]
    if track.notes is not None:
        lines += [html.escape(one) for one in str(track.notes[place]).split(" | ")]
    elif bout is not None:
        lines += _of_bout(bout.target, bout.confidence, bout.comment)
    elif track.kind == "descriptions":
        table, row = recording.descriptions, int(track.rows[place])
        sentence = table["overall"].iat[row] or table["problem"].iat[row]
        words = ", ".join(keywords_of(table["keywords"].iat[row]))
        lines += [html.escape(sentence or ""), f"<i>{html.escape(words)}</i>"]
        lines += _of_bout(None, table["confidence"].iat[row], None)
        lines += _of_motion(table.iloc[row])
        if track.marked is not None and track.marked[place]:
            lines.append(f"corrected by {html.escape(table['corrected_by'].iat[row])}")
    elif len(track.rows):
        values = recording.bouts.iloc[int(track.rows[place])]
        lines += _of_bout(values["target"], values["confidence"], values["comment"])
    camera = f"{track.camera} · " if track.camera else ""
    lines.append(html.escape(f"{camera}{track.label} · {track.individual}"))
    body = "<br>".join(line for line in lines if line and line != "<i></i>")
    return f"<div style='width: 320px'>{body}</div>"


def _of_bout(target: str | None, confidence: float | None, comment: str | None) -> list[str]:
    known = confidence is not None and confidence == confidence
    return [
        f"towards {html.escape(target)}" if target else "",
        f"confidence {confidence:.2f}" if known else "",
        html.escape(comment or ""),
    ]


def _of_motion(row: pd.Series) -> list[str]:
    """Speed and turn by the pictures alone, where they are known."""
    speed, turn = (row.get(name) for name in SEEN)
    words = []
    if speed is not None and np.isfinite(speed):
        words.append(f"about {speed:.1f} body lengths/s")
    if turn is not None and np.isfinite(turn) and abs(turn) >= 1:
        words.append(f"turns about {abs(turn):.0f}° to its {'left' if turn > 0 else 'right'}")
    return [" · ".join(words)]


def trace_text(trace: Trace, frame: int, time_s: float) -> str:
    """Write the value of a quantity at a frame; "" where it is unknown."""
    if not 0 <= frame < len(trace.values) or not np.isfinite(trace.values[frame]):
        return ""
    return (
        f"{html.escape(trace.label)}: <b>{trace.values[frame]:.2f}</b><br>"
        f"{clock(time_s, 2)} · frame {frame} · {html.escape(trace.individual)}"
    )
