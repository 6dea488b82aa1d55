"""Which files are manifests: `.yml` and `.yaml` in any case, and none that is hidden."""

from pathlib import Path

ENDINGS = (".yml", ".yaml")


def walked(folder: Path) -> list[Path]:
    """The manifests below a folder, in order; files and folders that begin with a dot are left out."""
    files = (path for path in sorted(folder.rglob("*")) if is_manifest(path.name) and path.is_file())
    return [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def is_manifest(name: str) -> bool:
    """Whether a file of this name may be a manifest."""
    return name.lower().endswith(ENDINGS)
