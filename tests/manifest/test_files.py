"""Every file under tests/manifests and examples: the valid ones load, the invalid ones say what their header says."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from launchguard.channels import built_in_kinds
from launchguard.checking.files import built_in_checks
from launchguard.errors import ManifestError
from launchguard.manifest import load_config, load_manifest
from launchguard.manifest.schema import config_schema, manifest_schema

ROOT = Path(__file__).parents[2]
MANIFESTS = ROOT / "tests" / "manifests"
VALID = sorted((MANIFESTS / "valid").glob("*.yml")) + sorted((ROOT / "examples" / "campaigns").glob("*.yml"))
INVALID = sorted((MANIFESTS / "invalid").glob("*.yml"))
CHECKS = built_in_checks()
SCHEMA = manifest_schema(CHECKS, built_in_kinds())


class Yaml12(yaml.SafeLoader):
    """Reads dates as text, as the editors' YAML 1.2 does."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_an_editor_reads(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Yaml12)


def expected_complaints(path: Path) -> list[str]:
    marked = (line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# expect: "))
    return [line.removeprefix("# expect: ").replace("{kinds}", ", ".join(built_in_kinds())) for line in marked]


def test_there_are_files_to_walk() -> None:
    assert len(VALID) >= 8
    assert len(INVALID) >= 40


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_a_valid_manifest_loads(path: Path) -> None:
    manifest = load_manifest(path, checks=CHECKS)
    assert manifest.campaign.pages
    assert manifest.lines["name",][0] >= 1


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_manifest_says_everything_that_is_wrong(path: Path) -> None:
    with pytest.raises(ManifestError) as caught:
        load_manifest(path, checks=CHECKS)
    folder = f"{MANIFESTS}/"
    problems = [problem.removeprefix(f"{path}:").removeprefix(folder) for problem in caught.value.problems]
    assert problems == expected_complaints(path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_the_schema_accepts_what_loads(path: Path) -> None:
    jsonschema.validate(as_an_editor_reads(path), SCHEMA, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", ["unknown-key", "missing-keys", "channels-not-a-list", "checks", "wrong-types"])
def test_the_schema_refuses_what_does_not_load(name: str) -> None:
    data = as_an_editor_reads(MANIFESTS / "invalid" / f"{name}.yml")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_the_schemas_are_valid_schemas_with_every_check_and_option() -> None:
    for schema in (SCHEMA, manifest_schema((), built_in_kinds()), config_schema()):
        jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(schema)))
    named = SCHEMA["$defs"][SCHEMA["properties"]["checks"]["$ref"].rpartition("/")[2]]["properties"]
    assert named.keys() == {check.id for check in CHECKS}
    options = SCHEMA["$defs"][named["http-status"]["$ref"].rpartition("/")[2]]["properties"]
    assert options.keys() == {"expect", "severity"}


def test_the_example_configuration_loads_and_fits_its_schema() -> None:
    path = ROOT / "examples" / ".launchguard.yml"
    config = load_config(path)
    assert config.load.hosts["shop.nordlicht.example"].max_rate == 200
    jsonschema.validate(as_an_editor_reads(path), config_schema(), cls=jsonschema.Draft202012Validator)


def test_the_example_with_every_key_has_every_key() -> None:
    written = yaml.safe_load((ROOT / "examples" / "campaigns" / "every-key.yml").read_text(encoding="utf-8"))
    possible = SCHEMA["properties"].keys() - {"extends"}  # which the ticket drop shows
    assert written.keys() == possible
