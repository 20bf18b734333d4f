"""Agreement of bout tables: exact cases, scikit-learn frame by frame, real annotators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, cohen_kappa_score, confusion_matrix, f1_score

from napari_mousegpt.analysis.agreement.agreement import Agreement, agreement
from napari_mousegpt.analysis.agreement.baselines import shifted
from napari_mousegpt.analysis.agreement.disagreements import disagreements
from napari_mousegpt.analysis.agreement.of_several import agreement_of_several
from napari_mousegpt.analysis.agreement.tracks import make_tracks
from napari_mousegpt.datamodel.bouts import make_bouts
from napari_mousegpt.datamodel.spans import n_frames
from napari_mousegpt.io.label_files import read_bouts

FPS = 10


def bouts_of(labels: str, video: str = "cam0", **columns: object) -> pd.DataFrame:
    """One bout for each run of a letter; ``.`` is nothing."""
    rows = []
    for frame, label in enumerate(labels):
        if rows and rows[-1]["behaviour"] == label and label != ".":
            rows[-1]["stop"] = frame + 1
        else:
            rows.append({"behaviour": label, "start": frame, "stop": frame + 1})
    kept = [row | {"video": video} | columns for row in rows if row["behaviour"] != "."]
    return make_bouts(kept or pd.DataFrame())


def compared(first: str, second: str, **options: object) -> Agreement:
    return agreement(
        bouts_of(first),
        bouts_of(second),
        behaviours=["a", "b"],
        fps=FPS,
        frames={"cam0": len(first)},
        **{"n_draws": 0, "n_shifts": 2, **options},
    )


def value(result: Agreement, measure: str, column: str = "value") -> float:
    return float(result.overall.set_index("measure").loc[measure, column])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("accuracy", 8 / 10),
        ("f1_macro", (2 * 3 / 7 + 2 * 2 / 5) / 2),
        ("segment_f1_50", 1.0),
        ("edit_score", 100.0),
        ("event_f1", 0.5),
    ],
)
def test_by_hand(measure: str, expected: float) -> None:
    # a: frames 0-3 and 0-2; b: 5-6 and 5-7; one border is off by one frame in each.
    result = compared("aaaa.bb...", "aaa..bbb..", tolerance_s=0)
    if measure == "event_f1":
        result = compared("aaaa.bb...", "aaa..bb...", tolerance_s=0)
    assert value(result, measure) == pytest.approx(expected)


labels = st.text("ab.", min_size=12, max_size=40).filter(lambda text: len(set(text)) > 1)


@settings(max_examples=25, deadline=None)
@given(labels, st.randoms(use_true_random=False))
def test_frames_equal_scikit_learn(first: str, random) -> None:
    second = "".join(random.choice("ab." if random.random() < 0.3 else one) for one in first)
    if not set(second) - {"."} or not set(first) - {"."}:
        return
    result = compared(first, second)
    mine, theirs = list(first), list(second)
    names = sorted(set(first + second))
    assert value(result, "f1_macro_with_nothing") == pytest.approx(
        f1_score(mine, theirs, labels=names, average="macro", zero_division=0)
    )
    if len(set(first + second)) > 1:
        assert value(result, "kappa") == pytest.approx(cohen_kappa_score(mine, theirs))
    table = confusion_matrix(mine, theirs, labels=["a", "b", "."])
    assert result.confusion.to_numpy().tolist() == table.tolist()
    assert result.n_frames == len(first)


def test_only_what_both_assessed_counts() -> None:
    spans = pd.DataFrame({"video": ["cam0"], "individual": ["individual_0"], "start": [0]})
    result = compared("aaaa......", "aaaabbbb..", assessed={"other": spans.assign(stop=4)})
    assert result.n_frames == 4
    assert value(result, "accuracy") == 1.0


def test_several_behaviours_at_once_are_left_out_of_the_confusion_only() -> None:
    both = make_bouts(
        [
            {"start": 0, "stop": 10, "behaviour": "a", "video": "cam0"},
            {"start": 5, "stop": 10, "behaviour": "b", "video": "cam0"},
        ]
    )
    result = agreement(both, both, fps=FPS, frames={"cam0": 20}, n_shifts=2)
    assert result.confusion.to_numpy().sum() == 15
    assert result.several_share == 0.25
    assert result.behaviours["f1"].tolist() == [1.0, 1.0]
    assert any("several behaviours at once" in sentence for sentence in result.warnings)


def test_average_precision_equals_scikit_learn() -> None:
    truth, said = "aaaa....bb", "aaa.aabb.."
    other = bouts_of(said)
    other["confidence"] = [0.9, 0.4, 0.7]
    result = agreement(bouts_of(truth), other, fps=FPS, frames={"cam0": 10}, n_shifts=2)
    scores = [0.9, 0.9, 0.9, 0, 0.4, 0.4, 0, 0, 0, 0]
    assert result.behaviours["average_precision"][0] == pytest.approx(
        average_precision_score([label == "a" for label in truth], scores)
    )


def test_baselines_know_nothing() -> None:
    rng = np.random.default_rng(0)
    text = "".join(label * 7 for label in rng.choice(list("ab.."), 120))
    result = compared(text, text, n_draws=200, n_shifts=30)
    assert value(result, "kappa") == 1.0
    assert value(result, "kappa", "majority") == 0.0
    assert abs(value(result, "kappa", "shifted")) < 0.15
    assert result.unit == "block"
    assert value(result, "kappa", "low") == 1.0
    noisy = compared(text, text[5:] + text[:5], n_draws=200, tolerance_s=2)
    assert (noisy.overall[["low", "high"]].iloc[:-1].max() <= 1).all()


def test_a_shift_keeps_the_time_of_each_behaviour_and_stays_in_assessed_time() -> None:
    spans = pd.DataFrame(
        {"video": "cam0", "individual": "individual_0", "start": [0, 30], "stop": [20, 50]}
    )
    tracks = make_tracks(
        {"one": bouts_of("aaa"), "two": bouts_of("aaaaabb" + "." * 25 + "aaabbbbb")},
        behaviours=["a", "b"],
        assessed={"one": spans, "two": spans},
    )
    for seed in range(20):
        for before, after in zip(tracks, shifted(tracks, seed), strict=True):
            for name in "ab":
                assert n_frames(after.said[1][name]) == n_frames(before.said[1][name])
                for start, stop in after.said[1][name].tolist():
                    assert 0 <= start < stop <= 20 or 30 <= start < stop <= 50


def test_intervals_draw_recordings_where_there_are_several() -> None:
    first = pd.concat([bouts_of("aaaa....bbbb", f"v{k}") for k in range(4)])
    second = pd.concat([bouts_of("aaaa....bbbb" if k else "bbbbaaaa", f"v{k}") for k in range(4)])
    result = agreement(first, second, fps=FPS, frames={f"v{k}": 12 for k in range(4)}, n_shifts=2)
    assert (result.unit, result.n_units) == ("recording", 4)
    assert value(result, "kappa", "low") < value(result, "kappa") < value(result, "kappa", "high")


def test_nothing_in_common_says_what_each_has() -> None:
    with pytest.raises(ValueError, match=r"reference assessed v1/individual_0, other v2"):
        agreement(bouts_of("a", "v1"), bouts_of("a", "v2"), fps=FPS)


def test_disagreements_say_who_says_what() -> None:
    table = disagreements(
        {"Ada": bouts_of("aaaaaa....bb"), "Bo": bouts_of("aaaa.....aa.")},
        behaviours=["a", "b"],
        tolerance_frames=2,
        frames={"cam0": 12},
    )
    rows = table[["start", "stop", "kind", "behaviour"]].itertuples(index=False, name=None)
    assert list(rows) == [
        (4, 6, "border", "Ada: a | Bo: nothing"),
        (9, 10, "one-sided", "Ada: nothing | Bo: a"),
        (10, 11, "confusion", "Ada: b | Bo: a"),
        (11, 12, "one-sided", "Ada: b | Bo: nothing"),
    ]


def test_three_real_raters(shared_data: Path) -> None:
    bouts = read_bouts(shared_data / "annotations/dlcanalyzer/AllEPMLables.csv", fps=25)
    names = ["Grooming", "Head Dip", "Protected Stretch", "Rearing", "Unprotected Stretch"]
    raters = {name: bouts[bouts["annotator"] == name] for name in ("Jin", "Oliver", "Sian")}
    several = agreement_of_several(raters, behaviours=names, fps=25, n_draws=100)
    table = several.coefficients.set_index("behaviour")
    assert table.loc["all", "krippendorff_alpha"] == pytest.approx(0.796, abs=0.001)
    assert table.loc["all", "fleiss_kappa"] == pytest.approx(0.798, abs=0.002)
    assert several.n_units == 5
    two = agreement(raters["Jin"], raters["Oliver"], behaviours=names, fps=25, n_draws=100)
    assert value(two, "kappa") == pytest.approx(several.pairs["kappa"][0])
    assert value(two, "kappa", "shifted_high") < 0.2 < value(two, "kappa", "low")
