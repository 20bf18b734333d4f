"""Keypoints and skeleton drawn over frames of a video, to be looked at. Knows no napari.

    python benchmarks/overlay_pictures.py VIDEO POSES -o SHEET.jpg [--crop]

Frames stand side by side in one JPEG, with the same points, colours and skeleton as in the viewer:
points of a confidence below 0.1, and those at exactly (0, 0), are not drawn.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from napari_mousegpt import read_poses, read_video
from napari_mousegpt.datamodel.poses import fit_to_video
from napari_mousegpt.datamodel.skeleton import guess_skeleton
from napari_mousegpt.layers.colours import individual_colours, keypoint_colours
from napari_mousegpt.layers.keypoints import keypoint_size_px, points_yx, shown_points
from napari_mousegpt.layers.skeleton import edge_rows

HEIGHT = 300
LEAST_CONFIDENCE = 0.1
LARGEST_BYTES = 60_000


def around(points: np.ndarray, shown: np.ndarray, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Left, top, right and bottom of a square that holds all points that are shown."""
    seen = points[shown] if shown.any() else np.array([[0, 0], shape[:2]])
    middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
    side = min(max(80, 1.5 * np.ptp(seen, axis=0).max()), *shape[:2])
    top, left = np.clip(middle - side / 2, 0, np.array(shape[:2]) - side).astype(int)
    return left, top, left + int(side), top + int(side)


def drawn(picture: np.ndarray, poses, frame: int, edges: np.ndarray, *, crop: bool) -> Image.Image:
    """One frame with its points and lines, ``HEIGHT`` pixels high."""
    n_animals, n_keypoints = poses.sizes["individual"], poses.sizes["keypoint"]
    points = points_yx(poses["position"].values[frame])
    confidence = poses["confidence"].values[frame].T.reshape(-1)
    shown = shown_points(points, confidence, LEAST_CONFIDENCE)
    if crop:
        left, top, right, bottom = around(points, shown, picture.shape)
        picture, points = picture[top:bottom, left:right], points - (top, left)
    scale = HEIGHT / picture.shape[0]
    size = (round(picture.shape[1] * scale), HEIGHT)
    image = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(image, "RGBA")
    if n_animals == 1:
        colours = keypoint_colours(n_keypoints)
    else:
        colours = np.repeat(individual_colours(n_animals), n_keypoints, axis=0)
    radius = max(2.0, keypoint_size_px(poses) * scale / 2)
    for first, second in edges:
        if shown[first] and shown[second]:
            ends = [tuple(points[row][::-1] * scale) for row in (first, second)]
            pen.line(ends, fill=(255, 255, 255, 190), width=max(1, round(radius * 0.6)))
    for (y, x), colour, visible in zip(points * scale, colours, shown, strict=True):
        if visible:
            box = (x - radius, y - radius, x + radius, y + radius)
            fill = tuple((colour * 255).astype(int))
            pen.ellipse(box, fill=fill, outline=(0, 0, 0, 255))
    return image


def contact_sheet(
    video_path: Path, poses_path: Path, frames: list[int] | None, *, crop: bool
) -> Image.Image:
    """Frames side by side."""
    video, poses = read_video(video_path), read_poses(poses_path)
    poses = fit_to_video(poses, len(video))
    skeleton = guess_skeleton([str(name) for name in poses["keypoint"].values])
    names = [str(name) for name in poses["keypoint"].values]
    edges = edge_rows(skeleton, names, poses.sizes["individual"])
    frames = frames or np.linspace(0, len(video) - 1, 5).astype(int)[1:-1].tolist()
    images = [drawn(video[frame], poses, frame, edges, crop=crop) for frame in frames]
    sheet = Image.new("RGB", (sum(image.width for image in images) + 4 * (len(images) - 1), HEIGHT))
    left = 0
    for image in images:
        sheet.paste(image, (left, 0))
        left += image.width + 4
    return sheet


def save_small(sheet: Image.Image, path: Path) -> None:
    """Save as JPEG of at most ``LARGEST_BYTES``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(88, 20, -8):
        sheet.save(path, quality=quality, optimize=True)
        if path.stat().st_size <= LARGEST_BYTES:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("poses", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--frames", type=int, nargs="+")
    parser.add_argument("--crop", action="store_true", help="only what is around the animals")
    arguments = parser.parse_args()
    save_small(
        contact_sheet(arguments.video, arguments.poses, arguments.frames, crop=arguments.crop),
        arguments.output,
    )
    print(arguments.output, arguments.output.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
