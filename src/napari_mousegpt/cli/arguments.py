"""Options that several verbs share, and how their values are read. Knows no verb."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Optional

import typer

VIEWS = ("top", "bottom", "side", "oblique")


def frame_range(text: str | None) -> str | None:
    """Check the form of ``A:B``; whether it lies inside the video is known only later."""
    if text is not None and (not re.fullmatch(r"\d*:\d*", text.strip()) or text.strip() == ":"):
        raise typer.BadParameter(f"expected START:STOP in frames, such as 0:900, found {text!r}")
    return text


def one_of_views(text: str | None) -> str | None:
    """Check a camera view."""
    if text is not None and text not in VIEWS:
        raise typer.BadParameter(f"expected one of {', '.join(VIEWS)}, found {text!r}")
    return text


def above_zero(value: float | None) -> float | None:
    """Check a number that must be above zero."""
    if value is not None and not value > 0:
        raise typer.BadParameter(f"expected a number above zero, found {value}")
    return value


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Output = Annotated[
    Optional[Path],  # noqa: UP045  (typer reads the annotation)
    typer.Option("-o", "--output", help="Recording folder; default: beside the video."),
]
Pose = Annotated[Optional[Path], typer.Option("--pose", help="Pose file of the video.")]  # noqa: UP045
PoseFormat = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--pose-format", help="Reader to use where a pose file matches several."),
]
View = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--camera-view", callback=one_of_views, help="top, bottom, side or oblique; default: top."
    ),
]
Fps = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option("--fps", callback=above_zero, help="Frames per second, in place of the file's."),
]
