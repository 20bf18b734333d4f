from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_mousegpt.analysis.profile.zones import Zone, read_zones, zone_profile, zones_from_shapes

SQUARE = np.array([[0, 0], [0, 10], [10, 10], [10, 0]], float)


@pytest.mark.parametrize(
    ("zone", "inside", "outside"),
    [
        (Zone("square", SQUARE, "rectangle"), [(5, 5), (1, 9)], [(11, 5), (-1, 5), (np.nan, 5)]),
        (Zone("disc", SQUARE, "ellipse"), [(5, 5), (9.9, 5)], [(1, 1), (9, 9)]),
        (
            Zone("tall", np.array([[0, 0], [0, 2], [10, 2], [10, 0]]), "ellipse"),
            [(1, 9.5)],
            [(2.5, 5)],
        ),
        (
            Zone("L", np.array([[0, 0], [0, 10], [5, 10], [5, 5], [10, 5], [10, 0]])),
            [(8, 2), (2, 8)],
            [(8, 8)],
        ),
        (Zone("in time", np.column_stack([np.zeros(4), SQUARE])), [(5, 5)], [(11, 5)]),
    ],
    ids=lambda value: value.name if isinstance(value, Zone) else None,
)
def test_points_in_zones(zone: Zone, inside: list, outside: list) -> None:
    assert zone.contains(np.array(inside, float)).all()
    assert not zone.contains(np.array(outside, float)).any()


def path(places: str) -> np.ndarray:
    """i inside, o outside, a dot unseen; ten frames a second."""
    x = {"i": 5.0, "o": 15.0, ".": np.nan}
    return np.array([(x[one], 5.0) for one in places])


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ("oooooiiiiiooooo", {"entries": 1, "latency_s": 0.5, "time_s": 0.5, "share": 1 / 3}),
        ("iiiiioooooiiiii", {"entries": 1, "latency_s": 0.0, "time_s": 1.0}),
        ("oooooioioioiiiii", {"entries": 1, "time_s": 0.8}),  # sits on the border
        ("ooooo", {"entries": 0, "latency_s": np.nan, "time_s": 0.0, "distance_px": 0.0}),
        ("iiii....iiii", {"entries": 0, "time_s": 0.8, "share": 1.0}),
        ("....", {"entries": 0, "share": np.nan}),
    ],
)
def test_use_of_a_zone(places: str, expected: dict[str, float]) -> None:
    (found,) = zone_profile([Zone("square", SQUARE)], path(places), fps=10.0, min_stay_s=0.3)
    assert {name: found[name] for name in expected} == pytest.approx(expected, nan_ok=True)


def test_the_way_inside() -> None:
    walk = np.column_stack([np.arange(-5, 16, dtype=float), np.full(21, 5.0)])
    (found,) = zone_profile([Zone("square", SQUARE)], walk, fps=10.0, pixel_size_mm=2.0)
    assert found["distance_px"] == pytest.approx(9.0)
    assert found["distance_mm"] == pytest.approx(18.0)
    assert found["speed_px_per_s"] == pytest.approx(10.0)


def test_shapes_and_files_say_the_same(tmp_path: Path) -> None:
    file = tmp_path / "zones.json"
    file.write_text(json.dumps([{"name": "a", "kind": "ellipse", "vertices": SQUARE.tolist()}]))
    (read,), (drawn,) = read_zones(file), zones_from_shapes(["a"], [SQUARE], ["ellipse"])
    assert (read.name, read.kind) == (drawn.name, drawn.kind)
    assert (read.vertices == drawn.vertices).all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no json", "is not JSON"),
        ({"a": 1}, "expected a list"),
        ([{"name": "a"}], "has no 'vertices'"),
        ([{"name": "a", "kind": "line", "vertices": [[0, 0], [1, 1]]}], "enclose nothing"),
        ([{"name": "a", "vertices": [[0, 0], [1, "x"], [2, 2]]}], "could not convert"),
        ([{"name": "a", "vertices": SQUARE.tolist()}] * 2, "two zones are called 'a'"),
    ],
)
def test_zone_files_that_are_none(tmp_path: Path, content: Any, message: str) -> None:
    file = tmp_path / "zones.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(ValueError, match=message):
        read_zones(file)
