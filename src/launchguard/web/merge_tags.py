"""Merge tags: what a mailing tool, a template or an ad platform fills in before anybody reads it. Pure.

One list for all who ask: the manifest's texts, the pages' text and the links.
"""

import re
from urllib.parse import unquote

SURE = {
    "{{...}}": re.compile(r"\{\{[^{}]{1,80}\}\}"),
    "%%...%%": re.compile(r"%%[A-Za-z_][\w ]{0,60}%%|%%=[^%]{1,80}=%%"),
    "*|...|*": re.compile(r"\*\|[A-Za-z_][\w :]{0,60}\|\*"),
}
"""Nobody writes these for a reader."""

LIKELY = {
    "{% ... %}": re.compile(r"\{%[^{}%]{1,80}%\}"),
    "${...}": re.compile(r"\$\{[A-Za-z_][\w.]{0,60}\}"),
    "{$...}": re.compile(r"\{\$[A-Za-z_][\w.]{0,60}\}"),
    "{!...}": re.compile(r"\{!\$?[A-Za-z_][\w.]{0,60}\}"),
    "<%= ... %>": re.compile(r"<%=?[^<>%]{1,80}%>"),
    "[[...]]": re.compile(r"\[\[[A-Za-z_][\w .:]{0,60}\]\]"),
    "[FIRST NAME]": re.compile(
        r"\[(?:FIRST|LAST|YOUR|COMPANY|CITY|PRODUCT|DATE|PRICE|VORNAME|NACHNAME|NAME|FIRMA|PRODUKT|DATUM|PREIS|NOMBRE"
        r"|PRECIO|FECHA|PR[ÉE]NOM|PRIX|NOME|PREZZO|PREÇO|NAMA|HARGA|EMAIL)[ _A-Z]{0,30}\]"
    ),
    "[subscriber:...]": re.compile(r"\[(?:subscriber|newsletter|user|contact|date|link):[a-z_]{2,30}\]"),
    "{first_name}": re.compile(r"(?<![\w{$])\{[a-z]{1,20}(?:_[a-z]{1,20}){1,4}\}(?!\})"),
    "%FIRST_NAME%": re.compile(r"(?<![\w%])%[A-Z]{2,20}(?:_[A-Z]{1,20}){0,4}%(?![\w%])"),
    "%recipient.name%": re.compile(r"(?<![\w%])%[a-z]{2,20}(?:[._][a-z]{1,20}){1,4}%(?![\w%])"),
}
"""A text of somebody's may look like this now and then."""

_ONLY_IN_LINKS = {
    "{...}": re.compile(r"(?<![{$%#!])\{[A-Za-z_][\w.:-]{0,60}\}(?!\})"),
    "$...$": re.compile(r"(?<![\w$])\$[A-Za-z][\w ]{1,40}\$"),
    "~...~": re.compile(r"~[A-Za-z]{2,30}\.[A-Za-z]{2,30}~"),
    "@...@": re.compile(r"(?<![\w@])@[A-Z]{3,20}(?:_[A-Z]{1,20}){0,3}@(?!\w)"),
    "##...##": re.compile(r"##[A-Za-z_][\w ]{1,40}##"),
    "__...__": re.compile(r"(?<!\w)__[A-Z]{2,20}(?:_[A-Z]{1,20}){0,4}__(?!\w)"),
}
"""In a text these are prices, handles, headings and code."""

_OF_ADS = re.compile(
    r"\{(?:campaignid|adgroupid|feeditemid|targetid|loc_interest_ms|loc_physical_ms|matchtype|network|device"
    r"|devicemodel|gclid|gbraid|wbraid|creative|keyword|placement|random|adposition|lpurl|msclkid|adid|orderitemid"
    r"|bidmatchtype|querystring)\}|__[A-Z_]{2,60}__",
    re.IGNORECASE,
)


def merge_tag_in(text: str) -> str:
    """The kind of the first merge tag in a text, as in "{{...}}"; "" for none."""
    return next((name for name, pattern in (SURE | LIKELY).items() if pattern.search(text)), "")


def merge_tags_in_link(link: str) -> list[str]:
    """Every merge tag of a link, as it is written there or as its escapes read: ["{{campaign.name}}"]."""
    found: dict[str, None] = {}
    for text in (link, unquote(link)):
        for pattern in (SURE | LIKELY | _ONLY_IN_LINKS).values():
            found |= dict.fromkeys(match[0] for match in pattern.finditer(text))
    return list(found)


def is_of_ads(tag: str) -> bool:
    """Whether an ad platform fills this tag in, with every click: {campaignid} (Google), __CAMPAIGN_NAME__ (TikTok)."""
    return bool(_OF_ADS.fullmatch(tag))
