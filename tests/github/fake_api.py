"""A stateful stand-in for GitHub's REST API that accepts only what GitHub's own description accepts.

with fake_github() as github:
    ...  # github.url, github.comments, github.calls, github.fail("POST", "comments", 403)
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema

TOKEN = "ghs_secret-token"
REPOSITORY = "acme/shop"
LONGEST_COMMENT = 65_536
SPEC: dict[str, Any] = json.loads((Path(__file__).parent / "gh-trim.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Call:
    """One request as it arrived, and how it was answered."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int


@dataclass(frozen=True)
class Failure:
    """An answer that is given instead of the real one, `times` times (-1: always); `lost` acts first, then fails."""

    method: str
    pattern: str
    status: int
    headers: dict[str, str]
    message: str
    lost: bool = False


@dataclass
class FakeGitHub:
    """The repository's state. `files` maps (branch, path) to content; lists hold the API's own objects."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    branches: set[str] = field(default_factory=lambda: {"main"})
    pull_head: str = "a" * 40
    pull_files: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    pulls_of_commit: list[dict[str, Any]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    failures: list[tuple[Failure, Counter[str]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(
        self,
        method: str,
        pattern: str,
        status: int,
        headers: dict[str, str] | None = None,
        *,
        times: int = -1,
        lost: bool = False,
        message: str = "Resource not accessible by integration",
    ) -> None:
        """Answer requests whose path matches with this status from now on."""
        self.failures.append((Failure(method, pattern, status, headers or {}, message, lost), Counter(left=times)))

    def add_comment(self, body: str, *, bot: bool = True) -> dict[str, Any]:
        """A comment that is there already."""
        number = len(self.comments) + 1
        login = "github-actions[bot]" if bot else "mallory"
        comment = {
            "id": number,
            "node_id": f"c{number}",
            "url": f"{self.url}/comments/{number}",
            "html_url": f"https://github.example/acme/shop/pull/7#issuecomment-{number}",
            "issue_url": f"{self.url}/issues/7",
            "created_at": "2026-11-23T00:00:00Z",
            "updated_at": "2026-11-23T00:00:00Z",
            "author_association": "NONE",
            "body": body,
            "user": user(login, "Bot" if bot else "User"),
        }
        self.comments.append(comment)
        return comment

    def calls_to(self, method: str, pattern: str = "") -> list[Call]:
        """The requests of one method whose path matches."""
        return [call for call in self.calls if call.method == method and re.search(pattern, call.path)]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Route one valid request."""
        parts = path.removeprefix(f"/repos/{REPOSITORY}/").split("/")
        match (method, *parts):
            case ("GET", "issues", _, "comments"):
                return 200, page_of(self.comments, query)
            case ("POST", "issues", _, "comments"):
                return 201, self.add_comment(body["body"])
            case ("PATCH", "issues", "comments", number):
                found = next((c for c in self.comments if c["id"] == int(number)), None)
                if found is None:
                    return 404, {"message": "Not Found"}
                found["body"] = body["body"]
                return 200, found
            case ("POST", "statuses", sha):
                self.statuses.append({"sha": sha, **body})
                return 201, body
            case ("GET", "contents", *rest):
                text = self.files.get((query.get("ref", ""), unquote("/".join(rest))))
                return (404, {"message": "Not Found"}) if text is None else (200, text)
            case ("GET", "branches", name) if unquote(name) in self.branches:
                return 200, {"name": unquote(name)}
            case ("GET", "pulls", number):
                return 200, {"number": int(number), "head": {"sha": self.pull_head}}
            case ("GET", "pulls", _, "files"):
                return 200, page_of(self.pull_files, query)
            case ("GET", "pulls", _, "reviews"):
                return 200, page_of(self.reviews, query)
            case ("GET", "commits", _, "pulls"):
                return 200, page_of(self.pulls_of_commit, query)
        return 404, {"message": "Not Found"}


def user(login: str, kind: str = "User") -> dict[str, Any]:
    """An account with what this client reads."""
    return {"login": login, "id": 1, "type": kind}


def review(login: str, state: str, commit: str) -> dict[str, Any]:
    """A pull request's review."""
    return {"user": user(login), "state": state, "commit_id": commit}


def page_of(items: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    """One page of a list, as GitHub cuts it."""
    size, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
    return items[(page - 1) * size : page * size]


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """GitHub's description of the operation that a path belongs to."""
    for template, operations in SPEC["paths"].items():
        pattern = re.sub(r"\\\{path\\\}", ".+", re.escape(template))
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", pattern)
        if re.fullmatch(pattern, path) and method.lower() in operations:
            found: dict[str, Any] = operations[method.lower()]
            return found
    return None


def problem_with(method: str, path: str, body: Any) -> str:
    """What GitHub's description has against a request, or ""."""
    operation = operation_of(method, path)
    if operation is None:
        return f"{method} {path} is not in the description"
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return "" if body is None else f"{method} {path} takes no body"
    schema = {**nullable(content["schema"]), "components": nullable(SPEC["components"])}
    errors = sorted(jsonschema.Draft7Validator(schema).iter_errors(body), key=str)
    unknown = set(body or {}) - set(content["schema"].get("properties", {}))
    if unknown:
        return f"{method} {path}: unknown fields {sorted(unknown)}"
    return errors[0].message if errors else ""


def nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema lists null as a type."""
    if isinstance(node, list):
        return [nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    mapped = {key: nullable(value) for key, value in node.items()}
    if mapped.get("nullable") is True and isinstance(mapped.get("type"), str):
        mapped["type"] = [mapped["type"], "null"]
    return mapped


class Handler(BaseHTTPRequestHandler):
    """Checks a request as GitHub would, then lets the state answer."""

    state: FakeGitHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.handle_call("GET")

    def do_POST(self) -> None:
        self.handle_call("POST")

    def do_PATCH(self) -> None:
        self.handle_call("PATCH")

    def handle_call(self, method: str) -> None:
        split = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(split.query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        with self.state.lock:
            status, answer, headers = self.decide(method, split.path, query, body)
            self.state.calls.append(Call(method, split.path, query, body, status))
        self.send(status, answer, headers)

    def decide(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"message": "Bad credentials"}, {}
        problem = problem_with(method, path, body)
        if problem:
            return 422, {"message": problem}, {}
        failure = self.failure_for(method, path)
        if failure is not None:
            if failure.lost:
                self.state.answer(method, path, query, body)
            return failure.status, {"message": failure.message}, failure.headers
        if isinstance(body, dict) and len(body.get("body") or "") > LONGEST_COMMENT:
            return 422, {"message": "Body is too long (maximum is 65536 characters)"}, {}
        if method == "POST" and "/statuses/" in path and len(body.get("description") or "") > 140:
            return 422, {"message": "description is too long (maximum is 140 characters)"}, {}
        return *self.state.answer(method, path, query, body), {}

    def failure_for(self, method: str, path: str) -> Failure | None:
        for failure, count in self.state.failures:
            if failure.method == method and re.search(failure.pattern, path) and count["left"] != 0:
                count["left"] -= 1
                return failure
        return None

    def send(self, status: int, answer: Any, headers: dict[str, str]) -> None:
        data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Threads that do not outlive a test."""

    daemon_threads = True
    block_on_close = False


@contextmanager
def fake_github() -> Iterator[FakeGitHub]:
    """Serve on a free loopback port until the block ends."""
    state = FakeGitHub()
    server = Server(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"state": state}))
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
