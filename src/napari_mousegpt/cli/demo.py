"""``mousegpt demo``: the main job on a small sample made in code, offline."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from napari_mousegpt.cli.caption_bar import run_with_progress
from napari_mousegpt.cli.outcome import say
from napari_mousegpt.cli.window import why_no_window

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording

SHOWN_FRAME = 152
"""The mouse runs: something moves in the picture."""


def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to write.")] = Path("demo"),
    window: Annotated[bool, typer.Option(help="Also make a picture of the napari window.")] = True,
) -> None:
    """Render a mouse, describe what it does, and show the recording in napari."""
    from napari_mousegpt.workflows.caption import CaptionSettings, plan_captions
    from napari_mousegpt.workflows.sample_recording import sample_recording

    print("Rendering 20 s of a mouse that follows a known script ...", flush=True)
    recording = sample_recording(output)
    for captioner in ("kinematic-rules", "mousegpt-tiny"):
        print(f"Describing it with {captioner} ...", flush=True)
        plan = plan_captions(recording, CaptionSettings(captioner=captioner))
        recording = run_with_progress(plan).recording
    print_script(output / "mouse_bouts.csv", recording.videos[0].fps)
    print_descriptions(recording)
    print(f"\nRecording: {recording.folder}")
    print(f"Look at it: mousegpt view {recording.folder}")
    if window:
        _picture(recording, output / "window.png")


def print_script(path: Path, fps: float) -> None:
    """Print what the mouse was told to do, to hold the descriptions against."""
    print("\nwhat the mouse was told to do")
    with path.open(encoding="utf-8", newline="") as file:
        for bout in csv.DictReader(file):
            start_s, stop_s = int(bout["start"]) / fps, int(bout["stop"]) / fps
            print(f"  {start_s:6.1f}-{stop_s:5.1f} s  {bout['behaviour']}")


def print_descriptions(recording: Recording) -> None:
    """Print the descriptions of a recording readably, run by run."""
    fps = recording.videos[0].fps
    for run_id, rows in recording.descriptions.groupby("run_id", sort=False):
        run = recording.run(str(run_id))
        print(f"\n{run.tool if run else run_id}")
        for row in rows.sort_values(["start", "individual"]).itertuples():
            who = f" {row.individual}" if len(recording.individuals) > 1 else ""
            said = row.overall if row.valid else f"({row.problem})"
            words = row.keywords[0] if row.keywords else ""
            print(f"  {row.start / fps:6.1f}-{row.stop / fps:5.1f} s{who}  {words:<14} {said}")


def _picture(recording: Recording, path: Path) -> None:
    reason = why_no_window()
    if reason is not None:
        say(f"no picture of the window: {reason}")
        return
    from napari_mousegpt.widgets.open_in_viewer import picture

    picture(recording, path, frame=SHOWN_FRAME)
    print(f"Picture of the window: {path}")
