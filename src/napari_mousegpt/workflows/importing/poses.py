"""What becomes of a pose file: its rows, animals and keypoints in the recording. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from napari_mousegpt.datamodel.poses import fit_to_video, misfit
from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL, VideoEntry
from napari_mousegpt.workflows.importing.files import ReadFile
from napari_mousegpt.workflows.importing.names import How, NameMatch, match_names

OTHER_RATE = 1e-3
OUTSIDE_SHARE = 0.05
SEEN_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Offset:
    """A shift that would explain what does not fit; never applied unless chosen.

    ``amount`` counts frames for poses, seconds for labels.
    """

    amount: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class PosePlan:
    """One pose file and what it becomes.

    Attributes
    ----------
    offset_frames
        Row with frame number k becomes frame ``k + offset_frames`` of the film.
    offsets
        Other shifts that would explain a mismatch.
    mapped
        Poses under the names of the recording, still with the file's frame numbers.
    error
        Why it cannot be imported as it is; None if it can.
    """

    camera: str
    file: ReadFile
    n_frames: int
    rows: int
    fps: float | None
    offset_frames: int
    offsets: tuple[Offset, ...]
    individuals: tuple[NameMatch, ...]
    keypoints: tuple[NameMatch, ...]
    mapped: xr.Dataset
    problems: tuple[str, ...]
    error: str | None

    def fitted(self) -> xr.Dataset:
        """Poses with exactly one row for each frame of the film.

        Raises
        ------
        ValueError
            If fewer than half of the frames would have a pose.
        """
        moved = self.mapped["time"].values + self.offset_frames
        return fit_to_video(self.mapped.assign_coords(time=moved), self.n_frames)


def plan_poses(
    file: ReadFile,
    entry: VideoEntry,
    *,
    rename_individuals: Mapping[str, str],
    rename_keypoints: Mapping[str, str],
    offset_frames: int,
    known_individuals: Sequence[str],
) -> PosePlan:
    """Work out what becomes of a pose file that was read.

    Parameters
    ----------
    rename_individuals, rename_keypoints
        Name in the file to name in the recording; two with the same new name are merged, an
        empty one leaves the name out.
    known_individuals
        Names that the recording's other cameras have; empty for the first.
    """
    poses: xr.Dataset = file.data
    seen = _seen(poses)
    individuals = match_names(
        _frames_seen(poses, seen, "individual"),
        known_individuals,
        rename_individuals,
        only_one=True,
    )
    if poses.sizes["individual"] == 1 and individuals[0].how in ("new", "same"):
        name = individuals[0].found
        single = known_individuals[0] if len(known_individuals) == 1 else SINGLE_INDIVIDUAL
        how: How = "same" if name == single else "only one"
        individuals = (NameMatch(name, single, how, None, individuals[0].count),)
    keypoints = match_names(_frames_seen(poses, seen, "keypoint"), [], rename_keypoints)
    mapped, conflicts = _renamed(poses, individuals, "individual")
    mapped, doubled = _renamed(mapped, keypoints, "keypoint")
    error, problems = None, list(poses.attrs["problems"])
    if doubled:
        error = f"two keypoints would be called {doubled[0][0]!r}: choose different names"
    problems += [
        f"{name!r} is made of several animals that are seen together in {count} frames: the more "
        "confident pose was kept"
        for name, count in conflicts
    ]
    problems += _oddities(mapped, poses, seen, entry, individuals)
    try:
        problems += misfit(poses["time"].values + offset_frames, entry.frames)
    except ValueError as not_fitting:
        error = error or str(not_fitting)
    if not mapped.sizes["individual"] or not mapped.sizes["keypoint"]:
        error = "every animal or every keypoint was left out: keep at least one"
    return PosePlan(
        camera=entry.id,
        file=file,
        n_frames=entry.frames,
        rows=poses.sizes["time"],
        fps=poses.attrs.get("fps"),
        offset_frames=offset_frames,
        offsets=_offsets(poses["time"].values, entry.frames, offset_frames),
        individuals=individuals,
        keypoints=keypoints,
        mapped=mapped,
        problems=tuple(f"{file.path.name}: {problem}" for problem in problems),
        error=f"{file.path.name}: {error}" if error else None,
    )


def _frames_seen(poses: xr.Dataset, there: np.ndarray, dim: str) -> dict[str, int]:
    """Name to the number of frames in which it has a point."""
    counts = there.any(axis=1 if dim == "individual" else 2).sum(axis=0)
    return {str(name): int(n) for name, n in zip(poses[dim].values, counts, strict=True)}


def _seen(poses: xr.Dataset) -> np.ndarray:
    """Which points are there, (time, keypoint, individual); many trackers write 0, 0 for none."""
    position = poses["position"].values
    seen: np.ndarray = np.isfinite(position[:, 0]) & (position != 0).any(axis=1)
    return seen


def _renamed(
    poses: xr.Dataset, matches: Sequence[NameMatch], dim: str
) -> tuple[xr.Dataset, list[tuple[str, int]]]:
    """Rename, merge and drop along one dimension; with the merges that met in some frames."""
    places: dict[str, list[int]] = {}
    for place, match in enumerate(matches):
        if match.becomes is not None:
            places.setdefault(match.becomes, []).append(place)
    firsts = [of[0] for of in places.values()]
    if firsts == list(range(poses.sizes[dim])):
        return poses.assign_coords({dim: list(places)}), []
    merged = poses.isel({dim: firsts}).assign_coords({dim: list(places)}).copy(deep=True)
    axis = poses["confidence"].dims.index(dim)
    conflicts = []
    for new, (name, of) in enumerate(places.items()):
        met = sum(_merge(merged, new, poses, other, axis) for other in of[1:])
        if met:
            conflicts.append((name, met))
    return merged, conflicts


def _merge(into: xr.Dataset, place: int, poses: xr.Dataset, other: int, axis: int) -> int:
    """Fill one animal's poses with another's; where both are seen the more confident stays.

    Returns the number of frames in which both are.
    """
    sure = np.moveaxis(into["confidence"].values, axis, 0)[place]  # (time, the other dimension)
    position = np.moveaxis(into["position"].values, axis + 1, 0)[place]  # (time, space, other)
    new_sure = np.moveaxis(poses["confidence"].values, axis, 0)[other]
    new_position = np.moveaxis(poses["position"].values, axis + 1, 0)[other]
    there, new_there = np.isfinite(position[:, 0]), np.isfinite(new_position[:, 0])
    take = new_there & (~there | (np.nan_to_num(new_sure) > np.nan_to_num(sure)))
    sure[take] = new_sure[take]
    np.copyto(position, new_position, where=take[:, None])
    return int((there & new_there).any(axis=1).sum())


def _offsets(frames: np.ndarray, n_frames: int, chosen: int) -> tuple[Offset, ...]:
    """Shifts that would make the rows fit the film as well, or better."""
    first, last, rows = int(frames[0]), int(frames[-1]), len(frames)
    found: list[Offset] = []
    if first == 1 and last == n_frames:
        found.append(Offset(-1, "the rows are numbered from 1, the film's frames from 0"))
    elif first > 0 and rows == n_frames:
        found.append(Offset(-first, f"the rows are numbered from {first}, and as many as frames"))
    elif first == 0 and n_frames / 2 <= rows < n_frames:
        missing = n_frames - rows
        what = "first frame" if missing == 1 else f"first {missing} frames"
        found.append(Offset(missing, f"if the tracker left out the film's {what}, not its last"))
    elif first == 0 and n_frames < rows <= 1.5 * n_frames:
        surplus = rows - n_frames
        found.append(Offset(-surplus, f"if the film was cut by {surplus} frames at its start"))
    return tuple(offset for offset in found if offset.amount != chosen)


def _oddities(
    mapped: xr.Dataset,
    poses: xr.Dataset,
    seen: np.ndarray,
    entry: VideoEntry,
    individuals: Sequence[NameMatch],
) -> list[str]:
    problems = []
    fps = poses.attrs.get("fps")
    if fps and abs(fps / entry.fps - 1) > OTHER_RATE:
        problems.append(
            f"the poses say {fps:g} frames a second, the film {entry.fps:g}: each row is taken for "
            "a frame all the same. If the film's rate is wrong, give the right one with --fps"
        )
    rows = poses.sizes["time"]
    if rows >= 1.5 * entry.frames and abs(rows / entry.frames - round(rows / entry.frames)) < 0.01:
        problems.append(
            f"{round(rows / entry.frames)} times as many rows as frames: was the film thinned out, "
            "or are these the poses of a longer one?"
        )
    problems += [
        f"{match.found!r} is seen in {match.count} of {rows} frames: leave it out with "
        f"--rename '{match.found}=' if it is no animal"
        for match in individuals
        if match.becomes is not None and match.count < SEEN_SHARE * rows
    ]
    nowhere = np.isfinite(poses["position"].values[:, 0]) & ~seen
    if nowhere.any() and not any("lie at 0, 0" in one for one in poses.attrs["problems"]):
        names = [str(name) for name in poses["individual"].values]
        whole = [(name, int(n)) for name, n in zip(names, nowhere.all(1).sum(0), strict=True) if n]
        each = ", ".join(f"{name!r} in {count} frames" for name, count in whole)
        problems.append(
            f"{nowhere.sum()} points lie at 0, 0: they are probably missing, and are kept as they "
            f"are{f' (all points of {each})' if each else ''}"
        )
    if poses.sizes["space"] == 2:
        problems += _outside(mapped, entry)
    return problems


def _outside(poses: xr.Dataset, entry: VideoEntry) -> list[str]:
    position = poses["position"].values
    x, y = position[:, 0], position[:, 1]
    there = np.isfinite(x)
    out = there & ((x < 0) | (y < 0) | (x >= entry.width) | (y >= entry.height))
    if not there.any() or out.sum() <= OUTSIDE_SHARE * there.sum():
        return []
    share, reach_x, reach_y = out.sum() / there.sum(), np.nanmax(x), np.nanmax(y)
    return [
        f"{share:.0%} of the points lie outside the picture of {entry.width} x {entry.height} "
        f"pixels; they reach x = {reach_x:.0f}, y = {reach_y:.0f}: were they tracked in a larger "
        "or another version of the film?"
    ]
