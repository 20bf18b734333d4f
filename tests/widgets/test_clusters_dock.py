"""Map, clusters, layer and gallery share one choice of windows; what is decided is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtTest import QTest
from turning_behaviours import described_in_turns

from napari_mousegpt.datamodel.matching_spans import IndividualSpan
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.cluster_names import read_names
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.behaviour_map.cluster_list import NAME
from napari_mousegpt.widgets.behaviour_map.map_colours import UNKNOWN
from napari_mousegpt.widgets.behaviour_map.map_words import NOT_CLUSTERED
from napari_mousegpt.widgets.behaviour_map.other_recordings import ALONE
from napari_mousegpt.widgets.chosen_windows import chosen_windows_of
from napari_mousegpt.widgets.clusters_dock import ClustersDock
from napari_mousegpt.widgets.gallery import GalleryDock
from napari_mousegpt.widgets.playback import player_of
from napari_mousegpt.workflows.cluster import ClusterSettings
from napari_mousegpt.workflows.clustered_windows import clustering_of
from napari_mousegpt.workflows.clustering_jobs import embed_and_cluster
from napari_mousegpt.workflows.embed import EmbedSettings

pytestmark = pytest.mark.usefixtures("no_thread_left")
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a clustered recording and its film, made once."""
    folder = tmp_path_factory.mktemp("clustered")
    recording = described_in_turns(folder)
    for _ in embed_and_cluster(
        recording.folder, EmbedSettings(weights={"text": 1.0}), ClusterSettings(k=3, refits=2)
    ):
        pass
    return folder


@pytest.fixture
def make_dock(qtbot, viewer: ViewerModel):
    """Make the dock over a recording."""

    def make(recording: Recording) -> ClustersDock:
        for layer in recording_layers(recording):
            viewer.add_layer(Layer.create(*layer))
        dock = ClustersDock(viewer)
        qtbot.addWidget(dock)
        dock.resize(420, 900)
        dock.show()
        return dock

    yield make
    player_of(viewer).pause()


@pytest.fixture
def clustered(qtbot, made: Path, tmp_path: Path, make_dock) -> ClustersDock:
    """The dock over a clustered recording, with names proposed."""
    folder = Path(shutil.copytree(made, tmp_path / "copy"))
    dock = make_dock(open_recording(folder / "walk.mousegpt"))
    qtbot.waitUntil(lambda: not dock.naming.proposing.running, timeout=20_000)
    qtbot.waitUntil(lambda: dock.map.dots._picture is not None)
    return dock


def dot_of(dock: ClustersDock, row: int) -> QPoint:
    """Where the dot of a row is on the map."""
    x, y = dock.windows.loc[row, ["x", "y"]]
    return dock.map.mapFromScene(dock.map.view.mapViewToScene(QPointF(x, y)))


def test_run_makes_a_map(qtbot, tmp_path: Path, make_dock) -> None:
    dock = make_dock(described_in_turns(tmp_path, ("a",)))
    assert dock.map.message.text() == NOT_CLUSTERED
    dock.form.weights["text"].setValue(1.0)
    dock.form.k.setValue(3)
    QTest.mouseClick(dock.line.run, LEFT)
    assert (dock.line.cancel.isEnabled(), dock.line.run.isEnabled()) == (True, False)
    QTest.mouseClick(dock.line.cancel, LEFT)
    assert "Cancelled" in dock.line.said.text()
    assert dock.state.recording.runs[-1].tool == "stand-in"
    QTest.mouseClick(dock.line.run, LEFT)
    qtbot.waitUntil(lambda: not dock.job.running, timeout=60_000)
    assert dock.line.problem.isHidden(), dock.line.problem.text()
    assert dock.line.said.text().startswith("3 clusters in 20 windows")
    assert (dock.list.topLevelItemCount(), dock.map.message.text()) == (3, "")
    qtbot.waitUntil(lambda: not dock.naming.proposing.running, timeout=20_000)


