"""Animals listed image by image, each a handful of points, turned into poses. Knows no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.pose_formats.individuals import individual_names
from napari_mousegpt.io.pose_formats.pose_arrays import empty_poses, single


@dataclass(frozen=True, slots=True)
class ListedAnimal:
    """The points of one animal in one image."""

    row: int
    points: NDArray[np.float64]
    """Shape (keypoint, space); NaN where missing."""
    confidences: NDArray[np.float64]
    """Shape (keypoint,); NaN where the file gives none."""
    identity: str | None = None
    """What the file calls the animal from image to image, if it does."""


@dataclass(frozen=True, slots=True)
class ListedPoses:
    """Poses of all images."""

    position: NDArray[np.float32]
    confidence: NDArray[np.float32]
    individuals: list[str]
    problems: list[str]


def arrange_animals(
    animals: Sequence[ListedAnimal], *, n_rows: int, n_keypoints: int, n_space: int = 2
) -> ListedPoses:
    """Sort animals into arrays.

    Identities are kept if every animal has one; otherwise animals are told apart by their order
    in each image only, and ``problems`` says so.

    Raises
    ------
    ValueError
        If there is no animal, or the arrays would be too large.
    """
    if not animals:
        raise ValueError("expected at least one animal with keypoints, found none")
    problems = []
    if all(animal.identity is not None for animal in animals):
        names = list(dict.fromkeys(str(animal.identity) for animal in animals))
        slots = [names.index(str(animal.identity)) for animal in animals]
        n_individuals = len(names)
    else:
        names, seen = [], np.zeros(n_rows, np.int64)
        slots = []
        for animal in animals:
            slots.append(int(seen[animal.row]))
            seen[animal.row] += 1
        n_individuals = int(seen.max())
        if n_individuals > 1:
            problems.append("the animals have no identities: they are told apart by order only")
    position, confidence = empty_poses(n_rows, n_space, n_keypoints, n_individuals)
    for animal, slot in zip(animals, slots, strict=True):
        position[animal.row, :, :, slot] = single(animal.points.T)
        confidence[animal.row, :, slot] = single(animal.confidences)
    return ListedPoses(position, confidence, individual_names(names, n_individuals), problems)
