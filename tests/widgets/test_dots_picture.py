"""Dots as pixels, and pixels back to dots."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mousegpt.widgets.behaviour_map.dots_picture import darker, draw_dots, radius_for

RED, BLUE = np.uint32(0xFFFF0000), np.uint32(0xFF0000FF)


@pytest.mark.parametrize("radius_px", [1.0, 1.5, 2.2, 3.2, 4.5])
def test_each_dot_is_found_where_it_is_drawn(radius_px: float) -> None:
    x, y = np.array([10.0, 40.0, 40.0, 99.4]), np.array([5.0, 30.0, 49.4, 0.0])
    drawn = draw_dots(x, y, np.full(4, RED), (100, 50), radius_px=radius_px)
    assert [drawn.row_at(*place) for place in zip(x, y, strict=True)] == [0, 1, 2, 3]
    assert drawn.row_at(70, 20) is None
    middle = drawn.argb[round(y[1]) + drawn.margin, round(x[1]) + drawn.margin]
    assert middle == RED


def test_later_dots_lie_over_earlier_ones() -> None:
    x = np.array([20.0, 22.0])
    drawn = draw_dots(x, x, np.array([RED, BLUE]), (50, 50), radius_px=4.5)
    assert drawn.row_at(22, 22) == 1
    assert drawn.row_at(17, 17) == 0


def test_what_is_not_in_view_is_not_drawn() -> None:
    x = np.array([np.nan, -30.0, 500.0, 20.0])
    y = np.array([20.0, 20.0, 20.0, -9.0])
    drawn = draw_dots(x, y, np.full(4, RED), (50, 50), radius_px=4.5)
    assert not drawn.argb.any()
    assert not drawn.rows.any()


def test_chosen_dots_have_an_edge_of_another_colour() -> None:
    x = np.array([20.0])
    plain = draw_dots(x, x, np.array([RED]), (40, 40), radius_px=6.0)
    edged = draw_dots(x, x, np.array([RED]), (40, 40), radius_px=6.0, edge=np.uint32(0xFFFFFFFF))
    assert np.uint32(0xFFFFFFFF) in edged.argb
    assert darker(np.array([RED]))[0] in plain.argb


def test_more_dots_are_smaller() -> None:
    radii = [radius_for(count) for count in (10, 2_000, 10_000, 30_000, 100_000)]
    assert radii == sorted(radii, reverse=True)
    assert len(set(radii)) == 5
