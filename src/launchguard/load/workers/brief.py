"""What a master hands to its workers: the plan, and what each of them has to bring itself.

Nothing in it is code, a path or a secret: of a journey and its data it holds the SHA-256, of a secret the name of the
environment variable and the host that it is for.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from launchguard.load.orders import PLAN
from launchguard.model.load_plan import LoadPlan
from launchguard.model.parts import Access


@dataclass(frozen=True)
class Brief:
    """A plan without its files, their hashes ("" for none), and how its hosts let visitors in."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - what another version adds is not passed over

    plan: LoadPlan
    journey_sha256: str = ""
    data_sha256: str = ""
    access: tuple[Access, ...] = ()


def sha256_of(path: str) -> str:
    """The SHA-256 of a file in hexadecimal; "" for no file. Raises OSError."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""


def brief_of(plan: LoadPlan, access: Iterable[Access]) -> Brief:
    """What may travel of a plan. Raises OSError when its files cannot be read."""
    return Brief(replace(plan, journey="", data=""), sha256_of(plan.journey), sha256_of(plan.data), tuple(access))


def write_brief(brief: Brief, directory: Path) -> None:
    """Save a brief for the master to send."""
    fields = {"plan": asdict(brief.plan), "journey_sha256": brief.journey_sha256, "data_sha256": brief.data_sha256}
    access = [entry.model_dump(exclude_defaults=True) for entry in brief.access]
    (directory / PLAN).write_text(json.dumps(fields | {"access": access}), encoding="utf-8")


def read_brief(text: object) -> Brief:
    """The brief of a message. Raises ValueError for what is none."""
    from pydantic import TypeAdapter

    if not isinstance(text, str):
        raise ValueError("a brief is text")  # noqa: TRY004 - one error for whatever came in
    return TypeAdapter(Brief).validate_json(text)
