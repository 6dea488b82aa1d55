"""`launchguard forecast`: what it prints, in every format, and how it answers what is wrong."""

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from launchguard.cli.forecast import command

MANIFEST = """\
launchguard: 1
name: Spring sale
launch: 2027-03-01 09:00 Europe/Madrid
ends: 2027-03-04 23:59 Europe/Madrid
pages:
  - url: https://shop.example.com/spring
channels:
  - email: {name: teaser, recipients: 500_000, click_rate: 2%, send_over: 10m}
  - push: {devices: 1_000_000, platform: ios, at: +4m, send_over: 1m}
  - tv: {responders: 3_000, spot: 30s, at: +5m}
  - rate: 3/s
"""


def forecast(folder: Path, *arguments: str, manifest: str = MANIFEST) -> Result:
    path = folder / "spring.yml"
    path.write_text(manifest, encoding="utf-8")
    return CliRunner().invoke(command, [str(path), *arguments], env={"COLUMNS": "80"})


def test_the_text_says_how_many_when_and_why(tmp_path: Path) -> None:
    result = forecast(tmp_path)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "Spring sale: peak of 71 visits/s on Monday 2027-03-01 09:05:42 Europe/Madrid"
    assert max(len(line) for line in lines) <= 80
    assert "\x1b" not in result.output
    chart = [line for line in lines if "█" in line]
    assert len(chart) == 10
    text = " ".join(result.output.split())
    assert (
        "teaser: 500,000 mails x 2 % = 10,000 visits; sent over 10 min: 2.21/s at 09:10; mail scanners add 4.17/s"
        in text
    )
    assert "push: 1,000,000 devices (ios) x 1.77 % = 17,700 visits; sent over 1 min: 27.8/s at 09:05" in text
    assert "growth within the five minutes before: x9.36; ask for load balancers" in text
    assert "for comparison, never judged: 5x 355/s, 15x 1,064/s" in text
    assert "push: open rate: 1.77 % (benchmark: Leanplum 2015-2016" in text


def test_a_terminal_without_block_characters_gets_ascii(tmp_path: Path) -> None:
    path = tmp_path / "spring.yml"
    path.write_text(MANIFEST, encoding="utf-8")
    result = CliRunner(charset="ascii").invoke(command, [str(path)], env={"COLUMNS": "60"})
    assert result.exit_code == 0
    assert "?" not in result.output
    assert "###" in result.output


def test_what_the_site_bears_follows_the_options(tmp_path: Path) -> None:
    options = ("--uncached", "4", "--cacheable", "0", "--page-size", "2311kB", "--hit-ratio", "50%")
    text = " ".join(forecast(tmp_path, *options, "--response-time", "350ms", "--session", "92s").output.split())
    assert "284/s requests, 284/s of them at the origin (the worst second in a thousand: 436)" in text
    assert "1,312 Mbit/s to the visitors, 656 Mbit/s of them from the origin" in text
    assert "5,612 visitors at once, 99 requests in flight" in text


def test_before_and_after_side_by_side(tmp_path: Path) -> None:
    result = forecast(tmp_path, "--what-if", "tv.at=+22m30s", "--what-if", "teaser.send_over=60m")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Spring sale: the peak goes from 71 to ")
    rows = [line.split() for line in result.output.splitlines()]
    assert ["teaser", "6.37/s", "at", "Mon", "09:10", "1.63/s", "at", "Mon", "10:00"] in rows
    assert ["tv", "36.3/s", "at", "Mon", "09:05", "36.3/s", "at", "Mon", "09:23"] in rows


def test_json(tmp_path: Path) -> None:
    document = json.loads(forecast(tmp_path, "--format", "json").output)
    assert document["schema"] == "launchguard/forecast/v1"
    assert document["peak_per_s"] == pytest.approx(70.96, abs=0.05)
    assert document["peak_at"] == "2027-03-01T09:05:42+01:00"
    assert [channel["name"] for channel in document["channels"]] == ["teaser", "push", "tv", "rate"]
    assert document["stress_per_s"] == {"5x": pytest.approx(355, abs=1), "15x": pytest.approx(1064, abs=1)}
    both = json.loads(forecast(tmp_path, "--format", "json", "--what-if", "tv.at=+30m").output)
    assert both["after"]["peak_per_s"] < both["before"]["peak_per_s"] == document["peak_per_s"]


