"""What everything with headers and a body has in common: one way to ask for a header, and one for the text."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property

from launchguard.web.charset import Decoded, text_of

_TYPE = re.compile(r"\s*[\w.+-]{1,80}/[\w.+-]{1,80}\s*(?:;|$)")


class Headed(ABC):
    """Something with headers."""

    @abstractmethod
    def header_values(self, name: str) -> Iterable[str]:
        """Every value of a header, case-insensitive, in the order of the lines: several Set-Cookie stay several."""

    def header(self, name: str) -> str | None:
        """The first value of a header; None when absent."""
        return next(iter(self.header_values(name)), None)

    @property
    def content_type(self) -> str:
        """The last Content-Type, of several lines or of one with commas, for browsers let it win; "" without one."""
        last = next(reversed([*self.header_values("content-type")]), "")
        said = [part.strip() for part in last.split(",") if _TYPE.match(part)]
        same = [part for part in said if part.partition(";")[0] == said[-1].partition(";")[0]]
        return next((part for part in reversed(same) if "charset" in part.lower()), said[-1] if said else last)


class Readable(Headed):
    """Something with headers and a body, read as browsers do; what `body` raises, the others raise as well."""

    @property
    @abstractmethod
    def body(self) -> bytes:
        """The body unfolded."""

    @cached_property
    def decoded(self) -> Decoded:
        """The body as browsers read it: its text, the charset, and whether the answer named it."""
        return text_of(self.body, self.content_type)

    @property
    def text(self) -> str:
        """The body as text; bytes that fit nothing are replaced."""
        return self.decoded.text

    @property
    def charset(self) -> str:
        """The WHATWG name of the charset that the text was read with, in lower case."""
        return self.decoded.charset

    @property
    def charset_declared(self) -> bool:
        """Whether a BOM, the header or the markup named the charset; browsers do not guess UTF-8."""
        return self.decoded.declared
