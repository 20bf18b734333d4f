"""Verdicts on what was said, and borders that move for both of their bouts; tiny exact cases."""

from __future__ import annotations

import pytest

from napari_mousegpt.datamodel.labels.actions import add_bout
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.borders import move_border
from napari_mousegpt.datamodel.labels.bout import Bout, TrackKey
from napari_mousegpt.datamodel.labels.review import assess
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.labels.verdicts import (
    Said,
    accept_said,
    judged,
    judgements_of,
    label_instead,
    reject_said,
)

MINE = TrackKey("cam0", "a", annotator="Anna")
MODEL = Bout("m", "cam0", "a", 10, 30, "walking", run_id="r", source="model")
SAID = Said("cam0", "a", 10, 30, "walking", run_id="r", bout_id="m")
TEXT = Said("cam0", "a", 10, 30, "", run_id="r", text="The mouse walks.")


def own(labels: LabelSet) -> list[tuple[str, int, int]]:
    return sorted((b.behaviour, b.start, b.stop) for b in labels if b.annotator == "Anna")


@pytest.mark.parametrize(
    ("said", "verdict", "expected"),
    [
        (SAID, accept_said, [("walking", 10, 30)]),
        (SAID, reject_said, []),
        (SAID, lambda now, said, who: label_instead(now, said, "still", who), [("still", 10, 30)]),
        (TEXT, accept_said, []),
        (TEXT, reject_said, []),
        (TEXT, lambda now, said, who: label_instead(now, said, "still", who), [("still", 10, 30)]),
    ],
    ids=["accept", "reject", "correct", "confirm text", "none of it", "name text"],
)
def test_a_verdict_judges_and_can_be_taken_back(said, verdict, expected) -> None:
    labels = LabelSet([MODEL])
    assert judged(labels, [said], "Anna").tolist() == [False]
    edit = verdict(labels, said, "Anna")
    assert own(labels) == []
    labels.apply(edit)
    assert own(labels) == expected
    assert labels["m"] == MODEL
    assert judged(labels, [said], "Anna").tolist() == [True]
    assert judged(judgements_of(labels, "Anna"), [said], "Anna").tolist() == [True]
    assert judged(labels, [said], "Berta").tolist() == [False]
    labels.apply(edit.inverse())
    assert judged(labels, [said], "Anna").tolist() == [False]


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("walking",), True), (("still",), False), (("still", "walking"), True)],
)
def test_only_what_was_looked_for_is_judged(names: tuple[str, ...], expected: bool) -> None:
    labels = LabelSet([MODEL])
    labels.apply(assess(labels, Assessed("cam0", "a", 0, 20, "Anna", names)))
    assert judged(labels, [SAID], "Anna").tolist() == [expected]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (24, [("still", 24, 40), ("walking", 0, 24)]),
        (15, [("still", 15, 40), ("walking", 0, 15)]),
        (2, [("still", 20, 40), ("walking", 2, 20)]),
        (50, [("still", 20, 50), ("walking", 0, 20)]),
    ],
    ids=["later", "earlier", "the first start", "the last stop"],
)
def test_a_border_moves_for_both_bouts(frame: int, expected) -> None:
    labels = LabelSet()
    for name, start, stop in (("walking", 0, 20), ("still", 20, 40)):
        labels.apply(add_bout(labels, MINE, name, start, stop))
    labels.apply(move_border(labels, MINE, frame))
    assert own(labels) == expected


def test_without_bouts_there_is_no_border() -> None:
    with pytest.raises(ValueError, match="nothing is labelled"):
        move_border(LabelSet(), MINE, 5)
