"""``mousegpt caption``: describes the windows of videos and recordings."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from napari_mousegpt.cli.arguments import (
    Fps,
    Json,
    Output,
    Pose,
    PoseFormat,
    View,
    above_zero,
    frame_range,
)
from napari_mousegpt.cli.outcome import print_json, say

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.workflows.caption import CaptionPlan, CaptionProgress, CaptionSettings

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
Device = Annotated[Text, typer.Option("--device", help="Such as cpu or cuda:0; default: the best.")]


def _batch_size(text: str) -> str:
    if text != "auto" and not (text.isdigit() and int(text) > 0):
        raise typer.BadParameter(f"expected a number of windows or auto, found {text!r}")
    return text


def caption(
    inputs: Annotated[list[Path], typer.Argument(help="Videos or recordings.")],
    pose: Pose = None,
    output: Output = None,
    captioner: Annotated[
        str,
        typer.Option("--captioner", help="mousegpt-tiny, kinematic-rules or transformers."),
    ] = "mousegpt-tiny",
    model: Annotated[
        Text, typer.Option("--model", help="Preset, Hugging Face id or folder of a model.")
    ] = None,
    adapter: Annotated[Text, typer.Option("--adapter", help="Folder of a LoRA adapter.")] = None,
    camera_view: View = None,
    frames: Annotated[
        Text, typer.Option("--frames", callback=frame_range, help="Part of the video, as A:B.")
    ] = None,
    window_s: Annotated[
        float, typer.Option("--window-s", callback=above_zero, help="Length of a window.")
    ] = 2.0,
    stride_s: Annotated[
        float, typer.Option("--stride-s", callback=above_zero, help="From start to start.")
    ] = 2.0,
    frames_per_clip: Annotated[
        int, typer.Option("--frames-per-clip", min=1, max=256, help="Frames shown of a window.")
    ] = 8,
    individual: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--individual", help="Animal to describe; may be repeated; default: all."),
    ] = None,
    video: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--video", help="Camera to describe, cam0 if not given; may be repeated; or all."
        ),
    ] = None,
    crop: Annotated[
        str, typer.Option("--crop", help="animal: follow it; whole: show the whole picture.")
    ] = "animal",
    batch_size: Annotated[
        str, typer.Option("--batch-size", callback=_batch_size, help="Clips at once.")
    ] = "auto",
    device: Device = None,
    fps: Fps = None,
    pose_format: PoseFormat = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same run ended; always the case.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Describe every window of videos or recordings."""
    from napari_mousegpt import extensions
    from napari_mousegpt.workflows.caption import CaptionSettings
    from napari_mousegpt.workflows.import_carrying_out import whole_or_not_at_all

    _check(inputs, pose, output, crop)
    if stride_s > window_s:
        say(f"warning: windows of {window_s:g} s every {stride_s:g} s leave out part of the film")
    # What cannot work fails here, before any recording is made.
    extensions.load("captioners", captioner)(model=model, adapter=adapter)
    settings = CaptionSettings(
        captioner=captioner,
        model=model,
        adapter=adapter,
        camera_view=camera_view,
        window_s=window_s,
        stride_s=stride_s,
        frames_per_clip=frames_per_clip,
        individuals=tuple(individual) if individual else None,
        fps=fps,
        crop=crop,  # type: ignore[arg-type]
        batch_size=None if batch_size == "auto" else int(batch_size),
        device=device,
    )
    summaries = []
    for path in inputs:
        started_s = time.monotonic()
        # A recording that could not be described is not left behind.
        with whole_or_not_at_all(_folder(path, output)):
            recording = _recording(path, pose, output, pose_format, fps, camera_view)
            plans = _plans(recording, settings, frames, video)
        for problem in recording.problems:
            say(f"warning: {problem}")
        for plan in plans:
            last = run_with_progress(replace(plan, recording=recording))
            recording = last.recording  # it has the run by now, which the next one must keep
            summaries.append(_summary(plan, last, time.monotonic() - started_s))
            if video:
                summaries[-1]["video"] = plan.entry.id
            if not as_json:
                print(_sentence(summaries[-1], recording))
            started_s = time.monotonic()
    if as_json:
        print_json(summaries[0] if len(summaries) == 1 else {"recordings": summaries})


