"""What more labels would bring: the base trained on parts of what is labelled, and a forecast."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from napari_mousegpt.datamodel.recording import Recording
from napari_mousegpt.io.group_table import GroupTable
from napari_mousegpt.training.learning_curve import Point, forecast, nested_sizes
from napari_mousegpt.training.settings import TrainSettings
from napari_mousegpt.training.trainer import Progress
from napari_mousegpt.workflows.captioner_choice import CaptionSettings
from napari_mousegpt.workflows.make_trainer import make_trainer, trainable_records
from napari_mousegpt.workflows.steps import Step
from napari_mousegpt.workflows.train import work_folder
from napari_mousegpt.workflows.training_records import Dataset

MORE = (1.5, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class CurveFound:
    """Measured points and forecasts as plain values, and a sentence for people."""

    points: tuple[dict[str, Any], ...]
    forecasts: tuple[dict[str, Any], ...]
    sentence: str


def measure_learning_curve(
    recordings: Sequence[Recording],
    captioning: CaptionSettings,
    output: Path,
    settings: TrainSettings,
    *,
    animals: GroupTable | None = None,
    held_out: float = 0.2,
) -> Generator[Step[Dataset] | Progress | CurveFound, None, None]:
    """Train on nested parts of what is labelled, always measured on the same held-out windows.

    Each part is trained for as many steps as one of its own trainings would take; the base alone
    is no point of the law. The last thing yielded is a `CurveFound`.

    Raises
    ------
    ValueError
        As `workflows.train.train_recordings` does.
    """
    folder = work_folder(output)
    dataset = yield from trainable_records(
        recordings, captioning, folder, settings, animals=animals, held_out=held_out
    )
    learned = [record for record in dataset.records if not record.held_out]
    held = [record for record in dataset.records if record.held_out]
    order = _two_behaviours_first(
        np.random.default_rng(settings.seed).permutation(len(learned)).tolist(),
        [record.behaviour for record in learned],
    )
    points: list[Point] = []
    for size in nested_sizes(len(learned)):
        part = [learned[place] for place in order[:size]]
        state = folder / f"curve-{size}"
        trainer, _ = make_trainer(dataset, [*part, *held], state, settings)
        for progress in trainer.run():
            note = progress.note or f"{size} of {len(learned)} windows"
            yield replace(progress, note=note)
        if trainer.course.after is not None:
            right, known = trainer.course.after.right, trainer.course.after.known
            points.append(Point(size, sum(right.values()), sum(known.values())))
    yield _found(points, len(learned))


def _two_behaviours_first(order: list[int], behaviours: Sequence[str]) -> list[int]:
    """An order whose every beginning shows two behaviours, if there are: one teaches nothing."""
    named = [place for place in order if behaviours[place]]
    others = [place for place in named if behaviours[place] != behaviours[named[0]]]
    first = [*named[:1], *others[:1]]
    return [*first, *(place for place in order if place not in first)]


def _found(points: Sequence[Point], labelled: int) -> CurveFound:
    measured = tuple({**asdict(point), "accuracy": point.accuracy} for point in points)
    try:
        ahead = forecast(points, [round(labelled * factor) for factor in MORE])
    except ValueError as error:
        return CurveFound(measured, (), str(error)[:1].upper() + str(error)[1:])
    double = ahead[1]
    now = points[-1].accuracy
    sentence = (
        f"{100 * now:.0f} % of the facts are right with {labelled} windows; with "
        f"{double.windows} perhaps {100 * double.expected:.0f} % "
        f"(90 % interval {100 * double.low:.0f} to {100 * double.high:.0f})."
    )
    if double.high < now + 0.02:
        sentence += " More labels of the same kind would bring little."
    return CurveFound(measured, tuple(asdict(one) for one in ahead), sentence)
