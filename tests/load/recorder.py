"""A small site in this process that writes down every request: whose connection, which headers, when."""

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Seen:
    """One request."""

    method: str
    path: str
    query: str
    client: tuple[str, int]
    headers: Mapping[str, str]
    at_s: float


@dataclass(frozen=True)
class Answered:
    """What a path answers; `wait_s` is how long it takes."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass
class Recorder:
    """The running site: its origin, and what it saw."""

    url: str
    seen: list[Seen]

    def of(self, path: str) -> list[Seen]:
        """The requests of one path."""
        return [seen for seen in self.seen if seen.path == path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients go when their time is over."""


@contextmanager
def recording_site(answers: Mapping[str, Answered], context: ssl.SSLContext | None = None) -> Iterator[Recorder]:
    """Serve these paths on loopback, 404 for others; HTTP/1.1 with connections that stay, over TLS with a context."""
    seen: list[Seen] = []
    busy: dict[str, int] = {}
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                busy["now"] = busy.get("now", 0) + 1
                seen.append(
                    Seen(
                        self.command,
                        parts.path,
                        parts.query,
                        self.client_address[:2],
                        {**headers, "-at-once": str(busy["now"])},
                        time.monotonic(),
                    )
                )
            answer = answers.get(parts.path, Answered("nothing here", 404))
            time.sleep(answer.wait_s)
            with lock:
                busy["now"] -= 1
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_POST = handle_one  # noqa: N815 - the base class calls them so

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Recorder(f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}", seen)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
