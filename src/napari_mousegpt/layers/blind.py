"""What a person who scores blind may see of a recording: what they said themselves. No viewer."""

from __future__ import annotations

from napari_mousegpt.datamodel.labels.bout import EDITABLE_SOURCES, TrackKey
from napari_mousegpt.datamodel.recording import Recording


def own_part(recording: Recording, annotator: str) -> Recording:
    """The recording without descriptions, and with this person's bouts only.

    Bouts without a name belong to somebody else, unless ``annotator`` is "".
    """
    bouts = recording.bouts
    mine = bouts["source"].isin(EDITABLE_SOURCES) & (bouts["annotator"].fillna("") == annotator)
    return recording.replace(bouts=bouts[mine], descriptions=recording.descriptions.iloc[:0])


def is_own(key: TrackKey, annotator: str) -> bool:
    """Whether a track is this person's."""
    return key.source in EDITABLE_SOURCES and (key.annotator or "") == annotator
