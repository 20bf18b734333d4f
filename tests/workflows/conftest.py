"""A recording that a person labelled."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from small_recordings import make_recording

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.labels.corrections import Corrected, Correction, with_corrections
from napari_mousegpt.datamodel.recording import Recording

LABELS = ("walking", "Face-Grooming", "my own", "walking")


@pytest.fixture
def labelled(tmp_path: Path) -> Recording:
    """Two mice, twelve bouts of ten frames each; of one description a person wrote a level."""
    recording = make_recording(tmp_path, ("a", "b"))
    rows = [
        {
            "video": "cam0",
            "individual": individual,
            "start": start,
            "stop": start + 10,
            "behaviour": LABELS[start // 10 % 4],
            "source": "person",
            "annotator": "Anna",
        }
        for individual in ("a", "b")
        for start in range(0, 120, 10)
    ]
    bouts = make_bouts(pd.DataFrame(rows))
    said = recording.descriptions
    key = Corrected(said["run_id"][0], "cam0", "a", 0, 30, "keywords")
    corrected = with_corrections(said, [Correction(key, ("rearing", "slow"), "Anna")])
    return recording.replace(bouts=bouts, descriptions=corrected)
