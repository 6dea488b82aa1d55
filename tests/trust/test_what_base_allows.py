"""What a change may claim: what the base branch has, or what somebody approved; all else is dropped, and told."""

from pathlib import Path

import pytest

from launchguard.manifest import Manifest, load_manifest
from launchguard.trust.base import APPROVED_BY, approvers_of, as_base_allows, claims, login

MANIFEST = """launchguard: 1
name: Spring sale
launch: 2027-03-01 09:00 Europe/Madrid
pages:
  - url: https://shop.acme.test/spring
"""
STATUS = "  - {check: http-status, reason: known, approved_by: ana, expires: 2027-03-01}\n"
REACHABLE = "  - {check: reachable, reason: known, approved_by: ana, expires: 2027-03-01}\n"
LONGER = STATUS.replace("2027-03-01", "2027-02-28")
LEE = "  - {role: legal, by: '@Lee', date: 2027-02-01}\n"
KIM = "  - {role: brand, by: kim, date: 2027-02-02}\n"
NO_STATUS = "the waiver of http-status does not count: the base branch does not have it"
NO_REACHABLE = "the waiver of reachable does not count: the base branch does not have it"
NO_LEE = "the approval of @Lee does not count: the base branch does not have it"
NO_KIM = "the approval of kim does not count: the base branch does not have it"
NO_SEVERITY = "the severity of {} does not count: the base branch does not have it"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a change, with the base branch's beside it."""
    for name in ("change/campaigns", "change/.git", "base/campaigns", "base/.git"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "change")
    return tmp_path


def allowed(folder: Path, own: str, base: str | None, approved: str | None = None) -> tuple[Manifest, list[str]]:
    path = Path("campaigns") / "a.yml"
    path.write_text(MANIFEST + own, encoding="utf-8")
    if base is not None:
        (folder / "base" / path).write_text(base, encoding="utf-8")
    if approved is not None:
        (folder / "base" / APPROVED_BY).write_text(approved, encoding="utf-8")
    return as_base_allows(load_manifest(path.resolve()), folder / "base")


@pytest.mark.parametrize(
    ("own", "base", "approved", "kept", "notes"),
    [
        (STATUS, None, None, [], [NO_STATUS]),
        (STATUS, "", None, [], [NO_STATUS]),
        (STATUS, "waivers:\n" + STATUS, None, ["http-status"], []),
        (STATUS, "waivers:\n" + REACHABLE, None, [], [NO_STATUS]),
        (LONGER, "waivers:\n" + STATUS, None, [], [NO_STATUS]),  # word for word, or it is another one
        (STATUS + REACHABLE, "waivers:\n" + REACHABLE, None, ["reachable"], [NO_STATUS]),
        (REACHABLE + STATUS, None, None, [], [NO_REACHABLE, NO_STATUS]),
        (STATUS + REACHABLE, None, "ana\n", ["http-status", "reachable"], []),
        (STATUS, None, "\n  \n", [], [NO_STATUS]),  # nobody
        (STATUS, "waivers: {}\n", None, [], [NO_STATUS]),
        (STATUS, "waivers: [\n", None, [], [NO_STATUS]),
        (STATUS, "- a list\n", None, [], [NO_STATUS]),
        (STATUS, "extends: nowhere.yml\nwaivers:\n" + STATUS, None, [], [NO_STATUS]),
    ],
)
def test_waivers(
    folder: Path, own: str, base: str | None, approved: str | None, kept: list[str], notes: list[str]
) -> None:
    given = base if base is None or base.startswith(("- ", "extends")) else MANIFEST + base
    manifest, told = allowed(folder, "waivers:\n" + own, given, approved)
    assert [waiver.check for waiver in manifest.campaign.waivers] == kept
    assert told == notes


@pytest.mark.parametrize(
    ("own", "base", "approved", "kept", "notes"),
    [
        (LEE, "", None, [], [NO_LEE]),
        (LEE, "approvals:\n" + LEE, None, ["@Lee"], []),
        (LEE, "approvals:\n" + KIM, None, [], [NO_LEE]),
        (LEE + KIM, "", None, [], [NO_LEE, NO_KIM]),
        (LEE + KIM, "", "LEE\n", ["@Lee"], [NO_KIM]),
        (LEE + KIM, "", "@kim\nana\n", ["kim"], [NO_LEE]),
        (LEE + KIM, "approvals:\n" + KIM, "lee", ["@Lee", "kim"], []),
        (LEE, "", "ana\n", [], [NO_LEE]),  # another's approval of the change is not this one's
    ],
)
def test_approvals(folder: Path, own: str, base: str, approved: str | None, kept: list[str], notes: list[str]) -> None:
    manifest, told = allowed(folder, "approvals:\n" + own, MANIFEST + base, approved)
    assert [approval.by for approval in manifest.campaign.approvals] == kept
    assert told == notes


