"""A language model, or a vision-language model used for words alone, in a folder. Offline.

Loaded on first use. What it writes is held to the schema while it writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from napari_mousegpt.captioning.model_files import check_folder, revision_of

MOST_TOKENS = 2048


class LocalWords:
    """A transformers model by folder; see `words_model.WordsModel`.

    Raises
    ------
    ValueError
        If the folder holds none.
    """

    goes_to: str | None = None

    def __init__(self, folder: str | Path, *, device: str | None = None) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise FileNotFoundError(
                f"{folder}: expected the folder of a language model. For a model behind a server "
                "give --endpoint as well."
            )
        check_folder(self.folder)
        self.name = self.folder.resolve().name
        self.device = device

    @cached_property
    def revision(self) -> str | None:
        """Hash of what is in the folder."""
        return revision_of(str(self.folder))

    def answer(self, system: str, question: str, schema: Mapping[str, Any], *, attempt: int) -> str:
        """Answer one question; greedy at first, sampled with a fixed seed at later attempts."""
        import torch
        from xgrammar.contrib.hf import LogitsProcessor

        tokenizer, network, compiler = self._loaded
        grammar = compiler.compile_json_schema(json.dumps(dict(schema)), any_whitespace=False)
        prompt = _prompt(tokenizer, system, question)
        tokens = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
        tokens = {name: tokens[name].to(network.device) for name in ("input_ids", "attention_mask")}
        torch.manual_seed(attempt)
        with torch.inference_mode():
            written = network.generate(
                **tokens,
                max_new_tokens=MOST_TOKENS,
                do_sample=attempt > 0,
                **({"temperature": 0.7} if attempt else {}),
                pad_token_id=tokenizer.pad_token_id or tokenizer.eos_token_id,
                logits_processor=[LogitsProcessor(grammar)],
            )
        text: str = tokenizer.decode(
            written[0, tokens["input_ids"].shape[1] :], skip_special_tokens=True
        )
        return text

    @cached_property
    def _loaded(self) -> tuple[Any, Any, Any]:
        import torch
        import transformers
        import xgrammar

        transformers.logging.disable_progress_bar()
        tokenizer = transformers.AutoTokenizer.from_pretrained(self.folder, local_files_only=True)
        config = transformers.AutoConfig.from_pretrained(self.folder, local_files_only=True)
        made = " ".join(config.architectures or ())
        loader = (
            transformers.AutoModelForCausalLM
            if made.endswith("ForCausalLM")
            else transformers.AutoModelForImageTextToText
        )
        network = loader.from_pretrained(
            self.folder, local_files_only=True, use_safetensors=True, dtype="auto"
        )
        device = self.device or ("cuda" if torch.cuda.is_available() else "cpu")
        size = network.get_output_embeddings().weight.shape[0]
        of_tokens = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=size)
        return tokenizer, network.to(device).eval(), xgrammar.GrammarCompiler(of_tokens)


def _prompt(tokenizer: Any, system: str, question: str) -> str:
    if not tokenizer.chat_template:
        return f"{system}\n\n{question}\n\n"
    messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
    text: str = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
    return text
