"""The demo: two campaigns against an embedded site of known capacity, one that holds and one that does not."""

from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

CAPACITY_PER_S = 60
NAMES = ("holds", "breaks")
EXIT_CODE = 1
"""What the two verdicts make together: the worst of GO and NO-GO."""


def settled(code: int) -> int:
    """The demo's exit code for that of its campaigns: 0 when they are judged rightly."""
    return 0 if code == EXIT_CODE else code or 3


def write_manifests(folder: Path, origin: str, now: datetime) -> list[Path]:
    """Write the demo's manifests for a site at `origin`, launching two weeks from `now` at 09:00 in Madrid."""
    day = now + timedelta(days=14)
    filled = {
        "origin": origin,
        "launch": f"{day:%Y-%m-%d} 09:00 Europe/Madrid",
        "ends": f"{day + timedelta(days=3):%Y-%m-%d} 23:59 Europe/Madrid",
    }
    written = []
    for name in NAMES:
        template = files(__name__).joinpath(f"{name}.yml").read_text(encoding="utf-8")
        path = folder / f"{name}.yml"
        path.write_text(template.format(**filled), encoding="utf-8")
        written.append(path)
    return written
