"""The rows of the timeline, made anew only where something changed. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from napari_mousegpt.datamodel.labels.bout import TrackKey
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.layers.blind import is_own
from napari_mousegpt.widgets.timeline.camera_tracks import tracks_of_further_cameras, with_camera
from napari_mousegpt.widgets.timeline.proposed_tracks import proposed_tracks
from napari_mousegpt.widgets.timeline.rows import Row, lay_out
from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.timeline.tracks import (
    Track,
    disagreement_tracks,
    label_track,
    tracks_of,
)

if TYPE_CHECKING:
    import pandas as pd

    from napari_mousegpt.datamodel.camera_clock import CameraClock
    from napari_mousegpt.datamodel.recording import Recording


class RowSource:
    """Rows of a recording, with the bouts of its labels where they are being labelled."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._said: tuple[object, list[Track]] = (None, [])
        self._further: tuple[object, object, list[Track]] = (None, None, [])
        self._blind_annotator: str | None = None

    def rows(
        self,
        recording: Recording | None,
        labels: LabelSet | None,
        own: TrackKey | None,
        traces: Sequence[Trace],
        *,
        disagreements: pd.DataFrame | None = None,
        proposed: pd.DataFrame | None = None,
        blind_annotator: str | None = None,
        clocks: Mapping[str, CameraClock] | None = None,
    ) -> list[Row]:
        """Lay everything out.

        Parameters
        ----------
        labels
            What is being labelled, or None: then bouts come from the recording.
        own
            The track that the keys label, which has a row even where it is empty.
        disagreements
            Spans to show too (see `analysis.agreement.disagreements`).
        proposed
            Bouts that would become labels.
        blind_annotator
            Who scores blind: then only their tracks are shown, no disagreements, no proposals.
        clocks
            Of several cameras: what is said of the others is shown on the frames of the first.
        """
        self._blind_annotator = blind_annotator
        self.tracks = self._tracks(recording, labels, own) if recording is not None else []
        if clocks and recording is not None:
            self.tracks = with_camera(self.tracks, recording.video().id)
            self.tracks += self._of_further_cameras(recording, clocks)
        if disagreements is not None and recording is not None and blind_annotator is None:
            self.tracks += disagreement_tracks(disagreements, recording.video().id)
        if proposed is not None and recording is not None and blind_annotator is None:
            ethogram = labels.ethogram if labels is not None else recording.ethogram
            self.tracks[:0] = proposed_tracks(proposed, ethogram, recording.video().id)
        return lay_out(self.tracks, traces)

    def rows_after(
        self, edit: Edit | None, rows: Sequence[Row], recording: Recording, labels: LabelSet
    ) -> list[Row] | None:
        """The same rows with those tracks made anew that an edit changed.

        None if the rows must be laid out anew: another track, another height, another ethogram.
        """
        if edit is None or edit.ethogram is not None:
            return None
        keys = {bout.track for bout in (*edit.removed, *edit.added)}
        keys = {key for key in keys if key in labels.tracks or any(_is(row, key) for row in rows)}
        keys = {key for key in keys if self._may_be_seen(key)}
        changed = list(rows)
        for key in keys:
            place = next((n for n, row in enumerate(changed) if _is(row, key)), None)
            if place is None:
                return None
            track = label_track(labels, key, _tools(recording))
            track = replace(track, camera=changed[place].content.camera)
            lanes = track.lanes()
            if len(lanes) != len(changed[place].lanes):
                return None
            changed[place] = replace(changed[place], content=track, lanes=lanes)
        return changed

    def _tracks(
        self, recording: Recording, labels: LabelSet | None, own: TrackKey | None
    ) -> list[Track]:
        if labels is None:
            return tracks_of(recording)
        if self._said[0] is not recording.descriptions:
            self._said = recording.descriptions, tracks_of(recording, with_bouts=False)
        video = recording.video().id
        keys = [key for key in labels.tracks if key.video in (video, "") and self._may_be_seen(key)]
        if own is not None and own not in keys:
            keys.append(own)
        keys.sort(key=lambda key: (key != own, key.source, key.annotator or "", key.run_id or ""))
        tools = _tools(recording)
        return [*(label_track(labels, key, tools) for key in keys), *self._said[1]]

    def _of_further_cameras(
        self, recording: Recording, clocks: Mapping[str, CameraClock]
    ) -> list[Track]:
        descriptions, bouts = recording.descriptions, recording.bouts
        if self._further[0] is not descriptions or self._further[1] is not bouts:
            self._further = descriptions, bouts, tracks_of_further_cameras(recording, clocks)
        return self._further[2]

    def _may_be_seen(self, key: TrackKey) -> bool:
        return self._blind_annotator is None or is_own(key, self._blind_annotator)


def _is(row: Row, key: TrackKey) -> bool:
    return isinstance(row.content, Track) and row.content.key == key


def _tools(recording: Recording) -> dict[str, str]:
    return {run.run_id: run.tool for run in recording.runs}
