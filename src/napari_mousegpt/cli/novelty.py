"""``mousegpt novelty``: the strangest moments of recordings, and rounds of looking at them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.jobs import open_all
from napari_mousegpt.cli.outcome import print_json

if TYPE_CHECKING:
    from napari_mousegpt.datamodel.recording import Recording

METHODS = ("auto", "group", "neighbours", "forest")
Texts = Optional[list[str]]  # noqa: UP045  (typer reads the annotations)
_SPAN = re.compile(
    r"(?:(?P<recording>[^:=]+):)?(?P<video>[^:=]+):(?P<start>\d+):(?P<stop>\d+)(?:=(?P<name>.+))?"
)


def _method(text: str) -> str:
    if text not in METHODS:
        raise typer.BadParameter(f"expected one of {', '.join(METHODS)}, found {text!r}")
    return text


def _spans(texts: list[str] | None) -> list[str]:
    for text in texts or ():
        if not _SPAN.fullmatch(text):
            raise typer.BadParameter(f"expected VIDEO:START:STOP such as cam0:60:120, found {text}")
    return texts or []


def _named(texts: list[str] | None) -> list[str]:
    for text in texts or ():
        match = _SPAN.fullmatch(text)
        if match is None or not match["name"]:
            raise typer.BadParameter(f"expected VIDEO:START:STOP=NAME, found {text!r}")
    return texts or []


def novelty(
    recordings: Annotated[list[Path], typer.Argument(help="Embedded recordings.")],
    reference: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("--reference", help="Known recordings, such as controls; may be repeated."),
    ] = None,
    groups: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--groups", help="csv of compare, in place of --reference."),
    ] = None,
    control: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--control", help="Group that is the reference; with --groups."),
    ] = None,
    dismiss: Annotated[
        Texts,
        typer.Option(
            "--dismiss", callback=_spans, help="Nothing new: [RECORDING:]VIDEO:START:STOP."
        ),
    ] = None,
    call: Annotated[
        Texts, typer.Option("--call", callback=_named, help="Name it: VIDEO:START:STOP=NAME.")
    ] = None,
    method: Annotated[
        str, typer.Option("--method", callback=_method, help="auto, group, neighbours or forest.")
    ] = "auto",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Moments to show.")] = 20,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    permutations: Annotated[
        int, typer.Option("--permutations", min=19, help="Ways to deal the groups anew.")
    ] = 999,
    calibrate: Annotated[
        bool, typer.Option("--calibrate/--no-calibrate", help="Hide each known behaviour once.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Find what is unlike everything else, or what reference animals such as controls never do."""
    from napari_mousegpt.cli.novelty_text import as_lines, as_values
    from napari_mousegpt.io.group_table import read_groups
    from napari_mousegpt.workflows.novelty import NoveltySettings, find_novelties

    if groups is not None and reference:
        raise typer.BadParameter("expected one of --groups and --reference", param_hint="--groups")
    if control is not None and groups is None:
        raise typer.BadParameter("expected --groups with it", param_hint="--control")
    opened = open_all(recordings)
    _settle(opened, [*(dismiss or ()), *(call or ())])
    settings = NoveltySettings(
        method=method, limit=limit, seed=seed, calibrate=calibrate, n_permutations=permutations
    )
    found = find_novelties(
        opened,
        settings,
        references=open_all(reference or []),
        groups=None if groups is None else read_groups(groups),
        control=control,
    )
    if as_json:
        print_json(as_values(found))
    else:
        print("\n".join(as_lines(found)))


def _settle(opened: Sequence[Recording], verdicts: Sequence[str]) -> None:
    from napari_mousegpt.workflows.novelty import settle

    matches = [match for text in verdicts if (match := _SPAN.fullmatch(text)) is not None]
    meant = []
    for match in matches:
        name = match["recording"]
        named = [one for one in opened if name is None or one.name == name]
        if len(named) != 1:
            raise typer.BadParameter(
                f"expected the name of one of the recordings before the video, such as "
                f"{opened[0].name}:cam0:60:120, found {match[0]!r}",
                param_hint="--dismiss",
            )
        meant.append((named[0], named[0].video(match["video"]).id, match))
    for recording, video, match in meant:
        settle(recording, video, int(match["start"]), int(match["stop"]), match["name"])
