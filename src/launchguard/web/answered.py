"""What is asked of an answer by those who say what kind it is; a Visit has all of it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from launchguard.web.document import Document


class Step(Protocol):
    """One request on the way: its address, and the headers of its answer."""

    @property
    def url(self) -> str: ...
    def header_values(self, name: str) -> Iterator[str]: ...


class Answered(Protocol):
    """What is asked of an answer: its status (None without one), its headers, its body, and what a visitor reads.

    `hops` are all requests that led to it, itself included.
    """

    @property
    def hops(self) -> Sequence[Step]: ...

    @property
    def status(self) -> int | None: ...
    @property
    def final_url(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def document(self) -> Document: ...
    def header(self, name: str) -> str | None: ...
    def header_values(self, name: str) -> Iterator[str]: ...
