"""The labelled clips of real mice as films that the package imports, one animal and name each.

Three files show three animals side by side; each panel becomes a film of its own, up to its last
change: the shorter ones were filled up with their last picture. All were filmed from below, as
the paws show.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pandas as pd

# First match counts. Several of ours where the authors' word does not tell them apart; the first of
# them is what a fine-tuning is taught.
AUTHORS_WORDS = (
    ("orient_right", ("turning right",)),
    ("orient_left", ("turning left",)),
    ("body_lick", ("body grooming",)),
    ("licking", ("body grooming", "face grooming")),
    ("rear", ("rearing",)),
    ("nose_poke", ("sniffing", "stretch attend")),
    ("face_groom", ("face grooming",)),
    ("head_groom", ("face grooming", "body grooming", "scratching")),
    ("paw_groom", ("face grooming", "body grooming")),
    ("grooming", ("face grooming", "body grooming")),
    ("pause", ("still",)),
    ("still", ("still",)),
    ("inactive", ("still",)),
    ("locomote", ("walking", "running")),
    ("walking", ("walking", "running")),
    ("investigate", ("sniffing", "stretch attend", "walking")),
)
PANELS = 3
DRAWS = 2000
CHANGED_GREYS, CHANGED_SHARE = 8, 0.0002


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """A film of one animal.

    Attributes
    ----------
    source
        Whose it is; ``named`` is the authors' word, ``expected`` ours.
    fps
        In place of what the file says, None where that is right.
    window_s
        Of the windows that it is cut into.
    """

    path: Path
    source: str
    named: str
    expected: tuple[str, ...]
    fps: float | None
    window_s: float
    camera_view: str = "bottom"

    @property
    def video(self) -> str:
        """What the film is called."""
        return self.path.stem


def over_videos(values: pd.Series) -> tuple[float, float, float]:
    """Mean over videos (the levels of the index), with 95 % of a bootstrap over them.

    Windows of one video are no independent cases.
    """
    means = values.groupby(level=0).mean().to_numpy()
    rng = np.random.default_rng(0)
    drawn = means[rng.integers(len(means), size=(DRAWS, len(means)))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(means.mean()), float(low), float(high)


def labelled_clips(data: Path, scratch: Path) -> Iterator[LabelledClip]:
    """Yield the films of ``labelled_clips`` of a folder of data; panels are written to a folder."""
    folder = data / "labelled_clips"
    for label in csv.DictReader((folder / "labels.csv").open()):
        path, named = folder / label["file"], label["behaviour"]
        source = path.parent.name
        expected = next(ours for word, ours in AUTHORS_WORDS if word in named)
        if source == "bsoid_montage":
            for panel in _panels(path, scratch):
                yield LabelledClip(panel, source, named, expected, None, 1.0)
        elif source == "bsoid":
            # Written at 5 fps, slower than life; 0.1 s a frame.
            yield LabelledClip(path, source, named, expected, 10.0, 2.0)
        else:
            yield LabelledClip(path, source, named, expected, None, 1.0)


def _panels(path: Path, scratch: Path) -> Iterator[Path]:
    with av.open(str(path)) as film:
        rate = film.streams.video[0].average_rate
        frames = np.stack([frame.to_ndarray(format="gray") for frame in film.decode(video=0)])
    width = frames.shape[2] // PANELS
    for panel in range(PANELS):
        pictures = frames[:, :, panel * width : (panel + 1) * width]
        place = scratch / f"{path.stem}-{panel + 1}.mkv"
        _write(place, pictures[: _end(pictures)], rate)
        yield place


def _end(pictures: np.ndarray) -> int:
    """One after the last picture that differs from the one before."""
    steps = np.abs(np.diff(pictures.astype(np.int16), axis=0)) > CHANGED_GREYS
    changed = np.flatnonzero(steps.mean(axis=(1, 2)) > CHANGED_SHARE)
    return int(changed[-1]) + 2 if len(changed) else len(pictures)


def _write(path: Path, pictures: np.ndarray, rate: object) -> None:
    """Write a film without loss."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("ffv1", rate=rate)
        stream.height, stream.width, stream.pix_fmt = *pictures.shape[1:], "gray"
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="gray")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
