"""Which body part a keypoint's name means, whoever named it. Knows no positions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Sureness = Literal["sure", "likely", "guess"]

_MIDLINE = {  # "centre" comes before "spine_front", which takes a mid back that it left over
    "snout": "snout nose nosetip snouttip tipofnose",
    "head": "head headcentre headcenter headmidpoint midhead",
    "neck": "neck baseneck neckbase midneck nape",
    "centre": "centre center bodycentre bodycenter mousecentre mousecenter spineg spinem midspine "
    "spinemid centrespine centerspine centreback centerback backcentre backcenter midback backmid "
    "trunk torso body back thorax centroid",
    "spine_front": "spinef spinefront frontspine upperspine midback",
    "spine_hind": "spineh spinehind spinel lowerspine lumbar midbackend",
    "hips": "hip hips pelvis haunch abdomen",
    "tail_base": "tailbase basetail baseoftail tti tailroot rootoftail tailstart "
    "buttproximaltail proximaltail rump tail0",
    "tail_mid": "tailmid midtail tailmiddle middletail tailcentre tailcenter",
    "tail_tip": "tailtip tiptail tipoftail tailend endtail",
}
_PAIRED = {
    "ear": "ear earbase ear1 eartip",
    "eye": "eye",
    "shoulder": "shoulder fhip",
    "side": "side midside sidebody lat lateral flank bc bodycentre bodycenter",
    "hip": "hip haunch bhip leg",
    "elbow": "elbow felbow",
    "wrist": "wrist",
    "forepaw": "forepaw frontpaw fpaw forefoot frontfoot foreleg frontleg forelimb frontlimb "
    "front hand",
    "knee": "knee bknee",
    "ankle": "ankle",
    "hindpaw": "hindpaw rearpaw backpaw bpaw hindfoot rearfoot hindleg rearleg hindlimb rearlimb "
    "hind foot",
}
_MIDLINE_SPELLINGS = {role: names.split() for role, names in _MIDLINE.items()}
_PAIRED_SPELLINGS = {part: names.split() for part, names in _PAIRED.items()}

_MANY_MEANINGS = """
back thorax trunk torso body centroid midback hip hips pelvis haunch abdomen rump lumbar bc lat
lateral leg hind front foot hand fhip bhip midside buttproximaltail tail0
"""
_AMBIGUOUS = frozenset(_MANY_MEANINGS.split())
"""Spellings that different laboratories put on different parts, or that span more than a point."""

_ANIMAL = r"(?:(?:individual|ind|mouse|animal)_?\d+_)?"

ROLES = (*_MIDLINE, *(f"{part}_{side}" for part in _PAIRED for side in ("left", "right")))
"""Every body part that kinematics can use; paired ones end in ``_left`` or ``_right``."""


def guess_roles(keypoints: Sequence[str]) -> dict[str, str]:
    """Find out which keypoint is which part of a mouse, from its name alone.

    Parameters
    ----------
    keypoints
        Names as a pose file gives them, in any of the field's conventions (``leftear``,
        ``Ear_left_1``, ``EarL``, ``left ear``, ``TTI``, ``tail base``, ``Front Paw R``).

    Returns
    -------
    dict
        Role (one of `ROLES`) to the keypoint's name. A name that is not known has no role; a
        paired part is kept only if both of its sides are there.
    """
    names = _bare_names(keypoints)
    roles = _midline_roles(names) | _paired_roles(names)
    for role, name in _series_roles(names).items():
        roles.setdefault(role, name)
    if "tail_base" not in roles and "tail" in names:
        roles["tail_base"] = names["tail"]
    elif "tail" in names:
        roles.setdefault("tail_mid", names["tail"])
    return {role: roles[role] for role in ROLES if role in roles}


def how_sure(role: str, keypoint: str, keypoints: Sequence[str]) -> Sureness:
    """How far the name alone tells that a keypoint has this role.

    ``sure`` for a name that means one body part only, ``likely`` for one that some use for
    another part (``back``, ``hip``, ``midback``), ``guess`` where its place in a numbered series
    or the lack of a better one decided.
    """
    bare = next((bare for bare, name in _bare_names(keypoints).items() if name == keypoint), "")
    part = role.removesuffix("_left").removesuffix("_right")
    readings = [bare, *(part for part, _ in _sides(bare))]
    known = [*_MIDLINE_SPELLINGS.get(role, ()), *_PAIRED_SPELLINGS.get(part, ())]
    spelled = [reading for reading in readings if reading in known]
    if not spelled:
        return "guess"
    return "likely" if spelled[0] in _AMBIGUOUS else "sure"


def numbered(keypoints: Sequence[str], part: str) -> list[str]:
    """Keypoints called ``part`` and a number (``spine1``, ``Tail_2``), by their numbers."""
    series = {}
    for bare, name in _bare_names(keypoints).items():
        match = re.fullmatch(part + r"(\d+)", bare)
        if match:
            series[int(match[1])] = name
    return [series[number] for number in sorted(series)]


def _bare_names(keypoints: Sequence[str]) -> dict[str, str]:
    """Letters and digits of each name, without the animal's name or number, to the name."""
    names = {name: name.lower().strip() for name in keypoints}
    suffixes = [re.search(r"(_\d+)?$", name)[0] for name in names.values()]  # type: ignore[index]
    if all(suffixes):  # Nose_1, Nose_2: the number of the animal; the first one has all parts
        names = {name: low for name, low in names.items() if low.endswith(min(suffixes))}
        names = {name: low.removesuffix(min(suffixes)) for name, low in names.items()}
    prefixes = [re.match(_ANIMAL, name)[0] for name in names.values()]  # type: ignore[index]
    if len(set(prefixes)) == 1:
        names = {name: low.removeprefix(prefixes[0]) for name, low in names.items()}
    bare: dict[str, str] = {}
    for name, low in names.items():
        bare.setdefault(re.sub(r"[^a-z0-9]", "", low), name)
    return bare


