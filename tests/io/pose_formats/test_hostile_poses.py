"""Pose files made to do harm: no code runs, no other file is read, memory stays bounded."""

from __future__ import annotations

import contextlib
import json
import pickle
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from deeplabcut_samples import write_csv, write_fixed, write_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_mousegpt import extensions
from napari_mousegpt.io import pose_files

MODULES = {name: extensions.load("pose_formats", name) for name in extensions.names("pose_formats")}
SUFFIXES = sorted({suffix for module in MODULES.values() for suffix in module.suffixes})
SECRET = 123456.0


class Planted:
    """Pickles as a call that makes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


def read_with_all(path: Path) -> None:
    """Let every reader try the file; only the two promised kinds of error may come out."""
    for module in MODULES.values():
        module.matches(path)
        with contextlib.suppress(ValueError, OSError):
            module.read(path)


GROUP_ATTRIBUTES = (
    "CLASS",
    "pandas_type",
    "table_type",
    "data_columns",
    "index_cols",
    "values_cols",
    "non_index_axes",
    "info",
    "levels",
)
TABLE_ATTRIBUTES = ("index_kind", "values_block_0_kind", "values_block_0_meta")


@pytest.mark.parametrize("protocol", [0, 4])
@pytest.mark.parametrize(
    ("where", "attribute"),
    [("df_with_missing", name) for name in GROUP_ATTRIBUTES]
    + [("df_with_missing/table", name) for name in TABLE_ATTRIBUTES],
)
def test_a_pickle_in_an_attribute_of_a_table(
    tmp_path: Path, where: str, attribute: str, protocol: int
) -> None:
    marker = tmp_path / "marker"
    path = write_table(tmp_path / "pose.h5")
    with h5py.File(path, "a") as file:
        file[where].attrs[attribute] = np.void(pickle.dumps(Planted(marker), protocol))
    read_with_all(path)
    with h5py.File(path, "a") as file:
        file[where].attrs[attribute] = np.bytes_(pickle.dumps(Planted(marker), 0))
    read_with_all(path)
    assert not marker.exists()


MORE_ATTRIBUTES = (
    "TITLE",
    "FILTERS",
    "VERSION",
    "encoding",
    "errors",
    "FIELD_0_FILL",
    "axis0_name",
)


@pytest.mark.parametrize("write", [write_table, write_fixed])
@pytest.mark.parametrize("protocol", [0, 4])
def test_a_pickle_in_every_attribute_of_every_object(
    tmp_path: Path, write: Callable[..., Path], protocol: int
) -> None:
    """PyTables unpickles attributes of any name, of files, groups, tables and arrays."""
    marker = tmp_path / "marker"
    planted = pickle.dumps(Planted(marker), protocol)
    path = write(tmp_path / "pose.h5")
    with h5py.File(path, "r") as file:
        objects = ["/"]
        file.visit(objects.append)
        names = {where: [*file[where].attrs, *MORE_ATTRIBUTES] for where in objects}
    original = path.read_bytes()
    n_planted = 0
    for where, attributes in names.items():
        for attribute in attributes:
            path.write_bytes(original)
            with h5py.File(path, "a") as file:
                value = np.bytes_(planted) if protocol == 0 else np.void(planted)
                file[where].attrs[attribute] = value
            n_planted += 1
            MODULES["deeplabcut"].matches(path)
            with contextlib.suppress(ValueError, OSError):
                MODULES["deeplabcut"].read(path)
    assert n_planted > 20
    assert not marker.exists()


def test_a_pickle_in_the_header_is_named(tmp_path: Path) -> None:
    path = write_table(tmp_path / "pose.h5")
    with h5py.File(path, "a") as file:
        planted = pickle.dumps([("bodyparts", Planted(tmp_path / "marker"))], 0)
        file["df_with_missing"].attrs["info"] = np.bytes_(planted)
    with pytest.raises(ValueError, match=r"pose\.h5: .*info.* could run code"):
        pose_files.read_poses(path)


@pytest.mark.parametrize(
    "name",
    ["axis0_level1", "axis1", "block0_values", "block0_items_level1", "axis0_label1"],
)
def test_a_python_object_in_the_fixed_layout(tmp_path: Path, name: str) -> None:
    marker = tmp_path / "marker"
    path = write_fixed(tmp_path / "pose.h5")
    with h5py.File(path, "a") as file:
        group = file["df_with_missing"]
        attributes = dict(group[name].attrs)
        del group[name]
        data = group.create_dataset(name, (1,), h5py.vlen_dtype(np.uint8))
        data[0] = np.frombuffer(pickle.dumps(Planted(marker)), np.uint8)
        data.attrs["PSEUDOATOM"] = np.bytes_("object")
        for key, value in attributes.items():
            data.attrs[key] = value
    with pytest.raises(ValueError, match="holds Python objects"):
        pose_files.read_poses(path)
    assert not marker.exists()


def test_an_object_column_beside_the_poses(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    columns = [("net", "nose", "x"), ("net", "nose", "y"), ("net", "note", "x")]
    blocks = [([0, 1], np.ones((3, 2))), ([2], np.ones((3, 1)))]
    path = write_fixed(tmp_path / "pose.h5", columns, blocks)
    with h5py.File(path, "a") as file:
        group = file["df_with_missing"]
        del group["block1_values"]
        data = group.create_dataset("block1_values", (1,), h5py.vlen_dtype(np.uint8))
        data[0] = np.frombuffer(pickle.dumps([Planted(marker)] * 3), np.uint8)
    with pytest.raises(ValueError, match="export the poses as csv"):
        pose_files.read_poses(path)
    assert not marker.exists()


def _as_link(group: h5py.Group, other: Path) -> None:
    del group["block0_values"]
    group["block0_values"] = h5py.ExternalLink(other, "/secret")


def _as_storage(group: h5py.Group, other: Path) -> None:
    del group["block0_values"]
    data = group.create_dataset("block0_values", (3, 6), "f8", external=[(str(other), 0, 144)])
    data.attrs["transposed"] = np.uint8(1)


def _as_virtual(group: h5py.Group, other: Path) -> None:
    del group["block0_values"]
    layout = h5py.VirtualLayout((3, 6), "f8")
    layout[...] = h5py.VirtualSource(str(other), "secret", (3, 6))
    group.create_virtual_dataset("block0_values", layout).attrs["transposed"] = np.uint8(1)


@pytest.mark.parametrize("reach_out", [_as_link, _as_storage, _as_virtual])
def test_numbers_of_another_file(
    tmp_path: Path, reach_out: Callable[[h5py.Group, Path], None]
) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["secret"] = np.full((3, 6), SECRET)
    path = write_fixed(tmp_path / "pose.h5")
    with h5py.File(path, "a") as file:
        reach_out(file["df_with_missing"], other)
    for module in MODULES.values():
        assert not module.matches(path)
    with pytest.raises(ValueError, match=r"pose\.h5: .*nothing was read") as error:
        pose_files.read_poses(path)
    assert str(SECRET) not in str(error.value)


def _huge_table(path: Path) -> None:
    write_table(path)
    with h5py.File(path, "a") as file:
        group = file["df_with_missing"]
        row = group["table"].dtype
        attributes = dict(group["table"].attrs)
        del group["table"]
        table = group.create_dataset("table", (1 << 40,), row, chunks=(4096,), compression="gzip")
        table.attrs.update(attributes)


def _wide_header(path: Path) -> None:
    columns = [("n", f"k{k // 2}", "xy"[k % 2]) for k in range(3000)]
    rows = [[1]] * 20_000
    write_csv(path, columns, rows)


def _long_line(path: Path) -> None:
    write_csv(path)
    with path.open("ab") as file:
        file.write(b"3," + b"1" * 12_000_000)


def _many_columns(path: Path) -> None:
    write_csv(path, [("n", f"k{k // 2}", "xy"[k % 2]) for k in range(12_000)], [[1] * 12_000])


@pytest.mark.parametrize(
    ("build", "suffix", "match"),
    [
        (_huge_table, ".h5", "too large to be true"),
        (_wide_header, ".csv", "most rows have fewer"),
        (_long_line, ".csv", "found a longer one"),
        (_many_columns, ".csv", "at most 10000 columns"),
    ],
    ids=["shape", "short rows", "long line", "columns"],
)
def test_memory_stays_bounded(
    tmp_path: Path, build: Callable[[Path], None], suffix: str, match: str
) -> None:
    path = tmp_path / f"pose{suffix}"
    build(path)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=match):
            pose_files.read_poses(path)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 200e6


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_json(tmp_path: Path, opening: str) -> None:
    path = tmp_path / "poses.json"
    keys = '{"images": 0, "annotations": 0, "categories": 0, "keypoints": 0, "x": '
    path.write_text(keys + opening * 200_000)
    assert MODULES["coco"].matches(path)
    with pytest.raises(ValueError, match="deep"):
        MODULES["coco"].read(path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_cut_off_h5(tmp_path: Path, share: float) -> None:
    path = write_table(tmp_path / "pose.h5")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises((ValueError, OSError), match=r"pose\.h5"):
        pose_files.read_poses(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"\x89HDF\r\n\x1a\n", b"a,b\n1,2\n", b"{}", b"MATLAB 5.0 MAT-file", b"\xff" * 999],
)
def test_wrong_contents_match_nothing(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"pose{suffix}"
    path.write_bytes(content)
    read_with_all(path)
    assert pose_files.recognise(path) == []


QUIET = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELLS = st.one_of(
    st.floats(),
    st.integers(),
    st.sampled_from(["", "x", "-", "=1+1", '"', "é", "nan", "1e400", ",,"]),
)


@QUIET
@given(
    header=st.sampled_from(
        ["scorer,n,n\nbodyparts,a,a\ncoords,x,y\n", "Nose_x,Nose_y,Nose_p\n", "scorer\n", ""]
    ),
    rows=st.lists(st.lists(CELLS, max_size=5), max_size=6),
)
def test_any_csv_ends_in_poses_or_a_message(tmp_path: Path, header: str, rows: list[list]) -> None:
    path = tmp_path / "pose.csv"
    path.write_text(header + "\n".join(",".join(map(str, row)) for row in rows), "utf-8")
    read_with_all(path)


KEYS = (
    *("images", "annotations", "categories", "keypoints", "id", "image_id", "category_id"),
    *("file_name", "class", "filename", "x", "y"),
    *("frame_id", "instances", "instance_info", "keypoint_scores", "meta_info"),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)


@QUIET
@given(document=JSON)
def test_any_json_ends_in_poses_or_a_message(tmp_path: Path, document: Any) -> None:
    path = tmp_path / "poses.json"
    path.write_text(json.dumps(document))
    read_with_all(path)


@QUIET
@given(st.data())
def test_any_damage_to_h5_ends_in_poses_or_a_message(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "pose.h5"
    whole = bytearray(write_table(path).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    read_with_all(path)
