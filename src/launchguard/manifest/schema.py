"""JSON Schema (draft 2020-12) of the manifest and of the configuration, for editors and for our own complaints.

It describes the YAML as it is written: `email: {...}` rather than a field `kind`, `500_000` as a number or as text.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from launchguard.channels import Channel, Kinds
from launchguard.checking.check import Check
from launchguard.manifest.options import checks_type
from launchguard.model.campaign import Campaign, RepositoryConfig
from launchguard.model.channel_entry import main_key
from launchguard.model.keys import for_editors

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TEXT = ("string", "number", "boolean")
_FROM_A_TEMPLATE = {"required": ["extends"]}


def manifest_schema(checks: Sequence[Check], kinds: Kinds) -> dict[str, Any]:
    """The schema of a campaign manifest, with every check and option of `checks` and every kind of channel."""
    models: list[type[BaseModel]] = [Campaign, *dict.fromkeys(kinds.values())]
    if checks:
        models.append(checks_type(checks))
    references, schema = models_json_schema([(model, "validation") for model in models])
    definitions = {name: _cleaned(part) for name, part in schema["$defs"].items()}
    names = {model: references[model, "validation"]["$ref"].rpartition("/")[2] for model in models}
    campaign = definitions.pop(names[Campaign])
    for kind in kinds.values():
        definitions[names[kind]]["properties"].pop("kind", None)
    properties = campaign["properties"]
    properties["launchguard"] = {"enum": ["1", 1], "description": "the version of this format"}
    properties["channels"]["items"] = {"oneOf": [_entry(word, kind, names[kind]) for word, kind in kinds.items()]}
    if checks:
        properties["checks"] = {"$ref": f"#/$defs/{names[models[-1]]}"}
    required = campaign.pop("required")
    return {
        "$schema": DIALECT,
        "title": "LaunchGuard campaign manifest",
        **campaign,
        "if": _FROM_A_TEMPLATE,
        "else": {"required": required},
        "$defs": definitions,
    }


def config_schema() -> dict[str, Any]:
    """The schema of `.launchguard.yml`."""
    schema = RepositoryConfig.model_json_schema(mode="validation")
    definitions = {name: _cleaned(part) for name, part in schema.pop("$defs").items()}
    return {"$schema": DIALECT, **_cleaned(schema), "title": "LaunchGuard configuration", "$defs": definitions}


def _entry(word: str, kind: type[Channel], name: str) -> dict[str, Any]:
    """One way to write a channel: its kind's word as the only key."""
    keys: dict[str, Any] = {"$ref": f"#/$defs/{name}"}
    if main_key(word) in kind.model_fields:
        keys = {"anyOf": [keys, {"type": ["string", "number"]}]}
    return {"type": "object", "properties": {word: keys}, "required": [word], "additionalProperties": False}


def _cleaned(part: Any) -> Any:
    """Without what only Python understands: generated titles, defaults in our units, and null for "not given"."""
    if isinstance(part, list):
        return [_cleaned(item) for item in part]
    if not isinstance(part, dict):
        return part
    options = [option for option in part.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        part = {**options[0], **{key: value for key, value in part.items() if key != "anyOf"}}
    kept = {key: value for key, value in for_editors(part).items() if key not in ("title", "default")}
    if kept.get("type") == "string" and "enum" not in kept:
        kept["type"] = list(_TEXT)  # an editor reads `ticket: 123` and `ticket: off` as no text; we do
    named = ("properties", "$defs")
    return {
        key: {name: _cleaned(below) for name, below in value.items()} if key in named else _cleaned(value)
        for key, value in kept.items()
    }
