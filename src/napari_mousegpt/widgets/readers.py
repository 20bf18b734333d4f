"""What napari calls to open a path. Layers made here follow the viewer's frame from the start.

A reader is given a path and no viewer, so it asks napari for the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from napari import current_viewer

from napari_mousegpt.io import label_files, pose_files
from napari_mousegpt.layers.layer_data import mark_of
from napari_mousegpt.layers.readers import VIDEO_SUFFIXES, reader_for
from napari_mousegpt.widgets import preferences

if TYPE_CHECKING:
    from napari_mousegpt.layers.layer_data import LayerData

Paths = str | Sequence[str]


def get_reader(path: Paths) -> Callable[[Paths], list[LayerData]] | None:
    """Return what reads a path (or several, opened as a stack); None if one is not ours."""
    paths = [Path(one) for one in ([path] if isinstance(path, str) else path)]
    if paths and all(_asks_questions(one) for one in paths) and _film_is_open():
        return lambda _path: _offer(paths)
    if not paths or any(reader_for(one) is None for one in paths):
        return None
    return lambda _path: read_paths(paths)


def read_paths(paths: Sequence[Path]) -> list[LayerData]:
    """Return the layers of files of ours.

    Raises
    ------
    ValueError, OSError
        If a file is not what it looks like; the message says what was found.
    """
    look = preferences.look()
    reads = [read for path in paths if (read := reader_for(path)) is not None]
    layers = [layer for read in reads for layer in read(look)]
    expect_layers()
    _offer_what_does_not_fit(paths, layers)
    return layers


def expect_layers() -> None:
    """Let the current viewer follow the layers about to come into it, and show the timeline."""
    viewer = current_viewer()
    if viewer is None:
        return  # read without a window
    from napari_mousegpt.widgets.docks import show_timeline_soon
    from napari_mousegpt.widgets.viewer_state import state_of

    state_of(viewer)
    if preferences.opens_timeline():
        show_timeline_soon(viewer)


def _film_is_open() -> bool:
    viewer = current_viewer()
    return viewer is not None and any(
        mark_of(layer.metadata).get("kind") == "video" for layer in viewer.layers
    )


def _frames_open() -> int:
    from napari_mousegpt.widgets.viewer_state import state_of

    return state_of(current_viewer()).n_frames


def _asks_questions(path: Path) -> bool:
    """Whether a file is labels, or poses that several readers match: for the Import dock."""
    if not path.is_file() or path.suffix.lower() in VIDEO_SUFFIXES:
        return False
    formats = pose_files.recognise(path)
    return len(formats) > 1 or (not formats and bool(label_files.recognise(path)))


def _offer(paths: Sequence[Path]) -> list[LayerData]:
    """Open the Import dock with files; napari is told that they become no layers."""
    viewer = current_viewer()
    if viewer is not None:
        from napari_mousegpt.widgets.docks import open_dock

        open_dock(viewer, "Import").offer(paths)
    return [(None,)]  # type: ignore[list-item]


def _offer_what_does_not_fit(paths: Sequence[Path], layers: Sequence[LayerData]) -> None:
    """Open the Import dock, too, for poses that are not as many as the open film's frames."""
    if not _film_is_open():
        return
    from qtpy.QtCore import QTimer

    marks = [mark_of(options["metadata"]) for _, options, _ in layers]
    rows = {mark["poses"].sizes["time"] for mark in marks if mark.get("kind") == "keypoints"}
    frames = _frames_open()
    if rows and rows != {frames} and not any(mark.get("kind") == "video" for mark in marks):
        QTimer.singleShot(0, lambda: _offer(paths))
