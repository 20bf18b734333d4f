"""The layer of labels: which looks it is fitted on, what comes of it, and what it cannot do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_mousegpt.captioning.mousegpt_tiny import MouseGPTTiny
from napari_mousegpt.datamodel.description import BEHAVIOURS, parse_description
from napari_mousegpt.training import head_trainer
from napari_mousegpt.training.head_trainer import HeadTrainer
from napari_mousegpt.training.held_out_parts import LEARNED
from napari_mousegpt.training.records import Record
from napari_mousegpt.training.settings import TrainSettings

MakeHead = Callable[..., HeadTrainer]


@pytest.fixture
def make_head(few_records: tuple[Path, list[Record]]) -> MakeHead:
    """A trainer of the twelve windows, by other names where some are given."""
    import torch

    torch.set_num_threads(1)
    folder, records = few_records

    def make(
        names: list[str] | None = None, kinds: dict[str, str] | None = None, **how: str
    ) -> HeadTrainer:
        called = records
        if names is not None:
            called = [
                replace(one, facts={**one.facts, "behaviour": name}, **how)
                for one, name in zip(records, names, strict=False)
            ]
        captioner = MouseGPTTiny(device="cpu")
        captioner.load()
        settings = TrainSettings(method="head", measured_windows=4)
        return HeadTrainer(captioner, called, folder / "head", settings, kinds or {})

    return make


def test_two_names_are_learnt_from_six_windows(make_head: MakeHead) -> None:
    """One mouse is held out; the names are drawn, so that no base could know them."""
    names = ["mine", "yours", "yours", "mine", "mine", "yours"] * 2
    trainer = make_head(names)
    happenings = list(trainer.run())
    head = trainer.captioner.head
    assert head.labels[:2] == ("mine", "yours")
    assert set(head.labels[2:]) == set(BEHAVIOURS)
    assert head.kinds == head.labels
    clips = [trainer._shown.measured(record) for record in trainer.learned]
    answers = trainer.captioner.describe(clips)
    assert [parse_description(one.text or "").keywords[0] for one in answers] == names[:6]
    looked = [one.step for one in happenings if one.steps == 48]
    assert looked == [32, 48]  # four ways to turn it, each also mirrored, in two batches
    assert [one.step for one in happenings if one.measured] == [0, 1]
    course = trainer.course
    assert course.after is course.of_best is course.last is not course.before
    assert (course.after.windows, trainer.measuring.apart) == (4, LEARNED)
    assert all(record.held_out for record in trainer.measuring.reporting)


def test_the_same_windows_give_the_same_layer_to_the_bit(make_head: MakeHead) -> None:
    heads = []
    for _ in range(2):
        trainer = make_head(["mine", "rearing"] * 6, {"mine": "walking"})
        for _ in trainer.run():
            pass
        heads.append(trainer.captioner.head)
    assert heads[0].labels[:2] == ("mine", "rearing")
    assert set(heads[0].labels[2:]) == set(BEHAVIOURS) - {"walking", "rearing"}
    assert heads[0].kinds[0] == "walking"
    for name in ("middle", "scale", "weight", "bias"):
        assert getattr(heads[0], name).tobytes() == getattr(heads[1], name).tobytes()
    assert np.abs(heads[0].weight).max() > 0


@pytest.mark.parametrize(
    ("name", "other", "kind", "mirrored"),
    [
        ("walking", "rearing", None, "walking"),
        ("turning left", "walking", None, "turning right"),
        ("turn_left", "turn_right", "turning left", "turn_right"),
        ("turn_left", "walking", "turning left", None),  # nobody labelled the other side
        ("syllable 7", "walking", "turning left", None),  # its name hides the side
        ("left flank lick", "walking", None, None),
        ("upright", "walking", "rearing", "upright"),
    ],
)
def test_mirrored_looks_exchange_sides(
    make_head: MakeHead, name: str, other: str, kind: str | None, mirrored: str | None
) -> None:
    trainer = make_head([name, other], {name: kind} if kind else {})
    labels = [name, other, *(one for one in BEHAVIOURS if one not in (name, other, kind))]
    looks = [look for look in trainer._looks(labels) if look.window == 0]
    assert (looks[0].turn, looks[0].mirrored, looks[0].label) == (0, False, name)
    assert {look.label for look in looks if not look.mirrored} == {name}
    assert {look.label for look in looks if look.mirrored} == ({mirrored} if mirrored else set())
    assert len({(look.turn, look.mirrored) for look in looks}) == (8 if mirrored else 4)


@pytest.mark.parametrize(("view", "turned"), [("top", 8), ("bottom", 8), ("oblique", 2)])
def test_only_some_views_can_be_turned(make_head: MakeHead, view: str, turned: int) -> None:
    trainer = make_head(["walking", "rearing"], camera_view=view)
    assert len(list(trainer._looks(BEHAVIOURS))) == 2 * turned


@pytest.mark.parametrize(("windows", "each"), [(2, 8), (4, 6), (6, 4), (12, 2)])
def test_more_windows_are_looked_at_in_fewer_ways(
    make_head: MakeHead, monkeypatch: pytest.MonkeyPatch, windows: int, each: int
) -> None:
    monkeypatch.setattr(head_trainer, "MOST_LOOKS", 24)
    trainer = make_head(["walking", "rearing"] * 6)
    trainer.records = [replace(one, held_out=False) for one in trainer.records][:windows]
    looks = list(trainer._looks(BEHAVIOURS))
    assert [look.window for look in looks] == np.repeat(range(windows), each).tolist()
    assert looks == list(trainer._looks(BEHAVIOURS))


def test_pictures_are_read_when_they_are_looked_at(
    make_head: MakeHead, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make_head(["walking", "rearing"])
    read, measured = [], trainer._shown.measured
    monkeypatch.setattr(
        type(trainer._shown), "measured", lambda own, one: read.append(one.id) or measured(one)
    )
    looks = list(trainer._looks(BEHAVIOURS))
    clips = trainer._clips(looks)
    first = next(clips).pixels
    second = next(clips).pixels
    assert len(read) == 1
    turned = np.rot90(first, looks[1].turn, axes=(1, 2))
    assert np.array_equal(second, turned[:, :, ::-1] if looks[1].mirrored else turned)
    assert len([first, second, *clips]) == 16
    assert len(read) == 2


@pytest.mark.parametrize("names", [["walking"] * 6, [""] * 6], ids=["one", "none"])
def test_one_behaviour_teaches_nothing(make_head: MakeHead, names: list[str]) -> None:
    trainer = make_head(names)
    with pytest.raises(ValueError, match=f"two behaviours or more .* found {names[0] or 'none'}"):
        next(trainer.run())
