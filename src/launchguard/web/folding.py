"""Text of markup made ready for comparing, in time that grows with its length only."""

import html

from launchguard.web.document import comparable

LONGEST_WORD = 512
"""Folding characters takes time with the square of how many accents follow each other."""


def folded(markup: str) -> str:
    """Text for comparing, whatever its capitals: entities as characters, each word folded by itself."""
    try:
        text = html.unescape(markup)
    except ValueError:  # a number of more digits than Python reads
        text = markup
    words = (word[at : at + LONGEST_WORD] for word in text.split() for at in range(0, len(word), LONGEST_WORD))
    return " ".join([word if word.isascii() else comparable(word) for word in words]).casefold()
