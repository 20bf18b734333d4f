"""Which windows are described of whom: evenly spaced, or where the kinematics change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.timerange import TimeRange, cut_windows
from napari_mousegpt.kinematics.change_points import SAMPLING_REVISION, Segments, segments_of
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.workflows.captioner_choice import CaptionSettings

UNIFORM, ADAPTIVE = "uniform", "adaptive"
SAMPLINGS = (UNIFORM, ADAPTIVE)


@dataclass(frozen=True, slots=True)
class Sampled:
    """Windows, and what sampling left out.

    Attributes
    ----------
    described
        Window to the individuals that it is of.
    shown
        Window of a long still span to its middle, which stands for all of it.
    uniform
        How many windows x individuals even spacing gives.
    still_spans
        How many long still spans were described by their middle, of all individuals.
    not_shown_s
        How much time of them no clip shows, summed over individuals.
    """

    described: Mapping[TimeRange, tuple[str, ...]]
    shown: Mapping[TimeRange, TimeRange] = field(default_factory=dict)
    uniform: int = 0
    still_spans: int = 0
    not_shown_s: float = 0.0


def sample_windows(
    recording: Recording,
    entry: VideoEntry,
    settings: CaptionSettings,
    individuals: Sequence[str],
    times_s: NDArray[np.float64],
    poses: xr.Dataset | None,
    *,
    by_time: bool,
    longest_s: float | None = None,
) -> Sampled:
    """Cut the windows of a video as the settings say.

    Parameters
    ----------
    settings
        With the frame rate and the camera view of the recording. Windows that follow the
        kinematics follow each other: ``stride_s`` says nothing about them.
    by_time
        Cut by time stamps: the frame rate varies.
    longest_s
        What the captioner looks at in one go; None for no limit.

    Raises
    ------
    ValueError
        If windows are to follow the kinematics and there are no poses.
    """
    fps = settings.fps or entry.fps
    even = cut_windows(
        entry.frames,
        window_s=settings.window_s,
        stride_s=settings.stride_s if settings.sampling == UNIFORM else settings.window_s,
        fps=fps,
        times_s=times_s if by_time else None,
        within=settings.frames,
    )
    everybody = tuple(individuals)
    if settings.sampling == UNIFORM:
        return Sampled(dict.fromkeys(even, everybody), uniform=len(even) * len(everybody))
    features = frame_features(
        _posed(recording, entry, settings, poses),
        roles=recording.keypoint_roles,
        fps=fps,
        times_s=times_s,
        pixel_size_mm=recording.pixel_size_mm,
        camera_view=settings.camera_view,
    )
    part = settings.frames or TimeRange(0, entry.frames)
    found = {
        name: segments_of(
            features.sel(individual=name), part, window_s=settings.window_s, longest_s=longest_s
        )
        for name in individuals
    }
    return _sampled(found, times_s, fps, uniform=len(even) * len(everybody))


def sampling_identity(settings: CaptionSettings) -> dict[str, Any]:
    """What of it is part of a run's identity; nothing where windows are evenly spaced, as ever."""
    if settings.sampling == UNIFORM:
        return {}
    return {"sampling": settings.sampling, "sampling_revision": SAMPLING_REVISION}


def _sampled(
    found: Mapping[str, Segments], times_s: NDArray[np.float64], fps: float, *, uniform: int
) -> Sampled:
    described: dict[TimeRange, tuple[str, ...]] = {}
    shown: dict[TimeRange, TimeRange] = {}
    spans, not_shown_s = 0, 0.0
    for name, segments in found.items():
        for window in segments.windows:
            described[window] = (*described.get(window, ()), name)
        for window, middle in segments.shown.items():
            shown[window] = middle
            spans += 1
            not_shown_s += _length_s(window, times_s, fps) - _length_s(middle, times_s, fps)
    return Sampled(dict(sorted(described.items())), shown, uniform, spans, not_shown_s)


def _length_s(part: TimeRange, times_s: NDArray[np.float64], fps: float) -> float:
    return float(times_s[part.stop - 1] - times_s[part.start] + 1 / fps)


def _posed(
    recording: Recording, entry: VideoEntry, settings: CaptionSettings, poses: xr.Dataset | None
) -> xr.Dataset:
    if settings.sampling not in SAMPLINGS:
        raise ValueError(
            f"expected a sampling of {' or '.join(SAMPLINGS)}, found {settings.sampling!r}"
        )
    if poses is None:
        raise ValueError(
            f"--sampling {ADAPTIVE} finds its windows in the poses, and {recording.name} has none "
            f"of {entry.id}. Give them with --pose, or leave the windows evenly spaced."
        )
    return poses
