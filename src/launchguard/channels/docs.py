"""What a kind of channel says of itself, for `explain` and for docs/channels.md.

Each kind documents itself: its docstring, the descriptions of its keys, and the sources of its numbers.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from launchguard.channels import Channel, Kinds, built_in_kinds
from launchguard.model.channel_entry import main_key
from launchguard.numbers.statistics import lognormal_factor
from launchguard.words import exact, multiple

HEADER = """<!-- made by `make docs`; the texts are those of the kinds' own modules -->
# The channels

How people hear of a campaign is what its forecast is made of. A manifest names channels by their kind:

```yaml
channels:
  - email: {recipients: 500_000, click_rate: 2%, send_over: 20m}
  - tv: {at: +30m, viewers: 1_200_000}
  - rate: 40/s
```

A key that is left out has its default. What is *assumed* is listed in every forecast, with its source; a reach that is
missing counts as no visits, and is asked for. `launchguard explain KIND` prints one of the kinds below.

"""

OWN = """
## A kind of your own

A kind is one module: a class whose keys are typed, and which yields how many visits come and how they spread over time.
`launchguard new-channel podcast` writes one that works, with its test, into `channels/`. Load it with `--channels
channels`, or for everybody in `.launchguard.yml`:

```yaml
channels_from: [channels]
```

Every command then knows it: `forecast` and `--what-if`, `check`, the JSON Schema, the advice that unblocks. The curve
is a cumulative one: the share of the visits that has arrived so many seconds after the trigger, from 0 to 1, never
falling. Seconds where it jumps belong into `knots_s`, so that the forecast looks there. A kind that breaks this is
refused with its file, because a wrong curve is a wrong peak. In a pull request `channels_from` is read from the base
branch, as everything in that file; the modules themselves are the checked-out ones, and a fork's are not run where
secrets are present.
"""


@dataclass(frozen=True)
class Key:
    """One key of a kind: what it is, and what counts when it is left out."""

    name: str
    what: str
    default: str


def keys_of(kind: type[Channel], common: bool = False) -> Iterator[Key]:
    """The kind's own keys, or those that every channel has."""
    for name, field in kind.model_fields.items():
        if name == "kind" or (name in Channel.model_fields) != common:
            continue
        assumed = kind.assumed.get(name)
        if name == kind.reach_key and field.default is None:
            default = "asked for"
        elif assumed is not None and isinstance(field.default, int | float):
            source = assumed.source if assumed.source.startswith("assumed") else f"assumed; {assumed.source}"
            default = f"{assumed.show(float(field.default))} ({source})"
        elif assumed is not None:
            default = f"assumed; {assumed.source}"
        else:
            default = "must be given" if field.is_required() else _plain(field.get_default(call_default_factory=True))
        yield Key(name, field.description or (assumed.what if assumed else ""), default)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{exact(value)}" if isinstance(value, int | float) else value if isinstance(value, str) else ""


def entry(word: str, kind: type[Channel]) -> str:
    """The kind's example as a manifest writes it: `email: {recipients: 500_000}`, or `rate: 40/s`."""
    if kind.example.keys() == {main_key(word)}:
        return f"{word}: {kind.example[main_key(word)]}"
    return f"{word}: {{{', '.join(f'{key}: {value}' for key, value in kind.example.items())}}}"


def kind_as_mapping(word: str, kind: type[Channel]) -> dict[str, object]:
    """One kind as JSON holds it."""
    return {
        "kind": word,
        "about": about_kind(kind),
        "keys": [asdict(key) for key in (*keys_of(kind), *keys_of(kind, common=True))],
        "example": kind.example,
        "arrivals": _arrivals(kind),
        "spread": _spread(kind),
    }


def kind_as_text(word: str, kind: type[Channel]) -> str:
    """One kind in full, for a terminal."""
    about = about_kind(kind)
    lines = [f"{word} (channel): {about}" if about else f"{word} (channel)", ""]
    lines += [f"Key:       {key.name}: {key.what}{_default(key)}" for key in keys_of(kind)]
    lines += [f"Example:   - {entry(word, kind)}"] * bool(kind.example)
    lines += [f"Arrivals:  {_arrivals(kind)}", f"Spread:    {_spread(kind)}"]
    lines += [f"Also:      {', '.join(key.name for key in keys_of(kind, common=True))}, as every channel"]
    return "\n".join(lines)


def kind_as_markdown(word: str, kind: type[Channel]) -> str:
    """One kind in full, as a section of a document."""
    about, rows = (
        about_kind(kind),
        [f"| `{key.name}` | {_cell(key.what)} | {_cell(key.default)} |" for key in keys_of(kind)],
    )
    lines = [f"## {word}", "", *([about, ""] if about else [])]
    if rows:
        lines += ["| key | what | when it is left out |", "| --- | --- | --- |", *rows, ""]
    lines += [f"- **Example:** `- {entry(word, kind)}`"] * bool(kind.example)
    return "\n".join([*lines, f"- **Arrivals:** {_arrivals(kind)}", f"- **Spread:** {_spread(kind)}", ""])


def kind_index(kinds: Kinds) -> str:
    """All kinds in one Markdown table: the word, what it is, its own keys."""
    lines = ["## Channels", "", "| kind | what | keys |", "| --- | --- | --- |"]
    for word, kind in kinds.items():
        keys = ", ".join(f"`{key.name}`" for key in keys_of(kind))
        lines.append(f"| {word} | {_cell(about_kind(kind))} | {keys} |")
    return "\n".join(lines) + "\n"


def document(kinds: Kinds) -> str:
    """The whole of docs/channels.md."""
    shared = [f"| `{key.name}` | {_cell(key.what)} |" for key in keys_of(Channel, common=True)]
    table = "\n".join(["Every channel may carry:", "", "| key | what |", "| --- | --- |", *shared, "", ""])
    return HEADER + table + "\n".join(kind_as_markdown(word, kind) for word, kind in kinds.items()) + OWN


def about_kind(kind: type[Channel]) -> str:
    """The kind's docstring on one line; "" without one."""
    return " ".join((kind.__doc__ or "").split())


def _default(key: Key) -> str:
    return f" [{key.default}]" if key.default else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _arrivals(kind: type[Channel]) -> str:
    what, source = kind.shape
    if not what:
        return "as its keys say" if any(keys_of(kind)) else "as its file says"
    return f"{what} ({source})" if source else what


def _spread(kind: type[Channel]) -> str:
    if kind.sigma <= 0:
        return "none; the number is taken for certain"
    return f"one campaign in twenty brings more than {multiple(lognormal_factor(kind.sigma))} the forecast"


def main() -> None:
    """Write docs/channels.md of this checkout."""
    from pathlib import Path

    (Path(__file__).parents[3] / "docs" / "channels.md").write_text(document(built_in_kinds()), encoding="utf-8")


if __name__ == "__main__":
    main()
