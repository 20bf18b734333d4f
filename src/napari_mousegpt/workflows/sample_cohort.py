"""A cohort of recordings with known differences between two groups. Knows no captioner.

Poses come straight from the scripts, with a tracker's errors; the films are tiny, since drawing fur
would take most of an hour. What the mice were told to do lies beside each recording.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.datamodel.skeleton import guess_roles, guess_skeleton
from napari_mousegpt.io.pose_table import write_pose_table
from napari_mousegpt.io.recording_folder import POSES, save_recording
from napari_mousegpt.sample.arena import FPS, FRAME_PX, PX_PER_CM
from napari_mousegpt.sample.cohort import NEW, SHIFTED, CohortMouse, cohort_mouse
from napari_mousegpt.sample.motion import Motion, move
from napari_mousegpt.sample.rendered import INDIVIDUAL, SCORER, VIDEO
from napari_mousegpt.sample.script import bout_table
from napari_mousegpt.sample.skeleton import KEYPOINTS
from napari_mousegpt.sample.tracker import track
from napari_mousegpt.workflows.import_recording import import_recording

FILM_PX = 64
SCALE = FILM_PX / FRAME_PX
GROUPS = "groups.csv"
ATTEMPTS = 5
_FLOOR, _MOUSE = 205, 45
_DRAWN = ("Snout", "SpineF", "SpineG", "SpineH", "Hip", "Tail(base)")


def write_cohort(
    folder: str | Path,
    *,
    animals: int = 24,
    minutes: float = 5.0,
    seed: int = 0,
    new: str = NEW,
    shifted: float = SHIFTED,
) -> Iterator[Recording]:
    """Make recordings ``m01.mousegpt`` and so on, ``groups.csv`` and the true bouts.

    Every second mouse is treated: it rears more, grooms its face less, and now and then walks
    backwards, which is none of the known behaviours (see `sample.cohort`). With ``new`` it is
    another behaviour or none (empty); with ``shifted`` 0 nothing else differs either.

    Yields
    ------
    Recording
        Each as it is done; those that are there already are made again.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mice = []
    for place in range(animals):
        mouse, motion = _moving(
            partial(cohort_mouse, place, minutes=minutes, seed=seed, new=new, shifted=shifted)
        )
        yield _record(folder, mouse, motion)
        mice.append({"recording": mouse.name, "group": mouse.group, "cage": mouse.cage})
    pd.DataFrame(mice).to_csv(folder / GROUPS, index=False)


def _moving(make: Callable[..., CohortMouse]) -> tuple[CohortMouse, Motion]:
    """The first mouse of a place that stays within the walls."""
    for attempt in range(ATTEMPTS):
        mouse = make(attempt=attempt)
        with contextlib.suppress(ValueError):
            return mouse, move(mouse.script)
    raise ValueError(f"expected a script within the walls in {ATTEMPTS} attempts, found none")


def _record(folder: Path, mouse: CohortMouse, motion: Motion) -> Recording:
    film = folder / f"{mouse.name}.mp4"
    _write_film(film, motion)
    truth = bout_table(mouse.script, video=VIDEO, individual=INDIVIDUAL)
    truth.to_csv(folder / f"{mouse.name}_truth.csv", index=False)
    positions, likelihoods = track(motion, seed=mouse.seed)
    poses = make_poses(
        (SCALE * positions).transpose(0, 2, 1)[..., None],
        likelihoods[..., None],
        keypoints=KEYPOINTS,
        individuals=(INDIVIDUAL,),
        fps=FPS,
        source_software=SCORER,
    )
    recording = import_recording(film, pixel_size_mm=10 / PX_PER_CM / SCALE).replace(
        individuals=(INDIVIDUAL,),
        keypoint_roles=guess_roles(KEYPOINTS),
        skeleton=guess_skeleton(KEYPOINTS),
    )
    save_recording(recording)
    write_pose_table(recording.folder / POSES, poses, recording.videos[0].id)
    return recording


def _write_film(path: Path, motion: Motion) -> None:
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width = stream.height = FILM_PX
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "qp": "30"}
        for pixels in _pictures(motion):
            frame = av.VideoFrame.from_ndarray(pixels, format="gray")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _pictures(motion: Motion) -> Iterator[NDArray[np.uint8]]:
    """A dark back on a light floor: six blots along the spine."""
    drawn = [KEYPOINTS.index(name) for name in _DRAWN]
    middles = np.rint(SCALE * motion.keypoints_px[:, drawn]).astype(int)  # (frames, blots, x y)
    around = np.array([(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)])
    pixels = np.clip(middles[:, :, None, ::-1] + around, 0, FILM_PX - 1)
    for blots in pixels.reshape(len(pixels), -1, 2):
        picture = np.full((FILM_PX, FILM_PX), _FLOOR, np.uint8)
        picture[blots[:, 0], blots[:, 1]] = _MOUSE
        yield picture
