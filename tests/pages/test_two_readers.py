"""The idle visit and the load read the same bytes alike: the gallery's answers, hostile ones, and changed ones."""

import json
import socket
import ssl
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from launchguard.probe import ProbePolicy, VisitRequest, visit_all
from tests.load.raw_site import Asked, raw_site, whole
from tests.load.test_load_reading import BROKEN
from tests.load.test_load_reading import SHOWN as SHOWN_UNDER_LOAD
from tests.pages.making import GOOD, Ask, said
from tests.pages.mutating import mutated
from tests.pages.sight import PHRASES, Sight, of_the_probe, said_idle
from tests.pages.test_page_cases import CASES
from tests.probe.test_probe_hostile import PAGE, WHOLE

SEED = 20990302
CHANGED = 1000
HOST = "shop.test"
"""Stands in the answers for where the site is, which nobody knows before it runs."""
HEAD = f"GET {{path}} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: Mobile\r\n\r\n"


def corpus() -> list[bytes]:
    """Answers that are the same for everybody: those of the gallery, of other tests, and what was made of them."""
    originals = []
    for case in CASES.values():
        head = HEAD.format(path=f"/{case.id}{case.query}")
        originals.append(case.says(Ask(case.id, "", case.query, head)))
    originals += [*SHOWN_UNDER_LOAD.values(), *(data for _, data, _ in BROKEN.values() if len(data) < 10_000)]
    hostile = [said(body) for _, body in WHOLE] + [PAGE + b"\r\n" + b"x" * 10_000_001]
    return [*originals, *hostile, BROKEN["/bomb"][1], *mutated(originals, CHANGED, SEED)]


def nowhere(host: str, port: int, family: int = 0, kind: int = 0) -> list[tuple[Any, ...]]:
    raise socket.gaierror(socket.EAI_NONAME, "unknown")


POLICY = ProbePolicy(
    resolver=nowhere,
    retry_pause_s=0,
    requests_per_s=1e9,
    ssl_context=ssl.create_default_context(),
    deadline_s=60,
    threads=8,
)


def seen_by_load(origin: str, paths: list[str]) -> list[Sight]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.pages.load_side"],
        input=json.dumps({"origin": origin, "paths": paths}),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    made = [json.loads(line) for line in told.stdout.splitlines()]
    return [Sight(**{**one, "headers": tuple(map(tuple, one["headers"])), "says": tuple(one["says"])}) for one in made]


def test_the_idle_visit_and_the_load_read_alike() -> None:
    answers = corpus()

    async def serve(asked: Asked) -> bytes:
        ask = Ask.of(asked)
        if ask.name.isdigit() and not ask.rest:
            return answers[int(ask.name)].replace(HOST.encode(), site.url.removeprefix("http://").encode())
        return CASES[ask.name].says(ask) if ask.name in CASES else whole(GOOD.encode())

    with raw_site(serve, closes=True) as site:
        paths = [f"/{number}" for number in range(len(answers))]
        paths += [f"/{case.id}{case.path}{case.query}" for case in CASES.values()]
        requests = [VisitRequest(path, site.url + path) for path in paths]
        visits = visit_all(requests, policy=POLICY)
        idle = [of_the_probe(visit) for visit in visits]
        loaded = seen_by_load(site.url, paths)
    different = [
        (path, answers[int(path[1:])][:600] if path[1:].isdigit() else b"", one, other)
        for path, one, other in zip(paths, idle, loaded, strict=True)
        if one != replace(other, says=())
    ]
    assert different == []
    said = [(said_idle(visit), sight.says) for visit, sight in zip(visits, loaded, strict=True)]
    assert [(path, *pair) for path, pair in zip(paths, said, strict=True) if not set(pair[0]) <= set(pair[1])] == []
    assert {phrase for idle_says, _ in said for phrase in idle_says} == set(PHRASES)
