"""``mousegpt train``: a captioner of one's own from what people labelled and corrected."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import typer

from napari_mousegpt.cli.arguments import Json, above_zero
from napari_mousegpt.cli.jobs import open_all, run_steps
from napari_mousegpt.cli.outcome import print_json, say
from napari_mousegpt.cli.profile import Recordings, Seed

if TYPE_CHECKING:
    from napari_mousegpt.training.trainer import Progress
    from napari_mousegpt.workflows.train import Trained


def train(
    recordings: Recordings,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder of the adapter (or model) to write.")
    ],
    base: Annotated[
        str,
        typer.Option("--base", help="mousegpt-tiny, a preset, an id of the hub, or a folder."),
    ] = "mousegpt-tiny",
    method: Annotated[
        Optional[Literal["head", "adapter", "full"]],  # noqa: UP045
        typer.Option(
            "--method",
            help="head: what mousegpt-tiny concludes from what it sees, from few labels in a "
            "minute (its default). adapter: LoRA (the default of others). full: all weights of a "
            "small model.",
        ),
    ] = None,
    groups: Annotated[
        Optional[Path],  # noqa: UP045  (typer reads the annotations)
        typer.Option(
            "--groups", help="csv of recording, individual, animal, cage, as for compare."
        ),
    ] = None,
    held_out: Annotated[
        float, typer.Option("--held-out", help="Share of the windows kept for measuring.")
    ] = 0.2,
    window_s: Annotated[
        float, typer.Option("--window-s", callback=above_zero, help="Length of windows.")
    ] = 2.0,
    frames: Annotated[int, typer.Option("--frames-per-clip", min=1, help="Of a window.")] = 8,
    rank: Annotated[int, typer.Option("--rank", min=1, help="Of the adapter.")] = 16,
    learning_rate: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--learning-rate", callback=above_zero, help="Default by size of the base."),
    ] = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="At most.")] = 20,
    batch_size: Annotated[
        int, typer.Option("--batch-size", min=1, help="Windows per step, at once or in turn.")
    ] = 8,
    patience: Annotated[
        int, typer.Option("--patience", min=1, help="Measurements without a better one.")
    ] = 5,
    device: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--device", help="Such as cuda:0 or cpu."),
    ] = None,
    export_only: Annotated[
        bool,
        typer.Option(
            "--export-only", help="Write the records in three layouts to -o; no training."
        ),
    ] = False,
    learning_curve: Annotated[
        bool,
        typer.Option("--learning-curve", help="Say what more labels would bring; no adapter."),
    ] = False,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Fine-tune a captioner on labels and corrections; measured on animals it did not see."""
    from napari_mousegpt.io.group_table import read_groups
    from napari_mousegpt.training.settings import TrainSettings
    from napari_mousegpt.workflows import train as training

    if not 0 < held_out < 1:
        raise typer.BadParameter(f"expected --held-out between 0 and 1, found {held_out}")
    opened = open_all(recordings)
    captioning = training.base_settings(
        base, window_s=window_s, stride_s=window_s, frames_per_clip=frames, device=device
    )
    animals = read_groups(groups) if groups else None
    if export_only:
        steps = training.export_records(
            opened, captioning, output, animals=animals, held_out=held_out, seed=seed
        )
        dataset = run_steps(steps)
        _warn(dataset.warnings)
        counts = {"folder": str(output), "records": len(dataset.records), **dataset.counts}
        if as_json:
            print_json(counts)
        else:
            print(f"{len(dataset.records)} records in three layouts in {output}")
        return
    settings = TrainSettings(
        method=method or training.usual_method(captioning),
        rank=rank,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        patience=patience,
        seed=seed,
    )
    what = (opened, captioning, output, settings)
    if learning_curve:
        from napari_mousegpt.workflows.learning_curve import measure_learning_curve

        found = _watch(measure_learning_curve(*what, animals=animals, held_out=held_out))
        if as_json:
            print_json(asdict(found))
        else:
            print(found.sentence)
        return
    trained = _watch(training.train_recordings(*what, animals=animals, held_out=held_out))
    _warn(trained.metrics["split"]["warnings"])
    if as_json:
        print_json({"folder": str(trained.folder), **trained.metrics})
        return
    print(in_words(trained))


def in_words(trained: Trained) -> str:
    """What came of it, and the command that uses it."""
    metrics = trained.metrics
    before, after = (_accuracy(metrics[name]) for name in ("before", "after"))
    return (
        f"{before:.0f} -> {after:.0f} % of the facts right on {metrics['after']['windows']} "
        f"windows of held-out {metrics['split']['unit']}s ({metrics['data']['learned_number']} "
        f"learned). Use it:\n{metrics['command']}"
    )


def _watch(happenings: Iterator[Any]) -> Any:
    """Run to the end with a bar on stderr, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    from napari_mousegpt.training.trainer import Progress
    from napari_mousegpt.workflows.steps import Step

    result = None
    with Bar(
        BarColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        try:
            for one in happenings:
                if isinstance(one, Progress):
                    bar.update(
                        task, total=one.steps or None, completed=one.step, description=told(one)
                    )
                elif isinstance(one, Step):
                    bar.update(task, total=one.total, completed=one.done, description=one.doing)
                else:
                    result = one
        finally:
            close = getattr(happenings, "close", None)  # an interrupted training keeps its state
            if close is not None:
                close()
    if result is None:
        raise RuntimeError("the training ended without a result")
    return result


def told(progress: Progress) -> str:
    """One line about a step."""
    if progress.note:
        return progress.note
    parts = [f"step {progress.step}/{progress.steps}"]
    if progress.loss == progress.loss:
        parts.append(f"loss {progress.loss:.3f}")
    if progress.accuracy == progress.accuracy:
        parts.append(f"held-out facts {100 * progress.accuracy:.0f} %")
    if progress.seconds_left is not None:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        parts.append(f"at most {minutes}:{seconds:02d} left")
    return ", ".join(parts)


def _accuracy(measured: dict[str, Any]) -> float:
    known = sum(measured["known"].values())
    return 100 * sum(measured["right"].values()) / known if known else float("nan")


def _warn(sentences: Any) -> None:
    for sentence in sentences:
        say(f"warning: {sentence}")
