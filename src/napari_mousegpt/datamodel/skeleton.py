"""A mouse's keypoints and the lines between them. Knows names only, no positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from napari_mousegpt.datamodel.keypoint_roles import ROLES, guess_roles, numbered

__all__ = ["MOUSEGPT_KEYPOINTS", "ROLES", "guess_roles", "guess_skeleton"]

MOUSEGPT_KEYPOINTS = (
    "EarL",
    "EarR",
    "Snout",
    "SpineF",
    "SpineG",
    "SpineH",
    "Hip",
    "Tail(base)",
    "Tail(mid)",
    "Tail(end)",
    "ForepawL",
    "WristL",
    "ElbowL",
    "ShoulderL",
    "ForepawR",
    "WristR",
    "ElbowR",
    "ShoulderR",
    "HindpawL",
    "AnkleL",
    "KneeL",
    "HindpawR",
    "AnkleR",
    "KneeR",
)
"""The 24 keypoints of MouseGPT, in its order."""

_FRONT = ("spine_front", "neck", "centre", "head", "snout")
_REAR = ("hips", "spine_hind", "tail_base", "centre")
_ATTACHED_TO = {
    "ear": ("head", "neck", "spine_front", "snout", "centre"),
    "eye": ("head", "snout", "neck"),
    "shoulder": _FRONT,
    "elbow": ("shoulder", *_FRONT),
    "wrist": ("elbow", "shoulder", *_FRONT),
    "forepaw": ("wrist", "elbow", "shoulder", *_FRONT),
    "side": ("centre", "spine_hind", "hips"),
    "hip": _REAR,
    "knee": ("hip", *_REAR),
    "ankle": ("knee", "hip", *_REAR),
    "hindpaw": ("ankle", "knee", "hip", *_REAR),
}


def guess_skeleton(keypoints: Sequence[str]) -> list[tuple[str, str]]:
    """Join keypoints into a skeleton, as far as their names tell which parts they are.

    Parameters
    ----------
    keypoints
        Names as a pose file gives them.

    Returns
    -------
    list of tuple
        Pairs of names out of ``keypoints``: a line from snout to tail tip, and each paired part
        joined to the next part towards it. Empty where no name is known.
    """
    roles = guess_roles(keypoints)
    edges = list(pairwise(_midline(roles, keypoints)))
    for part, parents in _ATTACHED_TO.items():
        for side in ("left", "right"):
            wanted = [name for parent in parents for name in (f"{parent}_{side}", parent)]
            parent = next((roles[name] for name in wanted if name in roles), None)
            child = roles.get(f"{part}_{side}")
            if child and parent:
                edges.append((parent, child))
    return edges


def _midline(roles: Mapping[str, str], keypoints: Sequence[str]) -> list[str]:
    """Names from snout to tail tip, numbered spine and tail points in their places."""
    trunk = [roles[role] for role in ("spine_front", "centre", "spine_hind") if role in roles]
    spine, tail = numbered(keypoints, "spine"), numbered(keypoints, "tail")
    if len(spine) > 1:
        half = (len(spine) + 1) // 2
        trunk = [*spine[:half], *(name for name in trunk if name not in spine), *spine[half:]]
    if len(tail) < 2:
        tail = [roles[role] for role in ("tail_mid",) if role in roles]
    front = [roles[role] for role in ("snout", "head", "neck") if role in roles]
    rear = [roles[role] for role in ("hips", "tail_base") if role in roles]
    tip = [roles[role] for role in ("tail_tip",) if role in roles]
    return list(dict.fromkeys([*front, *trunk, *rear, *tail, *tip]))
