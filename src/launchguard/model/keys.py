"""What is said of a key beside its type: what it means, an example, and who reads it.

The meaning and the example feed the JSON Schema, all of it feeds docs/reference.md: a key that nobody reads says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

Use = Literal["", "sent", "shown", "verdict", "authority", "loading"]

USES: Mapping[Use, str] = {
    "sent": "shapes what is forecast and sent",
    "shown": "shown in reports",
    "verdict": "decides the verdict",
    "authority": "decides who may receive load",
    "loading": "decides what is loaded",
}
"""What happens with a key that no check reads, or besides the checks."""

_READ = "read"


@dataclass(frozen=True)
class KeyReaders:
    """Who reads a key: the ids of checks, and one of USES ("" for none)."""

    checks: tuple[str, ...] = ()
    use: Use = ""

    def __bool__(self) -> bool:
        """Whether anybody does."""
        return bool(self.checks or self.use)


def described(meaning: str, *checks: str, use: Use = "", example: str = "") -> Any:
    """Describe a field of a manifest's part: `checks` are the ids of those that read it. For use in `Annotated`."""
    said: dict[str, Any] = {"examples": [example]} if example else {}
    return Field(description=meaning, json_schema_extra={_READ: [use, *checks]}, **said)


def readers_of(field: FieldInfo) -> KeyReaders | None:
    """Who reads a field; None where nothing was said."""
    extra = field.json_schema_extra
    said = extra.get(_READ) if isinstance(extra, dict) else None
    if not isinstance(said, list):
        return None
    use: Any = said[0]
    return KeyReaders(tuple(str(check) for check in said[1:]), use)


def for_editors(schema: dict[str, Any]) -> dict[str, Any]:
    """A part of a JSON Schema without what only the documentation needs."""
    return {name: value for name, value in schema.items() if name != _READ}
