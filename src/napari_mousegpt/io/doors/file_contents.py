"""Says in words what an unrecognised file holds. Knows no format."""

from __future__ import annotations

from pathlib import Path

import h5py

from napari_mousegpt.io.doors.safe_h5 import open_h5

_SHOWN_CHARACTERS = 60
_SHOWN_NAMES = 6


def describe(path: Path) -> str:
    """Finish the sentence "not recognised; ..." for a file that exists.

    An HDF5 file that is refused, or damaged, is described by the reason.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        return f"it cannot be read ({error})"
    if not start:
        return "the file is empty"
    if h5py.is_hdf5(path):
        return _describe_h5(path)
    if b"\0" in start:
        return f"it is a binary file that begins with {start[:8]!r}"
    line = start.decode("utf-8-sig", "replace").splitlines()[0].strip()
    shown = line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}..."
    return f"its first line is {shown!r}"


def _describe_h5(path: Path) -> str:
    try:
        with open_h5(path) as file:
            names = sorted(file)
    except (OSError, ValueError) as error:
        return str(error)
    more = ", ..." if len(names) > _SHOWN_NAMES else ""
    return f"it is an HDF5 file that holds {', '.join(names[:_SHOWN_NAMES]) or 'nothing'}{more}"
