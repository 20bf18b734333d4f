"""Has what is shown follow the corrections of descriptions, and their undoing. Knows no widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_mousegpt.datamodel.labels.corrections import with_corrections

if TYPE_CHECKING:
    import pandas as pd

    from napari_mousegpt.datamodel.labels.edit import Edit
    from napari_mousegpt.widgets.labelling.labelling import Labelling


class CorrectedWords:
    """Gives the viewer's state the descriptions as they read now."""

    def __init__(self, labelling: Labelling) -> None:
        self._labelling = labelling
        self._made: pd.DataFrame | None = None
        labelling.labels_changed.connect(self._on_labels)
        labelling.state.recording_changed.connect(self._on_recording)

    def let_go(self) -> None:
        """Follow no more."""
        self._labelling.labels_changed.disconnect(self._on_labels)
        self._labelling.state.recording_changed.disconnect(self._on_recording)

    def _on_labels(self, edit: Edit | None) -> None:
        if edit is None or edit.corrections_removed or edit.corrections_added:
            self._follow()

    def _on_recording(self) -> None:
        """A captioner adds windows to the descriptions that it read when it began."""
        labels, recording = self._labelling.labels, self._labelling.state.recording
        if labels is None or not labels.corrections or recording is None:
            return
        if recording.descriptions is not self._made:
            self._follow()

    def _follow(self) -> None:
        state, labels = self._labelling.state, self._labelling.labels
        if labels is None or state.recording is None:
            return
        said = state.recording.descriptions
        made = with_corrections(said, labels.corrections.values())
        if made is not said:
            self._made = made
            state.set_words(state.recording.replace(descriptions=made))
