"""Which model of words: language models, and models that turn texts into vectors, by name."""

from __future__ import annotations

from napari_mousegpt.analysis.vectors.text_models import TextModel, load_text_model
from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.captioning.words.endpoint_words import EndpointVectors, EndpointWords
from napari_mousegpt.captioning.words.local_words import LocalWords
from napari_mousegpt.captioning.words.words_model import WordsModel

AT_ENDPOINT = "endpoint:"


def words_model_of(endpoint: str | None, model: str | None) -> WordsModel | None:
    """A language model behind a server, or in a folder; None if neither is given."""
    if endpoint:
        return EndpointWords(endpoint, model)
    return LocalWords(model) if model else None


def text_model_of(name: str) -> TextModel:
    """The lexicon, a sentence model by folder or name, or ``endpoint:URL#MODEL``.

    Raises
    ------
    ValueError
        If there is no such model, or the URL is none.
    """
    if not name.startswith(AT_ENDPOINT):
        return load_text_model(name)
    url, _, model = name.removeprefix(AT_ENDPOINT).partition("#")
    return EndpointVectors(url, model or None)


def texts_go_to(name: str) -> str | None:
    """Host that texts go to with such a model; None where it is this computer."""
    if not name.startswith(AT_ENDPOINT):
        return None
    address = Address.parse(name.removeprefix(AT_ENDPOINT).partition("#")[0])
    return None if address.loopback else address.host
