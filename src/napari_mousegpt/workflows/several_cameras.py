"""The same moment from several cameras in one clip. Knows no captioner and no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import numpy as np

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.clips import ClipMaker
from napari_mousegpt.captioning.prompting.drawn_keypoints import drawing_for
from napari_mousegpt.datamodel.camera_clock import CameraClock, frames_on
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.camera_clocks import camera_clocks
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import load_poses


@dataclass(slots=True)
class SeveralCameras:
    """Adds to each clip what other cameras saw meanwhile; used like a `ClipMaker`.

    A camera that was not filming then, or does not find the animal, is left out of that clip.

    Attributes
    ----------
    maker
        Of the camera that is described.
    cameras
        The further ones.
    drawn
        Which keypoints are drawn, as in `prompting.choices`.
    """

    maker: ClipMaker
    recording: Recording
    cameras: Sequence[VideoEntry]
    drawn: str = "none"
    _clocks: Mapping[str, CameraClock] = field(default_factory=dict)

    def clips_of(self, window: TimeRange, individuals: Sequence[str]) -> dict[str, list[Clip]]:
        """Cut the clips of one window, as `ClipMaker.clips_of` does."""
        with ExitStack() as open_films:
            others = self._makers(open_films)
            found = self.maker.clips_of(window, individuals)
            return {
                name: [self._with_others(clip, others) for clip in clips]
                for name, clips in found.items()
            }

    def in_file_order(
        self, windows: Sequence[TimeRange], individuals: Mapping[TimeRange, Sequence[str]]
    ) -> Iterator[tuple[TimeRange, str, list[Clip]]]:
        """Yield ``(window, individual, clips)``, as `ClipMaker.in_file_order` does."""
        with ExitStack() as open_films:
            others = self._makers(open_films)
            for window, name, clips in self.maker.in_file_order(windows, individuals):
                yield window, name, [self._with_others(clip, others) for clip in clips]

    def _makers(self, open_films: ExitStack) -> list[ClipMaker]:
        if not self._clocks:
            self._clocks = camera_clocks(self.recording)
        return [self._maker(entry, open_films) for entry in self.cameras]

    def _maker(self, entry: VideoEntry, open_films: ExitStack) -> ClipMaker:
        film = open_films.enter_context(open_film(entry.path, entry.fps))
        poses = load_poses(self.recording, entry.id)
        poses = poses if poses is not None and poses.sizes["space"] == 2 else None
        # Without poses nobody knows which of several animals is meant: then all are shown.
        alone = len(self.recording.individuals) == 1
        return replace(
            self.maker,
            video=film,
            video_id=entry.id,
            times_s=film.times_s,
            fps=entry.fps,
            poses=poses,
            features={},
            camera_view=entry.view,
            crop=self.maker.crop if alone or poses is not None else "whole",
            video_sha256=entry.sha256,
            others=None,
            drawing=drawing_for(self.recording, self.drawn, poses),
            _background=None,
            _lengths_px={},
        )

    def _with_others(self, clip: Clip, others: Sequence[ClipMaker]) -> Clip:
        if clip.problem is not None:
            return clip
        seen = (self._at_that_moment(clip, other) for other in others)
        return replace(clip, also_seen=tuple(one for one in seen if one is not None))

    def _at_that_moment(self, clip: Clip, other: ClipMaker) -> Clip | None:
        mine, its = self._clocks[clip.video], self._clocks[other.video_id]
        frames = np.asarray(frames_on(np.array(clip.frames), mine, its))
        if not its.inside(frames).all():
            return None
        found = other.clip_at(tuple(frames.tolist()), clip.individual)
        return found if found.problem is None else None
