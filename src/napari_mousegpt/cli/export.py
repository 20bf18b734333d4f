"""``mousegpt export``: a recording for other programs, or a page about several."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.export_report import REPORT, write_page
from napari_mousegpt.cli.outcome import print_json, say
from napari_mousegpt.io.export_formats import EXPORTS

FORMATS = (*EXPORTS, REPORT)
SOURCES = ("person", "model", "rule", "cluster", "import")
Name = Optional[str]  # noqa: UP045  (typer reads the annotation)


def _known(text: str) -> str:
    if text not in FORMATS:
        raise typer.BadParameter(f"expected one of {', '.join(FORMATS)}, found {text!r}")
    return text


def _source(text: str | None) -> str | None:
    if text is not None and text not in SOURCES:
        raise typer.BadParameter(f"expected one of {', '.join(SOURCES)}, found {text!r}")
    return text


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"expected a time such as 2026-01-31T10:30 or 2026-01-31T10:30+01:00, found {text!r}"
        ) from None


def export(
    recordings: Annotated[
        list[Path], typer.Argument(help="Recording folder; several for a report.", metavar="REC...")
    ],
    to: Annotated[str, typer.Option("--to", callback=_known, help=", ".join(FORMATS))],
    output: Annotated[Path, typer.Option("-o", "--output", help="File or folder to write to.")],
    source: Annotated[
        Name,
        typer.Option("--source", callback=_source, help="Only bouts by person, model, rule ..."),
    ] = None,
    run: Annotated[Name, typer.Option("--run", help="Only what this run said, by its id.")] = None,
    annotator: Annotated[
        Name, typer.Option("--annotator", help="Only bouts by this person.")
    ] = None,
    individual: Annotated[
        Name, typer.Option("--individual", help="Only this animal, poses included.")
    ] = None,
    video: Annotated[Name, typer.Option("--video", help="Only this video, such as cam0.")] = None,
    session_start: Annotated[
        Name,
        typer.Option(
            "--session-start",
            callback=lambda text: text if _moment(text) else None,
            help="When the first video began, for nwb: 2026-01-31T10:30 (this computer's zone).",
        ),
    ] = None,
    groups: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--groups", help="csv of compare: the report compares the groups too."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write bouts for other programs; csv also the descriptions, movement and dlc the poses, nwb
    everything; report one HTML page of figures, tables and examples."""
    if to == REPORT:
        _refuse(to, individual=individual, video=video, session_start=session_start)
        page = write_page(recordings, output, groups, source, run, annotator)
        print_json({"files": [str(page)], "left_out": []}) if as_json else print(page)
        return
    from napari_mousegpt.io.exports import Selection, export_recording
    from napari_mousegpt.io.recording_folder import open_recording

    _refuse(to, groups=groups)
    if len(recordings) > 1:
        raise typer.BadParameter(f"expected one recording for {to}, found {len(recordings)}")
    exported = export_recording(
        open_recording(recordings[0]),
        to,
        output,
        selection=Selection(source, run, annotator, individual, video),
        session_start=_moment(session_start),
    )
    for sentence in exported.left_out:
        say(f"warning: {sentence}")
    files = [str(path) for path in exported.files]
    if as_json:
        print_json({"files": files, "left_out": list(exported.left_out)})
    else:
        print("\n".join(files))


def _refuse(to: str, **options: object) -> None:
    for name, value in options.items():
        if value is not None:
            raise typer.BadParameter(f"{to} has no such option", param_hint=_option(name))


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
