"""Opens whatever frames are stored in: video files, folders of images, TIFF stacks, zarr."""

from __future__ import annotations

from pathlib import Path

from napari_mousegpt.io.films.film import Film

TIFF_SUFFIXES = frozenset({".tif", ".tiff", ".stk", ".lsm"})


def open_film(path: str | Path, fps: float | None = None, *, wait: bool = True) -> Film:
    """Open a film, chosen by what the path is.

    Parameters
    ----------
    path
        A video file; a folder of PNG, JPEG or TIFF images, in natural order of their names; a
        TIFF stack; a zarr array on disk, where zarr is installed.
    fps
        Frame rate of images and stacks, which seldom know their own; a video file knows its own.
    wait
        For a very long video file, whether to wait until its length is known exactly (see
        `Video`).

    Raises
    ------
    FileNotFoundError
        If there is nothing.
    ValueError
        If it is none of these; the message says what was found.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file")
    if is_zarr(path):
        from napari_mousegpt.io.films.zarr_film import open_zarr

        return open_zarr(path, fps)
    if path.is_dir():
        from napari_mousegpt.io.films.image_folder import ImageFolder

        return ImageFolder(path, fps)
    if path.suffix.lower() in TIFF_SUFFIXES:
        from napari_mousegpt.io.films.tiff_film import open_tiff

        return open_tiff(path, fps)
    from napari_mousegpt.io.films.video import Video

    return Video(path, wait=wait)


def is_film(path: Path) -> bool:
    """Whether a path, other than a video file, looks like frames; looks at names only."""
    if is_zarr(path):
        return True
    if path.is_dir():
        from napari_mousegpt.io.films.image_folder import is_image_folder

        return is_image_folder(path)
    return path.suffix.lower() in TIFF_SUFFIXES and path.is_file()


def is_zarr(path: Path) -> bool:
    """Whether a folder is a zarr array or group."""
    return path.is_dir() and any(
        (path / name).is_file() for name in ("zarr.json", ".zarray", ".zgroup")
    )
