"""The client against an API that refuses what GitHub's own description refuses."""

import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest

from launchguard.errors import GitHubError
from launchguard.github.client import BearerToken, Client
from tests.github.fake_api import REPOSITORY, SPEC, TOKEN, FakeGitHub, operation_of, review

CALLS: dict[str, Callable[[Client], Any]] = {
    "comments": lambda c: list(c.comments(7)),
    "create_comment": lambda c: c.create_comment(7, "text"),
    "update_comment": lambda c: c.update_comment(1, "text"),
    "create_status": lambda c: c.create_status("a" * 40, state="success", context="x", description="", target_url=""),
    "file": lambda c: c.file("shop/.launchguard.yml", "main"),
    "branch": lambda c: c.branch("release/1.0"),
    "pull": lambda c: c.pull(7),
    "pull_files": lambda c: list(c.pull_files(7)),
    "reviews": lambda c: list(c.reviews(7)),
    "pulls_of_commit": lambda c: list(c.pulls_of_commit("a" * 40)),
}


def ready(github: FakeGitHub) -> None:
    github.add_comment("hello")
    github.files["main", "shop/.launchguard.yml"] = "load: {}\n"
    github.branches.add("release/1.0")


@pytest.mark.parametrize("name", CALLS)
def test_every_call_is_one_that_github_describes(name: str, client: Client, github: FakeGitHub) -> None:
    ready(github)
    CALLS[name](client)
    assert github.calls
    assert [call.status // 100 for call in github.calls] == [2] * len(github.calls)


def test_every_described_operation_is_used(client: Client, github: FakeGitHub) -> None:
    ready(github)
    for call in CALLS.values():
        call(client)
    used = [operation_of(call.method, call.path) for call in github.calls]
    described = [operation for operations in SPEC["paths"].values() for operation in operations.values()]
    assert all(operation in used for operation in described)


def test_every_public_method_is_in_the_table() -> None:
    public = {name for name, value in vars(Client).items() if callable(value) and not name.startswith("_")}
    assert public - {"sleep", "now"} == set(CALLS)


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("GET", "issues/7/comments", ("id", "body", "html_url", "user.login", "user.type")),
        ("POST", "issues/7/comments", ("id", "html_url")),
        ("GET", "pulls/7", ("head.sha",)),
        ("GET", "pulls/7/files", ("filename", "previous_filename")),
        ("GET", "pulls/7/reviews", ("state", "commit_id", "user.login")),
        ("GET", f"commits/{'a' * 40}/pulls", ("number", "state")),
    ],
)
def test_every_field_that_is_read_is_described(method: str, path: str, fields: tuple[str, ...]) -> None:
    operation = operation_of(method, f"/repos/{REPOSITORY}/{path}")
    assert operation is not None
    answer = next(iter(operation["responses"].values()))["content"]["application/json"]["schema"]
    for field in fields:
        schema = resolved(answer)
        schema = resolved(schema["items"]) if schema.get("type") == "array" else schema
        for part in field.split("."):
            assert part in schema["properties"], f"{path} has no {field}"
            schema = resolved(schema["properties"][part])


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        _, kind, name = schema["$ref"].rsplit("/", 2)
        schema = SPEC["components"][kind][name]
    if "allOf" in schema or "anyOf" in schema or "oneOf" in schema:
        return resolved((schema.get("allOf") or schema.get("anyOf") or schema["oneOf"])[0])
    return schema


def test_lists_are_read_to_their_end(client: Client, github: FakeGitHub) -> None:
    github.reviews = [review(f"person-{number}", "COMMENTED", "b" * 40) for number in range(250)]
    assert [item["user"]["login"] for item in client.reviews(7)] == [f"person-{number}" for number in range(250)]
    assert len(github.calls) == 3


def test_a_list_without_end_is_given_up(client: Client, github: FakeGitHub) -> None:
    github.pull_files = [{"filename": f"f{number}"} for number in range(4000)]
    assert len(list(client.pull_files(7))) == 3000


def test_server_errors_are_waited_out(client: Client, github: FakeGitHub, waits: list[float]) -> None:
    github.fail("GET", "pulls/7$", 502, times=2)
    assert client.pull(7)["head"]["sha"] == github.pull_head
    assert waits == [1.0, 2.0]


