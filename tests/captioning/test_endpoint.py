"""The endpoint captioner over real HTTP, against a server that behaves and one that does not."""

from __future__ import annotations

import base64
import gzip
import io
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import numpy as np
import pytest
from endpoint_server import SAID, Act, Seen, StandInServer, answers, cuts_off, says, serving
from PIL import Image

from napari_mousegpt.captioning import endpoint_client, endpoint_models
from napari_mousegpt.captioning.captioner import Answer, Clip
from napari_mousegpt.captioning.endpoint import EndpointCaptioner
from napari_mousegpt.captioning.endpoint_reply import MOST_BYTES, NoAnswer, NotForUs
from napari_mousegpt.datamodel.description import parse_description
from napari_mousegpt.datamodel.timerange import TimeRange

KEY = "sk-secret-of-mine"


@pytest.fixture(autouse=True)
def _quick_and_keyless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_client, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(endpoint_models, "PAUSES_S", (0.01,))
    monkeypatch.delenv("MOUSEGPT_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with serving() as here:
        yield here


def clip(number: int = 0, *, frames: int = 4, side: int = 32) -> Clip:
    pixels = np.full((frames, side, side, 3), 10 * number % 250, np.uint8)
    pixels[:, : side // 2] = 255
    return Clip(
        video="cam0",
        individual="individual_0",
        window=TimeRange(60 * number, 60 * number + 60),
        frames=tuple(range(60 * number, 60 * number + frames)),
        times_s=tuple(i / 2 for i in range(frames)),
        pixels=pixels,
    )


def ask(server: StandInServer, count: int = 1, **options: Any) -> list[Answer]:
    captioner = EndpointCaptioner(endpoint=server.url, side_px=32, **options)
    try:
        return captioner.describe([clip(number) for number in range(count)])
    finally:
        captioner.stop()


def test_a_clip_becomes_timed_pictures_between_the_words(server: StandInServer) -> None:
    (answer,) = ask(server)
    assert parse_description(answer.text or "").keywords == ("walking", "wall")
    assert answer.seconds > 0
    (seen,) = server.requests
    assert seen.path == "/v1/chat/completions"
    assert seen.body["model"] == "stand-in"  # its only one
    assert seen.body["temperature"] == 0
    assert seen.body["messages"][0]["role"] == "system"
    kinds = [part["type"] for part in seen.content]
    assert kinds == ["text", "image_url"] * 4 + ["text"]
    assert [part["text"] for part in seen.content[:8:2]] == [
        "t=0.00 s",
        "t=0.50 s",
        "t=1.00 s",
        "t=1.50 s",
    ]
    assert "4 frames over 1.50 s, top view" in seen.content[-1]["text"]
    header, _, data = seen.content[1]["image_url"]["url"].partition(",")
    assert header == "data:image/jpeg;base64"
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    np.testing.assert_allclose(shown, clip().pixels[0], atol=6)  # type: ignore[index]
    schema = seen.body["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == list(SAID)
    assert "Authorization" not in seen.headers


def test_a_video_part_says_when_its_frames_were(server: StandInServer) -> None:
    ask(server, pictures="video")
    (seen,) = server.requests
    assert [part["type"] for part in seen.content] == ["video_url", "text"]
    assert seen.content[0]["video_url"]["url"].count(",") == 4
    assert seen.body["media_io_kwargs"] == {"video": {"fps": 2.0, "frames_indices": [0, 1, 2, 3]}}
    assert seen.body["mm_processor_kwargs"] == {"do_sample_frames": False}


def test_answers_come_in_the_order_of_the_clips(server: StandInServer) -> None:
    def late_for_the_first(handler: Any, seen: Seen) -> None:
        time.sleep(0.2)
        answers("the first")(handler, seen)

    server.troubles = [answers("the very first"), late_for_the_first]
    found = ask(server, 6, batch_size=6)
    texts = [answer.text for answer in found]
    assert texts[0] == "the very first"  # sent alone
    assert texts.count("the first") == 1
    assert all(answer.answered for answer in found)


def test_tokens_are_summed(server: StandInServer) -> None:
    captioner = EndpointCaptioner(endpoint=server.url)
    captioner.describe([clip(0), clip(1)])
    captioner.describe([clip(2)], attempt=1)
    captioner.stop()
    assert (captioner.prompt_tokens, captioner.completion_tokens) == (300, 120)
    assert server.requests[-1].body["temperature"] > 0


HTTP_DATE = format_datetime(datetime.now(UTC) - timedelta(hours=1))


@pytest.mark.parametrize(
    "trouble",
    [
        says(500),
        says(503, b"<html>busy</html>", Retry_After="0"),
        says(429, Retry_After=HTTP_DATE),
        says(408),
        cuts_off,
        says(200, b'{"choices": [{"message": {"content": "{'),
        says(200, b"<html>log in</html>", Content_Type="text/html"),
        says(200, b'{"error": {"message": "overloaded", "code": 503}}'),
        says(200, b"[" * 100_000),
        says(200, b""),
    ],
    ids=["500", "503", "429", "408", "cut", "half", "html", "error-200", "deep", "empty"],
)
def test_a_passing_trouble_is_tried_again(server: StandInServer, trouble: Act) -> None:
    server.troubles = [trouble] * 5
    (answer,) = ask(server)
    assert answer.answered
    assert parse_description(answer.text or "")
    assert len(server.requests) == 6


@pytest.mark.parametrize("trouble", [says(500), cuts_off], ids=["500", "cut"])
def test_six_times_and_then_the_window_stays_open(server: StandInServer, trouble: Act) -> None:
    server.always = trouble
    (answer,) = ask(server)
    assert (answer.text, answer.answered) == (None, False)
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (says(200, b" " * (MOST_BYTES + 1)), "more than 1 MiB"),
        (says(200, gzip.compress(b"x"), Content_Encoding="gzip"), "compressed"),
        (says(429, Retry_After="86400"), "asks to wait 86400 s"),
        (says(302, Location="http://elsewhere.example/v1?token=t"), "elsewhere.example/v1, which"),
        (says(401, json.dumps({"error": f"wrong key {KEY}"}).encode()), "MOUSEGPT_API_KEY"),
        (says(404, b'{"error": {"message": "no model stand-in"}}'), "no model stand-in"),
    ],
    ids=["huge", "packed", "tomorrow", "redirect", "key", "unknown"],
)
def test_what_does_not_help_is_not_tried_again(
    server: StandInServer, monkeypatch: pytest.MonkeyPatch, trouble: Act, words: str
) -> None:
    monkeypatch.setenv("MOUSEGPT_API_KEY", KEY)
    server.always = trouble
    (answer,) = ask(server)
    assert not answer.answered
    assert words in (answer.problem or "")
    assert KEY not in (answer.problem or "")
    assert "token" not in (answer.problem or "")
    assert len(server.requests) == 1


def test_the_server_says_when_to_come_back(server: StandInServer) -> None:
    server.troubles = [says(429, Retry_After="0.6")]
    started_s = time.monotonic()
    found = ask(server, 3)
    assert all(answer.answered for answer in found)
    assert time.monotonic() - started_s > 0.6


def test_after_a_refused_key_nothing_more_is_sent(server: StandInServer) -> None:
    server.always = says(401)
    found = ask(server, 20)
    assert not any(answer.answered for answer in found)
    assert len(server.requests) < 5


def _takes_no(word: str, said: str) -> Act:
    def act(handler: Any, seen: Seen) -> None:
        if word in json.dumps({key: seen.body[key] for key in seen.body if key != "messages"}):
            says(400, json.dumps({"error": {"message": said}}).encode())(handler, seen)
        else:
            answers()(handler, seen)

    return act


@pytest.mark.parametrize(
    ("refuses", "said", "form"),
    [
        ("json_schema", "response_format json_schema is not supported", "json_object"),
        ("response_format", "unknown field", "text"),
        ("temperature", "Unsupported value: 'temperature'", "json_schema"),
        ('"max_tokens"', "'max_tokens': use 'max_completion_tokens' instead", "json_schema"),
    ],
)
def test_what_a_server_does_not_take_is_learned_once(
    server: StandInServer, refuses: str, said: str, form: str
) -> None:
    server.always = _takes_no(refuses, said)
    captioner = EndpointCaptioner(endpoint=server.url)
    found = captioner.describe([clip(number) for number in range(8)])
    captioner.stop()
    assert all(answer.answered for answer in found)
    assert captioner.answer_form == form
    assert len(server.requests) <= 8 + 2


def test_a_window_that_is_refused_is_no_reason_to_ask_for_less(server: StandInServer) -> None:
    server.troubles = [answers(), says(400, b'{"error": "the prompt is too long"}')]
    found = ask(server, 3, batch_size=1)
    assert [answer.answered for answer in found] == [True, False, True]
    assert "too long" in (found[1].problem or "")
    assert all("response_format" in seen.body for seen in server.requests)


@pytest.mark.parametrize(
    ("reply", "text", "problem"),
    [
        (answers("no json"), "no json", None),
        (answers("<think>{hm}</think>\n{}"), "{}", None),
        (answers([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]), "ab", None),
        (answers('{"overall": "The mou', finish_reason="length"), '{"overall": "The mou', "cut"),
        (answers("", finish_reason="content_filter"), "", "filter"),
        (says(200, b'{"choices": [{"message": {"content": "\\ud83d"}}]}'), "?", None),
    ],
    ids=["words", "thoughts", "parts", "cut", "filter", "half a letter"],
)
def test_texts_are_kept_as_they_come(
    server: StandInServer, reply: Act, text: str, problem: str | None
) -> None:
    server.always = reply
    (answer,) = ask(server)
    assert answer.text == text
    assert (problem or "") in (answer.problem or "")
    assert (answer.problem is None) == (problem is None)


@pytest.mark.parametrize(
    ("models", "words"),
    [(["a", "b"], "2 models: a, b. Choose one with --model"), ([], "lists no model")],
)
def test_a_model_is_chosen_where_there_are_several(
    server: StandInServer, models: list[str], words: str
) -> None:
    server.models = models
    with pytest.raises(ValueError, match=words):
        _ = EndpointCaptioner(endpoint=server.url).model
    assert EndpointCaptioner("b", endpoint=server.url).model == "b"


def test_nobody_there_is_one_sentence() -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(NoAnswer, match=r"127\.0\.0\.1 cannot be reached"):
        _ = EndpointCaptioner(endpoint=url).model


def test_a_website_is_no_server(server: StandInServer) -> None:
    server.models = ["x" * 300]  # no name that could be shown
    with pytest.raises(NotForUs, match="OpenAI-compatible"):
        _ = EndpointCaptioner(endpoint=server.url).model


def test_stopping_ends_what_is_under_way(server: StandInServer) -> None:
    server.latency_s = 30
    captioner = EndpointCaptioner("stand-in", endpoint=server.url)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            captioner.describe([clip(0), clip(1)])
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while not server.requests:
        time.sleep(0.01)
    started_s = time.monotonic()
    captioner.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert time.monotonic() - started_s < 2
    assert failed
    with pytest.raises(RuntimeError, match="stopped"):
        captioner.describe([clip(0)])


def test_a_slow_server_gets_few_requests_at_once(server: StandInServer) -> None:
    """One that answers one after the other is not buried; one that answers all at once is used."""
    turn = threading.Lock()
    most = {"at once": 0, "now": 0}

    def one_at_a_time(handler: Any, seen: Seen) -> None:
        most["now"] += 1
        most["at once"] = max(most["at once"], most["now"])
        with turn:
            time.sleep(0.02)
        most["now"] -= 1
        answers()(handler, seen)

    server.always = one_at_a_time
    ask(server, 60)
    assert 2 <= most["at once"] <= 12

    def all_at_once(handler: Any, seen: Seen) -> None:
        with turn:
            most["now"] += 1
            most["at once"] = max(most["at once"], most["now"])
        time.sleep(0.1)
        with turn:
            most["now"] -= 1
        answers()(handler, seen)

    most.update({"at once": 0, "now": 0})
    server.always = all_at_once
    ask(server, 200)
    assert most["at once"] > 20