def test_csv_has_a_row_for_each_second(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(forecast(tmp_path, "--format", "csv").output)))
    peak = max(rows, key=lambda row: float(row["all"]))
    assert peak["time"] == "2027-03-01T09:05:42+01:00"
    assert peak["offset_s"] == "342"
    assert sum(float(peak[name]) for name in ("teaser", "push", "tv", "rate")) == pytest.approx(
        float(peak["all"]), rel=1e-4
    )


def test_svg_is_one_file_without_scripts(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("Spring sale", "'Spring <script>&sale'")
    target = tmp_path / "curve.svg"
    arguments = ("--format", "svg", "--output", str(target), "--what-if", "tv.at=+20m")
    assert forecast(tmp_path, *arguments, manifest=manifest).exit_code == 0
    text = target.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert "script" not in tags
    assert tags.count("polyline") == 2
    assert "Spring <script>&sale" in str(root.find("{http://www.w3.org/2000/svg}title").text)  # type: ignore[union-attr]
    assert "href" not in text
    assert "url(" not in text


def test_a_name_is_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    result = forecast(tmp_path, "--format", "csv", manifest=MANIFEST.replace("name: teaser", 'name: "=1+1"'))
    assert result.output.splitlines()[0] == "time,offset_s,all,'=1+1,push,tv,rate"


def test_nothing_to_forecast(tmp_path: Path) -> None:
    manifest = MANIFEST[: MANIFEST.index("channels:")]
    result = forecast(tmp_path, manifest=manifest)
    assert result.exit_code == 0
    assert result.output.startswith("Spring sale: no visits are forecast\n")
    for style in ("json", "csv", "svg"):
        assert forecast(tmp_path, "--format", style, manifest=manifest).exit_code == 0


LATE = "  - sms: {name: late}\n"
ALONE = MANIFEST[: MANIFEST.index("channels:")] + "baseline: 3/s\nchannels:\n" + LATE
"""Nobody said whom its only channel reaches; what the site has anyway is no peak of the campaign."""


def test_a_channel_of_unknown_reach_is_unknown_in_every_format_and_never_zero(tmp_path: Path) -> None:
    text = forecast(tmp_path, manifest=MANIFEST + LATE).output
    assert "visits, and an unknown number from late." in " ".join(text.split())
    assert re.search(r"^ *late +sms +unknown +unknown +unknown +unknown$", text, re.MULTILINE)
    assert "late: nobody said how many it reaches, so it is in no figure." in text
    rows = list(csv.reader(io.StringIO(forecast(tmp_path, "--format", "csv", manifest=MANIFEST + LATE).output)))
    column = rows[0].index("late")
    assert {row[column] for row in rows[1:]} == {"unknown"}
    assert "unknown" not in {row[2] for row in rows[1:]}
    title = forecast(tmp_path, "--format", "svg", manifest=MANIFEST + LATE).output
    assert "unknown, and in no figure: late</title>" in title
    document = json.loads(forecast(tmp_path, "--format", "json", manifest=MANIFEST + LATE).output)
    late = document["channels"][-1]
    assert [late[key] for key in ("visits", "peak_per_s", "peak_at", "share_of_peak")] == [None] * 4
    assert document["peak_per_s"] > 3
    compared = forecast(tmp_path, "--what-if", "late.recipients=5_000", manifest=MANIFEST + LATE).output
    assert re.search(r"^late +unknown +\d", compared, re.MULTILINE)


def test_a_campaign_of_unknown_reach_has_no_peak_in_any_format(tmp_path: Path) -> None:
    text = forecast(tmp_path, manifest=ALONE).output
    assert text.startswith("Spring sale: the peak is unknown, because nobody said how many people the campaign reaches")
    assert "At the peak" not in text
    document = json.loads(forecast(tmp_path, "--format", "json", manifest=ALONE).output)
    figures = [document, *document["pages"], *document["hosts"]]
    keys = ("visits", "peak_per_s", "peak_p95_per_s", "peak_at")
    assert [part[key] for part in figures for key in keys] == [None] * 12
    assert set(document["demand"].values()) == {None}
    rows = list(csv.reader(io.StringIO(forecast(tmp_path, "--format", "csv", manifest=ALONE).output)))
    assert {cell for row in rows[1:] for cell in row[2:]} == {"unknown"}
    picture = forecast(tmp_path, "--format", "svg", manifest=ALONE).output
    assert "peak unknown; unknown, and in no figure: late</title>" in picture
    assert "polyline" not in picture
    compared = forecast(tmp_path, "--what-if", "late.recipients=5_000", manifest=ALONE).output
    assert compared.startswith("Spring sale: the peak goes from unknown to ")


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("--what-if", "tve.at=+1m"), "did you mean tv?"),
        (("--what-if", "tv.at=later"), "--what-if 'tv.at=later'"),
        (("--page-size", "2"), "'2' is not a size; write it like 800kB or 2.3MB"),
        (("--hit-ratio", "200"), "200"),
        (("--egress", "300"), "'300' is not a line's speed; write it like 300Mbit/s or 1Gbit/s"),
        (("--egress", "NaNMbit/s"), "NaN"),
        (("--session", "nan"), "nan"),
        (("--format", "pdf"), "'pdf' is not one of"),
    ],
)
def test_wrong_options_are_answered(tmp_path: Path, arguments: tuple[str, ...], answer: str) -> None:
    result = forecast(tmp_path, *arguments)
    assert result.exit_code == 2
    assert answer in result.output
    assert "Traceback" not in result.output


