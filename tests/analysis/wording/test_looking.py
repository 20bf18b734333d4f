"""Captioners that look, that do not, and that always say the same."""

from __future__ import annotations

import pytest

from napari_mousegpt.analysis.wording.looking import compare_controls


def answer(*values: str) -> dict[str, frozenset[str]]:
    names = ("behaviour", "turn", "posture")
    return {name: frozenset({value}) for name, value in zip(names, values, strict=False)}


A, B, C, D = (
    answer("walking", "left turn", "stretched"),
    answer("rearing", "no turn", "upright"),
    answer("still", "no turn", "hunched"),
    answer("digging", "right turn", "normal posture"),
)
BLANK = answer("still", "no turn", "normal posture")


@pytest.mark.parametrize(
    ("true", "blanked", "looks", "says"),
    [
        ([A, B, C, D], [BLANK] * 4, True, "this model looks"),
        ([A, B, C, D], [A, B, C, D], False, "does not look"),
        ([A, A, A, A], [A, A, A, A], False, "the same answer"),
        ([{}, {}], [{}, {}], None, None),
    ],
)
def test_verdicts(true, blanked, looks, says) -> None:
    found = compare_controls(true, {"blanked": blanked})
    assert found.looks is looks
    assert says is None if found.verdict is None else says in found.verdict


def test_answers_follow_swapped_pictures() -> None:
    shown = [2, 3, 0, 1]
    found = compare_controls(
        [A, B, C, D], {"blanked": [BLANK] * 4, "swapped": [C, D, A, B]}, shown=shown
    )
    same = found.table.set_index("control")["same"]
    assert same["swapped, the other's"] == 1
    assert "follow the pictures (100 % as of that window" in found.verdict
