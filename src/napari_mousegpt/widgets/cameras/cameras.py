"""Which cameras the viewer's recording has, and which is looked at. Knows no layer and no dock.

The frames of the first camera are those of the viewer, the timeline and the labels, whichever
camera is looked at; switching changes only what is seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from napari_mousegpt.datamodel.camera_clock import CameraClock, frames_on
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.layers.said import SaidIndex, said_in

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.layers.camera_view import CameraView


class Cameras:
    """The cameras of one viewer; none of them where there is one film only.

    Signals
    -------
    changed
        There are other cameras, or another one is looked at.

    Attributes
    ----------
    views
        The cameras, that whose frames are counted first; empty for a single film.
    looked_at
        The id of the one that is looked at; None for all, side by side.
    said
        What is said of each camera; empty for a single film.
    """

    changed = Signal()

    def __init__(self) -> None:
        self.views: tuple[CameraView, ...] = ()
        self.looked_at: str | None = None
        self.said: tuple[SaidIndex | None, ...] = ()

    @property
    def ids(self) -> list[str]:
        """Such as ``cam0, cam1``; empty for a single film."""
        return [view.id for view in self.views]

    @property
    def clocks(self) -> Mapping[str, CameraClock]:
        """Clock of each camera."""
        return {view.id: view.clock for view in self.views}

    def set_views(self, views: Sequence[CameraView]) -> None:
        """Take other cameras; all are looked at."""
        if tuple(views) != self.views:
            self.views, self.looked_at, self.said = tuple(views), None, ()
            self.changed.emit()

    def hear(self, recording: Recording | None, said: SaidIndex | None) -> None:
        """Take what is said now; ``said`` is that of the first camera."""
        others = self.views[1:] if recording is not None else ()
        known = {entry.id for entry in recording.videos} if recording is not None else set()
        of_others = [
            said_in(recording, video=view.id) if recording and view.id in known else None
            for view in others
        ]
        self.said = (said, *of_others) if self.views else ()

    def look_at(self, camera: str | None) -> None:
        """Look at one camera, or at all.

        Raises
        ------
        ValueError
            If there is no such camera.
        """
        if camera is not None and camera not in self.ids:
            raise ValueError(f"there is no camera {camera!r}; there are {', '.join(self.ids)}")
        if camera != self.looked_at:
            self.looked_at = camera
            self.changed.emit()

    def look_at_next(self) -> None:
        """Look at the next camera: all, then one after the other."""
        choices = [None, *self.ids]
        self.look_at(choices[(choices.index(self.looked_at) + 1) % len(choices)])

    def shows(self, camera: str) -> bool:
        """Whether a camera is looked at, alone or with the others."""
        return self.looked_at in (None, camera)

    def frame_of(self, camera: str | None, frame: int) -> int | None:
        """A camera's own frame at a frame of the viewer; None where it was not filming."""
        view = self._view(camera)
        return frame if view is None else view.frame_at(frame)

    def nearest_of(self, camera: str | None, frame: int) -> int:
        """The same, but its first or last frame where it was not filming."""
        view = self._view(camera)
        if view is None or view is self.views[0]:
            return frame
        own = int(frames_on(frame, view.reference, view.clock))
        return int(np.clip(own, 0, view.entry.frames - 1))

    def time_of(self, camera: str | None, frame: int) -> float | None:
        """Seconds of a camera's own frame after the first of all; None for the first camera."""
        view = self._view(camera)
        if view is None or view is self.views[0]:
            return None
        return float(view.clock.seconds(frame) - view.reference.seconds(0))

    def range_of(self, camera: str | None, span: TimeRange) -> TimeRange | None:
        """A camera's own frames in a time range of the viewer; None where it filmed none of it."""
        view = self._view(camera)
        if view is None or view is self.views[0]:
            return span
        edges = frames_on(np.array([span.start, span.stop]), view.reference, view.clock)
        start, stop = np.clip(edges, 0, view.entry.frames).tolist()
        return TimeRange(start, stop) if start < stop else None

    def _view(self, camera: str | None) -> CameraView | None:
        return next((one for one in self.views if one.id == camera), None)