def test_a_manifest_that_cannot_be_used(tmp_path: Path) -> None:
    result = forecast(tmp_path, manifest=MANIFEST.replace("500_000", "NaN"))
    assert result.exit_code == 2
    assert "spring.yml:8:" in result.output
    missing = CliRunner().invoke(command, [str(tmp_path / "none.yml")])
    assert missing.exit_code == 2


def test_a_past_campaign_beside_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "last.csv").write_text("time,visits\n0,600\n60,1200\n120,60\n")
    manifest = MANIFEST[: MANIFEST.index("  - email")] + "  - curve: {file: last.csv, scale: 2}\n"
    result = forecast(tmp_path, manifest=manifest)
    assert "peak of 40 visits/s" in result.output
    broken = forecast(tmp_path, manifest=manifest.replace("last.csv", "lost.csv"))
    assert broken.exit_code == 2
    assert "there is no file 'lost.csv'" in broken.output


def test_a_name_begins_no_line_of_its_own(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("name: Spring sale", 'name: "Spring\\nGO: sale"')
    manifest = manifest.replace("name: teaser", 'name: "mail\\nGate: pass"')
    for arguments in ((), ("--what-if", "tv.at=+30m")):
        result = forecast(tmp_path, *arguments, manifest=manifest)
        assert result.exit_code == 0, result.output
        assert not [line for line in result.output.splitlines() if line.lstrip().startswith(("Gate:", "GO:"))]
        assert "mail Gate: pass" in result.output


def test_the_page_weight_that_the_line_carries(tmp_path: Path) -> None:
    said = " ".join(forecast(tmp_path, "--egress", "300Mbit/s", "--page-size", "2MB").output.split())
    assert "Drop 1.48 MB of images and scripts: at 71/s, 300 Mbit/s carry 0.52 MB a visit, and it weighs 2 MB." in said
    for arguments in (("--egress", "10Gbit/s"), ("--egress", "300Mbit/s", "--hit-ratio", "100%"), ()):
        assert "Drop" not in forecast(tmp_path, *arguments).output
