"""Names for keypoints that a file only counts. Knows no pose format."""

from __future__ import annotations

from napari_mousegpt.datamodel.skeleton import MOUSEGPT_KEYPOINTS

WORLD_PROBLEM = "positions are points in space, in the units of the calibration, not pixels"
"""What to say about triangulated poses."""


def counted_keypoints(n_keypoints: int) -> tuple[list[str], list[str]]:
    """Return ``kp0``, ``kp1``, ... (or MouseGPT's names if there are 24) and what to say about it.

    Returns
    -------
    names
        One for each keypoint.
    problems
        One sentence.
    """
    if n_keypoints == len(MOUSEGPT_KEYPOINTS):
        return list(MOUSEGPT_KEYPOINTS), [
            "the file does not name its 24 keypoints: they are taken in the order of MouseGPT"
        ]
    names = [f"kp{k}" for k in range(n_keypoints)]
    return names, [f"the file does not name its {n_keypoints} keypoints: they are kp0, kp1, ..."]
