"""The check campaign-link: what is odd about a link, known before anybody follows it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard import Finding
from launchguard.cli import main
from launchguard.testing import PAGE_URL, a_campaign
from launchguard.web.click_ids import KINDS

Found = Callable[..., list[tuple[str, str]]]
Judge = Callable[..., list[Finding]]
UTM = "utm_source=mail&utm_medium=email"
MAIL = {"kind": "email", "recipients": 1000}
ROOT = Path(__file__).parents[2]


def about(url: str, **over: Any) -> tuple[Any, Any]:
    """A campaign with one page at this address, and that page."""
    campaign = a_campaign(pages=[{"url": url}], **over)
    return campaign.pages[0], campaign


FAULTS: dict[str, list[str]] = {
    PAGE_URL: [],
    "https://shop.test/": [],  # no utm at all is a question
    "https://shop.test/?size=38&size=39&q=&Color=Red": [],
    f"https://shop.test/?next=/a?b=c&{UTM}": [],
    f"https://shop.test/Spring-Sale/?{UTM}&utm_id=AbC": [],
    f"https://shop.test/photo@2x.png?at=@40.41,-3.70&v=pkg@1.2.3&{UTM}#offer": [],
    f"https://shop.test/?filter[color]=red&{UTM}&utm_term=50%25+off": [],
    f"https://shop.test/?{UTM}&utm_channel=x": [],
    "https://shop.test/?utm_souce=mail&utm_medium=email": ["typo"],
    "https://shop.test/?utmsource=mail&utm_meduim=email&utm_campain=x": ["typo"] * 3,
    "https://shop.test/?UTM_Source=mail&utm_medium=email": ["capital-name"],
    "https://shop.test/?utm_source=Mail&utm_medium=email": ["capital-value"],
    f"https://shop.test/?{UTM}&utm_source=mail": ["doubled"],
    f"https://shop.test/?a=1&{UTM}&a=1": ["doubled"],
    "https://shop.test/?utm_source=&utm_medium=%20": ["empty", "empty"],
    "https://shop.test/?utm_campaign=spring": ["missing", "missing"],
    f"https://shop.test/?{UTM}".replace("&", "&amp;"): ["amp"],
    f"https://shop.test/?id=7?{UTM}": ["second-question-mark"],
    f"https://shop.test/#offer?{UTM}": ["behind-hash"],
    f"https://shop.test/#{UTM}": ["behind-hash"],
    f"http://shop.test/?{UTM}": ["http"],
    f"https://staging.shop.test/?{UTM}": ["staging"],
    "https://bit.ly/spring27": ["shortener"],
    "https://www.tinyurl.com/spring27": ["shortener"],
    "http://localhost:3000/?utm_source=x": ["local"],
    "http://127.0.0.1:3000/": [],
    "http://[::1]:3000/": [],
    f"https://shop.test/?{UTM}&utm_campaign={{campaignid}}": ["ad-macro"],
}


@pytest.mark.parametrize("url", FAULTS)
def test_each_oddity_is_found_and_nothing_else(found: Found, url: str) -> None:
    assert found("campaign-link", *about(url)) == [(reason, "warn") for reason in FAULTS[url]]


TAGS = """
{{campaign.name}} {{{name}}} *|CAMPAIGN_UID|* %%name%% %%=v(@name)=%% [[name]] [[data:name]] {$name} ${name} {!name}
%recipient.name% %FIRSTNAME% [FIRSTNAME] [subscriber:email] {FIRSTNAME} {first_name} <%=name%> {%name%} ##name##
~Contact.Name~ @FIRSTNAME@ $Name$ %7B%7Bname%7D%7D *%7CNAME%7C* %5B%5Bname%5D%5D
"""


@pytest.mark.parametrize("tag", TAGS.split())
def test_a_tag_that_no_mailing_tool_filled_in_blocks_wherever_it_stands(found: Found, tag: str) -> None:
    assert found("campaign-link", *about(f"https://shop.test/?{UTM}&utm_campaign={tag}"))[0] == ("merge-tag", "block")
    assert found("campaign-link", *about(f"https://shop.test/x?{UTM}&size={tag}")) == [("merge-tag", "block")]
    assert found("campaign-link", *about(f"https://shop.test/{tag}/x?{UTM}"))[0] == ("merge-tag", "block")
    campaign = a_campaign(channels=[MAIL | {"utm": {"campaign": tag}}])
    assert found("campaign-link", campaign.pages[0], campaign)[0] == ("merge-tag", "block")


@pytest.mark.parametrize("value", ["zoe@shop.test", "zoe.b%2Bx%40mail.shop.co.uk"])
def test_an_address_of_somebody_blocks_and_is_not_told_on(judged: Judge, value: str) -> None:
    (finding,) = judged("campaign-link", *about(f"https://shop.test/?{UTM}&to={value}"))
    assert (finding.reason, finding.severity) == ("e-mail", "block")
    assert "zoe" not in f"{finding.message}{finding.evidence}{finding.measured}"


@pytest.mark.parametrize("name", KINDS)
def test_an_id_of_somebody_s_click_is_no_campaign_s(found: Found, name: str) -> None:
    assert found("campaign-link", *about(f"{PAGE_URL}&{name}=EAIaIQob")) == [("click-id", "warn")]


def test_what_is_meant_is_said_in_the_manifest(found: Found) -> None:
    local, staging = "http://localhost:3000/", f"https://staging.shop.test/?{UTM}"
    assert found("campaign-link", *about(local), local=True) == []
    assert found("campaign-link", *about(local), staging=True) == [("local", "warn")]
    assert found("campaign-link", *about(staging), staging=True) == []
    assert found("campaign-link", *about(f"{local}?utm_souce=x&a={{{{b}}}}"), local=True) == [
        ("merge-tag", "block"),
        ("typo", "warn"),
    ]


@pytest.mark.parametrize(
    ("utm", "expected"),
    [
        ([{"source": "mail", "medium": "email"}], []),
        ([{"utm_source": "mail", "utm_medium": "email"}], []),
        ([{"source": "mail"}], ["missing"]),
        ([{"source": "mail", "medium": "email"}, {"source": "push"}], ["missing"]),
        ([{"source": "mail", "medium": "email"}, {}], []),
        ([{"souce": "mail", "medium": "email"}], ["typo"]),
        ([{"source": "Mail", "medium": "email"}], ["capital-value"]),
        ([{"source": "", "medium": "email"}], ["empty"]),
    ],
)
def test_a_channel_s_utm_counts_with_its_page_s(found: Found, utm: list[dict[str, str]], expected: list[str]) -> None:
    channels = [MAIL | {"name": f"c{number}", "utm": one} for number, one in enumerate(utm)]
    page, campaign = about("https://shop.test/spring", channels=channels)
    assert found("campaign-link", page, campaign) == [(reason, "warn") for reason in expected]


def test_a_channel_that_says_otherwise_than_its_page_is_named(judged: Judge) -> None:
    (finding,) = judged(
        "campaign-link", *about(PAGE_URL, channels=[MAIL | {"utm": {"source": "push", "content": "a"}}])
    )
    assert finding.reason == "channel-utm"
    assert finding.message == (
        "channel email has utm_source=push, the page's url newsletter: its visits carry the channel's"
    )


def test_a_channel_is_told_once_however_many_pages_it_leads_to(found: Found) -> None:
    pages = [{"url": f"https://shop.test/{name}"} for name in "ab"]
    campaign = a_campaign(pages=pages, channels=[MAIL | {"utm": {"source": "Mail", "medium": "email"}}])
    assert [found("campaign-link", page, campaign) for page in campaign.pages] == [[("capital-value", "warn")], []]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (PAGE_URL.replace("newsletter", "push"), True),
        (PAGE_URL.replace("shop.", "Shop."), True),
        ("https://shop.test/spring", True),
        ("https://shop.test/spring?size=3", False),
        ("https://shop.test/Spring", False),
    ],
)
def test_one_page_written_twice(found: Found, other: str, same: bool) -> None:
    campaign = a_campaign(pages=[{"url": PAGE_URL}, {"url": other}])
    assert [found("campaign-link", page, campaign) for page in campaign.pages] == [[], [("same-page", "warn")] * same]


def test_no_utm_at_all_is_a_question(tmp_path: Path) -> None:
    text = (ROOT / "examples/campaigns/spring-sale.yml").read_text(encoding="utf-8")
    bare = "https://shop.nordlicht.example/spring"
    for number, url in enumerate((bare, f"{bare}?utm_source=x&utm_medium=y")):
        manifest = tmp_path / f"{number}.yml"
        manifest.write_text(text.replace(next(w for w in text.split() if w.startswith(bare)), url), encoding="utf-8")
        shown = CliRunner().invoke(main, ["check", str(manifest), "--format", "json"])
        assert shown.exit_code == 0
        assert '"warn"' not in [line.strip() for line in shown.output.splitlines() if "status" in line]
        assert ("Which utm parameters" in shown.output) is (number == 0)


def test_the_examples_are_right() -> None:
    shown = CliRunner().invoke(main, ["check", str(ROOT / "examples/campaigns"), "--format", "json"])
    judged = [(v["campaign"]["name"], o) for v in json.loads(shown.stdout)["verdicts"] for o in v["outcomes"]]
    links = [(name, o["status"]) for name, o in judged if o["check"] in ("campaign-link", "utm-taxonomy")]
    assert len(links) > 8
    assert [one for one in links if one[1] not in ("pass", "skipped")] == []
