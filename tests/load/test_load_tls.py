"""TLS under load: verified always, and credentials that go to one host."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.model.parts import Access
from launchguard.probe.credentials import Credential
from launchguard.site import Behaviour, landing_site
from tests.busy import at_once

pytestmark = pytest.mark.load


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    made = trustme.CA()
    path = tmp_path / "ca.pem"
    made.cert_pem.write_to_path(str(path))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return made


def certificate(authority: trustme.CA, path: Path, *names: str, **options: Any) -> Path:
    made = authority.issue_cert(*names, **options)
    file = path / "server.pem"
    made.private_key_and_cert_chain_pem.write_to_path(str(file))
    return file


@pytest.mark.parametrize(("returning", "connections"), [(0.0, 20), (1.0, 1)])
def test_a_valid_certificate_is_accepted(
    authority: trustme.CA,
    tmp_path: Path,
    a_plan: Callable[..., LoadPlan],
    send: Callable[..., LoadRun],
    returning: float,
    connections: int,
) -> None:
    with landing_site(cert_file=certificate(authority, tmp_path, "localhost")) as site:
        plan = a_plan(site.url + "/", rate=20, hold=1, arrivals="uniform", returning_ratio=returning)
        run = send(plan)
        counted = site.counts()["/"]["connections"]
    assert run.stats().ok == 20
    # Visits that a stall let meet need one more each.
    assert connections <= counted <= max(connections, at_once(run))


@pytest.mark.parametrize(
    ("names", "options", "words"),
    [
        (("localhost",), {"not_after": datetime.now(UTC) - timedelta(days=1)}, "expired"),
        (("other.example",), {}, "Hostname mismatch"),
    ],
)
def test_a_bad_certificate_is_a_failure(
    authority: trustme.CA,
    tmp_path: Path,
    a_plan: Callable[..., LoadPlan],
    send: Callable[..., LoadRun],
    names: tuple[str, ...],
    options: dict[str, Any],
    words: str,
) -> None:
    if options:
        options["not_before"] = datetime.now(UTC) - timedelta(days=9)
    with landing_site(cert_file=certificate(authority, tmp_path, *names, **options)) as site:
        run = send(a_plan(site.url + "/", rate=20, hold=1, limit_failure_ratio=1))
        assert site.arrivals("/") == 0
    assert run.stats().failures_by_kind == {"tls": 20}
    assert words in run.examples["tls"]


def test_an_unknown_authority_is_a_failure(
    tmp_path: Path, a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with landing_site(cert_file=certificate(trustme.CA(), tmp_path, "localhost")) as site:
        run = send(a_plan(site.url + "/", rate=20, hold=1, limit_failure_ratio=1))
    assert run.stats().failures_by_kind == {"tls": 20}


def test_a_credential_goes_to_its_host_only(a_plan: Callable[..., LoadPlan]) -> None:
    with landing_site() as other, landing_site(paths={"/": Behaviour(redirect_to=other.url + "/")}) as site:
        port = site.url.rpartition(":")[2]
        only_site = Credential(Access(host=f"127.0.0.1:{port}", header="X-Preview", from_env="TOKEN"), "s3cret")
        grants = [Grant(where.url, ("127.0.0.1",), None, "test") for where in (site, other)]
        run = run_load(a_plan(site.url + "/", rate=10, hold=1), grants, credentials=[only_site])
        assert site.counts()["/"]["headers"]["x-preview"] == "s3cret"
        assert "x-preview" not in other.counts()["/"]["headers"]
    assert run.stats().ok == 10
