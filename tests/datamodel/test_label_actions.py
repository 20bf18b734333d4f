"""Each edit of bouts on a short track, two columns: what is asked, what is there afterwards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from label_samples import ANNA, ETHOGRAM, FRAMES

from napari_mousegpt.datamodel.ethogram import Behaviour
from napari_mousegpt.datamodel.labels import actions
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.behaviours import (
    add_behaviour,
    merge_behaviours,
    remove_behaviour,
    rename_behaviour,
    set_behaviour,
)
from napari_mousegpt.datamodel.labels.bout import Bout, bout_from
from napari_mousegpt.datamodel.labels.edit import Edit
from napari_mousegpt.datamodel.labels.review import assess, unassess
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.labels.toggle import stop_all, toggle

Make = Callable[[LabelSet], Edit]


def labels_of(*spans: tuple[str, int, int]) -> LabelSet:
    """Bouts of Anna with the ids a, b, c ..."""
    bouts = [
        Bout(chr(97 + place), "cam0", "individual_0", start, stop, name, annotator="Anna")
        for place, (name, start, stop) in enumerate(spans)
    ]
    return LabelSet(bouts, ethogram=ETHOGRAM, frames={"cam0": FRAMES})


def shown(labels: LabelSet) -> list[tuple[str, int, int]]:
    return sorted(
        ((bout.behaviour, bout.start, bout.stop) for bout in labels), key=lambda one: one[1:]
    )


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda la: actions.add_bout(la, ANNA, "grooming", 12, 35),
         [("walking", 10, 20), ("grooming", 12, 35), ("rearing", 30, 40)]),
        (lambda la: actions.add_bout(la, ANNA, "still", 15, 35),
         [("walking", 10, 15), ("still", 15, 35), ("rearing", 35, 40)]),
        (lambda la: actions.add_bout(la, ANNA, "still", 12, 15),
         [("walking", 10, 12), ("still", 12, 15), ("walking", 15, 20), ("rearing", 30, 40)]),
        (lambda la: actions.add_bout(la, ANNA, "still", 5, 50), [("still", 5, 50)]),
        (lambda la: actions.add_bout(la, ANNA, "walking", 15, 25),
         [("walking", 10, 25), ("rearing", 30, 40)]),
        (lambda la: actions.add_bout(la, ANNA, "walking", 20, 25),
         [("walking", 10, 20), ("walking", 20, 25), ("rearing", 30, 40)]),
        (lambda la: actions.add_bout(la, ANNA, "jump", 15, 35),
         [("walking", 10, 20), ("jump", 15, 16), ("rearing", 30, 40)]),
        (lambda la: actions.add_bout(la, ANNA._replace(annotator="Bea"), "still", 15, 35),
         [("walking", 10, 20), ("still", 15, 35), ("rearing", 30, 40)]),
        (lambda la: actions.add_bout(la, ANNA, "grooming", 990, 1200),
         [("walking", 10, 20), ("rearing", 30, 40), ("grooming", 990, 1000)]),
        (lambda la: actions.remove_bouts(la, ["a"]), [("rearing", 30, 40)]),
        (lambda la: actions.set_edges(la, "a", stop=35),
         [("walking", 10, 35), ("rearing", 35, 40)]),
        (lambda la: actions.set_edges(la, "a", start=99),
         [("walking", 19, 20), ("rearing", 30, 40)]),
        (lambda la: actions.move_bouts(la, ["a", "b"], -25),
         [("walking", 0, 10), ("rearing", 20, 30)]),
        (lambda la: actions.move_bouts(la, ["a"], 5000),
         [("rearing", 30, 40), ("walking", 990, 1000)]),
        (lambda la: actions.split_bout(la, "a", 13),
         [("walking", 10, 13), ("walking", 13, 20), ("rearing", 30, 40)]),
        (lambda la: actions.erase(la, ANNA, 15, 32), [("walking", 10, 15), ("rearing", 32, 40)]),
        (lambda la: actions.erase(la, ANNA, 12, 14),
         [("walking", 10, 12), ("walking", 14, 20), ("rearing", 30, 40)]),
        (lambda la: actions.erase(la, ANNA, 0, 99, ["rearing"]), [("walking", 10, 20)]),
        (lambda la: actions.change_bouts(la, ["a"], behaviour="jump"),
         [("jump", 10, 11), ("rearing", 30, 40)]),
        (lambda la: toggle(la, ANNA, "jump", 7),
         [("jump", 7, 8), ("walking", 10, 20), ("rearing", 30, 40)]),
        (lambda la: actions.several(la, "both", [
            lambda la: actions.remove_bouts(la, ["a"]),
            lambda la: actions.add_bout(la, ANNA, "still", 0, 35)]),
         [("still", 0, 35), ("rearing", 35, 40)]),
        (lambda la: rename_behaviour(la, "walking", "strolling"),
         [("strolling", 10, 20), ("rearing", 30, 40)]),
        (lambda la: merge_behaviours(la, ["walking", "rearing"], "jump"),
         [("jump", 10, 11), ("jump", 30, 31)]),
    ],
)  # fmt: skip
def test_an_edit_and_its_inverse(make: Make, expected: list[tuple[str, int, int]]) -> None:
    labels = labels_of(("walking", 10, 20), ("rearing", 30, 40))
    before, ethogram = set(labels), labels.ethogram
    edit = make(labels)
    assert set(labels) == before
    labels.apply(edit)
    assert shown(labels) == expected
    labels.apply(edit.inverse())
    assert set(labels) == before
    assert labels.ethogram == ethogram


@pytest.mark.parametrize(
    ("edge", "start"), [({"stop": 2000}, 999), ({"start": -9}, 0), ({"start": 70}, 70)]
)
def test_a_point_stays_in_the_video(edge: dict[str, int], start: int) -> None:
    labels = labels_of()
    labels.apply(actions.add_bout(labels, ANNA, "jump", 500))
    [point] = labels
    labels.apply(actions.set_edges(labels, point.bout_id, **edge))
    assert shown(labels) == [("jump", start, start + 1)]


def test_merging_neighbours_keeps_the_first_and_all_comments() -> None:
    labels = labels_of(("grooming", 10, 20), ("grooming", 30, 40))
    labels.apply(actions.change_bouts(labels, ["a"], comment="one"))
    labels.apply(actions.change_bouts(labels, ["b"], comment="two"))
    labels.apply(actions.merge_bouts(labels, ["b", "a"]))
    assert shown(labels) == [("grooming", 10, 40)]
    assert labels["a"].comment == "one; two"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda la: actions.split_bout(la, "a", 10), "expected a frame inside"),
        (lambda la: actions.merge_bouts(la, ["a", "b"]), "of one behaviour"),
        (lambda la: actions.merge_bouts(la, ["a"]), "two or more"),
        (lambda la: actions.add_bout(la, ANNA, "still", 1000, 1010), "within the video"),
        (lambda la: actions.erase(la, ANNA, 9, 9), "a span of frames"),
        (lambda la: actions.change_bouts(la, ["a"], start=3), "expected one of"),
        (lambda la: rename_behaviour(la, "still", "walking"), "merge the two"),
        (lambda la: remove_behaviour(la, "walking"), "has 1 bouts"),
        (lambda la: add_behaviour(la, "still"), "occurs twice"),
        (lambda la: set_behaviour(la, "still", key="w"), "the key 'w' occurs twice"),
        (lambda la: set_behaviour(la, "still", colour="red"), "a colour like #44aa99"),
        (lambda la: set_behaviour(la, "dancing", key="x"), "no behaviour 'dancing'"),
    ],
)
def test_what_cannot_be(make: Make, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make(labels_of(("walking", 10, 20), ("rearing", 30, 40)))


def test_no_such_bout() -> None:
    with pytest.raises(KeyError, match="no bout 'z'"):
        actions.remove_bouts(labels_of(), ["z"])


@pytest.mark.parametrize(
    ("start", "stop", "span"), [(10, 30, (10, 30)), (30, 10, (10, 30)), (10, 10, (10, 11))]
)
def test_toggling(start: int, stop: int, span: tuple[int, int]) -> None:
    labels = labels_of()
    labels.apply(toggle(labels, ANNA, "grooming", start))
    assert len(labels) == 0
    assert [bout.behaviour for bout in labels.open_bouts(ANNA)] == ["grooming"]
    labels.apply(toggle(labels, ANNA, "grooming", stop))
    assert shown(labels) == [("grooming", *span)]
    assert labels.open_bouts() == []


def test_a_state_stops_the_open_ones_of_its_group_only() -> None:
    labels = labels_of()
    for name, frame in (("grooming", 0), ("still", 5), ("walking", 10)):
        labels.apply(toggle(labels, ANNA, name, frame))
    assert [bout.behaviour for bout in labels.open_bouts()] == ["grooming", "walking"]
    labels.apply(stop_all(labels, ANNA, 20))
    assert shown(labels) == [("grooming", 0, 20), ("still", 5, 10), ("walking", 10, 20)]


def test_accepting_twice_copies_once() -> None:
    said = Bout("m", "cam0", "individual_0", 5, 9, "still", source="model", run_id="r",
                confidence=0.4)  # fmt: skip
    labels = LabelSet([said], ethogram=ETHOGRAM)
    labels.apply(actions.accept_bouts(labels, ["m"], "Anna"))
    assert not actions.accept_bouts(labels, ["m"], "Anna")
    [copy] = [bout for bout in labels if bout.source == "person"]
    assert (copy.origin, copy.annotator, copy.run_id, copy.confidence) == ("m", "Anna", None, None)
    with pytest.raises(ValueError, match="said by a model"):
        actions.set_edges(labels, "m", stop=12)


SPAN = st.tuples(st.integers(0, 60), st.integers(1, 30))
NAMES = ("still", "walking", "rearing")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.tuples(SPAN, st.sampled_from([*NAMES, None])), max_size=12))
def test_exclusive_states_are_paint(strokes: list[tuple[tuple[int, int], str | None]]) -> None:
    """Behaviours of one group are colours on a line of frames, and erasing is blank."""
    labels, line = labels_of(), np.full(100, None, object)
    for (start, length), name in strokes:
        if name is None:
            labels.apply(actions.erase(labels, ANNA, start, start + length))
        else:
            labels.apply(actions.add_bout(labels, ANNA, name, start, start + length))
        line[start : start + length] = name
        painted = np.full(100, None, object)
        for bout in labels:
            assert (painted[bout.start : bout.stop] == None).all()  # noqa: E711
            painted[bout.start : bout.stop] = bout.behaviour
        assert painted.tolist() == line.tolist()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.tuples(SPAN, st.booleans(), st.sets(st.sampled_from(NAMES), min_size=1))))
def test_assessed_spans_are_a_set_of_frames(
    steps: list[tuple[tuple[int, int], bool, set[str]]],
) -> None:
    labels, looked = labels_of(), {name: np.zeros(100, bool) for name in NAMES}
    for (start, length), adds, names in steps:
        span = Assessed("cam0", "individual_0", start, start + length, "Anna", tuple(sorted(names)))
        labels.apply((assess if adds else unassess)(labels, span))
        for name in names:
            looked[name][start : start + length] = adds
        for name in NAMES:
            found = np.zeros(100, bool)
            for one in labels.assessed:
                found[one.start : one.stop] |= name in one.behaviours
            assert found.tolist() == looked[name].tolist()


def test_columns_that_are_not_known_stay() -> None:
    row = {"individual": "a", "start": 1, "stop": 2, "behaviour": "x", "modifiers": "left|fast"}
    labels = LabelSet([bout_from(row)])
    assert labels.table()["modifiers"].tolist() == ["left|fast"]
    [bout] = labels
    assert bout_from(bout.to_json()) == bout


def test_a_table_stays_as_it_was() -> None:
    labels = labels_of(("walking", 10, 20), ("rearing", 30, 40), ("still", 50, 60))
    first = labels.table()
    before = first.copy(deep=True)
    labels.apply(actions.remove_bouts(labels, ["a"]))
    labels.apply(actions.change_bouts(labels, ["b"], behaviour="still", comment="x"))
    for start in range(100, 900, 2):
        labels.apply(actions.add_bout(labels, ANNA, "grooming", start, start + 1))
    assert first.equals(before)
    assert len(labels.table()) == 402


def test_thousands_are_accepted_in_one_go_and_long_ones_still_give_way() -> None:
    said = [
        Bout(f"m{k}", "cam0", "m", k * 10, k * 10 + 10, "walking", "run", source="model")
        for k in range(3000)
    ]
    said.append(Bout("long", "cam0", "m", 5, 2**40, "rearing", "run", source="model"))
    ethogram = tuple(Behaviour(name, name[0], group="body") for name in ("walking", "rearing"))
    labels = LabelSet(said, ethogram=ethogram)
    edit = actions.accept_bouts(labels, [bout.bout_id for bout in said], "Anna")
    assert [(b.behaviour, b.start, b.stop) for b in edit.added] == [
        ("walking", 0, 5),
        ("rearing", 5, 2**40),
    ]
    again = actions.accept_bouts(labels, ["long", *(bout.bout_id for bout in said[:2])], "Anna")
    assert sorted((b.start, b.stop) for b in again.added) == [(0, 10), (10, 20), (20, 2**40)]
