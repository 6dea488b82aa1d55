"""docs/reference.md: every key of a manifest and of `.launchguard.yml`, what it means, and who judges it."""

from pathlib import Path

from launchguard.manifest.keys import MUST, ManifestKey, config_keys, every_key, manifest_keys, unjudged_keys
from launchguard.model.keys import USES, KeyReaders

NOT_JUDGED = "not judged yet"

HEADER = """<!-- made by `make docs`; the texts stand beside the keys in the models -->
# Every key

What a manifest and a `.launchguard.yml` may say, and who judges it. `[]` stands for each item of a list, NAME for a
name of your choice, KIND for a kind of channel. `launchguard schema` prints the same for editors, and
[examples/campaigns/every-key.yml](../examples/campaigns/every-key.yml) and
[examples/.launchguard.yml](../examples/.launchguard.yml) show it.

Besides the checks that are named here, `half-baked` reads every text of a manifest for placeholders, and
`launchguard check` asks for some of the keys that are missing. What is *not judged yet* changes no verdict; `check`,
`run` and every report name those of these keys that are set.
"""

CHANNELS = """
The keys that a kind of channel has of its own are in [channels.md](channels.md), the options of the checks in
[checks/README.md](../checks/README.md).
"""


def who_judges(readers: KeyReaders) -> str:
    """The ids of the checks that read a key, and what else happens with it."""
    ids, uses = [f"`{check}`" for check in readers.checks], [USES[readers.use]] if readers.use else []
    return "; ".join([", ".join(ids)] * bool(ids) + uses) or NOT_JUDGED


def reference() -> str:
    """The whole of docs/reference.md."""
    manifest, config = manifest_keys(), config_keys()
    parts = [HEADER, "## The manifest\n", _table(manifest), CHANNELS]
    parts += ["## `.launchguard.yml`\n", _table(config), "", "## Not judged yet\n"]
    for name, keys in (("The manifest", manifest), ("`.launchguard.yml`", config)):
        parts.append(f"- {name}: {', '.join(f'`{path}`' for path in unjudged_keys(keys))}.")
    return "\n".join(parts) + "\n"


def _table(keys: tuple[ManifestKey, ...]) -> str:
    lines = ["| key | meaning | type | default | example | who judges it |", "| --- | --- | --- | --- | --- | --- |"]
    for key in every_key(keys):
        cells = (
            f"`{key.path}`",
            key.meaning,
            key.unit,
            _code(key.default),
            _code(key.example),
            who_judges(key.readers),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _code(text: str) -> str:
    return f"`{text}`" if text and text != MUST else text


def main() -> None:
    """Write docs/reference.md of this checkout."""
    (Path(__file__).parents[3] / "docs" / "reference.md").write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
