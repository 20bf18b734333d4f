"""Poses as DeepLabCut's csv, of one animal or several. Knows no network and no project."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from napari_mousegpt.datamodel.recording import SINGLE_INDIVIDUAL
from napari_mousegpt.io.durable import replace_file

SCORER = "mousegpt"
"""Where DeepLabCut names the network."""
LEVELS = ("scorer", "individuals", "bodyparts", "coords")
_BLOCK_ROWS = 20_000


def write(poses: xr.Dataset, path: Path, *, scorer: str = SCORER) -> list[str]:
    """Write a row for each frame, with three header rows for one animal and four for several.

    ``pandas.read_csv(path, header=[0, 1, 2], index_col=0)`` reads it, with a fourth level for
    several animals. Numbers are written so that they are read back to the last bit.

    Parameters
    ----------
    poses
        As `datamodel.poses.make_poses` builds them; a missing point has empty cells.
    path
        Of the csv file.
    scorer
        Name in the first header row.

    Returns
    -------
    list of str
        What DeepLabCut's csv cannot hold.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    individuals = [str(name) for name in poses["individual"].values]
    keypoints = [str(name) for name in poses["keypoint"].values]
    space = [str(name) for name in poses["space"].values]
    known = bool(np.isfinite(poses["confidence"].values).any())
    # DeepLabCut has no likelihood in three dimensions.
    coords = [*space, "likelihood"] if known and len(space) == 2 else space
    alone = individuals == [SINGLE_INDIVIDUAL]
    tuples = list(product([scorer], individuals, keypoints, coords))
    columns = pd.MultiIndex.from_tuples(
        [(name[0], *name[2:]) for name in tuples] if alone else tuples,
        names=[LEVELS[0], *LEVELS[2:]] if alone else LEVELS,
    )

    def fill(beside: Path) -> None:
        for start in range(0, max(1, poses.sizes["time"]), _BLOCK_ROWS):
            block = poses.isel(time=slice(start, start + _BLOCK_ROWS))
            table = pd.DataFrame(
                _values(block, with_confidence="likelihood" in coords),
                index=block["time"].values,
                columns=columns,
            )
            table.to_csv(beside, mode="a" if start else "w", header=not start, lineterminator="\n")

    replace_file(path, fill)
    if known and len(space) == 3:
        return ["DeepLabCut's csv holds no confidence in three dimensions: left out"]
    if not known:
        return ["no confidence is known: written without likelihood, which some tools ask for"]
    return []


def _values(poses: xr.Dataset, *, with_confidence: bool) -> np.ndarray:
    position = poses["position"].transpose("time", "individual", "keypoint", "space").values
    parts = [position]
    if with_confidence:
        confidence = poses["confidence"].transpose("time", "individual", "keypoint").values
        parts.append(confidence[..., None])
    return np.concatenate(parts, axis=-1).reshape(len(position), -1)
