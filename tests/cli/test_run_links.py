"""What a channel's `utm` says reaches the page: with the visit that looks at it, and with its share of the load."""

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from tests.busy import repeated
from tests.load.recorder import Answered, recording_site

PAGE = '<!doctype html><html lang="en"><head><title>Spring sale</title></head><body><h1>Spring sale</h1></body></html>'
MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{{url: "{site}/spring?size=3&utm_content=top", contains: [Spring sale]}}]
channels:
  - rate: {{name: mail, rate: 20/s, utm: {{source: news letter, utm_medium: email, content: hero}}}}
  - rate: {{name: ads, rate: 10/s, click_id: gclid, utm: {{source: google}}}}
  - rate: {{name: radio, rate: 10/s}}
limits: {{p95: 20s, errors: 20%}}
load: {{ramp: 0s, warm_up: 500ms, hold: 4s, drain: 2s, timeout: 20s}}
checks: {{campaign-link: {{local: yes}}}}
"""
MAIL = "size=3&utm_content=hero&utm_source=news%20letter&utm_medium=email"


def run(folder: Path, site: str, *options: str) -> Result:
    path = folder / "spring.yml"
    path.write_text(MANIFEST.format(site=site), encoding="utf-8")
    return CliRunner().invoke(main, ["run", str(path), "--seed", "1", *options])


def test_the_page_is_visited_by_the_first_channel_s_link(tmp_path: Path) -> None:
    with recording_site({"/spring": Answered(PAGE)}) as site:
        result = run(tmp_path, site.url, "--smoke-only")
        queries = [seen.query for seen in site.of("/spring")]
    assert result.exit_code == 0, result.output
    assert queries.count(MAIL) >= 2  # plain, and as a phone
    assert not [query for query in queries if "utm_content=top" in query]


@pytest.mark.load
def test_the_load_splits_by_the_channels_shares(tmp_path: Path) -> None:
    with recording_site({"/spring": Answered(PAGE)}) as site:
        result = repeated(lambda: run(tmp_path, site.url, "--load-only"), lambda made: made.output)
        queries = [seen.query.partition("gclid=")[0] for seen in site.of("/spring")]
    assert result.exit_code == 0, result.output
    came = Counter(queries)
    ads, radio = "size=3&utm_content=top&utm_source=google&", "size=3&utm_content=top"
    assert came.keys() == {MAIL, ads, radio}
    assert came[MAIL] / len(queries) == pytest.approx(0.5, abs=0.05)
    assert came[ads] / len(queries) == pytest.approx(0.25, abs=0.05)
