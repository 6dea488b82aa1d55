"""Which files a manifest is made of: itself, its templates, and whatever of its texts may name a file."""

from pathlib import Path

from launchguard.manifest.templates import Extended
from launchguard.manifest.tree import UnreadableError, walk_nodes


def named_files(manifest: Path) -> set[Path]:
    """The manifest, its templates and every file that it may name; the manifest alone where it cannot be read.

    What is no file's name is among them, as a path that nothing is at.
    """
    files = {manifest}
    try:
        extended = Extended(manifest)
    except UnreadableError:
        return files
    files.update(Path(source.file) for source in extended.sources)
    for _, node in walk_nodes(extended.tree):
        if isinstance(node.value, str):
            files.add(Path(node.at.file).parent / node.value)
    return files
