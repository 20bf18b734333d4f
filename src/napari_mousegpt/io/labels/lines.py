"""Labelling actions as lines of ``bouts.jsonl`` and back. Knows neither folder nor thread.

A line is one JSON object with its ``action``, ``id`` and ``time``, and last ``crc``: the CRC-32 of
the bytes before it. Lines of earlier releases lack ``id`` and ``crc``.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from napari_mousegpt.datamodel.ethogram import behaviour_from
from napari_mousegpt.datamodel.labels.assessed import assessed_from
from napari_mousegpt.datamodel.labels.bout import Bout, bout_from, new_id
from napari_mousegpt.datamodel.labels.corrections import correction_from
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.set import LabelSet

_CRC = b',"crc":"'
_CRC_END = b'"}'
_ALIKE = 8
"""From so many bouts changed alike, the line names them by id and the change once."""


def line_of(action: dict[str, Any]) -> bytes:
    """Encode an action; ``id`` and ``time`` are added where they are missing."""
    whole = {
        "action": action["action"],
        "id": new_id(),
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
    } | action
    body = json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    body = body[:-1]
    return body + _CRC + b"%08x" % zlib.crc32(body) + _CRC_END + b"\n"


def action_of(line: bytes) -> dict[str, Any]:
    """Decode a line; an action without an id gets one made of its bytes.

    Raises
    ------
    ValueError
        If it is not JSON, not an action, or not what was written.
    """
    line = line.strip()
    try:
        action = json.loads(line)
    except (UnicodeDecodeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(action, dict) or not isinstance(action.get("action"), str):
        raise ValueError("not an action")
    body, mark, crc = line.rpartition(_CRC)
    if mark and crc.endswith(_CRC_END) and crc[: -len(_CRC_END)] != b"%08x" % zlib.crc32(body):
        raise ValueError("it does not match its own checksum")
    action.setdefault("id", hashlib.blake2b(line, digest_size=6).hexdigest())
    return action


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """Write an edit without what the journal before it tells: removed bouts are only named."""
    alike, removed, added = _changed_alike(edit)
    entries: dict[str, Any] = {"name": edit.name}
    if removed:
        entries["removed"] = [bout.bout_id for bout in removed]
    if added:
        entries["added"] = [bout.to_json() for bout in added]
    if alike:
        entries["set"] = alike
    if edit.ethogram is not None:
        before, after = ([one.to_json() for one in side] for side in edit.ethogram)
        entries["ethogram"] = {"before": before, "after": after}
    for what in ("assessed", "corrections"):
        sides = {side: getattr(edit, f"{what}_{side}") for side in ("removed", "added")}
        if any(sides.values()):
            entries[what] = {side: [one.to_json() for one in sides[side]] for side in sides}
    return entries


def edit_from(action: dict[str, Any], labels: LabelSet) -> Edit:
    """Make an edit of a line again; bouts that the labels do not have are passed over."""
    removed = [labels[bout_id] for bout_id in action.get("removed", ()) if bout_id in labels]
    added = [bout_from(row) for row in action.get("added", ())]
    for change in action.get("set", ()):
        there = [labels[bout_id] for bout_id in change["ids"] if bout_id in labels]
        removed += there
        added += [bout_from(bout.to_json() | change["values"]) for bout in there]
    sides = action.get("ethogram")
    spans, words = action.get("assessed", {}), action.get("corrections", {})
    return Edit(
        str(action.get("name", "edit")),
        tuple(removed),
        tuple(added),
        None
        if sides is None
        else (
            tuple(behaviour_from(one) for one in sides["before"]),
            tuple(behaviour_from(one) for one in sides["after"]),
        ),
        tuple(assessed_from(one) for one in spans.get("removed", ())),
        tuple(assessed_from(one) for one in spans.get("added", ())),
        tuple(correction_from(one) for one in words.get("removed", ())),
        tuple(correction_from(one) for one in words.get("added", ())),
    )


def rows_of(action: dict[str, Any]) -> list[Bout]:
    """Bouts of an ``add`` or ``replace_run``; those without an id get steady ones."""
    return [bout_from(row, f"{action['id']}-{place}") for place, row in enumerate(action["bouts"])]


def _changed_alike(edit: Edit) -> tuple[list[dict[str, Any]], Iterable[Bout], Iterable[Bout]]:
    """Changes that many bouts share, and the bouts removed and added otherwise."""
    if len(edit.removed) < _ALIKE:
        return [], edit.removed, edit.added
    before = {bout.bout_id: bout for bout in edit.removed}
    groups: dict[tuple[tuple[str, Any], ...], list[str]] = {}
    for bout in edit.added:
        if bout.bout_id in before:
            groups.setdefault(_differences(before[bout.bout_id], bout), []).append(bout.bout_id)
    large = {change: ids for change, ids in groups.items() if len(ids) >= _ALIKE and change}
    named = {bout_id for ids in large.values() for bout_id in ids}
    return (
        [{"values": dict(change), "ids": ids} for change, ids in large.items()],
        [bout for bout in edit.removed if bout.bout_id not in named],
        [bout for bout in edit.added if bout.bout_id not in named],
    )


def _differences(before: Bout, after: Bout) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (field.name, getattr(after, field.name))
        for field in fields(Bout)
        if getattr(before, field.name) != getattr(after, field.name)
    )
