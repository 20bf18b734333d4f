"""Clips of windows that are shown as examples, of one film. Knows no answer."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import Any

import xarray as xr

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.clips import ClipMaker
from napari_mousegpt.captioning.prompt import Prompt
from napari_mousegpt.captioning.prompting.drawn_keypoints import drawing_for
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.relations import OtherAnimals
from napari_mousegpt.kinematics.window_features import window_features
from napari_mousegpt.workflows.captioner_choice import CaptionSettings

SIDE_PX = 224


class ExampleClips:
    """Cuts examples as they would be asked about, with pixels only where these are shown."""

    def __init__(
        self, recording: Recording, entry: VideoEntry, settings: CaptionSettings, prompt: Prompt
    ) -> None:
        self._recording, self._entry = recording, entry
        self._settings, self._prompt = settings, prompt
        self._poses = load_poses(recording, entry.id)
        self._open = ExitStack()

    def __enter__(self) -> ExampleClips:
        self._film = self._open.enter_context(open_film(self._entry.path, self._entry.fps))
        return self

    def __exit__(self, *of_error: object) -> None:
        self._open.close()

    def clip(self, window: TimeRange, individual: str) -> Clip:
        """Cut one window of one animal."""
        features = {}
        if self._kinematics is not None:
            mine = self._kinematics.sel(individual=[individual])
            numbers = window_features(mine, [window]).drop(columns=["individual", "start", "stop"])
            features = {(individual, window.start, window.stop): numbers.to_dict("records")[0]}
        maker = self._maker(self._film)
        maker.features = features
        return maker.clips_of(window, [individual])[individual][0]

    @cached_property
    def _about(self) -> dict[str, Any]:
        return {
            "roles": self._recording.keypoint_roles,
            "fps": self._entry.fps,
            "times_s": self._film.times_s,
            "camera_view": self._entry.view,
        }

    @cached_property
    def _kinematics(self) -> xr.Dataset | None:
        if self._poses is None:
            return None
        size_mm = self._recording.pixel_size_mm
        return frame_features(self._poses, **self._about, pixel_size_mm=size_mm)

    @cached_property
    def _others(self) -> OtherAnimals | None:
        if self._poses is None or not self._prompt.wants_others:
            return None
        return OtherAnimals(self._poses, **self._about)

    def _maker(self, film: Film) -> ClipMaker:
        choices, poses = self._settings.prompt, self._poses
        return ClipMaker(
            video=film,
            video_id=self._entry.id,
            times_s=film.times_s,
            fps=self._entry.fps,
            poses=poses if poses is not None and poses.sizes["space"] == 2 else None,
            roles=self._recording.keypoint_roles,
            features={},
            camera_view=self._entry.view,
            frames_per_clip=self._settings.frames_per_clip,
            side_px=(self._settings.picture_px or SIDE_PX) if choices.example_frames else 0,
            crop=self._settings.crop,
            video_sha256=self._entry.sha256,
            others=self._others,
            drawing=drawing_for(self._recording, choices.keypoints_drawn, poses),
        )
