"""``mousegpt caption``: describes the windows of videos and recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

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
from napari_mousegpt.cli.caption_inputs import inputs_of
from napari_mousegpt.cli.caption_work import Work, describe_all
from napari_mousegpt.cli.caption_workers import Gpus, Processes, Scheduler, answering
from napari_mousegpt.cli.outcome import FAILED, print_json, say
from napari_mousegpt.cli.prompt_options import (
    ExampleFrames,
    Examples,
    ExamplesFrom,
    HeldOut,
    InEthogram,
    KeypointsDrawn,
    Language,
    PromptFile,
    PromptPreset,
    prompt_choices,
)

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
Device = Annotated[Text, typer.Option("--device", help="Such as cpu or cuda:0; default: the best.")]


def _batch_size(text: str) -> str:
    if text != "auto" and not (text.isdigit() and int(text) > 0):
        raise typer.BadParameter(f"expected a number of windows or auto, found {text!r}")
    return text


def _one_of(*words: str) -> Any:
    def check(text: str | None) -> str | None:
        if text is not None and text not in words:
            raise typer.BadParameter(f"expected {' or '.join(words)}, found {text!r}")
        return text

    return check


def caption(
    inputs: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Argument(help="Videos or recordings."),
    ] = None,
    pose: Pose = None,
    output: Output = None,
    manifest: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--manifest", help="csv of videos: video, pose, output, camera_view, fps ..."),
    ] = None,
    captioner: Annotated[
        Text,
        typer.Option(
            "--captioner",
            help="mousegpt-tiny (default), kinematic-rules, transformers or endpoint.",
        ),
    ] = None,
    model: Annotated[
        Text,
        typer.Option("--model", help="Preset, Hugging Face id or folder; what a server calls it."),
    ] = None,
    adapter: Annotated[
        Text, typer.Option("--adapter", help="Folder that mousegpt train wrote.")
    ] = None,
    endpoint: Annotated[
        Text, typer.Option("--endpoint", help="URL of an OpenAI-compatible server.")
    ] = None,
    allow_upload: Annotated[
        bool, typer.Option("--allow-upload", help="Pictures may go to that server.")
    ] = False,
    pictures: Annotated[
        Text,
        typer.Option(
            "--pictures",
            callback=_one_of("images", "video"),
            help="How a server gets the frames: images (default), or video, which vLLM takes.",
        ),
    ] = None,
    picture_px: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--picture-px", min=28, max=2048, help="Side of the pictures for a server."),
    ] = None,
    jpeg_quality: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jpeg-quality", min=30, max=100, help="Of the pictures for a server: 90."),
    ] = None,
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
    unsure_below: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--unsure-below",
            min=0.0,
            max=1.0,
            help="Windows of which the captioner is less sure are no bouts, and reviewed first.",
        ),
    ] = None,
    sampling: Annotated[
        str,
        typer.Option(
            "--sampling",
            callback=_one_of("uniform", "adaptive"),
            help="uniform: even windows; adaptive: where the poses change, long stillness once.",
        ),
    ] = "uniform",
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
        str,
        typer.Option(
            "--crop",
            callback=_one_of("animal", "whole"),
            help="animal: follow it; whole: show the whole picture.",
        ),
    ] = "animal",
    batch_size: Annotated[
        str,
        typer.Option(
            "--batch-size",
            callback=_batch_size,
            help="Clips at once; requests at once to a server.",
        ),
    ] = "auto",
    quantise: Annotated[
        Text,
        typer.Option(
            "--quantise",
            callback=_one_of("8bit", "4bit"),
            help="8bit or 4bit weights, on an NVIDIA GPU with bitsandbytes.",
        ),
    ] = None,
    prompt: PromptFile = None,
    prompt_preset: PromptPreset = None,
    language: Language = "English",
    ethogram: InEthogram = False,
    keypoints_drawn: KeypointsDrawn = "none",
    examples: Examples = 0,
    example_frames: ExampleFrames = False,
    examples_from: ExamplesFrom = None,
    held_out: HeldOut = None,
    device: Device = None,
    scheduler: Scheduler = None,
    gpus: Gpus = None,
    workers: Processes = None,
    fps: Fps = None,
    pose_format: PoseFormat = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the same run ended; always the case.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Describe every window of videos or recordings."""
    from napari_mousegpt.workflows.captioner_choice import (
        CaptionSettings,
        make_captioner,
        uploads_to,
    )

    every = inputs_of(
        inputs or [],
        manifest,
        pose=pose,
        output=output,
        camera_view=camera_view,
        fps=fps,
        pose_format=pose_format,
        frames=frames,
        individuals=individual,
    )
    if stride_s > window_s and sampling == "uniform":
        say(f"warning: windows of {window_s:g} s every {stride_s:g} s leave out part of the film")
    settings = CaptionSettings(
        captioner=captioner or ("endpoint" if endpoint else "mousegpt-tiny"),
        model=model,
        adapter=adapter,
        window_s=window_s,
        stride_s=stride_s,
        sampling=sampling,
        unsure_below=unsure_below,
        frames_per_clip=frames_per_clip,
        crop=crop,  # type: ignore[arg-type]
        batch_size=None if batch_size == "auto" else int(batch_size),
        quantise=quantise,
        device=device,
        endpoint=endpoint,
        pictures=pictures,
        picture_px=picture_px,
        jpeg_quality=jpeg_quality,
        prompt=prompt_choices(
            prompt=prompt,
            preset=prompt_preset,
            language=language,
            ethogram=ethogram,
            keypoints_drawn=keypoints_drawn,
            examples=examples,
            example_frames=example_frames,
            examples_from=examples_from,
            held_out=held_out,
        ),
    )
    # What cannot work fails here, before any recording is made.
    host = uploads_to(make_captioner(settings))
    with answering(settings, scheduler, gpus, workers) as answered:
        work = Work(settings, video, host, allow_upload, answered, quiet=as_json)
        failed = describe_all(every, work)
    if as_json:
        several = len(work.summaries) != 1 or failed
        summary: dict[str, Any] = {"recordings": work.summaries}
        if len(every) > 1:
            summary["failed"] = [{"input": str(one), "problem": why} for one, why in failed]
        print_json(summary if several else work.summaries[0])
    if failed:
        say(f"{len(failed)} of {len(every)} inputs failed:")
        for path, problem in failed:
            say(f"  {path}: {problem}")
    if failed or any(summary.get("unanswered") for summary in work.summaries):
        raise typer.Exit(FAILED)
