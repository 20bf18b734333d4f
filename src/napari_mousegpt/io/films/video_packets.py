"""Packets of a video file, as they are read: what names the frames. Knows no pixels."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.video_container import open_container


@dataclass(slots=True)
class Packets:
    """Time stamps of the packets so far; another thread may look while they are read.

    Attributes
    ----------
    name_frames
        False once a packet has no time stamp, or at the end if some are the same: then packets
        do not tell how many frames there are.
    settled
        No packet to come is shown before this time stamp; None if that cannot be told.
    """

    pts: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("q"))
    smallest_bytes: int = 1 << 30
    damaged: bool = False
    name_frames: bool = True
    settled: int | None = None

    def sorted_stamps(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Time stamps of packets and of key frames, in order."""
        # Copied first: an array cannot grow while numpy looks at it.
        pts, keys = (np.frombuffer(part[:], np.int64) for part in (self.pts, self.keys))
        return np.sort(pts, kind="stable"), np.sort(keys, kind="stable")


def read_packets(path: Path, packets: Packets) -> Packets:
    """Read the packets of a video file's first video stream into ``packets``."""
    with open_container(path) as container:
        stream, orderly = container.streams.video[0], True
        for packet in container.demux(stream):
            stamp = packet.pts
            if packet.is_discard and packet.is_keyframe and stamp is not None:
                packets.keys.append(stamp)
            if not packet.size or packet.is_discard:
                continue  # the flush at the end; frames that an edit list hides
            if stamp is None:
                packets.name_frames = False
                continue
            packets.pts.append(stamp)
            if packet.is_keyframe:
                packets.keys.append(stamp)
            orderly = orderly and (packet.dts is None or packet.dts <= stamp)
            packets.settled = packet.dts if orderly else None
            packets.smallest_bytes = min(packets.smallest_bytes, packet.size)
            packets.damaged |= packet.is_corrupt
    packets.settled = None
    if packets.name_frames:
        pts = np.frombuffer(packets.pts, np.int64)
        packets.name_frames = bool(len(pts)) and len(np.unique(pts)) == len(pts)
    return packets
