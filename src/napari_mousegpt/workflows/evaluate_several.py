"""Several recordings evaluated as one: what is drawn again are recordings, or animals. No printing.

Names of videos get that of their recording before them; so do the tables of the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from napari_mousegpt.analysis.agreement.tallies import DrawBy
from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.group_table import GroupTable, match_groups
from napari_mousegpt.io.recording_folder import is_recording
from napari_mousegpt.workflows.behaviour_names import rename
from napari_mousegpt.workflows.described_part import describe_part, pooled_part
from napari_mousegpt.workflows.evaluate import Evaluation, compare_sides, of_descriptions, run_of
from napari_mousegpt.workflows.evaluate_beside import Beside, evaluate_beside
from napari_mousegpt.workflows.evaluate_descriptions import evaluate_part
from napari_mousegpt.workflows.evaluation_settings import EvaluationSettings, two_sides
from napari_mousegpt.workflows.evaluation_sides import Side, Sides, read_sides


@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """Open recordings by name, all at one frame rate, and what a bootstrap draws of them."""

    recordings: dict[str, Recording]
    sides: dict[str, Sides]
    fps: float
    draw_by: DrawBy

    @property
    def frames(self) -> dict[str, int]:
        return {
            f"{name}/{entry.id}": entry.frames
            for name, recording in self.recordings.items()
            for entry in recording.videos
        }


def evaluate_several(
    paths: Sequence[Path], settings: EvaluationSettings, *, animals: GroupTable | None = None
) -> Evaluation:
    """Compare annotators over several recordings, and score descriptions where there are any.

    Parameters
    ----------
    settings
        ``against`` is an annotator in each recording, a label file that names their films, or a
        folder with a label file for each, called like its film.
    animals
        Which recordings are of one animal; each recording is of another one if None.

    Raises
    ------
    FileNotFoundError, ValueError
        If something cannot be read, frame rates differ, or it is not clear whose bouts to compare.
    """
    warnings: list[str] = []
    pool = _pool(paths, settings, animals, warnings)
    described = all(one.descriptions["valid"].any() for one in pool.recordings.values())
    if settings.against is None:
        chosen = _several(pool, settings, described)
        if len(chosen) < 2:
            result = _nothing(pool.fps, warnings)
        else:
            result = compare_sides(
                chosen, pool.fps, pool.frames, settings, warnings, draw_by=pool.draw_by
            )
        return _with_descriptions(pool, result, settings, {}) if described else result
    _check_reference(Path(settings.against), pool)
    pairs = {
        name: two_sides(sides, settings, warnings, by_name=True)[:2]
        for name, sides in pool.sides.items()
    }
    pairs = _called_alike(pairs, settings)
    chosen = [_pooled(pool, {name: pair[at] for name, pair in pairs.items()}) for at in (0, 1)]
    result = compare_sides(
        chosen,
        pool.fps,
        pool.frames,
        settings,
        warnings,
        needed=not described,
        draw_by=pool.draw_by,
    )
    return _with_descriptions(pool, result, settings, pairs) if described else result


def _pool(
    paths: Sequence[Path],
    settings: EvaluationSettings,
    animals: GroupTable | None,
    warnings: list[str],
) -> _Pool:
    sides = [read_sides(path, fps=settings.fps) for path in paths]
    recordings = {one.recording.name: one.recording for one in sides if one.recording is not None}
    if len(recordings) < len(paths):
        raise ValueError(
            f"expected {len(paths)} recordings with names of their own, found "
            f"{', '.join(recordings) or 'none'}. Label files are compared one by one."
        )
    rates = {name: settings.fps or one.videos[0].fps for name, one in recordings.items()}
    fps = next(iter(rates.values()))
    if any(abs(rate / fps - 1) > 0.001 for rate in rates.values()):
        shown = ", ".join(f"{rate:g} ({name})" for name, rate in rates.items())
        raise ValueError(
            f"expected one frame rate, found {shown}. Evaluate those of one rate together."
        )
    by_name = dict(zip(recordings, sides, strict=True))
    return _Pool(recordings, by_name, fps, _draw_by(recordings, animals, warnings))


def _check_reference(path: Path, pool: _Pool) -> None:
    """One recording cannot be the reference of several, nor one file of films called alike."""
    if path.is_dir() and is_recording(path):
        raise ValueError(
            f"{path}: expected an annotator in each recording, a label file or a folder of them, "
            "found one recording"
        )
    films = [recording.videos[0].path.stem.lower() for recording in pool.recordings.values()]
    twice = sorted({name for name in films if films.count(name) > 1})
    if path.exists() and twice:
        raise ValueError(
            f"{path}: expected films with names of their own, found several called "
            f"{', '.join(twice)}. Import the labels with mousegpt import --labels, and name the "
            "annotator with --against."
        )


def _draw_by(
    recordings: dict[str, Recording], animals: GroupTable | None, warnings: list[str]
) -> DrawBy:
    """Animals, where it is known which they are and they are several; else recordings."""
    if animals is None:
        return DrawBy("recording", _recording_of)
    pairs = [(name, who) for name, one in recordings.items() for who in one.individuals]
    rows = match_groups(animals, pairs)
    whose = {
        (row["recording"], row["individual"]): str(row["animal"]) for row in rows.to_dict("records")
    }
    if len(set(whose.values())) < 2:
        warnings.append(
            "all recordings are of one animal: intervals are over recordings, and say nothing "
            "about other animals"
        )
        return DrawBy("recording", _recording_of)
    return DrawBy(
        "animal",
        lambda video, who: whose.get((_recording_of(video, who), who), f"{video}/{who}"),
    )


def _recording_of(video: str, individual: str) -> str:
    return video.rpartition("/")[0]


def _several(pool: _Pool, settings: EvaluationSettings, described: bool) -> list[Side]:
    """Annotators who are in every recording, or those named."""
    heard = [[side.name for side in sides.everyone] for sides in pool.sides.values()]
    names = list(settings.annotators)
    if not names:
        names = [name for name in heard[0] if all(name in own for own in heard)]
    if len(names) < 2 and not described:
        shown = "; ".join(
            f"{name}: {', '.join(own) or 'nobody'}"
            for name, own in zip(pool.sides, heard, strict=True)
        )
        raise ValueError(
            f"expected two annotators or more who are in every recording, found {shown}. "
            "Name them with --annotator, or a reference with --against."
        )
    chosen = []
    for wanted in names:
        found = {name: one.chosen(wanted, "--annotator") for name, one in pool.sides.items()}
        called = {side.name for side in found.values()}
        name = called.pop() if len(called) == 1 else wanted
        chosen.append(_pooled(pool, {at: side.replace(name=name) for at, side in found.items()}))
    return chosen


def _called_alike(
    pairs: dict[str, tuple[Side, Side]], settings: EvaluationSettings
) -> dict[str, tuple[Side, Side]]:
    """The two with one name each in all recordings."""
    against, wanted = Path(settings.against or "").name, (*settings.annotators, "the other")[0]
    names = []
    for at, otherwise in ((0, settings.against_annotator or against), (1, wanted)):
        called = {pair[at].name for pair in pairs.values()}
        names.append(called.pop() if len(called) == 1 else otherwise)
    return {
        name: (one.replace(name=names[0]), other.replace(name=names[1]))
        for name, (one, other) in pairs.items()
    }


def _pooled(pool: _Pool, sides: dict[str, Side]) -> Side:
    """One side over all recordings; who says nothing of what they assessed, assessed all."""
    first = next(iter(sides.values()))
    known = any(side.assessed is not None for side in sides.values())
    return first.replace(
        bouts=pd.concat(
            [_named(side.bouts, name) for name, side in sides.items()], ignore_index=True
        ),
        assessed=pd.concat(
            [
                _named(_whole(pool, name) if side.assessed is None else side.assessed, name)
                for name, side in sides.items()
            ],
            ignore_index=True,
        )
        if known
        else None,
        listed=tuple(dict.fromkeys(one for side in sides.values() for one in side.listed)),
        problems=tuple(dict.fromkeys(one for side in sides.values() for one in side.problems)),
        runs=(),
    )


def _named(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table.assign(video=f"{name}/" + table["video"].astype(str))


def _whole(pool: _Pool, name: str) -> pd.DataFrame:
    recording = pool.recordings[name]
    rows = [
        {"video": entry.id, "individual": who, "start": 0, "stop": entry.frames}
        for entry in recording.videos
        for who in recording.individuals
    ]
    return pd.DataFrame(rows)


def _nothing(fps: float, warnings: list[str]) -> Evaluation:
    spans = pd.DataFrame(columns=["kind"])
    return Evaluation(None, None, pd.DataFrame(), spans, (), fps, tuple(warnings))


def _with_descriptions(
    pool: _Pool,
    result: Evaluation,
    settings: EvaluationSettings,
    pairs: dict[str, tuple[Side, Side]],
) -> Evaluation:
    mapping, parts = dict(settings.mapping), {}
    for name, recording in pool.recordings.items():
        reference, other = pairs.get(name, (None, None))
        if reference is not None:
            reference = reference.replace(bouts=rename(reference.bouts, mapping))
        parts[name] = describe_part(recording, run_of(settings, other), reference)
    scored = evaluate_part(pooled_part(parts), of_descriptions(settings), pool.draw_by)
    beside = result.beside
    if result.agreement is not None and pairs:
        compared = [
            Beside(
                recording,
                pairs[name][0].replace(bouts=rename(pairs[name][0].bouts, mapping)),
                pairs[name][1],
                parts[name],
                f"{name}/",
            )
            for name, recording in pool.recordings.items()
        ]
        beside = evaluate_beside(compared, result.behaviours, settings.tolerance_s, pool.draw_by)
    return replace(result, descriptions=scored, beside=beside)
