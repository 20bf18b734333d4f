"""``mousegpt export``: tables of a recording for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.outcome import print_json

FORMATS = ("csv",)


def _known(text: str) -> str:
    if text not in FORMATS:
        raise typer.BadParameter(f"expected one of {', '.join(FORMATS)}, found {text!r}")
    return text


def export(
    recording: Annotated[Path, typer.Argument(help="Recording folder.")],
    to: Annotated[str, typer.Option("--to", callback=_known, help="Format: csv.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    as_json: Json = False,
) -> None:
    """Write bouts, and descriptions beside them, as csv."""
    from napari_mousegpt.io.exports import export_csv
    from napari_mousegpt.io.recording_folder import open_recording

    opened = open_recording(recording)
    if output.is_dir():
        output = output / f"{opened.name}.csv"
    written = export_csv(opened, output)
    if as_json:
        print_json({"files": [str(path) for path in written]})
    else:
        print("\n".join(str(path) for path in written))
