"""Poses as ndx-pose: one PoseEstimation for each animal and video, one series per keypoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from napari_mousegpt.io.nwb_writers.nwb_names import nwb_name
from napari_mousegpt.io.nwb_writers.timed_video import TimedVideo

ALONE = "PoseEstimation"
"""Name where there is one animal: readers of a single one, such as movement's, look for it."""
_ORIGIN = "(0, 0) is the top left corner of the picture; x to the right, y down."


def add_poses(
    module: Any,
    poses: xr.Dataset,
    video: TimedVideo,
    skeleton: Sequence[tuple[str, str]],
    n_videos: int,
) -> list[str]:
    """Add the poses of one video; missing points are NaN.

    Returns
    -------
    list of str
        Which names had to be changed.
    """
    from ndx_pose import PoseEstimation, Skeleton

    keypoints = [str(name) for name in poses["keypoint"].values]
    place = {name: k for k, name in enumerate(keypoints)}
    edges = [(place[a], place[b]) for a, b in skeleton if a in place and b in place]
    its_skeleton = Skeleton(
        name=f"{video.entry.id} skeleton",
        nodes=keypoints,
        edges=np.array(edges, np.uint8).reshape(-1, 2) if edges else None,
    )
    _skeletons(module).add_skeletons(its_skeleton)
    changed: list[str] = []
    for individual in map(str, poses["individual"].values):
        name = nwb_name(individual if n_videos == 1 else f"{video.entry.id} {individual}")
        if n_videos == 1 and poses.sizes["individual"] == 1:
            name = ALONE
        module.add(
            PoseEstimation(
                name=name,
                pose_estimation_series=_series(poses.sel(individual=individual), individual, video),
                description=f"Poses of {individual}.",
                source_software=str(poses.attrs.get("source_software") or "unknown"),
                skeleton=its_skeleton,
                source_video=video.series,
            )
        )
    renamed = [name for name in keypoints if nwb_name(name) != name]
    if renamed:
        changed.append(
            f"NWB takes no / or : in a name: replaced in {', '.join(renamed)}; their "
            "descriptions hold the names as they were"
        )
    return changed


def _series(poses: xr.Dataset, individual: str, video: TimedVideo) -> list[Any]:
    from ndx_pose import PoseEstimationSeries

    made: list[Any] = []
    timing: dict[str, Any] = {"starting_time": video.first_s, "rate": video.clock.fps}
    if video.clock.times_s is not None:
        timing = {"timestamps": video.first_s + video.clock.times_s[poses["time"].values]}
    names: set[str] = set()
    for keypoint in map(str, poses["keypoint"].values):
        one = poses.sel(keypoint=keypoint)
        name = nwb_name(keypoint, names)
        names.add(name)
        made.append(
            PoseEstimationSeries(
                name=name,
                description=f"Keypoint {keypoint} from individual {individual}.",
                data=one["position"].transpose("time", "space").values,
                confidence=one["confidence"].values,
                reference_frame=_ORIGIN,
                unit="pixels",
                **timing,
            )
        )
        if "timestamps" in timing:  # written once, linked from the others
            timing = {"timestamps": made[0]}
    return made


def _skeletons(module: Any) -> Any:
    from ndx_pose import Skeletons

    if "Skeletons" not in module.data_interfaces:
        module.add(Skeletons())
    return module["Skeletons"]
