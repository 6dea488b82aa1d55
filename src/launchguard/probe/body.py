"""Reading an answer's body, decoded as its headers say and never past a bound."""

from urllib3.exceptions import DecodeError, HTTPError
from urllib3.response import HTTPResponse

from launchguard.probe.failure import VisitFailure
from launchguard.words import count

_CHUNK_BYTES = 65_536


def read_body(raw: HTTPResponse, max_bytes: int) -> bytes:
    """Read and decode the whole body (gzip, deflate, br, zstd, and several of them).

    urllib3 decodes at most a chunk at a time, so a small answer that unfolds to gigabytes stops at the bound too.
    Raises VisitFailure: too-large, bad-encoding, reset (the answer ended early).
    """
    announced = raw.length_remaining
    if announced is not None and announced > max_bytes:
        raise VisitFailure(
            "too-large", f"the answer announces {count(announced)} bytes, the bound is {count(max_bytes)}"
        )
    body = bytearray()
    try:
        while chunk := raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > max_bytes:
                raise VisitFailure("too-large", f"the decoded body passes the bound of {count(max_bytes)} bytes")
    except DecodeError as exc:
        encoding = raw.headers.get("content-encoding", "")
        raise VisitFailure("bad-encoding", f"the body is not what Content-Encoding {encoding!r} announces") from exc
    except HTTPError as exc:
        raise VisitFailure("reset", "the connection ended before the whole answer was there") from exc
    return bytes(body)
