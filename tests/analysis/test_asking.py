"""Questions in plain language: what they are taken for, and what is refused."""

from __future__ import annotations

import pytest

from napari_mousegpt.analysis.asking.grammar import read_question
from napari_mousegpt.analysis.asking.question import (
    KINDS,
    NotUnderstood,
    Question,
    Vocabulary,
    in_words,
    nearest_example,
    question_of,
)
from napari_mousegpt.datamodel.ethogram import DEFAULT_ETHOGRAM

HERE = Vocabulary(
    behaviours={one.name: one.meaning for one in DEFAULT_ETHOGRAM}
    | {"nose2nose": "", "cluster 3": ""},
    individuals=("mouse1", "mouse2"),
    recordings=("monday", "tuesday"),
    groups=("treated", "control"),
)
LEFT, RIGHT = "turning left", "turning right"
GROOMING = ("face grooming", "body grooming")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How long does the mouse rear?", Question("time", ("rearing",))),
        ("how much time was spent grooming", Question("time", GROOMING)),
        ("what share of the time is mouse 2 still?", Question("time", ("still",), "mouse2")),
        ("How often does it turn to the left?", Question("count", (LEFT,), by_count=True)),
        ("How often does it turn?", Question("count", (LEFT, RIGHT), by_count=True)),
        ("how many rears", Question("count", ("rearing",))),
        (
            "How often does mouse2 turn right in the first 30 s?",
            Question("count", (RIGHT,), "mouse2", to_s=30.0, by_count=True),
        ),
        (
            "how long does mouse1 run between 1 and 2 minutes on tuesday",
            Question("time", ("running",), "mouse1", "tuesday", 60.0, 120.0),
        ),
        ("how long is it still in the last minute", Question("time", ("still",), from_s=-60.0)),
        ("which mouse walks most?", Question("who", ("walking",))),
        ("who digs least often?", Question("who", ("digging",), by_count=True, end="least")),
        ("What happens after face grooming?", Question("after", ("face grooming",))),
        ("what does it do before it runs?", Question("before", ("running",))),
        ("how soon does it dig", Question("first", ("digging",))),
        ("How long does a bout of sniffing last?", Question("length", ("sniffing",))),
        ("when does it wash its face?", Question("when", ("face grooming",))),
        ("does it ever scratch?", Question("ever", ("scratching",))),
        ("how far does mouse1 travel?", Question("travel", (), "mouse1")),
        ("how far does it go in the first 30 s?", Question("travel", to_s=30.0)),
        ("how far does the mouse walk?", Question("travel")),
        ("how fast does mouse1 run?", Question("travel", (), "mouse1")),
        ("what does the mouse do?", Question("overview")),
        ("how long nose2nose", Question("time", ("nose2nose",))),
        ("how long is it in cluster 3", Question("time", ("cluster 3",))),
        ("do treated mice rear more than controls?", Question("compare", ("rearing",))),
        ("what differs between the groups?", Question("compare")),
        ("find windows where it leans on the wall", Question("find", text="it leans on the wall")),
        (
            "how long does it quickly groom its face",
            Question("time", ("face grooming",), unused=("quickly",)),
        ),
    ],
)  # fmt: skip
def test_what_a_question_is_taken_for(text: str, expected: Question) -> None:
    assert read_question(text, HERE) == expected
    assert in_words(expected)


@pytest.mark.parametrize(
    "text",
    [
        "What is the weather?",
        "How long is the tail?",
        "How often does it play the piano?",
        "which mouse is the prettiest",
        "what does the stock market do?",
        "find windows",
        "delete everything",
        "",
    ],
)
def test_what_is_not_understood_is_refused_with_the_behaviours_there_are(text: str) -> None:
    with pytest.raises(NotUnderstood, match=r"Behaviours here: .*rearing"):
        read_question(text, HERE)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("how often is the tail up?", "count"), ("when does it nap?", "when"), ("", "overview")],
)
def test_the_nearest_example(text: str, kind: str) -> None:
    assert nearest_example(text) == KINDS[kind]


def test_every_example_is_understood_as_its_kind() -> None:
    taken = {kind: read_question(example, HERE).kind for kind, example in KINDS.items()}
    assert taken == {kind: kind for kind in KINDS}


NOTHING = {"individual": None, "recording": None, "from_s": None, "to_s": None, "text": ""}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"kind": "delete"}, "expected a kind"),
        ({"kind": "time", "behaviours": ["flying"]}, "behaviours that are known"),
        ({"kind": "time", "behaviours": []}, "needs a behaviour"),
        ({"kind": "time", "behaviours": ["still"], "individual": "cat"}, "individual among"),
        ({"kind": "time", "behaviours": ["still"], "from_s": "now"}, "number of seconds"),
        ({"kind": "time", "behaviours": "still"}, "behaviours that are known"),
        ({"kind": "none", "behaviours": []}, "found no fitting question"),
    ],
)
def test_a_models_form_is_checked(values: dict, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        question_of({**NOTHING, **values}, HERE)


def test_a_models_form_is_taken() -> None:
    values = {"kind": "count", "behaviours": ["rearing", "rearing"], "to_s": 30, "by_count": True}
    expected = Question("count", ("rearing",), to_s=30.0, by_count=True)
    assert question_of({**NOTHING, **values}, HERE) == expected
