"""A video in an NWB session. Knows no tables and no poses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from napari_mousegpt.datamodel.recording import VideoEntry
from napari_mousegpt.io.label_formats.frame_clock import FrameClock


@dataclass(frozen=True, slots=True, eq=False)
class TimedVideo:
    """A video, when its frames are in the session, and its series in the file.

    Attributes
    ----------
    first_s
        Second of the session at which its first frame is.
    series
        The ``ImageSeries`` that other objects link to.
    """

    entry: VideoEntry
    clock: FrameClock
    first_s: float
    series: Any
