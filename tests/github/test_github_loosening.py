"""What the action lays out of the base, so that a run can tell what a change loosens."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from launchguard.github.child import Ended
from tests.github.fake_api import FakeGitHub
from tests.github.test_github_action import MANIFEST, Played
from tests.github.test_github_gone import Change
from tests.report.conftest import go_with_warnings

CONFIG = "checks_from: [own]\napprovers: ['@eva']\n"
SPRING = MANIFEST.replace("Spring", "spring") + "# spring\n" * 20


class Looking(Played):
    """A run that keeps what the base folder held when it was started."""

    def __call__(self, arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> Ended:
        ended = super().__call__(arguments, folder, env)
        base = Path(self.option("base"))
        self.base = {path.relative_to(base).as_posix(): path.read_text() for path in base.rglob("*") if path.is_file()}
        return ended


@pytest.fixture
def change(tmp_path: Path, github: FakeGitHub) -> Change:
    """Two manifests and a check of one's own, in the base as in the change, where the API knows the base."""
    change = Change(tmp_path, github)
    change.write("shop/.launchguard.yml", CONFIG)
    change.write("shop/own/own.py", "one = 1\n")
    change.write("shop/own/same.py", "same = 1\n")
    change.base = change.commit()
    for path in sorted((change.repository / "shop").rglob("*")):
        if path.is_file():
            github.files["main", path.relative_to(change.repository).as_posix()] = path.read_text()
    github.files["main", "shop/.launchguard.yml"] = CONFIG
    return change


def looked(change: Change) -> Looking:
    played = Looking(go_with_warnings())
    change.act(played=played)
    return played


def test_the_base_has_what_the_change_touches_and_no_more(change: Change) -> None:
    change.write("shop/campaigns/spring.yml", SPRING + "limits: {errors: 5%}\n")
    change.write("shop/own/own.py", "one = 2\n")
    (change.repository / "shop" / "own" / "same.py").unlink()
    base = looked(change).base
    assert base["campaigns/spring.yml"] == SPRING
    assert (base["own/own.py"], base["own/same.py"]) == ("one = 1\n", "same = 1\n")
    assert "campaigns/summer.yml" not in base


def test_a_manifest_that_was_renamed_is_compared_with_what_it_was(change: Change) -> None:
    shop = change.repository / "shop" / "campaigns"
    (shop / "spring.yml").rename(shop / "march.yml")
    (shop / "march.yml").write_text(SPRING + "limits: {errors: 5%}\n")
    assert looked(change).base["campaigns/march.yml"] == SPRING


def test_a_base_that_cannot_be_read_is_no_new_manifest(change: Change, github: FakeGitHub) -> None:
    change.write("shop/campaigns/spring.yml", SPRING + "limits: {errors: 5%}\n")
    github.fail("GET", "contents/shop/campaigns", 500)
    assert looked(change).base["campaigns/spring.yml"] == ""
    assert any("campaigns/spring.yml could not be read" in line for line in change.job.printed)
