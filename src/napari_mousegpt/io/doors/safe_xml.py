"""XML without entities: a file that declares a document type is refused. Knows no schema."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.parsers import expat

DEPTH_LIMIT = 100
"""Elements inside elements."""


def parse_xml(content: bytes, name: str) -> ElementTree.Element:
    """Parse XML and return its root.

    Raises
    ------
    ValueError
        If it is no XML, too deep, or declares a document type: the door to entities, which can
        read other files and grow without bound.
    """
    try:
        _look_through(content)
        return ElementTree.fromstring(content)
    except (expat.ExpatError, ElementTree.ParseError, LookupError, ValueError) as error:
        raise ValueError(f"{name}: expected plain XML, found something else ({error})") from None


def _look_through(content: bytes) -> None:
    depth = 0

    def refuse(*_: object) -> None:
        raise ValueError("it declares a document type or entities, which are not read")

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT:
            raise ValueError(f"its elements are nested deeper than {DEPTH_LIMIT}")

    def leave(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.Parse(content, True)
