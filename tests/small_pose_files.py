"""Pose files of a few rows, written by tests."""

from __future__ import annotations

from pathlib import Path

N = 40


def dlc_csv(path: Path, n_rows: int = N) -> Path:
    """DeepLabCut csv of one animal with a snout and a tail base that walks along a line."""
    lines = ["scorer,s,s,s,s,s,s", "bodyparts,snout,snout,snout,tailbase,tailbase,tailbase"]
    lines.append("coords,x,y,likelihood,x,y,likelihood")
    lines += [f"{i},{10 + i},{20 + i},0.9,{5 + i},{15 + i},0.8" for i in range(n_rows)]
    path.write_text("\n".join(lines) + "\n")
    return path
