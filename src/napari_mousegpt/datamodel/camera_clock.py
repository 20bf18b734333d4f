"""The clock that the cameras of a recording share: which frames were filmed at the same moment.

A camera's first frame is at its ``offset_s`` on the shared clock; the others follow by their time
stamps, or by the frame rate where that is constant. Knows no files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

EARLY_S = 1e-3
"""Cameras triggered together differ by rounding of their time stamps: up to this much before a
frame, but at most half of the frame before it, counts as that frame."""


@dataclass(frozen=True, slots=True, eq=False)
class CameraClock:
    """When each frame of one camera is on, in seconds of the shared clock.

    Attributes
    ----------
    n_frames
        Frames of the video.
    fps
        Frames per second; also used to count on outside the video.
    offset_s
        Time of the first frame; above zero if this camera started later than the clock.
    times_s
        Time of each frame, shape (n_frames,), never decreasing, from any start; kept from 0 on.
        None for a constant frame rate.
    """

    n_frames: int
    fps: float
    offset_s: float = 0.0
    times_s: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if not (self.fps > 0 and self.n_frames > 0 and np.isfinite(self.offset_s)):
            raise ValueError(
                "expected frames, a frame rate above zero and an offset in seconds, "
                f"found {self.n_frames}, {self.fps} and {self.offset_s}"
            )
        times_s = self.times_s
        if times_s is None:
            return
        if np.shape(times_s) != (self.n_frames,) or not (np.diff(times_s) >= 0).all():
            raise ValueError(
                f"expected {self.n_frames} time stamps that never decrease, "
                f"found an array of shape {np.shape(times_s)} or some that do"
            )
        # From 0 on, and once: a viewer asks at every step.
        from_start_s = np.asarray(times_s, np.float64) - times_s[0]
        object.__setattr__(self, "times_s", from_start_s)

    def seconds(self, frames: NDArray[np.integer] | int) -> NDArray[np.float64]:
        """Time at which each frame appears; outside the video counted on at the frame rate."""
        frames = np.asarray(frames, np.int64)
        if self.times_s is None:
            return np.asarray(self.offset_s + frames / self.fps)
        inside = np.clip(frames, 0, self.n_frames - 1)
        after_s = self.times_s[inside] + (frames - inside) / self.fps
        return np.asarray(self.offset_s + after_s)

    def frames(self, seconds: NDArray[np.floating] | float) -> NDArray[np.int64]:
        """Frame that is on at each time; below 0 before the video, ``n_frames`` or more after it.

        Later times never give earlier frames, and the time of a frame gives that frame (the last
        of several with the same time stamp).
        """
        times_s: NDArray[np.float64] = np.asarray(seconds, np.float64)
        shown = self._last_begun(times_s)
        next_s = self.seconds(shown + 1)
        length_s = next_s - self.seconds(shown)
        nearly = next_s - times_s <= np.minimum(EARLY_S, length_s / 2)
        return np.asarray(shown + nearly, np.int64)

    def inside(self, frames: NDArray[np.integer] | int) -> NDArray[np.bool_]:
        """Whether the video has these frames."""
        frames = np.asarray(frames)
        return np.asarray((frames >= 0) & (frames < self.n_frames))

    def _last_begun(self, times_s: NDArray[np.float64]) -> NDArray[np.int64]:
        after_s = times_s - self.offset_s
        if self.times_s is None:
            return np.floor(after_s * self.fps).astype(np.int64)
        last = self.n_frames - 1
        begun = np.searchsorted(self.times_s, after_s, side="right") - 1
        before = np.floor(after_s * self.fps)
        past = last + np.floor((after_s - self.times_s[-1]) * self.fps)
        outside = np.where(after_s < 0, before, past)
        return np.where((after_s < 0) | (begun >= last), outside, begun).astype(np.int64)


def frames_on(
    frames: NDArray[np.integer] | int, source: CameraClock, target: CameraClock
) -> NDArray[np.int64]:
    """Frames of ``target`` that are on when these frames of ``source`` appear.

    Below 0 or at least ``target.n_frames`` where that camera was not filming.
    """
    return target.frames(source.seconds(frames))


def frames_of_all(
    clocks: Mapping[str, CameraClock], reference: str, frame: int
) -> dict[str, int | None]:
    """Frame of every camera at a frame of one of them; None where a camera was not filming."""
    found: dict[str, int | None] = {}
    for video, clock in clocks.items():
        its = frame if video == reference else int(frames_on(frame, clocks[reference], clock))
        found[video] = its if clock.inside(its) else None
    return found


def bouts_on(
    intervals: pd.DataFrame, clocks: Mapping[str, CameraClock], video: str
) -> pd.DataFrame:
    """Interval table of all cameras as seen by one, for display.

    Parameters
    ----------
    intervals
        Bouts, descriptions or any other interval table; it is left as it is.
    clocks
        Of each camera that the table names; rows of others are left out.
    video
        Camera to show them on.

    Returns
    -------
    pandas.DataFrame
        Rows in the frames of ``video``, which their column ``video`` then names;
        ``filmed_by`` keeps the camera that they were said of. What lies outside its film is cut
        off or left out; what is shorter than one of its frames lasts one frame.
    """
    parts = [intervals.iloc[:0].assign(filmed_by=pd.Series([], dtype="object"))]
    target = clocks[video]
    for name, rows in intervals.groupby("video", sort=False):
        if str(name) not in clocks:
            continue
        start, stop = rows["start"].to_numpy(), rows["stop"].to_numpy()
        if name != video:
            source = clocks[str(name)]
            start, stop = frames_on(start, source, target), frames_on(stop, source, target)
            stop = np.maximum(stop, start + 1)
            if "kind" in rows:
                stop = np.where(rows["kind"] == "point", start + 1, stop)
        there = (stop > 0) & (start < target.n_frames)
        start, stop = np.maximum(start, 0), np.minimum(stop, target.n_frames)
        moved = rows.assign(video=video, start=start, stop=stop, filmed_by=name)
        parts.append(moved[there])
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled).sort_index()
