"""What a manifest means once it is loaded: defaults, templates, pages by name, typed options, questions."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchguard import Campaign, Finding, Page, check
from launchguard.channels import built_in_kinds
from launchguard.checking.files import built_in_checks
from launchguard.errors import ManifestError
from launchguard.manifest import Manifest, load_config, load_manifest
from launchguard.manifest.options import checks_type
from launchguard.model.campaign import Limits, RepositoryConfig

GOOD = """\
name: A
launch: 2027-03-01 09:00 Europe/Madrid
pages:
  - url: https://shop.nordlicht.example/es/spring?utm_source=x
  - url: https://shop.nordlicht.example/es/summer
"""


@check("every-type", severity="warn", owner="web")
def every_type(
    page: Page,
    *,
    count: int = 1,
    factor: float = 1.0,
    words: tuple[str, ...] = (),
    strict: bool = False,
    name: str = "",
) -> Iterator[Finding]:
    """It has an option of every type.

    Why: a test.
    Fix: none.
    Source: none.
    """
    yield from ()


def loaded(folder: Path, text: str, *, config: RepositoryConfig | None = None, **templates: str) -> Manifest:
    (folder / ".launchguard.yml").touch()
    for name, content in templates.items():
        (folder / f"{name}.yml").write_text(content, encoding="utf-8")
    (folder / "m.yml").write_text(text, encoding="utf-8")
    return load_manifest(folder / "m.yml", checks=[every_type], config=config)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ManifestError) as caught:
        loaded(folder, text)
    return "\n".join(caught.value.problems).replace(f"{folder}/", "")


def test_lines_are_those_of_the_keys(tmp_path: Path) -> None:
    manifest = loaded(tmp_path, GOOD + "channels:\n  - email:\n      recipients: 5\n")
    assert manifest.lines["launch",] == (2, 1)
    assert manifest.lines["pages", 1] == (5, 5)
    assert manifest.lines["channels", 0, "email", "recipients"] == (8, 7)


def test_channels_become_their_kinds(tmp_path: Path) -> None:
    text = "channels:\n  - email: {recipients: 500_000, click_rate: 2%}\n  - rate: 40/s\n  - push\n"
    channels = loaded(tmp_path, GOOD + text).campaign.channels
    assert [type(channel) for channel in channels] == [
        built_in_kinds()["email"],
        built_in_kinds()["rate"],
        built_in_kinds()["push"],
    ]
    assert channels[0].model_dump(include={"recipients", "click_rate"}) == {"recipients": 500_000, "click_rate": 0.02}
    assert channels[1].model_dump()["rate"] == 40.0


@pytest.mark.parametrize(
    "name",
    [
        "https://shop.nordlicht.example/es/spring?utm_source=x",
        "/es/spring",
        "spring",
        "spring?utm_source=x",
        "/es/spring?utm_source=x",
        "ring?utm_source=x",
    ],
)
def test_a_page_is_found_by_path_or_end(tmp_path: Path, name: str) -> None:
    campaign = loaded(tmp_path, f"{GOOD}channels:\n  - rate: {{rate: 1/s, page: '{name}'}}\n").campaign
    assert campaign.channels[0].page == campaign.pages[0].url


def test_pages_without_a_share_get_what_the_others_leave(tmp_path: Path) -> None:
    shares = loaded(tmp_path, GOOD.replace("summer", "summer\n    share: 30%")).campaign.shares
    assert list(shares.values()) == pytest.approx([0.7, 0.3])


def test_three_thirds_are_everything(tmp_path: Path) -> None:
    pages = "".join(f"  - {{url: 'https://a.example/{n}', share: 33.33%}}\n" for n in range(3))
    assert len(loaded(tmp_path, GOOD.partition("  - ")[0] + pages).campaign.pages) == 3


def test_options_of_checks_are_typed(tmp_path: Path) -> None:
    text = (
        "checks: {every-type: {count: 2_000, factor: 1.5, words: [no, '3'], strict: yes, name: 12, severity: block}}\n"
    )
    assert loaded(tmp_path, GOOD + text).campaign.checks == {
        "every-type": {
            "count": 2000,
            "factor": 1.5,
            "words": ("no", "3"),
            "strict": True,
            "name": "12",
            "severity": "block",
        }
    }
    assert "words: 'x' is one value; needs a list" in refused(tmp_path, GOOD + "checks: {every-type: {words: x}}\n")
    assert "strict: 'perhaps' is neither true nor false" in refused(
        tmp_path, GOOD + "checks: {every-type: {strict: perhaps}}\n"
    )


def test_without_checks_their_options_are_text(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(GOOD + "checks: {anything: {count: 3}}\n")
    assert load_manifest(tmp_path / "m.yml").campaign.checks == {"anything": {"count": "3"}}


def test_limits_of_the_repository_are_defaults(tmp_path: Path) -> None:
    config = RepositoryConfig(limits=Limits(p95=0.5, errors=0.02))
    limits = loaded(tmp_path, GOOD + "limits: {errors: 3%}\n", config=config).campaign.limits
    assert limits == Limits(p95=0.5, errors=0.03)
    assert loaded(tmp_path, GOOD).campaign.limits == Limits()


def test_expected_final_holds_for_every_page_that_has_none(tmp_path: Path) -> None:
    text = GOOD.replace("summer", "summer\n    expected_final: /own") + "expected_final: https://a.example/\n"
    assert [page.expected_final for page in loaded(tmp_path, text).campaign.pages] == ["https://a.example/", "/own"]


def test_a_template_is_merged_key_by_key(tmp_path: Path) -> None:
    template = "extends: base.yml\nlimits: {p95: 1s, errors: 2%}\nvendors: [a, b]\n"
    manifest = loaded(
        tmp_path,
        "extends: shop.yml\n" + GOOD + "limits: {p95: 2s}\nvendors: [c]\n",
        shop=template,
        base="baseline: 3/s\nlimits: {headroom: 2}\n",
    )
    campaign = manifest.campaign
    assert campaign.limits == Limits(p95=2.0, errors=0.02, headroom=2.0)
    assert campaign.vendors == ("c",)
    assert campaign.baseline == 3.0
    assert manifest.lines["baseline",] == (1, 1)  # at `extends`
    before = manifest.sha256
    assert loaded(tmp_path, (tmp_path / "m.yml").read_text(), base="baseline: 4/s\n").sha256 != before


def test_templates_in_a_circle_or_behind_a_link_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    (tmp_path / "outside.yml").write_text("baseline: 3/s\n")
    (folder / "link.yml").symlink_to(tmp_path / "outside.yml")
    (folder / "circle.yml").write_text("extends: m.yml\n")
    assert "m.yml:1:10: extends: 'link.yml' is outside" in refused(folder, "extends: link.yml\n" + GOOD)
    assert "circle.yml:1:10: extends: 'm.yml' extends itself" in refused(folder, "extends: circle.yml\n" + GOOD)


def test_a_journey_is_found_beside_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "journey.py").touch()
    campaign = loaded(tmp_path, GOOD + "load: {journey: journey.py}\n").campaign
    assert campaign.load.journey == str(tmp_path / "journey.py")


def test_questions_are_ordered_by_what_they_could_change(tmp_path: Path) -> None:
    keys = [question.key for question in loaded(tmp_path, GOOD).questions]
    assert keys[0] == "channels"
    assert {"pages[0].contains", "baseline", "ends", "owners.on_call"} < set(keys)
    text = GOOD + "channels:\n  - email: {name: teaser}\nbaseline: 0/s\n"
    questions = loaded(tmp_path, text).questions
    assert [question.key for question in questions][:2] == [
        "channels[0].email.recipients",
        "channels[0].email.send_over",
    ]
    assert "teaser" in questions[0].text
    assert not {"channels", "baseline"} & {question.key for question in questions}
    weights = [question.weight for question in questions]
    assert weights == sorted(weights, reverse=True)


def test_a_campaign_built_in_python_keeps_the_same_rules() -> None:
    launch = datetime(2027, 3, 1, 9, tzinfo=UTC)
    with pytest.raises(ValueError, match="none of this campaign's pages"):
        Campaign(
            name="A",
            launch=launch,
            pages=(Page(url="https://a.example/"),),
            channels=(built_in_kinds()["rate"](kind="rate", page="/b"),),
        )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("limits: {errors: 50.1%}", "limits.errors: 50.1% would let a page pass that fails more than every second"),
        ("limits: {errors: 100%}", "write at most 50%, like 1%"),
        ("limits: {p95: 11s}", "limits.p95: 11s is longer than a visit may take (10s), so no page could be too slow"),
        ("limits: {p95: 4s}\nload: {timeout: 3s}", "6:15: limits.p95: 4s is longer than a visit may take (3s)"),
        ("load: {timeout: 700ms}", "limits.p95: 800ms is longer than a visit may take (700ms)"),
        ("load: {hold: 0s}", "load.hold: 0s is not between 1s and 6h"),
        ("checks: {http-status: {expect: 404}}", "checks.http-status.expect: 404 is more than this can mean; write at"),
        ("checks: {http-status: {expect: 20}}", "write at least 100, like 200"),
        (
            "checks: {redirect-chain: {max_redirects: -1}}",
            "max_redirects: -1 is less than this can mean; write at least 0",
        ),
        ("checks: {headroom: {warn_below: -0.5}}", "warn_below: -0.5 is less than this can mean"),
        ("checks: {arrivals-started: {min_ratio: 0}}", "min_ratio: 0 is less than this can mean; write at least 0.5"),
        ("checks: {stays-up: {least: 0}}", "least: 0 is less than this can mean; write at least 1, like 2"),
        ("checks: {tls-expiry: {margin_hours: -72}}", "margin_hours: -72 is less than this can mean"),
    ],
)
def test_a_value_that_would_make_the_question_meaningless_is_refused(tmp_path: Path, more: str, says: str) -> None:
    path = tmp_path / "m.yml"
    path.write_text(GOOD + more + "\n", encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        load_manifest(path, checks=built_in_checks())
    (problem,) = caught.value.problems
    assert says in problem


def test_the_last_value_that_still_asks_something_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_text(
        GOOD + "limits: {errors: 50%, p95: 3s}\nload: {timeout: 3s, hold: 1s}\n"
        "checks: {http-status: {expect: 399}, redirect-chain: {max_redirects: 0}}\n",
        encoding="utf-8",
    )
    campaign = load_manifest(path, checks=built_in_checks()).campaign
    assert (campaign.limits.errors, campaign.limits.p95) == (0.5, 3.0)


CONFIG = """\
load:
  hosts:
    Shop.Example.COM: {max_rate: 50/s, hours: "01:00-06:00 Europe/Madrid"}
    localhost:3000: {max_rate: 600/min, production: no}
