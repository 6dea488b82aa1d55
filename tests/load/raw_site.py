"""A site in this process that answers with whatever bytes a test wants, and with what its clock and counter say."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """A request: its number on this site (from 1), seconds since the first of a crowd, path with query, and head."""

    number: int
    since_s: float
    path: str
    head: bytes


@dataclass
class RawSite:
    """The running site: its origin, and what was asked."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)


Answer = Callable[[Asked], Awaitable[bytes]]
"""The bytes of an answer; a head with `Connection: close` ends the connection, as an empty answer does."""

CROWD = 3
CROWD_S = 1.0


def whole(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer as a well-kept server sends it, with further headers before the usual ones."""
    usual = ("Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body)}")
    given = {header.partition(":")[0].lower() for header in headers}
    lines = [*headers, *(line for line in usual if line.partition(":")[0].lower() not in given)]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


@contextmanager
def raw_site(answer: Answer, *, closes: bool = False) -> Iterator[RawSite]:
    """Serve on loopback, each connection for as many requests as its client wants, or for one where it `closes`.

    The clock starts with the first of three requests within a second: an idle look before a load does not start it.
    """
    site, ready, stop = RawSite(), threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=lambda: asyncio.run(_serve(site, answer, loops, ready, stop, closes=closes)))
    thread.start()
    ready.wait()
    try:
        yield site
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()


async def _serve(
    site: RawSite,
    answer: Answer,
    loops: list[asyncio.AbstractEventLoop],
    ready: threading.Event,
    stop: asyncio.Event,
    *,
    closes: bool,
) -> None:
    """Listen until `stop`, then drop every connection."""
    loop = asyncio.get_running_loop()
    arrived: list[float] = []
    started: list[float] = []
    open_connections: set[asyncio.StreamWriter] = set()

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_connections.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                arrived.append(loop.time())
                if not started and len(arrived) >= CROWD and arrived[-1] - arrived[-CROWD] < CROWD_S:
                    started.append(arrived[-CROWD])
                since_s = arrived[-1] - started[0] if started else 0.0
                asked = Asked(len(arrived), since_s, head.split(b" ", 2)[1].decode("latin-1"), head)
                site.asked.append(asked)
                data = await answer(asked)
                writer.write(data)
                await writer.drain()
                if closes or not data or b"connection: close" in data.partition(b"\r\n\r\n")[0].lower():
                    break
        open_connections.discard(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, backlog=1024)
    site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    loops.append(loop)
    ready.set()
    await stop.wait()
    server.close()
    for writer in open_connections:
        writer.transport.abort()
    await asyncio.sleep(0)
