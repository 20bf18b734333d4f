"""Folders of images, TIFF stacks and zarr arrays: the frames that were put in, as 8-bit RGB."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from video_files import number_in, painted, write_video

from napari_mousegpt import read_video
from napari_mousegpt.io.films.open_film import is_film, open_film
from napari_mousegpt.io.fingerprint import fingerprint

N = 12
COLOUR = np.stack([painted(i) for i in range(N)])
GREY = COLOUR[..., 0]


def _images(folder: Path, suffix: str, frames: np.ndarray = COLOUR) -> Path:
    folder = folder / "frames"
    folder.mkdir()
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"img{number}{suffix}")
    return folder


def _tiff(folder: Path, pixels: np.ndarray, **options: object) -> Path:
    path = folder / "stack.tif"
    tifffile.imwrite(path, pixels, **options)
    return path


def _tiffs(folder: Path, parts: int) -> Path:
    folder = folder / "parts"
    folder.mkdir()
    for number, part in enumerate(np.array_split(GREY, parts)):
        tifffile.imwrite(folder / f"movie_{number}.tif", part.squeeze(), photometric="minisblack")
    return folder


def _zarr(folder: Path, pixels: np.ndarray, chunks: tuple[int, ...]) -> Path:
    zarr = pytest.importorskip("zarr")
    path = folder / "film.zarr"
    array = zarr.open(path, mode="w", shape=pixels.shape, dtype=pixels.dtype, chunks=chunks)
    array[:] = pixels
    return path


def _ome_zarr(folder: Path) -> Path:
    zarr = pytest.importorskip("zarr")
    path = folder / "film.zarr"
    group = zarr.open_group(path, mode="w", zarr_format=2)
    pixels = GREY[:, np.newaxis, np.newaxis]
    array = group.create_array("0", shape=pixels.shape, dtype="u1", chunks=(5, 1, 1, 64, 160))
    array[:] = pixels
    axes = [{"name": name} for name in "tczyx"]
    group.attrs["multiscales"] = [{"axes": axes, "datasets": [{"path": "0"}]}]
    return path


TWELVE_BITS = GREY.astype(np.uint16) * 16 + 15
STACKS: dict[str, tuple[Callable[[Path], Path], str, str]] = {
    "png": (lambda f: _images(f, ".png"), "images", "png"),
    "png-grey": (lambda f: _images(f, ".png", GREY), "images", "png"),
    "png-16-bit": (lambda f: _images(f, ".png", TWELVE_BITS), "images", "png"),
    "jpeg": (lambda f: _images(f, ".JPG"), "images", "jpeg"),
    "tiff-images": (lambda f: _tiffs(f, N), "images", "tiff"),
    "tiff-parts": (lambda f: _tiffs(f, 5), "images", "tiff"),
    "tiff-grey": (lambda f: _tiff(f, GREY), "tiff", "none"),
    "tiff-colour": (lambda f: _tiff(f, COLOUR, photometric="rgb"), "tiff", "none"),
    "tiff-planar": (
        lambda f: _tiff(
            f, np.moveaxis(COLOUR, -1, 1).copy(), photometric="rgb", planarconfig="separate"
        ),
        "tiff",
        "none",
    ),
    "tiff-deflate": (
        lambda f: _tiff(f, GREY, compression="zlib", photometric="minisblack"),
        "tiff",
        "adobe_deflate",
    ),
    "tiff-12-bit": (lambda f: _tiff(f, TWELVE_BITS), "tiff", "none"),
    "tiff-fractions": (lambda f: _tiff(f, (GREY / 255).astype(np.float32)), "tiff", "none"),
    "tiff-big-endian": (lambda f: _tiff(f, TWELVE_BITS, byteorder=">"), "tiff", "none"),
    "imagej-z": (lambda f: _tiff(f, GREY, imagej=True, metadata={"axes": "ZYX"}), "tiff", "none"),
    "imagej-tcyx": (
        lambda f: _tiff(f, np.stack([GREY, 0 * GREY], 1), imagej=True, metadata={"axes": "TCYX"}),
        "tiff",
        "none",
    ),
    "ome": (lambda f: _tiff(f, GREY, ome=True, metadata={"axes": "TYX"}), "tiff", "none"),
    "zarr": (lambda f: _zarr(f, GREY, (5, 64, 160)), "zarr", "uint8"),
    "zarr-colour": (lambda f: _zarr(f, COLOUR, (1, 64, 160, 3)), "zarr", "uint8"),
    "ome-zarr": (_ome_zarr, "zarr", "uint8"),
}


@pytest.mark.parametrize(("make", "container", "codec"), STACKS.values(), ids=STACKS.keys())
def test_frames_are_those_put_in(
    tmp_path: Path, make: Callable[[Path], Path], container: str, codec: str
) -> None:
    path = make(tmp_path)
    assert is_film(path)
    with open_film(path, fps=25) as film:
        assert film.shape == (N, 64, 160, 3)
        assert (film.container, film.codec, film.fps) == (container, codec, 25)
        assert film.times_s[-1] == pytest.approx((N - 1) / 25)
        assert [number_in(film[i]) for i in (7, 0, -1, 3)] == [7, 0, N - 1, 3]
        if codec != "jpeg":
            grey = np.abs(np.asarray(film).astype(int)[..., 0] - GREY).max()
            assert grey <= 1
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(lambda i: number_in(film[i]), range(N))) == list(range(N))


def test_frame_rate_unknown_is_told_and_imagejs_is_used(tmp_path: Path) -> None:
    film = read_video(_images(tmp_path, ".png"))
    assert film.fps == 30
    assert "30 frames a second are assumed" in film.problems[0]
    timed = _tiff(tmp_path, GREY, imagej=True, metadata={"axes": "TYX", "finterval": 0.04})
    assert open_film(timed).fps == pytest.approx(25)
    assert open_film(timed).problems == ()


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (TWELVE_BITS, "uint16: 0 to 4095 are"),
        (GREY.astype(np.float32), "float32: 0 to 255 are"),
        (GREY.astype(np.float32) - 120, "float32: -100 to 110 are"),
    ],
    ids=["12 bits", "fractions to 255", "others"],
)
def test_how_pixels_are_scaled_is_told(tmp_path: Path, pixels: np.ndarray, words: str) -> None:
    (problem,) = open_film(_tiff(tmp_path, pixels), fps=30).problems
    assert words in problem


def test_images_of_two_sizes_are_refused(tmp_path: Path) -> None:
    folder = _images(tmp_path, ".png")
    Image.fromarray(COLOUR[0, :32]).save(folder / "img5.png")
    with pytest.raises(ValueError, match=r"160 x 64 in img0\.png and 160 x 32 in img5\.png"):
        open_film(folder)


def test_a_damaged_image_is_an_error_for_that_frame(tmp_path: Path) -> None:
    folder = _images(tmp_path, ".png")
    broken = folder / "img5.png"
    broken.write_bytes(broken.read_bytes()[:60])
    film = open_film(folder)
    with pytest.raises(OSError, match="frame 5 cannot be read"):
        film[5]
    assert number_in(film[6]) == 6


def test_time_and_depth_at_once_are_refused(tmp_path: Path) -> None:
    path = _tiff(tmp_path, GREY.reshape(4, 3, 64, 160), imagej=True, metadata={"axes": "TZYX"})
    with pytest.raises(ValueError, match="T of 4 and Z of 3"):
        open_film(path)


def test_other_folders_are_no_films(tmp_path: Path) -> None:
    recording = _images(tmp_path, ".png")
    (recording / "recording.json").write_text("{}")
    one = tmp_path / "one"
    one.mkdir()
    Image.fromarray(COLOUR[0]).save(one / "a.png")
    for folder in (tmp_path, recording, one):
        assert not is_film(folder)
    with pytest.raises(ValueError, match="expected a folder of PNG, JPEG or TIFF images"):
        open_film(one)


def test_the_fingerprint_of_a_folder_follows_its_files(tmp_path: Path) -> None:
    folder = _images(tmp_path, ".png")
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    (folder / "img3.png").unlink()
    assert fingerprint(folder) != before


def test_a_video_file_opens_through_the_same_door(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", 5)
    assert not is_film(path)  # known by its suffix or its content, elsewhere
    assert number_in(open_film(path)[3]) == 3
