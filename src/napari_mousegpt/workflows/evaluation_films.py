"""Whether what is compared is about one film, told by its length. Knows no measure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from napari_mousegpt.datamodel.recording import VideoEntry

LONGER = 1.02
"""By how much labels may end after their film: people stop late, and clocks differ a little."""
LATE_S = 1.0
GO_ON = "If they are of one film all the same, add --same-film"


def check_bouts(bouts: pd.DataFrame, entry: VideoEntry, name: str) -> None:
    """Refuse bouts that cannot be of a film: they end far behind it, or all lie behind it.

    Raises
    ------
    ValueError
        If so.
    """
    if not len(bouts):
        return
    first, last = int(bouts["start"].min()), int(bouts["stop"].max())
    if first < entry.frames and last <= LONGER * entry.frames + LATE_S * entry.fps:
        return
    raise ValueError(
        f"{name}: expected labels of {entry.path.name}, which has {entry.frames} frames; found "
        f"bouts from frame {first} to {last}. They are of another film, or at another frame rate: "
        f"give the right one with --fps. {GO_ON}: what lies behind the film is left out."
    )


def check_films(there: Sequence[VideoEntry], here: Sequence[VideoEntry], name: str) -> None:
    """Refuse a recording whose films of the same names are others, of another length.

    Raises
    ------
    ValueError
        If so.
    """
    own = {entry.id: entry for entry in here}
    for entry in there:
        other = own.get(entry.id)
        if other is None or entry.sha256 == other.sha256:
            continue
        if abs(entry.frames - other.frames) > LATE_S * other.fps:
            raise ValueError(
                f"{name} is about {entry.path.name} ({entry.frames} frames), not "
                f"{other.path.name} ({other.frames} frames). {GO_ON}."
            )
