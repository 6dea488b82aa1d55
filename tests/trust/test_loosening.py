"""What a change loosens against its base: every key, each way, and nothing where nothing changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchguard.channels import built_in_kinds
from launchguard.checking.files import built_in_checks, load_checks
from launchguard.manifest import load_config, load_manifest
from launchguard.manifest.keys import ManifestKey, config_keys, manifest_keys
from launchguard.model.loosening import Loosening, LooseningState
from launchguard.trust.base import APPROVED_BY
from launchguard.trust.known import read_known
from launchguard.trust.loosening import what_loosens
from launchguard.trust.ways import CAMPAIGN_WAYS, CHANNEL_WAYS, CONFIG_WAYS, SOFTER_WORDS, Way
from launchguard.trust.weigh import against_base

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)
KINDS = built_in_kinds()
CHECKS = built_in_checks()
MANIFEST = """launchguard: 1
name: Spring sale
launch: 2027-03-01 09:00 Europe/Madrid
ends: 2027-03-04 23:59 Europe/Madrid
pages:
  - {url: https://shop.acme.test/spring, contains: [Spring sale, "-30 %"], share: 70%}
  - url: https://shop.acme.test/terms
channels:
  - email: {name: teaser, recipients: 500_000, click_rate: 2%, send_over: 20m}
  - rate: 4/s
baseline: 3/s
load: {hold: 60s, recovery: 20s, returning: 10%}
checks: {page-weight: {max_bytes: 900_000}, viewport: {severity: block}}
"""
CONFIG = """approvers: ["@eva", "@lee"]
load: {hosts: {shop.acme.test: {max_rate: 50/s}}, off: the shop moves}
limits: {p95: 500ms}
freeze_windows: [{from: 2027-11-22, to: 2027-11-30, reason: Black Friday}]
required_approvals: [legal]
lead_times: {T1: 1w}
secrets: {TOKEN: [a.test]}
checks_from: [own]
"""
OWN = '''from launchguard import Finding, Page, check


@check("{id}", severity="{severity}", owner="web")
def own(page: Page):
    """It is so.

    Why: w.
    Fix: f.
    Source: s.
    """
    yield Finding("no")
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a change, with the base's beside it, both with one of the repository's own checks."""
    for side in ("base", "change"):
        for name in ("campaigns", ".git", "own"):
            (tmp_path / side / name).mkdir(parents=True)
        (tmp_path / side / ".launchguard.yml").write_text(CONFIG, encoding="utf-8")
        (tmp_path / side / "campaigns" / "a.yml").write_text(MANIFEST, encoding="utf-8")
        (tmp_path / side / "own" / "own_one.py").write_text(
            OWN.format(id="own-one", severity="block"), encoding="utf-8"
        )
    monkeypatch.chdir(tmp_path / "change")
    return tmp_path


def rows(folder: Path) -> list[Loosening]:
    config = load_config(folder / "base" / ".launchguard.yml")
    checks = load_checks([Path(name) for name in config.checks_from])
    manifest = load_manifest(Path("campaigns/a.yml"), checks=checks, config=config)
    return list(against_base(manifest, folder / "base", config, checks, KINDS, NOW)[0].loosening)


def replaced(folder: Path, file: str, old: str, new: str) -> list[tuple[str, str, str]]:
    path = folder / "change" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return [(row.what, row.was, row.now) for row in rows(folder)]


PAGE = "pages[https://shop.acme.test/spring]"
MAIL = "channels[teaser]"


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("baseline: 3/s", "limits: {p95: 9s}\nbaseline: 3/s", ("limits.p95", "500ms", "9s")),
        ("baseline: 3/s", "limits: {errors: 5%}\nbaseline: 3/s", ("limits.errors", "1%", "5%")),
        ("baseline: 3/s", "limits: {headroom: 1}\nbaseline: 3/s", ("limits.headroom", "1.33", "1")),
        ("baseline: 3/s", "baseline: 1/s", ("baseline", "3/s", "1/s")),
        ("baseline: 3/s\n", "", ("baseline", "3/s", "0/s")),
        ("baseline: 3/s", "status: draft\nbaseline: 3/s", ("status", "ready", "draft")),
        (
            "ends: 2027-03-04",
            "ends: 2027-03-02",
            ("ends", "2027-03-04 23:59 Europe/Madrid", "2027-03-02 23:59 Europe/Madrid"),
        ),
        ("ends: 2027-03-04 23:59 Europe/Madrid\n", "", ("ends", "2027-03-04 23:59 Europe/Madrid", "not set")),
        ("hold: 60s", "hold: 5s", ("load.hold", "1m", "5s")),
        ("recovery: 20s, ", "", ("load.recovery", "20s", "0s")),
        ("returning: 10%", "returning: 90%", ("load.returning", "10%", "90%")),
        ("returning: 10%", "returning: 10%, arrivals: uniform", ("load.arrivals", "poisson", "uniform")),
        ("returning: 10%", "returning: 10%, shape: spike", ("load.shape", "hold", "spike")),
        (
            ", share: 70%}\n  - url: https://shop.acme.test/terms\n",
            "}\n",
            ("pages", "https://shop.acme.test/terms", "gone"),
        ),
        (', "-30 %"', "", (f"{PAGE}.contains", "-30 %", "gone")),
        ("contains: [Spring sale, ", "contains: [Sale, ", (f"{PAGE}.contains", "Spring sale", "gone")),
        ("share: 70%", "share: 7%", (f"{PAGE}.share", "70%", "7%")),
        (
            "test/terms",
            "test/terms?coupon=x",
            (
                "pages[https://shop.acme.test/terms?coupon=x].url",
                "https://shop.acme.test/terms",
                "https://shop.acme.test/terms?coupon=x",
            ),
        ),
        ("  - rate: 4/s\n", "", ("channels", "rate", "gone")),
        ("  - rate: 4/s\n", "  - sms: {recipients: 9}\n", ("channels", "rate", "gone")),
        ("rate: 4/s", "rate: 1/s", ("channels[rate].rate", "4/s", "1/s")),
        ("500_000", "5_000", (f"{MAIL}.recipients", "500,000", "5,000")),
        ("recipients: 500_000, ", "", (f"{MAIL}.recipients", "500,000", "not set")),
        ("click_rate: 2%", "click_rate: 0.1%", (f"{MAIL}.click_rate", "2%", "0.1%")),
        ("send_over: 20m", "send_over: 1d", (f"{MAIL}.send_over", "20m", "1d")),
        ("send_over: 20m", "send_over: 20m, at: +2h", (f"{MAIL}.at", "+0s", "+2h")),
        ("900_000", "9_000_000", ("checks.page-weight.max_bytes", "900000", "9000000")),
        ("page-weight: {max_bytes: 900_000}, ", "", ("checks.page-weight.max_bytes", "900000", "5000000")),
        ("{page-weight", "{tls-expiry: {margin_hours: 1}, page-weight", ("checks.tls-expiry.margin_hours", "72", "1")),
        ("{page-weight", "{http-status: {expect: 204}, page-weight", ("checks.http-status.expect", "200", "204")),
        ("{page-weight", "{is-the-page: {scripted: yes}, page-weight", ("checks.is-the-page.scripted", "no", "yes")),
        ("{page-weight", "{contains: {severity: warn}, page-weight", ("checks.contains.severity", "not set", "warn")),
        ("severity: block", "severity: warn", ("checks.viewport.severity", "block", "warn")),
        (", viewport: {severity: block}", "", ("checks.viewport.severity", "block", "not set (warn)")),
        (
            "baseline:",
            "waivers: [{check: viewport, reason: r, approved_by: ana, expires: 2027-03-01}]\nbaseline:",
            ("waivers", "not set", "viewport until 2027-03-01, approved by ana"),
        ),
        (
            "baseline:",
            "access: [{host: evil.test, header: X-Key, from_env: DEPLOY_KEY}]\nbaseline:",
            ("access", "not set", "evil.test DEPLOY_KEY"),
        ),
        ("baseline:", "first_party_hosts: [evil.test]\nbaseline:", ("first_party_hosts", "not set", "evil.test")),
        ("baseline:", "expected_final: '*'\nbaseline:", (f"{PAGE}.expected_final", "not set", "*")),
    ],
)
def test_a_loosening_is_told(folder: Path, old: str, new: str, row: tuple[str, str, str]) -> None:
    assert row in replaced(folder, "campaigns/a.yml", old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("baseline: 3/s", "limits: {p95: 400ms, errors: 0.5%, headroom: 2}\nbaseline: 30/s"),
        ("ends: 2027-03-04", "ends: 2027-03-09"),
        ("launch: 2027-03-01", "launch: 2027-03-02"),
        ("hold: 60s", "hold: 2m"),
        ("500_000", "900_000"),
        ("send_over: 20m", "send_over: 2m"),
        ("900_000", "90_000"),
        ('"-30 %"', '"-30 %", more'),
        ("  - rate: 4/s\n", "  - rate: 4/s\n  - sms: {recipients: 9}\n"),
        ("name: Spring sale", "name: Autumn sale\nticket: WEB-1\nowners: {marketing: '@ana'}"),
        ("viewport: {severity: block}", "viewport: {severity: block}, contains: {severity: block}"),
    ],
)
def test_what_asks_for_as_much_or_more_is_no_loosening(folder: Path, old: str, new: str) -> None:
    assert replaced(folder, "campaigns/a.yml", old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("max_rate: 50/s", "max_rate: 500/s", ("load.hosts[shop.acme.test].max_rate", "50/s", "500/s")),
        ("50/s}", "50/s, production: no}", ("load.hosts[shop.acme.test].production", "yes", "no")),
        ("50/s}", "50/s}, evil.test: {max_rate: 9/s}", ("load.hosts[evil.test]", "not set", "max_rate 9/s")),
        (", off: the shop moves", "", ("load.off", "the shop moves", "not set")),
        ("p95: 500ms", "p95: 5s", ("limits.p95", "500ms", "5s")),
        ("approvers: [", 'approvers: ["@me", ', ("approvers", "not set", "@me")),
        ("TOKEN: [a.test]", "TOKEN: [a.test, evil.test]", ("secrets[TOKEN]", "not set", "evil.test")),
        (
            "TOKEN: [a.test]",
            "TOKEN: [a.test], DEPLOY_KEY: [evil.test]",
            ("secrets[DEPLOY_KEY]", "not set", "evil.test"),
        ),
        ("required_approvals: [legal]\n", "", ("required_approvals", "legal", "gone")),
        ("T1: 1w", "T1: 1d", ("lead_times[T1]", "7d", "1d")),
        ("lead_times: {T1: 1w}\n", "", ("lead_times[T1]", "7d", "gone")),
        ("to: 2027-11-30", "to: 2027-11-23", ("freeze_windows[Black Friday].to", "2027-11-30", "2027-11-23")),
        ("lead_times:", "private_hosts: [10.0.0.1]\nlead_times:", ("private_hosts", "not set", "10.0.0.1")),
    ],
)
def test_so_is_what_the_configuration_loosens(folder: Path, old: str, new: str, row: tuple[str, str, str]) -> None:
    assert [(f".launchguard.yml: {row[0]}", *row[1:])] == replaced(folder, ".launchguard.yml", old, new)


