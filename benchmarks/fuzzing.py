"""Coverage-guided fuzzing of every reader of text. Needs atheris, which no extra brings.

    python benchmarks/fuzzing.py [FOLDER_OF_SEEDS] -max_total_time=60

The first byte chooses the reader, the rest is the file. A reader may refuse a file with a
ValueError or an OSError; anything else stops the run and is printed. Knows no format.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["napari_mousegpt.io"]):
    from napari_mousegpt import extensions

    READERS = [
        (extensions.load(group, name), suffix)
        for group in ("pose_formats", "label_formats")
        for name in extensions.names(group)
        for suffix in sorted(extensions.load(group, name).suffixes)
        if suffix in (".csv", ".tsv", ".txt", ".json", ".annot", ".eaf", ".boris", ".mat", ".npy")
    ]

FOLDER = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))


def read(data: bytes) -> None:
    """Try one file with one reader."""
    if not data:
        return
    reader, suffix = READERS[data[0] % len(READERS)]
    path = FOLDER / f"file{suffix}"
    path.write_bytes(data[1:])
    reader.matches(path)
    try:
        reader.read(path, fps=30.0)
    except (ValueError, OSError):
        return


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
