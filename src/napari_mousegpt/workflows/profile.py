"""Recordings to profiles: whose bouts, which epochs, which zones. Knows no picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from napari_mousegpt.analysis.profile.profile import behaviour_profile, over_time, summary
from napari_mousegpt.analysis.profile.profile_tables import Profile, join_profiles, stacked
from napari_mousegpt.analysis.profile.subject import WHOLE, Subject, make_subject
from napari_mousegpt.analysis.profile.transitions import transitions
from napari_mousegpt.analysis.profile.travel import centre_path, travel
from napari_mousegpt.analysis.profile.voice import (
    Voice,
    VoiceChoice,
    known_spans,
    one_voice,
    voices,
)
from napari_mousegpt.analysis.profile.zones import MIN_STAY_S, Zone, zone_profile
from napari_mousegpt.datamodel.recording import Recording, VideoEntry
from napari_mousegpt.datamodel.spans import intersect, union
from napari_mousegpt.io.bout_journal import read_assessed
from napari_mousegpt.io.recording_folder import load_poses
from napari_mousegpt.kinematics.frame_features import frame_features


@dataclass(frozen=True, slots=True)
class Epoch:
    """A named part of a recording, in seconds from the start of each video; NaN: to its end."""

    name: str = WHOLE
    start_s: float = 0.0
    stop_s: float = np.nan


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """What a person chooses for a profile.

    ``bins_s`` is None for no course over time; ``n_orders`` 0 for transitions without a null.
    """

    choice: VoiceChoice = field(default_factory=VoiceChoice)
    bins_s: float | None = None
    zones: tuple[Zone, ...] = ()
    min_stay_s: float = MIN_STAY_S
    self_transitions: bool = False
    n_orders: int = 999
    seed: int = 0


def profile_recordings(
    recordings: Sequence[Recording],
    settings: ProfileSettings,
    *,
    epochs: Mapping[str, Sequence[Epoch]] | None = None,
) -> Profile:
    """Profile every animal of several recordings.

    Behaviours that occur in any of them are rows for all. ``epochs`` gives those of each recording
    by name; the whole of it if None.

    Raises
    ------
    ValueError
        If a recording holds bouts of nobody who fits, or of more than one voice, or an epoch lies
        outside the video; or if people would be counted in some recordings and not in others.
    """
    chosen = [_voice_of(recording, settings.choice) for recording in recordings]
    _refuse_mixed(recordings, chosen, settings.choice)
    names = sorted(
        {
            str(name)
            for recording, voice in zip(recordings, chosen, strict=True)
            if voice is not None
            for name in voice.rows_of(recording.bouts)["behaviour"].unique()
        }
    )
    return join_profiles(
        _profile(recording, voice, settings, names, (epochs or {}).get(recording.name, [Epoch()]))
        for recording, voice in zip(recordings, chosen, strict=True)
    )


def subjects_of(
    recording: Recording, voice: Voice | None, epochs: Iterable[Epoch] = (Epoch(),)
) -> list[Subject]:
    """Every animal of a recording in every epoch, in each camera that the voice speaks about."""
    assessed = _assessed(recording)
    return [
        _subject(recording, voice, assessed, entry, individual, epoch)
        for entry in _cameras(recording, voice)
        for individual in recording.individuals
        for epoch in epochs
    ]


def _profile(
    recording: Recording,
    voice: Voice | None,
    settings: ProfileSettings,
    names: Sequence[str],
    epochs: Sequence[Epoch],
) -> Profile:
    subjects = subjects_of(recording, voice, epochs)
    features = {entry.id: _features(recording, entry) for entry in recording.videos}
    assessed = _assessed(recording)
    rows, zone_rows = [], []
    for subject in subjects:
        seen = features[subject.video]
        way: dict[str, Any] = {}
        if seen is not None and subject.individual in seen["individual"].values:
            part = {"start": subject.start, "stop": subject.stop}
            way = travel(seen, subject.individual, **part)
            path = centre_path(seen, subject.individual, **part)
            used = zone_profile(
                settings.zones,
                path,
                fps=subject.fps,
                min_stay_s=settings.min_stay_s,
                pixel_size_mm=recording.pixel_size_mm,
            )
            zone_rows += [{**subject.keys, **row} for row in used]
        rows.append({**subject.keys, **summary(subject), **way})
    per_behaviour = partial(_by_known_time, recording, voice, assessed, names=names)
    in_order = partial(
        transitions,
        self_transitions=settings.self_transitions,
        n_orders=settings.n_orders,
        seed=settings.seed,
        behaviours=names,
    )
    return Profile(
        subjects=tuple(subjects),
        summary=pd.DataFrame(rows),
        behaviours=stacked(per_behaviour(one, measure=behaviour_profile) for one in subjects),
        bins=stacked(
            per_behaviour(one, measure=partial(over_time, bins_s=settings.bins_s))
            for one in subjects
            if settings.bins_s is not None
        ),
        transitions=stacked(in_order(one) for one in subjects),
        zones=pd.DataFrame(zone_rows),
        voices=(voice.name,) if voice is not None else (),
    )


def _by_known_time(
    recording: Recording,
    voice: Voice | None,
    assessed: pd.DataFrame | None,
    subject: Subject,
    *,
    names: Sequence[str],
    measure: Any,
) -> pd.DataFrame:
    """Measure each behaviour in the time in which it was looked for."""
    if voice is None:
        return pd.DataFrame()
    groups: dict[bytes, tuple[Any, list[str]]] = {}
    for name in names:
        known, _ = known_spans(
            recording,
            voice,
            video=subject.video,
            individual=subject.individual,
            assessed=assessed,
            behaviour=name,
        )
        groups.setdefault(known.tobytes(), (known, []))[1].append(name)
    tables = []
    for known, of_it in groups.values():
        inside = intersect(known, union([(subject.start, subject.stop)]))
        same = inside.tobytes() == subject.known.tobytes()
        part = subject if same else _narrowed(recording, voice, subject, inside)
        tables.append(measure(part, behaviours=of_it))
    return stacked(tables)


def _narrowed(recording: Recording, voice: Voice, subject: Subject, known: Any) -> Subject:
    entry = recording.video(subject.video)
    return make_subject(
        _bouts(recording, voice, entry, subject.individual),
        known=known,
        fps=subject.fps,
        start=subject.start,
        stop=subject.stop,
        basis=subject.basis,
        **subject.keys,
    )


def _subject(
    recording: Recording,
    voice: Voice | None,
    assessed: pd.DataFrame | None,
    entry: VideoEntry,
    individual: str,
    epoch: Epoch,
) -> Subject:
    start = round(epoch.start_s * entry.fps)
    stop = entry.frames if np.isnan(epoch.stop_s) else round(epoch.stop_s * entry.fps)
    if not 0 <= start < min(stop, entry.frames):
        raise ValueError(
            f"epoch {epoch.name!r} of {recording.name}: expected a part of its "
            f"{entry.frames / entry.fps:.1f} s, found {epoch.start_s:g} to {epoch.stop_s:g} s"
        )
    known, basis = union([]), "no bouts"
    if voice is not None:
        known, basis = known_spans(
            recording, voice, video=entry.id, individual=individual, assessed=assessed
        )
    return make_subject(
        _bouts(recording, voice, entry, individual),
        known=known,
        fps=entry.fps,
        start=start,
        stop=min(stop, entry.frames),
        basis=basis,
        recording=recording.name,
        video=entry.id,
        individual=individual,
        epoch=epoch.name,
    )


def _bouts(
    recording: Recording, voice: Voice | None, entry: VideoEntry, individual: str
) -> pd.DataFrame:
    bouts = recording.bouts.iloc[:0] if voice is None else voice.rows_of(recording.bouts)
    return bouts[(bouts["video"] == entry.id) & (bouts["individual"] == individual)]


def _voice_of(recording: Recording, choice: VoiceChoice) -> Voice | None:
    """None if there are no bouts at all: way and zones need none."""
    if choice == VoiceChoice() and not voices(recording):
        return None
    return one_voice(recording, choice)


def _refuse_mixed(
    recordings: Sequence[Recording], chosen: Sequence[Voice | None], choice: VoiceChoice
) -> None:
    """People label otherwise than captioners: a cohort of both compares labellers, not animals."""
    by_people = {
        recording.name: voice.source == "person"
        for recording, voice in zip(recordings, chosen, strict=True)
        if voice is not None
    }
    if choice == VoiceChoice() and len(set(by_people.values())) > 1:
        others = ", ".join(name for name, is_person in by_people.items() if not is_person)
        raise ValueError(
            f"people labelled some of these recordings and not others ({others}), and counting "
            "both together compares labellers. Choose whose bouts count in all of them with "
            "--source, --run or --annotator."
        )


def _cameras(recording: Recording, voice: Voice | None) -> list[VideoEntry]:
    if voice is None:
        return list(recording.videos)
    said = recording.descriptions
    spoken = set(voice.rows_of(recording.bouts)["video"])
    spoken |= set(said.loc[said["run_id"] == voice.run_id, "video"]) if voice.run_id else set()
    return [entry for entry in recording.videos if entry.id in spoken] or list(recording.videos[:1])


def _assessed(recording: Recording) -> pd.DataFrame | None:
    assessed = read_assessed(recording.folder)
    return assessed if len(assessed) else None


def _features(recording: Recording, entry: VideoEntry) -> xr.Dataset | None:
    poses = load_poses(recording, entry.id)
    if poses is None:
        return None
    return frame_features(
        poses,
        roles=recording.keypoint_roles,
        fps=entry.fps,
        pixel_size_mm=recording.pixel_size_mm,
        camera_view=entry.view,
    )
