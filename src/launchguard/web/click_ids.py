"""The identifiers that platforms add to the link of every click or recipient: whose each is, and what one looks like.

One list for all who ask: which channel brings an id, which parameters are there for measuring only, and what the test
values look like. A value has the length and the letters of a real one, because caches, filters and limits on the
length of a URL treat a short one differently. Lengths are those of ids that people quote in public.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Literal

Letters = Literal["base64", "hex", "digits", "uuid"]


@dataclass(frozen=True)
class ClickIdKind:
    """A platform's identifier: the kind of channel that brings it ("" for none of ours), its length and letters."""

    platform: str
    channel: str
    length: int
    letters: Letters = "base64"


KINDS: dict[str, ClickIdKind] = {
    "gclid": ClickIdKind("google", "search", 92),
    "gbraid": ClickIdKind("google", "search", 60),
    "wbraid": ClickIdKind("google", "search", 60),
    "dclid": ClickIdKind("google", "search", 60),
    "msclkid": ClickIdKind("microsoft", "search", 32, "hex"),
    "fbclid": ClickIdKind("meta", "paid_social", 142),
    "ttclid": ClickIdKind("tiktok", "paid_social", 150),
    "li_fat_id": ClickIdKind("linkedin", "paid_social", 36, "uuid"),
    "twclid": ClickIdKind("x", "paid_social", 27),
    "epik": ClickIdKind("pinterest", "paid_social", 96),
    "ScCid": ClickIdKind("snapchat", "paid_social", 36, "uuid"),
    "rdt_cid": ClickIdKind("reddit", "paid_social", 19, "digits"),
    "qclid": ClickIdKind("quora", "paid_social", 90),
    "tblci": ClickIdKind("taboola", "", 60),
    "dicbo": ClickIdKind("outbrain", "", 60),
    "yclid": ClickIdKind("yandex", "search", 19, "digits"),
    "srsltid": ClickIdKind("google", "", 62),
    "mc_eid": ClickIdKind("mailchimp", "", 10, "hex"),
    "_kx": ClickIdKind("klaviyo", "", 62),
    "mkt_tok": ClickIdKind("marketo", "", 128),
    "_hsenc": ClickIdKind("hubspot", "", 98),
    "vero_id": ClickIdKind("vero", "", 36, "uuid"),
    "ck_subscriber_id": ClickIdKind("kit", "", 10, "digits"),
}
"""By the name of the query parameter."""

OF_PLATFORM: dict[str, str] = {
    "google": "gclid",
    "microsoft": "msclkid",
    "meta": "fbclid",
    "tiktok": "ttclid",
    "linkedin": "li_fat_id",
    "x": "twclid",
    "pinterest": "epik",
    "snapchat": "ScCid",
}
"""What a platform on which clicks are bought adds to each of them."""

TRIED = ("gclid", "gbraid", "wbraid", "fbclid", "msclkid", "ttclid", "li_fat_id")
"""Those that every page is visited with."""

UNKNOWN = ClickIdKind("", "", 32, "hex")
NAME = re.compile(r"[A-Za-z0-9_.~-]{1,64}", re.ASCII)
NONE = "none"
"""What a manifest says where the links of a channel carry no id."""
RECIPIENT = "recipient_id"
"""Stands for the id of a mailing that has not said whether its links carry one; no cache knows it."""

_ALSO_TRACKING = frozenset({"gad_source", "gad_campaignid"})
_LOWER = frozenset(name.lower() for name in KINDS) | _ALSO_TRACKING


def parse_click_id(value: object) -> str:
    """The name of a query parameter, or `none`. Raises ValueError with what to write."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("is no name of a query parameter; write one like gclid or mc_eid, or none")
    if value.lower().startswith("utm_"):
        raise ValueError("is the same for every click; write it in the channel's `utm`, or in the page's url")
    return value


def id_value(name: str, seed: str) -> str:
    """A value for this parameter, with the length and letters of a real one; the same for the same seed."""
    kind = KINDS.get(name, UNKNOWN)
    drawn = hashlib.shake_128(f"{name}\n{seed}".encode()).digest(kind.length)
    if kind.letters == "base64":
        return base64.urlsafe_b64encode(drawn)[: kind.length].decode()
    if kind.letters == "digits":
        return "1" + "".join(str(byte % 10) for byte in drawn[1:])
    text = drawn.hex()[:32]
    if kind.letters == "uuid":
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return text[: kind.length]


def is_tracking(name: str) -> bool:
    """Whether a parameter is there for measuring: utm_*, or an id that a platform adds to every click."""
    return name.lower().startswith("utm_") or name.lower() in _LOWER
