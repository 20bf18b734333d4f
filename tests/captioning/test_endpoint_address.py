"""Which URLs are servers, which are on this computer, and which key goes where."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from napari_mousegpt.captioning.endpoint_address import Address, key_for


@pytest.mark.parametrize(
    ("text", "url", "loopback"),
    [
        ("http://localhost:8000/v1", "http://localhost:8000/v1", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1", True),
        ("http://127.8.9.1", "http://127.8.9.1/v1", True),
        ("http://[::1]:8000/v1/", "http://[::1]:8000/v1", True),
        ("http://0.0.0.0:8000/v1", "http://0.0.0.0:8000/v1", True),
        ("HTTP://LocalHost/v1", "http://localhost/v1", True),
        ("https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1", False),
        ("https://host.example/openai/v1/", "https://host.example/openai/v1", False),
        ("http://localhost.example.com/v1", "http://localhost.example.com/v1", False),
        ("http://127.0.0.1.example.com", "http://127.0.0.1.example.com/v1", False),
        ("http://192.168.0.7:8000/v1", "http://192.168.0.7:8000/v1", False),
        ("http://gpu_node-17:8000/v1", "http://gpu_node-17:8000/v1", False),
        ("http://127.1/v1", "http://127.1/v1", False),
    ],
)
def test_addresses(text: str, url: str, loopback: bool) -> None:
    address = Address.parse(text)
    assert str(address) == url
    assert address.loopback is loopback


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("localhost:8000/v1", "begins with http"),
        ("api.openai.com", "begins with http"),
        ("ftp://host/v1", "begins with http"),
        ("", "begins with http"),
        ("http://", "expected http://HOST"),
        ("http://me:pa55@host/v1", "without user"),
        ("http://127.0.0.1@evil.example/v1", "without user"),
        ("https://host/v1?key=pa55", "without user"),
        ("http://127.0.0.1\\@evil.example/v1", "without user|expected http"),
        ("http://host:99999/v1", "not a URL"),
        ("http://ho st/v1", "expected http://HOST"),
        ("http://ⓛocalhost/v1", "expected http://HOST|not a URL"),
        ("http://host/v1\x1b[31m", "expected http://HOST"),
        ("http://[::1/v1", "not a URL"),
    ],
)
def test_what_is_no_address(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as error:
        Address.parse(text)
    assert "pa55" not in str(error.value)
    assert "\x1b" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "own", "openai", "key"),
    [
        ("http://lab:8000/v1", "mine", "theirs", "mine"),
        ("http://lab:8000/v1", "", "theirs", None),
        ("http://localhost:8000/v1", "", "theirs", "theirs"),
        ("https://api.openai.com/v1", "", "theirs", "theirs"),
        ("http://api.openai.com/v1", "", "theirs", None),
        ("https://api.openai.com.evil.example/v1", "", "theirs", None),
        ("https://notopenai.com/v1", "", "theirs", None),
        ("https://api.openai.com/v1", " mine\n", "theirs", "mine"),
    ],
)
def test_which_key_goes_where(
    monkeypatch: pytest.MonkeyPatch, url: str, own: str, openai: str, key: str | None
) -> None:
    monkeypatch.setenv("MOUSEGPT_API_KEY", own)
    monkeypatch.setenv("OPENAI_API_KEY", openai)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert key_for(Address.parse(url)) == key


def test_the_keyring_is_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOUSEGPT_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    asked: list[tuple[str, str]] = []
    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")

    def get_password(service: str, user: str) -> str:
        asked.append((service, user))
        return "kept"

    keyring.get_password, errors.KeyringError = get_password, OSError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert key_for(Address.parse("https://api.example.com/v1")) == "kept"
    assert asked == [("napari-mousegpt", "api.example.com")]
    monkeypatch.setenv("MOUSEGPT_API_KEY", "two\nlines")
    with pytest.raises(ValueError, match="MOUSEGPT_API_KEY: expected one line") as error:
        key_for(Address.parse("https://api.example.com/v1"))
    assert "two" not in str(error.value)
