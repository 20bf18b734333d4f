"""Answers for the parts of a long window become one."""

from __future__ import annotations

import pytest

from napari_mousegpt.captioning.captioner import Answer
from napari_mousegpt.captioning.joining import join_parts
from napari_mousegpt.datamodel.description import Description, parse_description


def said(behaviour: str, **rest: object) -> Answer:
    text = Description(f"The animal is {behaviour}.", keywords=(behaviour,)).to_text()
    return Answer(text, **rest)  # type: ignore[arg-type]


def seen(speed: float, turn: float) -> dict[str, float]:
    return {"seen_speed_bl_per_s": speed, "seen_turn_deg": turn}


def test_turns_are_summed_and_speeds_weighted_by_length() -> None:
    joined = join_parts(
        [said("walking", seen=seen(1.0, 30)), said("running", seen=seen(4.0, -10))], [30, 10]
    )
    assert joined.seen == {"seen_speed_bl_per_s": 1.75, "seen_turn_deg": 20}
    assert parse_description(joined.text or "").keywords[0] == "walking"


def test_of_one_part_everything_stays() -> None:
    answer = said("still", seen=seen(0.0, 1.0), confidence=0.4)
    assert join_parts([answer], [7]) is answer


@pytest.mark.parametrize(
    "other", [said("still"), said("still", seen={"seen_turn_deg": 3.0}), Answer(None, problem="x")]
)
def test_what_a_part_lacks_is_not_known_of_the_whole(other: Answer) -> None:
    joined = join_parts([said("still", seen=seen(1.0, 2.0)), other], [5, 5])
    assert "seen_speed_bl_per_s" not in joined.seen
    assert joined.seen == ({"seen_turn_deg": 5.0} if other.seen else {})


def test_confidence_is_that_of_the_behaviour_said() -> None:
    parts = [
        said("still", confidence=0.5),
        said("walking", confidence=0.9),
        said("still", confidence=0.8),
    ]
    assert join_parts(parts, [10, 15, 20]).confidence == pytest.approx(0.7)
