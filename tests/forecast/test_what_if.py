"""Changes by text: what they reach, and how a wrong one is answered."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from launchguard.channels.kinds.curve import Curve
from launchguard.errors import LaunchGuardError
from launchguard.forecast.what_if import apply_what_if
from launchguard.testing import a_campaign

CAMPAIGN = a_campaign(
    channels=[
        {"kind": "email", "name": "teaser", "recipients": 1000},
        {"kind": "email", "name": "reminder", "recipients": 500},
        {"kind": "tv", "responders": 3000},
    ]
)


def test_by_name_by_kind_and_of_the_campaign() -> None:
    changed = apply_what_if(
        CAMPAIGN, ["teaser.send_over=60m", "tv.at = +20m", "baseline=3/s", "teaser.recipients=5_000"]
    )
    teaser, reminder, tv = changed.channels
    assert teaser.model_dump()["send_over"] == 3600
    assert teaser.reach == 5000
    assert reminder == CAMPAIGN.channels[1]
    assert tv.at.offset_s == 1200
    assert changed.baseline == 3
    assert CAMPAIGN.channels[0].reach == 1000


@pytest.mark.parametrize(
    ("change", "wrong", "hint"),
    [
        ("teaser.send_over", "it has no `=`", "write it like email.send_over=60m"),
        ("teser.send_over=1m", "no channel is called 'teser'", "did you mean teaser?"),
        ("zzz.send_over=1m", "no channel is called 'zzz'", "there is: teaser, reminder, tv"),
        ("email.send_over=1m", "2 channels are called 'email'", "give them names in the manifest"),
        ("teaser.sendover=1m", "email has no key 'sendover'", "did you mean send_over?"),
        ("teaser.kind=tv", "email has no key 'kind'", "there is:"),
        ("teaser.click_rate=200", "200", "as the manifest would"),
        ("teaser.send_over=soon", "'soon' is not a duration", "as the manifest would"),
        ("tv.uncertainty=9", "less than or equal to 3", "as the manifest would"),
        ("basline=3/s", "'basline' is no key of the campaign", "did you mean baseline?"),
    ],
)
def test_a_wrong_change_says_what_is_right(change: str, wrong: str, hint: str) -> None:
    with pytest.raises(LaunchGuardError) as caught:
        apply_what_if(CAMPAIGN, [change])
    assert wrong in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        (["tv.at=2027-03-28 02:30"], "tv.at: 2027-03-28 02:30 does not exist in Europe/Madrid"),
        (["tv.at=2027-04-09 10:00"], "tv.at: 2027-04-09 10:00 Europe/Madrid is after the campaign's end"),
        (["ends=2027-02-01 10:00 Europe/Madrid"], "ends: 2027-02-01 10:00 Europe/Madrid is not after the launch"),
        (["launch=2028-02-01 10:00 Europe/Madrid"], "is not after the launch"),
        (["tv.page=/nowhere"], "tv.page: '/nowhere' is none of this campaign's pages"),
    ],
)
def test_what_no_manifest_may_say_cannot_be_tried(changes: list[str], wrong: str) -> None:
    with pytest.raises(LaunchGuardError) as caught:
        apply_what_if(CAMPAIGN, changes)
    assert wrong in caught.value.message
    assert caught.value.exit_code == 2


def test_what_belongs_together_may_change_at_once() -> None:
    both = ["launch=2028-02-01 10:00 Europe/Madrid", "ends=2028-02-02 10:00 Europe/Madrid"]
    assert apply_what_if(CAMPAIGN, both).launch.year == 2028


def test_a_page_by_its_path_and_a_file_beside_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("0,5\n60,5\n")
    (tmp_path / "b.csv").write_text("0,70\n60,5\n")
    curve = Curve.model_validate({"file": "a.csv"}, context={"folder": tmp_path})
    campaign = a_campaign(channels=[curve])
    path = urlsplit(campaign.pages[0].url).path
    (changed,) = apply_what_if(campaign, ["curve.file=b.csv", f"curve.page={path}"], tmp_path).channels
    assert (changed.reach, changed.page) == (75, campaign.pages[0].url)
