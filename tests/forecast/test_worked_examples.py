"""The worked examples behind the forecast, each within 0.1 %."""

import math

import numpy as np
import pytest
from scipy.special import lambertw

from launchguard.channels import Channel
from launchguard.channels.kinds.email import CLICKS, Email
from launchguard.channels.kinds.push import OPENS, Push
from launchguard.channels.kinds.rate import Rate
from launchguard.channels.kinds.tv import Tv
from launchguard.forecast import forecast_campaign
from launchguard.forecast.advice.search import PeakGoal, Rest, minimum_window_s, shifted, smallest_shift_s, without
from launchguard.forecast.advice.sending import batched_peak_per_s, smooth_peak_per_s
from launchguard.forecast.arithmetic import SiteFigures, demand
from launchguard.forecast.layers import compute_layers
from launchguard.forecast.schedule import plan_schedule
from launchguard.model.campaign import Campaign
from launchguard.model.forecast import Forecast
from launchguard.testing import a_campaign

PER_MILLE = 1e-3


def email(send_over: str, **keys: object) -> Email:
    return Email.model_validate({"recipients": 500_000, "click_rate": "2%", "send_over": send_over, **keys})


PUSH = Push.model_validate({"devices": 1_000_000, "platform": "ios", "at": "+4m", "send_over": "1m"})
TV = Tv.model_validate({"responders": 3_000, "spot": "30s", "at": "+5m"})
BASE = Rate.model_validate({"rate": "3/s"})


def forecast(*channels: Channel) -> Forecast:
    return forecast_campaign(a_campaign(channels=channels))


def seconds_after_launch(result: Forecast) -> float:
    return (result.peak_at - result.launch).total_seconds()


@pytest.mark.parametrize(
    ("send_over", "people", "scanners", "total"),
    [("4m", 3.1766, 10.4167, 13.5932), ("10m", 2.2052, 4.1667, 6.3718), ("60m", 0.9339, 0.6944, 1.6284)],
)
def test_a_mail(send_over: str, people: float, scanners: float, total: float) -> None:
    without_scanners = forecast(email(send_over, scanners="0%"))
    assert without_scanners.peak_per_s == pytest.approx(people, rel=PER_MILLE)
    both = forecast(email(send_over))
    assert both.peak_per_s == pytest.approx(total, rel=PER_MILLE)
    assert both.peak_per_s - without_scanners.peak_per_s == pytest.approx(scanners, rel=PER_MILLE)
    assert seconds_after_launch(both) == email(send_over).send_over


@pytest.mark.parametrize(
    ("allowed", "clicks_only", "with_scanners"),
    [(1, 3178.6, 6889.8), (2, 755.1, 2731.2), (5, 69.4, 815.5)],
)
def test_a_shortest_send_window(allowed: float, clicks_only: float, with_scanners: float) -> None:
    for scanners, exact in (("0%", clicks_only), ("0.5%", with_scanners)):
        campaign = a_campaign(channels=[email("1s", scanners=scanners)])
        window = minimum_window_s(rest_of(campaign, 0, allowed))
        assert window is not None
        assert exact * 0.999 <= window <= exact * 1.02  # rounded up to what a person would enter


def rest_of(campaign: Campaign, index: int, allowed: float) -> Rest:
    schedule = plan_schedule(campaign)
    layers = compute_layers(campaign, schedule)
    return without(campaign, schedule, layers, lambda _: 1.0, index, PeakGoal(allowed))


def test_a_monte_carlo() -> None:
    source = np.random.default_rng(20270301)
    counts = []
    for _ in range(400):
        sent = source.uniform(0, 600, 10_000)
        share = source.uniform(size=10_000)
        delay = CLICKS.median_s * (share / (1 - share)) ** (1 / CLICKS.shape)
        clicks = sent + delay
        counts.append(np.count_nonzero((clicks > 540) & (clicks <= 600)) / 60)
    curve = forecast(email("10m", scanners="0%")).curve
    inside = (curve.offsets_s > 540) & (curve.offsets_s <= 600)
    formula = float(curve.rates_per_s[inside].mean())
    assert formula == pytest.approx(2.140, rel=PER_MILLE)
    assert np.mean(counts) == pytest.approx(formula, abs=float(4 * np.std(counts) / math.sqrt(len(counts))))


