"""Where the finder sees a drawn mouse, and real ones, against the truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from drawn_arena import BODY_LENGTH_PX, HEIGHT, NOWHERE, WIDTH, close_up, film, walk
from PIL import Image, ImageDraw

from napari_mousegpt.captioning.animal_finder import find_animal, learn_background
from napari_mousegpt.captioning.crop import whole_picture, window_square
from napari_mousegpt.captioning.tracked_body import body_centres, body_length_px
from napari_mousegpt.io.films.video import Video
from napari_mousegpt.io.pose_formats import deeplabcut

WALK = walk(32)
SPOT = np.array([[70.0, 110.0]])
POSES = "videos_with_pose/openfield_single/m3v1mp4DLC_resnet50_openfieldOct30shuffle1_100000.h5"


def drawn_over(paint: Callable[[ImageDraw.ImageDraw, int], None]) -> np.ndarray:
    pictures = [Image.fromarray(frame) for frame in film(WALK)]
    for i, picture in enumerate(pictures):
        paint(ImageDraw.Draw(picture), i)
    return np.stack([np.asarray(picture) for picture in pictures])


def clock(draw: ImageDraw.ImageDraw, i: int) -> None:
    draw.text((5, 165), f"12:00:{i:02d}", fill=(255, 255, 255))


def cable(draw: ImageDraw.ImageDraw, i: int) -> None:
    draw.line([(120, -20), tuple(WALK[i])], fill=(20, 20, 20), width=3)


def flickering() -> np.ndarray:
    brightness = np.random.default_rng(0).uniform(0.7, 1, (len(WALK), 1, 1, 1))
    return (film(WALK) * brightness).astype(np.uint8)


def on_bedding() -> np.ndarray:
    grain = (
        np.random.default_rng(0).normal(0, 20, (HEIGHT // 2, WIDTH // 2)).repeat(2, 0).repeat(2, 1)
    )
    return np.clip(film(WALK, mouse=60, floor=120) + grain[..., None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("frames", "centres"),
    [
        pytest.param(film(WALK), WALK, id="dark on light"),
        pytest.param(film(WALK, mouse=160, floor=25), WALK, id="light on dark"),
        pytest.param(film(WALK, noise=12.0), WALK, id="noisy"),
        pytest.param(flickering(), WALK, id="flicker"),
        pytest.param(on_bedding(), WALK, id="bedding"),
        pytest.param(drawn_over(clock), WALK, id="clock"),
        pytest.param(drawn_over(cable), WALK, id="cable"),
        pytest.param(film(WALK[:4]), WALK[:4], id="four frames"),
        pytest.param(
            film(np.vstack([SPOT.repeat(30, 0) + np.tile([[0, 0], [3, 2]], (15, 1)), WALK[:16]])),
            np.vstack([SPOT.repeat(30, 0), WALK[:16]]),
            id="mostly in one place",
        ),
    ],
)
def test_drawn_mouse_is_found(frames: np.ndarray, centres: np.ndarray) -> None:
    background = learn_background(frames)
    windows = [range(i, min(i + 8, len(frames))) for i in range(0, len(frames), 8)]
    found = [find_animal((frames[i] for i in window), background) for window in windows]
    seen = np.concatenate([window.centres_xy for window in found])
    errors = np.linalg.norm(seen - centres, axis=1) / BODY_LENGTH_PX
    assert np.concatenate([window.found for window in found]).all()
    assert np.median(errors) < 0.1
    assert errors.max() < 0.4
    assert found[0].body_length_px == pytest.approx(BODY_LENGTH_PX, rel=0.25)


def test_one_of_two_is_followed() -> None:
    other = np.add(WALK[::-1], [0, 5])
    frames = np.minimum(film(WALK), film(other, seed=1))
    background = learn_background(frames)
    for start in range(0, len(WALK), 8):
        found = find_animal(frames[start : start + 8], background)
        window = slice(start, start + 8)
        apart = [np.linalg.norm(found.centres_xy - way[window], axis=1) for way in (WALK, other)]
        near = np.minimum(*apart) / BODY_LENGTH_PX
        assert near.max() < 0.7  # between the two while they touch
        steps = np.linalg.norm(np.diff(found.centres_xy, axis=0), axis=1)
        assert steps.max() < 1.5 * BODY_LENGTH_PX


def test_nothing_is_found_where_nothing_is() -> None:
    frames = film([NOWHERE] * 20)
    found = find_animal(frames, learn_background(frames))
    assert not found.found.any()
    assert np.isnan(found.centres_xy).all()
    assert window_square(found.centres_xy, found.body_length_px) is None


def test_animal_that_is_away_is_not_found() -> None:
    frames = film(np.vstack([WALK, np.full((16, 2), np.nan)]))
    background = learn_background(frames)
    assert find_animal(frames[:8], background).found.all()
    assert not find_animal(frames[32:40], background).found.any()


def test_animal_too_close_is_shown_with_the_whole_picture() -> None:
    frames = close_up()
    found = find_animal(frames, learn_background(frames))
    assert found.found.all()
    square = window_square(found.centres_xy, found.body_length_px)
    whole = whole_picture((HEIGHT, WIDTH))
    assert square is not None
    assert square.centre_xy == whole.centre_xy
    assert square.side_px == pytest.approx(whole.side_px)


def test_no_frames() -> None:
    assert find_animal([], learn_background(film(WALK))).centres_xy.shape == (0, 2)


@pytest.mark.parametrize(
    ("video", "step", "median_error"),
    [
        pytest.param("videos_with_pose/openfield_single/m3v1mp4short.mp4", 1, 0.15, id="short"),
        pytest.param("edge_cases/vfr_m3v1.mp4", 5, 0.15, id="variable rate"),
    ],
)
def test_real_mouse_is_where_its_pose_is(
    shared_data: Path, video: str, step: int, median_error: float
) -> None:
    poses = deeplabcut.read(shared_data / POSES)
    individual = poses["individual"].values[0]
    length = body_length_px(poses, individual)
    with Video(shared_data / video) as frames:
        background = learn_background(frames)
        chosen = range(0, len(frames), step)
        found = find_animal((frame for _, frame in frames.read_frames(chosen)), background)
    truth = body_centres(poses, individual, chosen)
    errors = np.linalg.norm(found.centres_xy - truth, axis=1) / length
    assert found.found.all()
    assert np.median(errors) < median_error
    assert np.mean(errors > 0.5) < 0.02
    assert found.body_length_px == pytest.approx(length, rel=0.15)


@pytest.mark.parametrize(
    ("video", "centre_xy"),
    [
        pytest.param("bsoid/group10_pause_example_2.avi", (915, 380), id="paused, 8 frames"),
        pytest.param("bsoid/group03_rearing_example_2.avi", (325, 262), id="rearing, 5 frames"),
        pytest.param("lupe/still.mp4", (219, 142), id="from below, dim"),
    ],
)
def test_real_mouse_that_hardly_moves(
    shared_data: Path, video: str, centre_xy: tuple[float, float]
) -> None:
    with Video(shared_data / "labelled_clips" / video) as frames:
        found = find_animal(frames[:8], learn_background(frames))
    assert found.found.all()
    distance = np.linalg.norm(found.centres_xy - centre_xy, axis=1)
    assert distance.max() < 0.4 * found.body_length_px


def test_real_chamber_without_a_mouse(shared_data: Path) -> None:
    with Video(shared_data / "videos_only/Freezing_calibration.wmv") as frames:
        background = learn_background(frames)
        assert not find_animal(frames[:8], background).found.any()


def test_real_face_fills_the_picture(shared_data: Path) -> None:
    with Video(shared_data / "videos_only/vid.avi") as frames:
        assert learn_background(frames).fills_picture
