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
        ([A, B, C, D] * 6, [BLANK] * 24, True, "this model looks"),
        ([A, B, C, D], [BLANK] * 4, None, "cannot be told"),  # which of the four is drawn decides
        ([A, B, C, D], [A, B, C, D], False, "does not look"),
        ([A, A, A, A], [A, A, A, A], False, "the same answer"),
        ([{}, {}], [{}, {}], None, None),
    ],
)
def test_verdicts(true, blanked, looks, says) -> None:
    found = compare_controls(true, {"blanked": blanked})
    assert found.looks is looks
    assert says is None if found.verdict is None else says in found.verdict


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([C, D, A, B] * 6, "its answers follow the pictures (100 % (100 to 100) as of that"),
        ([A, B, C, D] * 6, "its answers do not follow the pictures"),
        ([C, D, C, D] * 6, "cannot be told whether its answers follow"),
    ],
)
def test_answers_follow_swapped_pictures(answers, says) -> None:
    shown = [place + turn for place in range(0, 24, 4) for turn in (2, 3, 0, 1)]
    found = compare_controls(
        [A, B, C, D] * 6, {"blanked": [BLANK] * 24, "swapped": answers}, shown=shown
    )
    assert says in found.verdict


def test_the_interval_is_over_windows_or_recordings() -> None:
    true = [A, B, C, D] * 6
    blanked = true[:12] + [BLANK] * 12  # one recording looks, the other does not
    one = compare_controls(true, {"blanked": blanked})
    two = compare_controls(true, {"blanked": blanked}, recordings=["m1"] * 12 + ["m2"] * 12)
    assert (one.unit, one.n_units, two.unit, two.n_units) == ("window", 24, "recording", 2)
    widths = [
        float(row["high"] - row["low"])
        for row in (found.table.set_index("control").loc["blanked"] for found in (one, two))
    ]
    assert widths[0] < 0.5 < widths[1]
    assert two.looks is None
    assert "over 2 recordings" in two.verdict
    assert one.table["same"].to_numpy() == pytest.approx(two.table["same"].to_numpy())