def test_a_click_on_a_dot_goes_there_and_selects_it_everywhere(qtbot, clustered) -> None:
    dock, viewer = clustered, clustered.state.viewer
    place = dot_of(dock, 17)
    window = dock.windows.iloc[dock.map.row_at(dock.map.mapToScene(place))]
    QTest.mouseClick(dock.map.viewport(), LEFT, pos=place)
    span = IndividualSpan(window["individual"], window["start"], window["stop"])
    qtbot.waitUntil(lambda: dock.chosen.spans == (span,))
    assert window["start"] <= dock.state.frame < window["stop"]
    assert dock.state.individual == window["individual"]
    layer = viewer.layers["bouts"]
    rows = layer.features.iloc[sorted(layer.selected_data)]
    assert len(rows) > 0
    assert set(rows["individual"]) == {window["individual"]}
    assert set(rows["mousegpt_cluster"]) == {str(window["cluster"])}


def test_the_layer_has_places_and_its_points_choose_windows(clustered) -> None:
    layer = clustered.state.viewer.layers["bouts"]
    table = layer.features
    known = table["source"] == "cluster"
    assert np.isfinite(table.loc[known, ["UMAP0", "UMAP1"]].to_numpy()).all()
    row = int(np.flatnonzero(known)[0])
    layer.selected_data = {row}
    [span] = clustered.chosen.spans
    assert span == tuple(table.loc[row, ["individual", "start", "stop"]])
    assert len(clustered.map.dots._chosen) == (span.stop - span.start) // 6
    clustered.chosen.choose([])
    assert not layer.selected_data


