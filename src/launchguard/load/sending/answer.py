"""One answer under load: read by the reader that the idle visit has, and unfolded at most once, in pieces."""

from collections.abc import Callable

from launchguard.load.sending.content import BadBodyError, decode, no_pause
from launchguard.web.reading import WebAnswer


class VisitAnswer:
    """A whole answer; the bytes of its body are unfolded when they are asked for, and kept."""

    def __init__(self, web: WebAnswer) -> None:
        self.web = web
        self.status = web.status
        self.raw = web.raw
        self.size = len(web.raw)
        self._plain: bytes | None = None
        self._spoilt: BadBodyError | None = None

    def header(self, name: str) -> str:
        """The first header of this name, or ""."""
        values = self.web.header_values(name)
        return values[0] if values else ""

    @property
    def content_type(self) -> str:
        """The last Content-Type: browsers let it win."""
        values = self.web.header_values("content-type")
        return values[-1] if values else ""

    def plain(self, pause: Callable[[], None] = no_pause) -> bytes:
        """The body unfolded. Raises BadBodyError."""
        if self._spoilt is not None:
            raise BadBodyError(str(self._spoilt), too_large=self._spoilt.too_large)
        if self._plain is None:
            try:
                self._plain = decode(self.raw, ",".join(self.web.codings), pause)
            except BadBodyError as error:
                self._spoilt = error
                raise
        return self._plain
