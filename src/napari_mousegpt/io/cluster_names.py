"""``cluster_names.jsonl``: names, merges and refusals of clusters, appended, undone, never lost.

One file for each recording; clusters are those of a fitted model, which recordings may share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from napari_mousegpt.io.durable import append_lines, read_lines

NAMES = "cluster_names.jsonl"
ACTIONS = ("name", "merge", "reject", "undo")


@dataclass(frozen=True, slots=True)
class ClusterNames:
    """What people decided about the clusters of one model.

    ``group`` maps a cluster to the one it was merged into, ``names`` a group to its name,
    ``definitions`` to what counts as it, where that was taken with the name; ``rejected`` holds
    proposals that are not to be made again, such as ``merge 2 5`` or ``name 3 wall rearing``.
    """

    group: Mapping[int, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()
    definitions: Mapping[int, str] = field(default_factory=dict)

    def name_of(self, cluster: int) -> str:
        """Name of the behaviour that a cluster stands for."""
        group = self.group.get(cluster, cluster)
        return self.names.get(group, f"cluster {group}")


def decide(
    folder: Path,
    model: str,
    action: str,
    clusters: Sequence[int],
    name: str = "",
    definition: str = "",
) -> None:
    """Append one decision: a name of one cluster, a merge of several, a refusal, or an undo.

    A refusal of several clusters is of their merge, one of a single cluster is of that name.
    """
    if action not in ACTIONS:
        raise ValueError(f"expected an action among {', '.join(ACTIONS)}, found {action!r}")
    entry: dict[str, Any] = {"action": action, "model": model, "clusters": list(clusters)}
    if name:
        entry["name"] = name
    if definition:
        entry["definition"] = definition
    entry["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    append_lines(folder / NAMES, [entry])


def read_names(folder: Path, model: str) -> ClusterNames:
    """Replay the decisions about the clusters of one model; each undo takes back one."""
    entries, _ = read_lines(folder / NAMES)
    kept: list[dict[str, Any]] = []
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("model") != model:
            continue
        if entry.get("action") == "undo":
            kept = kept[:-1]
        elif entry.get("action") in ACTIONS:
            kept.append(entry)
        else:
            raise ValueError(
                f"{folder.name}/{NAMES} holds an action {entry.get('action')!r} that this release "
                "does not know. Upgrade with: pip install -U napari-mousegpt"
            )
    return _replayed(kept)


def _replayed(entries: Sequence[Mapping[str, Any]]) -> ClusterNames:
    group: dict[int, int] = {}
    names: dict[int, str] = {}
    rejected: set[str] = set()
    definitions: dict[int, str] = {}
    for entry in entries:
        clusters = [group.get(cluster, cluster) for cluster in entry["clusters"]]
        match entry["action"]:
            case "name":
                names[clusters[0]] = entry["name"]
                definitions[clusters[0]] = entry.get("definition", "")
            case "reject" if len(clusters) == 1:
                rejected.add(f"name {clusters[0]} {entry.get('name', '')}")
            case "reject":
                rejected.add(" ".join(["merge", *map(str, sorted(entry["clusters"]))]))
            case "merge":
                into = min(clusters)
                old = set(clusters)
                group |= {one: into for one, to in group.items() if to in old}
                group |= dict.fromkeys([*clusters, *entry["clusters"]], into)
                kept = [names[one] for one in clusters if one in names]
                names = {one: name for one, name in names.items() if one not in old}
                if kept:
                    names[into] = entry.get("name") or kept[0]
                elif entry.get("name"):
                    names[into] = entry["name"]
    known = {one: text for one, text in definitions.items() if text and one in names}
    return ClusterNames(group, names, frozenset(rejected), known)
