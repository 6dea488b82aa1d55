"""The check utm-taxonomy: one spelling of a value in all campaigns that were asked for together."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard import Finding
from launchguard.checking.files import built_in_checks
from launchguard.cli import main
from launchguard.testing import a_campaign, judge_one, some_neighbours

TAXONOMY = next(check for check in built_in_checks() if check.id == "utm-taxonomy")


def tagged(name: str, query: str, **utm: str) -> Any:
    channels = [{"kind": "email", "recipients": 1000, "utm": utm}]
    return a_campaign(name=name, pages=[{"url": f"https://shop.test/{name}?{query}"}], channels=channels)


def told(campaign: Any, *others: Any) -> list[str]:
    answers = judge_one(TAXONOMY, campaign, some_neighbours(*others))
    return [answer.message for answer in answers if isinstance(answer, Finding)]


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("campaign", "spring_sale", "Spring-Sale"),
        ("campaign", "spring_sale", "spring%20sale"),
        ("medium", "e-mail", "email"),
        ("source", "newsletter", "newsLetter"),
        ("content", "hero", "hero_"),
    ],
)
def test_two_spellings_are_told_to_both(name: str, one: str, other: str) -> None:
    a, b = tagged("a", f"utm_{name}={one}"), tagged("b", f"utm_{name}={other}")
    read = other.replace("%20", " ")
    assert told(a, b) == [f"utm_{name} is {one} here, and {read} in b (campaigns/b.yml)"]
    assert told(b, a) == [f"utm_{name} is {read} here, and {one} in a (campaigns/a.yml)"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("utm_source=mail", "utm_source=mail"),
        ("utm_source=mail", "utm_medium=m-ail"),
        ("utm_campaign=spring", "utm_campaign=spring2"),
        ("utm_campaign=sommer", "utm_campaign=sömmer"),
        ("utm_id=a-1", "utm_id=a1"),
        ("other=e-mail", "other=email"),
        ("utm_source=", "utm_source=-"),
    ],
)
def test_what_is_no_other_spelling(one: str, other: str) -> None:
    assert told(tagged("a", one), tagged("b", other)) == []


def test_only_the_odd_one_is_told_and_whom_it_differs_from() -> None:
    usual = [tagged(name, "utm_medium=email") for name in "bcde"]
    odd = tagged("a", "utm_medium=e-mail")
    assert told(usual[0], odd, *usual[1:]) == []
    where = ", ".join(f"{name} (campaigns/{name}.yml)" for name in "bcd")
    assert told(odd, *usual) == [f"utm_medium is e-mail here, and email in {where}"]


def test_a_channel_s_utm_is_compared_too_and_within_the_manifest() -> None:
    assert told(tagged("a", "x=1", medium="email"), tagged("b", "utm_medium=e-mail"))
    assert told(tagged("a", "utm_medium=email", medium="E-Mail")) == [
        "utm_medium is E-Mail here, and email in this manifest"
    ]


def test_several_manifests_are_compared_and_one_alone_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "name: {0}\nlaunch: 2099-03-02 09:00 Europe/Madrid\npages: [{{url: '{1}'}}]\nchannels: [rate: 4/s]\n"
    for name, medium in (("a", "email"), ("b", "e-mail")):
        Path(f"{name}.yml").write_text(
            text.format(name, f"https://shop.test/{name}?utm_source=x&utm_medium={medium}"), encoding="utf-8"
        )
    both = CliRunner().invoke(main, ["check", "a.yml", "b.yml", "--format", "json"], catch_exceptions=False)
    outcomes = [o for v in json.loads(both.stdout)["verdicts"] for o in v["outcomes"] if o["check"] == "utm-taxonomy"]
    assert [outcome["status"] for outcome in outcomes] == ["warn", "warn"]
    alone = CliRunner().invoke(main, ["check", "a.yml", "--format", "json"], catch_exceptions=False)
    (outcome,) = [o for o in json.loads(alone.stdout)["outcomes"] if o["check"] == "utm-taxonomy"]
    assert (outcome["status"], "no other campaign was asked for" in outcome["reason"]) == ("skipped", True)
