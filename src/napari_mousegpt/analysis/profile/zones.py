"""Zones of the arena: time, entries, latency and way in each. Knows poses as a path only.

Zones are drawn as napari Shapes: vertices in pixels, row (y) before column (x).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = ("polygon", "rectangle", "ellipse")
MIN_STAY_S = 0.2
"""Shorter stays inside, and shorter leaves, do not count as entry or exit."""


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A part of the floor.

    Attributes
    ----------
    vertices
        Shape (vertices, 2), y then x, pixels: the corners; of an ellipse those of the box around
        it, as napari gives them, turned or not.
    """

    name: str
    vertices: NDArray[np.float64]
    kind: str = "polygon"

    def __post_init__(self) -> None:
        vertices = np.asarray(self.vertices, np.float64)
        if vertices.ndim != 2 or vertices.shape[1] < 2 or not np.isfinite(vertices).all():
            raise ValueError(
                f"zone {self.name!r}: expected vertices of shape (n, 2), y then x, "
                f"found shape {vertices.shape}"
            )
        vertices = vertices[:, -2:]  # napari puts time before y and x
        fewest = 3 if self.kind == "polygon" else 4
        if self.kind not in KINDS or len(vertices) < fewest:
            raise ValueError(
                f"zone {self.name!r}: expected a {', '.join(KINDS)} with 3 or 4 corners and more, "
                f"found {self.kind!r} with {len(vertices)}. Lines and paths enclose nothing."
            )
        object.__setattr__(self, "vertices", vertices)

    def contains(self, xy_px: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Tell which points of shape (points, 2), x then y, lie inside; NaN does not."""
        y_x = np.asarray(xy_px, np.float64)[:, ::-1]
        if self.kind == "ellipse":
            return _in_ellipse(y_x, self.vertices)
        return _in_polygon(y_x, self.vertices)


def zones_from_shapes(
    names: Sequence[str], shapes: Sequence[NDArray[np.floating]], kinds: Sequence[str]
) -> list[Zone]:
    """Take the shapes of a napari Shapes layer: its ``data`` and ``shape_type``."""
    rows = zip(names, shapes, kinds, strict=True)
    return [Zone(name, np.asarray(shape, np.float64), kind) for name, shape, kind in rows]


def read_zones(path: str | Path) -> list[Zone]:
    """Read zones from JSON: a list of ``{"name", "kind", "vertices": [[y, x], ...]}``.

    Raises
    ------
    ValueError
        If the file is something else; all that is wrong with it in one message.
    """
    path = Path(path)
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path.name} is not JSON: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f'{path.name}: expected a list of {{"name", "kind", "vertices"}}')
    zones, problems = [], []
    for place, entry in enumerate(entries):
        try:
            name, kind = str(entry.get("name") or f"zone {place + 1}"), entry.get("kind", "polygon")
            zones.append(Zone(name, np.array(entry["vertices"], np.float64), kind))
        except KeyError as error:
            problems.append(f"zone {place + 1} has no {error}")
        except (ValueError, TypeError) as error:
            problems.append(str(error))
    names = [zone.name for zone in zones]
    problems += [f"two zones are called {name!r}" for name in set(names) if names.count(name) > 1]
    if problems:
        raise ValueError(f"{path.name}: {'; '.join(problems)}")
    return zones


def zone_profile(
    zones: Sequence[Zone],
    xy_px: NDArray[np.floating],
    *,
    fps: float,
    min_stay_s: float = MIN_STAY_S,
    pixel_size_mm: float | None = None,
) -> list[dict[str, Any]]:
    """Measure the use of each zone.

    Parameters
    ----------
    xy_px
        Path of the animal's centre, shape (frames, 2), x then y; NaN where it is not seen.
    min_stay_s
        A stay or an absence that is shorter belongs to what was before it, so that an animal that
        sits on the border does not enter over and over. Time and way are counted without it.

    Returns
    -------
    list of dict
        For each zone ``zone``; ``time_s``, and ``share`` of the time in which the animal is seen;
        ``entries`` (from outside; an animal that starts inside has not entered); ``latency_s`` to
        the first stay, 0 if it starts inside, NaN if it never came; ``distance_px`` and
        ``distance_mm`` walked inside, NaN in mm without a pixel size; ``speed_px_per_s`` inside.
    """
    seen = np.isfinite(xy_px).all(axis=1)
    steps = np.hypot(*np.diff(xy_px, axis=0).T)
    rows = []
    for zone in zones:
        raw = zone.contains(xy_px)
        stays = _settled(raw, seen, max(1, round(min_stay_s * fps)))
        inside = raw & seen
        both = inside[1:] & inside[:-1]
        way_px = float(np.nansum(steps[both]))
        time_s = inside.sum() / fps
        came = np.flatnonzero(stays)
        rows.append(
            {
                "zone": zone.name,
                "time_s": time_s,
                "share": inside.sum() / seen.sum() if seen.any() else np.nan,
                "entries": int((stays[1:] & ~stays[:-1]).sum()),
                "latency_s": came[0] / fps if len(came) else np.nan,
                "distance_px": way_px,
                "distance_mm": np.nan if pixel_size_mm is None else way_px * pixel_size_mm,
                "speed_px_per_s": way_px * fps / both.sum() if both.any() else np.nan,
            }
        )
    return rows


def _settled(
    inside: NDArray[np.bool_], seen: NDArray[np.bool_], min_frames: int
) -> NDArray[np.bool_]:
    """State of each frame without stays shorter than ``min_frames``; unseen frames go on."""
    frames = np.flatnonzero(seen)
    if not len(frames):
        return np.zeros(len(inside), bool)
    states = inside[frames]
    edges = np.flatnonzero(np.diff(states)) + 1
    starts = np.concatenate([[0], edges])
    lengths = np.diff(np.append(starts, len(states)))
    current, settled = bool(states[0]), states.copy()
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if length >= min_frames:
            current = bool(states[start])
        settled[start : start + length] = current
    place = np.maximum(np.searchsorted(frames, np.arange(len(inside)), side="right") - 1, 0)
    return settled[place]


def _in_polygon(points: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Even-odd rule; what lies on an edge counts on one side of it only."""
    inside = np.zeros(len(points), bool)
    y, x = points.T
    for (y0, x0), (y1, x1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        if y1 != y0:
            inside ^= crosses & (x < x0 + (x1 - x0) * (y - y0) / (y1 - y0))
    return inside


def _in_ellipse(points: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.bool_]:
    middle = box[:4].mean(axis=0)
    axes = np.stack([(box[1] - box[0]) / 2, (box[3] - box[0]) / 2], axis=1)
    if abs(np.linalg.det(axes)) < 1e-12:
        return np.zeros(len(points), bool)
    along = np.linalg.solve(axes, (points - middle).T)
    inside: NDArray[np.bool_] = (along**2).sum(axis=0) <= 1
    return inside
