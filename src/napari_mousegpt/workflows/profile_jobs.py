"""The profile of one recording with its figures as pictures, as a job that a window can run."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from napari_mousegpt.analysis.figure_style import as_png, colours_of
from napari_mousegpt.analysis.profile import profile_figures as figures
from napari_mousegpt.analysis.profile.profile_tables import Profile
from napari_mousegpt.analysis.profile.voice import VoiceChoice
from napari_mousegpt.analysis.profile.zones import Zone
from napari_mousegpt.io.recording_folder import open_recording
from napari_mousegpt.workflows.clustering_jobs import Part
from napari_mousegpt.workflows.profile import ProfileSettings, profile_recordings
from napari_mousegpt.workflows.profile_files import transitions_to_show, write_profile


@dataclass(frozen=True, slots=True, eq=False)
class Pictured:
    """A profile and its figures, PNG by name."""

    profile: Profile
    pictures: Mapping[str, bytes]


def profile_of(
    folder: Path, choice: VoiceChoice, zones: Sequence[Zone] = ()
) -> Generator[Part, None, Pictured]:
    """Profile a recording and draw time budget, raster and transitions.

    Raises
    ------
    ValueError
        If nobody's bouts fit the choice, or those of several do.
    """
    yield Part(0.0, "counting")
    recording = open_recording(folder)
    profile = profile_recordings([recording], ProfileSettings(choice=choice, zones=tuple(zones)))
    pictures: dict[str, bytes] = {}
    colours = colours_of(profile.names, recording.ethogram)
    if colours:
        yield Part(0.4, "drawing the budget")
        pictures["budget"] = as_png(figures.budget_figure(profile, colours))
        yield Part(0.6, "drawing the raster")
        pictures["raster"] = as_png(figures.raster_figure(profile, colours))
        if len(profile.transitions):
            yield Part(0.8, "drawing transitions")
            shown = transitions_to_show(profile)
            pictures["transitions"] = as_png(figures.transition_figure(shown, colours))
    return Pictured(profile, pictures)


def export_profile(
    profile: Profile, recording_folder: Path, to: Path
) -> Generator[Part, None, list[Path]]:
    """Write every table as csv and every figure as PNG and SVG into a folder."""
    yield Part(0.0, "writing")
    return write_profile(profile, to, ethogram=open_recording(recording_folder).ethogram)
