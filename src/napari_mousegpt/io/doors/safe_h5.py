"""The one door to HDF5 files: opens none that reaches outside itself. Knows no pose format.

An HDF5 file can name other files (external links, external storage, virtual data sets), ask for
plug-ins to be loaded (filters) and promise arrays far larger than itself. All of that is looked
for in the whole file before a value is read. What is read then goes through `h5_values`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from napari_mousegpt.io.doors.h5_heaps import refuse_endless_heaps

OBJECTS_LIMIT = 200_000
"""Groups, data sets and types in one file."""
CHUNK_LIMIT_BYTES = 1 << 30
"""Decoded size of one chunk."""
UNSUSPICIOUS_BYTES = 256 << 20
"""Decoded size up to which the rate of compression does not matter."""
COMPRESSION_LIMIT = 1100
"""Decoded bytes for each stored byte; deflate reaches 1032 at most."""

_BUILT_IN_FILTERS = {
    h5py.h5z.FILTER_DEFLATE,
    h5py.h5z.FILTER_SHUFFLE,
    h5py.h5z.FILTER_FLETCHER32,
    h5py.h5z.FILTER_SZIP,
    h5py.h5z.FILTER_NBIT,
    h5py.h5z.FILTER_SCALEOFFSET,
    h5py.h5z.FILTER_LZF,
}


@contextmanager
def open_h5(path: str | Path) -> Iterator[h5py.File]:
    """Open an HDF5 file for reading after looking through all of it.

    Soft links stay: they lead nowhere but into the file itself, since no other link is let in.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If it is not an HDF5 file, or a damaged one; also when that shows only while reading.
    ValueError
        If it holds an external or user-defined link, external storage, a virtual data set, a
        filter that needs a plug-in, a size out of proportion, or a heap without an end.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file")
    try:
        file = h5py.File(path, "r", locking="best-effort")
    except OSError as error:
        raise OSError(
            f"{path.name}: expected an HDF5 file, found something else or a damaged one "
            f"({error}). Copy or export it again."
        ) from None
    try:
        with file:
            refuse_endless_heaps(path, file.id.get_create_plist().get_sizes()[1])
            _refuse_what_reaches_outside(file, path.stat().st_size)
            yield file
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    except (OSError, RuntimeError, KeyError, TypeError) as error:  # h5py's words for damage
        raise OSError(
            f"{path.name}: damaged HDF5 file ({error}). Copy or export it again."
        ) from error


def _refuse_what_reaches_outside(file: h5py.File, file_bytes: int) -> None:
    seen: set[object] = set()
    waiting = [("", file.id)]
    while waiting:
        where, group = waiting.pop()
        for name in group:
            inside = f"{where}/{name.decode('utf-8', 'replace')}"
            kind = group.links.get_info(name).type
            if kind == h5py.h5l.TYPE_SOFT:
                continue
            if kind != h5py.h5l.TYPE_HARD:
                raise ValueError(f"{inside} is a link to another file; nothing was read")
            info = h5py.h5o.get_info(group, name)
            if info.addr in seen:
                continue
            seen.add(info.addr)
            if len(seen) > OBJECTS_LIMIT:
                raise ValueError(f"expected at most {OBJECTS_LIMIT} objects, found more")
            if info.type == h5py.h5o.TYPE_GROUP:
                waiting.append((inside, h5py.h5g.open(group, name)))
            elif info.type == h5py.h5o.TYPE_DATASET:
                dataset = h5py.h5d.open(group, name)
                _refuse_foreign_values(inside, dataset)
                _refuse_foreign_filters(inside, dataset)
                _refuse_absurd_size(inside, dataset, file_bytes)


def _refuse_foreign_values(where: str, dataset: h5py.h5d.DatasetID) -> None:
    plan = dataset.get_create_plist()
    # The layout comes first: asking a virtual data set for its shape may open its source.
    if plan.get_layout() == h5py.h5d.VIRTUAL:
        raise ValueError(
            f"{where} is a virtual data set, which takes its values from other files; "
            "nothing was read. Copy the values into one file"
        )
    if plan.get_external_count():
        raise ValueError(
            f"{where} keeps its values in another file (external storage); nothing was read"
        )


def _refuse_foreign_filters(where: str, dataset: h5py.h5d.DatasetID) -> None:
    plan = dataset.get_create_plist()
    for position in range(plan.get_nfilters()):
        code, _, _, name = plan.get_filter(position)
        if code not in _BUILT_IN_FILTERS:
            raise ValueError(
                f"{where} is compressed with filter {code} ({name.decode('utf-8', 'replace')}), "
                "which needs a plug-in. Save the file with gzip or without compression"
            )


def _refuse_absurd_size(where: str, dataset: h5py.h5d.DatasetID, file_bytes: int) -> None:
    plan = dataset.get_create_plist()
    item_bytes = dataset.get_type().get_size()
    if plan.get_layout() == h5py.h5d.CHUNKED:
        chunk_bytes = math.prod(plan.get_chunk()) * item_bytes
        if chunk_bytes > CHUNK_LIMIT_BYTES:
            raise ValueError(f"{where} has chunks of {chunk_bytes} bytes, too many to decode")
    decoded = math.prod(dataset.shape or ()) * item_bytes
    stored = dataset.get_storage_size()
    if stored > file_bytes:
        raise ValueError(
            f"{where} claims {stored} stored bytes in a file of {file_bytes} bytes: "
            "the file is cut off or made up"
        )
    if decoded > UNSUSPICIOUS_BYTES and decoded > COMPRESSION_LIMIT * stored:
        raise ValueError(
            f"{where} claims shape {tuple(dataset.shape)}, {decoded} bytes, of which only "
            f"{stored} are stored: too large to be true"
        )
