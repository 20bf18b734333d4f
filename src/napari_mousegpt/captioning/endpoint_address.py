"""Where a server is, and which key it may see. Sends nothing."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

OWN_KEY, OPENAI_KEY = "MOUSEGPT_API_KEY", "OPENAI_API_KEY"
KEYRING_SERVICE = "napari-mousegpt"
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")
_PATH = re.compile(r"[A-Za-z0-9._~/%:@-]*")
_KNOWN_ENDS = ("/chat/completions", "/models")


@dataclass(frozen=True, slots=True)
class Address:
    """An OpenAI-compatible server, such as ``http://localhost:8000/v1``; made by `parse`."""

    scheme: str
    host: str
    port: int | None
    path: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read a URL. Without a path, ``/v1`` is meant.

        Raises
        ------
        ValueError
            If it is no http or https URL of a host, or holds what must not be stored: a user, a
            password or a query.
        """
        text = text.strip()
        scheme, mark, _ = text.partition("://")
        if not mark or scheme.lower() not in ("http", "https"):
            raise ValueError(
                f"{_without_secrets(text)}: expected a URL that begins with http:// or https://, "
                "such as http://localhost:8000/v1"
            )
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise ValueError(f"{_without_secrets(text)}: not a URL ({error})") from None
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError(
                f"{_without_secrets(text)}: expected a URL without user, password or anything "
                f"after ? or #, since it is stored. A key belongs in {OWN_KEY}."
            )
        host = (parts.hostname or "").rstrip(".")
        # What is checked here must be what is connected to, so nothing odd goes through.
        if not (_HOST.fullmatch(host) or _as_ip(host)) or not _PATH.fullmatch(parts.path):
            raise ValueError(f"{_without_secrets(text)}: expected http://HOST:PORT/v1")
        path = parts.path.rstrip("/")
        for end in _KNOWN_ENDS:
            path = path.removesuffix(end)
        return cls(parts.scheme.lower(), host, port, path or "/v1")

    def __str__(self) -> str:
        return self.url("")

    def url(self, path: str) -> str:
        """Return the URL of a path under the server's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}{path}"

    @property
    def loopback(self) -> bool:
        """Whether the server runs on this computer, so that nothing leaves it."""
        address = _as_ip(self.host)
        if address is None:
            return self.host == "localhost" or self.host.endswith(".localhost")
        return address.is_loopback or address.is_unspecified

    @property
    def in_the_clear(self) -> bool:
        """Whether others on the way can read what is sent."""
        return self.scheme == "http" and not self.loopback


def key_for(address: Address) -> str | None:
    """Find the key that a server may see; None if there is none.

    ``MOUSEGPT_API_KEY`` goes to whichever server was named, ``OPENAI_API_KEY`` to OpenAI's own and
    to this computer only. Else the keyring is asked (service ``napari-mousegpt``, the host as
    user), if the package keyring is installed.

    Raises
    ------
    ValueError
        If the key cannot be sent: it holds a line break or a letter outside ASCII.
    """
    openai = address.scheme == "https" and (
        address.host == "openai.com" or address.host.endswith(".openai.com")
    )
    key, source = os.environ.get(OWN_KEY, "").strip(), OWN_KEY
    if not key and (openai or address.loopback):
        key, source = os.environ.get(OPENAI_KEY, "").strip(), OPENAI_KEY
    if not key:
        key, source = (_from_keyring(address.host) or "").strip(), "the key in the keyring"
    if key and not (key.isascii() and key.isprintable()):
        raise ValueError(f"{source}: expected one line of ASCII letters; set it again")
    return key or None


def _from_keyring(host: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found: str | None = keyring.get_password(KEYRING_SERVICE, host)
    except KeyringError:  # locked, or none on this system
        return None
    return found


def _as_ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _without_secrets(text: str) -> str:
    """The text as errors may show it: without what could be a key or a password."""
    shown = re.sub(r"//[^/]*@", "//…@", text)
    shown = re.split(r"[?#]", shown)[0]
    shown = "".join(letter for letter in shown if letter.isprintable())
    return shown if len(shown) <= 100 else f"{shown[:97]}..."
