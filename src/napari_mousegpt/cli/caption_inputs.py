"""The inputs of ``mousegpt caption``: from arguments or a manifest to recordings and plans."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.io.caption_manifest import CaptionInput
    from napari_mousegpt.workflows.caption import CaptionPlan, CaptionSettings


def inputs_of(
    paths: list[Path],
    manifest: Path | None,
    *,
    pose: Path | None,
    output: Path | None,
    individuals: list[str] | None,
    **options: Any,
) -> list[CaptionInput]:
    """Bring together what is named; a manifest's cells go before the options.

    Raises
    ------
    typer.BadParameter
        If nothing is named, or options of one video are given for several.
    """
    from napari_mousegpt.io.caption_manifest import CaptionInput, read_manifest

    if not paths and manifest is None:
        raise typer.BadParameter("Missing argument: give videos or recordings, or --manifest")
    _check(paths, manifest, pose, output)
    options["individuals"] = tuple(individuals) if individuals else None
    named = [CaptionInput(path, pose=pose, output=output, **options) for path in paths]
    if manifest is not None:
        for row in read_manifest(manifest):
            missing = {name: value for name, value in options.items() if not getattr(row, name)}
            named.append(replace(row, **missing))
    return named


def recording_of(one: CaptionInput) -> Recording:
    """Open or make the recording of an input."""
    from napari_mousegpt.io.films.open_film import is_film
    from napari_mousegpt.io.recording_folder import is_recording
    from napari_mousegpt.workflows.import_recording import import_recording

    path = one.video
    if path.is_dir() and not is_recording(path) and not is_film(path):
        raise ValueError(
            f"{path}: expected a video, a folder of images or a recording, found a folder that is "
            "none of these"
        )
    if is_recording(path) and one.output is not None:
        raise typer.BadParameter("a recording stays where it is: leave -o out", param_hint="-o")
    return import_recording(
        path,
        poses=one.pose,
        folder=one.output,
        pose_format=one.pose_format,
        fps=one.fps,
        camera_view=one.camera_view,
    )


def plans_of(
    recording: Recording, settings: CaptionSettings, frames: str | None, videos: list[str] | None
) -> list[CaptionPlan]:
    """One plan for each camera that is to be described."""
    from napari_mousegpt.datamodel.timerange import TimeRange
    from napari_mousegpt.workflows.caption import plan_captions

    cameras = [entry.id for entry in recording.videos]
    chosen = [recording.videos[0].id] if not videos else cameras if "all" in videos else videos
    plans = []
    if settings.prompt.preset == "views":  # one run, with all of them in each clip
        chosen, also_seen = chosen[:1], tuple(chosen[1:])
        settings = replace(settings, also_seen=also_seen or None)
    for camera in dict.fromkeys(chosen):
        part = TimeRange.parse(frames, recording.video(camera).frames) if frames else None
        plans.append(plan_captions(recording, replace(settings, frames=part, video=camera)))
    return plans


def _check(
    paths: list[Path], manifest: Path | None, pose: Path | None, output: Path | None
) -> None:
    from napari_mousegpt.io.pose_files import recognise

    for path in paths if len(paths) > 1 or pose is not None else ():
        if formats := recognise(path):
            raise typer.BadParameter(
                f"{path.name} is a pose file ({formats[0]}): give the video, and this with --pose",
                param_hint="INPUTS",
            )
    if (len(paths) > 1 or manifest is not None) and (pose is not None or output is not None):
        raise typer.BadParameter(
            "with several inputs, --pose and -o are not possible: import each first, or name them "
            "in a --manifest",
            param_hint="--pose/-o",
        )
