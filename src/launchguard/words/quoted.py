"""Values quoted in messages: short, on one line."""

LONGEST_TEXT = 60


def shown(value: object) -> str:
    """Quote a value for a message: one line, at most 60 characters."""
    text = str(value)
    return repr(text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…")
