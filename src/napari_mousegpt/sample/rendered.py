"""The sample on disk: a film, its poses and its bouts, with the exact truth beside it.

Knows neither readers nor windows; whoever calls it decides on the folder and keeps the files.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.sample.arena import FPS, FRAME_PX
from napari_mousegpt.sample.motion import Motion, move
from napari_mousegpt.sample.rendering import render
from napari_mousegpt.sample.script import DEFAULT_SCRIPT, Script, bout_table
from napari_mousegpt.sample.skeleton import KEYPOINTS
from napari_mousegpt.sample.tracker import track

VIDEO, INDIVIDUAL, SCORER = "cam0", "individual_0", "napari-mousegpt sample"
GOP, B_FRAMES = 60, 2
PROGRESS_STEP = 10


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The three files, and what is exactly true of them.

    Attributes
    ----------
    video, poses_csv, bouts_csv
        H.264 film; DeepLabCut table as a tracker would write it, with small errors; true bouts.
    poses
        The true keypoints in pixels, without errors (see `datamodel.poses.make_poses`).
    bouts
        Columns video, individual, start, stop, behaviour.
    script
        What the mouse was told to do.
    """

    video: Path
    poses_csv: Path
    bouts_csv: Path
    poses: xr.Dataset
    bouts: pd.DataFrame
    script: Script


def write_sample(folder: str | Path, *, seed: int = 0, script: Script | None = None) -> Sample:
    """Make the sample in ``folder``: `render_sample` without the progress."""
    steps = render_sample(folder, seed=seed, script=script)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def render_sample(
    folder: str | Path, *, seed: int = 0, script: Script | None = None
) -> Generator[float, None, Sample]:
    """Make ``mouse.mp4``, ``mouse.csv`` and ``mouse_bouts.csv``, replacing older ones.

    Parameters
    ----------
    folder
        Made if it is not there.
    seed
        Decides on floor, coat, noise and tracking errors; the same seed gives the same pixels.
    script
        What the mouse does; `DEFAULT_SCRIPT`, 20 s, if None.

    Yields
    ------
    float
        Share of the work that is done, growing to 1. Closing the generator leaves no half file.

    Returns
    -------
    Sample
        Carried by ``StopIteration.value``.

    Raises
    ------
    ValueError
        If the script leads the mouse through a wall.
    """
    script = script or DEFAULT_SCRIPT
    motion = move(script)
    sample = _sample_of(Path(folder), script, motion)
    sample.video.parent.mkdir(parents=True, exist_ok=True)
    with _written_whole(sample.video) as part:
        yield from _encode(render(motion, seed=seed), motion.n_frames, part)
    with _written_whole(sample.poses_csv) as part:
        _deeplabcut_table(motion, seed).to_csv(part)
    with _written_whole(sample.bouts_csv) as part:
        sample.bouts.to_csv(part, index=False)
    yield 1.0
    return sample


def sample_in(folder: str | Path, *, script: Script | None = None) -> Sample:
    """What `write_sample` returns, in a fraction of a second and without writing anything.

    For files that were made before: whether they are there is for the caller to see.
    """
    script = script or DEFAULT_SCRIPT
    return _sample_of(Path(folder), script, move(script))


def _sample_of(folder: Path, script: Script, motion: Motion) -> Sample:
    return Sample(
        video=folder / "mouse.mp4",
        poses_csv=folder / "mouse.csv",
        bouts_csv=folder / "mouse_bouts.csv",
        poses=true_poses(motion),
        bouts=bout_table(script, video=VIDEO, individual=INDIVIDUAL),
        script=script,
    )


def true_poses(motion: Motion) -> xr.Dataset:
    """The keypoints in pixels as they are, with full confidence."""
    position = motion.keypoints_px.transpose(0, 2, 1)  # (time, space, keypoint)
    return make_poses(
        position[..., None],
        np.ones((motion.n_frames, len(KEYPOINTS), 1)),
        keypoints=KEYPOINTS,
        individuals=(INDIVIDUAL,),
        fps=FPS,
        source_software=SCORER,
    )


@contextmanager
def _written_whole(path: Path) -> Iterator[Path]:
    """Give a file beside ``path`` to write to, which takes its place when all went well."""
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _encode(
    frames: Iterator[NDArray[np.uint8]], n_frames: int, path: Path
) -> Generator[float, None, None]:
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width = stream.height = FRAME_PX
        stream.pix_fmt = "yuv420p"
        stream.gop_size = GOP
        stream.max_b_frames = B_FRAMES
        # A constant quantiser, since x264's adaptive one does not give the same bytes twice.
        stream.options = {"preset": "veryfast", "qp": "22", "sc_threshold": "0"}
        for index, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(frame))
            if index % PROGRESS_STEP == 0:
                yield index / n_frames
        container.mux(stream.encode(None))


def _deeplabcut_table(motion: Motion, seed: int) -> pd.DataFrame:
    positions, likelihoods = track(motion, seed=seed)
    values = np.concatenate([positions, likelihoods[..., None]], axis=-1)
    columns = pd.MultiIndex.from_product(
        [[SCORER], KEYPOINTS, ["x", "y", "likelihood"]], names=["scorer", "bodyparts", "coords"]
    )
    return pd.DataFrame(values.reshape(len(values), -1).round(4), columns=columns)
