"""A fake GitHub, and a client that does not really wait."""

from collections.abc import Iterator

import pytest

from launchguard.github.client import BearerToken, Client
from tests.github.fake_api import REPOSITORY, TOKEN, FakeGitHub, fake_github


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with fake_github() as state:
        yield state


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(github: FakeGitHub, waits: list[float]) -> Client:
    return Client(github.url, REPOSITORY, BearerToken(TOKEN), sleep=waits.append, now=lambda: 1000.0)
