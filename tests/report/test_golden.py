"""Every format of every sample against its golden file; LAUNCHGUARD_UPDATE_GOLDEN=1 writes them anew."""

import json
import os
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from launchguard.model.verdict import Verdict
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
)
ENDINGS = {"text": "txt", "markdown": "md", "comment": "md", "junit": "xml"}
"""Of formats whose golden files do not simply end in the format's name."""
JSON_GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))

Build = Callable[[str], Sequence[Verdict]]


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


def test_the_schema_refuses_what_the_contract_does_not_know(schema: Any, golden_folder: Path) -> None:
    document = json.loads((golden_folder / "waived.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for broken in ({**document, "extra": 1}, {**document, "verdict": "maybe"}, {**document, "outcomes": [{}]}):
        assert not validator.is_valid(broken)
