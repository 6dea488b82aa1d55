"""What holds for every forecast, and what becomes of odd campaigns."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchguard.channels import Channel
from launchguard.channels.kinds.curve import Curve
from launchguard.channels.kinds.email import Email
from launchguard.channels.kinds.flash import Flash
from launchguard.channels.kinds.push import Push
from launchguard.channels.kinds.rate import Rate
from launchguard.channels.kinds.search import Search
from launchguard.channels.kinds.social import Social
from launchguard.channels.kinds.tv import Tv
from launchguard.errors import ManifestError
from launchguard.forecast import forecast_campaign
from launchguard.model.forecast import Forecast
from launchguard.model.units import Trigger
from launchguard.testing import a_campaign


def forecast(*channels: Channel, **keys: object) -> Forecast:
    """Channels replaced afterwards, as a what-if does it: a manifest would refuse one after the end."""
    return forecast_campaign(a_campaign(channels=(), **keys).model_copy(update={"channels": channels}))


def area(result: Forecast) -> float:
    return float(np.trapezoid(result.curve.rates_per_s, result.curve.offsets_s))


def after(channel: Channel, seconds: float) -> Channel:
    return channel.model_copy(update={"at": Trigger(offset_s=seconds)})


PUSH = Push.model_validate({"devices": 100_000, "platform": "ios", "send_over": "10m"})
TV = Tv.model_validate({"responders": 3_000})
FLASH = Flash.model_validate({"waiters": 1_000})


@pytest.mark.parametrize("channel", [PUSH, TV, FLASH, Rate.model_validate({"rate": "4/s"})])
def test_the_area_under_the_curve_is_the_expected_visits(channel: Channel) -> None:
    result = forecast(channel)
    assert area(result) == pytest.approx(result.visits, rel=1e-3)


def test_a_long_tail_arrives_as_far_as_the_curve_reaches() -> None:
    mail = Email.model_validate({"recipients": 100_000, "click_rate": "2%", "send_over": "10m"})
    result = forecast(mail)
    (people, robots) = mail.streams(None)  # type: ignore[arg-type]
    until = float(result.curve.offsets_s[-1])
    arrived = people.visits * float(people.cdf(np.array([until - 300]))[0]) + robots.visits
    assert area(result) == pytest.approx(arrived, rel=2e-3)


@settings(max_examples=30)
@given(st.floats(0, 20_000), st.floats(1.0, 4.0))
def test_a_longer_window_never_raises_the_peak_of_a_decreasing_density(window: float, times: float) -> None:
    def peak(send_over: float) -> float:
        return forecast(PUSH.model_copy(update={"send_over": send_over})).peak_per_s

    assert peak(window * times) <= peak(window) * (1 + 1e-6)


@settings(max_examples=20)
@given(st.integers(-7200, 86400))
def test_shifting_every_trigger_shifts_the_curve(seconds: int) -> None:
    here = forecast(PUSH, after(TV, 60))
    there = forecast(after(PUSH, seconds), after(TV, seconds + 60))
    assert there.peak_per_s == pytest.approx(here.peak_per_s, rel=1e-9)
    assert (there.peak_at - here.peak_at).total_seconds() == seconds
    t = np.arange(-100.0, 3000.0)
    shifted = np.interp(t + seconds, there.curve.offsets_s, there.curve.rates_per_s)
    np.testing.assert_allclose(shifted, np.interp(t, here.curve.offsets_s, here.curve.rates_per_s), atol=1e-6)


def test_the_same_campaign_gives_the_same_forecast() -> None:
    one, other = forecast(PUSH, TV), forecast(PUSH, TV)
    assert np.array_equal(one.curve.rates_per_s, other.curve.rates_per_s)
    assert one.peak_at == other.peak_at


def test_p95_takes_every_channel_at_its_own_quantile() -> None:
    steady = Rate.model_validate({"rate": "10/s"})
    assert forecast(steady).peak_p95_per_s == pytest.approx(10)
    assert forecast(PUSH).peak_p95_per_s == pytest.approx(
        forecast(PUSH).peak_per_s * math.exp(1.644854 * 0.5), rel=1e-6
    )
    both = forecast(PUSH, steady)
    assert both.peak_p95_per_s == pytest.approx(forecast(PUSH).peak_p95_per_s + 10, rel=1e-6)
    assert forecast(PUSH).needed_per_s(1.33) == forecast(PUSH).peak_p95_per_s
    assert forecast(steady).needed_per_s(1.33) == pytest.approx(13.3)


def test_pages_and_hosts_share_the_visits() -> None:
    pages = [
        {"url": "https://shop.example.com/a", "share": "60%"},
        {"url": "https://shop.example.com/b"},
        {"url": "https://www.example.com:8443/c", "share": "10%"},
    ]
    tv = TV.model_copy(update={"page": "https://shop.example.com/b"})
    result = forecast(PUSH, tv, pages=pages, baseline="1/s")
    peaks = [page.peak_per_s for page in result.pages]
    assert peaks[1] == max(peaks)
    assert sum(page.visits for page in result.pages) == pytest.approx(result.visits)
    assert [host.host for host in result.hosts] == ["shop.example.com", "www.example.com:8443"]
    only_push = forecast(PUSH, pages=pages)
    assert [round(page.peak_per_s / only_push.peak_per_s, 6) for page in only_push.pages] == [0.6, 0.3, 0.1]
    assert only_push.hosts[0].peak_per_s == pytest.approx(0.9 * only_push.peak_per_s)


def test_a_channel_to_a_page_that_is_not_there() -> None:
    with pytest.raises(ManifestError, match=r"did you mean https://shop\.example\.com/spring"):
        pages = [{"url": "https://shop.example.com/spring"}]
        forecast(TV.model_copy(update={"page": "https://shop.example.com/sprin"}), pages=pages)


def test_the_baseline_follows_the_day_of_the_campaigns_zone() -> None:
    result = forecast(baseline="10/s", launch="2027-03-01 00:00 Asia/Tokyo", ends="2027-03-02 00:00 Asia/Tokyo")
    assert result.peak_per_s == pytest.approx(16, rel=1e-4)
    assert f"{result.peak_at:%H:%M}" == "20:00"
    assert result.curve.rates_per_s.min() == pytest.approx(4, rel=1e-3)
    assert area(result) == pytest.approx(10 * (result.curve.offsets_s[-1] - result.curve.offsets_s[0]), rel=0.05)


@pytest.mark.parametrize(
    ("launch", "ends", "hours"),
    [
        ("2027-03-27 00:00 Europe/Madrid", "2027-03-29 00:00 Europe/Madrid", (20, 43)),  # forward in the second night
        ("2027-10-30 00:00 Europe/Madrid", "2027-11-01 00:00 Europe/Madrid", (20, 45)),  # back
        ("2027-03-27 00:00 UTC", "2027-03-29 00:00 UTC", (20, 44)),
    ],
)
def test_the_baseline_follows_a_change_of_the_clocks(launch: str, ends: str, hours: tuple[int, int]) -> None:
    curve = forecast(baseline="10/s", launch=launch, ends=ends).curve
    first, second = hours
    for middle in (first, second):
        near = np.abs(curve.offsets_s - middle * 3600) < 6 * 3600
        top = curve.offsets_s[near][curve.rates_per_s[near].argmax()]
        assert top == pytest.approx(middle * 3600, abs=120)


@pytest.mark.parametrize(
    "channel",
    [
        Email.model_validate({"recipients": 0}),
        Email.model_validate({"recipients": 5000, "click_rate": "0%", "scanners": "0%"}),
        Social.model_validate({"visits": 0}),
        Rate.model_validate({"rate": "0/s"}),
        Rate.model_validate({"rate": "5/s", "duration": "0s"}),
        Search.model_validate({"clicks_per_day": 900, "at": "2027-03-09 09:00"}),
    ],
)
def test_nothing_comes_of_nothing(channel: Channel) -> None:
    result = forecast(channel)
    assert result.peak_per_s == 0
    assert result.visits == 0
    assert result.growth_5_min == 1
    assert f"{channel.label}: it brings no visits." in result.notes


def test_an_unknown_reach_is_named_and_counts_nothing() -> None:
    result = forecast(Email(), TV)
    assert result.unknown_reach == ("email",)
    assert result.peak_per_s == forecast(TV).peak_per_s
    assert result.notes == ("email: nobody said how many it reaches, so it is in no figure.",)


def test_channels_outside_of_the_campaign_count_and_are_named() -> None:
    late = forecast(TV.model_copy(update={"at": Trigger(offset_s=30 * 86400)}))
    assert late.peak_per_s == pytest.approx(forecast(TV).peak_per_s, rel=1e-6)
    assert "after the campaign's end" in late.notes[0]
    early = forecast(TV.model_copy(update={"at": Trigger(offset_s=-3600)}))
    assert early.peak_per_s == pytest.approx(forecast(TV).peak_per_s, rel=1e-6)
    assert early.notes == ("tv: it starts 1 h before the launch.",)


def test_without_an_end_the_forecast_says_what_it_took() -> None:
    result = forecast(Rate.model_validate({"rate": "1/s"}), ends=None)
    assert result.visits == 3 * 86400
    assert "the campaign's end" in [assumption.what for assumption in result.assumptions]


def test_no_channels_and_no_baseline() -> None:
    result = forecast()
    assert (result.peak_per_s, result.peak_p95_per_s, result.visits) == (0, 0, 0)
    assert result.peak_at == result.launch


def test_a_window_of_zero_counts_what_comes_in_a_second() -> None:
    mail = Email.model_validate({"recipients": 500_000, "click_rate": "2%", "send_over": "0s"})
    result = forecast(mail)
    in_a_second = 10_000 / (1 + (1 / 9936) ** -0.67) + 2500
    assert result.peak_per_s == pytest.approx(in_a_second, rel=1e-6)


def test_waiting_people_come_before_the_start() -> None:
    result = forecast(FLASH)
    assert result.peak_per_s == pytest.approx(50 + 0.5 * 1000 / 600, rel=0.01)
    before = (result.curve.offsets_s > -290) & (result.curve.offsets_s < 0)
    assert result.curve.rates_per_s[before] == pytest.approx(1000 / 30, rel=1e-6)


def test_a_recorded_burst_far_from_its_trigger_is_not_missed(tmp_path: Path) -> None:
    rows = [(second, 900 if second == 40_000 else 1) for second in range(0, 50_000, 10)]
    (tmp_path / "last.csv").write_text("".join(f"{second},{visits}\n" for second, visits in rows))
    curve = Curve.model_validate({"file": "last.csv"}, context={"folder": tmp_path})
    result = forecast(curve)
    assert result.peak_per_s == pytest.approx(90, rel=1e-6)
    assert (result.peak_at - result.launch).total_seconds() == pytest.approx(40_001, abs=10)


def test_a_local_trigger_across_a_change_of_the_clocks() -> None:
    spot = Tv.model_validate({"responders": 3000, "at": "2027-03-28 09:00"})
    result = forecast(spot, launch="2027-03-27 09:00 Europe/Madrid", ends="2027-03-30 09:00 Europe/Madrid")
    assert f"{result.peak_at:%d %H:%M}" == "28 09:00"
    assert float(result.curve.offsets_s[result.curve.rates_per_s.argmax()]) == pytest.approx(23 * 3600, abs=60)


def test_hundreds_of_channels_and_pages_stay_bounded_and_say_so() -> None:
    pages = [{"url": f"https://shop.example.com/{number}"} for number in range(120)]
    spots = [
        TV.model_copy(update={"name": str(number), "at": Trigger(offset_s=86400.0 * number), "page": page["url"]})
        for number, page in enumerate(pages)
    ]
    result = forecast(*spots, pages=pages, ends="2028-03-01 09:00 Europe/Madrid")
    assert len(result.curve.offsets_s) * 240 < 30_000_000
    assert result.notes[0].startswith("So many channels are computed in steps of 21 s")
    assert result.peak_per_s == pytest.approx(forecast(TV).peak_per_s, rel=0.02)
