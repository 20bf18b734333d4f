"""``mousegpt import``: makes a recording, or says what it would make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.cli.arguments import Json, Output, PoseFormat, above_zero, one_of_views
from napari_mousegpt.cli.camera_values import (
    FIRST,
    by_camera,
    lists_by_camera,
    numbered_cameras,
    pairs,
)
from napari_mousegpt.cli.outcome import print_json

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.workflows.importing.files import CameraFiles
    from napari_mousegpt.workflows.importing.plan import ImportPlan

Texts = Optional[list[str]]  # noqa: UP045  (typer reads the annotations)
Text = Optional[str]  # noqa: UP045
_OF_CAMERA = "[camN=]"


def import_(
    video: Annotated[Path, typer.Argument(help="Video file, or a recording to add to.")],
    pose: Annotated[
        Texts, typer.Option("--pose", metavar=f"{_OF_CAMERA}FILE", help="Poses of a camera.")
    ] = None,
    labels: Annotated[
        Texts,
        typer.Option("--labels", metavar=f"{_OF_CAMERA}FILE", help="Labels; may be repeated."),
    ] = None,
    output: Output = None,
    add_video: Annotated[
        Texts,
        typer.Option(
            "--add-video",
            metavar=f"{_OF_CAMERA}FILE",
            help="Another camera of the same time; may be repeated.",
        ),
    ] = None,
    camera_view: Annotated[
        Texts,
        typer.Option(
            "--camera-view", metavar=f"{_OF_CAMERA}VIEW", help="top, bottom, side or oblique."
        ),
    ] = None,
    offset_s: Annotated[
        Texts,
        typer.Option(
            "--offset-s",
            metavar=f"{_OF_CAMERA}SECONDS",
            help="When a camera's first frame is on the clock all cameras share.",
        ),
    ] = None,
    fps: Annotated[
        Texts,
        typer.Option("--fps", metavar=f"{_OF_CAMERA}FPS", help="In place of the file's rate."),
    ] = None,
    pixel_size_mm: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--pixel-size-mm", callback=above_zero, help="Size of a pixel on the floor."),
    ] = None,
    rename: Annotated[
        Texts,
        typer.Option(
            "--rename", metavar="OLD=NEW", help="An individual's name; OLD= leaves it out."
        ),
    ] = None,
    keypoint: Annotated[
        Texts,
        typer.Option("--keypoint", metavar="OLD=NEW", help="A keypoint; OLD= leaves it out."),
    ] = None,
    behaviour: Annotated[
        Texts,
        typer.Option(
            "--behaviour", metavar="OLD=NEW", help="A behaviour's name; OLD= leaves it out."
        ),
    ] = None,
    role: Annotated[
        Texts,
        typer.Option("--role", metavar="ROLE=KEYPOINT", help="Such as snout=nose, tail_base=TTI."),
    ] = None,
    skeleton: Annotated[
        Text, typer.Option("--skeleton", metavar="A-B,B-C", help="Lines between keypoints.")
    ] = None,
    pose_offset_frames: Annotated[
        Texts,
        typer.Option(
            "--pose-offset-frames",
            metavar=f"{_OF_CAMERA}N",
            help="Row k of the poses is frame k + N of the film.",
        ),
    ] = None,
    label_offset_s: Annotated[
        Texts,
        typer.Option(
            "--label-offset-s", metavar=f"{_OF_CAMERA}SECONDS", help="Added to the labels' times."
        ),
    ] = None,
    observation: Annotated[
        Texts,
        typer.Option(
            "--observation", help="Observation of a label file to take; may be repeated; or all."
        ),
    ] = None,
    pose_format: PoseFormat = None,
    label_format: Annotated[
        Text,
        typer.Option("--label-format", help="Reader to use where a label file matches several."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done and write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a recording from videos, their poses and their labels; what is guessed is shown."""
    from napari_mousegpt.io.recording_folder import is_recording
    from napari_mousegpt.workflows.importing.carrying_out import carry_out
    from napari_mousegpt.workflows.importing.plan import ImportChoices, plan_import

    there = is_recording(video)
    cameras = _cameras(
        video,
        there,
        add_video,
        {
            "view": by_camera(camera_view, "--camera-view", one_of_views),
            "offset_s": by_camera(offset_s, "--offset-s", float),
            "fps": by_camera(fps, "--fps", _above_zero),
            "poses": by_camera(pose, "--pose", Path),
            "labels": {name: tuple(files) for name, files in lists_by_camera(labels).items()},
        },
        {"pose_format": pose_format, "label_format": label_format},
    )
    choices = ImportChoices(
        individuals=pairs(rename, "--rename"),
        keypoints=pairs(keypoint, "--keypoint"),
        behaviours=pairs(behaviour, "--behaviour"),
        roles=pairs(role, "--role"),
        skeleton=skeleton,
        pose_offset_frames=by_camera(pose_offset_frames, "--pose-offset-frames", int),
        label_offset_s=by_camera(label_offset_s, "--label-offset-s", float),
        observations=tuple(observation or ()),
        pixel_size_mm=pixel_size_mm,
    )
    plan = plan_import(cameras, choices, recording=video if there else None, folder=output)
    recording = None if dry_run else carry_out(plan)
    if as_json:
        print_json(_as_json(plan, recording))
    else:
        _print(plan, recording)


def _cameras(
    video: Path,
    there: bool,
    add_video: list[str] | None,
    values: dict[str, dict[str, Any]],
    formats: dict[str, Any],
) -> list[CameraFiles]:
    from napari_mousegpt.io.recording_folder import open_recording
    from napari_mousegpt.workflows.importing.files import CameraFiles

    taken = [entry.id for entry in open_recording(video).videos] if there else [FIRST]
    videos: dict[str, Path | None] = {FIRST: None if there else video}
    videos |= numbered_cameras(add_video, taken)
    for of_cameras in values.values():
        videos |= {name: None for name in of_cameras if name not in videos}
    return [
        CameraFiles(
            video=path,
            camera=name,
            **{what: of_cameras[name] for what, of_cameras in values.items() if name in of_cameras},
            **formats,
        )
        for name, path in videos.items()
    ]


def _above_zero(text: str) -> float:
    value = above_zero(float(text))
    assert value is not None
    return value


def _as_json(plan: ImportPlan, recording: Recording | None) -> dict[str, Any]:
    return {
        "recording": str(plan.folder),
        "frames": plan.videos[0].frames,
        "videos": [entry.id for entry in plan.videos],
        "individuals": list(plan.individuals),
        "keypoint_roles": {guess.role: guess.keypoint for guess in plan.roles},
        "guessed_roles": [one.role for one in plan.roles if one.sureness in ("likely", "guess")],
        "bouts": sum(len(one.bouts) for one in plan.labels)
        if recording is None
        else len(recording.bouts),
        "questions": list(plan.questions),
        "problems": list(plan.problems if recording is None else recording.problems),
        "dry_run": recording is None,
    }


def _print(plan: ImportPlan, recording: Recording | None) -> None:
    from napari_mousegpt.workflows.importing.words import plan_lines

    lines = plan_lines(plan)
    if recording is None:
        print("\n".join([*lines, "nothing was written (--dry-run)"]))
        return
    animals = plan.individuals
    who = animals[0] if len(animals) == 1 else f"{len(animals)} individuals: {', '.join(animals)}"
    print(f"{recording.folder}: {plan.videos[0].frames} frames, {who}")
    print("\n".join(line for line in lines[1:] if not line.startswith("  individuals: ")))
    if len(recording.bouts):
        print(f"  bouts: {len(recording.bouts)}")
