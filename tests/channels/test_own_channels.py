"""A user's own kinds of channels: loaded from a folder like checks, and held to what a kind promises."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from launchguard import Channel, Stream
from launchguard.channels import built_in_kinds
from launchguard.channels.files import load_kind_file, load_kinds
from launchguard.cli import main
from launchguard.errors import ChannelFileError
from launchguard.testing import a_campaign, a_forecast, streams_of
from tests.channels.test_channels import EXAMPLES, build

RADIO = '''from __future__ import annotations  # annotations that are text have to work, too

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard import Assumed, Channel, Firing, Stream
from launchguard.channels.curves import Box
from launchguard.model.units import Count, Ratio, Seconds
from launchguard.words import percent


class Spoken(Channel):
    """What spots on the air have in common; it has no kind, so it is none."""

    listeners: Count | None = None
    reach_key: ClassVar[str] = "listeners"


class Radio(Spoken):
    """A radio spot: everybody who comes comes within ten minutes."""

    kind: Literal["radio"] = "radio"
    rate: Annotated[Ratio, Field(description="share of the listeners that visit")] = 0.01
    send_over: Seconds = 0.0
    assumed: ClassVar[dict[str, Assumed]] = {"rate": Assumed("visits per listener", percent, "our survey of 2026")}

    @property
    def response_rate(self) -> float:
        return self.rate

    def streams(self, firing: Firing, /) -> Iterator[Stream]:
        import numpy as np

        yield Stream(self.responses, Box(600.0), window_s=self.send_over, support_s=600.0)
'''

CLASS = 1 + RADIO[: RADIO.index("class Radio")].count("\n")

MANIFEST = """launchguard: 1
name: Spring
launch: 2027-03-01 09:00 UTC
ends: 2027-03-04 23:59 UTC
pages: [{url: https://shop.example.com/spring, contains: [Spring]}]
channels:
  - radio: {listeners: 600_000}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def launchguard(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository's root with a manifest, and a folder of channels that nothing names yet."""
    (tmp_path / ".git").mkdir()
    write(tmp_path, "channels/radio.py", RADIO)
    write(tmp_path, "channels/_helper.py", "raise RuntimeError('never imported')")
    write(tmp_path, "channels/test_radio.py", "raise RuntimeError('never imported')")
    write(tmp_path, "spring.yml", MANIFEST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def peak_of(result: Result) -> float:
    assert result.exit_code == 0, result.output
    return float(json.loads(result.stdout)["peak_per_s"])


def test_a_kind_from_a_folder_is_forecast(folder: Path) -> None:
    result = launchguard("forecast", "spring.yml", "--channels", "channels", "--format", "json")
    assert peak_of(result) == pytest.approx(600_000 * 0.01 / 600, rel=0.01)
    assert "our survey of 2026" in result.stdout
    tried = launchguard("forecast", "spring.yml", "--channels", "channels", "--what-if", "radio.send_over=20m")
    assert "5/s" in tried.output
    write(folder, ".launchguard.yml", "channels_from: [channels]\n")
    assert peak_of(launchguard("forecast", "spring.yml", "--format", "json")) == pytest.approx(10, rel=0.01)


def test_without_its_folder_the_kind_is_refused(folder: Path) -> None:
    for command in ("forecast", "check", "run"):
        result = launchguard(command, folder / "spring.yml")
        assert result.exit_code == 2
        assert "spring.yml:7:5: channels[0]: 'radio' is no kind of channel" in result.output


def test_every_command_knows_the_kind(folder: Path) -> None:
    write(folder, ".launchguard.yml", "channels_from: [channels]\n")
    assert launchguard("check", "spring.yml").exit_code in (0, 1)
    dry = launchguard("run", "spring.yml", "--dry-run")
    assert dry.exit_code == 0, dry.output
    smoke = launchguard("run", "spring.yml", "--smoke-only", "--only", "channel-plausible")
    assert "is no kind" not in smoke.output
    schema = json.loads(launchguard("schema").stdout)
    kinds = {word for entry in schema["properties"]["channels"]["items"]["oneOf"] for word in entry["properties"]}
    assert kinds == {*built_in_kinds(), "radio"}
    assert launchguard("explain", "radio").stdout.startswith("radio (channel): A radio spot")
    searched = launchguard("capacity", "spring.yml")  # nobody authorized that host
    assert (searched.exit_code, "is no kind" in searched.output) == (3, False)


def test_a_mistake_in_its_keys_is_shown_in_its_place(folder: Path) -> None:
    write(folder, "spring.yml", MANIFEST.replace("listeners: 600_000", "listners: 600_000, rate: 200"))
    result = launchguard("check", "spring.yml", "--channels", "channels")
    assert result.exit_code == 2
    assert "spring.yml:7:13: channels[0].radio.listners: is not known; did you mean `listeners`?" in result.output
    assert "channels[0].radio.rate: " in result.output


def test_a_change_of_the_campaign_that_unblocks_is_found_for_it(folder: Path) -> None:
    from launchguard.forecast.advice.unblock import advise
    from launchguard.manifest import load_manifest

    campaign = load_manifest(folder / "spring.yml", kinds=load_kinds([folder / "channels"])).campaign
    forecast = a_forecast(campaign)
    found = advise(campaign, forecast, forecast.peak_per_s / 2)
    assert any("radio: {send_over:" in one.change for one in found)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("x = 1\nthis is: not Python\n", 2, "SyntaxError"),
        ("x = 1\n\nraise ValueError('broken')\n", 3, "ValueError: broken"),
        ("from launchguard import Channel\n", 1, "no class in this file is a Channel with a `kind`"),
        (
            RADIO.replace('"radio"', '"email"'),
            CLASS,
            "email is already taken by a kind that LaunchGuard brings",
        ),
        (RADIO.replace('"radio"', '"Radio Spot"'), CLASS, "`kind` is no word"),
        (RADIO.replace('kind: Literal["radio"] = "radio"', "kind: str"), CLASS, "`kind` is no word"),
        (RADIO.replace("def streams", "def stream"), CLASS, "has no `streams`"),
        (
            RADIO.replace('{"rate": Assumed', '{"ratio": Assumed'),
            CLASS,
            "ratio is none of its keys; there is list",
        ),
        (RADIO.replace('str] = "listeners"', 'str] = "people"'), CLASS, "people is none of its keys"),
        (RADIO.replace('visit")] = 0.01', 'visit")]'), CLASS, "rate is `assumed` and has no default"),
        (RADIO.replace("send_over: Seconds", "send_over: Secnds"), 1, "Secnds"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(folder: Path, text: str, line: int, says: str) -> None:
    path = write(folder, "channels/radio.py", text)
    with pytest.raises(ChannelFileError) as refused:
        load_kinds([folder / "channels"])
    assert refused.value.message.startswith(f"{path}:{line}: ")
    assert says in refused.value.message
    result = launchguard("forecast", "spring.yml", "--channels", "channels")
    assert result.exit_code == 2
    assert says in result.output


def test_a_kind_is_defined_once(folder: Path) -> None:
    write(folder, "channels/more/radio.py", RADIO)
    with pytest.raises(ChannelFileError, match=rf"radio\.py:{CLASS}: the kind radio is already taken by .*radio\.py"):
        load_kinds([folder / "channels"])
    with pytest.raises(ChannelFileError, match="there is no such folder of channels"):
        load_kinds([folder / "chanels"])


def own(folder: Path, streams: str) -> Channel:
    """A radio spot whose `streams` yields something else."""
    text = RADIO.replace("yield Stream(self.responses, Box(600.0), window_s=self.send_over, support_s=600.0)", streams)
    (kind,) = load_kind_file(write(folder, "channels/radio.py", text), "radio").values()
    channel: Channel = kind.model_validate({"listeners": "600_000"})
    return channel


@pytest.mark.parametrize(
    ("streams", "says"),
    [
        ("yield 12", "`streams` yields int"),
        ("yield Stream(1 / 0, Box(600.0))", "radio: ZeroDivisionError"),
        ("yield Stream(float('nan'), Box(600.0))", "visits is nan"),
        ("yield Stream(-5, Box(600.0))", "visits is -5"),
        ("yield Stream(5, Box(600.0), window_s=float('inf'))", "window_s is inf"),
        ("yield Stream(5, Box(600.0), starts_s=float('-inf'))", "starts_s is -inf"),
        ("yield Stream(5, Box(600.0), support_s=-1)", "support_s is -1"),
        ("yield Stream(5, lambda t: 1.0)", "has to give one share for every second"),
        ("yield Stream(5, lambda t: np.ones(3))", "has to give one share for every second"),
        ("yield Stream(5, lambda t: t)", "has to give a new array"),
        ("yield Stream(5, lambda t: np.minimum(t, 1, out=t) + 0)", "has to give a new array"),
        ("yield Stream(5, lambda t: t * np.nan)", "no share between 0 and 1"),
        ("yield Stream(5, lambda t: np.maximum(t, 0) / 600)", "no share between 0 and 1"),
        ("yield Stream(5, lambda t: np.clip(t, -1, 0) + 1)", "before the trigger"),
        ("yield Stream(5, lambda t: np.where(t > 0, np.exp(-np.clip(t, 0, 99) / 60), 0))", "`cdf` falls after"),
        ("yield Stream(5, lambda t: np.clip(t / 1200, 0, 1), support_s=600)", "`cdf` is 0.5 at 600 s"),
        ("yield Stream(5, lambda t: t * 0)", "where everybody has to have arrived"),
    ],
)
def test_a_curve_that_breaks_its_promise_is_refused(tmp_path: Path, streams: str, says: str) -> None:
    with pytest.raises(ChannelFileError) as refused:
        streams_of(own(tmp_path, streams))
    assert says in refused.value.message
    assert "radio.py" in refused.value.message


def test_a_broken_curve_never_becomes_a_forecast(folder: Path) -> None:
    own(folder, "yield Stream(self.responses, lambda t: t * 0)")
    write(folder, ".launchguard.yml", "channels_from: [channels]\n")
    for arguments in (["forecast"], ["check"], ["run", "--dry-run"]):
        result = launchguard(*arguments, "spring.yml")
        assert result.exit_code == 2, result.output
        assert "where everybody has to have arrived" in result.output


@pytest.mark.parametrize("sigma", ["-1.0", "float('nan')", "float('inf')", "30.0"])
def test_a_spread_that_is_none_is_refused(folder: Path, sigma: str) -> None:
    """With a P95 below the median, less than what is expected would be tested."""
    write(folder, "channels/radio.py", RADIO.replace("reach_key:", f"sigma: ClassVar[float] = {sigma}\n    reach_key:"))
    result = launchguard("forecast", "spring.yml", "--channels", "channels")
    assert result.exit_code == 2, result.output
    assert "radio.py:1: radio: sigma is " in result.output


@pytest.mark.parametrize(
    "curve",
    [
        "lambda t: (t >= 0) * 1.0, support_s=0",
        "lambda t: np.where(t == 300, np.nan, np.clip(t / 600, 0, 1)), support_s=600",
        "lambda t: np.clip(t / 1200, 0, 0.5) + np.clip((t - 14410) / 20, 0, 0.5), support_s=20_000",
    ],
)
def test_visits_that_a_forecast_would_not_see_are_refused(folder: Path, curve: str) -> None:
    """Beside other traffic their peak would be missed, and less than it tested."""
    own(folder, f"yield Stream(self.responses, {curve})")
    write(folder, "spring.yml", MANIFEST + "  - rate: 1/s\n")
    result = launchguard("forecast", "spring.yml", "--channels", "channels")
    assert result.exit_code == 2, result.output
    assert "of 6,000 visits the forecast sees " in result.output


def test_a_late_jump_that_is_named_is_on_the_curve(folder: Path) -> None:
    curve = "lambda t: np.clip(t / 1200, 0, 0.5) + np.clip((t - 14410) / 20, 0, 0.5), support_s=20_000"
    own(folder, f"yield Stream(self.responses, {curve}, knots_s=(14_410.0, 14_420.0))")
    result = launchguard("forecast", "spring.yml", "--channels", "channels", "--format", "json")
    assert peak_of(result) == pytest.approx(300, rel=0.01)


@pytest.mark.parametrize(("kind", "keys"), EXAMPLES.items())
def test_the_kinds_that_come_along_keep_their_promises(
    kind: str, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built_in_kinds()[kind], "defined_in", f"{kind}.py")
    streams = streams_of(build(kind, **keys))
    assert a_forecast(a_campaign(channels=[build(kind, **keys)])).visits > 0
    assert streams
    assert all(isinstance(stream, Stream) and np.isfinite(stream.visits) for stream in streams)
