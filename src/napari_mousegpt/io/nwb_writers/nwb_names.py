"""Names that NWB takes. Knows nothing that is named."""

from __future__ import annotations

from collections.abc import Collection


def nwb_name(name: str, taken: Collection[str] = ()) -> str:
    """Replace what NWB refuses in a name, and make it differ from those ``taken``."""
    plain = name.replace("/", "_").replace(":", "_").strip(".") or "unnamed"
    number, chosen = 1, plain
    while chosen in taken:
        number += 1
        chosen = f"{plain} {number}"
    return chosen
