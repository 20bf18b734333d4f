"""What only one group does is found, and nothing where groups do not differ."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.analysis.novelty.new_in_group import (
    AT_MOST_EACH,
    even_spread,
    hide_from_reference,
    new_in_group,
)
from napari_mousegpt.analysis.novelty.new_words import said_words, words_of_the_new

ANIMALS, EACH, DIMENSIONS = 12, 30, 6
ASKED = [place % 2 == 1 for place in range(ANIMALS)]


def cohort(
    carriers: tuple[int, ...] = (), times: int = 5, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vectors, animals, and which windows hold a behaviour that only these animals do.

    It lies in a direction of little spread, where distances do not see it.
    """
    generator = np.random.default_rng(seed)
    vectors = generator.normal(0, 1, (ANIMALS * EACH, DIMENSIONS)).astype(np.float32)
    vectors[:, 0] *= 0.05
    animals = np.repeat(np.arange(ANIMALS), EACH)
    planted = np.isin(animals, carriers) & (np.arange(len(animals)) % EACH < times)
    vectors[planted, 0] += 0.5
    vectors[planted, 1:] *= 0.5
    return vectors, animals, planted


def test_what_several_asked_animals_do_and_no_other_comes_first() -> None:
    vectors, animals, planted = cohort(tuple(range(1, ANIMALS, 2)))
    found = new_in_group(vectors, animals, ASKED)
    first = np.argsort(-np.nan_to_num(found.scores))[:20]
    assert planted[first].all()
    assert found.p_of_all <= 0.01
    assert (found.p[first[:10]] <= 0.05).all()
    assert (found.asked_near[first[:10]] >= 4).all()
    assert np.isnan(found.scores[animals % 2 == 0]).all()
    again = new_in_group(vectors, animals, ASKED)
    np.testing.assert_array_equal(found.scores, again.scores)
    np.testing.assert_array_equal(found.p, again.p)


def test_a_habit_of_one_animal_is_no_finding() -> None:
    vectors, animals, planted = cohort((3,), times=30)
    found = new_in_group(vectors, animals, ASKED)
    assert found.p_of_all > 0.05
    assert (found.asked_near[planted] <= ANIMALS).all()


def test_where_nothing_differs_one_cohort_in_twenty_stands_out() -> None:
    found = [new_in_group(*cohort(seed=seed)[:2], ASKED, n_permutations=99) for seed in range(40)]
    p = np.array([one.p_of_all for one in found])
    assert (p <= 0.05).sum() <= 6  # 2 expected; more than 6 in 40 has a chance below 1 %
    assert 0.3 < p.mean() < 0.7


def test_the_way_groups_are_dealt_follows_cages() -> None:
    vectors, animals, _ = cohort(tuple(range(1, ANIMALS, 2)))
    cages = np.arange(ANIMALS) // 4
    found = new_in_group(vectors, animals, ASKED, blocks=cages)
    assert (found.ways.restriction, found.ways.n_ways) == ("within blocks", 6**3)
    assert found.p_of_all <= 0.05


def test_what_was_looked_at_is_known_with_its_like() -> None:
    vectors, animals, planted = cohort(tuple(range(1, ANIMALS, 2)))
    row = int(np.flatnonzero(planted)[0])
    found = new_in_group(vectors, animals, ASKED, looked_at=[row])
    assert np.isnan(found.scores[row])
    assert np.isnan(found.scores[planted]).sum() >= 15


def test_missing_vectors_have_no_score() -> None:
    vectors, animals, _ = cohort()
    vectors[EACH] = np.nan
    found = new_in_group(vectors, animals, ASKED)
    assert np.isnan(found.scores[EACH])
    assert np.isfinite(found.scores[EACH + 1])


def test_two_animals_are_too_few() -> None:
    vectors, animals, _ = cohort()
    with pytest.raises(ValueError, match=r"expected 3 animals or more .* found 2 and 10"):
        new_in_group(vectors, animals, [place < 2 for place in range(ANIMALS)])


def test_directions_get_an_even_spread() -> None:
    vectors, *_ = cohort()
    points = even_spread(vectors, np.arange(len(vectors)))
    np.testing.assert_allclose(points.std(axis=0, ddof=1), 1, rtol=1e-3)


def test_hiding_a_behaviour_from_the_reference_finds_it_in_the_others() -> None:
    vectors, animals, planted = cohort(tuple(range(ANIMALS)))
    names = np.where(planted, "planted", "other").tolist()
    (one,) = [
        one for one in hide_from_reference(vectors, animals, ASKED, names) if one.windows == 30
    ]
    assert one.behaviour == "planted"
    assert one.auroc > 0.95
    assert AT_MOST_EACH == 5


def test_words_of_the_new_are_the_most_telling_first() -> None:
    said = [said_words("The mouse walks backwards.", ["walking"])] * 4
    said += [said_words("The mouse walks forward.", ["walking"])] * 2
    said += [said_words("The mouse rears.", ["zorbing"])] * 6
    new = np.arange(12) < 4
    words = words_of_the_new(said, new, ~new)
    assert words[0] == ("back up", 1.0, 0.0)
    assert words[1][0] == "walk"
    assert words_of_the_new(said, np.zeros(12, bool), new) == []
    assert "zorbing" in said[-1]
