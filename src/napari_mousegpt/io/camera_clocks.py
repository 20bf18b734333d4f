"""The clocks of a recording's cameras, from the time stamps of their films. Shows nothing."""

from __future__ import annotations

from napari_mousegpt.datamodel.camera_clock import CameraClock
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.io.films.open_film import open_film

_SAME_RATE = 1e-6


def camera_clocks(recording: Recording) -> dict[str, CameraClock]:
    """Make the clock of every camera, for `frames_of_all`, `frames_on` and `bouts_on`.

    Time stamps are read where the frame rate varies; a rate that a person gave stands above them.
    A film that is not there any more counts at its frame rate.
    """
    return {entry.id: _clock(entry) for entry in recording.videos}


def _clock(entry: VideoEntry) -> CameraClock:
    times_s = None
    if entry.path.exists():
        with open_film(entry.path, entry.fps) as film:
            if film.variable_rate and abs(film.fps - entry.fps) < _SAME_RATE:
                times_s = film.times_s
    usable = times_s is not None and len(times_s) == entry.frames
    return CameraClock(entry.frames, entry.fps, entry.offset_s, times_s if usable else None)
