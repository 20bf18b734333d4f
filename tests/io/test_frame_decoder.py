"""How much is decoded for a frame: nothing past a key frame, past others what they may rest on."""

from __future__ import annotations

from pathlib import Path

import pytest
from video_files import number_in, write_video

from napari_mousegpt.io.films.video import Video
from napari_mousegpt.io.frame_decoder import FrameDecoder

GROUP = 12
OPTIONS = {"g": str(GROUP), "bf": "3", "b_strategy": "0", "sc_threshold": "0"}


@pytest.mark.parametrize(
    ("item", "is_alone"), [(0, True), (2 * GROUP, True), (2, False), (2 * GROUP + 1, False)]
)
def test_pictures_decoded_past_the_one_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, item: int, is_alone: bool
) -> None:
    decoded: list[int | None] = []
    keep = FrameDecoder._keep

    def counted(self: FrameDecoder, stamp: int, frame: object) -> int | None:
        decoded.append(keep(self, stamp, frame))
        return decoded[-1]

    monkeypatch.setattr(FrameDecoder, "_keep", counted)
    video = Video(write_video(tmp_path / "v.mp4", 40, options=OPTIONS))
    assert number_in(video[item]) == item
    assert (max(one for one in decoded if one is not None) == item) == is_alone
