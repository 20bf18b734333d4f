"""Menu entries that hand keypoints to other plugins."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_recordings import make_recording

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.layers import pose_points
from napari_mousegpt.widgets import keypoints_for_others as others
from napari_mousegpt.widgets.open_in_viewer import show
from napari_mousegpt.widgets.viewer_state import state_of

pytestmark = pytest.mark.window


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sentences: list[str] = []
    monkeypatch.setattr(others, "show_info", sentences.append)
    monkeypatch.setattr(others, "show_warning", sentences.append)
    return sentences


def test_layers_for_both(make_napari_viewer, tmp_path: Path, said: list[str]) -> None:
    viewer = make_napari_viewer()
    others.add_points_for_movement()
    assert said == ["There are no keypoints to add: open a recording or a pose file first."]
    show(viewer, make_recording(tmp_path), docks=())
    before = len(viewer.layers)
    others.add_points_for_movement()
    assert [layer.name for layer in viewer.layers[before:]] == ["points: walk", "tracks: walk"]
    points = viewer.layers["points: walk"]
    assert points.metadata["movement_tracks_layer"] is viewer.layers["tracks: walk"]
    assert len(points.data) == 120 * 4
    state_of(viewer).select(TimeRange(10, 20))
    others.add_points_for_deeplabcut()
    assert len(viewer.layers["keypoints: walk"].data) == 10 * 4
    assert len(said) == 1


def test_too_many_points_are_a_sentence(
    make_napari_viewer, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = make_napari_viewer()
    show(viewer, make_recording(tmp_path), docks=())
    before = len(viewer.layers)
    monkeypatch.setattr(pose_points, "POINTS_LIMIT", 100)
    others.add_points_for_movement()
    others.add_points_for_deeplabcut()
    assert len(viewer.layers) == before
    assert len(said) == 2
    assert all("Select a time range of up to 25 frames" in sentence for sentence in said)
