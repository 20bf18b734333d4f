"""Where the other animals are in a window, and what they do to each other. Knows no wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics.animal import Animal, find_animal, share_lengths
from napari_mousegpt.kinematics.body import Column, angle_deg, distance
from napari_mousegpt.kinematics.frame_features import MIN_CONFIDENCE

REACH_BL = 0.2
"""A snout this near to a tracked part of another animal reaches it."""
TOUCH_BL = 0.25
"""Parts of two bodies this near to each other touch: keypoints lie inside the outline."""
STRAY_BL = 0.75
"""No part but the tail is farther from the centre of a mouse that stretches."""
SEEN_SHARE = 0.5
"""Of the frames, in which a snout must be placed for anything to be said of it."""
_TAIL = ("tail_mid", "tail_tip")
_HEAD = ("snout", "ear_left", "ear_right", "eye_left", "eye_right", "head", "neck")
_REAR = ("tail_base", "hips")


@dataclass(frozen=True, slots=True)
class Relation:
    """Another animal against the one described, over one window.

    Lengths are body lengths of the described animal, angles degrees; NaN where poses do not say.

    Attributes
    ----------
    other
        Its name.
    together_share
        Share of the frames in which both are tracked; all else is of these.
    first, last, median
        Distance of the centres, in the first and last quarter of the window (medians) and in all.
    bearing_deg, bearing_steadiness
        Mean direction to the other against the body axis, positive to the left; 1 if it stays, 0
        if it goes all round.
    seen_from_other_deg
        The same from the other.
    nearing, other_nearing
        Way of each towards the other, negative away.
    path, other_path
        Way of each.
    touching_share
        Share of the frames in which parts of both, tails aside, are nearer than `TOUCH_BL`.
    reaches, reached_by
        Share of the frames in which the one's snout is nearer than `REACH_BL` to the other's
        head, body or rear, by these names.
    """

    other: str
    together_share: float
    first: float
    last: float
    median: float
    bearing_deg: float
    bearing_steadiness: float
    seen_from_other_deg: float
    nearing: float
    other_nearing: float
    path: float
    other_path: float
    touching_share: float
    reaches: Mapping[str, float]
    reached_by: Mapping[str, float]


class OtherAnimals:
    """The tracked animals of a film; tells of any window how one stands to the others.

    Parameters
    ----------
    poses, roles, fps, times_s, camera_view
        As for `frame_features.frame_features`.
    """

    def __init__(
        self,
        poses: xr.Dataset,
        *,
        roles: Mapping[str, str],
        fps: float,
        times_s: NDArray[np.float64] | None = None,
        camera_view: str | None = None,
        min_confidence: float = MIN_CONFIDENCE,
    ) -> None:
        names = [str(name) for name in poses["individual"].values]
        count = poses.sizes["time"]
        times_s = np.arange(count) / fps if times_s is None else np.asarray(times_s)[:count]
        found = [
            find_animal(
                poses,
                place,
                roles=roles,
                times_s=times_s,
                fps=fps,
                camera_view=camera_view,
                min_confidence=min_confidence,
            )
            for place in range(len(names))
        ]
        self._animals = dict(zip(names, share_lengths(found), strict=True))

    def of(self, individual: str, window: TimeRange) -> tuple[Relation, ...]:
        """How an animal stands to each other one in a window, the nearest first.

        Those that are never tracked together with it are left out.
        """
        mine = self._animals.get(individual)
        if mine is None:
            return ()
        found = [
            _relation(mine, its, name, slice(window.start, window.stop))
            for name, its in self._animals.items()
            if its is not None and name != individual
        ]
        known = [one for one in found if one is not None]
        return tuple(sorted(known, key=lambda one: one.median))


def _relation(mine: Animal, its: Animal, name: str, rows: slice) -> Relation | None:
    length = mine.body_length
    my_centre, its_centre = mine.body.centre[:2, rows], its.body.centre[:2, rows]
    apart = distance(my_centre, its_centre) / length
    together = np.isfinite(apart)
    if not together.any():
        return None
    quarter = max(1, len(apart) // 4)
    bearing = _bearings(mine, its_centre, rows)
    turned = _circular_mean(bearing)
    nearing, path = _way(my_centre, its_centre, length)
    other_nearing, other_path = _way(its_centre, my_centre, length)
    my_parts, its_parts = _parts(mine, rows), _parts(its, rows)
    gap = _nearest(my_parts, its_parts) / length
    return Relation(
        other=name,
        together_share=float(together.mean()),
        first=_median(apart[:quarter]),
        last=_median(apart[-quarter:]),
        median=_median(apart),
        bearing_deg=turned[0],
        bearing_steadiness=turned[1],
        seen_from_other_deg=_circular_mean(_bearings(its, my_centre, rows))[0],
        nearing=nearing,
        other_nearing=other_nearing,
        path=path,
        other_path=other_path,
        touching_share=_share(gap < TOUCH_BL, gap),
        reaches=_reached(my_parts, its_parts, length),
        reached_by=_reached(its_parts, my_parts, length),
    )


def _bearings(animal: Animal, to: NDArray[np.float32], rows: slice) -> Column:
    """Direction to a place against the body axis, positive to the animal's left."""
    axis = animal.body.fore[:2, rows] - animal.body.rear[:2, rows]
    return angle_deg(axis, to - animal.body.centre[:2, rows]) * animal.body.left_sign


