"""A film as the data of an image layer.

Whoever reads ``layer.data[i]`` gets exactly frame i, however long that takes. One reader is told
apart: napari's own slicing, which asks for the frame of the slider while the window stands still.
Once somebody listens (`listen`), it gets what is at hand within some milliseconds: the exact frame,
else the same frame of a scrub proxy, else the picture shown before; a thread with a decoder of its
own reads the exact frame meanwhile, and whoever listens shows it. Knows no window.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.scrub_proxy import ScrubProxy, jump_pixels
from napari_mousegpt.layers.film.frame_cache import FrameCache
from napari_mousegpt.layers.film.frame_worker import FrameWorker
from napari_mousegpt.layers.film.marked_picture import marked_picture
from napari_mousegpt.layers.film.reading_time import ReadingTime
from napari_mousegpt.layers.film.together import Together

KEPT_BYTES = 64 << 20
CHEAP_PIXELS = 6_000_000
"""A jump that decodes no more than this (5 ms) is waited for: such films are always exact."""
PATIENCE_S = 0.008
"""How long a step waits for the proxy, or for a frame that comes next anyway."""
REST_S = 0.08
"""With a proxy, the exact frame is decoded once the slider has rested this long."""
STEP_S = 0.01
"""How long decoding waits for the end of a step (`hurry`), which it would only slow down."""
NEAR_FRAMES = 8
STRIDE_AHEAD = 2
MOST_AHEAD = 8
SLICER = "napari.layers"

Quality = Literal["exact", "proxy", "late", "error"]


class ShownFilm:
    """A film that can be stepped through without waiting; otherwise an array like the film.

    Parameters
    ----------
    film
        An `io.films.film.Film`, or what has its ``len``, ``shape``, ``fps``, ``times_s`` and items.
        The thread decodes with ``film.again()`` where there is one, with the film itself otherwise.
    together
        Of films that are stepped through side by side; alone if None.
    kept_bytes
        How much of decoded pictures is kept, at least a few.

    Attributes
    ----------
    exact_while_scrubbing
        Let every step wait for the exact frame.
    item, quality
        Which frame napari was given last, and what of it: ``exact``, ``proxy`` (smaller, but the
        same frame), ``late`` (another frame than asked for), ``error``; item None before any.
    jumped
        Whether the frame asked for is still to be decoded, without a copy of it and not next to
        the one before: that takes a while.
    watched
        Whether it is on the canvas; else it is not decoded when others of its kind are.
    """

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(
        self, film: Any, *, together: Together | None = None, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self.film = film
        self.watched = True
        self._together = Together() if together is None else together
        self._together.add(self)
        self._expected: tuple[int, float | None] | None = None
        self.exact_while_scrubbing = False
        self.item: int | None = None
        self.quality: Quality = "exact"
        self.asked: int | None = None
        self.jumped = False
        self.proxy: ScrubProxy | None = None
        self._picture: NDArray[np.uint8] | None = None
        self._listener: Callable[[int], None] | None = None
        frame_bytes = int(np.prod(self.shape[1:]))
        kept = FrameCache(kept_bytes, frame_bytes)
        again = getattr(film, "again", None)
        source = film if again is None else again()
        self._tell = _teller(weakref.ref(self))
        self._reading = ReadingTime(source)
        self._exact = FrameWorker(
            self._reading.read,
            kept,
            self._tell,
            finish=None if again is None else source.close,
        )
        self._small: FrameWorker | None = None
        weakref.finalize(self, self._exact.end)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "film":
            raise AttributeError(name)
        return getattr(self.film, name)  # fps, times_s, path, index and what else it knows

    def __repr__(self) -> str:
        return f"ShownFilm({self.film!r})"

    def __len__(self) -> int:
        return len(self.film)

    @property
    def shape(self) -> tuple[int, ...]:
        """Frames, height, width and 3; the number of frames may grow until `ready`."""
        return tuple(self.film.shape)

    @property
    def ready(self) -> bool:
        """Whether length and times are final."""
        return bool(getattr(self.film, "ready", True))

    def on_ready(self, call: Callable[[], None]) -> None:
        """Call back when length and times are final: at once, or later from another thread."""
        getattr(self.film, "on_ready", lambda call: call())(call)

    @cached_property
    def _jump_pixels(self) -> float:
        return jump_pixels(self.film)

    @property
    def _cheap(self) -> bool:
        """Whether any frame is decoded so soon that a step may wait for it."""
        share = CHEAP_PIXELS / max(1, len(self._together.watched))
        return self.ready and self._jump_pixels <= share

    @property
    def size(self) -> int:
        """Number of values, as numpy counts."""
        return int(np.prod(self.shape, dtype=np.int64))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        frames = self.film[:]
        return frames if dtype is None else frames.astype(dtype)

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        if self._listener is not None:
            item = _sliced_item(key)
            caller = sys._getframe(1).f_globals.get("__name__", "")
            if item is not None and caller.startswith(SLICER) and 0 <= item < len(self):
                picture = self._at_hand(item)
                return picture[None] if isinstance(key[0], slice) else picture
        frames: NDArray[np.uint8] = self.film[key]
        return frames

    def read_frames(self, items: Iterable[int]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield ``(item, frame)``, exact, as the film does."""
        yield from self.film.read_frames(items)

    def listen(self, listener: Callable[[int], None] | None) -> None:
        """Have a function called, in a thread, with each frame that is at hand from then on.

        From then on napari's slicing does not wait; with None it does again.
        """
        self._listener = listener
        if listener is not None and hasattr(self.film, "again"):
            # The thread has a decoder of its own; this one's pictures would lie idle beside it.
            self.film.close()

    def use_proxy(self, proxy: ScrubProxy | None) -> None:
        """Show its pictures while exact ones are not at hand."""
        before, self._small = self._small, None
        if before is not None:
            before.end()
        self.proxy = proxy
        if proxy is not None:
            size_yx = self.shape[1], self.shape[2]
            kept = FrameCache(0, 1)
            # Of a film on another's clock, the copy counts the film's own frames.
            picture = getattr(self.film, "through", lambda picture: picture)(proxy.picture)
            self._small = FrameWorker(
                lambda item: picture(item, size_yx), kept, self._tell, finish=proxy.close
            )
            weakref.finalize(self, self._small.end)

    def settle(self, item: int) -> None:
        """Wait until the exact frame is at hand, or known not to be readable."""
        if not self._exact.has(item):
            self._exact.ask(item)
            self._exact.wait_for(item)

    @property
    def settled(self) -> bool:
        """Whether the picture shown is the exact frame that was asked for."""
        return self.item == self.asked and self.quality in ("exact", "error")

    def better_than_shown(self) -> bool:
        """Whether something nearer to what was asked for is at hand than what is shown."""
        if self.asked is None or self.settled:
            return False
        if self._exact.has(self.asked):
            return True
        if self._small is not None and self.asked in self._small.kept:
            return self.item != self.asked
        newest = self._exact.newest
        late = self.quality == "late" and self._small is None
        return late and newest is not None and newest[0] != self.item

    def close(self) -> None:
        """Let go of the file and end the threads."""
        self._listener = None
        self._exact.end()
        self.use_proxy(None)
        self.film.close()

    def comes_within(self, seconds: float) -> bool:
        """Whether a frame that was jumped to may be there so soon; yes, if nothing is known."""
        expected_s = None if self.asked is None else self._reading.of_jump_s(self.asked)
        return expected_s is None or expected_s <= seconds

    def hurry(self) -> None:
        """Decode what was asked for: the step is over."""
        if self.jumped:
            self._exact.hurry()

    def expect(self, item: int) -> None:
        """Begin with a frame that is about to be sliced."""
        if self._listener is not None:
            self._expected = item, self._ask(item)

    def _at_hand(self, item: int) -> NDArray[np.uint8]:
        """The best picture of a frame that can be had at once."""
        expected, self._expected = self._expected, None
        if expected is not None and expected[0] == item:
            patience_s = expected[1]
        else:
            patience_s = self._ask(item)
        until_s = self._together.begin(self, item, PATIENCE_S)
        exact, small = self._exact, self._small
        if not exact.has(item) and patience_s != 0:
            exact.wait_for(item, None if patience_s is None else _left(until_s))
        if not exact.has(item) and small is not None:
            small.ask(item)
            small.wait_for(item, _left(until_s + (patience_s or 0.0)))
        return self._best(item)

    def _ask(self, item: int) -> float | None:
        """Have a frame read; return how long it is worth waiting for, None for ever."""
        before, self.asked = self.asked, item
        stride = 0 if before is None else item - before
        exact, small = self._exact, self._small
        self.jumped = False
        if exact.has(item):
            if before is not None and stride:
                exact.ask(item, ahead=self._ahead(item, stride))
            return 0.0
        near = 0 < stride <= NEAR_FRAMES
        patient = self._cheap or self.exact_while_scrubbing or self._picture is None
        with_copy = small is not None and not near and not patient
        self.jumped = not (near or patient or with_copy)
        delay_s = STEP_S if self.jumped else REST_S if with_copy else 0.0
        exact.ask(item, delay_s=delay_s, ahead=self._ahead(item, stride))
        if with_copy and small is not None:
            small.ask(item)
        return None if patient else PATIENCE_S if near else 0.0

    def _best(self, item: int) -> NDArray[np.uint8]:
        frame = self._exact.kept.get(item)
        small = self._small
        if frame is not None:
            self._show(item, "exact", frame)
        elif item in self._exact.problems:
            text = f"frame {item} cannot be decoded"
            _, height, width, _ = self.shape
            self._show(item, "error", marked_picture((height, width), text))
        elif small is not None and (frame := small.kept.get(item)) is not None:
            self._show(item, "proxy", frame)
        else:
            newest = self._exact.newest
            if newest is not None and small is None:
                self._show(newest[0], "late", newest[1])
            self.quality = "late"
        if self._picture is None:
            return np.zeros(self.shape[1:], np.uint8)
        return self._picture

    def _show(self, item: int, quality: Quality, picture: NDArray[np.uint8]) -> None:
        self.item, self.quality, self._picture = item, quality, picture

    def _ahead(self, item: int, stride: int) -> list[int]:
        """What comes next if the movement goes on; nothing where many frames are left out."""
        if not 0 < abs(stride) <= STRIDE_AHEAD:
            return []
        count = min(MOST_AHEAD, self._exact.kept.n_frames - 2)
        found = (item + stride * step for step in range(1, count + 1))
        return [one for one in found if 0 <= one < len(self)]


def _left(until_s: float) -> float:
    return max(0.0, until_s - time.monotonic())


def _sliced_item(key: Any) -> int | None:
    """The one frame that a key in the form of napari's slicing asks for, else None."""
    if not isinstance(key, tuple) or len(key) != 3 or any(one != slice(None) for one in key[1:]):
        return None
    time = key[0]
    if isinstance(time, slice):
        one = time.start is not None and time.stop == time.start + 1 and time.step in (None, 1)
        return int(time.start) if one else None
    return int(time) if isinstance(time, (int, np.integer)) else None


def _teller(film: weakref.ref[ShownFilm]) -> Callable[[int], None]:
    """Tell whoever listens to a film, as long as there is one; threads must not keep it alive."""

    def tell(item: int) -> None:
        shown = film()
        listener = None if shown is None else shown._listener
        if listener is not None:
            listener(item)

    return tell
