"""Every key of both schemas is judged, sent or shown, or it is told as not judged; no new one can be forgotten."""

import inspect
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from launchguard import Channel
from launchguard.channels import built_in_kinds
from launchguard.checking.files import built_in_checks
from launchguard.cli import main
from launchguard.manifest import load_config, load_manifest
from launchguard.manifest.keys import config_keys, every_key, manifest_keys, unjudged_keys

EXAMPLES = Path(__file__).parents[2] / "examples"
PLAN = """\
name: Spring
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 09:00 Europe/Madrid
pages: [{url: https://shop.nordlicht.example/spring?utm_source=x, contains: [Spring]}]
channels: [{sms: {recipients: 50_000}}]
"""


def test_every_key_is_judged_sent_or_shown_or_is_told() -> None:
    """The examples hold every key; what nobody reads of them is told, and of the others nothing is."""
    config = load_config(EXAMPLES / ".launchguard.yml")
    manifest = load_manifest(EXAMPLES / "campaigns" / "every-key.yml", checks=built_in_checks(), config=config)
    told = {key.replace(".email.", ".KIND.") for key in manifest.not_judged}
    keys = (*manifest_keys(), *config_keys())
    assert told == set(unjudged_keys(keys))
    for key in every_key(keys):
        highest = any(key.path == one or key.path.startswith((f"{one}.", f"{one}[")) for one in told)
        assert bool(key.readers) is not highest, key.path


def test_a_key_that_is_not_set_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(PLAN)
    assert load_manifest(path, config=load_config(_config(tmp_path, "{}"))).not_judged == ()


def test_a_key_of_a_template_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "shop.yml").write_text("vendors: [Mailwerk]\n")
    (tmp_path / ".git").mkdir()
    path = tmp_path / "a.yml"
    path.write_text("extends: shop.yml\n" + PLAN)
    assert load_manifest(path).not_judged == ("vendors",)


@pytest.mark.parametrize("style", ["text", "markdown", "junit", "sarif", "json"])
def test_check_never_says_that_there_is_no_problem_beside_them(tmp_path: Path, style: str) -> None:
    path = tmp_path / "a.yml"
    path.write_text(PLAN)
    config = _config(tmp_path, "required_approvals: [legal]\nfreeze_windows: []\n")
    arguments = ["check", str(path), "--format", style, "--config"]
    result = CliRunner().invoke(main, [*arguments, str(_config(tmp_path, "approvers: [a]", "other.yml"))])
    if style in ("text", "json"):
        assert "the plan has no known problem" in " ".join(result.output.split())
    path.write_text(PLAN + "deliverables: [{what: hero image}]\norganic: no\n")
    result = CliRunner().invoke(main, [*arguments, str(config)])
    assert result.exit_code == 0, result.output
    assert "no known problem" not in " ".join(result.output.split())
    for key in ("deliverables", "organic", "freeze", "required", "approvals"):
        assert key in result.output
    if style == "json":
        told = json.loads(result.output)["not_judged_keys"]
        assert told == ["organic", "deliverables", "freeze_windows", "required_approvals"]


def _config(folder: Path, text: str, name: str = "lg.yml") -> Path:
    path = folder / name
    path.write_text(text + "\n")
    return path


@pytest.mark.parametrize("word", built_in_kinds())
def test_every_key_of_a_kind_of_channel_shapes_what_is_sent(word: str) -> None:
    """A kind's own keys are not in the reference's list: its own code reads each of them."""
    kind = built_in_kinds()[word]
    code = "".join(
        inspect.getsource(part) for part in kind.__mro__ if part is not Channel and issubclass(part, Channel)
    )
    own = set(kind.model_fields) - set(Channel.model_fields)
    assert own
    assert [name for name in own if f"self.{name}" not in code and name != kind.reach_key] == []


def test_only_what_differs_from_a_checks_own_options_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    options = "is-the-page: {scripted: yes}, http-status: {expect: 200}, page-weight: {severity: warn}"
    path.write_text(PLAN + f"checks: {{{options}}}\nlimits: {{errors: 2%}}\n")
    manifest = load_manifest(path, checks=built_in_checks())
    assert manifest.campaign.checks["http-status"] == {"expect": 200}
    assert manifest.options == {"is-the-page": {"scripted": True}, "page-weight": {"severity": "warn"}}
    text = " ".join(CliRunner().invoke(main, ["check", str(path)]).output.split())
    assert "p95 800 ms, errors 2 % (default 1 %)" in text
    assert "is-the-page: scripted yes (not asked in this run)" in text
    assert "http-status" not in text
