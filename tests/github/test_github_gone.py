"""A manifest that a change removes, renames or hides is told, whatever else the change does."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.github.fake_api import REPOSITORY, FakeGitHub, review
from tests.github.test_github_action import MANIFEST, Job, Played
from tests.report.conftest import go_with_warnings


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    command = ["git", "-C", str(folder), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


class Change:
    """A pull request whose base has two manifests in `shop/campaigns`; `commit` is what it does."""

    def __init__(self, folder: Path, github: FakeGitHub) -> None:
        self.job, self.folder = Job(folder, github), folder
        self.repository = self.job.workspace
        (self.repository / "campaigns" / "spring.yml").unlink()
        for name in ("spring", "summer"):
            self.write(f"shop/campaigns/{name}.yml", MANIFEST.replace("Spring", name) + f"# {name}\n" * 20)
        git(self.repository, "init", "--quiet")
        self.base = self.commit()

    def write(self, name: str, text: str) -> None:
        path = self.repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commit(self) -> str:
        git(self.repository, "add", "--all")
        git(self.repository, "commit", "--quiet", "--allow-empty", "-m", "x")
        return git(self.repository, "rev-parse", "HEAD")

    def act(self, code: int = 0, **inputs: Any) -> Played:
        head = (
            self.commit()
            if git(self.repository, "status", "--porcelain")
            else git(self.repository, "rev-parse", "HEAD")
        )
        home = {"full_name": REPOSITORY, "default_branch": "main"}
        ends = {"head": {"sha": head, "repo": home}, "base": {"ref": "main", "sha": self.base, "repo": home}}
        payload = {"pull_request": {"number": 7, **ends}, "repository": home}
        (self.folder / "event.json").write_text(json.dumps(payload))
        self.job.env["GITHUB_SHA"] = head
        played = Played(go_with_warnings())
        assert self.job.act(played, working_directory="shop", **inputs) == code
        return played


@pytest.fixture
def change(tmp_path: Path, github: FakeGitHub) -> Change:
    return Change(tmp_path, github)


@pytest.mark.parametrize("changed_only", [False, True])
@pytest.mark.parametrize("manifests", ["campaigns/**/*.yml", "campaigns", "campaigns/spring.yml\ncampaigns/summer.yml"])
@pytest.mark.parametrize(
    ("now", "says"),
    [
        (None, "campaigns/spring.yml was removed"),
        ("campaigns/.spring.yml", "campaigns/spring.yml is now campaigns/.spring.yml, which is hidden"),
        ("campaigns/.old/spring.yml", "campaigns/spring.yml is now campaigns/.old/spring.yml, which is hidden"),
        ("campaigns/spring.txt", "is now campaigns/spring.txt, which `manifests` does not match"),
        ("../away/spring.yml", "is now spring.yml, which `manifests` does not match"),
    ],
)
def test_what_is_gone_is_told_everywhere(
    change: Change, github: FakeGitHub, now: str | None, says: str, manifests: str, changed_only: bool
) -> None:
    shop = change.repository / "shop"
    if now is None:
        (shop / "campaigns" / "spring.yml").unlink()
    else:
        (shop / now).parent.mkdir(parents=True, exist_ok=True)
        (shop / "campaigns" / "spring.yml").rename(shop / now)
    change.act(manifests=manifests, changed_only=changed_only)
    assert says in change.job.outputs["reasons"]
    assert any(line.startswith("::warning ") and says in line for line in change.job.printed)
    unescaped = says.replace("_", "\\_")
    for text in (change.job.summary, github.comments[0]["body"]):
        assert "takes manifests away" in text
        assert unescaped.split(maxsplit=1)[0] in text.replace("\\", "")
    assert "no manifest changed" not in change.job.summary


@pytest.mark.parametrize("now", ["campaigns/spring.yaml", "campaigns/spring.YML", "campaigns/2027/march.yml"])
def test_what_is_still_a_manifest_is_judged_and_not_gone(change: Change, now: str) -> None:
    shop = change.repository / "shop"
    (shop / now).parent.mkdir(parents=True, exist_ok=True)
    (shop / "campaigns" / "spring.yml").rename(shop / now)
    played = change.act(changed_only=True)
    assert now in played.arguments
    assert "gone" not in change.job.summary
    assert change.job.outputs["reasons"] == "[]"


def test_the_last_one_removed_is_green_and_says_so(change: Change) -> None:
    for name in ("spring", "summer"):
        (change.repository / "shop" / "campaigns" / f"{name}.yml").unlink()
    played = change.act(changed_only=True)
    assert played.arguments == []
    assert "no manifest is left" in change.job.outputs["reasons"]
    assert "campaigns/summer.yml was removed" in change.job.outputs["reasons"]


def test_no_manifest_at_all_is_green_and_says_so(change: Change) -> None:
    change.act(changed_only=True, manifests="nothing/*.yml")
    assert "no manifest matches nothing/*.yml" in change.job.outputs["reasons"]
    assert change.job.outputs["verdict"] == "go"


def test_many_are_counted(change: Change) -> None:
    for number in range(30):
        change.write(f"shop/campaigns/old-{number:02}.yml", f"{number}\n" * 9)
    change.base = change.commit()
    for number in range(30):
        (change.repository / "shop" / "campaigns" / f"old-{number:02}.yml").unlink()
    change.act(changed_only=True)
    assert "10 more manifests were removed" in change.job.outputs["reasons"]
    assert "no other manifest changed" in change.job.outputs["reasons"]


def test_what_cannot_be_compared_is_said(change: Change, github: FakeGitHub) -> None:
    github.fail("GET", "pulls", 403)
    change.base = "e" * 40
    change.act()
    assert any("which manifests this change removes cannot be told" in line for line in change.job.printed)


def test_the_run_gets_the_bases_version_of_what_changed(change: Change, github: FakeGitHub) -> None:
    """Of a manifest that was renamed the old one, of one that is as it was none, and the repository's own code."""
    github.files["main", ".launchguard.yml"] = "checks_from: [shop/checks]\napprovers: [ana]\n"
    for name in ("spring", "summer"):
        github.files["main", f"shop/campaigns/{name}.yml"] = f"base's {name}"
    github.files["main", "shop/checks/own.py"] = "base's check"
    github.files["main", "base.yml"] = "base's template"
    change.write("base.yml", "owners: {marketing: ana}\n")
    change.write("shop/checks/own.py", "x = 1\n")
    change.write("more.yml", MANIFEST + "extends: base.yml\n")
    change.base = change.commit()
    change.write("shop/checks/own.py", "x = 2\n")
    change.write("base.yml", "owners: {marketing: lee}\n")
    (change.repository / "shop" / "campaigns" / "spring.yml").rename(
        change.repository / "shop" / "campaigns" / "new.yml"
    )
    played = change.act(manifests="campaigns\n../more.yml")
    assert played.base == {
        ".launchguard.yml": "checks_from: [shop/checks]\napprovers: [ana]\n",
        "approved-by.txt": "",
        "campaigns/new.yml": "base's spring",
        "checks/own.py": "base's check",
        "../base.yml": "base's template",
    }


