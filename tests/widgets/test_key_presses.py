"""How many key presses scoring the rendered sample takes, from nothing and from a rule's labels.

The counts stand in docs/how-to/label.md. A press is any key; bringing the playhead to a frame is a
seek, which every way of scoring needs, and is counted apart.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mousegpt.datamodel.labels.behaviours import set_behaviour
from napari_mousegpt.datamodel.labels.bout import Bout
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.layers.of_recording import recording_layers
from napari_mousegpt.widgets.label_dock import LabelDock
from napari_mousegpt.widgets.timeline import TimelineDock
from napari_mousegpt.workflows.caption import CaptionSettings, caption, plan_captions
from napari_mousegpt.workflows.sample_recording import sample_recording

pytestmark = [pytest.mark.usefixtures("no_thread_left"), pytest.mark.slow]
Key = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


@dataclass
class Scorer:
    """Somebody at the keyboard, who counts."""

    timeline: TimelineDock
    dock: LabelDock
    presses: int = 0
    seeks: int = 0

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.presses += 1
        QTest.keyClick(self.timeline.plot, key, modifiers)

    def name(self, behaviour: str) -> None:
        ethogram = self.dock.labelling.labels.ethogram
        letter = next(one.key for one in ethogram if one.name == behaviour)
        self.press(getattr(Key, f"Key_{letter.upper()}"))

    def seek(self, frame: int) -> None:
        if self.dock.state.frame != frame:
            self.seeks += 1
            self.dock.state.go_to(frame)

    def own(self) -> list[Bout]:
        labels = self.dock.labelling.labels
        mine = [bout for bout in labels if bout.source == "person" and not bout.open]
        return sorted(mine, key=lambda bout: bout.start)

    def choose(self, bout_id: str) -> None:
        """Go there bout by bout."""
        ids = [bout.bout_id for bout in self.own()]
        while self.dock.labelling.chosen != (bout_id,):
            chosen = self.dock.labelling.chosen
            if not chosen:  # a click on the timeline, as a press
                self.presses += 1
                self.dock.labelling.choose([bout_id])
                return
            after = ids.index(bout_id) > ids.index(chosen[0])
            self.press(Key.Key_PageDown if after else Key.Key_PageUp)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    sample_recording(folder)
    return folder


def truth_of(sample: Path) -> list[tuple[str, int, int]]:
    table = pd.read_csv(sample / "mouse_bouts.csv")
    return list(zip(table["behaviour"], table["start"], table["stop"], strict=True))


@pytest.fixture
def scorer(qtbot, viewer: ViewerModel, sample: Path, tmp_path: Path, request):
    window_s, grouped = request.param
    folder = sample / f"windows {window_s}.mousegpt"
    bare = sample / "mouse.mousegpt"
    if window_s and not folder.exists():
        shutil.copytree(bare, folder)
        settings = CaptionSettings("kinematic-rules", window_s=window_s, stride_s=window_s)
        list(caption(plan_captions(open_recording(folder), settings)))
    own = sample / f"{tmp_path.name}.mousegpt"  # its video lies beside it
    shutil.copytree(folder if window_s else bare, own)
    for layer in recording_layers(open_recording(own)):
        viewer.add_layer(Layer.create(*layer))
    timeline, dock = TimelineDock(viewer), LabelDock(viewer)
    for widget in (timeline, dock):
        qtbot.addWidget(widget)
        widget.show()
    dock.annotator.setText("Anna")
    dock.begin()
    if grouped:
        for one in dock.labelling.labels.ethogram:
            dock.labelling.do(lambda now, name=one.name: set_behaviour(now, name, group="body"))
    dock.state.go_to(0)
    yield Scorer(timeline, dock)
    dock.finish()


def agrees(scorer: Scorer, truth: list[tuple[str, int, int]], tolerance: int) -> bool:
    own = scorer.own()
    return len(own) == len(truth) and all(
        bout.behaviour == name
        and abs(bout.start - start) <= tolerance
        and abs(bout.stop - stop) <= tolerance
        for bout, (name, start, stop) in zip(own, truth, strict=True)
    )


@pytest.mark.parametrize(
    ("scorer", "presses"), [((0, False), 26), ((0, True), 14)], indirect=["scorer"]
)
def test_from_nothing(scorer: Scorer, sample: Path, presses: int) -> None:
    truth = truth_of(sample)
    grouped = presses < 26
    for name, start, stop in truth:
        scorer.seek(start)
        scorer.name(name)  # with a group this stops the one before
        if not grouped or stop == truth[-1][2]:
            scorer.seek(min(stop, scorer.dock.state.n_frames - 1))
            scorer.name(name)
    assert agrees(scorer, truth, 1)
    assert (scorer.presses, scorer.seeks) == (presses, 13)


@pytest.mark.parametrize(
    ("scorer", "tolerance_s", "presses", "seeks"),
    [
        ((2.0, True), 0.5, 7, 6),
        ((2.0, True), 0.1, 10, 9),
        ((1.0, True), 0.5, 1, 0),
        ((1.0, True), 0.1, 8, 7),
    ],
    indirect=["scorer"],
)
def test_correcting_a_rule(
    scorer: Scorer, sample: Path, tolerance_s: float, presses: int, seeks: int
) -> None:
    truth, tolerance = truth_of(sample), round(30 * tolerance_s)
    scorer.press(Key.Key_Return, CONTROL)
    name_what_is_missing(scorer, truth)
    remove_what_is_too_much(scorer, truth)
    move_borders(scorer, truth, tolerance)
    assert agrees(scorer, truth, tolerance)
    assert (scorer.presses, scorer.seeks) == (presses, seeks)


def overlaps(bout: Bout, start: int, stop: int) -> bool:
    return bout.start < stop and bout.stop > start


def name_what_is_missing(scorer: Scorer, truth: list[tuple[str, int, int]]) -> None:
    for name, start, stop in truth:
        here = [bout for bout in scorer.own() if overlaps(bout, start, stop)]
        if not any(bout.behaviour == name for bout in here):
            scorer.dock.labelling.choose([])
            for frame in (start, stop):
                scorer.seek(frame)
                scorer.name(name)


def remove_what_is_too_much(scorer: Scorer, truth: list[tuple[str, int, int]]) -> None:
    best = {
        max(
            (bout for bout in scorer.own() if bout.behaviour == name),
            key=lambda bout: min(bout.stop, stop) - max(bout.start, start),
        ).bout_id
        for name, start, stop in truth
    }
    for bout in scorer.own():
        if bout.bout_id not in best:
            scorer.choose(bout.bout_id)
            scorer.press(Key.Key_Delete)


def move_borders(scorer: Scorer, truth: list[tuple[str, int, int]], tolerance: int) -> None:
    for place, (_, start, stop) in enumerate(truth):
        for end, frame in (("start", start), ("stop", stop)):
            if abs(getattr(scorer.own()[place], end) - frame) > tolerance:
                scorer.dock.labelling.choose([])
                scorer.seek(frame)
                scorer.press(Key.Key_Return, ALT)
