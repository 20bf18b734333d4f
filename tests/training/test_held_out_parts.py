"""The step is chosen on other held-out windows than those reported, where there are enough."""

from __future__ import annotations

from typing import Any

import pytest

from napari_mousegpt.training.held_out_parts import held_out_parts
from napari_mousegpt.training.model_card import model_card
from napari_mousegpt.training.records import Record

BEHAVIOURS = ("walking", "still", "rearing", "digging")


def record(animal: str, place: int, *, held_out: bool = True, length: int = 10) -> Record:
    return Record(
        id=f"{animal}-{place}",
        recording=animal,
        video="cam0",
        individual="mouse",
        animal=animal,
        group=animal,
        start=10 * place,
        stop=10 * place + length,
        frames=(),
        times_s=(),
        camera_view="top",
        facts={"behaviour": BEHAVIOURS[place % 4]},
        held_out=held_out,
    )


def animals(number: int, windows: int, **how: Any) -> list[Record]:
    learned = [record("learned", place, held_out=False) for place in range(50)]
    return learned + [
        record(f"m{animal}", place, **how) for animal in range(number) for place in range(windows)
    ]


@pytest.mark.parametrize(
    ("number", "windows", "apart", "sizes"),
    [
        (4, 9, "same", (36, 36)),
        (4, 10, "groups", (20, 20)),
        (5, 20, "groups", (60, 40)),
        (3, 20, "time", (30, 30)),
        (1, 40, "time", (20, 20)),
    ],
)
def test_parts(number: int, windows: int, apart: str, sizes: tuple[int, int]) -> None:
    parts = held_out_parts(animals(number, windows))
    assert parts.apart == apart
    assert tuple(sorted((len(parts.choosing), len(parts.reporting)))) == tuple(sorted(sizes))
    groups = [{one.group for one in part} for part in (parts.choosing, parts.reporting)]
    assert bool(groups[0] & groups[1]) == (apart != "groups")
    assert all(one.held_out for one in (*parts.choosing, *parts.reporting))
    for part in (parts.choosing, parts.reporting):
        assert {one.behaviour for one in part} == set(BEHAVIOURS)
    assert held_out_parts(animals(number, windows)) == parts


def test_no_frame_is_in_both_parts_of_one_animal() -> None:
    parts = held_out_parts(animals(2, 40, length=25))  # windows overlap
    assert parts.apart == "time"
    for animal in ("m0", "m1"):
        last = max(one.stop for one in parts.choosing if one.animal == animal)
        assert last <= min(one.start for one in parts.reporting if one.animal == animal)


@pytest.mark.parametrize(
    ("apart", "says"),
    [
        ("same", "chosen by these same windows: on other animals expect somewhat less"),
        ("groups", "chosen on other held-out animals (m1, m2; 8 windows, 75 % of the facts right)"),
        ("time", "chosen on earlier windows of the same held-out animals (8 windows, 75 %"),
    ],
)
def test_the_card_says_which(apart: str, says: str) -> None:
    measured = {"windows": 8, "known": {"behaviour": 8}, "right": {"behaviour": 4}, "invalid": 0}
    chosen = {**measured, "right": {"behaviour": 6}, "apart": apart, "groups": ["m1", "m2"]}
    values = {
        **{"name": "x", "base": "b", "base_revision": "r", "method": "adapter", "command": "c"},
        "data": {
            **{"recordings_number": 1, "videos": {}, "records_sha256": "0"},
            **{"learned_number": 9, "corrected_number": 0, "learned": {}, "held_out": {}},
        },
        "split": {"unit": "animal", "learned": [], "held_out": [], "warnings": []},
        **{"before": measured, "after": measured, "best_step": 3, "steps_done": 9},
        "chosen_on": {**chosen, "reported_groups": ["m3"]},
        **{"settings": {}, "versions": {}},
    }
    card = model_card(values)
    assert says in card
    assert "Measured on 8 held-out windows of 1 animal(s)" in card
    assert "| all | 8 | 50 % | 50 % |" in card
