"""What is to be captioned: windows, individuals, the run, and what it has answered before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt import __version__
from napari_mousegpt.captioning.captioner import Captioner
from napari_mousegpt.captioning.clips import CLIPS_REVISION
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.run import Run, make_run
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.fingerprint import fingerprint
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.workflows.caption_windows import Sampled, sample_windows, sampling_identity
from napari_mousegpt.workflows.captioner_choice import CaptionSettings, address_of, make_captioner
from napari_mousegpt.workflows.prompt_for import prompt_for, prompt_identity


@dataclass(frozen=True, slots=True, eq=False)
class CaptionPlan:
    """Everything that is known before the first window is described.

    ``described`` names the individuals that each window is of, ``wanted`` those of them that are
    still to be described. ``asked`` are the settings as they were given, ``settings`` with what the
    recording adds to them. Of a window in ``shown`` the captioner sees that part only.
    ``varies`` says that frames are not evenly spaced in time.
    """

    recording: Recording
    entry: VideoEntry
    asked: CaptionSettings
    settings: CaptionSettings
    captioner: Captioner
    run: Run
    windows: tuple[TimeRange, ...]
    individuals: tuple[str, ...]
    described: Mapping[TimeRange, tuple[str, ...]]
    wanted: Mapping[TimeRange, tuple[str, ...]]
    times_s: NDArray[np.float64]
    poses: xr.Dataset | None
    shown: Mapping[TimeRange, TimeRange]
    varies: bool = False
    sampled: Sampled | None = None

    @property
    def total(self) -> int:
        """How often an individual in a window is to be described."""
        return sum(len(individuals) for individuals in self.described.values())

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
    plan = plan_without_windows(recording, settings)
    sampled = sample_windows(
        recording,
        plan.entry,
        plan.settings,
        plan.individuals,
        plan.times_s,
        plan.poses,
        by_time=plan.varies,
        longest_s=plan.captioner.longest_window_s,
    )
    return replace(
        plan,
        windows=tuple(sorted(sampled.described)),
        described=sampled.described,
        wanted=_unanswered(recording, plan.run.run_id, sampled.described),
        shown=sampled.shown,
        sampled=sampled,
    )


def plan_without_windows(recording: Recording, settings: CaptionSettings) -> CaptionPlan:
    """Plan everything but the windows, which are cut elsewhere.

    Raises
    ------
    FileNotFoundError, ValueError
        As `plan_captions` does.
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
    prompt = prompt_for(recording, settings, poses)
    if prompt is not None:
        captioner = make_captioner(settings, prompt)
    with open_film(entry.path, entry.fps) as video:
        varies = video.variable_rate and settings.fps is None
        times_s = np.arange(len(video)) / settings.fps if settings.fps else video.times_s
    resolved = replace(
        settings,
        camera_view=settings.camera_view or entry.view,
        fps=settings.fps or entry.fps,
    )
    return CaptionPlan(
        recording=recording,
        entry=entry,
        asked=settings,
        settings=resolved,
        captioner=captioner,
        run=_run(recording, resolved, captioner, poses),
        windows=(),
        individuals=_chosen(recording, settings),
        described={},
        wanted={},
        times_s=times_s,
        poses=poses,
        shown={},
        varies=varies,
    )


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
        **sampling_identity(settings),
        **captioner.parameters,
        **prompt_identity(recording, settings),
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
    recording: Recording, run_id: str, described: Mapping[TimeRange, tuple[str, ...]]
) -> dict[TimeRange, tuple[str, ...]]:
    table = recording.descriptions
    rows = table[table["run_id"] == run_id]
    answered = set(zip(rows["individual"], rows["start"], rows["stop"], strict=True))
    wanted = {}
    for window, individuals in described.items():
        left = tuple(
            name for name in individuals if (name, window.start, window.stop) not in answered
        )
        if left:
            wanted[window] = left
    return wanted
