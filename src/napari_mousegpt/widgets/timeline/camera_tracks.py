"""Rows of the further cameras, on the frames of the first. Knows clocks and tables, no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from napari_mousegpt.datamodel.camera_clock import CameraClock, bouts_on
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.widgets.timeline.tracks import Track, tracks_of


def with_camera(tracks: Sequence[Track], camera: str) -> list[Track]:
    """The same tracks, which tell their camera."""
    return [replace(track, camera=camera) for track in tracks]


def tracks_of_further_cameras(
    recording: Recording, clocks: Mapping[str, CameraClock]
) -> list[Track]:
    """Descriptions and bouts of all cameras but the first, in frames of the first.

    They cannot be edited there: labels count the frames of the camera they were given for. What a
    camera filmed before or after the first one did is left out.
    """
    first = recording.video().id
    found = []
    for entry in recording.videos[1:]:
        if entry.id in clocks:
            for track in tracks_of(recording, video=entry.id):
                moved = _moved(track, clocks, entry.id, first)
                if len(moved.starts):
                    found.append(replace(moved, camera=entry.id))
    return found


def _moved(track: Track, clocks: Mapping[str, CameraClock], camera: str, first: str) -> Track:
    table = pd.DataFrame({"video": camera, "start": track.starts, "stop": track.stops})
    shown = bouts_on(table, clocks, first)
    shown = shown.sort_values("start", kind="stable")
    kept = shown.index.to_numpy(np.int64)
    stops = shown["stop"].to_numpy(np.int64)
    return replace(
        track,
        starts=shown["start"].to_numpy(np.int64),
        stops=stops,
        reach=np.maximum.accumulate(stops) if len(stops) else stops,
        codes=track.codes[kept],
        rows=track.rows[kept],
        marked=None if track.marked is None else track.marked[kept],
    )
