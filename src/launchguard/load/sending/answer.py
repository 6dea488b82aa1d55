"""One HTTP answer under load, parsed by llhttp."""

from geventhttpclient._parser import HTTPParseError, HTTPResponseParser

from launchguard.load.sending.content import MAX_BODY_BYTES
from launchguard.words import count

MAX_HEADER_BYTES = 256_000


class Answer(HTTPResponseParser):
    """One HTTP answer, filled by llhttp's callbacks as bytes are fed."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = False
        self.complete = False
        self.headers: list[list[str]] = []
        self.in_value = True
        self.header_bytes = 0
        self.chunks: list[bytes] = []
        self.size = 0

    def _on_message_begin(self) -> None:
        self.begun = True
        self.complete = False
        self.headers.clear()

    def _on_status(self, text: str) -> None:
        pass

    def _on_header_field(self, text: str) -> None:
        if self.in_value:
            self.headers.append([text, ""])
            self.in_value = False
        else:
            self.headers[-1][0] += text
        self.header_bytes += len(text)
        if self.header_bytes > MAX_HEADER_BYTES:
            raise HTTPParseError("the headers are too large")

    def _on_header_value(self, text: str) -> None:
        self.headers[-1][1] += text
        self.in_value = True
        self.header_bytes += len(text)
        if self.header_bytes > MAX_HEADER_BYTES:
            raise HTTPParseError("the headers are too large")

    def _on_headers_complete(self) -> None:
        pass

    def _on_body(self, chunk: bytearray) -> None:
        self.chunks.append(bytes(chunk))
        self.size += len(chunk)
        if self.size > MAX_BODY_BYTES:
            raise HTTPParseError(f"the body is larger than {count(MAX_BODY_BYTES)} bytes")

    def _on_message_complete(self) -> None:
        # An interim answer (1xx) is complete too; the real one follows on the same connection.
        self.complete = self.get_code() >= 200

    @property
    def body(self) -> bytes:
        """The body as it travelled."""
        return b"".join(self.chunks)

    def header(self, name: str) -> str:
        """The first header of this name (given in lower case), or ""."""
        return next((value for key, value in self.headers if key.lower() == name), "")
