"""Every server of the gallery gets the verdict that is right for it, through the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from tests.busy import repeated
from tests.gallery.cases import CASES, TIMEOUT_S, Case, manifest_of, serving

EXIT_CODES = {"go": 0, "no-go": 1, "unknown": 3}


@pytest.mark.load
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_server_talks_its_way_to_another_verdict(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem") if case.certificate else "")
    manifest = tmp_path / "campaign.yml"
    # How late visits may be sent follows the limit on p95, which decides nothing where visits are not slow.
    p95 = "2s" if case.id in ("steady", "hangs") or case.says == "waited" else f"{TIMEOUT_S:g}s"

    def judged() -> Result:
        with serving(case, tmp_path) as url:
            manifest.write_text(manifest_of(case, url, p95), encoding="utf-8")
            return CliRunner().invoke(main, ["run", str(manifest), "--load-only", "--seed", "7", "--format", "json"])

    result = repeated(judged, lambda made: made.stdout)
    verdict = json.loads(result.stdout)
    told = [(o["check"], o["status"], o["reason"], o["findings"]) for o in verdict["outcomes"]]
    assert (verdict["verdict"], result.exit_code) == (case.verdict, EXIT_CODES[case.verdict]), json.dumps(told)
    assert case.says in json.dumps(verdict["outcomes"])
    load = verdict["load"]
    assert load["planned"] == load["started"] + load["dropped"]
    assert load["started"] == load["ok"] + load["failed"] + load["unanswered"]
