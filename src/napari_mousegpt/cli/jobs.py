"""Recordings named on the command line, and a bar for jobs over them. Knows no verb."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording
    from napari_mousegpt.workflows.steps import Step

Result = TypeVar("Result")


def open_all(folders: Sequence[Path]) -> list[Recording]:
    """Open recordings, each once."""
    from napari_mousegpt.io.recording_folder import open_recording

    unique = {folder.resolve(): folder for folder in folders}
    return [open_recording(folder) for folder in unique.values()]


def run_steps(steps: Iterator[Step[Result]]) -> Result:
    """Run a job with a bar on stderr, if that is a terminal; return what it came to."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from napari_mousegpt.workflows.steps import last_result

    with Progress(
        BarColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)

        def watched() -> Iterator[Step[Result]]:
            for step in steps:
                bar.update(task, total=step.total, completed=step.done, description=step.doing)
                yield step

        return last_result(watched())
