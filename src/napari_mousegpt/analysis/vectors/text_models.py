"""What turns sentences into vectors, by name. Vectors of two models are never put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.analysis.vectors import lexical_vectors


class TextModel(Protocol):
    """Anything that turns texts into vectors; ``revision`` changes whenever the vectors do."""

    @property
    def name(self) -> str:
        """What it is called, for the record."""
        ...

    @property
    def revision(self) -> str:
        """What these vectors depend on, besides the name."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, shape (texts, dimensions); zeros for a text that says nothing."""
        ...


def load_text_model(name: str = lexical_vectors.NAME) -> TextModel:
    """The built-in lexicon, or a sentence model by folder or name.

    Raises
    ------
    ValueError
        If there is no such model on this machine.
    """
    if name == lexical_vectors.NAME:
        return lexical_vectors.LexicalVectors()
    from napari_mousegpt.analysis.vectors.sentence_model import SentenceModel

    return SentenceModel(name)
