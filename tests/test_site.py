"""The embedded site does what it says, for everything else is measured against it."""

import gzip
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from launchguard.site import Behaviour, Site, landing_site
from tests.busy import PATIENCE_S


def get(site: Site, path: str = "/", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_the_page_is_a_landing_page_and_travels_compressed() -> None:
    with landing_site() as site:
        status, headers, body = get(site)
        zipped = get(site, accept_encoding="gzip")
    assert status == 200
    assert 30_000 < len(body) < 32_000
    assert b"<title>Spring sale" in body and b'name="viewport"' in body
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert zipped[1]["content-encoding"] == "gzip"
    assert gzip.decompress(zipped[2]) == body


def test_a_capacity_of_60_is_60() -> None:
    with landing_site(capacity_per_s=60) as site, ThreadPoolExecutor(45) as pool:
        list(pool.map(lambda _: get(site), range(45)))  # every connection is open from now on
        began = time.monotonic()
        answered = sorted(pool.map(lambda _: (get(site)[0], time.monotonic())[1], range(45)))
        stamps = site.counts()["/"]["stamps"][45:]
    # Paced by deadlines from the first arrival: the last answer cannot come before its slot ends.
    assert answered[-1] - min(stamps) >= 45 / 60 - 0.001
    assert min(stamps) >= began
    assert len(stamps) == 45


@pytest.mark.parametrize(("ratio", "hits"), [(0.2, 4), (0.05, 1), (1.0, 20), (0.0, 0)])
def test_ratios_are_met_exactly(ratio: float, hits: int) -> None:
    with landing_site(fail_ratio=ratio, fail_status=500) as site:
        statuses = [get(site)[0] for _ in range(20)]
        assert site.counts()["/"]["statuses"].get("500", 0) == hits
    assert statuses.count(500) == hits
    assert statuses.count(200) == 20 - hits


def test_a_visit_that_hangs_gets_nothing_and_one_that_is_reset_is_closed() -> None:
    with landing_site(paths={"/hang": Behaviour(hang_ratio=1), "/reset": Behaviour(reset_ratio=1)}) as site:
        with socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0)) as sock:
            sock.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
            sock.settimeout(0.3)
            with pytest.raises(TimeoutError):
                sock.recv(1)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            get(site, "/reset")
        assert site.counts()["/hang"]["statuses"] == {"hung": 1}


def test_a_drip_sends_a_byte_a_second() -> None:
    with landing_site(drip=True) as site:
        connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=PATIENCE_S)
        began = time.monotonic()
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert len(answer.read(2)) == 2
        assert time.monotonic() - began > 0.9
        connection.close()


def test_behaviour_in_a_window_ends_with_it() -> None:
    with landing_site(fail_ratio=1, from_s=0.3, until_s=0.8) as site:
        seen = [get(site)[0]]
        first = site.counts()["/"]["stamps"][0]
        while time.monotonic() < first + 0.9:
            time.sleep(0.05)
            seen.append(get(site)[0])
        ages = [stamp - first for stamp in site.counts()["/"]["stamps"]]
    assert seen == [503 if 0.3 <= age < 0.8 else 200 for age in ages]
    assert (seen[0], 503 in seen, seen[-1]) == (200, True, 200)


def test_a_freeze_holds_every_answer_back_once() -> None:
    with landing_site(freeze_at_s=0.2, freeze_s=0.5) as site:
        get(site)
        began = site.counts()["/"]["stamps"][0]
        time.sleep(max(0.0, began + 0.3 - time.monotonic()))
        get(site)
        assert time.monotonic() - began >= 0.7
        took = []
        for _ in range(3):
            asked = time.monotonic()
            get(site)
            took.append(time.monotonic() - asked)
        assert min(took) < 0.4  # a stall of the machine is no freeze


def test_paths_differ_and_are_counted_without_their_query() -> None:
    special = {
        "/old": Behaviour(redirect_to="/new"),
        "/queue": Behaviour(body="queue is full"),
        "/limited": Behaviour(fail_ratio=1, fail_status=429, retry_after="30"),
    }
    with landing_site(paths=special, set_cookie="a=1") as site:
        moved, queue, limited = get(site, "/old?utm_source=x"), get(site, "/queue"), get(site, "/limited")
        plain = get(site, "/", x_seen="yes")
        counts = site.counts()
        over_http = json.loads(get(site, "/__counts")[2])
    assert (moved[0], moved[1]["location"]) == (302, "/new")
    assert queue[2] == b"queue is full"
    assert (limited[0], limited[1]["retry-after"]) == (429, "30")
    assert plain[1]["set-cookie"] == "a=1"
    assert counts["/"]["headers"]["x-seen"] == "yes"
    assert counts["/old"]["arrivals"] == over_http["/old"]["arrivals"] == 1


def test_connections_are_kept_unless_told_otherwise() -> None:
    with landing_site(paths={"/close": Behaviour(close=True)}) as site:
        connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=PATIENCE_S)
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read() != b""
        connection.request("GET", "/close")
        assert connection.getresponse().headers["connection"] == "close"
        connection.close()
        assert site.counts()["/"]["connections"] == 1


def test_it_carries_more_than_a_thousand_visits_a_second() -> None:
    """A bound that a slow machine keeps too: the site must not be what a test measures."""
    request = b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n"
    with landing_site() as site:
        size = len(request) and int(get(site, accept_encoding="gzip")[1]["content-length"])

        def visitor(visits: int) -> None:
            with socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0)) as sock:
                for _ in range(visits):
                    sock.sendall(request)
                    got = 0
                    while got < size:
                        got += len(sock.recv(65536))

        threads = [threading.Thread(target=visitor, args=(250,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert site.arrivals("/") == 1001
        assert np.all(np.diff(site.counts()["/"]["stamps"]) >= 0)


def test_as_a_command_it_prints_its_origin_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "launchguard.site", "--fail-ratio", "1", "--path", '/ok={"status": 204}']
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert process.stdout is not None
    site = Site(process.stdout.readline().strip(), process)
    assert get(site)[0] == 503
    assert get(site, "/ok")[0] == 204
    process.send_signal(2)
    try:
        assert process.communicate(timeout=PATIENCE_S)[1] == ""
        assert process.returncode == 0
    finally:
        process.kill()


def test_a_site_that_cannot_start_says_so() -> None:
    with landing_site() as site, pytest.raises(RuntimeError), landing_site(port=urlsplit(site.url).port or 0):
        pass
