"""A video, its poses and its labels become a recording, by the guesses of the import plan."""

from __future__ import annotations

from pathlib import Path

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.recording_folder import is_recording
from napari_mousegpt.workflows.importing.carrying_out import carry_out
from napari_mousegpt.workflows.importing.files import CameraFiles
from napari_mousegpt.workflows.importing.plan import ImportChoices, plan_import
from napari_mousegpt.workflows.importing.sources import VIEWS

__all__ = ["VIEWS", "import_recording"]


def import_recording(
    video: str | Path,
    *,
    poses: str | Path | None = None,
    labels: str | Path | None = None,
    folder: str | Path | None = None,
    camera_view: str | None = None,
    fps: float | None = None,
    pixel_size_mm: float | None = None,
    pose_format: str | None = None,
    label_format: str | None = None,
    choices: ImportChoices | None = None,
) -> Recording:
    """Make a recording from a video, or add to the one there is.

    To see and correct what is guessed, or to import several cameras, use `plan_import` and
    `carry_out`.

    Parameters
    ----------
    video
        Video file, or a recording folder to add poses or labels to.
    poses, labels
        Files of any format that `read_poses` and `read_bouts` know.
    folder
        Where the recording goes; ``<stem>.mousegpt`` beside the video if None.
    camera_view
        One of `VIEWS`; top, or what the recording says, if None.
    fps
        In place of the frame rate that the video file gives.
    pixel_size_mm
        Size of a pixel on the floor.
    pose_format, label_format
        Names of the readers, where files match more than one.
    choices
        Names, roles and offsets to use in place of the guesses.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file is missing or cannot be used, something must be chosen first, or the folder
        holds another video's recording. Nothing is written then.
    """
    video = Path(video)
    recording = video if is_recording(video) else None
    files = CameraFiles(
        video=None if recording is not None else video,
        view=camera_view,
        fps=fps,
        poses=Path(poses) if poses is not None else None,
        labels=(Path(labels),) if labels is not None else (),
        pose_format=pose_format,
        label_format=label_format,
    )
    choices = choices or ImportChoices()
    if pixel_size_mm is not None:
        choices = choices.replace(pixel_size_mm=pixel_size_mm)
    plan = plan_import(
        [files],
        choices,
        recording=recording,
        folder=Path(folder) if folder is not None else None,
    )
    return carry_out(plan)
