"""Which models a server has. Asks briefly, and sends nothing but the question."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from napari_mousegpt.captioning.endpoint_address import Address
from napari_mousegpt.captioning.endpoint_client import (
    check_encoding,
    headers_for,
    time_limits,
    why_it_failed,
)
from napari_mousegpt.captioning.endpoint_reply import (
    NoAnswer,
    NotForUs,
    Refused,
    check_status,
    printable,
    read_json,
)

PAUSES_S = (0.5, 2.0)
MOST_BYTES = 16 << 20
SHOWN = 12
_OF_THE_WEIGHTS = ("n_params", "size", "n_embd", "n_vocab", "vocab_type", "ftype")


@dataclass(frozen=True, slots=True)
class Model:
    """A model as its server lists it. ``revision`` tells weights of one name apart, if it can."""

    id: str
    revision: str | None = None


def list_models(address: Address, key: str | None) -> tuple[Model, ...]:
    """Ask a server for its models.

    Raises
    ------
    NoAnswer
        If it cannot be reached, or has too much to do.
    NotForUs, Refused
        If it refuses the key, or keeps no list.
    """
    for pause_s in PAUSES_S:
        try:
            return _list_once(address, key)
        except NoAnswer as problem:
            if not problem.again:
                raise
            time.sleep(pause_s)
    return _list_once(address, key)


def model_of(address: Address, key: str | None, asked_for: str | None) -> Model:
    """Find the model that is asked for at a server; its only one if None.

    A name that the server does not list is taken as it is, since some list none.

    Raises
    ------
    NoAnswer
        If it cannot be reached, or has too much to do.
    NotForUs, Refused, ValueError
        If no model is named, and it keeps no list, or has not just one.
    """
    try:
        models = list_models(address, key)
    except (NotForUs, Refused):
        if asked_for is None:
            raise
        return Model(asked_for)
    if asked_for is None:
        return _only_one(address, models)
    named = (model for model in models if model.id == asked_for)
    return next(named, Model(asked_for))


def _only_one(address: Address, models: tuple[Model, ...]) -> Model:
    if len(models) == 1:
        return models[0]
    if not models:
        raise ValueError(f"{address} lists no model: name one with --model")
    names = [model.id for model in models]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    raise ValueError(
        f"{address} has {len(names)} models: {', '.join(names[:SHOWN])}{more}. "
        "Choose one with --model."
    )


def _list_once(address: Address, key: str | None) -> tuple[Model, ...]:
    import httpx2

    asked = address.host
    try:
        with (
            httpx2.Client(
                headers=headers_for(key), timeout=time_limits(), trust_env=not address.loopback
            ) as client,
            client.stream("GET", address.url("/models")) as response,
        ):
            check_encoding(response, asked)
            received = bytearray()
            for chunk in response.iter_raw():
                received += chunk
                if len(received) > MOST_BYTES:
                    raise NoAnswer(f"{asked} sent a list of models without end", again=False)
    except httpx2.HTTPError as error:
        raise NoAnswer(why_it_failed(asked, error)) from None
    body = bytes(received)
    if response.status_code == 500 or response.status_code == 501:
        raise Refused(f"{asked} keeps no list of models ({response.status_code})")
    check_status(response.status_code, response.headers, b"", asked)
    try:
        entries = read_json(body)["data"] or ()
        return tuple(_model(entry) for entry in entries)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise NotForUs(
            f"{address}/models: expected a list of models as JSON, found something else. "
            "Is this an OpenAI-compatible server, and does its address end in /v1?"
        ) from None


def _model(entry: Mapping[str, Any]) -> Model:
    name = entry["id"]
    if not isinstance(name, str) or not name or printable(name) != name:
        raise ValueError("no name")
    # vLLM: what an alias stands for. llama.cpp: counts of the file.
    root, meta = entry.get("root"), entry.get("meta")
    told: dict[str, Any] = {"root": root} if isinstance(root, str) and root != name else {}
    if isinstance(meta, dict):
        told |= {field: meta[field] for field in _OF_THE_WEIGHTS if field in meta}
    if not told:
        return Model(name)
    text = json.dumps(told, sort_keys=True)
    return Model(name, hashlib.sha256(text.encode()).hexdigest()[:16])
