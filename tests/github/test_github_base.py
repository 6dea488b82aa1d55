"""What the base branch says, through the API and through git, and what a change may decide for itself."""

import subprocess
from pathlib import Path

import pytest

from launchguard.errors import GitHubError
from launchguard.github.basebranch import BaseBranch, lay_out_config, lay_out_files
from launchguard.github.client import Client
from launchguard.github.reviews import approved_by
from launchguard.manifest import load_config, load_manifest
from launchguard.trust.base import APPROVED_BY, as_base_allows
from tests.github.fake_api import FakeGitHub, review

HEAD = "a" * 40
MANIFEST = """\
launchguard: 1
name: Spring sale
launch: 2027-03-01 09:00 Europe/Madrid
pages:
  - url: https://shop.example.com/spring
"""
WAIVER = "waivers:\n  - {check: http-status, reason: known, approved_by: ana, expires: 2027-03-01}\n"
OTHER = "  - {check: reachable, reason: known, approved_by: ana, expires: 2027-03-01}\n"
SOFTER = "checks:\n  http-status: {severity: warn, expect: 200}\n"
APPROVALS = "approvals:\n  - {role: legal, by: '@Lee', date: 2027-02-01}\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, timeout=60)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a repository whose main has a configuration in its root and in a folder."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    (origin / "shop").mkdir(parents=True)
    git(origin, "init", "--quiet")
    (origin / ".launchguard.yml").write_text("load: {off: from git}\n")
    (origin / "shop" / "a.yml").write_text("from: git\n")
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message", "x")
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    git(clone, "checkout", "--quiet", "-b", "topic")
    return clone


class TestReading:
    """A file that is there, one that is not, and one of which nobody can say."""

    def test_the_api_is_asked_first(self, client: Client, github: FakeGitHub, clone: Path) -> None:
        github.files["main", ".launchguard.yml"] = "from: api\n"
        branch = BaseBranch("main", clone, client)
        assert branch.read(".launchguard.yml") == b"from: api\n"
        assert branch.read("other.yml") is None

    def test_a_404_that_hides_a_refusal_falls_back_to_git(
        self, client: Client, github: FakeGitHub, clone: Path
    ) -> None:
        github.branches.clear()
        branch = BaseBranch("main", clone, client)
        assert branch.read("shop/a.yml") == b"from: git"
        assert branch.read("other.yml") is None

    def test_without_a_token_git_is_asked(self, clone: Path) -> None:
        assert BaseBranch("main", clone, None).read("shop/a.yml") == b"from: git"

    @pytest.mark.parametrize("status", [401, 403, 404, 500])
    def test_what_nobody_can_say_is_an_error(
        self, client: Client, github: FakeGitHub, tmp_path: Path, status: int
    ) -> None:
        github.fail("GET", "contents|branches", status)
        with pytest.raises(GitHubError) as caught:
            BaseBranch("main", tmp_path, client).read(".launchguard.yml")
        assert caught.value.status == status

    def test_a_branch_that_is_gone_is_an_error(self, clone: Path) -> None:
        with pytest.raises(GitHubError):
            BaseBranch("gone", clone, None).read("shop/a.yml")

    def test_no_branch_is_an_error(self, client: Client, clone: Path) -> None:
        with pytest.raises(GitHubError, match="names no base branch"):
            BaseBranch("", clone, client).read("shop/a.yml")

    def test_a_full_clone_keeps_its_history(self, clone: Path) -> None:
        BaseBranch("main", clone, None).read("shop/a.yml")
        assert not (clone / ".git" / "shallow").exists()


