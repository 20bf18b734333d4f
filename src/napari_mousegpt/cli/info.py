"""``mousegpt info``: what a file is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from napari_mousegpt.cli.arguments import Json
from napari_mousegpt.cli.outcome import FAILED, print_json, say


def info(
    files: Annotated[list[Path], typer.Argument(help="Videos, poses, labels, recordings.")],
    as_json: Json = False,
) -> None:
    """Say what each file is: kind, format, frames, individuals, keypoints, problems."""
    from napari_mousegpt.io.recognise import recognise_file

    entries = [recognise_file(path) for path in files]
    if as_json:
        print_json({"files": entries})
    else:
        for entry in entries:
            print(_readable(entry))
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        say(f"no such file: {', '.join(missing)}")
        raise typer.Exit(FAILED)


def _readable(entry: dict[str, Any]) -> str:
    what = " ".join(word for word in (entry["format"], entry["kind"]) if word)
    size = f"{entry['width']} x {entry['height']} pixels" if entry["width"] else None
    facts = [
        f"{entry['frames']} frames" if entry["frames"] is not None else None,
        f"{entry['fps']:g} frames/s" if entry["fps"] else None,
        size,
        entry["codec"],
    ]
    lines = [entry["path"], "  " + ", ".join([what, *filter(None, facts)])]
    named = [name for name in ("individuals", "keypoints", "behaviours") if entry[name]]
    lines += [f"  {name}: {', '.join(entry[name])}" for name in named]
    lines += [f"  ! {problem}" for problem in entry["problems"]]
    return "\n".join(lines)
