"""pydantic's errors as complaints: where in which file, what is wrong, what is right."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from launchguard.manifest.marks import name_mark
from launchguard.manifest.tree import Complaint, Node, Path, find_node, key_text
from launchguard.model.rules import RulesError
from launchguard.words.quoted import shown

Schema = Mapping[str, Any]

MAX_COMPLAINTS = 100
"""As many as somebody reads; a file with more is most likely no manifest."""

_LENGTHS = {
    "too_short": "is empty; write at least one",
    "string_too_short": "is empty; write some text, or remove the line",
    "too_long": "has more than {max_length} items; split the campaign into several manifests",
    "string_too_long": "has more than {max_length} characters; shorten it",
}
_WANTS = {
    "string": "text; write it like `key: some text`",
    "tuple": "a list; write it like `[one, two]`, or one `- item` per line",
    "list": "a list; write it like `[one, two]`, or one `- item` per line",
    "dict": "keys of its own, indented below it",
    "model": "keys of its own, indented below it",
}


def schema_at(schema: Schema, path: Path) -> Schema:
    """The part of a JSON Schema that describes the value at `path`; empty where there is none."""
    here = resolved(schema, schema)
    for step in path:
        options = [resolved(schema, option) for option in (*here.get("oneOf", ()), *here.get("anyOf", ()))]
        if isinstance(step, int):
            below = here.get("items", {})
        else:
            owners = [option for option in (here, *options) if step in option.get("properties", {})]
            below = owners[0]["properties"][step] if owners else here.get("additionalProperties", {})
        here = resolved(schema, below) if isinstance(below, dict) else {}
    return here


def resolved(schema: Schema, part: Schema) -> Schema:
    """`part` with its reference into `schema` followed, its own keys on top."""
    while "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        part = {**schema["$defs"][name], **{key: value for key, value in part.items() if key != "$ref"}}
    return part


def complaints_of(
    error: ValidationError, tree: Node, schema: Callable[[], Schema], *, below: Path = ()
) -> Iterator[Complaint]:
    """Every complaint of a failed validation of `tree`, or of its part `below`.

    `schema` makes the JSON Schema of the whole tree; it is called once, when a complaint has to name keys.
    """
    schema = cache(schema)
    for detail in error.errors(include_url=False)[:MAX_COMPLAINTS]:
        if detail["type"] == "too_short" and detail["input"]:
            continue  # none of its items is valid, which is said already
        broken = detail.get("ctx", {}).get("error")
        loc = (*below, *(step for step in detail["loc"] if step != "[key]"))
        problems = broken.problems if isinstance(broken, RulesError) else (((), ""),)
        for path, text in problems:
            yield _complaint((*loc, *path), text or _text(detail, loc, schema), tree, is_key=_is_about_key(detail))


def _is_about_key(detail: Mapping[str, Any]) -> bool:
    return bool(detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",))


def _complaint(path: Path, text: str, tree: Node, *, is_key: bool) -> Complaint:
    node, taken = find_node(tree, path)
    if taken < len(path) and not isinstance(node.value, dict | list):  # a key that a single value stands for
        path = path[:taken]
    at = node.key_at if is_key or taken < len(path) else node.at
    return Complaint(at, key_text(path), text)


def _text(detail: Mapping[str, Any], path: Path, schema: Callable[[], Schema]) -> str:
    """One sentence: what is wrong, then what is right."""
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if mark := name_mark(*((str(path[-1]), True) if kind == "extra_forbidden" else (value, False))):
        return mark
    if kind in ("missing", "extra_forbidden"):
        return f"is missing; write {_example(path, schema())}" if kind == "missing" else _unknown_key(path, schema())
    if kind == "literal_error":
        return f"{shown(value)} is not possible; write {str(context['expected']).replace(chr(39), '')}"
    if kind in _LENGTHS:
        return _LENGTHS[kind].format(**context)
    if wanted := next((text for name, text in _WANTS.items() if kind.startswith(f"{name}_")), ""):
        return f"{_what(value)}; needs {wanted}"
    return _sentence(detail)


def _sentence(detail: Mapping[str, Any]) -> str:
    """What a validator of ours said, in one line."""
    context = detail.get("ctx", {})
    sentence = str(context["error"]) if "error" in context else str(detail["msg"]).removeprefix("Value error, ")
    return " ".join(sentence.split())


def _what(value: object) -> str:
    if isinstance(value, Mapping):
        return "has keys below it"
    if isinstance(value, list):
        return "is a list"
    return f"{shown(value)} is one value"


def _example(path: Path, schema: Schema) -> str:
    part = schema_at(schema, path)
    examples = part.get("examples") or part.get("enum") or ["..."]
    key = path[-1] if path else ""
    return f"`{key}: {examples[0]}`"


def _unknown_key(path: Path, schema: Schema) -> str:
    parent = schema_at(schema, path[:-1])
    keys = [key for option in (parent, *parent.get("oneOf", ())) for key in option.get("properties", {})]
    near = nearest(str(path[-1]), keys)
    if near:
        return f"is not known; did you mean `{near}`?"
    return f"is not known; possible here: {_listed(keys)}" if keys else "is not known; remove it"


def _listed(words: Iterable[str], most: int = 12) -> str:
    named = list(words)
    return ", ".join(named[:most]) + (f" and {len(named) - most} more" if len(named) > most else "")


def nearest(word: str, words: Iterable[str]) -> str:
    """The word that was probably meant; "" when none is near. Bounded, because the comparison is quadratic."""
    found = difflib.get_close_matches(word[:80].lower(), list(words), n=1) if word else []
    return found[0] if found else ""
