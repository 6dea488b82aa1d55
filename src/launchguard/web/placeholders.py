"""Text that somebody meant to fill in, as a page shows it: merge tags, dummy text, notes to oneself. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from launchguard.web import merge_tags
from launchguard.web.document import Document
from launchguard.words.hostile import excerpt

AROUND = 30
"""Characters of a text that are shown before and after what was found."""

_LOUD = merge_tags.SURE | {"lorem ipsum": re.compile(r"\b(?:lorem ipsum|dolor sit amet)\b", re.IGNORECASE)}
_OTHERS = {
    "coming soon": re.compile(r"\bcoming soon\b", re.IGNORECASE),
    "TBD": re.compile(r"\bTB[DAC]\b"),
    # In Spanish and Portuguese `TODO` is a word of every sale: what follows it has to be a note.
    "TODO": re.compile(
        r"\bFIXME\b|\bTODO\s?[:(-]\s?(?i:add|ask|check|copy|cta|fix|headline|image|insert|legal|link|marketing|price|replace"
        r"|text|translat|update|write|bild|preis|übersetz|einfügen)"
    ),
    "XX": re.compile(r"(?<![\w.])X{2,4}\s?(?:%|€|\$|£|EUR\b|USD\b)|[€$£]\s?X{2,4}\b|\bXX[./]XX(?:[./]X{2,4})?\b"),
    "[insert ...]": re.compile(r"\[\s*(?:insert|einfügen|insertar|insérer|inserire|inserir|invoegen)\b", re.IGNORECASE),
    "PHP message": re.compile(r"\b(?:Warning|Notice|Deprecated|Fatal error): .{1,200} in \S{1,200} on line \d"),
    "[object Object]": re.compile(r"\[object Object\]"),
    **merge_tags.LIKELY,
}
# Words that are honest within a sentence, and dummy text where they are all that a piece of text says.
_ALONE = {
    "dummy text": re.compile(
        r"(?:(?:your |insert |place )?(?:text|headline|title|copy|content|button text)(?: goes)? here|sample text"
        r"|dummy text|placeholder(?: text)?"
        r"|blindtext|platzhalter(?:text)?|beispieltext|mustertext|(?:ihr(?:e)? )?(?:text|überschrift)(?: steht)? hier"
        r"|hier (?:steht|kommt)(?: der| ihr| ein)? text|hier text einfügen|text folgt"
        r"|texto de (?:ejemplo|muestra|relleno|exemplo)|(?:tu|su|seu) (?:texto|título) (?:aquí|aqui)"
        r"|(?:inserte|insertar|insira)(?: el| o)? texto(?: aquí| aqui)?"
        r"|texte (?:d.exemple|factice|à venir)|votre (?:texte|titre) ici|insérer (?:le |un )?texte(?: ici)?"
        r"|testo (?:di esempio|segnaposto|di prova)|(?:il tuo|inserire|inserisci)(?: il)? testo(?: qui)?"
        r"|voorbeeldtekst|(?:uw|jouw) tekst hier|tekst (?:komt|volgt)"
        r"|przykładowy tekst|tu wpisz tekst|teks (?:contoh|di sini)|نص تجريبي|ضع النص هنا)[.:!…\s]{0,5}",
        re.IGNORECASE,
    ),
    "coming soon": re.compile(
        r"(?:demnächst|in kürze|bald verfügbar|próximamente|muy pronto|bientôt(?: disponible)?|prossimamente"
        r"|in arrivo|em breve|binnenkort|wkrótce|snart|yakında|скоро|segera hadir|قريبا|قريباً)[.!…\s]{0,5}",
        re.IGNORECASE,
    ),
}
_NO_VALUE = {"undefined": re.compile(r"\bundefined\b"), "NaN": re.compile(r"\bNaN\b")}


@dataclass(frozen=True)
class Placeholder:
    """One kind of placeholder that a page shows: what it is called, and the text around its first place.

    `prominent`: a merge tag or dummy text in the title, a heading, a button or what is shared; `merge`: one elsewhere.
    """

    name: str
    text: str
    prominent: bool
    merge: bool


def placeholders_in(document: Document, allowed: str = "") -> list[Placeholder]:
    """Every kind of placeholder that a page shows, each once; `allowed` is a text that may stand there."""
    preview = [text for name, text in document.metas.items() if name.startswith(("og:", "twitter:"))]
    places = [*document.headings, *document.calls]
    prominent = [document.title, *places, *preview]
    loud = dict(_hits(prominent, _LOUD, document, allowed))
    everything = [*prominent, document.prose, document.metas.get("description", "")]
    quiet = {
        **dict(_hits(everything, _LOUD | _OTHERS, document, allowed)),
        **dict(_hits(places, _NO_VALUE, document, allowed)),
    }
    for name, text in _hits([document.title, *places, *document.metas.values()], _ALONE, document, allowed, whole=True):
        quiet.setdefault(name, text)
    return [
        Placeholder(name, loud.get(name, text), name in loud, name in _LOUD) for name, text in (quiet | loud).items()
    ]


def _hits(
    texts: Iterable[str],
    patterns: Mapping[str, re.Pattern[str]],
    document: Document,
    allowed: str,
    *,
    whole: bool = False,
) -> Iterator[tuple[str, str]]:
    """Each pattern that some text holds (or is, `whole`), with an excerpt around the first place."""
    may = re.compile(re.escape(allowed), re.IGNORECASE) if allowed else None
    said = [may.sub("", text) if may else text for text in texts]
    for name, pattern in patterns.items():
        if name == "{{...}}" and document.has_client_templates:
            continue
        look = pattern.fullmatch if whole else pattern.search
        found = next((match for text in said if (match := look(text.strip() if whole else text))), None)
        if found:
            yield name, excerpt(found.string[max(0, found.start() - AROUND) : found.end() + AROUND])
