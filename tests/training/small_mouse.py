"""Labelled windows of a rendered mouse, small and fast: balls of the sample's body, shaded.

The sample's own renderer takes seconds for a window; this one takes a tenth, and looks otherwise.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.captioning.crop import window_square
from napari_mousegpt.captioning.tracked_body import body_centres, body_length_px
from napari_mousegpt.datamodel.facts import implied_by
from napari_mousegpt.datamodel.keypoint_roles import guess_roles
from napari_mousegpt.datamodel.timerange import TimeRange, sample_frames
from napari_mousegpt.kinematics.frame_features import frame_features
from napari_mousegpt.kinematics.window_features import window_features
from napari_mousegpt.sample.arena import FPS
from napari_mousegpt.sample.body import Body, build_body
from napari_mousegpt.sample.motion import move
from napari_mousegpt.sample.random_script import random_script
from napari_mousegpt.sample.rendered import INDIVIDUAL, true_poses
from napari_mousegpt.sample.skeleton import KEYPOINTS as SKELETON
from napari_mousegpt.training.kinematic_facts import kinematic_facts
from napari_mousegpt.training.records import Record, write_images, write_records

SIDE_PX = 128


def write_small_mice(
    folder: Path, *, animals: int, windows: int, held_out: int = 1, seed: int = 0
) -> list[Record]:
    """Write the records of some animals, the last ones held out."""
    records: list[Record] = []
    for animal in range(animals):
        records += _mouse(
            folder, f"m{animal}", windows, 100 * seed + animal, animal >= animals - held_out
        )
    write_records(folder, records)
    return records


def _mouse(folder: Path, name: str, windows: int, seed: int, held_out: bool) -> list[Record]:
    script = random_script(2.4 * windows, seed)
    motion = move(script)
    poses, body = true_poses(motion), build_body(motion)
    roles = guess_roles(SKELETON)
    rng = np.random.default_rng(seed)
    look = rng.uniform((150, 40, 4), (215, 90, 10))  # floor, fur, noise
    ranges, behaviours = _windows(script, windows, rng)
    features = window_features(frame_features(poses, roles=roles, fps=FPS), ranges)
    length_px = body_length_px(poses, INDIVIDUAL)
    records = []
    for place, (window, behaviour) in enumerate(zip(ranges, behaviours, strict=True)):
        frames = sample_frames(window, 8)
        centres = body_centres(poses, INDIVIDUAL, range(window.start, window.stop))
        square = window_square(centres, length_px)
        pixels = np.stack([_picture(body, frame, square, look, rng) for frame in frames])
        row = features.iloc[place].drop(["individual", "start", "stop"]).astype(float)
        facts = kinematic_facts(row.to_dict()).or_else(implied_by(behaviour))
        facts = facts.replace(behaviour=behaviour, company=None)
        record_id = f"{name}-{window.start:06d}"
        records.append(
            Record(
                id=record_id,
                recording=name,
                video="cam0",
                individual=INDIVIDUAL,
                animal=name,
                group=name,
                start=window.start,
                stop=window.stop,
                frames=frames,
                times_s=tuple((frame - frames[0]) / FPS for frame in frames),
                camera_view="top",
                facts=dict(facts.known()),
                images=write_images(folder, record_id, pixels),
                held_out=held_out,
            )
        )
    return records


def _windows(script, number: int, rng: np.random.Generator) -> tuple[list[TimeRange], list[str]]:
    """Windows inside bouts, rare behaviours first."""
    found = []
    for bout, start, stop in zip(script.bouts, script.starts, script.stops, strict=True):
        for first in range(start, stop - 14, 60):
            last = min(first + 60, stop)
            if last - first >= 15:
                found.append((TimeRange(first, last), bout.behaviour))
    counts = {name: sum(one == name for _, one in found) for _, name in found}
    keys = [rng.random() * counts[name] for _, name in found]
    chosen = sorted(np.argsort(keys)[:number].tolist())
    return [found[place][0] for place in chosen], [found[place][1] for place in chosen]


def _picture(
    body: Body, frame: int, square, look: NDArray, rng: np.random.Generator
) -> NDArray[np.uint8]:
    floor, fur, noise = look
    scale = SIDE_PX / square.side_px
    corner = np.asarray(square.centre_xy) - square.side_px / 2
    furry = np.concatenate([body.trunk[frame, ::2, :4], body.limbs[frame, ::2]])
    grey = np.full((SIDE_PX, SIDE_PX), floor, np.float32)
    top = np.full_like(grey, -1e9)
    for balls, colour in ((body.skin[frame, ::2], 1.9), (furry, 1.0)):
        height = _heights(balls, corner, scale)
        slope_y, slope_x = np.gradient(np.where(height > -1e8, height, 0))
        light = np.clip(
            (0.9 + 0.3 * slope_x + 0.3 * slope_y) / np.hypot(1, np.hypot(slope_x, slope_y)),
            0.3,
            1.2,
        )
        above = height > np.maximum(top, -1e8)
        grey[above] = (colour * fur * light)[above]
        top = np.maximum(top, height)
    grey += noise * rng.standard_normal(grey.shape)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=-1)


def _heights(balls: NDArray, corner: NDArray, scale: float) -> NDArray[np.float32]:
    """Height of the highest ball in each pixel, in pixels; far below zero where there is none."""
    top = np.full((SIDE_PX, SIDE_PX), -1e9, np.float32)
    for x, y, z, radius in balls.astype(np.float32):
        u, v, r = (x - corner[0]) * scale, (y - corner[1]) * scale, max(radius * scale, 0.8)
        x0, x1 = max(int(u - r), 0), min(int(u + r) + 2, SIDE_PX)
        y0, y1 = max(int(v - r), 0), min(int(v + r) + 2, SIDE_PX)
        if x0 >= x1 or y0 >= y1:
            continue
        dx = np.arange(x0, x1, dtype=np.float32) + 0.5 - u
        dy = np.arange(y0, y1, dtype=np.float32)[:, None] + 0.5 - v
        inside = r * r - dx * dx - dy * dy
        part = top[y0:y1, x0:x1]
        np.maximum(
            part, np.where(inside > 0, z * scale + np.sqrt(np.maximum(inside, 0)), -1e9), out=part
        )
    return top