def test_a_configuration_that_cannot_be_read_is_told(folder: Path) -> None:
    told = replaced(folder, ".launchguard.yml", "approvers:", "approver:")
    assert told == [(".launchguard.yml", "a configuration", "cannot be read")]


@pytest.mark.parametrize(
    ("was", "now", "row", "turns_off"),
    [
        ("block", OWN.format(id="own-two", severity="block"), ("checks.own-one", "block", "gone"), True),
        ("warn", OWN.format(id="own-two", severity="block"), ("checks.own-one", "warn", "gone"), False),
        ("block", OWN.format(id="own-one", severity="warn"), ("checks.own-one.severity", "block", "warn"), True),
        ("block", None, ("checks.own-one", "block", "gone"), True),
        ("block", OWN.format(id="own-one", severity="block").replace("no", "never"), None, False),
    ],
)
def test_own_checks_that_go_or_change_are_told(
    folder: Path, was: str, now: str | None, row: tuple[str, str, str] | None, turns_off: bool
) -> None:
    (folder / "base" / "own" / "own_one.py").write_text(OWN.format(id="own-one", severity=was), encoding="utf-8")
    path = folder / "change" / "own" / "own_one.py"
    if now is None:
        path.unlink()
        path.with_name("other.py").write_text(OWN.format(id="other", severity="block"), encoding="utf-8")
    else:
        path.write_text(now, encoding="utf-8")
    found = rows(folder)
    file = ("own/own_one.py", "a file", "gone") if now is None else ("own/own_one.py", "the base's code", "other code")
    told = [(one.what, one.was, one.now) for one in found]
    assert told == [*([row] if row else []), file]
    assert [one.turns_off for one in found] == [*([turns_off] if row else []), False]


