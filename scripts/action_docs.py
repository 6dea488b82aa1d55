"""Write the tables of action.yml's inputs and outputs into the documents that have the markers for them."""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "docs" / "github-action.md", ROOT / "README.md")


def main() -> None:
    """Update the documents; with --check only say, by the exit code, whether they are up to date."""
    stale = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        wanted = with_tables(text)
        if wanted != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(wanted, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"{', '.join(stale)}: run python scripts/action_docs.py")


def with_tables(text: str) -> str:
    """The text with what stands between `<!-- action:inputs -->` and its end replaced; `outputs` likewise.

    `inputs-short` and `outputs-short` have the first sentence of each description only.
    """
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    text = _between(text, "inputs", inputs_table(action["inputs"]))
    text = _between(text, "outputs", table("Output", action["outputs"]))
    text = _between(text, "inputs-short", table("Input", action["inputs"], short=True))
    return _between(text, "outputs-short", table("Output", action["outputs"], short=True))


def _between(text: str, name: str, table: str) -> str:
    start, end = f"<!-- action:{name} -->", f"<!-- /action:{name} -->"
    return re.sub(f"{start}.*?{end}", lambda _: f"{start}\n{table}{end}", text, flags=re.DOTALL)


def inputs_table(inputs: dict[str, dict[str, str]]) -> str:
    """One row for each input, in the order of action.yml."""
    rows = [
        f"| `{name}` | {_cell(entry['description'])} | {_code(entry['default'])} |\n" for name, entry in inputs.items()
    ]
    return "| Input | What | Default |\n| --- | --- | --- |\n" + "".join(rows)


def table(head: str, entries: dict[str, dict[str, str]], *, short: bool = False) -> str:
    """One row for each entry, in the order of action.yml; `short` stops after the first sentence or before a colon."""
    rows = []
    for name, entry in entries.items():
        text = re.split(r"(?<=[\w)])[.:] |\.$", entry["description"])[0] + "." if short else entry["description"]
        rows.append(f"| `{name}` | {_cell(text)} |\n")
    return f"| {head} | What |\n| --- | --- |\n" + "".join(rows)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