def test_b_push() -> None:
    at_once = forecast(PUSH.model_copy(update={"send_over": 0.0}))
    assert at_once.visits == pytest.approx(17_700)
    assert at_once.peak_per_s == pytest.approx(29.21, rel=PER_MILLE)
    exact = forecast(PUSH.model_copy(update={"send_over": 1654.6}))
    assert exact.peak_per_s == pytest.approx(10.0, rel=PER_MILLE)
    window = minimum_window_s(rest_of(a_campaign(channels=[PUSH]), 0, 10.0))
    assert window == pytest.approx(1654.6, rel=0.01)


@pytest.mark.parametrize(
    ("a", "x"), [(0.1, 9.99955), (0.342334, 2.73075), (0.6, 1.12626), (0.9, 0.214556), (0.99, 0.0201345)]
)
def test_b_closed_form_with_lambert_w(a: float, x: float) -> None:
    closed = 1 / a + float(lambertw(-math.exp(-1 / a) / a).real)
    assert closed == pytest.approx(x, rel=1e-5)
    tau = OPENS["ios"].tau_s
    allowed = a * 1_000_000 * 0.0177 / tau
    window = PUSH.model_copy(update={"send_over": x * tau})
    assert forecast(window).peak_per_s == pytest.approx(allowed, rel=PER_MILLE)


def test_c_tv_spot() -> None:
    result = forecast(TV.model_copy(update={"at": BASE.at}))
    assert result.peak_per_s == pytest.approx(36.31, rel=PER_MILLE)
    assert seconds_after_launch(result) in (43, 44)
    curve = result.curve
    minute = np.convolve(curve.rates_per_s[curve.offsets_s >= 0][:400], np.ones(60) / 60, "valid")
    assert minute.max() == pytest.approx(31.56, rel=PER_MILLE)
    in_five_minutes = (curve.offsets_s > 0) & (curve.offsets_s <= 300)
    assert curve.rates_per_s[in_five_minutes].mean() == pytest.approx(10.0, rel=2 * PER_MILLE)


def test_d_overlap() -> None:
    result = forecast(email("10m"), PUSH, TV, BASE)
    assert result.peak_per_s == pytest.approx(70.99, rel=PER_MILLE)
    assert seconds_after_launch(result) == 342
    assert result.growth_5_min == pytest.approx(9.4, abs=0.05)
    parts = [channel.share_of_peak * result.peak_per_s for channel in result.channels]
    assert parts == pytest.approx([5.75, 25.95, 36.29, 3.0], rel=PER_MILLE)
    assert [channel.peak_per_s for channel in result.channels] == pytest.approx(
        [6.37, 27.81, 36.31, 3.0], rel=PER_MILLE
    )
    assert forecast(email("10m"), PUSH, BASE).peak_per_s == pytest.approx(36.44, rel=PER_MILLE)


def test_d_what_the_site_bears() -> None:
    asked = demand(forecast(email("10m"), PUSH, TV, BASE), SiteFigures(uncached=4, cacheable=0))
    assert asked.requests_per_s == pytest.approx(283.9, rel=PER_MILLE)
    assert asked.worst_second_requests == pytest.approx(436.6, rel=PER_MILLE)
    assert asked.bits_per_s == pytest.approx(1.312e9, rel=PER_MILLE)
    assert asked.sessions == pytest.approx(5614, rel=PER_MILLE)
    assert asked.in_flight == pytest.approx(99.4, rel=PER_MILLE)


def test_d_the_spot_has_to_move() -> None:
    campaign = a_campaign(channels=[email("10m"), PUSH, TV, BASE])
    rest = rest_of(campaign, 2, 45.0)
    assert smallest_shift_s(rest, later=True) == 1350 - 300
    moved = forecast(email("10m"), PUSH, shifted(rest.placed, 1050), BASE)
    assert moved.peak_per_s == pytest.approx(44.83, rel=PER_MILLE)


def test_hourly_batches_peak_higher_than_a_smooth_send() -> None:
    clicks = email("10m", scanners="0%")
    assert smooth_peak_per_s(clicks, 7200) == pytest.approx(0.62, abs=0.01)
    assert batched_peak_per_s(clicks, 50) == pytest.approx(1.79, abs=0.01)
