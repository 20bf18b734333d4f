"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings
from own_display import turn_for_windows

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Before anything of Qt is imported.
WINDOWS = turn_for_windows()

# A machine with other work on it is no fault of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let tests with windows wait for their turn; the wait is no part of their time limit."""
    if item.get_closest_marker("window") is None:
        return (yield)
    with WINDOWS:
        return (yield)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real videos, poses and annotations; the test is skipped where it is absent."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MOUSEGPT_TEST_DATA", default))
    if not folder.is_dir():
        pytest.skip("no folder of real recordings (set MOUSEGPT_TEST_DATA)")
    return folder
