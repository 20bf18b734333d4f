"""``mousegpt view``: napari with every layer and dock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def view(
    files: Annotated[list[Path], typer.Argument(help="A recording, or a video and its poses.")],
) -> None:
    """Open recordings, videos and pose files in napari."""
    from napari_mousegpt.cli.window import require_window

    require_window()
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        raise FileNotFoundError(f"no such file: {', '.join(missing)}")
    import napari

    from napari_mousegpt.widgets.open_in_viewer import open_files

    viewer = napari.Viewer(title="napari-mousegpt")
    open_files(viewer, files)
    napari.run()
