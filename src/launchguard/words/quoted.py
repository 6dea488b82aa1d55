"""Values quoted in messages: short, on one line."""

from launchguard.words.hostile import clip

LONGEST_TEXT = 60


def shown(value: object) -> str:
    """Quote a value for a message: one line, at most 60 characters."""
    return repr(clip(str(value), LONGEST_TEXT))
