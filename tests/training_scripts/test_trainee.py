"""The batched training pass gives what the stock model gives."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from napari_mousegpt.captioning.mousegpt_tiny import KNOWN_SPANS_S, KNOWN_VIEWS
from napari_mousegpt.captioning.seen_facts.conclusions import Conclusions
from napari_mousegpt.captioning.seen_facts.fact_reader import (
    FILE,
    MOTION_UNITS,
    FactReader,
    save_reader,
)
from napari_mousegpt.datamodel.facts import VOCABULARY
from training.motion import Examples, fit_motion
from training.network import make_network, make_processor
from training.pool import UNKNOWN, Writer, batch_of
from training.rendering.clips import Renderer
from training.settings import Settings
from training.trainee import FACTS, Trainee
from training.weights import load_trainee, save_model

CPU = torch.device("cpu")
SMALL = Settings.read("small")


@pytest.fixture(scope="module")
def processor() -> Any:
    return make_processor(SMALL)


def test_logits_are_those_of_the_stock_model(processor: Any) -> None:
    network = make_network(SMALL, processor).eval()
    trainee = Trainee(network, processor).eval()
    writer = Writer(processor.tokenizer, longest=120, keyword_weight=2.5, seed=0)
    batch = batch_of(Renderer(128, CPU, seed=1, absent=0.5).draw(2), writer, CPU)
    with torch.no_grad():
        seen, deep = trainee.look(batch.pixels)
        ours = trainee.speak(seen, deep, batch.span, batch.view, batch.answer)
        network.set_attn_implementation("sdpa")
        prompt = trainee.prompts[batch.span, batch.view]
        tokens = torch.cat([prompt, batch.answer], 1)
        frames = [clip[:, None].expand(-1, 3, -1, -1) for clip in batch.pixels]
        pictures = processor.video_processor(
            videos=frames, do_sample_frames=False, return_tensors="pt"
        )
        stock = network(
            input_ids=tokens,
            attention_mask=torch.ones_like(tokens),
            mm_token_type_ids=(tokens == trainee.video_token).int() * 2,
            **pictures,
        ).logits[:, prompt.shape[1] - 1 : -1]
    torch.testing.assert_close(ours, stock, atol=2e-4, rtol=1e-3)


def test_keywords_count_more_and_padding_nothing(processor: Any) -> None:
    writer = Writer(processor.tokenizer, longest=120, keyword_weight=2.5, seed=0)
    batch = batch_of(Renderer(8, CPU, seed=2, mixed=0, absent=0.3).draw(12), writer, CPU)
    text = processor.tokenizer.decode(batch.answer[0][batch.weight[0] == 2.5])
    assert text.lstrip().startswith('"keywords"') or text.lstrip(' ",').startswith("keywords")
    assert (batch.weight[batch.answer == 0] == 0).all()
    assert ((batch.facts == UNKNOWN).all(1) == torch.isnan(batch.keypoints[:, 0, 0, 0])).all()
    with pytest.raises(ValueError, match="at most 5 tokens"):
        Writer(processor.tokenizer, longest=5, keyword_weight=1, seed=0).write(
            Renderer(8, CPU, seed=2).draw(1)
        )


def test_the_package_reads_the_facts_that_were_trained(processor: Any, tmp_path: Path) -> None:
    """The layers that ship conclude from visual tokens, spans and views what the trainee does."""
    trainee = Trainee(make_network(SMALL, processor), processor).eval()
    for name in ("trunk", "mix", "facts", "motion"):
        getattr(trainee, name).half().float()  # they are written so
    values = {name: VOCABULARY[name] for name in FACTS}
    save_reader(tmp_path, trainee.fact_weights(), values)
    reader = FactReader.load(tmp_path, "cpu")
    assert reader is not None
    batch = Renderer(128, CPU, seed=3).draw(4)
    clips = [SimpleNamespace(camera_view=KNOWN_VIEWS[view]) for view in batch.view.tolist()]
    spans_s = [float(one) for one in KNOWN_SPANS_S]
    conclusions = Conclusions(reader, spans_s, KNOWN_VIEWS, None)
    conclusions.begin(clips, [spans_s[span] for span in batch.span.tolist()])  # type: ignore[arg-type]
    with torch.no_grad():
        seen, _ = trainee.look(batch.pixels)
        _, trained = trainee.read_heads(seen, batch.span, batch.view)
        whole = trainee.mixed_input(seen, batch.span, batch.view)
        motion = trainee.motion(whole) * torch.tensor(MOTION_UNITS)
        shipped = conclusions.read(range(4), seen.flatten(0, 1))
    assert len(set(batch.span.tolist())) > 1
    assert shipped.motion is not None
    torch.testing.assert_close(shipped.motion, motion, atol=1e-3, rtol=1e-3)
    for name, logits in zip(FACTS, trained, strict=True):
        torch.testing.assert_close(shipped.logits[name], logits, atol=1e-4, rtol=1e-3)


def test_a_model_that_was_written_can_be_trained_on(processor: Any, tmp_path: Path) -> None:
    trainee = Trainee(make_network(SMALL, processor), processor).eval()
    trainee.half().float()  # it is written so
    save_model(tmp_path, trainee, processor, SMALL)
    again, _ = load_trainee(tmp_path)
    again.eval()
    clips = Renderer(128, CPU, seed=4).draw(3)
    with torch.no_grad():
        for one, other in zip(
            *(
                (places, *facts)
                for places, facts in (
                    each.read_heads(each.look(clips.pixels)[0], clips.span, clips.view)
                    for each in (trainee, again)
                )
            ),
            strict=True,
        ):
            torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)
    (tmp_path / FILE).unlink()
    with pytest.raises(ValueError, match="found none"):
        load_trainee(tmp_path)


def test_speed_and_turn_are_learned_as_numbers(processor: Any) -> None:
    """From what the eye saw, without a change to it or to the facts."""
    trainee = Trainee(make_network(SMALL, processor), processor).eval()
    before = {name: value.clone() for name, value in trainee.state_dict().items()}
    seen = torch.randn(
        6_200, trainee.mix[0].in_features, generator=torch.Generator().manual_seed(0)
    )
    motion = torch.stack([1 + seen[:, 0], 1.5 * seen[:, 1]], 1)
    fit_motion(trainee, Examples(seen[:6_000], motion[:6_000]), seed=0)
    with torch.no_grad():
        told = trainee.motion(seen[6_000:])
    for column in range(2):
        assert torch.corrcoef(torch.stack([told[:, column], motion[6_000:, column]]))[0, 1] > 0.6
    for name, value in trainee.state_dict().items():
        assert name.startswith("motion.") or torch.equal(value, before[name])