class TestConfig:
    """The nearest configuration of the base branch, or one that forbids load."""

    def test_the_nearest_counts(self, client: Client, github: FakeGitHub, tmp_path: Path) -> None:
        github.files["main", ".launchguard.yml"] = "load: {off: root}\n"
        assert lay_out_config(BaseBranch("main", tmp_path, client), "shop/spain/", tmp_path) == ""
        assert load_config(tmp_path / ".launchguard.yml").load.off == "root"
        github.files["main", "shop/.launchguard.yml"] = "load: {off: shop}\n"
        lay_out_config(BaseBranch("main", tmp_path, client), "shop/spain/", tmp_path)
        assert load_config(tmp_path / ".launchguard.yml").load.off == "shop"

    def test_none_means_the_defaults(self, client: Client, tmp_path: Path) -> None:
        assert lay_out_config(BaseBranch("main", tmp_path, client), "", tmp_path) == ""
        assert load_config(tmp_path / ".launchguard.yml").load.hosts == {}

    def test_unreadable_means_no_load(self, client: Client, github: FakeGitHub, tmp_path: Path) -> None:
        github.fail("GET", "contents", 403)
        problem = lay_out_config(BaseBranch("main", tmp_path, client), "", tmp_path)
        assert "could not be read" in problem
        assert load_config(tmp_path / ".launchguard.yml").load.off == problem


class TestManifests:
    """The base branch's manifests come with their templates, and stay inside the folder."""

    def test_templates_come_along(self, client: Client, github: FakeGitHub, tmp_path: Path) -> None:
        github.files["main", "shop/campaigns/a.yml"] = "extends: ../base.yml\n"
        github.files["main", "shop/base.yml"] = "name: x\n"
        branch = BaseBranch("main", tmp_path, client)
        github.files["main", "old/b.yml"] = "name: old\n"
        assert lay_out_files(branch, {"new/b.yml": "old/b.yml"}, tmp_path) == []
        assert (tmp_path / "new" / "b.yml").read_text() == "name: old\n"
        files = {name: name for name in ("shop/campaigns/a.yml", "shop/campaigns/new.yml")}
        assert lay_out_files(branch, files, tmp_path) == []
        assert (tmp_path / "shop" / "base.yml").read_text() == "name: x\n"
        assert not (tmp_path / "shop" / "campaigns" / "new.yml").exists()

    def test_nothing_is_written_outside(self, client: Client, github: FakeGitHub, tmp_path: Path) -> None:
        github.files["main", "a.yml"] = "extends: ../../../etc/x.yml\n"
        (tmp_path / "in").mkdir()
        assert lay_out_files(BaseBranch("main", tmp_path, client), {"a.yml": "a.yml"}, tmp_path / "in") == []
        assert [path.name for path in tmp_path.rglob("*.yml")] == ["a.yml"]

    def test_what_cannot_be_read_is_told(self, client: Client, github: FakeGitHub, tmp_path: Path) -> None:
        github.fail("GET", "contents", 403)
        (problem,) = lay_out_files(BaseBranch("main", tmp_path, client), {"a.yml": "a.yml"}, tmp_path)
        assert "a.yml could not be read" in problem


class TestReviews:
    """Only the named, only this commit, only the last word."""

    @pytest.mark.parametrize(
        ("reviews", "expected"),
        [
            ([review("ana", "APPROVED", HEAD)], ["ana"]),
            ([review("Ana", "APPROVED", HEAD)], ["ana"]),
            ([review("mallory", "APPROVED", HEAD)], []),
            ([review("ana", "APPROVED", "0" * 40)], []),
            ([review("ana", "APPROVED", HEAD), review("ana", "COMMENTED", HEAD)], ["ana"]),
            ([review("ana", "APPROVED", HEAD), review("ana", "CHANGES_REQUESTED", HEAD)], []),
            ([review("ana", "APPROVED", HEAD), review("ana", "DISMISSED", HEAD)], []),
            ([review("ana", "CHANGES_REQUESTED", HEAD), review("ana", "APPROVED", HEAD)], ["ana"]),
            ([{**review("ana", "APPROVED", HEAD), "user": None}], []),
            ([review("lee", "APPROVED", HEAD), review("ana", "APPROVED", HEAD)], ["ana", "lee"]),
        ],
    )
    def test_approvals(
        self, client: Client, github: FakeGitHub, reviews: list[dict[str, object]], expected: list[str]
    ) -> None:
        github.reviews = reviews
        assert approved_by(client, 7, HEAD, ["@ana", "lee", "@acme/marketing"]) == expected


