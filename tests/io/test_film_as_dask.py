"""A film as dask: the same frames, few blocks, any number of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from video_files import number_in, write_video

from napari_mousegpt import read_video
from napari_mousegpt.io.films.film_as_dask import to_dask

N = 50
FRAME_BYTES = 64 * 160 * 3


@pytest.mark.parametrize(
    ("frames_in_a_block", "blocks"), [(1, 50), (20, 3), (1000, 1)], ids=["one", "some", "all"]
)
def test_blocks_hold_the_frames(tmp_path: Path, frames_in_a_block: int, blocks: int) -> None:
    film = read_video(write_video(tmp_path / "v.mp4", N, options={"g": "12", "bf": "3"}))
    array = to_dask(film, block_bytes=frames_in_a_block * FRAME_BYTES)
    assert (array.shape, array.dtype) == (film.shape, np.uint8)
    assert array.npartitions == blocks
    whole = array.compute(scheduler="threads", num_workers=4)
    assert [number_in(frame) for frame in whole] == list(range(N))
    np.testing.assert_array_equal(array[13:7:-2, :32].compute(), whole[13:7:-2, :32])
