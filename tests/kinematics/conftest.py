"""Fixtures for kinematics: a mouse that does what a test asks for."""

from __future__ import annotations

import pytest
from kinematics_mouse import PARTS, MakeMouse, place_mouse


@pytest.fixture
def mouse() -> MakeMouse:
    """`place_mouse`."""
    return place_mouse


@pytest.fixture
def own_roles() -> dict[str, str]:
    """The mouse's keypoints are called like their roles."""
    return {part: part for part in PARTS}
