"""Embed, cluster, name, look for the new and search, on recordings on disk, by command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_recordings import make_recording

from napari_mousegpt.cli import app
from napari_mousegpt.cli.outcome import run
from napari_mousegpt.io.analysis_tables import (
    CLUSTERS_FILE,
    EMBEDDINGS_FILE,
    load_fitted,
    read_table,
    save_fitted,
    stack_vectors,
)
from napari_mousegpt.io.answers_table import rebuild_descriptions
from napari_mousegpt.io.cluster_names import decide, read_names
from napari_mousegpt.io.recording_folder import append_answers, open_recording, save_recording

SAID = (
    ("The mouse walks forward.", "walking"),
    ("The mouse stays still.", "still"),
    ("The mouse rears.", "rearing"),
)


NEW = ("The mouse walks backwards.", "walking")
NEW_AT = (4, 9, 14, 19, 24, 29, 34)


def described(
    folder: Path, name: str = "one", n_windows: int = 40, new: tuple[int, ...] = ()
) -> Path:
    """A recording with many short windows in which three behaviours take turns of two windows.

    In the windows ``new`` it walks backwards instead.
    """
    (folder / name).mkdir()
    recording = make_recording(folder / name, described=True)
    run_id = recording.runs[0].run_id
    rows = []
    for place in range(n_windows):
        overall, word = NEW if place in new else SAID[place // 2 % 3]
        text = json.dumps({"overall": overall, "keywords": [word]})
        span = {"start": 3 * place, "stop": 3 * place + 3}
        rows.append(
            {"run_id": run_id, "video": "cam0", "individual": "individual_0", **span}
            | {"frames": [], "text": text, "valid": True, "problem": None, "seconds": 0.0}
        )
    append_answers(recording, rows)
    rebuild_descriptions(recording.folder)
    save_recording(recording)
    return recording.folder


def command(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    capsys.readouterr()
    assert run(app, [*map(str, words), "--json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_from_descriptions_to_named_bouts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = described(tmp_path)
    embedded = command(capsys, "embed", folder, "--weights", "text=1")
    assert (embedded["windows"], embedded["embedded"]) == (40, 40)
    found = command(capsys, "cluster", folder, "--map", "pca", "--seed", 3)
    assert found["report"]["n_clusters"] == 3
    assert found["report"]["sizes"] == [14, 14, 12]
    again = command(capsys, "cluster", folder, "--map", "pca", "--seed", 3)
    assert again == found
    named = command(capsys, "name", folder, "--accept", 0.9)
    assert {one["name"] for one in named["clusters"]} == {"walking", "still", "rearing"}
    bouts = open_recording(folder).bouts
    ours = bouts[bouts["source"] == "cluster"]
    assert ours.iloc[0][["start", "stop", "behaviour"]].tolist() == [0, 6, "walking"]
    assert len(ours) == 20


def test_merges_and_names_are_undone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = described(tmp_path)
    command(capsys, "embed", folder, "--weights", "text=1")
    command(capsys, "cluster", folder, "--map", "none", "--k", 3)

    def behaviours() -> set[str]:
        bouts = open_recording(folder).bouts
        return set(bouts.loc[bouts["source"] == "cluster", "behaviour"])

    command(capsys, "name", folder, "--call", "2=standing up")
    assert behaviours() == {"cluster 0", "cluster 1", "standing up"}
    command(capsys, "name", folder, "--merge", "0,2")
    assert behaviours() == {"cluster 1", "standing up"}
    command(capsys, "name", folder, "--undo")
    assert behaviours() == {"cluster 0", "cluster 1", "standing up"}
    command(capsys, "name", folder, "--undo")
    assert behaviours() == {"cluster 0", "cluster 1", "cluster 2"}
    assert run(app, ["name", str(folder), "--call", "9=x"]) == 1
    assert "there is no cluster 9: expected 0 to 2" in capsys.readouterr().err


def test_several_embeddings_stand_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = described(tmp_path)
    one = command(capsys, "embed", folder, "--weights", "text=1")
    other = command(capsys, "embed", folder, "--weights", "text=1", "--levels", "keywords")
    assert one["space"] != other["space"]
    table = read_table(folder, EMBEDDINGS_FILE)
    assert set(table["run_id"]) == {*one["runs"], *other["runs"]}
    vectors = stack_vectors(table[table["kind"] == "combined"].head(40))
    assert vectors.shape == (40, one["dimensions"])
    command(capsys, "embed", folder, "--weights", "text=1")  # again: nothing doubled
    assert len(read_table(folder, EMBEDDINGS_FILE)) == len(table)


def test_spaces_are_not_mixed_but_taken_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = described(tmp_path), described(tmp_path, "two", 34)
    command(capsys, "embed", first, "--weights", "text=1")
    command(capsys, "embed", second, "--weights", "text=1", "--levels", "overall")
    assert run(app, ["cluster", str(first), str(second), "--map", "none"]) == 1
    assert "expected recordings of one space" in capsys.readouterr().err
    assert run(app, ["embed", str(second), "--like", str(first)]) == 1
    assert "was made with another" in capsys.readouterr().err
    command(capsys, "embed", second, "--weights", "text=1", "--like", first)
    command(capsys, "cluster", first, "--map", "none", "--k", 3)
    command(capsys, "cluster", second, "--map", "none", "--like", first)
    for folder in (first, second):
        table = read_table(folder, CLUSTERS_FILE).head(6)
        assert table["cluster"].tolist() == [0, 0, 1, 1, 2, 2]


def test_kinematics_alone_need_no_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_recording(tmp_path, described=False).folder
    assert run(app, ["embed", str(folder)]) == 1
    assert "has no descriptions. Make them with: mousegpt caption" in capsys.readouterr().err
    weights = "kinematics=1,posture=1"
    found = command(capsys, "embed", folder, "--weights", weights, "--window-s", 0.5)
    assert (found["windows"], found["text"]) == (8, None)
    assert found["embedded"] == 8


def test_novelty_in_rounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = described(tmp_path)
    command(capsys, "embed", folder, "--weights", "text=1")
    first = command(capsys, "novelty", folder, "--limit", 3)
    assert (first["round"], first["looked_at"], len(first["moments"])) == (1, 0, 3)
    assert {one["behaviour"] for one in first["calibration"]["behaviours"]} == {
        "walking",
        "still",
        "rearing",
    }
    assert first["calibration"]["mean"]["auroc"] > 0.9
    moment = first["moments"][0]
    span = f"{moment['video']}:{moment['start']}:{moment['stop']}"
    second = command(capsys, "novelty", folder, "--dismiss", span, "--no-calibrate")
    assert (second["round"], second["looked_at"] > 0) == (2, True)
    assert moment["start"] not in {one["start"] for one in second["moments"]}
    log = (folder / "novelty_rounds.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in log] == ["round", "dismissed", "round"]


def test_novelty_between_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders, rows = [], ["recording,group"]
    for place in range(8):
        treated = place % 2 == 1
        made = described(tmp_path, f"m{place}", new=NEW_AT if treated else ())
        folders.append(made.rename(made.with_name(f"m{place}.mousegpt")))
        rows.append(f"m{place},{'treated' if treated else 'control'}")
    groups = tmp_path / "groups.csv"
    groups.write_text("\n".join(rows))
    command(capsys, "embed", *folders, "--weights", "text=1")
    found = command(capsys, "novelty", *folders, "--groups", groups)
    assert found["method"] == "group"
    starts = {3 * place for place in NEW_AT}
    assert {one["start"] for one in found["moments"]} == starts
    assert found["moments"][0]["asked_near"] == 4
    out = found["stands_out"]
    assert (out["windows"], out["animals"], out["asked"], out["reference"]) == (28, 4, 4, 4)
    assert out["p"] == pytest.approx(1 / 70)  # of all the ways to choose four of eight
    assert out["words"][0] == {"word": "back up", "share": 1.0, "reference": 0.0}
    controls = [word for folder in folders[::2] for word in ("--reference", folder)]
    by_reference = command(capsys, "novelty", *folders, *controls, "--no-calibrate")
    assert by_reference["stands_out"] == found["stands_out"]
    assert run(app, ["novelty", *map(str, folders), "--dismiss", "m1:cam0:12:15"]) == 0
    assert "stands out" not in capsys.readouterr().out  # without a reference nothing is tested
    assert run(app, ["novelty", *map(str, folders), "--dismiss", "cam0:12:15"]) == 2
    assert run(app, ["novelty", str(folders[0]), "--method", "group"]) == 1
    assert "expected 3 animals or more" in capsys.readouterr().err
    after = command(capsys, "novelty", *folders, "--groups", groups, "--no-calibrate")
    assert after["looked_at"] == 1
    assert len([one for one in after["moments"] if one["start"] in starts]) == 28 - 21


def test_search_by_words_filters_and_likeness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = described(tmp_path)
    hits = command(capsys, "search", folder, "stands on its hind legs", "--limit", 50)["hits"]
    assert len(hits) == 12
    assert hits[0]["matched"] == ["rearing"]
    assert command(capsys, "search", folder, "eats a pellet") == {
        "query": "eats a pellet",
        "found": 0,
        "hits": [],
    }
    late = command(capsys, "search", folder, "rears", "--from-s", 2, "--individual", "individual_0")
    assert 0 < late["found"] < 12
    assert min(hit["stop"] for hit in late["hits"]) > 60
    assert run(app, ["search", str(folder), "rears", "--where", "speed > 5 cm/s"]) == 1
    assert "needs the size of a pixel" in capsys.readouterr().err
    assert run(app, ["search", str(folder), "rears", "--where", "speed ? 5"]) == 2
    command(capsys, "embed", folder, "--weights", "text=1")
    like = command(capsys, "search", folder, "--like", "cam0:12:18", "--limit", 4)["hits"]
    assert [hit["overall"] for hit in like] == ["The mouse rears."] * 4
    assert 12 not in {hit["start"] for hit in like}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["search", "nothing.mousegpt", "rears"], 1),
        (["cluster", "nothing.mousegpt"], 1),
        (["embed", "x", "--weights", "text"], 2),
        (["cluster", "x", "--method", "magic"], 2),
        (["name", "x", "--call", "three"], 2),
        (["novelty", "x", "--dismiss", "here"], 2),
    ],
)
def test_exit_codes(words: list[str], code: int) -> None:
    assert run(app, words) == code


def test_names_file_knows_no_unknown_action(tmp_path: Path) -> None:
    (tmp_path / "cluster_names.jsonl").write_text('{"action": "paint", "model": "m"}\n')
    with pytest.raises(ValueError, match="does not know"):
        read_names(tmp_path, "m")


def test_merged_clusters_keep_the_first_name_and_can_be_chained(tmp_path: Path) -> None:
    decide(tmp_path, "m", "name", [3], "digging")
    decide(tmp_path, "m", "merge", [3, 5])
    decide(tmp_path, "m", "merge", [1, 5])
    decide(tmp_path, "other", "name", [3], "nobody's")
    names = read_names(tmp_path, "m")
    assert [names.name_of(cluster) for cluster in (1, 3, 5, 2)] == ["digging"] * 3 + ["cluster 2"]
    assert names.group[3] == names.group[5] == 1


def test_fitted_things_are_kept_whole(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}
    save_fitted(tmp_path, "space-0123abcd", arrays, {"k": 3})
    loaded, values = load_fitted(tmp_path, "space-0123abcd")
    np.testing.assert_array_equal(loaded["a"], arrays["a"])
    assert values == {"k": 3}
    (tmp_path / "fitted" / "space-0123abcd.safetensors").write_bytes(b"broken")
    with pytest.raises(ValueError, match="is not whole"):
        load_fitted(tmp_path, "space-0123abcd")
    with pytest.raises(ValueError, match="expected a name such as"):
        load_fitted(tmp_path, "../space-0123abcd")


def test_a_broken_table_says_how_to_make_it_again(tmp_path: Path) -> None:
    (tmp_path / CLUSTERS_FILE).write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="delete it and run mousegpt cluster"):
        read_table(tmp_path, CLUSTERS_FILE)
    assert isinstance(read_table(tmp_path, EMBEDDINGS_FILE), pd.DataFrame)


def test_the_picture_of_a_clustering(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = described(tmp_path)
    command(capsys, "embed", folder, "--weights", "text=1")
    picture = tmp_path / "clusters.png"
    command(capsys, "cluster", folder, "--map", "pca", "--plot", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")
