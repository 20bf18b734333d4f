"""The behaviours of a recording after an import: its own, then those that labels bring."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from napari_mousegpt.datamodel.ethogram import Behaviour, Ethogram, free_colour, free_key
from napari_mousegpt.workflows.importing.labels import LabelPlan


def ethogram_with(ethogram: Ethogram, labels: Sequence[LabelPlan]) -> Ethogram:
    """Add the behaviours that labels bring; what the file says of them is kept where it can be.

    A key or a colour that another behaviour has, or that is none, is replaced by a free one.
    """
    for plan in labels:
        listed = {entry["name"]: entry for entry in plan.file.data.attrs["ethogram"]}
        for match in plan.behaviours:
            known = {one.name for one in ethogram}
            if match.becomes is not None and match.becomes not in known:
                entry = listed.get(match.found, {})
                ethogram = (*ethogram, _new_behaviour(match.becomes, entry, ethogram))
    return ethogram


def _new_behaviour(name: str, entry: Mapping[str, Any], ethogram: Ethogram) -> Behaviour:
    key, colour = str(entry.get("key") or ""), str(entry.get("colour") or "")
    free = len(key) == 1 and not key.isspace() and key not in {one.key for one in ethogram}
    return Behaviour(
        name=name,
        key=key if free else free_key(ethogram, name),
        colour=colour if re.fullmatch("#[0-9a-fA-F]{6}", colour) else free_colour(ethogram, name),
        meaning=str(entry.get("meaning") or ""),
        kind="point" if entry.get("kind") == "point" else "state",
    )