def test_encircled_dots_are_chosen_and_ctrl_adds(clustered) -> None:
    dock = clustered
    first, other = (np.flatnonzero(dock.windows["cluster"] == number) for number in (0, 1))
    places = dock.windows[["x", "y"]].to_numpy()
    middle, reach = places[first].mean(axis=0), np.ptp(places[first], axis=0).max() / 2 + 1e-3
    corners = [middle + 1.5 * reach * np.array(c) for c in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    dock.map._on_encircled([tuple(corner) for corner in corners], Qt.KeyboardModifier.NoModifier)
    chosen = {(span.individual, span.start) for span in dock.chosen.spans}
    rows = dock.windows.iloc[first]
    assert chosen >= set(zip(rows["individual"], rows["start"], strict=True))
    assert len(dock.map.dots._chosen) == len(chosen)
    before = len(dock.chosen.spans)
    windows = dock.windows.iloc[other]
    keys = zip(other.tolist(), windows["individual"], windows["start"], strict=True)
    outside = next(row for row, *key in keys if tuple(key) not in chosen)
    dock.map.picked.emit(int(outside), True)
    assert len(dock.chosen.spans) == before + 1


@pytest.mark.parametrize("way", ["behaviour", "animal", "novelty", "time"])
def test_colours_have_a_legend(qtbot, clustered, way: str) -> None:
    clustered.way.setCurrentText(way)
    qtbot.waitUntil(lambda: not clustered.side.running, timeout=10_000)
    assert clustered.legend.text().count("■") >= 2
    assert UNKNOWN not in {f"#{colour & 0xFFFFFF:06x}" for colour in clustered.map.dots._colours}


def test_a_name_is_written_undone_and_shown_on_the_timeline(qtbot, clustered) -> None:
    dock = clustered
    folder = dock.state.recording.folder
    model = clustering_of(dock.state.recording).parameters["model"]
    dock.list.topLevelItem(0).setText(NAME, "strolling")
    qtbot.waitUntil(lambda: "strolling" in set(dock.windows["name"]), timeout=10_000)
    assert "strolling" in set(dock.state.recording.bouts["behaviour"])
    assert read_names(folder, model).name_of(0) == "strolling"
    QTest.mouseClick(dock.naming.undo, LEFT)
    qtbot.waitUntil(lambda: "strolling" not in set(dock.windows["name"]), timeout=10_000)
    dock.list.setCurrentItem(dock.list.topLevelItem(1))
    qtbot.waitUntil(lambda: dock.list.proposed_for(1) != "", timeout=10_000)
    QTest.mouseClick(dock.naming.take, LEFT)
    said = {"walking", "still", "rearing"}
    qtbot.waitUntil(lambda: read_names(folder, model).names.get(1) in said)
    qtbot.waitUntil(lambda: not dock.naming.deciding.running)


def test_two_clusters_made_one(qtbot, clustered) -> None:
    clustered.merges.decided.emit("merge", (0, 1))
    qtbot.waitUntil(lambda: set(clustered.windows["cluster"]) == {0, 2}, timeout=10_000)
    assert clustered.list.topLevelItemCount() == 2


def test_the_gallery_plays_what_is_offered_and_leads_there(qtbot, clustered) -> None:
    dock, viewer = clustered, clustered.state.viewer
    gallery = GalleryDock(viewer)
    qtbot.addWidget(gallery)
    gallery.resize(320, 400)
    gallery.show()
    spans = tuple(IndividualSpan("b", 6 * k, 6 * k + 6) for k in range(11))
    chosen_windows_of(viewer).offer("walking", spans)
    assert gallery.title.text() == "walking · 2 more not shown"
    qtbot.waitUntil(lambda: len(gallery.grid._clips) == 9, timeout=20_000)
    assert {clip.shape for clip in gallery.grid._clips.values()} == {(3, 96, 96, 3)}
    painted = gallery.grid.painted
    qtbot.waitUntil(lambda: gallery.grid.painted > painted + 3)
    rect = gallery.grid._rect(4)
    QTest.mouseClick(gallery.grid, LEFT, pos=rect.center())
    assert dock.chosen.spans == (spans[4],)
    assert gallery.grid._chosen == {4}
    assert dock.state.individual == "b"
    QTest.mouseClick(gallery.grid, LEFT, CONTROL, gallery.grid._rect(0).center())
    assert set(dock.chosen.spans) == {spans[0], spans[4]}


def test_the_tree_is_cut_by_dragging(qtbot, clustered: ClustersDock) -> None:
    dock, tab = clustered, clustered.tree
    dock.tabs.setCurrentWidget(tab)
    qtbot.waitUntil(lambda: tab.tree is not None, timeout=20_000)
    assert (tab.k, tab.take.isEnabled()) == (3, False)
    coloured: list[np.ndarray] = []
    tab.recoloured.connect(coloured.append)
    tab.line.setPos(tab.tree.height_for(2))
    assert tab.said.text().startswith("2 clusters when cut here")
    assert (len(np.unique(coloured[-1])), len(coloured[-1])) == (2, len(dock.windows))
    dock.tabs.setCurrentIndex(0)
    assert tab.k == 3
    dock.tabs.setCurrentWidget(tab)
    tab.line.setPos(tab.tree.height_for(2))
    QTest.mouseClick(tab.take, LEFT)
    qtbot.waitUntil(lambda: not dock.job.running, timeout=60_000)
    assert dock.line.said.text().startswith("2 clusters")
    qtbot.waitUntil(lambda: tab.tree is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not dock.naming.proposing.running, timeout=20_000)
    assert tab.k == 2


def test_recordings_beside_are_offered_and_clustered_together(
    qtbot, made: Path, tmp_path: Path, make_dock
) -> None:
    for name in ("one", "two"):
        shutil.copytree(made / "walk.mousegpt", tmp_path / f"{name}.mousegpt")
        shutil.copy(made / "walk.mp4", tmp_path / "walk.mp4")
    dock = make_dock(open_recording(tmp_path / "one.mousegpt"))
    qtbot.waitUntil(lambda: not dock.naming.proposing.running, timeout=20_000)
    others = dock.form.others
    assert others.text() == ALONE
    others.menu().actions()[0].trigger()
    assert (others.folders, others.text()) == ((tmp_path / "two.mousegpt",), "With 1 other")
    dock.form.weights["text"].setValue(1.0)
    dock.form.k.setValue(2)
    QTest.mouseClick(dock.line.run, LEFT)
    qtbot.waitUntil(lambda: not dock.job.running, timeout=60_000)
    assert dock.line.said.text().startswith("2 clusters in 80 windows"), dock.line.problem.text()
    qtbot.waitUntil(lambda: not dock.naming.proposing.running, timeout=20_000)
    dock.naming.rename(0, "going about")
    qtbot.waitUntil(lambda: not dock.naming.deciding.running, timeout=20_000)
    for name in ("one", "two"):
        assert "going about" in set(
            open_recording(tmp_path / f"{name}.mousegpt").bouts["behaviour"]
        )
    qtbot.waitUntil(lambda: not dock.naming.proposing.running, timeout=20_000)
