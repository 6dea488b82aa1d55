"""The built-in checks. They live in the top-level checks/ folder; an installed wheel carries them in here."""

from pathlib import Path

GROUPS = ("plan", "page", "domain", "browser", "load")

# A wheel puts the groups beside this file. In a checkout or an editable install they stand at the top level.
_here = Path(__file__).parent
if not (_here / "page").is_dir():
    __path__.append(str(_here.parents[2] / "checks"))
