"""The rendered sample on disk: made once, used by the demo, napari's samples and tests."""

from __future__ import annotations

from pathlib import Path

from napari_mousegpt.sample.rendered import Sample, write_sample


def sample_files(folder: str | Path) -> Sample:
    """Return the sample in ``folder``, rendered now if it is not there yet."""
    return write_sample(Path(folder))
