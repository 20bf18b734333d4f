"""What a pose tracker would make of the film: the true keypoints, a little wrong. Knows no file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.sample.body import trunk_balls
from napari_mousegpt.sample.motion import Motion
from napari_mousegpt.sample.skeleton import KEYPOINTS

JITTER_PX, HIDDEN_JITTER_PX = 0.6, 1.2
LIMBS = ("paw", "Wrist", "Elbow", "Ankle", "Knee")


def hidden_keypoints(motion: Motion) -> NDArray[np.bool_]:
    """Which points of the legs lie under the trunk, shape (frames, 24)."""
    trunk = trunk_balls(motion)
    away = np.linalg.norm(motion.keypoints_px[:, :, None] - trunk[:, None, ::2, :2], axis=-1)
    covered = (away < 0.8 * trunk[:, None, ::2, 3]).any(axis=-1)
    is_limb = np.array([any(part in name for part in LIMBS) for name in KEYPOINTS])
    return covered & is_limb


def track(motion: Motion, *, seed: int = 0) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Look at the film as a trained network would.

    Returns
    -------
    tuple
        Positions in px, shape (frames, 24, 2), and likelihoods, shape (frames, 24): 0.9 to 1 for
        what can be seen, 0.3 to 0.9 for what the trunk hides.
    """
    rng = np.random.default_rng((seed, 1))
    hidden = hidden_keypoints(motion)
    spread = np.where(hidden, HIDDEN_JITTER_PX, JITTER_PX)[..., None]
    positions = motion.keypoints_px + spread * rng.standard_normal((*hidden.shape, 2))
    seen = 1 - 0.1 * rng.beta(1.2, 6.0, hidden.shape)
    guessed = 0.3 + 0.6 * rng.beta(3.0, 2.0, hidden.shape)
    return positions, np.where(hidden, guessed, seen)
