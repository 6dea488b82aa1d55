"""What a worker's own machine says to a master's brief: which files, which secrets; and what a brief may hold."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from launchguard.authorize import Grant
from launchguard.errors import LoadEngineError
from launchguard.load.workers.brief import Brief, brief_of, read_brief, sha256_of, write_brief
from launchguard.load.workers.policy import WorkerPolicy
from launchguard.model.load_plan import LinkShare, LoadPlan
from launchguard.model.parts import Access
from launchguard.web.likeness import facts_of
from launchguard.web.request import DEVICES

TOKEN = Access(host="shop.example.com", header="X-Preview", from_env="TOKEN")
HTTPS = Grant("https://shop.example.com:443", ("8.8.4.4",), None, "test")
HTTP = Grant("http://shop.example.com:80", ("8.8.4.4",), None, "test")
OPEN = WorkerPolicy(
    lambda _: [], allowed={"TOKEN": ["shop.example.com"]}, environ={"TOKEN": " s3cret-value\n", "HOME": "/x"}
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "walk.py").write_text("journey", encoding="utf-8")
    (tmp_path / "rows.csv").write_text("n\n1\n", encoding="utf-8")
    return str(tmp_path / "walk.py"), str(tmp_path / "rows.csv")


def test_a_brief_travels_without_paths_and_values(
    a_plan: Callable[..., LoadPlan], files: tuple[str, str], tmp_path: Path
) -> None:
    journey, data = files
    plan = a_plan("https://shop.example.com/?a=1", journey=journey, data=data, processes=2)
    idle = tuple(facts_of(b"<title>Spring", "https://m.shop.example.com/", device=device) for device in DEVICES)
    plan = replace(
        plan,
        targets=(
            replace(
                plan.targets[0], links=(LinkShare(0.5, "gclid", (("utm_source", "ad"),)),), idle=idle, kinds=("pdf",)
            ),
        ),
    )
    plan = replace(plan, phones_ratio=0.64)
    access = (TOKEN, Access(host="127.0.0.1:8080", basic=True, from_env="LOGIN"))
    brief = brief_of(plan, access)
    assert brief == Brief(replace(plan, journey="", data=""), sha256_of(journey), sha256_of(data), access)
    write_brief(brief, tmp_path)
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    assert read_brief(text) == brief
    assert "walk.py" not in text
    assert WorkerPolicy(lambda _: [], journey, data).own(read_brief(text)) == plan


@pytest.mark.parametrize(
    "change", [{"code": "import os"}, {"access": [{"host": "a.b", "header": "X: y", "from_env": "T"}]}]
)
def test_a_brief_with_more_than_is_known_is_none(
    change: dict[str, Any], a_plan: Callable[..., LoadPlan], tmp_path: Path
) -> None:
    write_brief(brief_of(a_plan("https://shop.example.com/"), ()), tmp_path)
    brief = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert read_brief(json.dumps(brief))
    with pytest.raises(ValueError, match=next(iter(change))):
        read_brief(json.dumps(brief | change))


@pytest.mark.parametrize(
    ("has", "wants", "words"),
    [
        ((0, 0), (1, 0), "needs a journey file, and this worker was started without one"),
        ((1, 0), (1, 1), "needs a data file, and this worker was started without one"),
        ((1, 1), (2, 1), r"journey file walk.py is not the master's \(SHA-256 \w{12}... here, 2222"),
        ((1, 1), (1, 2), r"data file rows.csv is not the master's"),
        ((2, 1), (1, 1), "journey file cannot be read: .*No such file"),
        ((1, 1), (0, 1), "makes no sense"),
    ],
)
def test_files_that_are_not_the_master_s(
    has: tuple[int, int], wants: tuple[int, int], words: str, a_plan: Callable[..., LoadPlan], files: tuple[str, str]
) -> None:
    journey, data = (("", path, "/nowhere/walk.py")[which] for which, path in zip(has, files, strict=True))
    walk, rows = (("", sha256_of(path), "2" * 64)[which] for which, path in zip(wants, files, strict=True))
    with pytest.raises(LoadEngineError, match=words):
        WorkerPolicy(lambda _: [], journey, data).own(Brief(a_plan("https://shop.example.com/"), walk, rows))


def test_a_run_without_a_journey_is_sent_without_the_worker_s(
    a_plan: Callable[..., LoadPlan], files: tuple[str, str]
) -> None:
    plan = a_plan("https://shop.example.com/")
    assert WorkerPolicy(lambda _: [], *files).own(Brief(plan)) == plan
    with_journey = WorkerPolicy(lambda _: [], *files).own(Brief(plan, sha256_of(files[0])))
    assert (with_journey.journey, with_journey.data) == (files[0], "")


def test_a_secret_goes_encrypted_or_to_a_private_address() -> None:
    private = replace(HTTP, addresses=("10.0.0.7",))
    sent = {"shop.example.com": {"X-Preview": "s3cret-value"}}
    assert OPEN.headers([TOKEN], [HTTPS, private]) == sent
    assert OPEN.headers([TOKEN], [HTTPS, replace(HTTP, by_redirect=True)]) == sent
    assert OPEN.headers([TOKEN], [replace(HTTP, by_redirect=True)]) == {}
    assert OPEN.headers([], [HTTP]) == {}
    for addresses in (("8.8.4.4", "8.8.8.8"), ("10.0.0.7", "8.8.8.8"), ("169.254.169.254",)):
        with pytest.raises(LoadEngineError, match=r"go to http://shop\.example\.com:80 unencrypted"):
            OPEN.headers([TOKEN], [replace(HTTP, addresses=addresses)])


@pytest.mark.parametrize(
    ("terms", "access", "words"),
    [
        (replace(OPEN, allowed={}), TOKEN, "TOKEN is not meant for shop.example.com"),
        (replace(OPEN, allowed={"TOKEN": ["other.example.com"]}), TOKEN, "TOKEN is not meant for shop.example.com"),
        (OPEN, TOKEN.model_copy(update={"from_env": "HOME"}), "HOME is not meant for shop.example.com"),
        (OPEN, TOKEN.model_copy(update={"host": "evil.example.com"}), "TOKEN is not meant for evil.example.com"),
        (replace(OPEN, environ={}), TOKEN, "variable TOKEN, which is not set"),
        (OPEN, TOKEN.model_copy(update={"header": "", "basic": True}), "TOKEN holds no user and password"),
    ],
)
def test_a_secret_that_a_worker_does_not_give(terms: WorkerPolicy, access: Access, words: str) -> None:
    with pytest.raises(LoadEngineError, match=words) as caught:
        terms.headers([access], [HTTPS])
    assert caught.value.hint.startswith("On the worker: ")
    assert "s3cret" not in caught.value.message + caught.value.hint + repr(terms)


def test_what_has_to_be_redacted_is_what_could_be_sent() -> None:
    assert OPEN.secrets == ["s3cret-value"]
