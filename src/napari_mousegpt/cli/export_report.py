"""``mousegpt export --to report``: one page of figures for a recording or a cohort.

A report is made of analyses, so it is none of the formats that `io` writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mousegpt.cli.jobs import open_all

if TYPE_CHECKING:
    from napari_mousegpt.analysis.groups.compare import Comparison
    from napari_mousegpt.analysis.profile.voice import VoiceChoice

REPORT = "report"


def write_page(
    recordings: Sequence[Path],
    output: Path,
    groups: Path | None,
    source: str | None,
    run: str | None,
    annotator: str | None,
) -> Path:
    """Write the page; in a folder it is called like the recording, or report.html for several."""
    from napari_mousegpt.analysis.profile.voice import VoiceChoice
    from napari_mousegpt.workflows.profile import ProfileSettings
    from napari_mousegpt.workflows.report import tenth_of, write_report

    opened = open_all(recordings)
    name = opened[0].name if len(opened) == 1 else REPORT
    path = output / f"{name}.html" if output.is_dir() else output
    choice = VoiceChoice(source, run, annotator)
    settings = ProfileSettings(choice=choice, bins_s=tenth_of(opened))
    comparison = None if groups is None else _compared(recordings, choice, groups)
    return write_report(opened, path, settings=settings, comparison=comparison)


def _compared(recordings: Sequence[Path], choice: VoiceChoice, groups: Path) -> Comparison:
    from napari_mousegpt.analysis.groups.compare import CompareSettings
    from napari_mousegpt.io.group_table import read_groups
    from napari_mousegpt.workflows.compare import cohort_profile, compare_recordings
    from napari_mousegpt.workflows.profile import ProfileSettings

    settings = ProfileSettings(choice=choice, n_orders=0)
    cohort = cohort_profile(open_all(recordings), read_groups(groups), settings, source=groups.name)
    return compare_recordings(cohort, CompareSettings())
