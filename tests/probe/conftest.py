"""Small servers on loopback that behave well or badly, and end with the test."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest

Handler = Callable[[socket.socket, str], bytes | None]


class Site:
    """A server on a free port. The handler returns an answer (the connection stays open) or does it all itself."""

    def __init__(self, handler: Handler, *, context: ssl.SSLContext | None, host: str, port: int) -> None:
        self._handler = handler
        self._context = context
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family, backlog=128)
        self.port: int = self._listener.getsockname()[1]
        scheme = "https" if context else "http"
        self.url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"
        self.heads: list[str] = []
        self.connections = 0
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def named(self, host: str) -> str:
        """The same site under a host name that a test's resolver knows."""
        return f"{self.url.partition('://')[0]}://{host}:{self.port}"

    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.heads]

    def close(self) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for conn in list(self._open):
            with contextlib.suppress(OSError):
                conn.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                conn, _ = self._listener.accept()
                self.connections += 1
                self._open.add(conn)
                thread = threading.Thread(target=self._converse, args=(conn,))
                self._threads.append(thread)
                thread.start()

    def _converse(self, plain: socket.socket) -> None:
        conn = plain
        try:
            if self._context:
                conn = self._context.wrap_socket(plain, server_side=True)
                self._open.add(conn)
            while head := self._read_head(conn):
                self.heads.append(head)
                answer = self._handler(conn, head)
                if answer is None:
                    break
                conn.sendall(answer)
        except OSError:
            pass  # the client went away, which several tests are about
        finally:
            self._open -= {plain, conn}
            conn.close()

    @staticmethod
    def _read_head(conn: socket.socket) -> str:
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = conn.recv(65536)
            if not chunk:
                return ""
            data += chunk
        return data.decode("latin-1")


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    """serve(handler, context=None, host="127.0.0.1", port=0) -> Site; 0 is any free port."""
    sites: list[Site] = []

    def start(
        handler: Handler, *, context: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0
    ) -> Site:
        sites.append(Site(handler, context=context, host=host, port=port))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


@pytest.fixture
def answer() -> Callable[..., bytes]:
    """answer(body=b"", status=200, *header_lines) -> the bytes of an HTTP answer."""

    def build(body: bytes = b"", status: int = 200, *headers: str) -> bytes:
        lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", *headers]
        return "\r\n".join([*lines, "", ""]).encode() + body

    return build


@pytest.fixture
def resolver() -> Callable[..., list[tuple[object, ...]]]:
    """Resolve every *.test name to 127.0.0.1, and nothing else."""

    def resolve(host: str, port: int, family: int = 0, kind: int = 0) -> list[tuple[object, ...]]:
        if host.endswith(".test"):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    return resolve
