"""Text that a manifest wrote, for a line of its own."""


def one_line(text: str) -> str:
    """What a manifest wrote, without line ends: a name cannot begin a line of its own."""
    return " ".join(text.split())


def printable(text: str) -> str:
    """What a manifest wrote, without characters that a terminal would obey or XML forbids; line ends stay."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)
