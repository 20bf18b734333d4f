"""What is to be captioned: windows, individuals, the run, and what it has answered before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt import __version__
from napari_mousegpt.captioning.captioner import Captioner, Clip
from napari_mousegpt.captioning.clips import CLIPS_REVISION, ClipMaker
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.run import Run, make_run
from napari_mousegpt.datamodel.timerange import TimeRange, cut_windows
from napari_mousegpt.io.films.film import Film
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.fingerprint import fingerprint
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.window_features import window_features
from napari_mousegpt.workflows.captioner_choice import CaptionSettings, address_of, make_captioner


@dataclass(frozen=True, slots=True, eq=False)
class CaptionPlan:
    """Everything that is known before the first window is described.

    ``wanted`` names the individuals that are still to be described in each window.
    """

    recording: Recording
    entry: VideoEntry
    settings: CaptionSettings
    captioner: Captioner
    run: Run
    windows: tuple[TimeRange, ...]
    individuals: tuple[str, ...]
    wanted: Mapping[TimeRange, tuple[str, ...]]
    times_s: NDArray[np.float64]
    poses: xr.Dataset | None

    @property
    def total(self) -> int:
        """Windows times individuals."""
        return len(self.windows) * len(self.individuals)

    @property
    def skipped(self) -> int:
        """How many of them were answered before."""
        return self.total - sum(len(individuals) for individuals in self.wanted.values())

    @property
    def prompt(self) -> str:
        """The words the model gets, before a clip's values are filled in."""
        return self.captioner.prompt_text


def plan_captions(recording: Recording, settings: CaptionSettings) -> CaptionPlan:
    """Cut the windows and find out which of them the same run answered before.

    Raises
    ------
    FileNotFoundError, ValueError
        If video, captioner, model or a chosen individual is not there, or poses are needed and
        missing.
    """
    entry = recording.video(settings.video)
    captioner = make_captioner(settings)
    poses = load_poses(recording, entry.id)
    if captioner.needs_poses and poses is None:
        raise ValueError(
            f"{captioner.name} describes poses, and {recording.name} has none of {entry.id}. "
            "Give them with --pose, or choose the captioner mousegpt-tiny."
        )
    _check_video(entry)
    fps = settings.fps or entry.fps
    with open_film(entry.path, entry.fps) as video:
        variable = video.variable_rate and settings.fps is None
        times_s = video.times_s if settings.fps is None else np.arange(len(video)) / fps
    windows = cut_windows(
        entry.frames,
        window_s=settings.window_s,
        stride_s=settings.stride_s,
        fps=fps,
        times_s=times_s if variable else None,
        within=settings.frames,
    )
    settings = replace(settings, camera_view=settings.camera_view or entry.view, fps=fps)
    run = _run(recording, settings, captioner, poses)
    individuals = _chosen(recording, settings)
    return CaptionPlan(
        recording=recording,
        entry=entry,
        settings=settings,
        captioner=captioner,
        run=run,
        windows=tuple(windows),
        individuals=individuals,
        wanted=_unanswered(recording, run.run_id, windows, individuals),
        times_s=times_s,
        poses=poses,
    )


def clip_maker(plan: CaptionPlan, video: Film) -> ClipMaker:
    """Make what cuts the clips of a plan out of its video."""
    settings = plan.settings
    return ClipMaker(
        video=video,
        video_id=plan.entry.id,
        times_s=plan.times_s,
        fps=settings.fps or plan.entry.fps,
        poses=plan.poses if _in_pixels(plan.poses) else None,
        roles=plan.recording.keypoint_roles,
        features=_kinematics(plan),
        camera_view=settings.camera_view or "top",
        frames_per_clip=settings.frames_per_clip,
        side_px=plan.captioner.side_px if plan.captioner.needs_pixels else 0,
        longest_s=plan.captioner.longest_window_s,
        crop=settings.crop,
    )