lead_times: {T0: 2d}
freeze_windows: [{from: 2027-11-22, to: 2027-11-30, reason: Black Friday}]
secrets: {TOKEN: [A.example]}
checks_from: [own-checks]
channels_from: [own-channels]
"""


def test_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".launchguard.yml").write_text(CONFIG)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    config = load_config()
    assert config.load.hosts.keys() == {"shop.example.com", "localhost:3000"}
    hours = config.load.hosts["shop.example.com"].hours
    assert hours is not None
    assert hours.contains(datetime(2027, 1, 1, 0, 30, tzinfo=UTC))
    assert config.load.hosts["localhost:3000"].max_rate == 10.0
    assert config.secrets == {"TOKEN": ("a.example",)}
    assert config.checks_from == (str(tmp_path / "own-checks"),)
    assert config.channels_from == (str(tmp_path / "own-channels"),)
    assert config.freeze_windows[0].start < config.freeze_windows[0].end


def test_no_configuration_or_an_empty_one_is_all_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config() == RepositoryConfig()
    (tmp_path / ".launchguard.yml").write_text("# nothing yet\n")
    assert load_config() == RepositoryConfig()
    with pytest.raises(ManifestError, match="cannot be read"):
        load_config(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("load: {hosts: {a.example: {}}}", "1:16: load.hosts.'a.example'.max_rate: is missing; write `max_rate: 40/s`"),
        ("load: {hosts: {a.example: {max_rate: 0/s}}}", "allows nothing"),
        ("load: {hosts: {'https://a': {max_rate: 1/s}}}", "1:16: load.hosts.'https://a': 'https://a' is not a host"),
        ("load: {hosts: {A.example: {max_rate: 1/s}, a.example: {max_rate: 9/s}}}", "one host in two spellings"),
        ("lead_times: {T9: 2d}", "1:14: lead_times.T9: 'T9' is not possible; write T0, T1, T2 or T3"),
        ("freeze_windows: [{from: 2027-02-02, to: 2027-02-01, reason: r}]", "swap `from` and `to`"),
        ("secrets: {my token: [a.example]}", "is not the name of an environment variable"),
        ("lod: {}", "did you mean `load`?"),
    ],
)
def test_what_a_configuration_may_not_say(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / ".launchguard.yml"
    path.write_text(text)
    with pytest.raises(ManifestError) as caught:
        load_config(path)
    assert says in "\n".join(caught.value.problems).replace(f"{path}:", "")


def test_the_options_of_the_checks_become_a_type_once_for_all_manifests_of_a_call() -> None:
    checks = built_in_checks()
    assert checks_type(checks) is checks_type(list(checks))
    assert checks_type([*checks, every_type]) is not checks_type(checks)
