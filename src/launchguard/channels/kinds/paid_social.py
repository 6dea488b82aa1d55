"""Paid social: ads in a social network."""

from typing import Literal

from launchguard.channels.kinds._steady import Steady


class PaidSocial(Steady):
    """Paid social, with the keys of `search`."""

    kind: Literal["paid_social"] = "paid_social"