def test_a_server_that_stays_broken_is_reported(client: Client, github: FakeGitHub, waits: list[float]) -> None:
    github.fail("GET", "pulls/7$", 503)
    with pytest.raises(GitHubError, match="GET pulls/7: HTTP 503") as caught:
        client.pull(7)
    assert caught.value.status == 503
    assert len(github.calls) == 4
    assert len(waits) == 3


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {"Retry-After": "7"}, [7.0]),
        (403, {"Retry-After": "7"}, [7.0]),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1030"}, [31.0]),
        (429, {}, [60.0]),
    ],
)
def test_short_rate_limits_are_waited_for(
    client: Client, github: FakeGitHub, waits: list[float], status: int, headers: dict[str, str], expected: list[float]
) -> None:
    github.fail("POST", "comments$", status, headers, times=1)
    client.create_comment(7, "text")
    assert waits == expected
    assert len(github.comments) == 1


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@pytest.mark.parametrize(("status", "times", "expected"), [(403, 1, [60.0]), (429, 1, [60.0]), (403, 9, [60.0])])
def test_a_secondary_limit_is_known_by_its_words_and_waited_for(
    client: Client, github: FakeGitHub, waits: list[float], status: int, times: int, expected: list[float]
) -> None:
    github.fail("GET", "pulls/7$", status, times=times, message=SECONDARY)
    if times == 1:
        assert client.pull(7)["number"] == 7
    else:
        with pytest.raises(GitHubError, match="secondary rate limit") as caught:
            client.pull(7)
        assert caught.value.limited_s == 120.0
    assert waits == expected


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, {}),
        (404, {}),
        (429, {"Retry-After": "3600"}),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "5000"}),
    ],
)
def test_refusals_and_long_limits_are_reported_at_once(
    client: Client, github: FakeGitHub, waits: list[float], status: int, headers: dict[str, str]
) -> None:
    github.fail("GET", "pulls/7$", status, headers)
    with pytest.raises(GitHubError, match="Resource not accessible") as caught:
        client.pull(7)
    assert caught.value.status == status
    assert waits == []


def test_an_answer_that_is_no_json_is_an_error(client: Client, github: FakeGitHub) -> None:
    github.branches.add("x")
    github.answer = lambda *_: (200, "<html>a proxy's page</html>")  # type: ignore[method-assign]
    with pytest.raises(GitHubError, match="not JSON"):
        client.branch("x")


@pytest.mark.parametrize("answer", [{"message": "x"}, ["x"], "null", 3])
def test_an_answer_of_another_shape_is_an_error(client: Client, github: FakeGitHub, answer: object) -> None:
    github.answer = lambda *_: (200, answer)  # type: ignore[method-assign]
    with pytest.raises(GitHubError, match="no list"):
        list(client.reviews(7))
    github.answer = lambda *_: (200, [answer])  # type: ignore[method-assign]
    with pytest.raises(GitHubError, match="no object"):
        client.pull(7)


def test_nobody_listening_is_an_error(waits: list[float]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}", REPOSITORY, BearerToken(TOKEN), sleep=waits.append)
    with pytest.raises(GitHubError, match="ConnectionError") as caught:
        client.pull(7)
    assert caught.value.status == 0
    assert waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("path", ["../secrets", "a/../../b", "a//b", "."])
def test_a_path_cannot_climb_to_another_endpoint(client: Client, github: FakeGitHub, path: str) -> None:
    with pytest.raises(GitHubError, match="cannot be part of an address"):
        client.file(path, "main")
    assert github.calls == []


def test_a_wrong_token_is_told_and_never_shown(github: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(github.url, REPOSITORY, BearerToken("wrong-token"))
    with pytest.raises(GitHubError, match="HTTP 401: Bad credentials") as caught:
        client.pull(7)
    assert "wrong-token" not in f"{caught.value!r} {caught.value} {client!r} {client.auth!r} {caplog.text}"


def test_a_netrc_does_not_replace_the_token(client: Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert client.pull(7)["number"] == 7
