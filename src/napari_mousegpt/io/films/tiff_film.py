"""TIFF stacks as films: ImageJ, OME, many pages, many files. Knows no animal and no window."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mousegpt.io.films.stack_axes import StackAxes, guess_axes, stack_axes
from napari_mousegpt.io.films.stack_film import StackFilm

if TYPE_CHECKING:
    import tifffile

Read = Callable[[int], NDArray[Any]]


def open_tiff(path: Path, fps: float | None = None) -> StackFilm:
    """Open a TIFF stack: ``(t, y, x)`` or ``(t, y, x, 3)``, T or else Z as time.

    Memory-mapped where its pixels lie there uncompressed, else page by page.

    Raises
    ------
    ValueError
        If it is no TIFF, its axes are more than time, picture and colour, or it is compressed
        in a way that needs another package.
    """
    stack = _Stack(path)
    return StackFilm(
        path,
        stack.read,
        stack.axes.n_frames,
        fps=fps or stack.fps,
        container="tiff",
        codec=stack.codec,
        problems=stack.problems,
        release=stack.close,
    )


def read_tiffs(files: list[Path]) -> tuple[Read, int, Callable[[], None]]:
    """Read single pictures, or stacks one after the other, out of several TIFF files.

    Returns
    -------
    read, n_frames, release
        As `StackFilm` wants them. Of many files, one is open at a time.
    """
    first = _Stack(files[0], alone=True)
    single = first.axes.n_frames == 1
    first.close()
    # A folder of single pictures may hold very many: their pages are not counted beforehand.
    counts = [1] * len(files) if single else [_count(path) for path in files]
    stops = list(accumulate(counts))
    opened: dict[Path, _Stack] = {}

    def release() -> None:
        for stack in opened.values():
            stack.close()
        opened.clear()

    def read(item: int) -> NDArray[Any]:
        place = bisect_right(stops, item)
        path = files[place]
        if path not in opened:
            release()
            opened[path] = _Stack(path, alone=True)
        return opened[path].read(item - (stops[place] - counts[place]))

    return read, stops[-1], release


def _count(path: Path) -> int:
    stack = _Stack(path, alone=True)
    stack.close()
    return stack.axes.n_frames


class _Stack:
    """One TIFF file; ``alone`` takes no frames from the other files that an OME header names."""

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        self.path, self._alone = path, alone
        self._file: tifffile.TiffFile | None = None
        self._mapped: NDArray[Any] | None = None
        self.codec: str = "none"
        series = self._series()
        axes = series.axes
        if "Y" not in axes or "X" not in axes:
            axes = guess_axes(series.shape)
        self.axes: StackAxes = stack_axes(series.shape, axes, path.name)
        tif = self._file
        assert tif is not None
        self.codec = tif.pages.first.compression.name.lower()
        self.fps: float | None = _frame_rate(tif)
        self.problems: list[str] = list(self.axes.problems)
        if len(tif.series) > 1:
            self.problems.append(f"of {len(tif.series)} series the first is read")

    def __del__(self) -> None:
        self.close()  # a film that is let go of without being closed

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file, self._mapped = None, None

    def read(self, item: int) -> NDArray[Any]:
        series = self._series()
        where = self.axes.where(item)
        if self._mapped is not None:
            return self.axes.picture(np.asarray(self._mapped[where]))
        return self.axes.picture(self._from_pages(series, where))

    def _from_pages(
        self, series: tifffile.TiffPageSeries, where: tuple[int | slice, ...]
    ) -> NDArray[Any]:
        """Read the pages that hold a frame, and no others."""
        in_page = series.keyframe.ndim
        outer = series.shape[: len(series.shape) - in_page]
        if len(series) != int(np.prod(outer, dtype=np.int64)):
            self._mapped = self._decoded(lambda: series.asarray())  # all in one compressed page
            return np.asarray(self._mapped[where])
        numbers = np.arange(len(series)).reshape(outer)[where[: len(outer)]]
        pages = [
            self._decoded(partial(series.asarray, key=number))
            for number in numbers.ravel().tolist()
        ]
        frame = np.stack(pages).reshape(*numbers.shape, *pages[0].shape)
        return frame[(..., *where[len(outer) :])]

    def _decoded(self, decode: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        try:
            return decode()
        except ValueError as error:
            if "imagecodecs" not in str(error):
                raise
            raise ValueError(
                f"{self.path.name}: compressed as {self.codec.upper()}, which needs another "
                "package: pip install imagecodecs. Or save it uncompressed."
            ) from error

    def _series(self) -> tifffile.TiffPageSeries:
        import tifffile

        if self._file is None:
            try:
                self._file = tifffile.TiffFile(self.path, is_ome=False if self._alone else None)
                series = self._file.series[0]
            except (tifffile.TiffFileError, IndexError) as error:
                raise ValueError(
                    f"{self.path.name}: expected a TIFF stack, found a file that cannot be read "
                    f"as one ({error})"
                ) from error
            if series.dataoffset is not None and series.keyframe.is_memmappable:
                self._mapped = np.memmap(
                    self.path,
                    dtype=np.dtype(f"{self._file.byteorder}{series.dtype.char}"),
                    mode="r",
                    offset=series.dataoffset,
                    shape=series.shape,
                )
        return self._file.series[0]


def _frame_rate(tif: tifffile.TiffFile) -> float | None:
    """What ImageJ says of the time between frames, if it does."""
    told = tif.imagej_metadata or {}
    interval_s = told.get("finterval")
    if isinstance(interval_s, int | float) and interval_s > 0:
        unit = {"msec": 1e-3, "ms": 1e-3, "min": 60.0}.get(str(told.get("tunit", "s")), 1.0)
        return 1 / (float(interval_s) * unit)
    rate = told.get("fps")
    return float(rate) if isinstance(rate, int | float) and rate > 0 else None
