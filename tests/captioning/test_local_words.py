"""A language model in a folder, with random weights: its answers are held to the form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from napari_mousegpt.captioning.words.local_words import LocalWords
from napari_mousegpt.captioning.words.words_model import ask_for

SCHEMA = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": ["time", "count", "none"]},
        "by_count": {"type": "boolean"},
    },
    "required": ["kind", "by_count"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A language model of bytes, one layer deep."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {letter: place for place, letter in enumerate([*letters, "<end>"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    made = tmp_path_factory.mktemp("words") / "bytes"
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>")
    fast.save_pretrained(made)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocab),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        eos_token_id=vocab["<end>"],
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(made)
    return made


def test_whatever_the_weights_the_answer_has_the_form(folder: Path) -> None:
    model = LocalWords(folder, device="cpu")
    assert (model.name, model.goes_to) == ("bytes", None)
    greedy = [model.answer("Choose.", "Which?", SCHEMA, attempt=0) for _ in range(2)]
    assert greedy[0] == greedy[1]
    for attempt in range(3):
        values = json.loads(model.answer("Choose.", "Which?", SCHEMA, attempt=attempt))
        assert values["kind"] in ("time", "count", "none")
        assert isinstance(values["by_count"], bool)
    values, _ = ask_for(model, "Choose.", "Which?", SCHEMA, dict)
    assert set(values) == {"kind", "by_count"}


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="folder of a language model"):
        LocalWords(tmp_path / "nothing")
    with pytest.raises(ValueError, match=r"config\.json"):
        LocalWords(tmp_path)
