"""Names of clusters, questions and vectors from models behind a server, over real HTTP."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from endpoint_server import StandInServer, answers, says, serving
from test_find_and_cluster import command, described

from napari_mousegpt.captioning.words.endpoint_words import EndpointVectors
from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run
from napari_mousegpt.io.analysis_tables import EMBEDDINGS_FILE, read_table
from napari_mousegpt.io.recording_folder import open_recording

NAMED = {
    "clusters": [
        {"cluster": 0, "name": "going ahead", "definition": "The body moves ahead.", "reason": "w"},
        {"cluster": 1, "name": "doing nothing", "definition": "Nothing moves.", "reason": "s"},
        {"cluster": 2, "name": "standing up", "definition": "On two paws.", "reason": "r"},
    ],
    "merges": [{"one": 2, "other": 1, "reason": "both in one place"}],
}


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with serving() as here:
        yield here


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clusters, made once: walking, still, rearing."""
    folder = described(tmp_path_factory.mktemp("made"))
    assert run(app, ["embed", str(folder), "--weights", "text=1"]) == 0
    assert run(app, ["cluster", str(folder), "--map", "none", "--k", "3"]) == 0
    return folder.parent


@pytest.fixture
def clustered(made: Path, tmp_path: Path) -> Path:
    """A copy of them."""
    return Path(shutil.copytree(made, tmp_path / "copy")) / "walk.mousegpt"


def name_with(capsys: pytest.CaptureFixture[str], folder: Path, server: StandInServer) -> dict:
    return command(capsys, "name", folder, "--endpoint", server.url)


def test_names_come_with_definitions_and_are_decided_by_a_person(
    clustered: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.always = answers(json.dumps(NAMED))
    first = name_with(capsys, clustered, server)["clusters"][2]
    assert (first["proposed"], first["proposed_by"], first["name"]) == (
        "standing up",
        "stand-in",
        None,
    )
    assert first["definition"] == "On two paws."
    (request,) = server.requests
    assert request.body["response_format"]["json_schema"]["strict"] is True
    shown = json.loads(request.body["messages"][1]["content"])["clusters"][2]
    assert shown["sentences"] == ["The mouse rears."]
    assert len(shown["counter_examples"]) == 1
    assert "image" not in json.dumps(request.body)
    # What was proposed stays, without asking again; the merge of the model comes first.
    again = command(capsys, "name", clustered)
    assert again["clusters"][2]["proposed"] == "standing up"
    assert again["merges"][0]["clusters"] == [1, 2]
    assert again["merges"][0]["proposed_by"] == "stand-in"
    assert len(server.requests) == 1
    taken = command(capsys, "name", clustered, "--accept", 0.5)["clusters"]
    assert [one["name"] for one in taken] == ["going ahead", "doing nothing", "standing up"]
    behaviours = open_recording(clustered).bouts["behaviour"]
    assert set(behaviours) == {"going ahead", "doing nothing", "standing up"}
    undone = command(capsys, "name", clustered, "--undo")["clusters"]
    assert [one["name"] for one in undone] == ["going ahead", "doing nothing", None]


def test_a_refused_name_and_a_merged_cluster_fall_back_to_words(
    clustered: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.always = answers(json.dumps(NAMED))
    name_with(capsys, clustered, server)
    refused = command(capsys, "name", clustered, "--reject", "2")["clusters"][2]
    assert (refused["proposed"], refused["proposed_by"]) == ("rearing", "keywords")
    back = command(capsys, "name", clustered, "--undo")["clusters"][2]
    assert back["proposed"] == "standing up"
    merged = command(capsys, "name", clustered, "--merge", "1,2")
    assert [(one["cluster"], one["proposed_by"]) for one in merged["clusters"]] == [
        (0, "stand-in"),
        (1, "keywords"),
    ]


WITH_NINE = {"one": 1, "other": 9, "reason": "x"}
ONLY_TWO = {**NAMED, "clusters": NAMED["clusters"][:2]}
TWICE = {**NAMED, "clusters": [{**one, "name": "same"} for one in NAMED["clusters"]]}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("no JSON at all", "expected one JSON object"),
        ('{"clusters": [', "expected one JSON object"),
        (json.dumps([1]), "expected one JSON object, found list"),
        (json.dumps({"clusters": []}), "expected one name for each"),
        (json.dumps(ONLY_TWO), "expected one name for each"),
        (json.dumps(TWICE), "expected different names"),
        (json.dumps({**NAMED, "merges": [WITH_NINE]}), "expected other"),
        (json.dumps({**NAMED, "merges": None}), "NoneType"),
    ],
)  # fmt: skip
def test_a_broken_answer_is_asked_for_again_and_told_why(
    clustered: Path,
    server: StandInServer,
    capsys: pytest.CaptureFixture[str],
    bad: str,
    told: str,
) -> None:
    server.troubles = [answers(bad)]
    server.always = answers(f"```json\n{json.dumps(NAMED)}\n```")
    found = name_with(capsys, clustered, server)
    assert found["clusters"][0]["proposed"] == "going ahead"
    second = server.requests[1].body
    assert told in second["messages"][1]["content"]
    assert (second["temperature"], second["seed"]) == (0.7, 1)


