"""Small Parquet tables as rows of text, the names of the columns first. Knows no label format."""

from __future__ import annotations

from pathlib import Path

CELLS_LIMIT = 20_000_000
FILE_LIMIT_BYTES = 256 << 20


def is_parquet(path: Path) -> bool:
    """Whether a file begins like Parquet."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def parquet_rows(path: Path, n_rows: int | None = None) -> list[list[str]]:
    """Read a table; an absent value is "".

    Parameters
    ----------
    path
        Of the file.
    n_rows
        Only so many rows, that of the names included.

    Raises
    ------
    ValueError
        If the file is damaged, or a limit of this module is passed.
    OSError
        If it cannot be read.
    """
    from pyarrow import ArrowException, parquet

    if path.stat().st_size > FILE_LIMIT_BYTES:
        raise ValueError(f"{path.name}: expected at most {FILE_LIMIT_BYTES} bytes, found more")
    try:
        with parquet.ParquetFile(path) as file:
            names = [str(name) for name in file.schema_arrow.names]
            if file.metadata.num_rows * max(1, len(names)) > CELLS_LIMIT:
                raise ValueError(f"expected at most {CELLS_LIMIT} cells, found more")
            if n_rows == 1:
                return [names]
            columns = [column.to_pylist() for column in file.read().columns]
    except (ArrowException, ValueError, NotImplementedError, MemoryError) as error:
        raise ValueError(f"{path.name}: damaged or unreadable Parquet file ({error})") from None
    rows = zip(*columns, strict=True)
    body = [["" if value is None else str(value) for value in row] for row in rows]
    return [names, *body][:n_rows]
