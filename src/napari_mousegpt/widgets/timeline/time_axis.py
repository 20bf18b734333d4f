"""The time axis: m:ss above, the frame below. Dragging on it moves the playhead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from qtpy.QtCore import Qt

from napari_mousegpt.widgets.plotting import pg
from napari_mousegpt.widgets.timeline.clock import clock, decimals_for, step_between_marks

PX_PER_MARK = 90.0


class TimeAxis(pg.AxisItem):
    """Axis in frames with marks at round times.

    Parameters
    ----------
    go_to
        Called with the frame under the pointer.
    """

    def __init__(self, go_to: Callable[[float], None]) -> None:
        super().__init__("bottom", maxTickLength=-6)
        self._go_to = go_to
        self.fps = 30.0
        self.times_s: np.ndarray | None = None
        self.setStyle(tickTextOffset=3)
        self.setHeight(34)

    def set_time(self, fps: float, times_s: np.ndarray | None) -> None:
        """Tell what time each frame is; by the frame rate if ``times_s`` is None."""
        self.fps, self.times_s = fps, times_s
        self.picture = None
        self.update()

    def tickValues(self, minVal: float, maxVal: float, size: float):
        """Frames nearest to round times."""
        span_s = (maxVal - minVal) / self.fps
        step_s = step_between_marks(span_s, self.fps, size / PX_PER_MARK)
        first, last = (
            np.floor(self._seconds(max(minVal, 0.0)) / step_s),
            self._seconds(maxVal) / step_s,
        )
        marks_s = step_s * np.arange(first, np.floor(last) + 1)
        frames = self._frames(marks_s)
        return [(step_s * self.fps, frames[(frames >= minVal) & (frames <= maxVal)].tolist())]

    def tickStrings(self, values, scale: float, spacing: float) -> list[str]:
        """Write each mark's time and frame."""
        decimals = decimals_for(spacing / self.fps)
        return [f"{clock(self._seconds(one), decimals)}\n{round(one)}" for one in values]

    def mouseDragEvent(self, event) -> None:
        """Move the playhead along."""
        event.accept()
        self._follow(event)

    def mouseClickEvent(self, event) -> None:
        """Move the playhead here."""
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self._follow(event)

    def wheelEvent(self, event) -> None:
        """Zoom as the rows do."""
        self.linkedView().wheelEvent(event)

    def _follow(self, event) -> None:
        view = self.linkedView()
        if view is not None:
            self._go_to(view.mapSceneToView(event.scenePos()).x())

    def _seconds(self, frame: float) -> float:
        times_s = self.times_s
        if times_s is None or not len(times_s):
            return frame / self.fps
        whole = int(np.clip(round(frame), 0, len(times_s) - 1))
        return float(times_s[whole]) + (frame - whole) / self.fps

    def _frames(self, seconds: np.ndarray) -> np.ndarray:
        times_s = self.times_s
        if times_s is None or not len(times_s):
            return np.round(seconds * self.fps)
        after = np.clip(np.searchsorted(times_s, seconds), 1, max(len(times_s) - 1, 1))
        nearer_before = seconds - times_s[after - 1] < times_s[after] - seconds
        return np.where(nearer_before, after - 1, after)