def test_what_stays_broken_keeps_nothing(
    clustered: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.always = answers("I would rather not.")
    assert run(app, ["name", str(clustered), "--endpoint", server.url]) == 1
    assert "stand-in gave no valid answer in 3 tries" in capsys.readouterr().err
    assert len(server.requests) == 3
    assert not (clustered / "cluster_proposals.jsonl").exists()
    server.always = says(401)
    assert run(app, ["name", str(clustered), "--endpoint", server.url]) == 1
    assert "MOUSEGPT_API_KEY" in capsys.readouterr().err


def test_words_do_not_leave_without_consent(
    clustered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remote = "https://far.invalid/v1"
    for words in (
        ["name", str(clustered), "--endpoint", remote],
        ["ask", str(clustered), "how long does it rear?", "--endpoint", remote],
        ["embed", str(clustered), "--text-model", f"endpoint:{remote}#m"],
        ["search", str(clustered), "rears", "--text", f"endpoint:{remote}#m"],
    ):
        assert run(app, words) == 1
        said = capsys.readouterr().err
        assert "(words, no pictures) to far.invalid" in said
        assert "--allow-upload" in said
    assert "words_allowed" not in (clustered / "recording.json").read_text()


def test_a_model_reads_questions_and_only_chooses(
    clustered: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = {"kind": "count", "behaviours": ["cluster 2"], "individual": None, "recording": None}
    chosen |= {"from_s": None, "to_s": None, "by_count": False, "end": "most", "text": ""}
    server.troubles = [answers(json.dumps({**chosen, "kind": "run_code"}))]
    server.always = answers(json.dumps(chosen))
    asked = ["ask", clustered, "wie oft steht die Maus auf?", "--endpoint", server.url]
    found = command(capsys, *asked)
    assert found["answer"][0].startswith("The mouse: 6 bouts of cluster 2")
    assert "expected a kind among" in server.requests[1].body["messages"][1]["content"]
    server.always = answers(json.dumps({**chosen, "kind": "none"}))
    assert run(app, [*map(str, asked)]) == 1
    assert "found no fitting question" in capsys.readouterr().err


def vectors_of(seen: Any) -> bytes:
    """One axis for each behaviour, in another order than asked."""
    data = [
        {"index": place, "embedding": [float(word in text) for word in ("walk", "still", "rear")]}
        for place, text in enumerate(seen.body["input"])
    ]
    return json.dumps({"object": "list", "data": data[::-1]}).encode()


def test_vectors_from_a_server_make_a_space_of_their_own(
    tmp_path: Path, server: StandInServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.always = lambda handler, seen: handler.say(200, vectors_of(seen))
    folder, model = described(tmp_path), f"endpoint:{server.url}"
    found = command(capsys, "embed", folder, "--weights", "text=1", "--text-model", model)
    assert found["text"] == f"{model}#stand-in"
    assert {one.path for one in server.requests} == {"/v1/embeddings"}
    stored = read_table(folder, EMBEDDINGS_FILE)
    assert set(stored["kind"]) >= {"combined", "overall", "keywords"}
    hits = command(capsys, "search", folder, "rear", "--text", model)["hits"]
    assert {hit["overall"] for hit in hits} == {"The mouse rears."}
    other = described(tmp_path, "two", 34)
    words = ["embed", str(other), "--weights", "text=1", "--like", str(folder)]
    assert run(app, words) == 1
    assert "was made with another text" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{}", "expected 2 vectors"),
        (b'{"data": [{"index": 0, "embedding": [1.0]}]}', "expected 2 vectors"),
        (b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}', "2 vec"),
        (b'{"data": [{"index": 0, "embedding": [NaN]}, {"index": 1, "embedding": [1]}]}', "else"),
        (b"<html>", "expected 2 vectors"),
    ],
)  # fmt: skip
def test_broken_vectors_are_refused(server: StandInServer, body: bytes, problem: str) -> None:
    server.always = says(200, body)
    with pytest.raises(ConnectionError, match=problem):
        EndpointVectors(server.url).encode(["one", "two"])


def test_vectors_have_length_one_and_empty_texts_none(server: StandInServer) -> None:
    body = {"data": [{"index": 0, "embedding": [3.0, 4.0]}]}
    server.always = says(200, json.dumps(body).encode())
    model = EndpointVectors(server.url, "any")
    rows = model.encode(["one", "", "one"])
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 0], [0.6, 0.8]], rtol=1e-6)
    assert len(server.requests) == 1
