"""Captioners' texts: what is a description, and why the rest is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.datamodel.description import Description, parse_description

WHOLE = '{"overall": "It runs.", "head": "Up.", "limb": null, "torso": "", "keywords": ["running"]}'
EXPECTED = Description("It runs.", "Up.", None, None, ("running",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WHOLE, EXPECTED),
        (f"```json\n{WHOLE}\n```", EXPECTED),
        (f"Here it is: {WHOLE} I hope this helps {{}}", EXPECTED),
        ('{"overall": "It runs."}', Description("It runs.")),
        (
            '{"overall": "It runs.", "keywords": "running, fast"}',
            Description("It runs.", keywords=("running", "fast")),
        ),
        ('{"overall": "It runs.", "mood": "happy"}', Description("It runs.")),
    ],
    ids=["plain", "fenced", "chatty", "one-level", "words-in-a-string", "more-keys"],
)
def test_descriptions(text: str, expected: Description) -> None:
    assert parse_description(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected a JSON object"),
        ("The mouse runs.", "expected a JSON object"),
        ('{"overall": "It', "not JSON"),
        ('{"head": "Up."}', "under 'overall'"),
        ('{"overall": 3}', "under 'overall'"),
        ('{"overall": "x", "limb": ["a"]}', "under 'limb'"),
        ('{"overall": "x", "keywords": [1]}', "under 'keywords'"),
        ('{"a":' * 9000, "characters long|not JSON"),
        ('{"a":' * 3000, "not JSON"),
    ],
)
def test_texts_that_are_none(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_description(text)


words = st.text(min_size=1).map(str.strip).filter(bool)


@given(words, st.none() | words, st.none() | words, st.none() | words, st.lists(words, max_size=4))
def test_round_trip(
    overall: str, head: str | None, limb: str | None, torso: str | None, keywords: list[str]
) -> None:
    said = Description(overall, head, limb, torso, tuple(keywords))
    assert parse_description(said.to_text()) == said


@given(st.text(max_size=200))
def test_any_text_is_a_description_or_a_reason(text: str) -> None:
    try:
        said = parse_description(text)
    except ValueError:
        return
    assert said.overall
