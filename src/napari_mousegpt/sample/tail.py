"""The tail, which trails behind its base. Knows no behaviour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.arena import SIDE_CM

N_NODES = 15
LENGTH_CM = 7.8
STIFFNESS = 0.55
"""How far the first link keeps to the line of the pelvis; it falls off towards the tip."""

LOOSE_CM = 0.25
"""A base that moves this far in a frame, or turns as much, takes the stiff part along."""


def trail(
    base_cm: NDArray[np.float64], backwards: NDArray[np.float64], *, bend_rad: float
) -> NDArray[np.float64]:
    """Let a chain of links be dragged over the floor.

    Parameters
    ----------
    base_cm
        Tail base, shape (frames, 3).
    backwards
        From the hip to the tail base, seen from above, shape (frames, 2), of any length.
    bend_rad
        Curve of the tail at the start, over its whole length.

    Returns
    -------
    numpy.ndarray
        Nodes from base to tip, shape (frames, `N_NODES`, 3).
    """
    backwards = backwards / np.linalg.norm(backwards, axis=-1, keepdims=True)
    link_cm = LENGTH_CM / (N_NODES - 1)
    stiffness = STIFFNESS * np.exp(-np.arange(N_NODES - 1) / 2.5)
    angle = np.arctan2(backwards[0, 1], backwards[0, 0]) + np.linspace(0, bend_rad, N_NODES - 1)
    links = link_cm * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    nodes = base_cm[0, :2] + np.concatenate([np.zeros((1, 2)), np.cumsum(links, axis=0)])
    track = np.empty((len(base_cm), N_NODES, 3))
    shifts = np.diff(np.concatenate([base_cm[:, :2], backwards], axis=-1), axis=0, prepend=0)
    shifts[0] = 0
    swing = np.minimum(np.linalg.norm(shifts, axis=-1) / LOOSE_CM, 1)  # friction holds it at rest
    for frame, (base, back) in enumerate(zip(base_cm[:, :2], backwards, strict=True)):
        nodes = _drag(nodes, base, back, swing[frame] * stiffness, link_cm)
        track[frame, :, :2] = nodes
    fall = np.exp(-np.arange(N_NODES) / 2.0)
    track[..., 2] = 0.12 + (base_cm[:, 2:] - 0.12) * fall
    return track


def _drag(
    nodes: NDArray[np.float64],
    base: NDArray[np.float64],
    back: NDArray[np.float64],
    stiffness: NDArray[np.float64],
    link_cm: float,
) -> NDArray[np.float64]:
    moved = nodes.copy()
    moved[0] = base
    for node, stiff in enumerate(stiffness, start=1):
        pull = moved[node] - moved[node - 1]
        pull = pull / (np.hypot(*pull) + 1e-9) + stiff * back
        moved[node] = moved[node - 1] + link_cm * pull / (np.hypot(*pull) + 1e-9)
        moved[node] = np.clip(moved[node], 0.25, SIDE_CM - 0.25)
    return moved
