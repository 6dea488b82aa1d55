"""A past campaign from a file: what is read, and what is refused with the row that is wrong."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from launchguard.channels.kinds.curve import Curve
from launchguard.model.channel import Firing


def read(folder: Path, name: str, text: str | bytes, **keys: str) -> Curve:
    path = folder / name
    path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text, encoding="utf-8")
    return Curve.model_validate({"kind": "curve", "file": name, **keys}, context={"folder": str(folder)})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "0,60\n60,120\n120,20\n"),
        ("a.csv", "0,60\n60,120.000\n120,20.0\n"),
        ("a.csv", "\ufefftime,visits\n0,60\n60,120\n\n120,20\n"),
        ("a.csv", "2026-03-01T09:00:00+01:00,60\n2026-03-01T08:01:00Z,120\n2026-03-01T09:02:00+01:00,20\n"),
        ("a.csv", "time,visits\n2026-03-01 09:00,60\n2026-03-01 09:01,120\n2026-03-01 09:02,20\n"),
        ("a.csv", "2026-10-25T02:59+02:00,60\n2026-10-25T02:00+01:00,120\n2026-10-25T02:01+01:00,20\n"),
        ("a.json", "[[0, 60], [60, 120], [120, 20]]"),
        ("a.json", '[{"time": 100, "visits": 60}, {"time": 160, "visits": 120}, {"time": 220, "visits": 20}]'),
    ],
)
def test_it_reads(tmp_path: Path, name: str, text: str) -> None:
    curve = read(tmp_path, name, text)
    assert curve.file.starts_s == (0, 60, 120)
    assert curve.file.visits == (60, 120, 20)
    assert curve.file.end_s == 180
    assert curve.reach == 200
    (stream,) = curve.streams(Firing(0.0, 0.0))
    assert list(stream.cdf(np.array([-5.0, 0.0, 30.0, 60.0, 120.0, 180.0, 999.0])) * 200) == pytest.approx(
        [0, 0, 30, 60, 180, 200, 200]
    )


def test_another_size(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "0,60\n60,40\n", scale="1.5").reach == 150
    bigger = read(tmp_path, "a.csv", "0,60\n60,40\n", visits="1000")
    assert bigger.reach == 1000
    assert bigger.words() == "a.csv: 100 visits in 2 min, taken as 1,000"
    assert bigger.spread == 0.3


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.csv", "", "has 0 rows of data"),
        ("a.csv", "time,visits\n0,5\n", "has 1 rows of data; a curve needs at least 2"),
        ("a.csv", "0,5\n60,5\n30,5\n", "row 3: '30' does not come after the row before"),
        ("a.csv", "0,5\n60,5\n60,5\n", "row 3: '60' does not come after"),
        ("a.csv", "0,5\n60,5\n120,5\n300,5\n", "row 4: 180 s after the row before, where the usual step is 60 s"),
        ("a.csv", "0,5\n60,nan\n", "row 2: 'nan' is no number of visits"),
        ("a.csv", "0,1.500\n60,12.345\n", "row 1: '1.500' could mean 1.5 or 1500; write 1.5 or 1_500"),
        ("a.csv", "0,1_2_3\n60,5\n", "row 1: '1_2_3' could mean 123 or"),
        ("a.csv", "0,5\n60,-1\n", "row 2: '-1' is no number of visits"),
        ("a.csv", "0,5\n60,inf\n", "row 2: 'inf' is no number of visits"),
        ("a.csv", "0,5\nnan,5\n", "a time that is no number"),
        ("a.csv", "0,5\nnoon,5\n", "row 2: 'noon' is neither seconds nor a time"),
        ("a.csv", "0,5\n2026-03-01,5\n", "mixes seconds and timestamps"),
        ("a.csv", "0,5,7\n60,5\n", "row 1 has 3 columns"),
        ("a.csv", "0,0\n60,0\n", "holds no visits"),
        ("a.csv", "0,5%\n60,5\n120,5\n", "row 1: '5%' is no number of visits"),
        ("a.csv", "2026-03-01T09:00Z,\n2026-03-01T09:01Z,5\n2026-03-01T09:02Z,5\n", "row 1: '' is no number"),
        ("a.csv", "0,1e308\n60,1e308\n", "more than all people"),
        ("a.csv", "0,5\n1e10,5\n", "spans more than ten years"),
        ("a.csv", "1767225600000,5\n1767225660000,5\n", "seems to count milliseconds"),
        ("a.csv", "20260301,5\n20260302,5\n", "has days like 20260301 in its first column; write them like 2026-03-01"),
        ("a.csv", "2026-03-01T09:00Z,5\n2026-03-01T09:01,5\n", "mixes timestamps with a zone and timestamps without"),
        ("a.csv", "2026-03-29 01:30,5\n2026-03-29 03:00,5\n2026-03-29 03:30,5\n2026-03-29 04:00,5\n", "clocks change"),
        ("a.csv", "2026-10-25 02:00,5\n2026-10-25 02:30,5\n2026-10-25 02:00,5\n", "where the clocks change, write the"),
        ("a.csv", '0,"5\n', "it is not CSV"),
        ("a.csv", b"\xff\xfe0,5", "is not UTF-8 text"),
        ("a.json", "{}", "it is not a list"),
        ("a.json", "[[0, 1], [2]]", "entry 2 is neither"),
        ("a.json", "[", "it is not JSON"),
        ("a.json", "[" * 100_000, "it is not JSON"),
    ],
)
def test_it_refuses(tmp_path: Path, name: str, text: str | bytes, complaint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read(tmp_path, name, text)
    assert complaint in str(caught.value)
    assert caught.value.errors()[0]["loc"] == ("file",)


@pytest.mark.parametrize("name", ["missing.csv", "../outside.csv", "/etc/hostname", "sub"])
def test_only_a_file_beside_the_manifest(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "campaigns"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("0,1\n60,1\n")
    with pytest.raises(ValidationError, match="manifest's folder"):
        Curve.model_validate({"kind": "curve", "file": name}, context={"folder": folder})
