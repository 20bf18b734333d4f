"""The door to HDF5: what reaches outside the file or promises too much is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5

SECRET = "secret of another file"


def _external_link(file: h5py.File, other: Path) -> None:
    file["data"] = h5py.ExternalLink(other, "/data")


def _deep_external_link(file: h5py.File, other: Path) -> None:
    file.create_group("a/b/c")["d"] = h5py.ExternalLink(other, "/data")
    file["shortcut"] = h5py.SoftLink("/a/b/c/d")


def _external_storage(file: h5py.File, other: Path) -> None:
    file.create_dataset("data", (8,), "u1", external=[(str(other), 0, 8)])


def _virtual(file: h5py.File, other: Path) -> None:
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource(str(other), "data", (3,))
    file.create_virtual_dataset("data", layout)


def _virtual_inside(file: h5py.File, other: Path) -> None:
    file["source"] = np.arange(3.0)
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource(".", "source", (3,))
    file.create_virtual_dataset("data", layout)


def _foreign_filter(file: h5py.File, other: Path) -> None:
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((4,))
    plan.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, (2, 2, 1, 4))
    space = h5py.h5s.create_simple((8,))
    h5py.h5d.create(file.id, b"data", h5py.h5t.NATIVE_DOUBLE, space, plan)


def _never_written(file: h5py.File, other: Path) -> None:
    file.create_dataset("data", (1 << 20, 1 << 20), "f8", chunks=(1, 1024))


def _compressed_away(file: h5py.File, other: Path) -> None:
    data = file.create_dataset("data", (1 << 40,), "u1", chunks=(1 << 20,), compression="gzip")
    data[: 1 << 20] = 0


def _huge_chunks(file: h5py.File, other: Path) -> None:
    file.create_dataset("data", (1 << 30,), "f8", chunks=(1 << 28,))


@pytest.mark.parametrize(
    ("build", "match"),
    [
        (_external_link, "/data is a link to another file"),
        (_deep_external_link, "/a/b/c/d is a link to another file"),
        (_external_storage, "/data keeps its values in another file"),
        (_virtual, "/data is a virtual data set"),
        (_virtual_inside, "/data is a virtual data set"),
        (_foreign_filter, r"/data is compressed with filter 32001 .*plug-in"),
        (_never_written, "too large to be true"),
        (_compressed_away, "too large to be true"),
        (_huge_chunks, "has chunks of"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_refused(tmp_path: Path, build: Callable[[h5py.File, Path], None], match: str) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["data"] = np.frombuffer(SECRET.encode(), np.uint8)
    path = tmp_path / "trap.h5"
    with h5py.File(path, "w") as file:
        file["honest"] = np.arange(3)
        build(file, other)
    with pytest.raises(ValueError, match=match) as error, open_h5(path):
        pass
    assert str(error.value).startswith("trap.h5: ")
    assert SECRET not in str(error.value)


def test_storage_larger_than_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cut.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.create_dataset("data", data=np.zeros(1 << 20))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match=r"cut\.h5: "), open_h5(path):
        pass


@pytest.mark.parametrize(
    ("content", "match"),
    [(b"", "expected an HDF5 file"), (b"scorer,a,b", "expected an HDF5 file")],
    ids=["empty", "text"],
)
def test_not_hdf5(tmp_path: Path, content: bytes, match: str) -> None:
    path = tmp_path / "pose.h5"
    path.write_bytes(content)
    with pytest.raises(OSError, match=match), open_h5(path):
        pass


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such file"), open_h5(tmp_path / "none.h5"):
        pass


def test_links_inside_the_file_and_circles(tmp_path: Path) -> None:
    path = tmp_path / "links.h5"
    with h5py.File(path, "w") as file:
        file["a/data"] = np.arange(3)
        file["again"] = file["a/data"]
        file["soft"] = h5py.SoftLink("/a/data")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["a/circle"] = file["a"]
    with open_h5(path) as file:
        assert h5_values.values(file, "soft").tolist() == [0, 1, 2]
        assert h5_values.values(file, "again").tolist() == [0, 1, 2]
        with pytest.raises(ValueError, match="expected a data set 'dangling'"):
            h5_values.values(file, "dangling")


@pytest.mark.parametrize("compression", [None, "gzip", "lzf"])
def test_honest_data_pass(tmp_path: Path, compression: str | None) -> None:
    path = tmp_path / "pose.h5"
    values = np.random.default_rng(0).normal(size=(1000, 6))
    with h5py.File(path, "w") as file:
        file.create_dataset("data", data=values, compression=compression, shuffle=None)
        file.create_dataset("constant", data=np.zeros((1 << 22,)), compression="gzip", chunks=True)
    with open_h5(path) as file:
        np.testing.assert_array_equal(h5_values.values(file, "data"), values)
        assert h5_values.numbers(file, "constant").size == 1 << 22


def test_an_error_while_reading_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pose.h5"
    with h5py.File(path, "w") as file:
        file["data"] = np.arange(3)
    with pytest.raises(OSError, match=r"pose\.h5: damaged"), open_h5(path) as file:
        file["nothing"]
    with pytest.raises(ValueError, match=r"pose\.h5: expected a group"), open_h5(path) as file:
        h5_values.subgroup(file, "data")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.h5"
    with h5py.File(path, "w") as file:
        file["fixed"] = np.array(["n\u00f8se".encode(), b"tail"])
        file["variable"] = ["n\u00f8se", "\u5c3e"]
        file["long"] = ["a" * 50, "b" * 50]
        file["one"] = "alone"
        file["none"] = np.empty(0)
        file["null"] = h5py.Empty("f8")
        file["numbers"] = np.arange(3)
        file.create_dataset("objects", (1,), h5py.vlen_dtype(np.uint8))
        file["reference"] = np.array([file["one"].ref], h5py.ref_dtype)
        file.attrs["text"] = "caf\u00e9"
        file.attrs["bytes"] = np.bytes_(b"I1\n.")
        file.attrs["number"] = 5
        file.attrs["several"] = ["a", "b"]
    return path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fixed", ["n\u00f8se", "tail"]),
        ("variable", ["n\u00f8se", "\u5c3e"]),
        ("one", ["alone"]),
        ("none", []),
        ("null", []),
    ],
)
def test_strings(texts: Path, name: str, expected: list[str]) -> None:
    with open_h5(texts) as file:
        assert h5_values.strings(file, name) == expected


@pytest.mark.parametrize("name", ["numbers", "objects", "reference", "missing"])
def test_no_strings(texts: Path, name: str) -> None:
    with pytest.raises(ValueError, match="expected"), open_h5(texts) as file:
        h5_values.strings(file, name)


@pytest.mark.parametrize("name", ["objects", "reference", "variable"])
def test_objects_are_not_read(texts: Path, name: str) -> None:
    with pytest.raises(ValueError, match="objects or references"), open_h5(texts) as file:
        h5_values.values(file, name)


def test_attributes(texts: Path) -> None:
    with open_h5(texts) as file:
        names = ("text", "bytes", "number", "several", "missing")
        found = [h5_values.text_attribute(file, name) for name in names]
        assert found == ["caf\u00e9", "I1\n.", "", "", ""]
        assert h5_values.bytes_attribute(file, "bytes") == b"I1\n."


def test_read_limits(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(h5_values, "READ_LIMIT_BYTES", 8)
    monkeypatch.setattr(h5_values, "STRINGS_LIMIT_BYTES", 60)
    with open_h5(texts) as file:
        with pytest.raises(ValueError, match="more than the 8"):
            h5_values.values(file, "numbers")
        with pytest.raises(ValueError, match="bytes of text"):
            h5_values.strings(file, "long")


def test_many_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("napari_mousegpt.io.doors.safe_h5.OBJECTS_LIMIT", 20)
    path = tmp_path / "many.h5"
    with h5py.File(path, "w") as file:
        for k in range(21):
            file.create_group(f"group{k}")
    with pytest.raises(ValueError, match="at most 20 objects"), open_h5(path):
        pass
