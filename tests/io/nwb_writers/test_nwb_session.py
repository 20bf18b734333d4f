"""Recordings written as NWB: valid by pynwb's own words, and read back without drift."""

from __future__ import annotations

import builtins
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_recordings import make_recording, walking_poses

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, empty
from napari_mousegpt.io.exports import Selection, export_recording
from napari_mousegpt.io.label_files import read_bouts
from napari_mousegpt.io.label_formats.frame_clock import FrameClock, make_clock
from napari_mousegpt.io.nwb_writers import session
from napari_mousegpt.io.pose_files import read_poses

pynwb = pytest.importorskip("pynwb")
pytest.importorskip("ndx_ethogram")

N_FRAMES = 60
TEXTS = st.text("abcäß:/=\n é", min_size=1, max_size=6)
HELD = ["video", "individual", "start", "stop", "run_id", "behaviour", "target", "kind", "source"]
HELD += ["annotator", "confidence", "comment"]


@st.composite
def clocks(draw: st.DrawFn) -> FrameClock:
    if draw(st.booleans()):
        return make_clock(
            "", fps=draw(st.one_of(st.sampled_from([29.97, 30.0]), st.floats(1, 2e4)))
        )[0]
    steps = draw(st.lists(st.floats(1e-4, 1), min_size=N_FRAMES - 1, max_size=N_FRAMES - 1))
    return make_clock("", times_s=np.concatenate(([0.0], np.cumsum(steps))))[0]


@st.composite
def bout_tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = []
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, N_FRAMES - 1))
        point = draw(st.booleans())
        rows.append(
            {
                "video": "cam0",
                "individual": draw(st.sampled_from(["individual_0", "mia", "m/1"])),
                "start": start,
                "stop": start + 1 if point else draw(st.integers(start + 1, N_FRAMES)),
                "kind": "point" if point else "state",
                "behaviour": draw(TEXTS),
                "target": draw(st.one_of(st.none(), TEXTS)),
                "comment": draw(st.one_of(st.none(), TEXTS)),
                "annotator": draw(st.sampled_from([None, "ann", "b:b"])),
                "run_id": draw(st.sampled_from([None, "3f2a"])),
                "source": draw(st.sampled_from(["person", "import", "model", "rule", "cluster"])),
                "confidence": draw(st.one_of(st.just(np.nan), st.floats(0, 1))),
            }
        )
    return make_bouts(rows)


def entry(folder: Path, video_id: str = "cam0", **changes: Any) -> VideoEntry:
    values = {"frames": N_FRAMES, "fps": 30.0, "width": 80, "height": 60, "sha256": ""}
    return VideoEntry(video_id, folder / f"{video_id}.mp4", **(values | changes))


def in_order(bouts: pd.DataFrame) -> pd.DataFrame:
    rows = sorted(bouts[HELD].to_dict("records"), key=lambda row: [str(row[k]) for k in HELD])
    return make_bouts(rows)


def write(folder: Path, bouts: pd.DataFrame, clock: FrameClock, **more: Any) -> tuple[Path, list]:
    recording = Recording(folder / "r.mousegpt", (entry(folder),), empty(DESCRIPTIONS), bouts)
    options: dict[str, Any] = {"poses": {}, "session_start": datetime(2026, 1, 31, 10, 30)}
    path = folder / "session.nwb"
    said = session.write(
        recording,
        path,
        bouts=bouts,
        descriptions=recording.descriptions,
        clocks={"cam0": clock},
        **(options | more),
    )
    return path, said


FILES = settings(
    deadline=None,
    max_examples=int(os.environ.get("MOUSEGPT_EXAMPLES", "10")),
    phases=[Phase.explicit, Phase.generate],  # each try writes a file, so nothing is made smaller
    suppress_health_check=list(HealthCheck),
)


@FILES
@given(bouts=bout_tables(), clock=clocks())
def test_bouts_come_back_without_drift(
    tmp_path: Path, bouts: pd.DataFrame, clock: FrameClock
) -> None:
    path, _ = write(tmp_path, bouts, clock)
    found = read_bouts(path)
    found["video"] = "cam0"
    pd.testing.assert_frame_equal(in_order(found), in_order(bouts), check_exact=True)
    assert found.attrs["problems"] == []


