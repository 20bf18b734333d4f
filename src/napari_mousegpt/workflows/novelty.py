"""Novelty in rounds: flag, look, name or dismiss, refit. Every round is logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napari_mousegpt.analysis.novelty.new_in_group import (
    FEWEST_ANIMALS,
    NewInGroup,
    hide_from_reference,
    new_in_group,
)
from napari_mousegpt.analysis.novelty.new_words import said_words, words_of_the_new
from napari_mousegpt.analysis.novelty.novelty import (
    HiddenBehaviour,
    hide_each_behaviour,
    mean_of,
    novelty,
    strange_moments,
)
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.group_table import GroupTable
from napari_mousegpt.workflows.embedded import EmbeddedWindows, embedded_windows
from napari_mousegpt.workflows.novelty_rounds import (
    LOG,
    append_event,
    looked_at,
    rounds_before,
    settle,
    take_back,
)
from napari_mousegpt.workflows.novelty_sides import Sides, sides_by_group, sides_by_recording
from napari_mousegpt.workflows.said_windows import KEY, said_of_windows

__all__ = ["LOG", "Novelties", "NoveltySettings", "StandsOut", "find_novelties", "settle"]
__all__ += ["METHODS", "take_back"]

METHODS = ("auto", "group", "neighbours", "forest")
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class NoveltySettings:
    """What a person chooses; what was dismissed or named before always counts.

    ``method`` ``group`` asks what several animals do and the reference does not, ``neighbours``
    and ``forest`` what is unlike all that is known; ``auto`` is ``group`` where there are three
    animals or more on either side, else ``neighbours``.
    """

    method: str = "auto"
    limit: int = 20
    seed: int = 0
    calibrate: bool = True
    n_permutations: int = 999


@dataclass(frozen=True, slots=True)
class StandsOut:
    """Whether anything is new in a group, tested over animals.

    ``windows`` with p of 0.05 or less, in ``animals`` of the ``asked``; ``words`` are what is said
    of them more often than of the ``reference``, with the share on both sides.
    """

    p: float
    smallest_p: float
    windows: int
    animals: int
    asked: int
    reference: int
    words: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Novelties:
    """Strange moments, and how well hidden behaviours were found in the same way.

    ``moments`` is an interval table with ``recording`` (folder), ``novelty`` and ``overall``; by
    the method ``group`` also with ``p`` and with ``asked_near`` and ``reference_near``, the animals
    of each side that do something like it. ``stands_out`` is None by other methods.
    """

    moments: pd.DataFrame
    scores: NDArray[np.float64]
    windows: pd.DataFrame
    hidden: tuple[HiddenBehaviour, ...]
    looked_at: int
    round: int
    method: str = "neighbours"
    stands_out: StandsOut | None = None


def find_novelties(
    recordings: Sequence[Recording],
    settings: NoveltySettings,
    *,
    references: Sequence[Recording] = (),
    groups: GroupTable | None = None,
    control: str | None = None,
) -> Novelties:
    """Find what is unlike everything known: among the recordings, or against reference ones.

    Parameters
    ----------
    references
        Known recordings, such as those of controls; one that is also among ``recordings`` is a
        reference.
    groups, control
        In place of references: which animal is in which group, and the group that is known.

    Raises
    ------
    ValueError
        If a recording is not embedded, or not in the same space as the others; if all are
        references; or if the method needs more animals than there are.
    """
    if settings.method not in METHODS:
        raise ValueError(f"expected a method among {', '.join(METHODS)}, found {settings.method!r}")
    asked, known = _apart(recordings, references)
    data = embedded_windows([*asked, *known])
    sides = sides_by_recording(data, len(asked))
    if groups is not None:
        sides = sides_by_group(data, groups, control)
    method = _method(settings.method, sides)
    seen, said = looked_at(data), said_of_windows(data)
    against = groups is not None or bool(known)
    scores, new = _scored(data, sides, seen, method, settings)
    unseen = np.where(~sides.asked[sides.animals], np.nan, scores)
    unseen[seen] = np.nan
    moments = _told(data, said, strange_moments(data.windows, unseen, limit=settings.limit), new)
    number = 1 + max((rounds_before(recording) for recording in asked), default=0)
    found = Novelties(
        moments=moments,
        scores=scores,
        windows=data.windows,
        hidden=tuple(_calibrated(data, said, sides, method, settings)),
        looked_at=len(seen),
        round=number,
        method=method,
        stands_out=None if new is None else _stands_out(new, sides, said),
    )
    _log(asked, found, settings, against)
    return found


def _apart(
    recordings: Sequence[Recording], references: Sequence[Recording]
) -> tuple[list[Recording], list[Recording]]:
    known = {one.folder.resolve(): one for one in references}
    asked = [one for one in recordings if one.folder.resolve() not in known]
    if not asked:
        raise ValueError("expected recordings beside the reference, found only the reference")
    return asked, list(known.values())


def _method(wanted: str, sides: Sides) -> str:
    if wanted != "auto":
        return wanted
    return "group" if sides.fewest >= FEWEST_ANIMALS else "neighbours"


def _scored(
    data: EmbeddedWindows,
    sides: Sides,
    seen: Sequence[int],
    method: str,
    settings: NoveltySettings,
) -> tuple[NDArray[np.float64], NewInGroup | None]:
    if method == "group":
        new = new_in_group(
            data.vectors,
            sides.animals,
            sides.asked.tolist(),
            blocks=sides.blocks,
            looked_at=seen,
            n_permutations=settings.n_permutations,
            seed=settings.seed,
        )
        return new.scores, new
    reference = None if sides.asked.all() else ~sides.asked[sides.animals]
    scores = novelty(
        data.vectors, reference=reference, looked_at=seen, method=method, seed=settings.seed
    )
    return scores, None


def _told(
    data: EmbeddedWindows, said: pd.DataFrame, moments: pd.DataFrame, new: NewInGroup | None
) -> pd.DataFrame:
    rows = moments["row"].to_numpy(np.int64)
    if new is not None:
        moments = moments.assign(
            p=new.p[rows], asked_near=new.asked_near[rows], reference_near=new.reference_near[rows]
        )
    return moments.assign(
        overall=said["overall"].to_numpy()[rows],
        recording=[str(data.recordings[place].folder) for place in moments["recording"]],
    )


def _stands_out(new: NewInGroup, sides: Sides, said: pd.DataFrame) -> StandsOut:
    out = new.p <= ALPHA  # NaN is False
    words = [
        said_words(overall if isinstance(overall, str) else None, listed)
        for overall, listed in zip(
            said["overall"],
            (words if isinstance(words, list) else None for words in said["keywords"]),
            strict=True,
        )
    ]
    return StandsOut(
        p=new.p_of_all,
        smallest_p=new.ways.smallest_p,
        windows=int(out.sum()),
        animals=len(np.unique(sides.animals[out])),
        asked=int(sides.asked.sum()),
        reference=int((~sides.asked).sum()),
        words=tuple(words_of_the_new(words, out, ~sides.asked[sides.animals])),
    )


def _calibrated(
    data: EmbeddedWindows,
    said: pd.DataFrame,
    sides: Sides,
    method: str,
    settings: NoveltySettings,
) -> list[HiddenBehaviour]:
    if not settings.calibrate:
        return []
    behaviours = said["behaviour"].tolist()
    if method == "group":
        asked = sides.asked.tolist()
        return hide_from_reference(
            data.vectors, sides.animals, asked, behaviours, seed=settings.seed
        )
    return hide_each_behaviour(data.vectors, behaviours, method=method, seed=settings.seed)


def _log(
    recordings: Sequence[Recording], found: Novelties, settings: NoveltySettings, against: bool
) -> None:
    for recording in recordings:
        mine = found.moments[found.moments["recording"] == str(recording.folder)]
        flagged = [
            {name: row[name] for name in (*KEY, "novelty")}
            for row in mine.astype(object).to_dict("records")
        ]
        stands_out = None if found.stands_out is None else asdict(found.stands_out)
        append_event(
            recording,
            {
                "event": "round",
                "round": found.round,
                "settings": asdict(settings) | {"method": found.method},
                "against_reference": against,
                "looked_at": found.looked_at,
                "flagged": flagged,
                "calibration": dict(mean_of(found.hidden)),
                "stands_out": stands_out,
            },
        )
