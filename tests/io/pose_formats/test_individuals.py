"""Names of individuals."""

from __future__ import annotations

import pytest

from napari_mousegpt.io.pose_formats.individuals import individual_names


@pytest.mark.parametrize(
    ("names", "count", "expected"),
    [
        (["track_0"], None, ["individual_0"]),
        ([], 1, ["individual_0"]),
        (["mia", "max"], None, ["mia", "max"]),
        ([], 2, ["individual_0", "individual_1"]),
        (["mia"], 2, ["mia", "individual_1"]),
        (["mia", " "], None, ["mia", "individual_1"]),
        (["mia", "mia", "mia"], None, ["mia", "mia (1)", "mia (2)"]),
    ],
)
def test_names(names: list[str], count: int | None, expected: list[str]) -> None:
    assert individual_names(names, count) == expected
