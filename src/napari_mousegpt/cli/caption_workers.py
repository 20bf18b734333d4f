"""Who answers on the command line: this process, or workers. Knows no input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from napari_mousegpt.cli.outcome import say

if TYPE_CHECKING:
    from napari_mousegpt.workflows.caption import Answerer, CaptionSettings

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)


def _gpus(text: str | None) -> str | None:
    if text is not None and text != "all" and not (text.isdigit() and int(text) > 0):
        raise typer.BadParameter(f"expected all or a number of GPUs, found {text!r}")
    return text


Scheduler = Annotated[
    Text,
    typer.Option(
        "--scheduler",
        help="Address, or scheduler file, of a dask scheduler whose workers describe.",
    ),
]
Gpus = Annotated[
    Text,
    typer.Option("--gpus", callback=_gpus, help="One worker per GPU of this computer: all, or N."),
]
Processes = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option("--workers", min=1, max=256, help="So many workers on this computer's cores."),
]


@contextmanager
def answering(
    settings: CaptionSettings, scheduler: str | None, gpus: str | None, processes: int | None
) -> Iterator[Answerer]:
    """Start or find the workers that are asked for, once for all inputs; none is this process.

    Raises
    ------
    typer.BadParameter
        If more than one kind of workers is asked for, or the captioner cannot be spread.
    """
    from napari_mousegpt.workflows.caption import answered_here

    chosen = {"--scheduler": scheduler, "--gpus": gpus, "--workers": processes}
    named = [option for option, value in chosen.items() if value is not None]
    _check(settings, named)
    if not named:
        yield answered_here
        return
    from napari_mousegpt.workflows.scheduler import connecting
    from napari_mousegpt.workflows.scheduler.workers import Workers

    if scheduler is not None:
        cluster = connecting.cluster_at(scheduler)
    elif gpus is not None:
        cluster = connecting.cluster_of_gpus(None if gpus == "all" else int(gpus))
    else:
        cluster = connecting.cluster_of_processes(processes or 1)
    with cluster as client:
        if scheduler is not None and not client.nthreads():
            say(f"the scheduler at {scheduler} has no workers yet; waiting for the first")
        yield Workers(client).answered


def _check(settings: CaptionSettings, named: list[str]) -> None:
    if len(named) > 1:
        raise typer.BadParameter(f"expected one of {' and '.join(named)}, found {len(named)}")
    if named and settings.captioner == "endpoint":
        raise typer.BadParameter(
            "the captioner endpoint asks its server from this computer and needs no workers; "
            "--batch-size says how many requests are under way at once",
            param_hint=named[0],
        )
    if "--gpus" in named and settings.device is not None:
        raise typer.BadParameter("--gpus gives each worker its GPU: leave --device out")
