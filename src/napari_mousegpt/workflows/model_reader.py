"""Questions read by a language model: it fills in the form, and never answers by itself."""

from __future__ import annotations

import json

from napari_mousegpt.analysis.asking.question import (
    KINDS,
    NotUnderstood,
    Question,
    Vocabulary,
    question_of,
    question_schema,
)
from napari_mousegpt.captioning.words.words_model import WordsModel, ask_for
from napari_mousegpt.workflows.ask import Reader

_SYSTEM = """You turn a question about recorded laboratory mice into one JSON object that chooses \
a prepared analysis. You do not answer the question. Kinds, each with a question of that kind:
{kinds}
Use behaviours, individuals and recordings only as they are listed; a general word stands for all \
behaviours it covers. from_s and to_s are seconds from the start of the film; from_s below 0 \
counts from its end; null for all of it. by_count: ranking by number of bouts instead of time. \
text: what to look for in descriptions, only for the kind find. If no kind fits, answer with the \
kind none."""


def reader_of(model: WordsModel) -> Reader:
    """Read questions with a language model; it can choose the same safe analyses as the grammar."""

    def read(text: str, vocabulary: Vocabulary) -> Question:
        kinds = "\n".join(f"{kind}: {example}" for kind, example in KINDS.items())
        listed = {
            "behaviours": dict(vocabulary.behaviours),
            "individuals": vocabulary.individuals,
            "recordings": vocabulary.recordings,
            "groups": vocabulary.groups,
        }
        asked = f"{json.dumps(listed, ensure_ascii=False)}\n\nQuestion: {text}"

        def check(values: dict[str, object]) -> Question | NotUnderstood:
            try:
                return question_of(values, vocabulary)
            except NotUnderstood as refusal:  # an answer, not a fault of the model
                return refusal

        found, _ = ask_for(
            model, _SYSTEM.format(kinds=kinds), asked, question_schema(vocabulary), check
        )
        if isinstance(found, NotUnderstood):
            raise found
        return found

    return read
