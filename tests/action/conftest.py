"""The action as a consumer gets it, a fake GitHub, and pages on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from launchguard.site import Behaviour, Site, landing_site
from tests.action.acting import Consumer, copy_action, install, tool_path
from tests.github.fake_api import FakeGitHub, fake_github


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_action(tmp_path_factory.mktemp("action"))


@pytest.fixture(scope="session")
def runner_temp(action: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A RUNNER_TEMP in which the action is installed: what a second call in a job finds."""
    folder = tmp_path_factory.mktemp("installed")
    ran = install(action, folder, tool_path(folder / "bin"))
    assert ran.returncode == 0, ran.stderr
    return folder / "temp"


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with landing_site(paths={"/broken": Behaviour(status=503)}) as running:
        yield running


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    with fake_github() as state:
        yield state


@pytest.fixture
def consumer(tmp_path: Path, action: Path, github: FakeGitHub, runner_temp: Path) -> Consumer:
    return Consumer(tmp_path, action, github, runner_temp)
