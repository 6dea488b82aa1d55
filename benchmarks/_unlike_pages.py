"""A page of 200 KB that is another one for every visit, its words written as entities; prints its port, then serves.

Run by load_reading in a process of its own, pinned to another core than the generator; ends with its standard input.
"""

import asyncio
import sys

BLOCK = (
    '<div class="c"><p>Ein Satz mit Umlauten: Fr\u00fchling &amp; Gr\u00f6\u00dfe, <b>fett</b>.</p></div>\n'.encode()
)
START = b"<!doctype html><html><head><title>Spring</title></head><body><input name=csrf value=t%012d><h1>%s</h1>"
WORDS = b"Nur 50&nbsp;&euro;"
REST = BLOCK * (200_000 // len(BLOCK))


class Page(asyncio.Protocol):
    """One connection."""

    served = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.head = b""

    def data_received(self, data: bytes) -> None:
        self.head += data
        if not self.head.endswith(b"\r\n\r\n"):
            return
        self.head = b""
        Page.served += 1
        start = START % (Page.served, WORDS)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(start) + len(REST)}"
        self.transport.write(head.encode() + b"\r\n\r\n" + start + REST)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Page, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
