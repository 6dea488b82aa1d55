"""The GitHub REST API, as far as LaunchGuard needs it: ten endpoints over plain requests."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
from requests.auth import AuthBase

from launchguard import __version__
from launchguard.errors import GitHubError

API_VERSION = "2022-11-28"
TIMEOUT_S = (5.0, 20.0)
"""Seconds to connect, and seconds of silence before an answer is given up."""

TRIES = 4
LONGEST_WAIT_S = 60.0
"""A rate limit that lasts longer than this is reported instead of waited for."""

PER_PAGE = 100
MOST_PAGES = 30
"""GitHub lists at most 3,000 files of a pull request: 30 pages of 100."""


class BearerToken(AuthBase):
    """Sends the token, and never shows it. Being an `auth`, it also keeps requests from reading ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header to one request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def __repr__(self) -> str:
        return "BearerToken(***)"


@dataclass
class Client:
    """One repository ("owner/name") at one API address. `sleep` and `now` are arguments so that tests need not wait.

    Every method raises GitHubError with the HTTP status, or status 0 where no answer came.
    """

    api_url: str
    repository: str
    auth: BearerToken
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    _session: requests.Session = field(default_factory=requests.Session, repr=False)

    def __post_init__(self) -> None:
        self._session.auth = self.auth
        self._session.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": API_VERSION,
                "User-Agent": f"launchguard/{__version__}",
            }
        )

    def comments(self, issue: int) -> Iterator[dict[str, Any]]:
        """Every comment of an issue or pull request, oldest first."""
        return self._pages(f"issues/{issue:d}/comments")

    def create_comment(self, issue: int, body: str) -> dict[str, Any]:
        """Add a comment. Not repeated when its answer is lost: that could leave two comments."""
        return self._json("POST", f"issues/{issue:d}/comments", body={"body": body}, repeat=False)

    def update_comment(self, comment: int, body: str) -> dict[str, Any]:
        """Replace a comment's text."""
        return self._json("PATCH", f"issues/comments/{comment:d}", body={"body": body})

    def create_status(self, sha: str, *, state: str, context: str, description: str, target_url: str) -> None:
        """Set one commit status; the newest of a context is the one that counts."""
        body = {"state": state, "context": context, "description": description}
        self._json("POST", f"statuses/{_segment(sha)}", body=body | ({"target_url": target_url} if target_url else {}))

    def file(self, path: str, ref: str) -> bytes:
        """The content of one file at a branch, tag or commit."""
        address = "/".join(_segment(part) for part in path.split("/"))
        headers = {"Accept": "application/vnd.github.raw+json"}
        return self._call("GET", f"contents/{address}", params={"ref": ref}, headers=headers).content

    def branch(self, name: str) -> dict[str, Any]:
        """One branch. It answers only to who may read the repository's contents."""
        return self._json("GET", f"branches/{_segment(name)}")

    def pull(self, number: int) -> dict[str, Any]:
        """One pull request."""
        return self._json("GET", f"pulls/{number:d}")

    def pull_files(self, number: int) -> Iterator[dict[str, Any]]:
        """The files that a pull request changes, at most 3,000."""
        return self._pages(f"pulls/{number:d}/files")

    def reviews(self, number: int) -> Iterator[dict[str, Any]]:
        """A pull request's reviews, oldest first."""
        return self._pages(f"pulls/{number:d}/reviews")

    def pulls_of_commit(self, sha: str) -> Iterator[dict[str, Any]]:
        """The pull requests that hold a commit."""
        return self._pages(f"commits/{_segment(sha)}/pulls")

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            answer = self._call("GET", path, params={"per_page": str(PER_PAGE), "page": str(page)})
            items = _decoded(answer)
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise GitHubError(f"GET {path}: the answer is no list", status=answer.status_code)
            yield from items
            if len(items) < PER_PAGE:
                return

    def _json(self, method: str, path: str, *, body: object = None, repeat: bool = True) -> dict[str, Any]:
        response = self._call(method, path, body=body, repeat=repeat)
        answer = _decoded(response)
        if not isinstance(answer, dict):
            raise GitHubError(f"{method} {path}: the answer is no object", status=response.status_code)
        return answer

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        body: object = None,
        repeat: bool = True,
    ) -> requests.Response:
        """Send a request; again after a short rate limit and, where `repeat` allows, after a 5xx or a lost answer."""
        url = f"{self.api_url.rstrip('/')}/repos/{self.repository}/{path}"
        for attempt in range(1, TRIES + 1):
            pause: float | None = 2.0 ** (attempt - 1)
            try:
                response = self._session.request(
                    method, url, params=params, headers=headers, json=body, timeout=TIMEOUT_S
                )
            except requests.RequestException as error:
                failure = GitHubError(f"{method} {path}: {type(error).__name__}")
                pause = pause if repeat else None
            else:
                if response.ok:
                    return response
                limited = self._rate_limit_s(response, attempt)
                said = f"{method} {path}: {_said(response)}"
                failure = GitHubError(said, status=response.status_code, limited_s=limited)
                if response.status_code < 500:
                    pause = limited
                elif not repeat:
                    pause = None
            if attempt == TRIES or pause is None or pause > LONGEST_WAIT_S:
                raise failure
            self.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _rate_limit_s(self, response: requests.Response, attempt: int) -> float | None:
        """Seconds until a refused request may come again; None when it was refused for another reason.

        A secondary limit may come without a header, and is known by its words alone; it lasts at least a minute.
        Source: GitHub's REST documentation, "Rate limits for the REST API", on exceeding them.
        """
        if response.status_code not in (403, 429):
            return None
        after, reset = response.headers.get("Retry-After", ""), response.headers.get("X-RateLimit-Reset", "")
        if after.isdecimal():
            return float(after)
        if response.headers.get("X-RateLimit-Remaining") == "0" and reset.isdecimal():
            return max(0.0, float(reset) - self.now()) + 1.0
        unnamed = response.status_code == 429 or "rate limit" in _said(response)
        return LONGEST_WAIT_S * 2 ** (attempt - 1) if unnamed else None


def _segment(text: str) -> str:
    """One segment of an address. A dot segment would climb to another endpoint, so it is refused."""
    if text in ("", ".", ".."):
        raise GitHubError(f"{text!r} cannot be part of an address")
    return quote(text, safe="")


def _decoded(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        raise GitHubError(f"{response.request.method}: the answer is not JSON", status=response.status_code) from None


def _said(response: requests.Response) -> str:
    """The status and GitHub's own sentence about it, on one line."""
    try:
        message = " ".join(str(response.json().get("message", "")).split())[:200]
    except (ValueError, AttributeError):
        message = ""
    return f"HTTP {response.status_code}{': ' if message else ''}{message}"
