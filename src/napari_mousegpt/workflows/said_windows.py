"""What is said of embedded windows, by captioners and by people. Knows no vector."""

from __future__ import annotations

import numpy as np
import pandas as pd

from napari_mousegpt.workflows.embedded import EmbeddedWindows

KEY = ["video", "individual", "start", "stop"]


def said_of_windows(data: EmbeddedWindows) -> pd.DataFrame:
    """What is said of each window, and its behaviour: a person's label before the first keyword."""
    parts = []
    for place, recording in enumerate(data.recordings):
        described_by = data.runs[place].parameters.get("described_by")
        rows = recording.descriptions
        rows = rows[rows["run_id"] == described_by][[*KEY, "overall", "keywords"]]
        parts.append(rows.assign(recording=place))
    said = data.windows[["recording", *KEY]].merge(
        pd.concat(parts, ignore_index=True), on=["recording", *KEY], how="left"
    )
    first = [words[0] if isinstance(words, list) and words else None for words in said["keywords"]]
    return said.assign(
        behaviour=[label or word for label, word in zip(_by_people(data), first, strict=True)]
    )


def _by_people(data: EmbeddedWindows) -> list[str | None]:
    """The state that a person labelled in the middle of each window, None where there is none."""
    windows = data.windows
    middle = (windows["start"].to_numpy() + windows["stop"].to_numpy()) / 2
    labels = np.full(len(windows), None, object)
    for place, recording in enumerate(data.recordings):
        bouts = recording.bouts
        bouts = bouts[(bouts["source"] == "person") & (bouts["kind"] == "state")]
        for (video, individual), some in bouts.groupby(["video", "individual"], sort=False):
            mine = (
                (windows["recording"] == place)
                & (windows["video"] == video)
                & (windows["individual"] == individual)
            ).to_numpy()
            for bout in some.itertuples():
                labels[mine & (middle >= bout.start) & (middle < bout.stop)] = str(bout.behaviour)
    return list(labels)
