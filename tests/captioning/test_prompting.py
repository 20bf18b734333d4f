"""Prompts: placeholders, presets, one's own words, examples, drawn keypoints, what goes first."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from napari_mousegpt.captioning.captioner import Clip
from napari_mousegpt.captioning.crop import Square
from napari_mousegpt.captioning.endpoint_message import messages_json
from napari_mousegpt.captioning.prompt import GENERAL, TINY, Prompt
from napari_mousegpt.captioning.prompting.choices import PromptChoices
from napari_mousegpt.captioning.prompting.compose import Known, compose
from napari_mousegpt.captioning.prompting.drawn_keypoints import (
    COLOURS,
    KeypointDrawing,
    parts_in_words,
)
from napari_mousegpt.captioning.prompting.example import Example
from napari_mousegpt.captioning.prompting.others_words import others_in_words
from napari_mousegpt.captioning.prompting.placeholders import fill, fill_some, names_in
from napari_mousegpt.captioning.prompting.prompt_file import read_prompt_file
from napari_mousegpt.captioning.vlm_input import messages_for, video_metadata
from napari_mousegpt.datamodel.poses import make_poses
from napari_mousegpt.datamodel.timerange import TimeRange
from napari_mousegpt.kinematics.relations import Relation

KNOWN = Known("side", 2, (("still", "Does not move."), ("rear up", "")), ("orange snout",))


def clip(start: int = 0, *, video: str = "cam0", view: str = "top", of: str = "sha-a") -> Clip:
    return Clip(
        video=video,
        individual="a",
        window=TimeRange(start, start + 60),
        frames=(start, start + 20, start + 40),
        times_s=(0.0, 0.6, 1.2),
        camera_view=view,
        pixels=np.full((3, 8, 8, 3), start % 255, np.uint8),
        video_sha256=of,
    )


def example(start: int, *, frames: bool = False) -> Example:
    pixels = np.zeros((3, 8, 8, 3), np.uint8) if frames else None
    said = '{"overall": "x"}'
    times_s = (0.0, 0.6, 1.2)
    return Example("sha-a", "cam0", "a", start, start + 60, f"at {start}", said, times_s, pixels)


@pytest.mark.parametrize(
    ("prompt", "sha256"),
    [
        (GENERAL, "0b31fec53ef0a6b6b7df97dd8d3ff2d18e8e5a2b060653732c70e4f31dade118"),
        (TINY, "edfeb4cf74f1a278f6d50906dff515631cf1d6d15ffb339392e99ce7e4c8423a"),
    ],
    ids=["general", "tiny"],
)
def test_the_words_of_earlier_runs_stay(prompt: Prompt, sha256: str) -> None:
    assert hashlib.sha256(prompt.text.encode()).hexdigest() == sha256
    assert compose(PromptChoices(), KNOWN) is GENERAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a} and {b}", "1 and "),
        ("{{a}} is {a}", "{a} is 1"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ("first\n{b}\nlast", "first\nlast"),
        ("first\n\nlast", "first\n\nlast"),
    ],
)
def test_placeholders(text: str, expected: str) -> None:
    assert fill(text, {"a": "1", "b": ""}) == expected


def test_some_placeholders_now_and_the_others_later() -> None:
    now = fill_some("{a} {later} {{a}}", {"a": "holds {later}"})
    assert names_in(now) == ["later"]
    assert fill(now, {"later": "2"}) == "holds {later} 2 {a}"


@pytest.mark.parametrize(
    ("choices", "present", "absent"),
    [
        ({"language": "German"}, ["in German", "keywords are in German"], ["2 mice", "dots"]),
        ({"ethogram": True}, ['- "still": Does not move.', '- "rear up"\n'], ["for instance"]),
        (
            {"ethogram": True, "language": "French"},
            ["stays as it is listed", "other terms are in French"],
            [],
        ),
        ({"preset": "auto"}, ["2 mice", "from the side"], ["down from above", "dots"]),
        ({"preset": "top"}, ["2 mice", "down from above"], ["from the side"]),
        ({"preset": "views"}, ["several \ncameras".replace("\n", ""), "all cameras"], []),
        ({"keypoints_drawn": "points"}, ["mark its parts: orange snout"], ["2 mice"]),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, dict) else None,
)
def test_choices_in_words(choices: dict, present: list[str], absent: list[str]) -> None:
    known = KNOWN if "keypoints_drawn" in choices else replace(KNOWN, parts=())
    prompt = compose(PromptChoices(**choices), known)
    assert all(words in prompt.system for words in present)
    assert not any(words in prompt.system for words in absent)
    assert (prompt.labels == ("still", "rear up")) == bool(choices.get("ethogram"))
    assert not names_in(prompt.system)
    assert prompt.text != GENERAL.text


def test_each_choice_is_another_text() -> None:
    texts = [
        compose(PromptChoices(preset=preset, language=language, ethogram=listed), KNOWN).text
        for preset in ("general", "auto", "top", "bottom", "oblique", "views")
        for language in ("English", "German")
        for listed in (False, True)
    ]
    assert len(set(texts)) == len(texts)


def test_own_words_with_choices_that_they_do_not_place() -> None:
    own = PromptChoices(
        language="German", ethogram=True, system="Look. {animals}", question="{n_frames} {{x}}"
    )
    prompt = compose(own, KNOWN)
    assert prompt.system.startswith("Look. There are 2 mice.")
    assert "in German" in prompt.system
    assert '- "still"' in prompt.system
    assert prompt.question_for(clip()) == "3 {x}"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"preset": "above"}, "expected one of general"),
        ({"keypoints_drawn": "yes"}, "none, points, skeleton"),
        ({"language": " "}, "such as German"),
        ({"examples": 99}, "0 to 32"),
        ({"system": "x"}, "or neither"),
    ],
)
def test_choices_that_are_none(values: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        PromptChoices(**values)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.toml", b'system = "x\n', r"not TOML: .* line 1"),
        ("a.toml", b'question = "x"\nmodel = "y"', "expected system and question, found model"),
        ("a.toml", b'system = "x"', "expected a question, found none"),
        ("a.toml", b"question = 3", "as text"),
        ("a.toml", b'question = "{kinematic}"', r"unknown \{kinematic\}.*\{kinematics\}"),
        ("a.toml", b'system = "{kinematics}"\nquestion = "x"', "belongs into the question"),
        ("a.txt", b"only one part", "one line of ---, found none"),
        ("a.txt", b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_broken_prompt_files(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=words) as error:
        read_prompt_file(tmp_path / name)
    assert str(error.value).startswith(name)


def test_prompt_files(tmp_path: Path) -> None:
    text, toml = tmp_path / "a.txt", tmp_path / "a.toml"
    text.write_bytes("\ufeffYou see {animals}.\r\n---\r\nWas?\r\n".encode())
    toml.write_text('system = """You see {animals}.\n"""\nquestion = "Was?"', encoding="utf-8")
    assert read_prompt_file(text) == read_prompt_file(toml) == ("You see {animals}.", "Was?")
    with pytest.raises(FileNotFoundError, match="a line of ---"):
        read_prompt_file(tmp_path / "none.toml")


def test_a_window_is_never_shown_its_own_answer() -> None:
    told = Prompt("S", "Q", tuple(map(example, (0, 60, 120, 180))), examples_shown=2)
    assert [one.start for one in told.examples_for(clip(600))] == [0, 60]
    assert [one.start for one in told.examples_for(clip(30))] == [120, 180]
    assert [one.start for one in told.examples_for(clip(30, of="sha-b"))] == [0, 60]
    # What is the same for all clips comes first, and stays the same.
    assert told.system_for(clip(600)) == told.system_for(clip(900))
    assert told.system_for(clip(600)).startswith("S\n\n")
    assert "at 0" in told.text
    assert told.words_for(clip(600)).endswith("\n\nQ")


def test_messages_with_examples_and_cameras_match_their_times() -> None:
    seen = replace(clip(), also_seen=(clip(7, video="cam1", view="side"),))
    told = Prompt("S", "{cameras}", (example(300, frames=True),), examples_shown=1)
    messages = messages_for(seen, told, takes_video=True)
    assert [one["role"] for one in messages] == ["system", "user", "assistant", "user"]
    parts = [part for one in messages for part in one["content"]]
    videos = [part["video"] for part in parts if part["type"] == "video"]
    assert [int(video[0, 0, 0, 0]) for video in videos] == [0, 0, 7]
    metadata = video_metadata([seen], [1.2], told)
    assert [one["total_num_frames"] for one in metadata] == [3, 3, 3]
    assert [round(one["fps"], 2) for one in metadata] == [1.67, 1.67, 1.67]
    assert parts[-1]["text"] == "cam0 (top view), cam1 (side view)"
    sent = json.loads(messages_json(seen, told, pictures="images", jpeg_quality=90))
    assert [one["role"] for one in sent] == ["system", "user", "assistant", "user"]
    kinds = [part["type"] for part in sent[-1]["content"]]
    assert kinds.count("image_url") == 6
    assert sent[-1]["content"][0]["text"] == "Camera cam0, top view:"
    assert sent[-1]["content"][-1]["text"] == parts[-1]["text"]


def _relation(**changes: object) -> Relation:
    plain = Relation("b", 1.0, 2.0, 2.0, 2.0, 0.0, 1.0, 0.0, 0, 0, 0, 0, 0.0, {}, {})
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 'Other mouse "b": 2.0 body lengths away from centre to centre, ahead.'),
        ({"bearing_deg": 90.0}, "to the left"),
        ({"bearing_deg": -140.0}, "behind to the right"),
        ({"bearing_steadiness": 0.2}, "on changing sides"),
        ({"first": 3.0, "last": 1.0, "nearing": 2.0}, "first 3.0, at the end 1.0 body length away"),
        ({"first": 3.0, "last": 1.0, "nearing": 2.0}, "This mouse comes nearer to it."),
        ({"first": 3.0, "last": 1.0, "other_nearing": 2.0}, "It comes nearer to this mouse."),
        ({"first": 3.0, "last": 1.0, "nearing": 1, "other_nearing": 1}, "Both come nearer"),
        ({"first": 1.0, "last": 3.0, "other_nearing": -2.0}, "It goes away from this mouse."),
        (
            {
                "path": 3.0,
                "other_path": 3.0,
                "nearing": 2.8,
                "other_nearing": -2.8,
                "seen_from_other_deg": 175.0,
            },
            "This mouse follows it.",
        ),
        ({"touching_share": 1.0}, "Their bodies touch or nearly do all the time."),
        ({"reaches": {"rear": 0.5}}, "This mouse's snout is at its rear in 50 % of the frames."),
        ({"reached_by": {"head": 0.3}}, "Its snout is at this mouse's head in 30 %"),
        ({"together_share": 0.4}, "Both are tracked in 40 % of the frames."),
        ({"bearing_deg": math.nan}, "centre to centre."),
    ],
)
def test_other_animals_in_words(changes: dict, expected: str) -> None:
    words = others_in_words([_relation(**changes)])
    assert expected in words
    assert "nan" not in words


def test_no_sides_from_the_side_and_three_at_most() -> None:
    aside = _relation(bearing_deg=80.0)
    assert "left" not in others_in_words([aside], camera_view="side")
    assert others_in_words([aside] * 5).endswith("\n2 more, farther away.")
    assert others_in_words([]) == ""


def test_dots_lie_on_their_keypoints() -> None:
    position = np.full((1, 2, 3, 1), np.nan, np.float32)
    position[0, :, 0, 0] = 30, 20
    position[0, :, 1, 0] = 50, 40
    position[0, :, 2, 0] = 0, 0  # what a tracker writes where it found nothing
    poses: xr.Dataset = make_poses(
        position,
        np.full((1, 3, 1), 0.9, np.float32),
        keypoints=("nose", "tail", "lost"),
        individuals=("a",),
        fps=30.0,
    )
    roles = {"snout": "nose", "tail_base": "tail"}
    drawing = KeypointDrawing(poses, roles)
    black = np.zeros((1, 112, 112, 3), np.uint8)
    # A square of 56 pixels from -0.5 on, twice as large in the crop: pixel x has its centre at
    # 2 * (x + 0.5 - 4).
    drawn = drawing.on(black, Square((31.5, 31.5), 56.0), [0], "a")[0]
    for (x, y), part in (((53, 33), "snout"), ((93, 73), "tail")):
        middle = drawn[y - 1 : y + 1, x - 1 : x + 1].reshape(-1, 3).mean(axis=0)
        assert np.abs(middle - COLOURS[part][1]).max() < 40
    assert np.count_nonzero(drawn.any(axis=-1)) < 40
    assert not black.any()
    assert parts_in_words(["nose", "tail"], roles) == ["orange snout", "white tail"]
