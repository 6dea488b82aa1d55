"""Every kind of channel documents itself, and docs/channels.md is made from those texts."""

from pathlib import Path

import pytest

from launchguard.channels import built_in_kinds
from launchguard.channels.docs import document, entry, keys_of
from launchguard.manifest import load_manifest

ROOT = Path(__file__).parents[2]


def test_the_document_is_up_to_date() -> None:
    text = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
    assert text == document(built_in_kinds()), "run `make docs`"


@pytest.mark.parametrize("kind", built_in_kinds())
def test_a_kind_says_what_it_is_and_what_its_keys_are(kind: str) -> None:
    assert built_in_kinds()[kind].__doc__
    keys = list(keys_of(built_in_kinds()[kind]))
    assert keys
    assert [key.name for key in keys if not key.what] == []


@pytest.mark.parametrize("kind", built_in_kinds())
def test_the_example_can_be_copied_into_a_manifest(kind: str, tmp_path: Path) -> None:
    (tmp_path / "last-year.csv").write_text("time,visits\n0,60\n60,120\n")
    manifest = tmp_path / "campaign.yml"
    manifest.write_text(
        "launchguard: 1\nname: Spring\nlaunch: 2027-03-01 09:00 Europe/Madrid\n"
        f"pages: [{{url: https://shop.test/}}]\nchannels:\n  - {entry(kind, built_in_kinds()[kind])}\n"
    )
    (channel,) = load_manifest(manifest).campaign.channels
    assert (channel.kind, channel.model_fields_set - {"kind"}) == (kind, set(built_in_kinds()[kind].example))
