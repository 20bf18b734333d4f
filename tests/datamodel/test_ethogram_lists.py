"""Lists of behaviours joined, replaced and ordered; a kind that changes."""

from __future__ import annotations

import pytest

from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM, Behaviour
from napari_mousegpt.datamodel.ethogram_lists import (
    joined_with,
    moved,
    owner_of_key,
    replaced_by,
)
from napari_mousegpt.datamodel.labels.bout import Bout
from napari_mousegpt.datamodel.labels.kinds import frames_lost_as_points, set_kind
from napari_mousegpt.datamodel.labels.set import LabelSet

OWN = (
    Behaviour("walking", "w", "#111111", "mine", example_frames=(("cam0", 7),)),
    Behaviour("jump", "j", "#222222", kind="point"),
    Behaviour("odd", "o", "#333333"),
)
OTHER = (
    Behaviour("walking", "x", "#444444", "theirs"),
    Behaviour("oscillating", "o", "#333333"),
    Behaviour("jump", "j", "#222222", kind="state"),
)


def test_joining_keeps_what_is_there_and_frees_keys_and_colours() -> None:
    found = joined_with(OWN, OTHER)
    assert [one.name for one in found] == ["walking", "jump", "odd", "oscillating"]
    assert found[:3] == OWN
    assert found[3].key == "s"  # the first letter of its name that is free
    assert found[3].colour != "#333333"


@pytest.mark.parametrize(
    ("used", "names", "kind_of_jump"),
    [
        ([], ["walking", "oscillating", "jump"], "state"),
        (["jump"], ["walking", "oscillating", "jump"], "point"),
        (["odd", "walking"], ["walking", "oscillating", "jump", "odd"], "state"),
    ],
)
def test_a_list_in_place_of_another_keeps_what_has_bouts(used, names, kind_of_jump) -> None:
    found = {one.name: one for one in replaced_by(OWN, OTHER, used)}
    assert list(found) == names
    assert found["jump"].kind == kind_of_jump
    assert found["walking"].meaning == "theirs"
    assert found["walking"].example_frames == ((("cam0", 7),) if "walking" in used else ())
    assert len({one.key for one in found.values()}) == len(found)


@pytest.mark.parametrize(
    ("name", "by", "expected"),
    [
        ("odd", -1, ["walking", "odd", "jump"]),
        ("odd", -9, ["odd", "walking", "jump"]),
        ("walking", 1, ["jump", "walking", "odd"]),
        ("odd", 1, ["walking", "jump", "odd"]),
    ],
)
def test_order(name: str, by: int, expected: list[str]) -> None:
    assert [one.name for one in moved(OWN, name, by)] == expected


@pytest.mark.parametrize(
    ("key", "but", "expected"),
    [("w", "odd", "walking"), ("w", "walking", None), ("W", "odd", None), ("", "odd", None)],
)
def test_whose_key(key: str, but: str, expected: str | None) -> None:
    assert owner_of_key(OWN, key, but) == expected


def test_a_state_becomes_a_point_and_undo_gives_its_length_back() -> None:
    bouts = [
        Bout("a", "cam0", "m", 10, 30, "rearing", annotator="Anna"),
        Bout("b", "cam0", "m", 50, 51, "rearing", source="import"),
        Bout("c", "cam0", "m", 60, 61, "rearing", annotator="Anna", open=True),
        Bout("d", "cam0", "m", 10, 40, "rearing", source="model", run_id="r"),
    ]
    labels = LabelSet(bouts, ethogram=DEFAULT_ETHOGRAM)
    assert frames_lost_as_points(labels, "rearing") == (1, 19)
    edit = set_kind(labels, "rearing", "point")
    labels.apply(edit)
    assert labels.behaviour("rearing").kind == "point"
    assert [(labels[k].start, labels[k].stop, labels[k].kind) for k in "abc"] == [
        (10, 11, "point"),
        (50, 51, "point"),
        (60, 61, "point"),
    ]
    assert not labels.open_bouts()
    assert labels["d"] == bouts[3]
    labels.apply(edit.inverse())
    assert [labels[bout.bout_id] for bout in bouts] == bouts
    assert labels.ethogram == DEFAULT_ETHOGRAM


def test_a_point_becomes_a_state_of_one_frame() -> None:
    ethogram = (Behaviour("jump", "j", kind="point"),)
    labels = LabelSet([Bout("a", "cam0", "m", 5, 6, "jump", kind="point")], ethogram=ethogram)
    labels.apply(set_kind(labels, "jump", "state"))
    assert (labels["a"].kind, labels["a"].start, labels["a"].stop) == ("state", 5, 6)
    assert not set_kind(labels, "jump", "state")
    with pytest.raises(ValueError, match="no behaviour 'swim'"):
        set_kind(labels, "swim", "point")
