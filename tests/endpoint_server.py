"""A server of the OpenAI kind on this computer, which misbehaves as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SAID = {
    "overall": "The mouse walks along the wall.",
    "head": "The head points ahead.",
    "limb": "The paws alternate.",
    "torso": "The body is stretched.",
    "keywords": ["walking", "wall"],
}


@dataclass
class Seen:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def content(self) -> list[dict[str, Any]]:
        return self.body["messages"][-1]["content"]


def completion(text: Any = None, **choice: Any) -> bytes:
    """A chat completion as servers write it."""
    content = json.dumps(SAID) if text is None else text
    message = {"role": "assistant", "content": content}
    return json.dumps(
        {
            "object": "chat.completion",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message, **choice}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 40, "total_tokens": 140},
        }
    ).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http
    # Without it, each reply waits 40 ms for the other side's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        models = [{"id": name, "object": "model"} for name in self.server.here.models]
        self.say(200, json.dumps({"object": "list", "data": models}).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        here = self.server.here
        seen = Seen(self.path, dict(self.headers), body)
        with here.lock:
            here.requests.append(seen)
            act = here.next_act(seen)
        if here.latency_s:
            time.sleep(here.latency_s)
        act(self, seen)

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        named = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in named.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class _Http(ThreadingHTTPServer):
    here: StandInServer
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is part of the tests."""


Act = Callable[[_Handler, Seen], None]


def answers(text: Any = None, **choice: Any) -> Act:
    """Answer well, with this text."""
    return lambda handler, seen: handler.say(200, completion(text, **choice))


def says(status: int, body: bytes = b'{"error": {"message": "no"}}', **headers: str) -> Act:
    """Answer with a status and a body."""
    return lambda handler, seen: handler.say(status, body, **headers)


def cuts_off(handler: _Handler, seen: Seen) -> None:
    """Break off in the middle of an answer."""
    body = completion()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.connection.close()
    handler.close_connection = True


@dataclass
class StandInServer:
    """What it has, what comes, and what it does: ``troubles`` one after the other, then always.

    ``of_windows`` are troubles of the window that came first, second ... (counted from 0).
    """

    models: list[str] = field(default_factory=lambda: ["stand-in"])
    troubles: list[Act] = field(default_factory=list)
    always: Act = field(default_factory=answers)
    of_windows: dict[int, list[Act]] = field(default_factory=dict)
    latency_s: float = 0.0
    requests: list[Seen] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0
    _pictures: list[str] = field(default_factory=list)

    def next_act(self, seen: Seen) -> Act:
        """What to do with a request."""
        if self.of_windows:
            picture = seen.content[1]["image_url"]["url"]
            if picture not in self._pictures:
                self._pictures.append(picture)
            acts = self.of_windows.get(self._pictures.index(picture))
            if acts:
                return acts.pop(0)
        return self.troubles.pop(0) if self.troubles else self.always

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@contextmanager
def serving(server: StandInServer | None = None) -> Iterator[StandInServer]:
    """Serve while the block runs."""
    here = server or StandInServer()
    http = _Http(("127.0.0.1", here.port), _Handler)
    http.here, here.port = here, http.server_port
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield here
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