def _way(
    one: NDArray[np.float32], other: NDArray[np.float32], length: float
) -> tuple[float, float]:
    """How far one goes towards the other, and how far in all, frames that both have."""
    step = np.diff(one, axis=1)
    towards = other - one
    towards = towards / np.maximum(np.hypot(*towards), 1e-6)
    along = (step * (towards[:, 1:] + towards[:, :-1]) / 2).sum(axis=0)
    return float(np.nansum(along)) / length, float(np.nansum(np.hypot(*step))) / length


def _parts(animal: Animal, rows: slice) -> dict[str, NDArray[np.float32]]:
    """Tracked parts but the tail, and the centre of the trunk.

    A part too far from the centre belongs to another animal, and is taken for missing.
    """
    centre = animal.body.centre[:2, rows]
    parts = {"centre": centre}
    for role, track in animal.tracks.items():
        if role not in _TAIL:
            here = track[:2, rows]
            misplaced = distance(here, centre) > STRAY_BL * animal.body_length
            parts.setdefault(role, np.where(misplaced, np.float32(np.nan), here))
    return parts


def _nearest(mine: dict[str, NDArray[np.float32]], its: dict[str, NDArray[np.float32]]) -> Column:
    """Distance of the two nearest parts in each frame, NaN where none are tracked."""
    nearest = np.full(next(iter(mine.values())).shape[1], np.nan, np.float32)
    for one in mine.values():
        for other in its.values():
            nearest = np.fmin(nearest, distance(one, other))
    return nearest


def _reached(
    mine: dict[str, NDArray[np.float32]], its: dict[str, NDArray[np.float32]], length: float
) -> dict[str, float]:
    """Share of the frames in which a snout is at the other's head, body or rear."""
    snout = mine.get("snout")
    if snout is None or np.isfinite(snout[0]).mean() < SEEN_SHARE:
        return {}
    regions: dict[str, Column] = {}
    for role, track in its.items():
        region = "head" if role in _HEAD else "rear" if role in _REAR else "body"
        gap = distance(snout, track) / length
        regions[region] = np.fmin(regions[region], gap) if region in regions else gap
    names = list(regions)
    gaps = np.stack([regions[name] for name in names])
    known = np.isfinite(gaps).any(axis=0)
    nearest = np.where(np.isfinite(gaps), gaps, np.inf).argmin(axis=0)
    return {
        name: float(((nearest == place) & (gaps[place] < REACH_BL)).sum() / max(1, known.sum()))
        for place, name in enumerate(names)
    }


def _circular_mean(angles: Column) -> tuple[float, float]:
    """Mean direction in degrees, and how steady it is, 0 to 1."""
    known = np.radians(angles[np.isfinite(angles)])
    if not known.size:
        return np.nan, np.nan
    x, y = float(np.cos(known).mean()), float(np.sin(known).mean())
    return float(np.degrees(np.arctan2(y, x))), float(np.hypot(x, y))


def _median(values: Column) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _share(yes: NDArray[np.bool_], values: Column) -> float:
    known = np.isfinite(values)
    return float(yes[known].mean()) if known.any() else float("nan")
