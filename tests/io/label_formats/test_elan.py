"""ELAN's XML: slots in any order, references, slots without times, and no entities."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_mousegpt.io.doors.safe_xml import parse_xml
from napari_mousegpt.io.label_formats import elan

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>{declaration}
<ANNOTATION_DOCUMENT AUTHOR="" FORMAT="3.0">
  <HEADER><MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/data/mouse.mp4" MIME_TYPE="video/mp4"/></HEADER>
  <TIME_ORDER>
    <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/>
    <TIME_SLOT TIME_SLOT_ID="ts2"/>
    <TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="2000"/>
  </TIME_ORDER>
  <TIER TIER_ID="t1" PARTICIPANT="m1" ANNOTATOR="ann">
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
      <ANNOTATION_VALUE>sniff</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
    <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
      <ANNOTATION_VALUE></ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
  </TIER>
  <TIER TIER_ID="t2" PARENT_REF="t1">
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a4">
      <ANNOTATION_VALUE>long</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a1">
      <ANNOTATION_VALUE>{value}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
    <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a5" ANNOTATION_REF="a5">
      <ANNOTATION_VALUE>circle</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
  </TIER>
  <CONTROLLED_VOCABULARY CV_ID="v"><CV_ENTRY DESCRIPTION="nose">sniff</CV_ENTRY>
    <CV_ENTRY DESCRIPTION="">never</CV_ENTRY></CONTROLLED_VOCABULARY>
</ANNOTATION_DOCUMENT>
"""
ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def written(folder: Path, declaration: str = "", value: str = "short") -> Path:
    path = folder / "x.eaf"
    path.write_text(DOCUMENT.format(declaration=declaration, value=value))
    return path


def test_annotations_have_the_times_of_their_slots_or_of_what_they_refer_to(
    tmp_path: Path,
) -> None:
    path = written(tmp_path)
    assert elan.matches(path)
    bouts = elan.read(path, fps=20.0)
    columns = ["video", "individual", "behaviour", "annotator", "tier", "start", "stop"]
    assert sorted(map(tuple, bouts[columns].to_numpy().tolist()), key=str) == [
        ("mouse.mp4", "m1", "sniff", "ann", "t1", 20, 30),
        ("mouse.mp4", "m1", "t1", "ann", "t1", 30, 40),
        ("mouse.mp4", "t2", "long", None, "t2", 20, 30),
        ("mouse.mp4", "t2", "short", None, "t2", 20, 30),
    ]
    assert bouts.attrs["problems"] == [
        "time slots without a time, placed between their neighbours: 1",
        "labels without a readable time, left out: 1",
    ]
    assert bouts.attrs["ethogram"][:2] == [
        {"name": "sniff", "meaning": "nose", "kind": "state"},
        {"name": "never", "meaning": "", "kind": "state"},
    ]


@pytest.mark.parametrize(
    ("declaration", "value"), [(ENTITY, "&x;"), (LAUGHS, "&b;"), ("<!DOCTYPE a>", "x")]
)
def test_files_that_declare_entities_are_refused(
    tmp_path: Path, declaration: str, value: str
) -> None:
    with pytest.raises(ValueError, match="declares a document type or entities"):
        elan.read(written(tmp_path, declaration, value), fps=20.0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected plain XML"),
        (b"<a>", "expected plain XML"),
        (b"<a>" * 200 + b"</a>" * 200, "nested deeper than 100"),
        (b"<a>&lol;</a>", "expected plain XML"),
        (
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
            "document type",
        ),
    ],
)
def test_xml_is_plain_or_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_xml(content, "x.eaf")


def test_another_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.eaf"
    path.write_text("<other/>")
    assert not elan.matches(path)
    with pytest.raises(ValueError, match="expected an element ANNOTATION_DOCUMENT, found other"):
        elan.read(path, fps=20.0)
