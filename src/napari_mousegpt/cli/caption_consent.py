"""Whether pictures may leave this computer: asked once per recording. Sends nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from napari_mousegpt.workflows.caption import CaptionPlan


def check_that_consent_can_be(host: str | None, folder: Path, *, allowed: bool) -> None:
    """Refuse, before anything is made or asked, where nobody allowed it and nobody can be asked.

    Raises
    ------
    PermissionError
        With what to do.
    """
    from napari_mousegpt.io.recording_folder import is_recording
    from napari_mousegpt.io.upload_consent import upload_allowed

    if host is None or allowed or _somebody_there():
        return
    if not (is_recording(folder) and upload_allowed(folder, host)):
        raise PermissionError(
            f"pictures of {folder.stem} would go to {host}, which nobody has allowed. Allow it "
            "with --allow-upload, or run the server on this computer."
        )


def see_to_consent(
    plans: Sequence[CaptionPlan],
    *,
    allowed: bool,
    while_asking: Callable[[], AbstractContextManager[None]],
) -> None:
    """Ask whether the plans of one recording may send its pictures, unless somebody said so.

    Raises
    ------
    PermissionError
        If it was refused.
    """
    from napari_mousegpt.io.upload_consent import allow_upload, upload_allowed
    from napari_mousegpt.workflows.upload_words import what_goes_out

    words = what_goes_out(plans)
    if words is None:
        return
    folder, host = plans[0].recording.folder, words.host
    if upload_allowed(folder, host):
        return
    if not allowed:
        with while_asking():
            agreed = typer.confirm(f"{words.sentence} Allow it for this recording?", err=True)
        if not agreed:
            raise PermissionError(f"nothing of {plans[0].recording.name} was sent to {host}")
    allow_upload(folder, host)


def _somebody_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
