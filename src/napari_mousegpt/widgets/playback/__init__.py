"""Playing a film in real time. Knows the viewer's state, no dock."""

from napari_mousegpt.widgets.playback.player import SPEEDS, Player, player_of

__all__ = ["SPEEDS", "Player", "player_of"]
