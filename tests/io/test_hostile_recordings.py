"""Recordings from somebody else: clear messages, bounded memory, no file where none was chosen."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import shutil
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_recordings import make_recording

from napari_mousegpt.io.export_formats import EXPORTS
from napari_mousegpt.io.exports import export_recording
from napari_mousegpt.io.recording_folder import (
    POSES,
    RECORDING,
    load_poses,
    open_recording,
    save_recording,
)

NASTY: list[Any] = [
    None, True, -1, 0, 1e308, float("inf"), float("nan"), 2**70, "", "x" * 5000, "../../x", "a/b",
    "..\\x", "/etc/passwd", "a\0b", "=1+1", "#zz", [], [[]], [None], {}, {"a": {}}, [1, 2, 3],
    {"__class__": "os.system"}, "!!python/object/apply:os.system ['true']",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parent = tmp_path_factory.mktemp("hostile")
    recording = make_recording(parent, ["mia", "max"])
    save_recording(recording)
    return recording.folder


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from places(inner, (*path, key))


def changed(value: Any, path: tuple, new: Any) -> Any:
    """A copy with another value at a place."""
    if not path:
        return new
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return value


@settings(
    deadline=None,
    max_examples=int(os.environ.get("MOUSEGPT_EXAMPLES", "40")),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_any_value_ends_in_a_recording_or_a_message(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = json.loads((folder / RECORDING).read_text())
    everywhere = list(places(values))
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.sampled_from(everywhere))
        with contextlib.suppress(KeyError, IndexError, TypeError):
            values = changed(values, place, data.draw(st.sampled_from(NASTY)))
    hostile = tmp_path_factory.mktemp("copy") / folder.name
    shutil.copytree(folder, hostile)
    (hostile / RECORDING).write_text(json.dumps(values))
    out = tmp_path_factory.mktemp("out")
    before = set(hostile.parent.rglob("*"))
    with contextlib.suppress(ValueError, OSError):
        recording = open_recording(hostile)
        load_poses(recording)
        to = data.draw(st.sampled_from(sorted(set(EXPORTS) - {"nwb"})))
        exported = export_recording(recording, to, out)
        assert {path.parent for path in exported.files} == {out}
    assert set(hostile.parent.rglob("*")) == before
    shutil.rmtree(hostile.parent)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("videos",), [], "videos: expected one video or more"),
        (("videos", 0, "id"), "../x", r"videos\[0\].id: expected a name that can be part"),
        (("videos", 0, "frames"), 2**50, r"videos\[0\].frames: expected a whole number above 0"),
        (("videos", 0, "fps"), 0, r"videos\[0\].fps: expected a number above 0"),
        (("videos", 0, "path"), "a\0b", r"videos\[0\].path: expected the path of a file"),
        (
            ("individuals",),
            ["a", "a"],
            "individuals: expected names that differ, found 'a 2 times'",
        ),
        (("individuals",), "mia", "individuals: expected a list"),
        (("skeleton",), [["a"]], "skeleton: expected pairs"),
        (("keypoint_roles",), {"snout": 3}, "keypoint_roles: expected keypoint names"),
        (("pixel_size_mm",), -1, "pixel_size_mm: expected a number above 0"),
        (("runs",), [{"run_id": []}], r"runs\[0\].run_id: expected text"),
        (("format_version",), "one", "format_version: expected a whole number"),
        ((), [1], "expected a JSON object"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_said(folder: Path, tmp_path: Path, place: tuple, value: Any, message: str) -> None:
    values = changed(json.loads((folder / RECORDING).read_text()), place, value)
    hostile = tmp_path / "walk.mousegpt"
    hostile.mkdir()
    (hostile / RECORDING).write_text(json.dumps(values))
    with pytest.raises(ValueError, match=rf"walk\.mousegpt/recording\.json: {message}"):
        open_recording(hostile)


def test_a_deep_document(tmp_path: Path) -> None:
    hostile = tmp_path / "walk.mousegpt"
    hostile.mkdir()
    (hostile / RECORDING).write_text('{"videos": ' + "[" * 200_000)
    with pytest.raises(ValueError, match=r"walk\.mousegpt/recording\.json: expected JSON"):
        open_recording(hostile)


@pytest.mark.parametrize(
    ("facts", "frame", "message"),
    [
        ({"frames": 10**12}, [0, 1], "at most .* coordinates"),
        ({"frames": 2}, [0, 5], "frames below 2"),
        ({}, [-1, 5], "frames below"),
        ({"frames": "many"}, [0, 1], "damaged table"),
        ({"space": ["x", "y", "q"]}, [0, 1], "coordinates"),
        ({"keypoint": ["other"]}, [0, 1], "damaged table"),
    ],
    ids=["huge", "past the end", "negative", "text", "axis", "names"],
)
def test_pose_tables_that_lie(
    folder: Path, tmp_path: Path, facts: dict, frame: list[int], message: str
) -> None:
    hostile = tmp_path / "walk.mousegpt"
    shutil.copytree(folder, hostile)
    shutil.copy(folder.parent / "walk.mp4", tmp_path)
    columns = {"video": ["cam0"] * 2, "individual": ["mia"] * 2, "keypoint": ["nose"] * 2}
    numbers = {name: np.ones(2, np.float32) for name in ("x", "y", "confidence")}
    table = pa.table({**columns, "frame": np.array(frame, np.int32), **numbers})
    whole = json.dumps({"videos": {"cam0": facts}})
    pq.write_table(table.replace_schema_metadata({"mousegpt": whole}), hostile / POSES)
    recording = open_recording(hostile)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=rf"walk\.mousegpt/poses\.parquet: .*{message}"):
            load_poses(recording)
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()


def test_a_pose_table_that_repeats_one_row_for_ever(folder: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "walk.mousegpt"
    shutil.copytree(folder, hostile)
    n_rows = 20_000_000
    names = pa.DictionaryArray.from_arrays(pa.array(np.zeros(n_rows, np.int8)), pa.array(["a"]))
    pq.write_table(pa.table({"video": names}), hostile / POSES, compression="zstd")
    assert (hostile / POSES).stat().st_size < 100_000
    with pytest.raises(ValueError, match="too many to be true"):
        load_poses(open_recording(hostile))


def test_a_pose_table_that_is_none(folder: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "walk.mousegpt"
    shutil.copytree(folder, hostile)
    (hostile / POSES).write_bytes(b"PAR1" + b"\0" * 100)
    with pytest.raises(ValueError, match=r"poses\.parquet: expected the poses of a recording"):
        load_poses(open_recording(hostile))
