"""A check's docstring, taken apart: what passes, why it matters, how to mend it, the source, and an example."""

import inspect
from dataclasses import dataclass

PARTS = ("title", "why", "fix", "source")
"""What no docstring of a check may leave out."""


@dataclass(frozen=True)
class Example:
    """One case that the check finds and one that it does not, each on a line of its own.

    Both are the arguments of a call of the check, with the builders of `launchguard.testing`: `a_visit(status=404)`.
    """

    bad: str
    good: str


@dataclass(frozen=True)
class Documentation:
    """The sections of a docstring, each as one line; `example` is None where it has none."""

    title: str
    why: str
    fix: str
    source: str
    example: Example | None


def read_docstring(text: str) -> Documentation:
    """Split a docstring: the title, the paragraphs after "Why:", "Fix:" and "Source:", the lines after "Example:".

    Raises ValueError, the rest of "its docstring ...", where a part is missing or half of an example is.
    """
    found = dict.fromkeys((*PARTS, "example", "bad", "good"), "")
    current = "title"
    for line in inspect.cleandoc(text).splitlines():
        head, colon, rest = line.strip().partition(":")
        inside = ("bad", "good") if current in ("example", "bad", "good") else ()
        if colon and head.lower() in ("why", "fix", "source", "example", *inside):
            current, line = head.lower(), rest  # noqa: PLW2901 - what follows the colon belongs to the section
        found[current] = f"{found[current]} {line.strip()}".strip()
    missing = [part for part in PARTS if not found[part]]
    if missing:
        raise ValueError(f"has no {missing[0]}")
    if found["example"] or bool(found["bad"]) != bool(found["good"]):
        raise ValueError("has an `Example:` that is not two lines, `Bad: ...` and `Good: ...`")
    example = Example(found["bad"], found["good"]) if found["bad"] else None
    return Documentation(found["title"], found["why"], found["fix"], found["source"], example)
