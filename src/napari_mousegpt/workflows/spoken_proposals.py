"""What a language model said about clusters the last time, laid over what their words say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from napari_mousegpt.analysis.clusters.naming import NameProposal
from napari_mousegpt.analysis.clusters.spoken_names import SpokenName, read_spoken
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.cluster_names import ClusterNames
from napari_mousegpt.io.cluster_proposals import last_proposals


@dataclass(frozen=True, slots=True)
class Spoken:
    """Names by cluster, and merges by pair with reason and model; nothing where nobody spoke."""

    by: str = ""
    names: Mapping[int, SpokenName] = field(default_factory=dict)
    merges: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    def over(self, proposal: NameProposal, rejected: frozenset[str]) -> NameProposal:
        """The model's name in place of the keywords', unless a person refused it."""
        said = self.names.get(proposal.cluster)
        if said is None or f"name {said.cluster} {said.name}" in rejected:
            return proposal
        return replace(
            proposal,
            name=said.name,
            definition=said.definition,
            reason=said.reason,
            by=self.by,
        )


def spoken_of(recording: Recording, clusters: str, decided: ClusterNames) -> Spoken:
    """What was said about the fitted clusters of an id; not of those merged differently since."""
    entry = last_proposals(recording.folder, clusters)
    if entry is None:
        return Spoken()
    then = {int(one): int(to) for one, to in (entry["by"].get("group") or {}).items()}
    try:
        said = read_spoken(
            entry["proposed"], [one["cluster"] for one in entry["proposed"]["clusters"]]
        )
    except (ValueError, LookupError, TypeError):
        return Spoken()  # of a later release
    by = str(entry["by"].get("model", "a language model"))

    def members(group: Mapping[int, int], number: int) -> set[int]:
        return {number} | {one for one, to in group.items() if to == number}

    same = {
        one.cluster
        for one in said.names
        if decided.group.get(one.cluster, one.cluster) == one.cluster
        and members(then, one.cluster) == members(decided.group, one.cluster)
    }
    return Spoken(
        by,
        {one.cluster: one for one in said.names if one.cluster in same},
        {
            (one.one, one.other): (one.reason, by)
            for one in said.merges
            if {one.one, one.other} <= same
        },
    )
