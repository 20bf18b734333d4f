"""The timeline: what is known over time, one row each. Knows the viewer's state, no other dock."""

from napari_mousegpt.widgets.timeline.dock import TimelineDock

__all__ = ["TimelineDock"]
