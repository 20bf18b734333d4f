"""Algebra of spans against sets of frames."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_mousegpt.datamodel.spans import contains, intersect, n_frames, union, without

ranges = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda pair: (pair[0], sum(pair))),
    max_size=8,
).map(lambda found: np.array(found, np.int64).reshape(-1, 2))


def frames(found: np.ndarray) -> set[int]:
    return {frame for start, stop in found.tolist() for frame in range(start, stop)}


@given(ranges, ranges)
def test_spans_behave_as_sets_of_frames(first: np.ndarray, second: np.ndarray) -> None:
    a, b = union(first), union(second)
    assert frames(a) == frames(first)
    assert (np.diff(a.ravel()) > 0).all()
    assert n_frames(a) == len(frames(first))
    assert frames(intersect(a, b)) == frames(a) & frames(b)
    assert frames(without(a, b)) == frames(a) - frames(b)
    assert contains(a, np.arange(60)).tolist() == [frame in frames(a) for frame in range(60)]


def test_union_closes_gaps_up_to_the_limit() -> None:
    assert union([[0, 2], [4, 6], [9, 10]], gap=2).tolist() == [[0, 6], [9, 10]]
