"""`launchguard schema` prints JSON Schemas that say what a manifest and a configuration may hold."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from launchguard.cli import main


def schema(*arguments: str) -> Any:
    result = CliRunner().invoke(main, ["schema", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def valid() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())


GOOD = {"name": "A", "launch": "2027-03-01 09:00 UTC", "pages": [{"url": "https://a.example/"}]}


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({}, True),
        ({"launchguard": 1}, True),
        ({"launchguard": "1"}, True),
        ({"launchguard": 2}, False),
        ({"channels": [{"email": {"recipients": 500_000}}]}, True),
        ({"channels": [{"email": {"recipients": "500_000", "click_rate": "2%"}}]}, True),
        ({"channels": [{"email": {"recipient": 5}}]}, False),
        ({"channels": [{"emial": {}}]}, False),
        ({"channels": [{"email": {}, "push": {}}]}, False),
        ({"channels": [{"kind": "email"}]}, False),
        ({"channels": [{"rate": "40/s"}]}, True),
        ({"checks": {"http-status": {"expect": 404, "severity": "warn"}}}, True),
        ({"checks": {"http-status": {"expects": 404}}}, False),
        ({"checks": {"http-statos": {}}}, False),
        ({"unknown": 1}, False),
        ({"ends": None}, False),
        ({"load": {"arrivals": "even"}}, False),
    ],
)
def test_it_accepts_and_refuses(valid: jsonschema.Draft202012Validator, more: dict[str, Any], fits: bool) -> None:
    assert valid.is_valid({**GOOD, **more}) is fits


def test_required_keys_may_come_from_a_template(valid: jsonschema.Draft202012Validator) -> None:
    assert not valid.is_valid({"name": "A"})
    assert valid.is_valid({"name": "A", "extends": "shop.yml"})


def test_own_checks_are_in_it(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["new-check", "my-own", "--folder", str(tmp_path)], catch_exceptions=False)
    assert "my-own" in json.dumps(schema("--checks", str(tmp_path)))


def test_the_schema_of_the_configuration() -> None:
    config = jsonschema.Draft202012Validator(schema("--config"))
    assert config.is_valid({"load": {"hosts": {"a.example": {"max_rate": "5/s"}}}})
    assert not config.is_valid({"load": {"hosts": {"a.example": {}}}})
    assert config.is_valid({"freeze_windows": [{"from": "2027-01-01", "to": "2027-01-02", "reason": "x"}]})
