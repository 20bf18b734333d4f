"""Names, definitions and merges of clusters from a language model: asked, checked, kept beside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

from napari_mousegpt.analysis.clusters.spoken_names import (
    MOST_AT_ONCE,
    NAMING_SCHEMA,
    SYSTEM,
    SpokenMerge,
    SpokenName,
    SpokenNames,
    naming_question,
    read_spoken,
)
from napari_mousegpt.captioning.words.words_model import WordsModel, ask_for
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.cluster_proposals import append_proposals
from napari_mousegpt.workflows.name import Proposals, gathered_evidence, propose_names
from napari_mousegpt.workflows.words_consent import check_words_may_go


def propose_by_model(recordings: Sequence[Recording], model: WordsModel) -> Proposals:
    """Ask a language model about the last clustering of recordings, and keep what it proposes.

    It sees words, sentences and counter-examples of each cluster, at most thirty clusters at once;
    nothing is decided. Words leave this computer only if that was allowed.

    Raises
    ------
    ValueError
        See `workflows.name.propose_names`; or if no valid answer came in three tries.
    PermissionError
        If words would go to a host that nobody allowed.
    ConnectionError
        If the server gave no answer.
    """
    check_words_may_go(recordings, model.goes_to)
    found = gathered_evidence(recordings)
    sentences = found.windows["overall"].tolist()
    names: list[SpokenName] = []
    merges: list[SpokenMerge] = []
    prompt = hashlib.sha256(SYSTEM.encode())
    for at in range(0, len(found.of_clusters), MOST_AT_ONCE):
        part = found.of_clusters[at : at + MOST_AT_ONCE]
        question = naming_question(part, sentences)
        prompt.update(question.encode())
        numbers = [one.cluster for one in part]
        check = partial(read_spoken, numbers=numbers)
        said, _ = ask_for(model, SYSTEM, question, NAMING_SCHEMA, check)
        names += said.names
        merges += said.merges
    by = {
        "model": model.name,
        "revision": model.revision,
        "host": model.goes_to,
        "prompt_sha256": prompt.hexdigest()[:16],
        "group": {str(one): to for one, to in found.decided.group.items()},
    }
    whole = SpokenNames(tuple(names), tuple(merges)).to_json()
    for recording in recordings:
        append_proposals(recording.folder, found.model, by, whole)
    return propose_names(recordings)
