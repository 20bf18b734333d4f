"""The film of one camera, counted in the frames of another. Knows clocks, no layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.datamodel.camera_clock import CameraClock, frames_on
from napari_mousegpt.io.films.film import Film, Frame
from napari_mousegpt.layers.film.marked_picture import marked_picture

Picture = Callable[[int, tuple[int, int]], NDArray[np.uint8]]
NOT_FILMING = "no picture at this moment"


class FilmOnClock(Film):
    """Frame n is the picture of this camera while frame n of the reference is on.

    Black, with a note, where this camera was not filming, or where there is no film.

    Parameters
    ----------
    film
        What the camera filmed; None where it cannot be read.
    clock, reference
        Clocks of this camera and of that whose frames are counted.
    shape_yx
        Height and width of the picture.
    title
        The camera in words, for the note.
    problem
        Why there is no film, for the note.
    path
        Of the film.
    """

    variable_rate = False
    container = codec = ""
    rotation_degrees = 0
    problems = ()

    def __init__(
        self,
        film: Any,
        clock: CameraClock,
        reference: CameraClock,
        *,
        shape_yx: tuple[int, int],
        title: str,
        problem: str = NOT_FILMING,
        path: Path | None = None,
    ) -> None:
        self.film = film
        self.clock, self.reference = clock, reference
        self.shape = (reference.n_frames, *shape_yx, 3)
        self.fps = reference.fps
        self.title, self.problem, self.path = title, problem, path

    def again(self) -> FilmOnClock:
        """The same with a decoder of its own, where the film can be opened again."""
        again = getattr(self.film, "again", None)
        return FilmOnClock(
            self.film if again is None else again(),
            self.clock,
            self.reference,
            shape_yx=self.shape[1:3],
            title=self.title,
            problem=self.problem,
            path=self.path,
        )

    @property
    def times_s(self) -> NDArray[np.float64]:  # type: ignore[override]
        """Time of each frame of the reference after its first."""
        return self.reference.seconds(np.arange(len(self))) - self.reference.offset_s

    @property
    def index(self) -> Any:
        """Packets and key frames of the camera's own film; None where it has none."""
        return getattr(self.film, "index", None)

    @property
    def n_filmed(self) -> int:
        """Frames of the camera's own film."""
        return len(self.film) if self.film is not None else 0

    @property
    def ready(self) -> bool:
        """Whether the film's length is final."""
        return bool(getattr(self.film, "ready", True))

    def on_ready(self, call: Callable[[], None]) -> None:
        """Call back when the film's length is final."""
        getattr(self.film, "on_ready", lambda call: call())(call)

    def frame_of(self, item: int) -> int | None:
        """The camera's own frame at a frame of the reference; None where it was not filming."""
        frame = int(frames_on(item, self.reference, self.clock))
        return frame if self.film is not None and self.clock.inside(frame) else None

    def through(self, picture: Picture) -> Picture:
        """The same for a copy of the camera's own film, such as a scrub copy."""

        def shown(item: int, size_yx: tuple[int, int]) -> NDArray[np.uint8]:
            frame = self.frame_of(item)
            return self._note() if frame is None else picture(frame, size_yx)

        return shown

    def close(self) -> None:
        """Let go of the file."""
        if self.film is not None:
            self.film.close()

    def _read(self, item: int) -> Frame:
        frame = self.frame_of(item)
        if frame is None:
            return self._note()
        picture: Frame = self.film[frame]
        return picture

    def _note(self) -> Frame:
        text = f"{self.title}: {self.problem}"
        return marked_picture(self.shape[1:3], text, striped=False)
