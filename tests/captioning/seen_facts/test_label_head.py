"""What labels add to the eye's conclusions: nothing at first, and only to the model they know."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from napari_mousegpt.captioning.model_files import check_adapter
from napari_mousegpt.captioning.seen_facts.label_head import FILE, LabelHead, prior_logits, untaught

NAMES = ("walking", "still", "rearing")
LABELS, KINDS = ("stroll", "march", "still", "my own"), ("walking", "walking", "still", "my own")
WIDTH = 5


def drawn_head(seed: int = 0) -> LabelHead:
    random = np.random.default_rng(seed)
    arrays = [
        random.normal(size=shape).astype(np.float32)
        for shape in ((WIDTH,), (WIDTH,), (WIDTH, len(LABELS)), (len(LABELS),))
    ]
    return LabelHead(LABELS, KINDS, *arrays, base="1234")


def shares(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


@pytest.mark.parametrize("shift", [0.0, -30.0, 400.0])
def test_without_labels_it_is_what_the_model_concludes(shift: float) -> None:
    """Two names of walking share it, and one of no kind has the mean share of the three."""
    told = np.array([[0.6, 0.3, 0.1], [0.2, 0.0002, 0.7998]])
    head = untaught(LABELS, KINDS, WIDTH, "1234")
    hidden = np.random.default_rng(0).normal(size=(2, WIDTH)).astype(np.float32)
    found = np.exp(head.logits(hidden, np.log(told) + shift, NAMES) - shift)
    third = 1 / 3
    expected = [[0.3, 0.3, 0.3, third], [0.1, 0.1, 0.0002, third]]
    assert found == pytest.approx(np.array(expected))


def test_the_built_in_names_are_untouched() -> None:
    told = np.log(np.array([[0.6, 0.3, 0.1]]))
    assert shares(prior_logits(told, NAMES, NAMES)) == pytest.approx(np.exp(told))


def test_labels_move_it_as_a_linear_layer() -> None:
    head = drawn_head()
    hidden = np.array([[1.0, 2.0, -1.0, 0.5, 0.0]], np.float32)
    told = np.log(np.array([[0.6, 0.3, 0.1]]))
    moved = head.logits(hidden, told, NAMES) - prior_logits(told, NAMES, KINDS)
    for label in range(len(LABELS)):
        by_hand = head.bias[label] + sum(
            (hidden[0, k] - head.middle[k]) / head.scale[k] * head.weight[k, label]
            for k in range(WIDTH)
        )
        assert moved[0, label] == pytest.approx(by_hand, abs=1e-4)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    head = drawn_head(3)
    head.save(tmp_path)
    again = LabelHead.load(tmp_path)
    assert (again.labels, again.kinds, again.base) == (LABELS, KINDS, "1234")
    for name in ("middle", "scale", "weight", "bias"):
        assert np.array_equal(getattr(again, name), getattr(head, name))
        assert getattr(again, name).dtype == np.float32
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o644


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _other_words(path: Path) -> None:
    path.write_text("<html>not found</html>" * 20)


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _other_arrays(path: Path) -> None:
    save_file({"lora.weight": np.zeros((3, 3), np.float32)}, path)


def _labels_of_another(path: Path) -> None:
    head = drawn_head()
    arrays = {name: getattr(head, name) for name in ("middle", "scale", "weight", "bias")}
    save_file(arrays, path, metadata={"labels": '["a"]', "kinds": '["a"]', "base": "1"})


@pytest.mark.parametrize("spoil", [_cut, _other_words, _nothing, _other_arrays, _labels_of_another])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    drawn_head().save(tmp_path)
    spoil(tmp_path / FILE)
    with pytest.raises(
        ValueError, match=r"label_head.safetensors: expected .* Train it again"
    ) as e:
        LabelHead.load(tmp_path)
    assert "\n" not in str(e.value)


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    head = untaught(("a", "b"), ("a", "b"), 3, "r")
    head.weight[1, 0] = np.nan
    head.save(tmp_path)
    with pytest.raises(ValueError, match="not finite"):
        LabelHead.load(tmp_path)


def test_another_captioner_says_whose_it_is(tmp_path: Path) -> None:
    untaught(("a", "b"), ("a", "b"), 3, "r").save(tmp_path)
    with pytest.raises(ValueError, match="--captioner mousegpt-tiny alone"):
        check_adapter(tmp_path)
