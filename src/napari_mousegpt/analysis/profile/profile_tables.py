"""The tables of a profile, of one recording or of many. Knows no files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import pandas as pd

from napari_mousegpt.analysis.profile.subject import KEYS, Subject


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What animals did, table by table; each begins with `subject.KEYS`.

    Attributes
    ----------
    subjects
        One for each animal in each epoch of each camera.
    summary
        One row for each of them: what is known, way and speed.
    behaviours, bins, transitions, zones
        See `profile`, `transitions` and `zones` beside this file; ``bins`` and ``zones`` may be
        empty.
    voices
        Names of those whose bouts were counted.
    """

    subjects: tuple[Subject, ...]
    summary: pd.DataFrame
    behaviours: pd.DataFrame
    bins: pd.DataFrame
    transitions: pd.DataFrame
    zones: pd.DataFrame
    voices: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Behaviours that occur, the most time-consuming first."""
        if not len(self.behaviours):
            return []
        order = self.behaviours.groupby("behaviour")[["time_s", "n_bouts"]].sum()
        return [str(name) for name in order.sort_values(["time_s", "n_bouts"])[::-1].index]

    @property
    def bouts(self) -> pd.DataFrame:
        """The counted pieces of bouts with their seconds: the distribution of durations."""
        tables = []
        for subject in self.subjects:
            pieces = subject.bouts.assign(
                start_s=subject.bouts["start"] / subject.fps,
                duration_s=(subject.bouts["stop"] - subject.bouts["start"]) / subject.fps,
            )
            tables.append(pd.DataFrame({**subject.keys}, index=pieces.index).join(pieces))
        return stacked(tables)


def join_profiles(profiles: Iterable[Profile]) -> Profile:
    """Put the tables of several recordings under each other."""
    several = list(profiles)
    tables = {
        field.name: stacked([getattr(profile, field.name) for profile in several])
        for field in fields(Profile)
        if field.name not in ("subjects", "voices")
    }
    subjects = tuple(subject for profile in several for subject in profile.subjects)
    voices = tuple(sorted({voice for profile in several for voice in profile.voices}))
    return Profile(subjects=subjects, voices=voices, **tables)


def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Tables under each other without the empty ones; no columns but the keys if all are."""
    some = [table for table in tables if len(table)]
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame(columns=KEYS)


def measures_of(profile: Profile) -> pd.DataFrame:
    """One row for each animal in each epoch of each camera, one column for each measure.

    Columns are named ``behaviour: measure`` (``rearing: budget``), ``zone NAME: measure``, and as
    in ``summary`` for way and speed. A behaviour that an animal never did has budget and rate 0,
    its censored latency, and no duration (NaN).
    """
    wide = profile.summary.set_index(KEYS)
    wide = wide.drop(columns=["known_because", "n_bouts", "epoch_s", "overlap_share"])
    for table, column, prefix in (
        (profile.behaviours, "behaviour", ""),
        (profile.zones, "zone", "zone "),
    ):
        for name, rows in table.groupby(column, sort=False) if len(table) else ():
            values = rows.set_index(KEYS).drop(columns=[column])
            wide = wide.join(values.add_prefix(f"{prefix}{name}: "))
    return wide.reset_index()
