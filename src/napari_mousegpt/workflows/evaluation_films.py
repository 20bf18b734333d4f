"""Whether what is compared is about one film, told by names and lengths. Knows no measure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from napari_mousegpt.datamodel.recording import VideoEntry
from napari_mousegpt.io.label_files import recognise

LONGER = 1.02
"""By how much labels may end after their film: people stop late, and clocks differ a little."""
LATE_S = 1.0
GO_ON = "If they are of one film all the same, add --same-film"


def bouts_of_film(
    path: Path, bouts: pd.DataFrame, entry: VideoEntry, *, by_name: bool = False
) -> pd.DataFrame:
    """Bouts of one film under its id; those of the only film of a file, whatever its name.

    Parameters
    ----------
    by_name
        Whether they must name the film.

    Raises
    ------
    ValueError
        If the file has none of this film, or of several others.
    """
    names = [str(name) for name in bouts["video"].unique()]
    own = [name for name in names if name == entry.id or _stem(name) in ("", _stem(entry.path))]
    if by_name and not any(_stem(name) == _stem(entry.path) for name in names):
        said = ", ".join(filter(None, names[:10])) or "no film"
        raise ValueError(
            f"{path.name}: expected bouts of {entry.path.name}, found those of {said}. One file "
            "for several recordings must name their films; or give a folder with a file for each."
        )
    if names and not own:
        if len(names) > 1:
            raise ValueError(
                f"{path.name}: expected bouts of {entry.path.name}, found those of "
                f"{', '.join(names[:10])}. Import the file with mousegpt import --labels, and "
                "compare annotators of the recording."
            )
        own = names
        said = f"{path.name} is about {names[0]}, taken for {entry.path.name}: is that one film?"
        bouts.attrs["problems"] = [*bouts.attrs["problems"], said]
    kept = bouts[bouts["video"].isin(own)].assign(video=entry.id)
    kept.attrs["assessed"] = [
        one | {"video": entry.id}
        for one in bouts.attrs.get("assessed", [])
        if one["video"] in ("", *own)
    ]
    return kept


def _stem(name: str | Path) -> str:
    return Path(str(name).replace("\\", "/")).stem.lower()


def labels_in(folder: Path, name: str, entry: VideoEntry) -> Path:
    """The label file of a folder that is called like a film or its recording, ``m1_labels`` too.

    Raises
    ------
    ValueError
        If there is none, or more than one.
    """
    wanted = {_stem(name), _stem(entry.path)}
    called = [path for path in sorted(folder.iterdir()) if _called(path, wanted)]
    found = [path for path in called if path.is_file() and recognise(path)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(path.name for path in found or called) or "none"
    raise ValueError(
        f"{folder}: expected one label file called like {entry.path.stem}, found {shown}"
    )


def _called(path: Path, wanted: set[str]) -> bool:
    """Whether a file has one of these names, alone or before something like ``_labels``."""
    stem = _stem(path)
    return any(
        stem == name or (stem.startswith(name) and not stem[len(name)].isalnum()) for name in wanted
    )


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
