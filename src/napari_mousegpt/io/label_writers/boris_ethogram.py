"""Behaviours as a BORIS project lists them, and bouts made to fit. Knows no file.

In BORIS a behaviour is either a state or a point, and its modifiers are sets of values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from napari_mousegpt.datamodel.ethogram import Behaviour, colour_of
from napari_mousegpt.io.label_formats.boris_project import TARGET

_NOTHING = "None"
"""What BORIS writes where no modifier of a set was chosen."""


def boris_behaviours(
    bouts: pd.DataFrame, ethogram: Sequence[Behaviour]
) -> tuple[pd.DataFrame, list[dict[str, Any]], list[str]]:
    """Make the entries of an ethogram, and bouts whose behaviours and modifiers fit them.

    Parameters
    ----------
    bouts
        Bout table.
    ethogram
        Behaviours with keys, colours and meanings; those that only the bouts have follow.

    Returns
    -------
    bouts, behaviours, problems
        The ``modifiers`` of the bouts are as in BORIS' events, targets among them. A behaviour
        that is both state and point has a second entry for its points.
    """
    bouts, problems = _one_kind_each(bouts)
    bouts, sets, more = _with_modifiers(bouts)
    known = {behaviour.name: behaviour for behaviour in ethogram}
    kinds = dict(zip(bouts["behaviour"], bouts["kind"], strict=True))
    categories: dict[str, str] = {}
    if "category" in bouts:
        named = bouts[bouts["category"].notna()]
        categories = dict(zip(named["behaviour"], named["category"], strict=True))
    behaviours = []
    for name in dict.fromkeys([*known, *kinds]):
        listed = known.get(name, Behaviour(name, colour=colour_of(name)))
        kind = kinds.get(name, listed.kind)
        behaviours.append(
            {
                "type": "Point event" if kind == "point" else "State event",
                "key": listed.key,
                "code": name,
                "description": listed.meaning,
                "color": listed.colour,
                "category": categories.get(name, ""),
                "modifiers": sets.get(name, {}),
                "excluded": "",
                "coding map": "",
            }
        )
    return bouts, behaviours, [*problems, *more]


def _one_kind_each(bouts: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    of_kind = {kind: set(bouts["behaviour"][bouts["kind"] == kind]) for kind in ("state", "point")}
    both = sorted(of_kind["state"] & of_kind["point"])
    if not both:
        return bouts, []
    changed = bouts["behaviour"].isin(both) & (bouts["kind"] == "point")
    names = bouts["behaviour"].where(~changed, bouts["behaviour"] + " (point)")
    sentence = (
        "in BORIS a behaviour is a state or a point; the points of those that are both got a name "
        f"of their own: {', '.join(f'{name} (point)' for name in both)}"
    )
    return bouts.assign(behaviour=names), [sentence]


def _with_modifiers(
    bouts: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, dict[str, Any]], list[str]]:
    """Join modifiers and target to one text, with as many parts for all bouts of a behaviour."""
    own = bouts["modifiers"].fillna("").tolist() if "modifiers" in bouts else [""] * len(bouts)
    chosen = [str(text).split("|") if text else [] for text in own]
    targets = bouts["target"].fillna("").tolist()
    behaviours = bouts["behaviour"].tolist()
    n_own: dict[str, int] = {}
    directed: set[str] = set()
    for behaviour, parts, target in zip(behaviours, chosen, targets, strict=True):
        n_own[behaviour] = max(n_own.get(behaviour, 0), len(parts))
        directed |= {behaviour} if target else set()
    texts = []
    values: dict[str, list[dict[str, None]]] = {}
    for behaviour, parts, target in zip(behaviours, chosen, targets, strict=True):
        parts = parts + [_NOTHING] * (n_own[behaviour] - len(parts))
        if behaviour in directed:
            parts = [*parts, target.replace("|", "/") or _NOTHING]
        texts.append("|".join(parts))
        lists = values.setdefault(behaviour, [{} for _ in parts])
        for used, part in zip(lists, parts, strict=True):
            used |= {part: None} if part not in ("", _NOTHING) else {}
    sets = {
        behaviour: {
            str(position): {
                "name": TARGET if behaviour in directed and position == n_own[behaviour] else "",
                "description": "",
                "type": 0,
                "ask at stop": False,
                "values": list(used),
            }
            for position, used in enumerate(lists)
        }
        for behaviour, lists in values.items()
    }
    replaced = any("|" in target for target in targets)
    sentence = "BORIS puts | between modifiers: replaced by / in the names of targets"
    return bouts.assign(modifiers=texts), sets, [sentence] * replaced