class TestWhatAChangeMayDecide:
    """Waivers and approvals that the base branch lacks do not count on their own."""

    @pytest.fixture
    def base(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        (tmp_path / "head").mkdir()
        (tmp_path / "base").mkdir()
        (tmp_path / "base" / ".launchguard.yml").write_text("load: {}\n")
        monkeypatch.chdir(tmp_path / "head")
        return tmp_path / "base"

    @pytest.mark.parametrize(
        ("own", "known", "approved", "counted"),
        [
            (WAIVER, None, "", []),
            (WAIVER, "", "", []),
            (WAIVER, WAIVER, "", ["http-status"]),
            (WAIVER + OTHER, WAIVER, "", ["http-status"]),
            (WAIVER.replace("03-01}", "03-02}"), WAIVER, "", []),
            (WAIVER.replace("http-status", "reachable"), WAIVER, "", []),
            (WAIVER + OTHER, "", "lee\n", ["http-status", "reachable"]),
        ],
    )
    def test_waivers(self, base: Path, own: str, known: str | None, approved: str, counted: list[str]) -> None:
        ends = "ends: 2027-03-04 23:59 Europe/Madrid\n"
        Path("a.yml").write_text(MANIFEST + ends + own)
        if known is not None:
            (base / "a.yml").write_text(MANIFEST + ends + known)
        (base / APPROVED_BY).write_text(approved)
        manifest, notes = as_base_allows(load_manifest("a.yml"), base)
        assert [waiver.check for waiver in manifest.campaign.waivers] == counted
        assert len(notes) == own.count("check:") - len(counted)

    @pytest.mark.parametrize(
        ("known", "approved", "count"), [("", "", 0), (APPROVALS, "", 1), ("", "ana\n", 0), ("", "lee\n", 1)]
    )
    def test_approvals(self, base: Path, known: str, approved: str, count: int) -> None:
        Path("a.yml").write_text(MANIFEST + APPROVALS)
        (base / "a.yml").write_text(MANIFEST + known)
        (base / APPROVED_BY).write_text(approved)
        manifest, notes = as_base_allows(load_manifest("a.yml"), base)
        assert (len(manifest.campaign.approvals), len(notes)) == (count, 1 - count)

    @pytest.mark.parametrize(
        ("known", "approved", "counts"),
        [(None, "", False), ("", "", False), (SOFTER, "", True), ("", "lee\n", True)],
    )
    def test_a_check_made_softer(self, base: Path, known: str | None, approved: str, counts: bool) -> None:
        Path("a.yml").write_text(MANIFEST + SOFTER + "  contains: {severity: block}\n")
        if known is not None:
            (base / "a.yml").write_text(MANIFEST + known)
        (base / APPROVED_BY).write_text(approved)
        manifest, notes = as_base_allows(load_manifest("a.yml"), base)
        softer = {"expect": "200"} | ({"severity": "warn"} if counts else {})
        assert manifest.campaign.checks == {"http-status": softer, "contains": {"severity": "block"}}
        assert len(notes) == (0 if counts else 1)

    @pytest.mark.parametrize(
        ("known", "wanted", "counts"),
        [("block", "info", False), ("warn", "info", False), ("info", "info", True), ("info", "warn", True)],
    )
    def test_a_check_turned_off_is_softer_than_a_warning(
        self, base: Path, known: str, wanted: str, counts: bool
    ) -> None:
        for path, severity in ((Path("a.yml"), wanted), (base / "a.yml", known)):
            path.write_text(MANIFEST + SOFTER.replace("warn", severity))
        manifest, notes = as_base_allows(load_manifest("a.yml"), base)
        assert ("severity" in manifest.campaign.checks["http-status"]) is counts
        assert len(notes) == (0 if counts else 1)

    def test_a_base_manifest_that_is_broken_allows_nothing(self, base: Path) -> None:
        Path("a.yml").write_text(MANIFEST + WAIVER)
        (base / "a.yml").write_text("a: [")
        manifest, notes = as_base_allows(load_manifest("a.yml"), base)
        assert manifest.campaign.waivers == ()
        assert len(notes) == 1
