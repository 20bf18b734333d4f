"""Asks whether pictures may leave this computer: which host gets how many. Sends nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QMessageBox, QWidget

from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.io.upload_consent import upload_allowed
from napari_mousegpt.workflows.upload_words import upload_sentence

if TYPE_CHECKING:
    from napari_mousegpt.widgets.caption.job import Forecast, Source
    from napari_mousegpt.workflows.caption import CaptionSettings


def with_consent(
    parent: QWidget, source: Source, settings: CaptionSettings, forecast: Forecast | None
) -> Source | None:
    """Return the source with the host that its pictures may go to, or None if they may not.

    Nothing is asked where the captioner is on this computer, or was allowed before. ``forecast``
    says how much there is to send, if that is known by now.
    """
    if settings.endpoint is None:
        return source
    address = Address.parse(settings.endpoint)
    if address.loopback:
        return source
    recording, host = source.recording, address.host
    if recording is not None and upload_allowed(recording.folder, host):
        return source
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Pictures leave this computer")
    left = forecast.total - forecast.skipped if forecast is not None else None
    name = recording.name if recording is not None else source.video.stem
    box.setText(upload_sentence(name, address, settings, left))
    box.setInformativeText("Allow it for this recording? You will not be asked again.")
    allow = box.addButton(f"Send to {host}", QMessageBox.ButtonRole.AcceptRole)
    keep = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(keep)
    box.exec()
    agreed = box.clickedButton() is allow
    box.deleteLater()
    return replace(source, upload_to=host) if agreed else None