def _plans(
    recording: Recording, settings: CaptionSettings, frames: str | None, videos: list[str] | None
) -> list[CaptionPlan]:
    """One plan for each camera that is to be described."""
    from napari_mousegpt.datamodel.timerange import TimeRange
    from napari_mousegpt.workflows.caption import plan_captions

    cameras = [entry.id for entry in recording.videos]
    chosen = [recording.videos[0].id] if not videos else cameras if "all" in videos else videos
    plans = []
    for camera in dict.fromkeys(chosen):
        part = TimeRange.parse(frames, recording.video(camera).frames) if frames else None
        plans.append(plan_captions(recording, replace(settings, frames=part, video=camera)))
    return plans


def _folder(path: Path, output: Path | None) -> Path:
    from napari_mousegpt.io.recording_folder import SUFFIX, is_recording

    return path if is_recording(path) else output or path.with_suffix(SUFFIX)


def run_with_progress(plan: CaptionPlan) -> CaptionProgress:
    """Caption a plan with a bar on stderr, if that is a terminal; return the last state."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from napari_mousegpt.workflows.caption import caption as caption_plan

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TextColumn("windows"))
    console = Console(stderr=True)
    with (
        Progress(
            *columns, TimeRemainingColumn(), console=console, disable=not sys.stderr.isatty()
        ) as bar,
        closing(caption_plan(plan)) as steps,
    ):
        task = bar.add_task(plan.recording.name, total=plan.total, completed=plan.skipped)
        for progress in steps:
            bar.update(task, completed=progress.skipped + progress.captioned)
    return progress


def _check(inputs: list[Path], pose: Path | None, output: Path | None, crop: str) -> None:
    if crop not in ("animal", "whole"):
        raise typer.BadParameter(f"expected animal or whole, found {crop!r}", param_hint="--crop")
    for path in inputs if len(inputs) > 1 or pose is not None else ():
        if formats := _pose_formats(path):
            raise typer.BadParameter(
                f"{path.name} is a pose file ({formats[0]}): give the video, and this with --pose",
                param_hint="INPUTS",
            )
    if len(inputs) > 1 and (pose is not None or output is not None):
        raise typer.BadParameter(
            "with several inputs, --pose and -o are not possible: import each first",
            param_hint="--pose/-o",
        )


def _pose_formats(path: Path) -> list[str]:
    from napari_mousegpt.io.pose_files import recognise

    return recognise(path)


def _recording(
    path: Path,
    pose: Path | None,
    output: Path | None,
    pose_format: str | None,
    fps: float | None,
    camera_view: str | None,
) -> Recording:
    from napari_mousegpt.io.open_film import is_film
    from napari_mousegpt.io.recording_folder import is_recording
    from napari_mousegpt.workflows.import_recording import import_recording

    if path.is_dir() and not is_recording(path) and not is_film(path):
        raise ValueError(
            f"{path}: expected a video, a folder of images or a recording, found a folder that is "
            "none of these"
        )
    if is_recording(path) and output is not None:
        raise typer.BadParameter("a recording stays where it is: leave -o out", param_hint="-o")
    return import_recording(
        path,
        poses=pose,
        folder=output,
        pose_format=pose_format,
        fps=fps,
        camera_view=camera_view,
    )


def _summary(plan: CaptionPlan, last: CaptionProgress, seconds: float) -> dict[str, Any]:
    return {
        "recording": str(plan.recording.folder),
        "captioner": plan.captioner.name,
        "model": plan.captioner.model,
        "windows": plan.total,
        "captioned": last.captioned,
        "skipped": last.skipped,
        "invalid": last.invalid,
        "seconds": round(seconds, 3),
    }


def _sentence(summary: dict[str, Any], recording: Recording) -> str:
    folder, total = summary["recording"], summary["windows"]
    if summary["skipped"] == total:
        return f"{folder}: nothing to do, all {total} windows were described before"
    described = summary["captioned"] - summary["invalid"]
    parts = [f"{described} of {total} windows described in {summary['seconds']:.1f} s"]
    if summary["skipped"]:
        parts.append(f"{summary['skipped']} were described before")
    if summary["invalid"]:
        table = recording.descriptions
        reasons = table.loc[~table["valid"], "problem"].value_counts()
        parts.append(f"{summary['invalid']} could not be ({reasons.index[0]})")
    return f"{folder}: {', '.join(parts)}\nLook at it: mousegpt view {folder}"
