"""What a check's docstring says, for every place that shows it: `explain`, its table, checks/README.md.

Each check documents itself in one text, its docstring; this module only arranges it.
"""

import json
import typing
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Literal

from launchguard.checking.check import Check, Option
from launchguard.checking.docstring import Example
from launchguard.checking.standing import ALL_STANDING, GROUP, Standing

HEADER = """<!-- made by `make docs`; the texts are the docstrings of the checks -->
# The checks

A check judges evidence that LaunchGuard collected, and never does I/O itself. `launchguard explain ID` prints one
of them in full, `launchguard new-check NAME` writes the start of a new one.

A check's severity says what its findings do: **block** stops the launch, **warn** is listed and stops nothing. Some
findings carry a severity of their own. The manifest sets options and severities:

```yaml
checks:
  http-status: {expect: 200, severity: warn}
```
"""

EXAMPLES = """Each check with a case that it finds and one that it does not, as its tests build them with
`launchguard.testing`: everything that is not named is as it should be."""

GROUPS = {
    "plan": "Plan: what is wrong with the manifest (needs no network)",
    "page": "Page: what is wrong with a landing page, seen idle",
    "domain": "Domain: what is wrong with a domain",
    "browser": "Browser: what only a browser sees",
    "load": "Load: what breaks at the forecast peak",
    GROUP: "Verdict: what the judge itself adds (nothing that a manifest sets, skips or waives)",
}
"""The headings of all lists, by the group of what stands below."""


def type_name(option: Option) -> str:
    """An option's type in words that a manifest's writer knows."""
    if typing.get_origin(option.type) is Literal:
        return " or ".join(str(choice) for choice in typing.get_args(option.type))
    names: Mapping[object, str] = {
        int: "whole number",
        float: "number",
        str: "text",
        bool: "true or false",
        tuple[str, ...]: "list of texts",
    }
    return names.get(option.type, str(option.type))


def options_in_short(check: Check) -> str:
    """Every option with its default: "expect: 200"."""
    return ", ".join(f"{option.name}: {_value(option)}" for option in check.options)


def _value(option: Option) -> str:
    return f"{option.default:_}" if type(option.default) is int else json.dumps(option.default, ensure_ascii=False)


def setting(check: Check) -> str:
    """The line of a manifest that sets a check's options to their defaults and its severity."""
    pairs = [f"{option.name}: {_value(option)}" for option in check.options] + [f"severity: {check.severity}"]
    return f"checks: {{{check.id}: {{{', '.join(pairs)}}}}}"


def check_as_mapping(check: Check) -> dict[str, object]:
    """One check as JSON holds it."""
    return {
        "id": check.id,
        "group": check.group,
        "title": check.title,
        "severity": check.severity,
        "owner": check.owner,
        "evidence": list(check.evidence),
        "why": check.why,
        "fix": check.fix,
        "source": check.source,
        "example": None if check.example is None else asdict(check.example),
        "options": [
            {"name": option.name, "type": type_name(option), "default": option.default} for option in check.options
        ],
    }


def check_as_text(check: Check) -> str:
    """One check in full, for a terminal."""
    lines = [f"{check.id} ({check.group}): {check.title}", ""]
    lines += [f"Why:       {check.why}", f"Fix:       {check.fix}", f"Source:    {check.source}", ""]
    lines += [f"Severity:  {check.severity}", f"Owner:     {check.owner}", f"Judges:    {', '.join(check.evidence)}"]
    if check.example is not None:
        lines += [f"Example:   {check.example.bad}  # found", f"           {check.example.good}  # fine"]
    lines += [f"Option:    {o.name} ({type_name(o)}), default {_value(o)}" for o in check.options]
    return "\n".join([*lines, f"Set it:    {setting(check)}"])


