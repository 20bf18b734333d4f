"""Which keypoint is which body part, and which are joined: guessed by name, shown, corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from napari_mousegpt.datamodel.keypoint_roles import ROLES, Sureness, guess_roles, how_sure
from napari_mousegpt.datamodel.skeleton import guess_skeleton
from napari_mousegpt.workflows.importing.names import LEFT_OUT, did_you_mean, refuse_unknown

Edges = tuple[tuple[str, str], ...]
SkeletonSource = Literal["names", "chosen", "recording"]


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A keypoint taken for a body part, and how sure that is.

    ``sureness`` is ``chosen`` where a person said so, now or when the recording was made.
    """

    role: str
    keypoint: str
    sureness: Sureness | Literal["chosen"]


def roles_of(
    keypoints: Sequence[str], chosen: Mapping[str, str], stored: Mapping[str, str]
) -> tuple[RoleGuess, ...]:
    """Find the body part of each keypoint.

    Parameters
    ----------
    keypoints
        Names in the recording.
    chosen
        Role to keypoint, `LEFT_OUT` for no keypoint; stands above every guess.
    stored
        What the recording says already; used where its keypoints are still there.

    Raises
    ------
    ValueError
        If a role or a keypoint is not known.
    """
    refuse_unknown(chosen, ROLES, "roles", "--role")
    refuse_unknown([name for name in chosen.values() if name], keypoints, "keypoints", "--role")
    taken = {name for name in chosen.values() if name}
    guesses: dict[str, RoleGuess] = {}
    sureness: Sureness | Literal["chosen"]
    kept = stored if stored and set(stored.values()) <= set(keypoints) else {}
    for role, name in (kept or guess_roles(keypoints)).items():
        if role not in chosen and name not in taken:
            by_name = not kept or guess_roles(keypoints).get(role) == name
            sureness = how_sure(role, name, keypoints) if by_name else "chosen"
            guesses[role] = RoleGuess(role, name, sureness)
    for role, name in chosen.items():
        if name != LEFT_OUT:
            guesses[role] = RoleGuess(role, name, "chosen")
    return tuple(guesses[role] for role in ROLES if role in guesses)


def skeleton_of(
    keypoints: Sequence[str], chosen: str | None, stored: Edges
) -> tuple[Edges, SkeletonSource]:
    """The lines between keypoints, and where they are from; ``chosen`` as `parse_skeleton` reads.

    Raises
    ------
    ValueError
        If what was chosen names a keypoint that is not there.
    """
    if chosen is not None:
        return parse_skeleton(chosen, keypoints), "chosen"
    guessed = tuple(guess_skeleton(keypoints))
    if (
        stored
        and stored != guessed
        and {name for edge in stored for name in edge} <= set(keypoints)
    ):
        return stored, "recording"
    return guessed, "names"


def parse_skeleton(text: str, keypoints: Sequence[str]) -> Edges:
    """Read ``nose-neck,neck-tail base``; keypoints may themselves hold a hyphen.

    Raises
    ------
    ValueError
        If an entry is no pair of two keypoints.
    """
    edges = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        places = [place for place, letter in enumerate(entry) if letter == "-"]
        pairs = [(entry[:place].strip(), entry[place + 1 :].strip()) for place in places]
        known = [pair for pair in pairs if set(pair) <= set(keypoints)]
        if not known:
            wrong = [name for name in (pairs[0] if pairs else (entry,)) if name not in keypoints]
            raise ValueError(
                f"--skeleton: expected pairs of keypoints such as nose-neck,neck-tailbase, found "
                f"{entry!r}; the keypoints are {', '.join(keypoints) or 'none'}."
                f"{did_you_mean(wrong[0], keypoints) if wrong else ''}"
            )
        edges.append(known[0])
    return tuple(edges)