def checks(severity: str | None, extra: str = "") -> str:
    set_to = f"severity: {severity}, " if severity else ""
    return f"checks:\n  http-status: {{{set_to}expect: 204}}\n{extra}"


@pytest.mark.parametrize("own", ["info", "warn", "block", None])
@pytest.mark.parametrize("base", ["info", "warn", "block", None, "nothing", "nonsense"])
@pytest.mark.parametrize("approved", [None, "ana"])
def test_a_severity_is_at_most_as_soft_as_the_base_branchs(
    folder: Path, own: str | None, base: str | None, approved: str | None
) -> None:
    written = {"nothing": "", "nonsense": "checks: [http-status]\n"}.get(base or "", checks(base))
    manifest, told = allowed(folder, checks(own), MANIFEST + written, approved)
    softness = ("block", "warn", "info")
    decided = softness.index(base) if base in softness else 0
    counts = own in (None, "block") or approved is not None or softness.index(own or "block") <= decided
    expected: dict[str, object] = {"expect": "204", **({"severity": own} if own and counts else {})}
    assert manifest.campaign.checks["http-status"] == expected
    assert told == ([] if counts else [NO_SEVERITY.format("http-status")])


def test_softer_checks_are_told_in_the_order_of_their_names(folder: Path) -> None:
    more = "  viewport: {severity: info}\n  contains: {severity: warn}\n  latency: {severity: block}\n"
    manifest, told = allowed(folder, checks("warn", more), MANIFEST)
    assert told == [NO_SEVERITY.format(name) for name in ("contains", "http-status", "viewport")]
    assert manifest.campaign.checks == {
        "http-status": {"expect": "204"},
        "viewport": {},
        "contains": {},
        "latency": {"severity": "block"},
    }


@pytest.mark.parametrize(
    ("own", "claiming"),
    [
        ("", False),
        (checks(None), False),
        (checks("block"), False),
        (checks("warn"), True),
        (checks("info"), True),
        ("waivers:\n" + STATUS, True),
        ("approvals:\n" + LEE, True),
    ],
)
def test_a_campaign_that_claims_nothing_stays_as_it_is(folder: Path, own: str, claiming: bool) -> None:
    path = Path("campaigns") / "a.yml"
    path.write_text(MANIFEST + own, encoding="utf-8")
    manifest = load_manifest(path)
    assert claims(manifest.campaign) == claiming
    got, told = as_base_allows(manifest, folder / "nowhere")
    assert (got is manifest) == (not claiming)
    assert bool(told) == claiming
    assert got.path == manifest.path


def test_what_a_template_brings_counts_as_written(folder: Path) -> None:
    (folder / "change" / "shared.yml").write_text("waivers:\n" + STATUS, encoding="utf-8")
    (folder / "base" / "shared.yml").write_text("waivers:\n" + STATUS, encoding="utf-8")
    manifest, told = allowed(folder, "extends: ../shared.yml\n", MANIFEST + "extends: ../shared.yml\n")
    assert ([waiver.check for waiver in manifest.campaign.waivers], told) == (["http-status"], [])
    (folder / "base" / "shared.yml").write_text("waivers:\n" + REACHABLE, encoding="utf-8")
    manifest, told = allowed(folder, "extends: ../shared.yml\n", MANIFEST + "extends: ../shared.yml\n")
    assert (list(manifest.campaign.waivers), told) == ([], [NO_STATUS])


def test_logins_are_compared_as_people_write_them(tmp_path: Path) -> None:
    assert approvers_of(tmp_path) == frozenset()
    (tmp_path / APPROVED_BY).write_text("@Ana\n\n  lee \nSTRAßE\n", encoding="utf-8")
    assert approvers_of(tmp_path) == {"ana", "lee", "strasse"}
    assert (login(" @Ana "), login("@@x"), login("a@b")) == ("ana", "@x", "a@b")
