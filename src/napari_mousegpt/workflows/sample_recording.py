"""The rendered sample as a recording: made once, used by the demo, napari's samples and tests."""

from __future__ import annotations

from pathlib import Path

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.sample.arena import PX_PER_CM
from napari_mousegpt.sample.rendered import write_sample
from napari_mousegpt.workflows.import_recording import import_recording

FILES = ("mouse.mp4", "mouse.csv", "mouse_bouts.csv")


def sample_recording(folder: str | Path) -> Recording:
    """Open the sample's recording in ``folder``; what is not there yet is rendered and imported."""
    video, poses, bouts = (Path(folder) / name for name in FILES)
    if not bouts.exists():  # it is written last
        write_sample(folder)
    return import_recording(video, poses=poses, pixel_size_mm=10 / PX_PER_CM)