def test_a_moved_check_is_not_gone(folder: Path) -> None:
    path = folder / "change" / "own" / "own_one.py"
    path.rename(path.with_name("elsewhere.py"))
    assert [(row.what, row.turns_off) for row in rows(folder)] == [("own/own_one.py", False)]


def test_a_journey_and_its_rows_are_told_where_they_change(folder: Path) -> None:
    for side in ("base", "change"):
        (folder / side / "campaigns" / "j.py").write_text("one = 1\n", encoding="utf-8")
        path = folder / side / "campaigns" / "a.yml"
        path.write_text(MANIFEST.replace("hold: 60s", "hold: 60s, journey: j.py"), encoding="utf-8")
    assert rows(folder) == []
    (folder / "base" / "campaigns" / "j.py").unlink()  # a base that does not have the file says nothing about it
    assert rows(folder) == []
    (folder / "base" / "campaigns" / "j.py").write_text("one = 2\n", encoding="utf-8")
    assert [(row.what, row.now) for row in rows(folder)] == [("campaigns/j.py", "other code")]


def test_a_launch_that_moves_into_the_past_is_told(folder: Path) -> None:
    told = replaced(folder, "campaigns/a.yml", "2027-03-0", "2027-01-0")
    assert ("launch", "2027-03-01 09:00 Europe/Madrid", "2027-01-01 09:00 Europe/Madrid") in told


