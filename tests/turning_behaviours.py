"""A recording on disk in which three behaviours take turns: what clusters and searches need."""

from __future__ import annotations

import json
from pathlib import Path

from small_recordings import make_recording

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.answers_table import rebuild_descriptions
from napari_mousegpt.io.recording_folder import append_answers, open_recording, save_recording

SAID = (
    ("The mouse walks forward.", "walking"),
    ("The mouse stays still.", "still"),
    ("The mouse rears.", "rearing"),
)
WINDOW_FRAMES = 6


def described_in_turns(folder: Path, individuals: tuple[str, ...] = ("a", "b")) -> Recording:
    """Twenty windows of each animal; every second one another behaviour."""
    recording = make_recording(folder, individuals)
    rows = []
    for individual in individuals:
        for place in range(20):
            overall, word = SAID[place // 2 % 3]
            text = json.dumps({"overall": overall, "keywords": [word]})
            start = WINDOW_FRAMES * place
            rows.append(
                {"run_id": recording.runs[0].run_id, "video": "cam0", "individual": individual}
                | {"start": start, "stop": start + WINDOW_FRAMES, "frames": [], "text": text}
                | {"valid": True, "problem": None, "seconds": 0.0}
            )
    append_answers(recording, rows)
    rebuild_descriptions(recording.folder)
    save_recording(recording)
    return open_recording(recording.folder)
