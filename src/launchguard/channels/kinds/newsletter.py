"""A newsletter or a partner's mail: it behaves as any mail, under a name of its own."""

from typing import ClassVar, Literal

from launchguard.channels.kinds.email import Mail


class Newsletter(Mail):
    """A mail that somebody else sends, with the keys of `email`."""

    kind: Literal["newsletter"] = "newsletter"
    example: ClassVar[dict[str, str]] = {"recipients": "20_000"}
