"""Time ranges in frames, and how a video is cut into windows. Knows no seconds but those given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, order=True)
class TimeRange:
    """Frames ``[start, stop)`` of one video."""

    start: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise ValueError(
                f"expected a time range with 0 <= start < stop, found {self.start}:{self.stop}"
            )

    def __len__(self) -> int:
        return self.stop - self.start

    def __contains__(self, frame: int) -> bool:
        return self.start <= frame < self.stop

    def __str__(self) -> str:
        return f"{self.start}:{self.stop}"

    @classmethod
    def parse(cls, text: str, n_frames: int) -> TimeRange:
        """Read ``A:B``, ``A:`` or ``:B`` and check it against a video of ``n_frames``.

        Raises
        ------
        ValueError
            If the text is not a range or lies outside the video.
        """
        start_text, colon, stop_text = text.partition(":")
        try:
            if not colon:
                raise ValueError
            start = int(start_text) if start_text.strip() else 0
            stop = int(stop_text) if stop_text.strip() else n_frames
        except ValueError:
            raise ValueError(
                f"expected a frame range START:STOP such as 0:900, found {text!r}"
            ) from None
        if not 0 <= start < stop <= n_frames:
            raise ValueError(
                f"frame range {text} lies outside the video: "
                f"expected 0 <= START < STOP <= {n_frames}"
            )
        return cls(start, stop)


def cut_windows(
    n_frames: int,
    *,
    window_s: float,
    stride_s: float,
    fps: float,
    times_s: NDArray[np.float64] | None = None,
    within: TimeRange | None = None,
) -> list[TimeRange]:
    """Cut a video into windows.

    Parameters
    ----------
    n_frames
        Frames of the video.
    window_s, stride_s
        Length of a window and distance between the starts of neighbours.
    fps
        Frames per second; length and stride are ``max(1, round(seconds * fps))`` frames.
    times_s
        Times of all frames, shape (n_frames,), increasing; give it for a video of variable
        frame rate, where windows are cut by time instead.
    within
        Only this part of the video.

    Returns
    -------
    list of TimeRange
        The last may be shorter; a tail under a quarter window joins the one before; a video
        shorter than one window is one window.
    """
    if window_s <= 0 or stride_s <= 0 or fps <= 0:
        raise ValueError(
            "expected window, stride and frame rate above zero, "
            f"found {window_s} s, {stride_s} s, {fps} fps"
        )
    part = within or TimeRange(0, n_frames)
    if times_s is None:
        length = max(1, round(window_s * fps))
        stride = max(1, round(stride_s * fps))
        starts = np.arange(part.start, part.stop, stride)
        stops = starts + length
        shortest = length / 4
    else:
        first_s, last_s = times_s[part.start], times_s[part.stop - 1]
        # Rounding must not lose the edge that falls on the last frame.
        edges_s = first_s + stride_s * np.arange(int((last_s - first_s + 5e-10) / stride_s) + 1)
        starts = np.searchsorted(times_s, edges_s - 1e-9)
        stops = np.searchsorted(times_s, edges_s + window_s - 1e-9)
        shortest = 0.0
    ranges = _join_tail(starts, np.minimum(stops, part.stop), part.stop, shortest)
    if times_s is not None and len(ranges) > 1:
        tail = ranges[-1]
        end_s = times_s[tail.stop - 1] + 1 / fps
        if end_s - times_s[tail.start] < window_s / 4:
            ranges[-2:] = [TimeRange(ranges[-2].start, tail.stop)]
    return ranges


def _join_tail(
    starts: NDArray[np.int64], stops: NDArray[np.int64], end: int, shortest: float
) -> list[TimeRange]:
    ranges: list[TimeRange] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        if ranges and ranges[-1].stop >= end:
            break  # with overlap, the end is already covered
        if stop <= start:
            continue  # a gap in the time stamps longer than a window
        if ranges and start <= ranges[-1].start:  # both fall between the same two frames
            ranges[-1] = TimeRange(ranges[-1].start, max(stop, ranges[-1].stop))
        elif ranges and stop == end and stop - start < shortest:
            ranges[-1] = TimeRange(ranges[-1].start, end)
        else:
            ranges.append(TimeRange(start, stop))
    return ranges


def sample_frames(window: TimeRange, n_frames: int) -> tuple[int, ...]:
    """Pick ``n_frames`` equally spaced frames, first and last included.

    A window with fewer frames repeats some, so that the count always holds.
    """
    picks = np.round(np.linspace(window.start, window.stop - 1, n_frames))
    return tuple(int(pick) for pick in picks)
