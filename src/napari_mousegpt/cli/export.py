"""``mousegpt export``: tables of a recording for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.outcome import print_json, say

FORMATS = ("csv", "spreadsheet", "boris", "boris-events", "bento", "poser", "simba")
SOURCES = ("person", "model", "rule", "cluster", "import")


def _known(text: str) -> str:
    if text not in FORMATS:
        raise typer.BadParameter(f"expected one of {', '.join(FORMATS)}, found {text!r}")
    return text


def _source(text: str | None) -> str | None:
    if text is not None and text not in SOURCES:
        raise typer.BadParameter(f"expected one of {', '.join(SOURCES)}, found {text!r}")
    return text


def export(
    recording: Annotated[Path, typer.Argument(help="Recording folder.")],
    to: Annotated[str, typer.Option("--to", callback=_known, help=", ".join(FORMATS))],
    output: Annotated[Path, typer.Option("-o", "--output", help="File or folder to write to.")],
    source: Annotated[
        Optional[str],  # noqa: UP045  (typer reads the annotation)
        typer.Option("--source", callback=_source, help="Only bouts by person, model, rule ..."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write bouts for other programs; csv also writes the descriptions, beside them."""
    from napari_mousegpt.io.exports import export_recording
    from napari_mousegpt.io.recording_folder import open_recording

    exported = export_recording(open_recording(recording), to, output, source=source)
    for sentence in exported.left_out:
        say(f"warning: {sentence}")
    files = [str(path) for path in exported.files]
    if as_json:
        print_json({"files": files, "left_out": list(exported.left_out)})
    else:
        print("\n".join(files))
