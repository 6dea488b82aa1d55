"""Fresh visitors hold their connections idle, as many as the machine and the host allow, and end with the load."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from launchguard.authorize import Grant, origin_of
from launchguard.load import run_load
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from tests.caches import PAGE
from tests.cli.test_run_lingering import MANIFEST
from tests.load.raw_site import whole

pytestmark = pytest.mark.load


class Counting:
    """A server that counts its open connections, now and at most."""

    def __init__(self) -> None:
        self.url = ""
        self.open = self.most = 0

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        self.loop = asyncio.get_running_loop()
        ready.set()
        await stop.wait()
        server.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(whole(PAGE))
                await writer.drain()
        self.open -= 1
        writer.close()


@contextmanager
def counting() -> Iterator[Counting]:
    site, ready, stop = Counting(), threading.Event(), asyncio.Event()
    thread = threading.Thread(target=lambda: asyncio.run(site.serve(ready, stop)))
    thread.start()
    ready.wait()
    try:
        yield site
    finally:
        site.loop.call_soon_threadsafe(stop.set)
        thread.join()


@pytest.mark.parametrize(("cap", "processes"), [(None, 2), (100, 2)])
def test_what_is_held_is_what_the_server_sees(a_plan: Callable[..., LoadPlan], cap: int | None, processes: int) -> None:
    with counting() as site:
        plan = a_plan(site.url, rate=200, hold=3, processes=processes)
        run: LoadRun = run_load(plan, [Grant(origin_of(site.url), ("127.0.0.1",), None, "test", max_connections=cap)])
        assert run.stats(None).ok == 600
        told = run.connections
        assert told.fullest is not None
        assert told.fullest.open >= 0.95 * site.most
        assert told.wanted == pytest.approx(600, rel=0.02)
        if cap is None:
            assert told.held == told.wanted
            assert told.fullest.open == pytest.approx(site.most, rel=0.05)
        else:
            assert told.held <= cap
            assert told.short_of == ("max_connections",)


def test_short_of_open_files_the_oldest_are_let_go_and_the_report_says_so(tmp_path: Path) -> None:
    with counting() as site:
        (tmp_path / "spring.yml").write_text(MANIFEST.format(site=site.url.rstrip("/"), linger=""), encoding="utf-8")
        command = f"ulimit -n 140; exec {sys.executable} -m launchguard run spring.yml --seed 1 --format json"
        ran = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    load = json.loads(ran.stdout)["load"]
    assert not load["invalid"]
    assert load["dropped"] == 0
    assert load["connections"]["short_of"] == ["descriptors"]
    assert load["connections"]["held"] < load["connections"]["wanted"]