def test_a_whole_recording(tmp_path: Path) -> None:
    recording = make_recording(tmp_path, ["mia", "max/2"])
    path = tmp_path / "out" / "walk.nwb"
    path.parent.mkdir()
    exported = export_recording(recording, "nwb", path)
    assert exported.files == (path,)
    assert "1970-01-01 stands for it" in exported.left_out[0]
    assert pynwb.validate(path=str(path)) == []
    poses = read_poses(path)
    expected = walking_poses(["mia", "max/2"])
    np.testing.assert_array_equal(
        poses["position"].sel(individual=["mia", "max/2"]).values, expected["position"].values
    )
    np.testing.assert_array_equal(
        poses["confidence"].sel(individual=["mia", "max/2"]).values, expected["confidence"].values
    )
    assert list(poses["keypoint"].values) == list(expected["keypoint"].values)
    assert poses.attrs["fps"] == 30.0
    with pynwb.NWBHDF5IO(str(path), "r") as io:
        file = io.read()
        assert file.acquisition["cam0"].external_file[:].tolist() == ["../walk.mp4"]
        table = file.intervals["descriptions"].to_dataframe()
        assert table["overall"].iloc[0] == "mia is walking."
        assert table["stop_time"].iloc[0] == 1.0
        bouts = file.processing["behavior"]["cam0 Anna"]
        assert bouts.labeling_method == "manual"
        assert bouts.source_video is file.acquisition["cam0"]
        skeleton = file.processing["behavior"]["mia"].skeleton
        assert skeleton.edges[:].tolist() == [[0, 1], [0, 2], [0, 3]]


def test_only_what_is_chosen_is_written(tmp_path: Path) -> None:
    recording = make_recording(tmp_path, ["mia", "max"])
    for chosen, n_bouts in (
        (Selection(individual="max"), 1),
        (Selection(annotator="Anna"), 2),
        (Selection(annotator="Bob"), 0),
        (Selection(source="model"), 0),
        (Selection(run="nothing"), 0),
    ):
        path = tmp_path / "chosen.nwb"
        export_recording(recording, "nwb", path, selection=chosen)
        with pynwb.NWBHDF5IO(str(path), "r") as io:
            tables = io.read().processing["behavior"].data_interfaces
            found = sum(len(t.id) for name, t in tables.items() if name.startswith("cam0 A"))
            assert found == n_bouts, chosen
            assert ("mia" in tables) == (chosen.individual is None)


def test_spans_that_were_looked_at_come_back(tmp_path: Path) -> None:
    bouts = make_bouts(
        [{"video": "cam0", "start": 5, "stop": 9, "behaviour": "x", "annotator": who}
         for who in ("ann", "bob")]
    )  # fmt: skip
    spans = [
        {"start": 0, "stop": 30, "individual": "mia", "behaviours": ["x", "y"]},
        {"start": 40, "stop": 60, "individual": None, "behaviours": []},
    ]
    spans = [{"video": "cam0", "annotator": "ann", **span} for span in spans]
    path, _ = write(tmp_path, bouts, FrameClock(29.97), assessed=pd.DataFrame(spans))
    assert pynwb.validate(path=str(path)) == []
    assert read_bouts(path).attrs["assessed"] == [span | {"video": "cam0.mp4"} for span in spans]


def test_cameras_that_start_at_other_times(tmp_path: Path) -> None:
    entries = (entry(tmp_path, offset_s=0.5), entry(tmp_path, "cam1", fps=10.0, offset_s=-0.25))
    rows = [
        {"video": video, "start": 5, "stop": 9, "behaviour": "x", "kind": "state"}
        for video in ("cam0", "cam1")
    ]
    rows += [row | {"kind": "point", "stop": 6, "behaviour": "y"} for row in rows]
    bouts = make_bouts(rows)
    recording = Recording(tmp_path / "r.mousegpt", entries, empty(DESCRIPTIONS), bouts)
    path = tmp_path / "two.nwb"
    session.write(
        recording,
        path,
        bouts=bouts,
        descriptions=recording.descriptions,
        poses={},
        clocks={"cam0": FrameClock(30.0), "cam1": FrameClock(10.0)},
    )
    found = read_bouts(path)
    columns = ["video", "kind", "start", "stop"]
    assert sorted(found[columns].itertuples(index=False, name=None)) == [
        (f"{video}.mp4", kind, 5, stop)
        for video in ("cam0", "cam1")
        for kind, stop in (("point", 6), ("state", 9))
    ]


def test_who_imported_labels_are_by_is_told(tmp_path: Path) -> None:
    bouts = make_bouts([{"video": "cam0", "start": 5, "stop": 9, "behaviour": "x"}])
    _, said = write(tmp_path, bouts.assign(modifiers="fast"), FrameClock(30.0))
    assert said == [
        "NWB cannot hold modifiers: left out",
        "imported labels that do not say who made them are marked manual: 1",
    ]


def test_without_the_extra_the_way_to_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "ndx_ethogram":
            raise ModuleNotFoundError("No module named 'ndx_ethogram'")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "ndx_ethogram", raising=False)
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match=r'pip install -U "napari-mousegpt\[formats\]"'):
        write(tmp_path, make_bouts([]), FrameClock(30.0))