def test_a_manifest_that_is_gone_is_a_loosening(folder: Path) -> None:
    campaign = load_manifest("campaigns/a.yml", checks=CHECKS).campaign
    known = read_known(
        "campaigns/a.yml", folder / "base", campaign, KINDS, load_config(folder / "base/.launchguard.yml")
    )
    assert known is not None
    assert [(row.what, row.was, row.now) for row in what_loosens(known, None, CHECKS, NOW)] == [
        ("the manifest", "Spring sale", "gone")
    ]


def test_one_key_of_the_base_that_cannot_be_read_any_more_hides_no_other(folder: Path) -> None:
    base = folder / "base" / "campaigns" / "a.yml"
    base.write_text(
        MANIFEST.replace("baseline: 3/s", "limits: {errors: 80%}\nbaseline: 9/s").replace(
            "  - rate: 4/s", "  - rate: x"
        ),
        encoding="utf-8",
    )
    told = [(row.what, row.was) for row in rows(folder)]
    assert ("limits.errors", "cannot be read any more") in told
    assert ("channels[1]", "cannot be read any more") in told
    assert ("baseline", "9/s") in told


def test_a_new_manifest_loosens_nothing_but_what_it_excuses_itself(folder: Path) -> None:
    (folder / "base" / "campaigns" / "a.yml").unlink()
    assert rows(folder) == []
    (row,) = (Loosening(*row) for row in replaced(folder, "campaigns/a.yml", "severity: block", "severity: info"))
    assert (row.what, row.now) == ("checks.viewport.severity", "info")


