"""Every kind of channel documents itself, and docs/channels.md is made from those texts."""

from pathlib import Path

import pytest

from launchguard.channels import built_in_kinds
from launchguard.channels.docs import document, keys_of

ROOT = Path(__file__).parents[2]


def test_the_document_is_up_to_date() -> None:
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    assert text == document(built_in_kinds()), "run python -m launchguard.channels.docs"


@pytest.mark.parametrize("kind", built_in_kinds())
def test_a_kind_says_what_it_is_and_what_its_keys_are(kind: str) -> None:
    assert built_in_kinds()[kind].__doc__
    keys = list(keys_of(built_in_kinds()[kind]))
    assert keys
    assert [key.name for key in keys if not key.what] == []
