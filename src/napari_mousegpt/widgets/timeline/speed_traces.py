"""Speed of each animal for the timeline, worked out beside the window. Knows no drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mousegpt.datamodel.skeleton import guess_roles
from napari_mousegpt.widgets.timeline.trace import Trace
from napari_mousegpt.widgets.worker_threads import create_worker

if TYPE_CHECKING:
    import xarray as xr

    from napari_mousegpt.io.films.video import Video
    from napari_mousegpt.widgets.viewer_state import ViewerState


class SpeedTraces:
    """Traces of the state's poses; ``on_change`` is called as they become ready."""

    def __init__(self, state: ViewerState, on_change: Callable[[], None]) -> None:
        self.traces: list[Trace] = []
        self._state = state
        self._on_change = on_change
        self._poses: xr.Dataset | None = None
        self._video: Video | None = None
        self._worker: Any = None

    def follow_film(self) -> None:
        """Start anew if the poses are others than before."""
        poses, video = self._state.poses, self._state.video
        if poses is self._poses and video is self._video:
            return
        self.stop()
        self._poses, self._video = poses, video
        self.traces = []
        if poses is not None and video is not None:
            recording = self._state.recording
            roles = recording.keypoint_roles if recording is not None else None
            self._worker = create_worker(
                speed_traces,
                poses,
                roles or guess_roles([str(name) for name in poses["keypoint"].values]),
                fps=self._state.fps,
                times_s=self._state.times_s(),
                camera=next(iter(self._state.cameras.ids), ""),
            )
            self._worker.yielded.connect(self._on_trace)
            self._worker.start()

    def stop(self) -> None:
        """Stop working."""
        if self._worker is not None:
            self._worker.yielded.disconnect(self._on_trace)
            self._worker.quit()
            self._worker = None

    def _on_trace(self, trace: Trace) -> None:
        self.traces = [*self.traces, trace]
        self._on_change()


def speed_traces(
    poses: xr.Dataset,
    roles: dict[str, str],
    *,
    fps: float,
    times_s: np.ndarray | None,
    camera: str = "",
) -> Iterator[Trace]:
    """Yield the speed of each individual in body lengths per second; those never seen are left."""
    from napari_mousegpt.kinematics.frame_features import frame_features

    for place, name in enumerate(poses["individual"].values):
        one = poses.isel(individual=[place])
        features = frame_features(one, roles=roles, fps=fps, times_s=times_s)
        speed = features["speed_bl_per_s"].values[:, 0]
        if np.isfinite(speed).any():
            yield Trace(speed, "speed (bl/s)", str(name), camera)
