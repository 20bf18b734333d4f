"""Names of the formats that a recording can be written in. Imports nothing: a menu needs them."""

from __future__ import annotations

EXPORTS = {
    "csv": ".csv",
    "spreadsheet": ".csv",
    "boris": ".boris",
    "boris-events": ".csv",
    "bento": ".annot",
    "poser": ".csv",
    "simba": ".csv",
    "movement": ".nc",
    "dlc": ".csv",
    "nwb": ".nwb",
}
"""Formats by name, and the ending of their files."""
