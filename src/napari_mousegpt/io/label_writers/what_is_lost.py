"""Sentences on what a format cannot hold. Knows no format."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from napari_mousegpt.datamodel.bouts import BOUTS

_PLURAL = {
    "target": "targets",
    "annotator": "annotators",
    "confidence": "confidences",
    "comment": "comments",
    "run_id": "runs",
}


def lost_columns(bouts: pd.DataFrame, held: Sequence[str], where: str) -> list[str]:
    """Say which columns with content are not among those that ``where`` holds."""
    lost = [
        _PLURAL.get(name, name)
        for name in map(str, bouts)
        if name not in held
        and name not in ("video", "individual", "start", "stop", "behaviour", "kind", "source")
        and bouts[name].notna().any()
    ]
    sentences = []
    if lost:
        sentences.append(f"{where} cannot hold {', '.join(lost)}: left out")
    if "source" not in held and (sources := set(bouts["source"]) - {"import"}):
        sentences.append(f"{where} cannot hold who said it ({', '.join(sorted(sources))})")
    if "kind" not in held and (n_points := int((bouts["kind"] == "point").sum())):
        sentences.append(f"{where} cannot hold points: {n_points} became bouts of one frame")
    return sentences


def only_video(bouts: pd.DataFrame, where: str) -> str:
    """Name of the one video that the bouts are of, "" if there are none.

    Raises
    ------
    ValueError
        If they are of several.
    """
    videos = bouts["video"].unique()
    if len(videos) > 1:
        raise ValueError(
            f"{where} holds one video, found bouts of {len(videos)}: "
            f"{', '.join(map(repr, videos[:5]))}. Write a file for each."
        )
    return str(videos[0]) if len(videos) else ""


def known_columns(*more: str) -> list[str]:
    """Columns of every bout table, and these."""
    return [*BOUTS, *more]
