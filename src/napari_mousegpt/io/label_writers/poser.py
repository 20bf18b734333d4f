"""Bouts as PoseR writes them. Knows no video: PoseR takes its name from that of the file."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from napari_mousegpt.io.durable import replace_file
from napari_mousegpt.io.label_formats.poser import FILE_END, HEADER
from napari_mousegpt.io.label_writers.what_is_lost import lost_columns, only_video


def write(bouts: pd.DataFrame, path: Path) -> list[str]:
    """Write individual, start, stop and behaviour; bouts are numbered for each individual.

    Call the file ``VIDEO_classification.csv``, as PoseR does, and it is read back as of VIDEO.

    Parameters
    ----------
    bouts
        Bout table of one video.
    path
        Of the csv file.

    Returns
    -------
    list of str
        What PoseR's columns cannot hold.

    Raises
    ------
    ValueError
        If the bouts are of several videos.
    OSError
        If the file cannot be written.
    """
    video = only_video(bouts, "a PoseR file")
    numbers = bouts.groupby("individual", sort=False).cumcount() + 1
    rows = [
        [row, individual, number, start, stop, behaviour]
        for row, (individual, number, start, stop, behaviour) in enumerate(
            zip(
                bouts["individual"],
                numbers,
                bouts["start"],
                bouts["stop"],
                bouts["behaviour"],
                strict=True,
            )
        )
    ]

    def fill(beside: Path) -> None:
        with beside.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["", *HEADER], *rows])

    replace_file(path, fill)
    lost = lost_columns(bouts, (), "PoseR's csv")
    if video and path.name != video + FILE_END:
        lost.append(f"PoseR looks for {video}{FILE_END}, this file is called {path.name}")
    return lost
