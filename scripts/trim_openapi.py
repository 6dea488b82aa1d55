"""Cut GitHub's OpenAPI description down to what LaunchGuard's client uses: python scripts/trim_openapi.py [FILE].

FILE is an api.github.com.json; without it, npm brings the pinned package. The result is tests/github/gh-trim.json.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "@octokit/openapi@23.0.2"
FILE = "node_modules/@octokit/openapi/generated/api.github.com.json"
TARGET = Path(__file__).parents[1] / "tests" / "github" / "gh-trim.json"

REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS = (
    ("get", f"{REPOSITORY}/issues/{{issue_number}}/comments"),
    ("post", f"{REPOSITORY}/issues/{{issue_number}}/comments"),
    ("patch", f"{REPOSITORY}/issues/comments/{{comment_id}}"),
    ("post", f"{REPOSITORY}/statuses/{{sha}}"),
    ("get", f"{REPOSITORY}/contents/{{path}}"),
    ("get", f"{REPOSITORY}/branches/{{branch}}"),
    ("get", f"{REPOSITORY}/pulls/{{pull_number}}"),
    ("get", f"{REPOSITORY}/pulls/{{pull_number}}/files"),
    ("get", f"{REPOSITORY}/pulls/{{pull_number}}/reviews"),
    ("get", f"{REPOSITORY}/commits/{{commit_sha}}/pulls"),
)
DROPPED = ("description", "summary", "example", "examples", "externalDocs", "tags", "x-github", "operationId")


def main() -> None:
    """Read, trim and write."""
    if len(sys.argv) > 1:
        text = Path(sys.argv[1]).read_text(encoding="utf-8")
    else:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, PACKAGE], check=True)
            text = (Path(folder) / FILE).read_text(encoding="utf-8")
    trimmed = trim(json.loads(text))
    TARGET.write_text(json.dumps(trimmed, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def trim(spec: dict[str, Any]) -> dict[str, Any]:
    """The operations above with their good answers, and every component that these refer to."""
    paths: dict[str, Any] = {}
    for method, path in OPERATIONS:
        operation = spec["paths"][path][method]
        good = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
        paths.setdefault(path, {})[method] = _without_prose({**operation, "responses": good})
    trimmed = {"openapi": spec["openapi"], "info": {**spec["info"], "x-from": PACKAGE}, "paths": paths}
    trimmed["components"] = _components(spec, paths)
    return trimmed


def _components(spec: dict[str, Any], paths: dict[str, Any]) -> dict[str, Any]:
    """What is referred to, and what that refers to."""
    components: dict[str, Any] = {}
    waiting = list(_references(paths))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = _without_prose(spec["components"][kind][name])
            waiting += _references(components[kind][name])
    return components


def _without_prose(node: Any) -> Any:
    """Drop texts and examples; a property that is called `description` is no text, so properties keep their names."""
    if isinstance(node, list):
        return [_without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {}
    for key, value in node.items():
        if key == "properties":
            kept[key] = {name: _without_prose(schema) for name, schema in value.items()}
        elif key not in DROPPED:
            kept[key] = _without_prose(value)
    return kept


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


if __name__ == "__main__":
    main()
