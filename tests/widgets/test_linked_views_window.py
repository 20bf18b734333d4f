"""Map, clips, search, timeline and layer in a real window, with the mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from qtpy.QtCore import QPointF, Qt, QThreadPool
from qtpy.QtTest import QTest
from turning_behaviours import described_in_turns

from napari_mousegpt.widgets.docks import open_dock
from napari_mousegpt.widgets.open_in_viewer import show
from napari_mousegpt.widgets.playback import player_of

pytestmark = [pytest.mark.window, pytest.mark.slow]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def viewer(make_napari_viewer: Callable, qtbot):
    viewer = make_napari_viewer(show=True)
    viewer.window.resize(1500, 1000)
    yield viewer
    player_of(viewer).pause()
    pool = QThreadPool.globalInstance()
    qtbot.waitUntil(lambda: pool.activeThreadCount() == 0, timeout=30_000)


def test_one_choice_from_map_to_timeline_and_back(viewer, qtbot, tmp_path: Path) -> None:
    state = show(viewer, described_in_turns(tmp_path), docks=("Timeline",))
    timeline, clusters = open_dock(viewer, "Timeline"), open_dock(viewer, "Clusters")
    clusters.form.weights["text"].setValue(1.0)
    clusters.form.k.setValue(3)
    QTest.mouseClick(clusters.line.run, LEFT)
    qtbot.waitUntil(lambda: not clusters.job.running, timeout=60_000)
    qtbot.waitUntil(lambda: clusters.map.dots._picture is not None, timeout=10_000)

    x, y = clusters.windows.loc[9, ["x", "y"]]
    place = clusters.map.mapFromScene(clusters.map.view.mapViewToScene(QPointF(x, y)))
    window = clusters.windows.loc[clusters.map.row_at(clusters.map.mapToScene(place))]
    QTest.mouseClick(clusters.map.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: window["start"] <= state.frame < window["stop"], timeout=10_000)
    [band] = timeline.chosen_spans._bands
    assert (band.left(), band.right()) == (window["start"], window["stop"])
    layer = viewer.layers["bouts"]
    assert {layer.features.at[row, "individual"] for row in layer.selected_data} == {
        window["individual"]
    }

    player_of(viewer).pause()
    row = next(r for r in timeline.rows if r.content.individual != window["individual"])
    at = timeline.plot.mapFromScene(timeline.view.mapViewToScene(QPointF(63, row.middle)))
    QTest.mouseClick(timeline.plot.viewport(), LEFT, pos=at)
    [span] = clusters.chosen.spans
    assert span.individual == row.content.individual
    assert span.start <= 63 < span.stop
    assert len(clusters.map.dots._chosen) >= 1

    gallery = open_dock(viewer, "Gallery")
    clusters.list.setCurrentItem(clusters.list.topLevelItem(0))
    QTest.mouseClick(clusters.clips, LEFT)
    qtbot.waitUntil(lambda: len(gallery.grid._clips) == 9, timeout=30_000)
    assert len(set(gallery.spans)) == 9
