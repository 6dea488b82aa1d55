"""docs/reference.md says of every key what it means and who judges it, and that is what the code does."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from pydantic import create_model
from pydantic.fields import FieldInfo

from launchguard import Channel, Check
from launchguard.channels import built_in_kinds
from launchguard.checking.files import built_in_checks
from launchguard.cli import main
from launchguard.manifest import reference
from launchguard.manifest.keys import ManifestKey, config_keys, every_key, manifest_keys, unjudged_keys
from launchguard.manifest.schema import config_schema, manifest_schema
from launchguard.model.keys import described
from launchguard.model.parts import Part
from launchguard.testing import judge_example

ROOT = Path(__file__).parents[2]
KEYS = [*every_key(manifest_keys()), *every_key(config_keys())]
FURTHER = {
    "reachable": ['a_visit(status=403), a_campaign(access=[{"host": "shop.test", "basic": True, "from_env": "A"}])'],
    "redirect-chain": [
        'a_visit(), a_page(expected_final="https://shop.test/*"), a_campaign()',
        'a_visit(via=["https://other.test/"]), a_page(), a_campaign()',
    ],
}
"""Evidence that leads a check to keys which its example does not reach."""
ASKING = ("launchguard.model", "launchguard.manifest", "launchguard.trust")
"""Who reads every key without judging it: types and rules, questions, and which entries of a pull request count."""

Read = set[int]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Collect the ids of the fields that code outside of ASKING, or a model's own method for it, reads."""
    seen: Read = set()

    def spying(part: Any, name: str) -> Any:
        kind = type(part)
        field = kind.__pydantic_fields__.get(name)
        if field is not None and _asked_by_a_reader():
            seen.add(id(Channel.model_fields.get(name, field) if issubclass(kind, Channel) else field))
        return object.__getattribute__(part, name)

    for model in (Part, Channel):
        monkeypatch.setattr(model, "__getattribute__", spying)
    return seen


def _asked_by_a_reader() -> bool:
    """Whether the first frame beyond our models and pydantic's belongs to neither ASKING nor this test."""
    frame = sys._getframe(2)
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith("launchguard.model"):
        frame = frame.f_back
    return not str(frame.f_globals.get("__name__")).startswith((*ASKING, "pydantic", "tests"))


def test_the_document_is_up_to_date() -> None:
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == reference.reference(), "run `make docs`"


def test_a_key_of_which_nobody_says_who_reads_it_is_refused() -> None:
    silent = ManifestKey("somewhere", FieldInfo(description="what it means"))
    with pytest.raises(ValueError, match="somewhere: say beside the key who reads it"):
        _ = silent.readers
    assert not ManifestKey("somewhere", described("what it means")).readers


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_a_key_says_what_it_means_and_who_reads_it(key: ManifestKey) -> None:
    assert key.meaning
    assert key.unit
    assert key.example or key.below
    assert set(key.readers.checks) <= {check.id for check in built_in_checks()}


@pytest.mark.parametrize("key", [key for key in KEYS if key.example], ids=lambda key: key.path)
def test_an_example_is_what_a_manifest_may_hold(key: ManifestKey) -> None:
    if key.path == "launchguard":
        return  # which the reader takes as a number, too
    written = yaml.load(key.example, Loader=yaml.BaseLoader)
    kind: Any = key.field.annotation
    holder = create_model("Holder", value=(kind, key.field))
    holder.model_validate({key.field.alias or "value": written}, context={"kinds": built_in_kinds()})


def test_every_key_of_the_schemas_is_there() -> None:
    """The schemas are made from the models by pydantic, and know no more and no fewer keys."""
    for keys, schema in ((manifest_keys(), manifest_schema([], built_in_kinds())), (config_keys(), config_schema())):
        assert [key.path for key in keys] == list(schema["properties"])
        for key in keys:
            for name in _names_below(schema["properties"][key.path], schema["$defs"]):
                assert any(below.path.endswith(f".{name}") for below in every_key(key.below)), (key.path, name)


def _names_below(part: Any, definitions: dict[str, Any]) -> Iterator[str]:
    """The keys that a property may hold, all the way down; those of channels are documented elsewhere."""
    if isinstance(part, dict) and "oneOf" not in part:
        if "$ref" in part:
            yield from _names_below(definitions[part["$ref"].rpartition("/")[2]], definitions)
        yield from part.get("properties", {})
        for value in part.values():
            yield from _names_below(value, definitions)


def test_what_only_the_documentation_needs_is_not_in_the_schemas() -> None:
    for schema in (manifest_schema(built_in_checks(), built_in_kinds()), config_schema()):
        assert "'read':" not in str(schema)


@pytest.mark.parametrize("check", built_in_checks(), ids=lambda check: check.id)
def test_a_check_reads_what_the_reference_says(check: Check, reads: Read) -> None:
    assert check.example is not None
    for case in (check.example.bad, check.example.good, *FURTHER.get(check.id, ())):
        judge_example(check, case)
    leaves = [key for key in every_key(manifest_keys()) if not key.below]
    said = {key.path for key in leaves if check.id in key.readers.checks}
    done = {key.path for key in leaves if id(key.field) in reads}
    assert said <= done
    told = {key.path for key in leaves if key.readers.use == "shown"}  # a message may name a channel
    given = {"pages[].url"} | {
        key.path for key in leaves if check.id in ("climbing", "headroom", "overlap", "utm-taxonomy")
    }  # their forecast is made here
    assert done - said <= told | given


def test_what_is_not_judged_yet_is_read_by_nobody(reads: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")
    for arguments in (["check"], ["forecast"], ["run", "--dry-run"]):
        result = CliRunner().invoke(main, [*arguments, "campaigns/every-key.yml"])
        assert result.exit_code in (0, 3), result.output
    unread = {id(key.field): key.path for key in KEYS if not key.below and not key.readers}
    assert [path for field, path in unread.items() if field in reads] == []
    shaping = {key.path for key in KEYS if id(key.field) in reads and key.readers.use == "sent"}
    assert {"launch", "baseline", "load.hold", "load.shape", "channels[].KIND.at", "pages[].url"} <= shaping


def test_the_unjudged_are_told_by_their_highest_key() -> None:
    found = unjudged_keys(manifest_keys())
    assert {"systems", "waivers[].ticket"} <= set(found)
    assert not {"systems[].host", "pages", "waivers", "limits.p95"} & set(found)
    assert "freeze_windows" in unjudged_keys(config_keys())
