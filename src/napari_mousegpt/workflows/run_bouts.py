"""The bouts that follow from the descriptions of a run. Knows no captioner at work."""

from __future__ import annotations

import numpy as np

from napari_mousegpt.captioning.captioner import Captioner
from napari_mousegpt.datamodel.bouts import merge_windows
from napari_mousegpt.datamodel.confidence_rule import unsure_in
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.bout_journal import replace_run_bouts


def with_bouts_of_run(
    recording: Recording, run_id: str, captioner: Captioner | type[Captioner]
) -> Recording:
    """Join the windows of a run into bouts, in place of those it had; what is unsure is none.

    Open text becomes bouts only through the ethogram.
    """
    mine = recording.descriptions[recording.descriptions["run_id"] == run_id]
    mine = mine[~unsure_in(mine)]
    if captioner.open_vocabulary:
        known = {behaviour.name for behaviour in recording.ethogram}
        named = [bool(words) and words[0] in known for words in mine["keywords"]]
        mine = mine[np.array(named, bool)]  # an empty list would choose no columns
    bouts = merge_windows(mine, source="rule" if captioner.needs_poses else "model")
    return recording.replace(bouts=replace_run_bouts(recording.folder, run_id, bouts))
