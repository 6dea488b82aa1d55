"""What everything with headers and a body has in common: one way to ask for a header, and one for the text."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property

from launchguard.web.charset import Decoded, text_of


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
        """The last Content-Type, for browsers let it win; "" without one."""
        return next(reversed([*self.header_values("content-type")]), "")


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
