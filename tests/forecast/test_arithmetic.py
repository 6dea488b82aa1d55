"""What the peak asks of the site's parts."""

import numpy as np
import pytest

from launchguard.channels.kinds.rate import Rate
from launchguard.forecast import forecast_campaign
from launchguard.forecast.arithmetic import SiteFigures, concurrent_sessions, demand
from launchguard.model.forecast import RateCurve
from launchguard.testing import a_campaign

STEADY = forecast_campaign(a_campaign(channels=[Rate.model_validate({"rate": "10/s"})]))


def test_a_cache_takes_its_share() -> None:
    site = SiteFigures(
        uncached=2, cacheable=50, hit_ratio=0.9, bytes_per_visit=1e6, response_s=0.2, query_s=0.05, session_s=60
    )
    asked = demand(STEADY, site)
    assert asked.requests_per_s == pytest.approx(520)
    assert asked.origin_requests_per_s == pytest.approx(70)
    assert asked.bits_per_s == pytest.approx(80e6)
    assert asked.origin_bits_per_s == pytest.approx(8e6)
    assert asked.in_flight == pytest.approx(14)
    assert asked.database_connections == pytest.approx(1)
    assert asked.sessions == pytest.approx(600)  # Little's law holds where the rate is steady
    assert asked.worst_second_requests > asked.origin_requests_per_s


def test_sessions_of_a_burst_are_not_rate_times_length() -> None:
    curve = RateCurve(np.array([0.0, 1, 2, 3, 4, 200]), np.array([0.0, 0, 100, 0, 0, 0]))
    assert concurrent_sessions(curve, 92) == pytest.approx(100)


def test_every_default_is_an_assumption_until_it_is_given() -> None:
    assert len(list(SiteFigures().assumptions())) == 7
    given = SiteFigures(uncached=4, cacheable=0, hit_ratio=0.5, bytes_per_visit=1, response_s=1, query_s=1, session_s=1)
    assert list(given.assumptions()) == []
    assert [one.override for one in SiteFigures(hit_ratio=0.5, session_s=10, query_s=1).assumptions()] == [
        "--uncached",
        "--cacheable",
        "--page-size",
        "--response-time",
    ]
