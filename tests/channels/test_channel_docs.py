"""Every kind of channel documents itself, and docs/channels.md is made from those texts."""

from pathlib import Path

import pytest

from launchguard.channeldocs import document, keys_of
from launchguard.channels import KINDS

ROOT = Path(__file__).parents[2]


def test_the_document_is_up_to_date() -> None:
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    assert text == document(), "run python -m launchguard.channeldocs"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_what_it_is_and_what_its_keys_are(kind: str) -> None:
    assert KINDS[kind].__doc__
    keys = list(keys_of(KINDS[kind]))
    assert keys
    assert [key.name for key in keys if not key.what] == []
