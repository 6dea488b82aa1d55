"""Bytes to text as browsers do it: BOM, header, meta, and what is left when nobody said.

The order, the labels and what they stand for are the WHATWG Encoding Standard's (https://encoding.spec.whatwg.org);
`webencodings` has its table. Python is never asked for a codec by a name that a page sent: `undefined` or `idna` are
codecs of Python and no labels of the web.
"""

import re
from typing import NamedTuple

import webencodings


class Decoded(NamedTuple):
    """The text of a body, the WHATWG name of its charset in lower case, and whether the answer named it."""

    text: str
    charset: str
    declared: bool


PRESCANNED_BYTES = 1024

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_PARAMETER = re.compile(r"(?:^|[;,\s])charset\s*=\s*(?:\"([^\"]*)\"?|'([^']*)'?|([^\s;,\"']*))", re.IGNORECASE)
_IN_CONTENT = re.compile(r"charset\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;\"']+))", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:(!--)|(meta)(?=[\t\n\f\r /])|(/?[a-z])|[!/?])", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)"
    rb"(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)\"|'([^']*)'|([^\t\n\f\r >\"'][^\t\n\f\r >]*))?)?"
)
_XML = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*(?:\"([^\">]*)\"|'([^'>]*)')")
# Where Python's codec of that name is narrower than the standard's index.
_WIDER = {"shift_jis": "cp932", "euc-kr": "cp949", "gbk": "gb18030", "big5": "big5hkscs", "gb2312": "gb18030"}
# The standard decodes these to one replacement character: they were used to smuggle markup.
_REPLACED = frozenset(("hz-gb-2312", "csiso2022kr", "iso-2022-cn", "iso-2022-cn-ext", "iso-2022-kr", "replacement"))
_WINDOWS_1252 = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


def text_of(body: bytes, content_type: str) -> Decoded:
    """Decode a body (unfolded) by its BOM, the charset in its Content-Type, or its meta; what fits nothing is U+FFFD.

    When none of them names a charset, bytes beyond ASCII that are valid UTF-8 are read as UTF-8 and everything else as
    windows-1252; `declared` is False then, for browsers would not have guessed UTF-8.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return Decoded(_decoded(body[len(mark) :], charset), charset, declared=True)
    if charset := charset_in_header(content_type) or charset_in_markup(body):
        return Decoded(_decoded(body, charset), charset, declared=True)
    if body.isascii():
        return Decoded(body.decode("ascii"), "windows-1252", declared=False)
    try:
        return Decoded(body.decode("utf-8"), "utf-8", declared=False)
    except UnicodeDecodeError:
        return Decoded(_decoded(body, "windows-1252"), "windows-1252", declared=False)


def charset_named(label: str) -> str:
    """The WHATWG name of the charset that a label stands for: "latin1" is "windows-1252"; "" for what is no label."""
    label = label.strip("\t\n\f\r ").lower()
    if label in _REPLACED:
        return "replacement"
    found = webencodings.lookup(label)
    return str(found.name) if found is not None else ""


def charset_in_header(content_type: str) -> str:
    """The charset that a Content-Type names: "text/html; charset=latin1" is "windows-1252"; "" for none."""
    found = _PARAMETER.search(content_type)
    return charset_named(found[1] or found[2] or found[3] or "") if found else ""


def charset_in_markup(body: bytes) -> str:
    """The charset that a `<meta>` in the first 1,024 bytes names, or else an XML declaration; "" for none.

    This is the standard's prescan of a byte stream.
    """
    start, position = body[:PRESCANNED_BYTES], 0
    while found := _MARKUP.search(start, position):
        position = found.end()
        if found[1]:
            # The standard lets the dashes overlap: `<!-->` is a comment.
            end = start.find(b"-->", position - 2)
            position = end + 3 if end >= 0 else len(start)
        elif found[2] or found[3]:
            if not found[2]:
                position = _name_end(start, position)
            attributes, position = _attributes(start, position)
            charset = _charset_of_meta(attributes) if found[2] else ""
            if charset:
                return charset
        else:
            end = start.find(b">", position - 1)
            position = end + 1 if end >= 0 else len(start)
    xml = _XML.match(start)
    return _read_bytewise(charset_named((xml[1] or xml[2] or b"").decode("latin-1"))) if xml else ""


def _name_end(start: bytes, position: int) -> int:
    while position < len(start) and start[position] not in b"\t\n\f\r >":
        position += 1
    return position


def _attributes(start: bytes, position: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag, the first of a name counting, and where the tag ends."""
    attributes: dict[str, str] = {}
    while found := _ATTRIBUTE.match(start, position):
        value = found[2] or found[3] or found[4] or b""
        attributes.setdefault(found[1].decode("latin-1").lower(), value.decode("latin-1"))
        position = found.end()
    return attributes, position


def _charset_of_meta(attributes: dict[str, str]) -> str:
    if "charset" in attributes:
        charset = charset_named(attributes["charset"])
    elif attributes.get("http-equiv", "").lower() == "content-type":
        found = _IN_CONTENT.search(attributes.get("content", ""))
        charset = charset_named(found[1] or found[2] or found[3] or "") if found else ""
    else:
        return ""
    return _read_bytewise(charset)


def _read_bytewise(charset: str) -> str:
    # What could be read byte by byte is not UTF-16.
    if charset in ("utf-16le", "utf-16be"):
        return "utf-8"
    return "windows-1252" if charset == "x-user-defined" else charset


def _decoded(body: bytes, charset: str) -> str:
    if charset == "utf-8":
        return body.decode("utf-8", "replace")
    if charset == "windows-1252":
        # Python's codec has no character for five bytes that the standard maps to C1 controls.
        return body.decode("latin-1").translate(_WINDOWS_1252)
    if charset == "replacement":
        return "\N{REPLACEMENT CHARACTER}" if body else ""
    if charset in _WIDER:
        return body.decode(_WIDER[charset], "replace")
    return str(webencodings.lookup(charset).codec_info.decode(body, "replace")[0])
