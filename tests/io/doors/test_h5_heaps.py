"""Damaged text heaps, over which the HDF5 library would loop for ever, are found first."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from napari_mousegpt.io.doors import h5_values
from napari_mousegpt.io.doors.safe_h5 import open_h5

FIRST_OBJECT = 16
"""Byte of a heap at which its first object begins."""


def write_texts(path: Path) -> bytearray:
    with h5py.File(path, "w") as file:
        file["names"] = ["nose", "tail" * 50]
        file["more"] = ["ear"] * 300
    return bytearray(path.read_bytes())


def test_whole_heaps_pass(tmp_path: Path) -> None:
    path = tmp_path / "pose.h5"
    write_texts(path)
    with open_h5(path) as file:
        assert h5_values.strings(file, "names") == ["nose", "tail" * 50]
        assert h5_values.strings(file, "more") == ["ear"] * 300


@pytest.mark.parametrize(
    ("start", "patch"),
    [
        (FIRST_OBJECT, bytes(16)),
        (FIRST_OBJECT, bytes(2000)),
        (FIRST_OBJECT + 8, (2**64 - 16).to_bytes(8, "little")),
    ],
    ids=["one object", "a block of zeros", "a size that wraps around"],
)
def test_endless_heaps_are_refused(tmp_path: Path, start: int, patch: bytes) -> None:
    path = tmp_path / "pose.h5"
    raw = write_texts(path)
    place = raw.index(b"GCOL")
    raw[place + start : place + start + len(patch)] = patch
    path.write_bytes(raw)
    with (
        pytest.raises(ValueError, match=rf"pose\.h5: the text heap at byte {place}"),
        open_h5(path),
    ):
        pass


def test_numbers_that_look_like_a_heap(tmp_path: Path) -> None:
    path = tmp_path / "pose.h5"
    with h5py.File(path, "w") as file:
        file["data"] = np.frombuffer(b"GCOL\x01\0\0\0" + b"\xff" * 8 + bytes(100), np.uint8)
    with open_h5(path) as file:
        assert h5_values.values(file, "data")[:4].tobytes() == b"GCOL"