@pytest.mark.parametrize(
    ("mode", "approved", "old", "new", "state"),
    [
        ("listed", False, "hold: 60s", "hold: 5s", LooseningState.LISTED),
        ("listed", True, "hold: 60s", "hold: 5s", LooseningState.LISTED),
        ("approval", False, "hold: 60s", "hold: 5s", LooseningState.UNAPPROVED),
        ("approval", True, "hold: 60s", "hold: 5s", LooseningState.APPROVED),
        ("listed", False, "{page-weight", "{contains: {severity: warn}, page-weight", LooseningState.DROPPED),
        ("listed", True, "{page-weight", "{contains: {severity: warn}, page-weight", LooseningState.APPROVED),
        ("listed", False, ", viewport: {severity: block}", "", LooseningState.UNAPPROVED),
    ],
)
def test_what_becomes_of_it(folder: Path, mode: str, approved: bool, old: str, new: str, state: LooseningState) -> None:
    for side in ("base", "change"):
        (folder / side / ".launchguard.yml").write_text(f"{CONFIG}loosening: {mode}\n", encoding="utf-8")
    if approved:
        (folder / "base" / APPROVED_BY).write_text("eva\n", encoding="utf-8")
    replaced(folder, "campaigns/a.yml", old, new)
    (row,) = rows(folder)
    assert row.state is state
    assert row.ask == (("@eva", "@lee") if state is LooseningState.UNAPPROVED else ())
    assert row.line in (12, 13)


def test_a_change_cannot_let_itself_off_the_approval(folder: Path) -> None:
    (folder / "base" / ".launchguard.yml").write_text(f"{CONFIG}loosening: approval\n", encoding="utf-8")
    (row,) = rows(folder)
    assert (row.what, row.now, row.state) == (
        ".launchguard.yml: loosening",
        "listed",
        LooseningState.UNAPPROVED,
    )


def placed(keys: tuple[ManifestKey, ...], ways: dict[str, Way]) -> Iterator[str]:
    """The keys without a place; what is NEVER or APART speaks for all that is below it."""
    for key in keys:
        way = ways.get(key.path)
        if way is None:
            yield key.path
        elif way not in (Way.NEVER, Way.APART):
            yield from placed(key.below, ways)


def test_every_key_has_its_place() -> None:
    """A new key fails here until somebody says which way it loosens."""
    assert list(placed(manifest_keys(), dict(CAMPAIGN_WAYS))) == []
    assert list(placed(config_keys(), dict(CONFIG_WAYS))) == []
    own = {key for kind in KINDS.values() for key in kind.model_fields} - {"kind"}
    assert own == set(CHANNEL_WAYS)
    softer = {path for ways in (CAMPAIGN_WAYS, CONFIG_WAYS) for path, way in ways.items() if way is Way.SOFTER}
    assert softer == set(SOFTER_WORDS)


def test_every_number_of_a_check_says_which_way_it_loosens() -> None:
    silent = [(check.id, o.name) for check in CHECKS for o in check.options if o.type in (int, float) and not o.looser]
    assert silent == [("http-status", "expect")]  # a status is no amount


EVERY_KEY: dict[str, Any] = yaml.load((EXAMPLES / "campaigns/every-key.yml").read_text(), yaml.BaseLoader)
NEEDED = ("name", "launch", "ends", "pages")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left_out=st.sets(st.sampled_from(sorted(set(EVERY_KEY) - {*NEEDED}))), turned=st.randoms(use_true_random=False))
def test_a_manifest_compared_with_itself_loosens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: set[str], turned: Any
) -> None:
    """Nor does the order of its lists of pages and channels."""
    monkeypatch.chdir(EXAMPLES)
    data = {key: value for key, value in EVERY_KEY.items() if key not in left_out}
    base = tmp_path / "campaigns"
    base.mkdir(exist_ok=True)
    path = EXAMPLES / "campaigns" / "every-key.yml"
    (base / path.name).write_text(yaml.safe_dump(data), encoding="utf-8")
    now: dict[str, Any] = {
        **data,
        **{key: turned.sample(data[key], len(data[key])) for key in ("pages", "channels") if key in data},
    }
    own = tmp_path / "now.yml"
    own.write_text(yaml.safe_dump(now), encoding="utf-8")
    (tmp_path / "last-year.csv").write_bytes((EXAMPLES / "campaigns" / "last-year.csv").read_bytes())
    campaign = load_manifest(own, checks=CHECKS).campaign
    known = read_known("campaigns/every-key.yml", tmp_path, campaign, KINDS, load_config(EXAMPLES / ".launchguard.yml"))
    assert known is not None and not known.unread
    assert [row for row in what_loosens(known, campaign, CHECKS, NOW) if "file" not in row.what] == []
