"""Where an NWB file keeps poses (ndx-pose 0.1 to 0.4), and what its names mean. Knows no arrays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import h5py

from napari_mousegpt.io.doors import h5_values

_CONTAINERS = ("PoseEstimation", "MultiCameraPoseEstimation")
_VIDEO = "ImageSeries"
"""From version 0.4 on a container may link the video that its poses are of."""
_DESCRIPTION = re.compile(r"Keypoint (.+) from individual (.+)\.")
_PREFIX = re.compile(r"pose_?estimation_?series_?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NwbSeries:
    """One keypoint of one animal."""

    group: h5py.Group
    keypoint: str
    individual: str


def containers(file: h5py.File) -> list[h5py.Group]:
    """Return the groups of pose estimates in the processing modules of a file.

    Raises
    ------
    ValueError
        If the file has no group ``processing``.
    """
    found = []
    for module in _groups(h5_values.subgroup(file, "processing")):
        found += [group for group in _groups(module) if _kind(group) in _CONTAINERS]
    return found


def view(container: h5py.Group) -> tuple[str, ...]:
    """What tells cameras and videos apart: module, videos and linked devices."""
    videos = (
        h5_values.strings(container, "original_videos") if "original_videos" in container else []
    )
    links = [container.get(name, getlink=True) for name in container]
    targets = [link.path for link in links if isinstance(link, h5py.SoftLink)]
    devices = [
        target for target in targets if "keleton" not in target and "/processing" not in target
    ]
    return (container.name.rsplit("/", 1)[0], *videos, *sorted(devices))


def all_series(container: h5py.Group) -> list[NwbSeries]:
    """Return the series of a container, in the order of its skeleton where it has one."""
    nodes = _nodes(container)
    groups = [
        group
        for group in _groups(container)
        if isinstance(group.get("data"), h5py.Dataset) and _kind(group) != _VIDEO
    ]
    series = [_series(group, nodes) for group in groups]
    place = {node: k for k, node in enumerate(nodes)}
    own = {item.keypoint: place.get(_last(item.group), len(nodes)) for item in series}
    return sorted(series, key=lambda item: place.get(item.keypoint, own[item.keypoint]))


def _series(group: h5py.Group, nodes: list[str]) -> NwbSeries:
    """Tell keypoint and individual apart: ``ind1_snout`` may be both."""
    if match := _DESCRIPTION.fullmatch(h5_values.text_attribute(group, "description")):
        return NwbSeries(group, match[1], match[2])
    name = _last(group)
    if name in nodes:
        return NwbSeries(group, name, "")
    name = _PREFIX.sub("", name) or name
    node = max((node for node in nodes if name.endswith(node)), key=len, default="")
    if not node:
        return NwbSeries(group, name, "")
    return NwbSeries(group, node, name.removesuffix(node).strip("_ -"))


def _nodes(container: h5py.Group) -> list[str]:
    holders = [container, *(group for group in _groups(container) if _kind(group) == "Skeleton")]
    for holder in holders:
        if "nodes" in holder:
            return h5_values.strings(holder, "nodes")
    return []


def _groups(parent: h5py.Group) -> Iterator[h5py.Group]:
    for name in parent:
        if name in parent and isinstance(group := parent.get(name), h5py.Group):
            yield group


def _kind(group: h5py.Group) -> str:
    return h5_values.text_attribute(group, "neurodata_type")


def _last(group: h5py.Group) -> str:
    return str(group.name).rsplit("/", 1)[-1]
