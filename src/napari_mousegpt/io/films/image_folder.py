"""A folder of images, one for each frame, as a film. Knows no animal and no window."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.stack_film import StackFilm

IMAGE_SUFFIXES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".tif": "tiff", ".tiff": "tiff"}
LOOKED_AT = 1000
"""Images whose sizes are compared when a folder is opened; the others when they are read."""
FEWEST = 2


def is_image_folder(folder: Path) -> bool:
    """Whether a folder holds images as frames, and is no recording."""
    return not (folder / "recording.json").exists() and len(image_files(folder)) >= FEWEST


def image_files(folder: Path) -> list[Path]:
    """Images of the kind that a folder holds most of, in natural order (2 before 10)."""
    files = [
        path
        for path in folder.iterdir()
        if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")
    ]
    kinds = Counter(IMAGE_SUFFIXES[path.suffix.lower()] for path in files)
    if not kinds:
        return []
    commonest = kinds.most_common(1)[0][0]
    chosen = [path for path in files if IMAGE_SUFFIXES[path.suffix.lower()] == commonest]
    return sorted(chosen, key=lambda path: (_natural(path.stem), path.name))


class ImageFolder(StackFilm):
    """Images of a folder, in natural order of their names, decoded when asked for.

    Raises
    ------
    ValueError
        If there are too few images, or their sizes differ.
    """

    def __init__(self, folder: Path, fps: float | None = None) -> None:
        files = image_files(folder)
        if (folder / "recording.json").exists() or len(files) < FEWEST:
            raise ValueError(
                f"{folder.name}: expected a folder of PNG, JPEG or TIFF images, found "
                f"{len(files)} of them. Give a video file, or a folder with an image per frame."
            )
        codec = IMAGE_SUFFIXES[files[0].suffix.lower()]
        problems = _left_out(folder, files)
        if codec == "tiff":
            from napari_mousegpt.io.films.tiff_film import read_tiffs

            read, n_frames, release = read_tiffs(files)
        else:
            _compare_sizes(folder, files)
            n_frames, release = len(files), _nothing

            def read(item: int) -> NDArray[Any]:
                return _read_image(files[item])

        super().__init__(
            folder,
            read,
            n_frames,
            fps=fps,
            container="images",
            codec=codec,
            problems=problems,
            release=release,
        )


def _nothing() -> None:
    return


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.lower()) for part in parts]


def _left_out(folder: Path, files: list[Path]) -> list[str]:
    images = [path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES]
    others = sum(not path.name.startswith(".") for path in images) - len(files)
    return [f"{others} images of another kind are left out"] if others else []


def _compare_sizes(folder: Path, files: list[Path]) -> None:
    from PIL import Image

    last = len(files) - 1
    count = min(len(files), LOOKED_AT)
    chosen = sorted({round(last * i / (count - 1)) for i in range(count)})
    first_size: tuple[int, int] | None = None
    for place in chosen:
        with Image.open(files[place]) as image:
            first_size = first_size or image.size
            if image.size != first_size:
                raise ValueError(
                    f"{folder.name}: expected images of one size, found "
                    f"{first_size[0]} x {first_size[1]} in {files[0].name} and "
                    f"{image.size[0]} x {image.size[1]} in {files[place].name}. "
                    "Move those of another size elsewhere."
                )


def _read_image(path: Path) -> NDArray[Any]:
    from PIL import Image

    with Image.open(path) as image:
        if image.mode in ("1", "L", "RGB"):
            return np.asarray(image.convert("L") if image.mode == "1" else image)
        if image.mode.startswith("I"):
            return np.asarray(image).astype(np.uint16)  # PNG holds no more than 16 bits
        return np.asarray(image.convert("RGB"))
