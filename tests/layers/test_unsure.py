"""What the captioner was not sure enough of is shown as unsure, in grey, and not by its guess."""

from __future__ import annotations

from pathlib import Path

from small_recordings import make_recording

from napari_mousegpt.layers.said import UNSURE, behaviours_of, said_in


def test_unsure_windows_have_no_behaviour(tmp_path: Path) -> None:
    recording = make_recording(tmp_path)
    said = recording.descriptions
    assert behaviours_of(said).tolist() == ["walking", "still"] * 2
    said = said.assign(unsure=[False, True, False, True], valid=[True, True, True, False])
    assert behaviours_of(said).tolist() == ["walking", UNSURE, "walking", ""]
    assert said_in(recording.replace(descriptions=said)).behaviours[1] == UNSURE
