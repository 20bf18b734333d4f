"""An array in an Image layer is described like a video: through a film of exactly its pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel
from napari.layers import Image
from video_files import painted

from napari_mousegpt.io.films.open_film import open_film
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.readers import reader_for
from napari_mousegpt.widgets.caption.array_source import FILM, ArraySource, file_of, is_array_film
from napari_mousegpt.widgets.caption_dock import CaptionDock

pytestmark = pytest.mark.usefixtures("no_thread_left")

FRAMES = np.stack([painted(i) for i in range(20)])


@pytest.fixture
def opened() -> list[Path]:
    return []


@pytest.fixture
def source(qtbot, viewer: ViewerModel, opened: list[Path]) -> ArraySource:
    source = ArraySource(viewer, opened.append)
    qtbot.addWidget(source)
    return source


@pytest.mark.parametrize(
    ("layer", "film"),
    [
        (lambda: Image(FRAMES, rgb=True), True),
        (lambda: Image(FRAMES[..., 0]), True),
        (lambda: Image([FRAMES[..., 0], FRAMES[:, ::2, ::2, 0]], multiscale=True), True),
        (lambda: Image(FRAMES[0], rgb=True), False),
        (lambda: Image(FRAMES, rgb=False), False),
        (lambda: Image(FRAMES, rgb=True, metadata={"mousegpt": {"kind": "video"}}), False),
    ],
    ids=["colour", "grey", "pyramid", "one picture", "four axes", "a film of ours"],
)
def test_which_layers_are_films(source, viewer, layer, film: bool) -> None:  # type: ignore[no-untyped-def]
    viewer.add_layer(layer())
    assert is_array_film(viewer.layers[0]) is film
    assert source.layers.count() == int(film)
    assert source.isVisibleTo(None) is film


def test_an_array_becomes_a_film_and_is_opened(
    qtbot, source: ArraySource, viewer: ViewerModel, opened: list[Path], tmp_path: Path
) -> None:
    layer = viewer.add_image(FRAMES[..., 0].astype(np.uint16) * 10, contrast_limits=(0, 2550))
    source.fps.setValue(12.5)
    source.make_film(layer, tmp_path / "cage.mousegpt")
    qtbot.waitUntil(lambda: bool(opened), timeout=20_000)
    assert opened == [tmp_path / "cage.mousegpt" / FILM]
    with open_film(opened[0]) as film:
        assert film.fps == pytest.approx(12.5)
        np.testing.assert_array_equal(np.asarray(film)[..., 0], FRAMES[..., 0])
    assert not layer.visible
    source.make_film(layer, tmp_path / "cage.mousegpt")
    assert "is there already" in source.problem.text()


def test_cancelled_midway_nothing_is_left(
    qtbot, source: ArraySource, viewer: ViewerModel, opened: list[Path], tmp_path: Path
) -> None:
    layer = viewer.add_image(np.tile(FRAMES, (100, 1, 1, 1)), rgb=True)
    source.make_film(layer, tmp_path / "cage.mousegpt")
    qtbot.waitUntil(lambda: source.progress.value() > 0, timeout=20_000)
    source.use.click()
    qtbot.waitUntil(lambda: "Stopped" in source.problem.text(), timeout=20_000)
    assert list((tmp_path / "cage.mousegpt").iterdir()) == []
    assert not opened


def test_a_layer_that_was_read_from_a_stack_is_that_stack(tmp_path: Path) -> None:
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, FRAMES[..., 0])
    (layer,) = (Image(FRAMES[..., 0]),)
    assert file_of(layer) is None
    layer._source = layer.source.model_copy(update={"path": str(path)})
    assert file_of(layer) == path
    assert reader_for(path) is not None


@pytest.mark.window
def test_in_a_window_the_array_becomes_the_recordings_film(
    qtbot, make_napari_viewer, tmp_path: Path
) -> None:
    viewer = make_napari_viewer()
    layer = viewer.add_image(np.tile(FRAMES, (4, 1, 1, 1)), rgb=True, name="cage")
    dock = CaptionDock(viewer)
    viewer.window.add_dock_widget(dock)
    dock.source.arrays.make_film(layer, tmp_path / "cage.mousegpt")
    qtbot.waitUntil(lambda: dock.state.video is not None, timeout=30_000)
    assert len(dock.state.video) == 80
    source = dock.source.source()
    assert source is not None
    assert source.folder == tmp_path / "cage.mousegpt"
    recording = source.open()
    assert recording.folder == source.folder
    assert recording.video().path.name == FILM
    again = open_recording(recording.folder)
    assert again.video().path.exists()
