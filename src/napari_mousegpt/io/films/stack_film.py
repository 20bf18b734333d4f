"""A stack of pictures of any number type as a film of 8-bit RGB. Knows no file format."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.film import Film, Frame
from napari_mousegpt.io.films.pixel_scaling import scaling_for

SAMPLED_FRAMES = 16
DEFAULT_FPS = 30.0


class StackFilm(Film):
    """Frames that a function reads one by one.

    Parameters
    ----------
    path
        Where they come from.
    read
        Gives frame i as ``(y, x)``, ``(y, x, 1)``, ``(y, x, 3)`` or ``(y, x, 4)``, any real
        number type; called by one thread at a time.
    fps
        Frame rate; None if nobody knows it, which is told as a problem.
    release
        Lets go of the file.

    Raises
    ------
    ValueError
        If the first frame is no picture.
    """

    def __init__(
        self,
        path: Path,
        read: Callable[[int], NDArray[Any]],
        n_frames: int,
        *,
        fps: float | None,
        container: str,
        codec: str,
        problems: Sequence[str] = (),
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self.path, self.container, self.codec = path, container, codec
        self._read_pixels, self._release = read, release
        self._lock = threading.RLock()
        first = read(0)
        if first.ndim not in (2, 3) or (first.ndim == 3 and first.shape[2] not in (1, 3, 4)):
            raise ValueError(
                f"{path.name}: expected grey or RGB pictures, found an array of {first.shape}"
            )
        self.shape = (n_frames, first.shape[0], first.shape[1], 3)
        self.fps = fps or DEFAULT_FPS
        self.times_s = np.arange(n_frames) / self.fps
        self.variable_rate, self.rotation_degrees = False, 0
        told = list(problems)
        if fps is None:
            told.append(
                f"the frame rate is not known: {DEFAULT_FPS:g} frames a second are assumed "
                "(give it with --fps)"
            )
        sampled = [] if first.dtype == np.uint8 else self.cheap_items(SAMPLED_FRAMES)
        self._scaling = scaling_for(first.dtype, (read(item) for item in sampled))
        if first.dtype not in (np.uint8, np.bool_):
            low, high = self._scaling.low, self._scaling.high
            told.append(f"pixels are {first.dtype}: {low:g} to {high:g} are shown as 0 to 255")
        self.problems = tuple(told)

    def close(self) -> None:
        """Let go of the file; the next read opens it again."""
        with self._lock:
            self._release()

    def _read(self, item: int) -> Frame:
        with self._lock:
            try:
                pixels = self._read_pixels(item)
            except (OSError, ValueError, SyntaxError) as error:
                raise OSError(
                    f"{self.name}: frame {item} cannot be read ({error}). "
                    "Other frames can still be read."
                ) from error
        if pixels.ndim == 2:
            pixels = pixels[..., np.newaxis]
        if pixels.shape[:2] != self.shape[1:3]:
            raise OSError(
                f"{self.name}: frame {item} is {pixels.shape[1]} x {pixels.shape[0]} pixels, "
                f"the first one {self.shape[2]} x {self.shape[1]}. Other frames can still be read."
            )
        frame = self._scaling(pixels[..., :3])
        return frame.repeat(3, axis=2) if frame.shape[2] == 1 else np.array(frame)
