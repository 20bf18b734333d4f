"""What the timeline says about the place under the pointer. Knows tables, no widget."""

from __future__ import annotations

import html

import numpy as np

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.layers.said import keywords_of
from napari_mousegpt.widgets.timeline.clock import clock
from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.timeline.tracks import Track


def interval_text(
    recording: Recording, track: Track, place: int, *, start_s: float, stop_s: float
) -> str:
    """Write name, times and sentence of one interval as rich text."""
    row = int(track.rows[place])
    start, stop = int(track.starts[place]), int(track.stops[place])
    name = track.names[track.codes[place]]
    lines = [
        f"<b>{html.escape(name or 'no behaviour named')}</b>",
        f"{clock(start_s, 2)} – {clock(stop_s, 2)} · {stop_s - start_s:.2f} s"
        f" · frames {start} – {stop - 1}",
    ]
    if track.kind == "descriptions":
        table = recording.descriptions
        sentence = table["overall"].iat[row] or table["problem"].iat[row]
        words = ", ".join(keywords_of(table["keywords"].iat[row]))
        lines += [html.escape(sentence or ""), f"<i>{html.escape(words)}</i>"]
    else:
        confidence = recording.bouts["confidence"].iat[row]
        if confidence == confidence:
            lines.append(f"confidence {confidence:.2f}")
        lines.append(html.escape(recording.bouts["comment"].iat[row] or ""))
    lines.append(html.escape(f"{track.label} · {track.individual}"))
    body = "<br>".join(line for line in lines if line and line != "<i></i>")
    return f"<div style='width: 320px'>{body}</div>"


def trace_text(trace: Trace, frame: int, time_s: float) -> str:
    """Write the value of a quantity at a frame; "" where it is unknown."""
    if not 0 <= frame < len(trace.values) or not np.isfinite(trace.values[frame]):
        return ""
    return (
        f"{html.escape(trace.label)}: <b>{trace.values[frame]:.2f}</b><br>"
        f"{clock(time_s, 2)} · frame {frame} · {html.escape(trace.individual)}"
    )
