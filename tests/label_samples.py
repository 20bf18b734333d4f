"""Recordings without a film, for tests of labels."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.ethogram import Behaviour
from napari_mousegpt.datamodel.labels.bout import TrackKey
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.recording_folder import save_recording

FRAMES = 1000
ETHOGRAM = (
    Behaviour("still", "s", "#bbbbbb", group="body"),
    Behaviour("walking", "w", "#44aa99", group="body"),
    Behaviour("rearing", "r", "#117733", group="body"),
    Behaviour("grooming", "g", "#88ccee"),
    Behaviour("jump", "j", "#cc6677", kind="point"),
)
ANNA = TrackKey("cam0", "individual_0", annotator="Anna")


def empty_recording(folder: Path, name: str = "mouse.mousegpt", frames: int = FRAMES) -> Recording:
    """A recording of one animal on disk, without labels."""
    video = VideoEntry("cam0", folder / "film.mp4", frames, 30.0, 64, 48, "0" * 64)
    recording = Recording(
        folder / name, (video,), empty(DESCRIPTIONS), make_bouts([]), ethogram=ETHOGRAM
    )
    save_recording(recording)
    return recording


def model_bouts(*spans: tuple[int, int, str], run_id: str = "run1") -> pd.DataFrame:
    """Bouts as a model's run makes them."""
    rows = [{"start": start, "stop": stop, "behaviour": name} for start, stop, name in spans]
    return make_bouts(pd.DataFrame(rows).assign(video="cam0", source="model", run_id=run_id))
