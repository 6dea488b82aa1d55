"""Every format of every sample against its golden file; LAUNCHGUARD_UPDATE_GOLDEN=1 writes them anew."""

import html
import json
import os
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from launchguard.model.result import RunResult
from launchguard.report import REPORTS

UPDATE = bool(os.environ.get("LAUNCHGUARD_UPDATE_GOLDEN"))  # read before the tests' environment is scrubbed
NAMES = (
    "go-with-warnings",
    "no-go-from-load",
    "unknown-not-authorized",
    "draft",
    "smoke-only",
    "waived",
    "hostile",
    "several",
    "thousands-a-second",
    "millions-a-second",
    "open-rows",
    "all-over",
)
ENDINGS = {"text": "txt", "markdown": "md", "comment": "md", "junit": "xml"}
"""Of formats whose golden files do not simply end in the format's name."""
JSON_GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))

Build = Callable[[str], RunResult]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("report", REPORTS)
def test_report_is_the_golden_one(report: str, name: str, build: Build, golden_folder: Path) -> None:
    text = REPORTS[report](build(name))
    path = golden_folder / f"{name}.{ENDINGS.get(report, report)}"
    if UPDATE:
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode()


def test_no_ending_is_left_of_a_format_that_is_gone() -> None:
    assert set(ENDINGS) < set(REPORTS)


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        REPORTS["facts"]


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads((files("launchguard.report.formats.json") / "verdict.schema.json").read_text(encoding="utf-8"))


def test_the_published_schema_is_a_schema(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", JSON_GOLDEN, ids=lambda path: path.stem)
def test_golden_json_fits_the_published_schema(path: Path, schema: Any) -> None:
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))


def test_the_schema_refuses_what_breaks_the_contract_and_lets_later_keys_in(schema: Any, golden_folder: Path) -> None:
    document = json.loads((golden_folder / "waived.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for broken in ({**document, "verdict": "maybe"}, {**document, "outcomes": [{}]}):
        assert not validator.is_valid(broken)
    assert validator.is_valid({**document, "a_later_key": 1})


def test_every_object_of_the_schema_is_open(schema: Any) -> None:
    objects = list(_objects(schema))
    assert len(objects) > 15
    assert [one for one in objects if one.get("additionalProperties") is not True] == []


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that describes an object with named keys."""
    if isinstance(node, dict):
        if "properties" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _objects(part)


@pytest.mark.parametrize("report", REPORTS)
def test_everything_asked_for_has_its_row_in_every_format(report: str, build: Build) -> None:
    result = build("open-rows")
    text = html.unescape(REPORTS[report](result))
    flat = " ".join(text.replace("\\", "").split())
    for row in result.not_judged:
        assert row.manifest in flat
        assert row.why.split(": ")[-1] in flat
    for problem in result.problems:
        assert problem.split(": ")[-1] in flat