def _midline_roles(names: dict[str, str]) -> dict[str, str]:
    roles: dict[str, str] = {}
    for role, spellings in _MIDLINE_SPELLINGS.items():
        for spelling in spellings:
            if spelling in names and names[spelling] not in roles.values():
                roles[role] = names[spelling]
                break
    return roles


def _paired_roles(names: dict[str, str]) -> dict[str, str]:
    sided: dict[tuple[str, str], str] = {}
    for bare, name in names.items():
        for key in _sides(bare):
            sided.setdefault(key, name)
    roles = {}
    for part, spellings in _PAIRED_SPELLINGS.items():
        for spelling in spellings:
            left, right = sided.get((spelling, "left")), sided.get((spelling, "right"))
            if left and right:
                roles[f"{part}_left"], roles[f"{part}_right"] = left, right
                break
    return roles


def _sides(bare: str) -> list[tuple[str, str]]:
    """Readings of a name as (part, side): ``earl`` is (ear, left)."""
    readings = []
    for side in ("left", "right"):
        if side in bare:
            readings.append((bare.replace(side, "", 1), side))
        if bare.endswith(side[0]):
            readings.append((bare[:-1], side))
        if bare.startswith(side[0]):
            readings.append((bare[1:], side))
    return readings


def _series_roles(names: dict[str, str]) -> dict[str, str]:
    """Roles of numbered points: the spine counts from the neck, the tail from its base."""
    spine = numbered(list(names.values()), "spine")
    tail = numbered(list(names.values()), "tail")
    roles: dict[str, str] = {}
    if len(spine) > 1:
        roles |= {"spine_front": spine[0], "spine_hind": spine[-1]}
        if len(spine) > 2:
            roles["centre"] = spine[(len(spine) - 1) // 2]
    if len(tail) > 1:
        roles["tail_mid"] = tail[(len(tail) - 1) // 2]
        roles["tail_tip"] = tail[-1]
    return roles
