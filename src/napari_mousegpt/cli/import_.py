"""``mousegpt import``: makes a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Fps, Json, Output, Pose, PoseFormat, View, above_zero
from napari_mousegpt.cli.outcome import print_json


def import_(
    video: Annotated[Path, typer.Argument(help="Video file, or a recording to add to.")],
    pose: Pose = None,
    labels: Annotated[Optional[Path], typer.Option("--labels", help="Label file.")] = None,  # noqa: UP045
    output: Output = None,
    camera_view: View = None,
    fps: Fps = None,
    pixel_size_mm: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--pixel-size-mm", callback=above_zero, help="Size of a pixel on the floor."),
    ] = None,
    pose_format: PoseFormat = None,
    label_format: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--label-format", help="Reader to use where a label file matches several."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a recording from a video, its poses and its labels."""
    from napari_mousegpt.workflows.import_recording import import_recording

    recording = import_recording(
        video,
        poses=pose,
        labels=labels,
        folder=output,
        camera_view=camera_view,
        fps=fps,
        pixel_size_mm=pixel_size_mm,
        pose_format=pose_format,
        label_format=label_format,
    )
    if as_json:
        print_json(
            {
                "recording": str(recording.folder),
                "frames": recording.videos[0].frames,
                "individuals": list(recording.individuals),
                "keypoint_roles": dict(recording.keypoint_roles),
                "bouts": len(recording.bouts),
                "problems": list(recording.problems),
            }
        )
        return
    print(f"{recording.folder}: {recording.videos[0].frames} frames, {_animals(recording)}")
    if recording.keypoint_roles:
        guessed = ", ".join(f"{role} = {name}" for role, name in recording.keypoint_roles.items())
        print(f"  keypoints taken for: {guessed}")
    if len(recording.bouts):
        print(f"  bouts: {len(recording.bouts)}")
    for problem in recording.problems:
        print(f"  ! {problem}")


def _animals(recording: object) -> str:
    names = recording.individuals  # type: ignore[attr-defined]
    return names[0] if len(names) == 1 else f"{len(names)} individuals: {', '.join(names)}"
