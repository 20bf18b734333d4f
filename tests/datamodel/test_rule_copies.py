"""Labels by rule: what gives way to what, and what they say of themselves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.ethogram import Behaviour
from napari_mousegpt.datamodel.labels.assessed import Assessed
from napari_mousegpt.datamodel.labels.bout import Bout
from napari_mousegpt.datamodel.labels.set import LabelSet
from napari_mousegpt.datamodel.rule_copies import (
    BoutRule,
    copy_by_rule,
    rule_source,
    rule_sources,
)
from napari_mousegpt.datamodel.tables import DESCRIPTIONS, conform

FPS = 10.0
ETHOGRAM = (
    Behaviour("walking", "w", group="body", formerly=("ambulation",)),
    Behaviour("rearing", "r", group="body"),
    Behaviour("sniffing", "s"),
    Behaviour("jump", "j", kind="point"),
)


def of_model(*rows: tuple[str, int, int]) -> list[Bout]:
    return [
        Bout(f"m{k}", "cam0", "m", start, stop, name, "run", source="model", confidence=0.5)
        for k, (name, start, stop) in enumerate(rows)
    ]


def copied(labels: LabelSet, rule: BoutRule, title: str = "tool: bouts") -> tuple[Any, Any]:
    nothing = conform(pd.DataFrame(), DESCRIPTIONS)
    sources = rule_sources(labels.table(), nothing, ETHOGRAM, TOOLS, video="cam0")
    source = rule_source(labels, title, sources[title], "Anna")
    return source, source.after(rule, fps=FPS)


TOOLS = {"run": "tool"}


def spans(copies: Any) -> list[tuple[str, int, int]]:
    table = copies.table
    return sorted(zip(table["behaviour"], table["start"], table["stop"], strict=True))


@pytest.mark.parametrize(
    ("said", "rule", "expected"),
    [
        ([("walking", 0, 20), ("walking", 23, 40)], (0.3, 0), [("walking", 0, 40)]),
        (
            [("walking", 0, 20), ("walking", 23, 40)],
            (0.2, 0),
            [("walking", 0, 20), ("walking", 23, 40)],
        ),
        ([("walking", 0, 20), ("sniffing", 20, 23)], (0, 0.4), [("walking", 0, 20)]),
        # a gap that another of the group fills: the other one stays, unless it is too short
        (
            [("walking", 0, 20), ("rearing", 20, 23), ("walking", 23, 40)],
            (0.3, 0),
            [("rearing", 20, 23), ("walking", 0, 20), ("walking", 23, 40)],
        ),
        (
            [("walking", 0, 20), ("rearing", 20, 23), ("walking", 23, 40)],
            (0.3, 0.4),
            [("walking", 0, 40)],
        ),
        ([("swimming", 0, 20), ("jump", 30, 50), ("sniffing", 0, 9)], (0, 0), [("sniffing", 0, 9)]),
        ([("ambulation", 0, 9)], (0, 0), [("walking", 0, 9)]),
    ],
    ids=["joined", "too far", "dropped", "between", "between and short", "not listed", "renamed"],
)
def test_rules(said: list, rule: tuple[float, float], expected: list) -> None:
    labels = LabelSet(of_model(*said), ethogram=ETHOGRAM)
    _, copies = copied(labels, BoutRule(*rule))
    assert spans(copies) == expected
    assert copies.summary["bouts_after"].sum() == len(copies.table)


@pytest.mark.parametrize(
    ("own", "looked", "expected", "gave_way"),
    [
        ((), (), [("walking", 0, 40)], 0),
        ((("walking", 10, 20),), (), [("walking", 0, 10), ("walking", 20, 40)], 1),
        ((("rearing", 10, 45),), (), [("walking", 0, 10)], 1),
        ((("sniffing", 0, 40),), (), [("walking", 0, 40)], 0),
        ((), ((0, 30, ("walking",)),), [("walking", 30, 40)], 1),
        ((), ((0, 30, ("rearing",)),), [("walking", 0, 40)], 0),
        ((("rearing", 3, 38),), (), [], 1),
    ],
    ids=["none", "same", "group", "no group", "looked", "looked for another", "rests too short"],
)
def test_what_a_person_said_stands(own, looked, expected, gave_way) -> None:
    mine = [
        Bout(f"o{k}", "cam0", "m", start, stop, name, annotator="Anna")
        for k, (name, start, stop) in enumerate(own)
    ]
    mine.append(Bout("b", "cam0", "m", 0, 40, "walking", annotator="Berta"))
    spans_seen = [Assessed("cam0", "m", a, b, "Anna", names) for a, b, names in looked]
    labels = LabelSet(
        [*of_model(("walking", 0, 40)), *mine], ethogram=ETHOGRAM, assessed=spans_seen
    )
    source, copies = copied(labels, BoutRule(0, 0.5))
    assert spans(copies) == expected
    assert copies.gave_way == gave_way
    edit = copy_by_rule(copies, BoutRule(0, 0.5), source.title, "Anna")
    before = {bout.bout_id: bout for bout in labels}
    labels.apply(edit)
    assert all(labels[bout_id] == bout for bout_id, bout in before.items())
    assert not edit.assessed_added
    labels.apply(edit.inverse())
    assert {bout.bout_id: bout for bout in labels} == before


def test_labels_by_rule_say_what_they_are() -> None:
    labels = LabelSet(of_model(("walking", 0, 20), ("walking", 22, 40)), ethogram=ETHOGRAM)
    source, copies = copied(labels, BoutRule(0.5, 0.3))
    [bout] = copy_by_rule(copies, BoutRule(0.5, 0.3), source.title, "Anna").added
    assert (bout.source, bout.annotator, bout.origin, bout.run_id) == ("person", "Anna", "m0", None)
    assert bout.confidence is None
    assert bout.comment == (
        "by rule from tool: bouts: gaps up to 0.5 s closed, below 0.3 s dropped; "
        "not looked at one by one"
    )


def test_descriptions_are_a_source_of_their_own_as_they_read_now() -> None:
    rows = [
        {"video": "cam0", "individual": "m", "start": k * 20, "stop": k * 20 + 20, "run_id": "run"}
        | {"keywords": [word, "fast"], "valid": word != "odd", "overall": "x"}
        for k, word in enumerate(["walking", "walking", "odd", "rearing", "flying"])
    ]
    said = conform(pd.DataFrame(rows), DESCRIPTIONS)
    sources = rule_sources(make_bouts([]), said, ETHOGRAM, TOOLS, video="cam0")
    [(title, bouts)] = sources.items()
    assert title == "tool: descriptions"
    assert bouts[["behaviour", "start", "stop"]].values.tolist() == [
        ["walking", 0, 40],
        ["rearing", 60, 80],
    ]
    assert rule_sources(make_bouts([]), said, ETHOGRAM, TOOLS, video="cam1") == {}


names = st.sampled_from(["walking", "rearing", "sniffing"])
ranges = st.tuples(names, st.integers(0, 150), st.integers(1, 40))


@settings(max_examples=60, deadline=None)
@given(st.lists(ranges, max_size=12), st.lists(ranges, max_size=4), st.integers(0, 10))
def test_copies_never_overlap_what_excludes_them(said, own, tenths) -> None:
    mine = [
        Bout(f"o{k}", "cam0", "m", a, a + n, name, annotator="Anna")
        for k, (name, a, n) in enumerate(own)
    ]
    models = of_model(*((name, a, a + n) for name, a, n in said))
    labels = LabelSet([*models, *mine], ethogram=ETHOGRAM, frames={"cam0": 160})
    rows = make_bouts([bout.to_json() for bout in models] or pd.DataFrame())
    copies = rule_source(labels, "t", rows, "Anna").after(BoutRule(tenths / 10, 0.2), fps=FPS)
    held: dict[tuple[str, int], str] = {}
    for bout in mine:
        group = "body" if bout.behaviour != "sniffing" else bout.behaviour
        held |= {(group, frame): "own" for frame in range(bout.start, bout.stop)}
    for name, start, stop in spans(copies):
        assert stop - start >= 2
        assert stop <= 160
        group = "body" if name != "sniffing" else name
        for frame in range(start, stop):
            assert (group, frame) not in held
            held[group, frame] = name
