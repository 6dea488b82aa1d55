"""Two campaigns that peak in the same hour on one host are told to each of them, with the sum of their peaks."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.checking.files import built_in_checks
from launchguard.cli import main
from launchguard.testing import a_campaign, a_forecast, judge_one, some_neighbours

Found = Callable[..., list[tuple[str, str]]]
OVERLAP = next(check for check in built_in_checks() if check.id == "overlap")
PAGES = [{"url": "https://shop.test:8443/summer"}]


def rate(per_s: float, at: str = "+0s", **over: Any) -> Any:
    return a_campaign(channels=[{"kind": "rate", "rate": f"{per_s}/s", "at": at, "duration": "10m"}], **over)


@pytest.mark.parametrize(
    ("other", "warns"),
    [
        (rate(30), True),
        (rate(30, "+59m"), True),
        (rate(30, "-59m"), True),
        (rate(30, "+61m"), False),
        (rate(30, "-61m"), False),
        (rate(30, "+24h"), False),
        (rate(30, pages=PAGES), True),
        (rate(30, pages=[{"url": "https://other.test/spring"}]), False),
        (rate(30, launch="2027-03-01 08:10 Europe/London"), True),
        (rate(30, status="draft"), True),
        (a_campaign(channels=[{"kind": "sms"}]), False),
        (a_campaign(channels=[]), False),
    ],
)
def test_who_overlaps(found: Found, other: Any, warns: bool) -> None:
    forecast = a_forecast(rate(44))
    assert found("overlap", forecast, some_neighbours(other)) == [("same-hour", "warn")] * warns


def test_the_finding_names_who_where_when_and_how_much() -> None:
    others = some_neighbours(
        rate(30, "+20m", name="Summer"), rate(6, "+5m", name="Late", status="draft"), rate(9, "+3h", name="Far")
    )
    (finding,) = judge_one(OVERLAP, a_forecast(rate(44)), others)
    assert finding.measured == pytest.approx(80)  # type: ignore[union-attr]
    assert finding.message == (  # type: ignore[union-attr]
        "on shop.test it peaks with 44 visits/s on Mon 1 Mar 2027, 09:00 Europe/Madrid, in the same hour as Summer "
        "(campaigns/Summer.yml) with 30 visits/s at 09:20, Late (campaigns/Late.yml, a draft) with 6 visits/s at "
        "09:05: 80 visits/s together"
    )


def test_of_many_others_the_highest_peaks_are_named_and_all_are_counted() -> None:
    crowd = some_neighbours(*(rate(per_s, name=f"Sale {per_s}") for per_s in range(1, 31)))
    (finding,) = judge_one(OVERLAP, a_forecast(rate(44)), crowd)
    named = [int(text) for text in re.findall(r"Sale (\d+) \(", finding.message)]  # type: ignore[union-attr]
    assert named == [30, 29, 28, 27, 26]
    assert ", 25 more: 509 visits/s together" in finding.message  # type: ignore[union-attr]


def test_two_ports_of_one_host_are_one_site() -> None:
    pages = [{"url": "https://shop.test/a", "share": "50%"}, {"url": "https://shop.test:8443/b"}]
    (peak,) = a_forecast(rate(44, pages=pages)).host_peaks
    assert peak.host == "shop.test"
    assert peak.peak_per_s == pytest.approx(44)
    (finding,) = judge_one(OVERLAP, a_forecast(rate(44, pages=pages)), some_neighbours(rate(30)))
    assert finding.measured == pytest.approx(74)  # type: ignore[union-attr]


def test_a_campaign_that_was_asked_for_alone_was_compared_with_nobody(found: Found) -> None:
    (answer,) = judge_one(OVERLAP, a_forecast(), some_neighbours())
    assert "no other campaign was asked for" in answer.reason


MANIFEST = """\
name: {name}
launch: {launch} Europe/Madrid
ends: {ends} Europe/Madrid
status: {status}
pages: [{{url: https://shop.nordlicht.test/spring?utm_source=x, contains: [Spring]}}]
channels: [{{rate: {{rate: {rate}/s, duration: 10m}}}}]
baseline: 0/s
"""
COMING = {"launch": "2099-03-02 09:00", "ends": "2099-03-04 09:00", "status": "ready"}


@pytest.fixture
def campaigns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    over = {"launch": "2020-03-02 09:00", "ends": "2020-03-04 09:00", "status": "ready"}
    for name, rate_per_s, more in (
        ("a", 44, {}),
        ("b", 30, {}),
        ("c", 5, {"status": "draft"}),
        ("d", 7, {"launch": "2099-03-02 11:00"}),
        ("e", 9, over),
    ):
        text = MANIFEST.format(name=f"Sale {name.upper()}", rate=rate_per_s, **(COMING | more))
        Path(f"{name}.yml").write_text(text)
    return tmp_path


def documents(*arguments: str) -> list[Any]:
    result = CliRunner().invoke(main, [*arguments, "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    return list(document.get("verdicts", [document]))


@pytest.mark.parametrize("command", [["check"], ["run", "--only", "overlap", "--quiet"]])
def test_several_manifests_warn_each_other_and_keep_their_exit_codes(campaigns: Path, command: list[str]) -> None:
    verdicts = {
        one["campaign"]["name"]: one for one in documents(*command, "a.yml", "b.yml", "c.yml", "d.yml", "e.yml")
    }
    told = {
        name: [f["message"] for o in one["outcomes"] if o["check"] == "overlap" for f in o["findings"]]
        for name, one in verdicts.items()
    }
    assert (len(told["Sale A"]), len(told["Sale B"]), len(told["Sale C"]), told["Sale D"]) == (1, 1, 1, [])
    assert "Sale B (b.yml) with 30 visits/s at 09:00, Sale C (c.yml, a draft)" in told["Sale A"][0]
    assert all(messages[0].endswith("79 visits/s together") for messages in told.values() if messages)
    assert {name: one["exit_code"] for name, one in verdicts.items()} == dict.fromkeys(verdicts, 0)
    assert [one["verdict"] for one in verdicts.values()][:3] == ["go", "go", "draft"]


def test_only_what_was_asked_for_is_compared(campaigns: Path) -> None:
    (alone,) = documents("check", "a.yml")
    (outcome,) = [one for one in alone["outcomes"] if one["check"] == "overlap"]
    assert (outcome["status"], outcome["findings"]) == ("skipped", [])


@pytest.mark.parametrize("style", ["text", "markdown", "junit", "sarif"])
def test_every_report_names_both(campaigns: Path, style: str) -> None:
    result = CliRunner().invoke(main, ["check", "a.yml", "b.yml", "--format", style])
    text = " ".join(result.stdout.replace("&#x27;", "'").split())
    for who in ("Sale A (a.yml)", "Sale B (b.yml)"):
        assert f"in the same hour as {who}" in text.replace("\\", "")
    assert text.count("74 visits/s together") >= 2
