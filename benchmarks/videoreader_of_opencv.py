"""What napari-video needs of the package ``videoreader``, for where that cannot be had: OpenCV."""

from __future__ import annotations

import sys
import types

import numpy as np


class VideoReader:
    """A film by OpenCV; the next frame is read on, any other is sought."""

    def __init__(self, filename: str) -> None:
        import cv2

        self._cv2, self._film, self._next = cv2, cv2.VideoCapture(str(filename)), 0
        self.number_of_frames = int(self._film.get(cv2.CAP_PROP_FRAME_COUNT))
        width, height = (
            int(self._film.get(one))
            for one in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        self.frame_shape = (height, width, 3)

    def __len__(self) -> int:
        return self.number_of_frames

    def read(self, item: int) -> tuple[bool, np.ndarray]:
        """Whether there was a frame, and the frame."""
        if item != self._next:
            self._film.set(self._cv2.CAP_PROP_POS_FRAMES, item)
        self._next = item + 1
        found: tuple[bool, np.ndarray] = self._film.read()
        return found


def stand_in() -> bool:
    """Let ``import videoreader`` find this class where the package is not; tell whether it does."""
    try:
        import videoreader  # noqa: F401
    except ImportError:
        module = types.ModuleType("videoreader")
        module.VideoReader = VideoReader  # type: ignore[attr-defined]
        sys.modules["videoreader"] = module
        return True
    return False