def test_where_nobody_knows_what_changed_every_manifest_is_compared(change: Change, github: FakeGitHub) -> None:
    github.fail("GET", "pulls", 403)
    for name in ("spring", "summer"):
        github.files["main", f"shop/campaigns/{name}.yml"] = f"base's {name}"
    change.base = "e" * 40
    played = change.act()
    assert {name: text for name, text in played.base.items() if name.startswith("campaigns")} == {
        "campaigns/spring.yml": "base's spring",
        "campaigns/summer.yml": "base's summer",
    }


@pytest.mark.parametrize("changed_only", [False, True])
@pytest.mark.parametrize(
    ("config", "reviewer", "code"),
    [
        ("approvers: [ana]", "", 0),
        ("{approvers: [ana], loosening: approval}", "", 3),
        ("{approvers: [ana], loosening: approval}", "lee", 3),
        ("{approvers: [ana], loosening: approval}", "ana", 0),
        ("loosening: approval", "ana", 3),
    ],
)
def test_where_loosening_needs_an_approval_a_manifest_that_goes_does(
    change: Change, github: FakeGitHub, config: str, reviewer: str, code: int, changed_only: bool
) -> None:
    github.files["main", ".launchguard.yml"] = f"{config}\n"
    (change.repository / "shop" / "campaigns" / "spring.yml").unlink()
    head = change.commit()
    github.reviews = [review(reviewer, "APPROVED", head)] if reviewer else []
    change.act(code, changed_only=changed_only)
    assert change.job.outputs["verdict"] == ("unknown" if code else "go")
    assert ("needs an approval" in change.job.outputs["reasons"]) is bool(code)
    assert "campaigns/spring.yml was removed" in change.job.outputs["reasons"]
