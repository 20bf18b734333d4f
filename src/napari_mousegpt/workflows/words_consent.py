"""No words about a recording go to another computer before a person allowed it. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.upload_consent import upload_allowed


def check_words_may_go(recordings: Sequence[Recording], host: str | None) -> None:
    """Refuse where somebody still has to be asked.

    Raises
    ------
    PermissionError
        With what to do.
    """
    if host is None:
        return
    asked = [one.name for one in recordings if not upload_allowed(one.folder, host, "words")]
    if asked:
        raise PermissionError(
            f"descriptions and names of {', '.join(asked)} (words, no pictures) would go to "
            f"{host}, which nobody has allowed. Allow it with --allow-upload on the command line, "
            "or use a model on this computer."
        )
