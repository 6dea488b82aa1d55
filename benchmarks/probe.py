"""How fast the probe looks at 200 pages that take 50 ms each, beside plain requests in threads and beside the bound.

Run: python benchmarks/probe.py

The pages are served on loopback by a process of its own. All figures of a round are measured one after the other in
one run and printed as ratios, because seconds on a shared machine say little. "bound" is what 64 slots need at
least: 200 pages x 50 ms / 64.
"""

import asyncio
import multiprocessing
import queue
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

import requests

from launchguard.probe import ProbePolicy, VisitRequest, visit_all

PAGES = 200
LATENCY_S = 0.05
THREADS = 64
ROUNDS = 5
GOAL_S = 1.5
BODY = b"<!doctype html><title>Spring sale</title>" + b"<p>-30 %</p>" * 1000


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request of a connection after the latency."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(LATENCY_S)
            writer.write(head + BODY)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve(port: Connection) -> None:
    """Serve for ever on a free port, which is sent back."""

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=256)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def probe(urls: list[str]) -> int:
    """Visit all pages as LaunchGuard does; returns how many answered."""
    visits = visit_all([VisitRequest(url, url) for url in urls], policy=ProbePolicy(threads=THREADS))
    return sum(visit.status == 200 for visit in visits)


def plain(urls: list[str]) -> int:
    """Fetch all pages with requests and threads, a session each, and nothing else."""
    sessions: queue.LifoQueue[requests.Session] = queue.LifoQueue()
    for _ in range(THREADS):
        sessions.put(requests.Session())

    def fetch(url: str) -> bool:
        session = sessions.get()
        try:
            return session.get(url, timeout=10).status_code == 200
        finally:
            sessions.put(session)

    with ThreadPoolExecutor(THREADS) as executor:
        answered = sum(executor.map(fetch, urls))
    while not sessions.empty():
        sessions.get().close()
    return answered


def measure(work: Callable[[list[str]], int], urls: list[str]) -> float:
    """Return the seconds that the work took; raises RuntimeError when a page was not answered."""
    started = time.perf_counter()
    answered = work(urls)
    took_s = time.perf_counter() - started
    if answered != len(urls):
        raise RuntimeError(f"{work.__name__}: {answered} of {len(urls)} pages answered")
    return took_s


def main() -> None:
    """Measure the rounds and print the table."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(sender,), daemon=True)
    server.start()
    try:
        origin = f"http://127.0.0.1:{receiver.recv()}"
        urls = [f"{origin}/{number}" for number in range(PAGES)]
        rounds = [(measure(probe, urls), measure(plain, urls)) for _ in range(ROUNDS)]
    finally:
        server.terminate()
        server.join()
    bound_s = PAGES * LATENCY_S / THREADS
    probe_s = statistics.median(pair[0] for pair in rounds)
    plain_s = statistics.median(pair[1] for pair in rounds)
    print(f"{PAGES} pages of {LATENCY_S * 1000:.0f} ms, {THREADS} threads, median of {ROUNDS} rounds")
    print(f"{'':<24}{'seconds':>8}{'x bound':>9}{'x plain':>9}")
    for name, took_s in (("bound", bound_s), ("requests + threads", plain_s), ("launchguard.probe", probe_s)):
        print(f"{name:<24}{took_s:>8.3f}{took_s / bound_s:>9.2f}{took_s / plain_s:>9.2f}")
    print(f"goal: under {GOAL_S} s: {'met' if probe_s < GOAL_S else 'MISSED'}")


if __name__ == "__main__":
    main()
