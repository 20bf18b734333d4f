"""Which key does what, and what a person changed of it. Knows no widget and no viewer."""

from __future__ import annotations

from pathlib import Path

from psygnal import Signal
from qtpy.QtGui import QKeyEvent

from napari_mousegpt.widgets.keys.action import Action
from napari_mousegpt.widgets.keys.key_file import load_keys, save_keys
from napari_mousegpt.widgets.keys.key_names import key_of, proper


class KeyMap:
    """Actions by key.

    Signals
    -------
    changed
        Actions came or went, keys are others, or the mode is another.

    Parameters
    ----------
    path
        File of the keys that a person chose; nothing is stored if None.
    """

    changed = Signal()

    def __init__(self, path: Path | None = None) -> None:
        self.actions: dict[str, Action] = {}
        self.mode: str | None = None
        self._path = path
        self._chosen = load_keys(path)
        self._held: dict[str, Action] = {}

    def add(self, *actions: Action) -> None:
        """Add actions.

        Raises
        ------
        ValueError
            If a name is taken, or a key is within the same mode; then none is added.
        """
        added = dict(self.actions)
        for action in actions:
            if action.name in added:
                raise ValueError(f"there is an action {action.name!r} already")
            for key in () if action.name in self._chosen else action.keys:
                for other in added.values():
                    if other.mode == action.mode and proper(key) in self._keys_at_first(other):
                        raise ValueError(_taken(key, other))
            added[action.name] = action
        self.actions = added
        self.changed.emit()

    def remove_group(self, group: str) -> None:
        """Take out all actions of a group, if there are any."""
        self.actions = {n: one for n, one in self.actions.items() if one.group != group}
        self.changed.emit()

    def set_mode(self, mode: str | None) -> None:
        """Let the actions of a mode count; of none if None."""
        if mode != self.mode:
            self.mode = mode
            self.changed.emit()

    def keys_of(self, name: str) -> tuple[str, ...]:
        """Keys of an action; those that a person gave to another are not among them."""
        if name in self._chosen:
            return self._chosen[name]
        action = self.actions[name]
        taken = {
            key
            for other in self.actions.values()
            if other.mode == action.mode and other.name != name
            for key in self._chosen.get(other.name, ())
        }
        return tuple(key for key in self._keys_at_first(action) if key not in taken)

    def hint(self, name: str) -> str:
        """The first key in brackets, for tooltips; "" where there is none."""
        keys = self.keys_of(name) if name in self.actions else ()
        return f" ({keys[0]})" if keys else ""

    def set_key(self, name: str, key: str) -> None:
        """Give an action another key, in place of all it has; "" for none.

        Raises
        ------
        ValueError
            If it is no key, or another action has it.
        """
        action = self.actions[name]
        keys: tuple[str, ...] = (proper(key),) if key else ()
        for other in self.actions.values():
            if other.name == name or other.mode != action.mode:
                continue
            if set(keys) & set(self.keys_of(other.name)):
                raise ValueError(_taken(proper(key), other))
        self._choose({**self._chosen, name: keys})

    def reset(self, name: str | None = None) -> None:
        """Give an action, or all if None, the keys they had at first."""
        kept = {} if name is None else {n: k for n, k in self._chosen.items() if n != name}
        self._choose(kept)

    def changed_by_hand(self, name: str) -> bool:
        """Whether a person chose its keys."""
        return name in self._chosen

    def action_for(self, key: str) -> Action | None:
        """What a key does now: an action of the present mode, else one of no mode."""
        found = None
        for name, action in self.actions.items():
            if action.mode in (None, self.mode) and key in self.keys_of(name):
                if action.mode is not None:
                    return action
                found = action
        return found

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key press would do something."""
        return self.action_for(key_of(event)) is not None

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key press asks for; return whether there was something."""
        action = self.action_for(key_of(event))
        if action is None:
            return False
        if not event.isAutoRepeat() or action.repeats:
            if action.release is not None:
                self._held[key_of(event)] = action
            action.run()
        return True

    def release(self, event: QKeyEvent) -> bool:
        """End what lasts as long as a key is held; return whether there was something."""
        if event.isAutoRepeat():
            return False
        held = self._held.pop(key_of(event), None)
        if held is None or held.release is None:
            return False
        held.release()
        return True

    def groups(self) -> dict[str, list[Action]]:
        """All actions by group, in the order in which they came."""
        groups: dict[str, list[Action]] = {}
        for action in self.actions.values():
            groups.setdefault(action.group, []).append(action)
        return groups

    def _keys_at_first(self, action: Action) -> tuple[str, ...]:
        """Keys an action has by itself; none if a person chose others."""
        if action.name in self._chosen:
            return ()
        return tuple(proper(key) for key in action.keys)

    def _choose(self, chosen: dict[str, tuple[str, ...]]) -> None:
        save_keys(self._path, chosen)
        self._chosen = chosen
        self.changed.emit()


def _taken(key: str, other: Action) -> str:
    return f"{key} is the key of “{other.title}” ({other.group}); give that another key first"
