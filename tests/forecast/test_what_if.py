"""Changes by text: what they reach, and how a wrong one is answered."""

import pytest

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
