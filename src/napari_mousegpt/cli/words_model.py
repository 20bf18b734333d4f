"""Language models on the command line: which one, and whether words may go to it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:
    from napari_mousegpt.captioning.words.words_model import WordsModel
    from napari_mousegpt.datamodel.recording import Recording

Text = Optional[str]  # noqa: UP045  (typer reads the annotations)
Endpoint = Annotated[Text, typer.Option("--endpoint", help="URL of an OpenAI-compatible server.")]
Model = Annotated[
    Text,
    typer.Option("--model", help="What the server calls the language model; else its folder."),
]
AllowUpload = Annotated[
    bool, typer.Option("--allow-upload", help="Words (no pictures) may go to that server.")
]


def words_model(
    endpoint: str | None,
    model: str | None,
    recordings: Sequence[Recording],
    doing: str,
    *,
    allowed: bool,
) -> WordsModel | None:
    """The language model that was chosen, None if none was, after consent.

    Raises
    ------
    PermissionError
        If words would go to another computer and nobody allowed it.
    """
    from napari_mousegpt.workflows.words_models import words_model_of

    chosen = words_model_of(endpoint, model)
    if chosen is not None:
        see_to_words(chosen.goes_to, recordings, doing, allowed=allowed)
    return chosen


def see_to_words(
    host: str | None, recordings: Sequence[Recording], doing: str, *, allowed: bool
) -> None:
    """Ask whether words about recordings may go to a host, unless somebody said so before.

    Raises
    ------
    PermissionError
        If it was refused, or nobody can be asked.
    """
    from napari_mousegpt.io.upload_consent import allow_upload, upload_allowed

    if host is None:
        return
    asked = [one for one in recordings if not upload_allowed(one.folder, host, "words")]
    if not asked:
        return
    names = ", ".join(one.name for one in asked)
    sentence = f"{doing} {names} sends descriptions and names (words, no pictures) to {host}."
    if not allowed:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise PermissionError(
                f"{sentence} Nobody has allowed that: add --allow-upload, or use a model on this "
                "computer."
            )
        if not typer.confirm(f"{sentence} Allow it?", err=True):
            raise PermissionError(f"nothing of {names} was sent to {host}")
    for recording in asked:
        allow_upload(recording.folder, host, "words")