def clip_for(plan: CaptionPlan, window: TimeRange, individual: str) -> Clip:
    """Cut the first clip of one window, to show what the model gets."""
    with open_film(plan.entry.path, plan.entry.fps) as video:
        maker = clip_maker(replace(plan, windows=(window,)), video)
        return maker.clips_of(window, [individual])[individual][0]


def _in_pixels(poses: xr.Dataset | None) -> bool:
    """Poses in space lie nowhere in the picture: then the animal is found without them."""
    return poses is not None and poses.sizes["space"] == 2


def _check_video(entry: VideoEntry) -> None:
    if not entry.path.exists():
        raise FileNotFoundError(
            f"{entry.path}: the recording's video is not there. Put it back, or import it again."
        )
    if fingerprint(entry.path) != entry.sha256:
        raise ValueError(
            f"{entry.path.name} is not the video this recording was made from: its content has "
            "changed. Put the old file back, or import the new one into another recording."
        )


def _chosen(recording: Recording, settings: CaptionSettings) -> tuple[str, ...]:
    chosen = settings.individuals or recording.individuals
    unknown = [name for name in chosen if name not in recording.individuals]
    if unknown:
        raise ValueError(
            f"{recording.name} has no individual {', '.join(map(repr, unknown))}; "
            f"it has {', '.join(recording.individuals)}"
        )
    return tuple(chosen)


def _run(
    recording: Recording,
    settings: CaptionSettings,
    captioner: Captioner,
    poses: xr.Dataset | None,
) -> Run:
    entry = recording.video(settings.video)
    parameters: dict[str, Any] = {
        "window_s": settings.window_s,
        "stride_s": settings.stride_s,
        "frames_per_clip": settings.frames_per_clip,
        "camera_view": settings.camera_view,
        "fps": settings.fps,
        "crop": settings.crop,
        "clips": CLIPS_REVISION,
        "poses": _pose_hash(poses),
        "keypoint_roles": dict(recording.keypoint_roles),
        "pixel_size_mm": recording.pixel_size_mm,
        **captioner.parameters,
    }
    return make_run(
        tool=captioner.name,
        version=__version__,
        video=entry.id,
        video_sha256=entry.sha256,
        model=captioner.model,
        revision=captioner.revision,
        adapter=captioner.adapter,
        prompt=captioner.prompt_text,
        parameters=parameters,
        endpoint=address_of(captioner),
    )


def _pose_hash(poses: xr.Dataset | None) -> str | None:
    if poses is None:
        return None
    digest = hashlib.blake2b(digest_size=8)
    for name in ("position", "confidence"):
        digest.update(np.ascontiguousarray(poses[name].values).tobytes())
    return digest.hexdigest()


def _unanswered(
    recording: Recording,
    run_id: str,
    windows: list[TimeRange],
    individuals: tuple[str, ...],
) -> dict[TimeRange, tuple[str, ...]]:
    table = recording.descriptions
    rows = table[table["run_id"] == run_id]
    answered = set(zip(rows["individual"], rows["start"], rows["stop"], strict=True))
    wanted = {}
    for window in windows:
        left = tuple(
            name for name in individuals if (name, window.start, window.stop) not in answered
        )
        if left:
            wanted[window] = left
    return wanted


def _kinematics(plan: CaptionPlan) -> dict[tuple[str, int, int], dict[str, float]]:
    wants = plan.captioner.needs_poses or "{kinematics}" in plan.prompt
    if plan.poses is None or not wants:
        return {}
    summarise = partial(
        frame_features,
        roles=plan.recording.keypoint_roles,
        fps=plan.settings.fps or plan.entry.fps,
        times_s=plan.times_s,
        pixel_size_mm=plan.recording.pixel_size_mm,
        camera_view=plan.settings.camera_view,
    )
    table = window_features(summarise(plan.poses), list(plan.windows))
    numbers = table.drop(columns=["individual", "start", "stop"]).to_dict("records")
    keys = zip(table["individual"], table["start"], table["stop"], strict=True)
    return {(str(who), int(a), int(b)): row for (who, a, b), row in zip(keys, numbers, strict=True)}