def check_as_markdown(check: Check) -> str:
    """One check in full, as a section of a document."""
    lines = [f"### {check.id}", "", check.title, ""]
    lines += [f"- **Why:** {check.why}", f"- **Fix:** {check.fix}", f"- **Source:** {check.source}"]
    lines += [f"- **Severity:** {check.severity}; **owner:** {check.owner}; **judges:** {', '.join(check.evidence)}"]
    lines += [f"- **Option:** `{o.name}` ({type_name(o)}), default `{_value(o)}`" for o in check.options]
    lines += [f"- **Set it:** `{setting(check)}`"]
    if check.example is not None:
        lines += ["- **Example:**", "", *(f"  {line}" for line in _example_block(check.example))]
    return "\n".join(lines)


def _example_block(example: Example) -> list[str]:
    return ["```python", f"{example.bad}  # found", f"{example.good}  # fine", "```"]


def examples(checks: Sequence[Check]) -> str:
    """A bad and a good case of every check that gives them, as the section of a document."""
    parts = [f"**{check.id}**\n\n" + "\n".join(_example_block(check.example)) for check in checks if check.example]
    return "\n\n".join(["## Examples", EXAMPLES, *parts]) + "\n"


def as_index(checks: Sequence[Check]) -> str:
    """All checks in one Markdown table per group: id, what, why, severity, owner, options."""
    parts = []
    for group, members in groupby(checks, key=lambda check: check.group):
        rows = [
            (c.id, c.title, c.why, c.severity, c.owner, f"`{options_in_short(c)}`" if c.options else "")
            for c in sorted(members, key=lambda check: check.id)
        ]
        table = ["| id | passes when | why | severity | owner | options |", "| --- | --- | --- | --- | --- | --- |"]
        table += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
        parts.append("\n".join([f"## {GROUPS.get(group, group)}", "", *table]))
    return "\n\n".join(parts) + "\n"


def standing_as_mapping(one: Standing) -> dict[str, object]:
    """What the judge itself adds, as JSON holds it: the keys of a check."""
    return {
        "id": one.id,
        "group": GROUP,
        "title": one.title,
        "severity": one.severity,
        "owner": one.owner,
        "evidence": [one.judges],
        "why": one.why,
        "fix": one.fix,
        "source": one.source,
        "options": [],
    }


def standing_as_text(one: Standing) -> str:
    """What the judge itself adds, in full, for a terminal."""
    lines = [f"{one.id} ({GROUP}): {one.title}", ""]
    lines += [f"Why:       {one.why}", f"Fix:       {one.fix}", f"Source:    {one.source}", ""]
    lines += [f"Severity:  {one.severity}", f"Owner:     {one.owner}", f"Judges:    {one.judges}"]
    return "\n".join([*lines, "Set it:    no manifest sets it; the judge itself says this"])


def standing_as_markdown(one: Standing) -> str:
    """What the judge itself adds, as a section of a document."""
    lines = [f"### {one.id}", "", one.title, ""]
    lines += [f"- **Why:** {one.why}", f"- **Fix:** {one.fix}", f"- **Source:** {one.source}"]
    lines += [f"- **Severity:** {one.severity}; **owner:** {one.owner}; **judges:** {one.judges}"]
    return "\n".join([*lines, "- **Set it:** no manifest sets it; the judge itself says this"])


def standing_index() -> str:
    """What the judge itself adds, in one Markdown table."""
    table = ["| id | passes when | why | severity | owner |", "| --- | --- | --- | --- | --- |"]
    table += [f"| {' | '.join((o.id, o.title, o.why, o.severity, o.owner))} |" for o in ALL_STANDING]
    return "\n".join([f"## {GROUPS[GROUP]}", "", *table]) + "\n"


def readme(checks: Sequence[Check]) -> str:
    """The whole of checks/README.md."""
    return f"{HEADER}\n{as_index(checks)}\n{standing_index()}\n{examples(checks)}"


def main() -> None:
    """Write checks/README.md of this checkout."""
    from pathlib import Path

    from launchguard.checking.files import built_in_checks

    path = Path(__file__).parents[3] / "checks" / "README.md"
    path.write_text(readme(built_in_checks()), encoding="utf-8")


if __name__ == "__main__":
    main()
