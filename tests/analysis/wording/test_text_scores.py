"""Likeness of wordings: libraries where they are, and by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mousegpt.analysis.wording import text_scores
from napari_mousegpt.analysis.wording.text_scores import bert_score, cider, rouge_l

SAID = ["The mouse rears up.", "It walks, along the wall!"]
REFERENCES = [["The mouse stands up."], ["It runs along the wall", "A mouse walks along a wall"]]


def test_rouge_l_by_hand() -> None:
    pytest.importorskip("rouge_score")
    # the, mouse, up of 4 and 4; it, along, the, wall of 5 and 5
    assert rouge_l(SAID, REFERENCES) == pytest.approx((3 / 4 + 4 / 5) / 2)
    assert rouge_l(SAID, [[one] for one in SAID]) == pytest.approx(1)


def test_cider_is_that_of_coco_with_plain_words() -> None:
    scorer = pytest.importorskip("pycocoevalcap.cider.cider").Cider()
    said = {0: ["the mouse rears up"], 1: ["it walks along the wall"]}
    known = {
        0: ["the mouse stands up"],
        1: ["it runs along the wall", "a mouse walks along a wall"],
    }
    assert cider(SAID, REFERENCES) == pytest.approx(scorer.compute_score(known, said)[0])


def test_texts_without_references_are_refused() -> None:
    pytest.importorskip("rouge_score")
    with pytest.raises(ValueError, match="one reference or more for each"):
        rouge_l(SAID, [["one"], []])


def test_no_folder_for_bert_score(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="folder of a text model"):
        bert_score(SAID, REFERENCES, tmp_path / "none")


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rouge_score.rouge_scorer", None)
    with pytest.raises(ImportError, match=r"rouge-score.*napari-mousegpt\[words\]"):
        rouge_l(SAID, REFERENCES)


def test_greedy_matching() -> None:
    import numpy as np

    one, two = np.eye(3)[[0, 1]], np.eye(3)[[0, 2]]
    assert text_scores._greedy_f1(one, one) == pytest.approx(1)
    assert text_scores._greedy_f1(one, two) == pytest.approx(0.5)
