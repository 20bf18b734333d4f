"""What a person chose on the plugin's page in napari's Preferences. Knows no widget."""

from __future__ import annotations

from typing import Any

from napari_mousegpt.layers.of_recording import Look

PLUGIN = "napari-mousegpt"


def look() -> Look:
    """How keypoints and trails look."""
    display = _section("display")
    return Look(
        keypoint_size_px=display.keypoint_size or None,
        colour_by=None if display.colour_by == "automatic" else display.colour_by,
        trail_s=display.trail_s,
        min_confidence=display.min_confidence,
    )


def opens_timeline() -> bool:
    """Whether the timeline opens by itself with a film."""
    return bool(_section("display").open_timeline)


def exact_while_scrubbing() -> bool:
    """Whether every step waits for the exact frame."""
    return bool(_section("video").exact_while_scrubbing)


def makes_scrub_copies() -> bool:
    """Whether smaller copies of films are made for scrubbing."""
    return bool(_section("video").scrub_copies)


def scrub_copy_side() -> int:
    """Longest side of such a copy, in pixels."""
    return int(_section("video").scrub_copy_side)


def cache_limit_bytes() -> int:
    """What all files that can be made again may take on disk."""
    return int(_section("video").cache_gib * (1 << 30))


def captioner() -> str:
    """The captioner that is offered first."""
    return str(_section("captioning").captioner)


def window_s() -> float:
    """The length of windows that is offered first."""
    return float(_section("captioning").window_s)


def _section(name: str) -> Any:
    from napari.settings import get_plugin_settings

    return getattr(get_plugin_settings(PLUGIN), name)
