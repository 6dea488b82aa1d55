"""What every test gets: no network beyond loopback, an environment without anybody's settings, and the same examples.

Property tests draw the same examples each time, so that a run of the suite says something about the change that it is
about; `pytest --hypothesis-profile default` looks for new ones. None of them is timed.
"""

import os
import signal
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what it runs in the background so; whoever was sent Ctrl-C by a test would never hear of it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_SCRUBBED = ("GITHUB_", "LAUNCHGUARD_", "LOCUST_", "INPUT_", "LG_")
_SCRUBBED_NAMES = ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_SCRUBBED) or name in _SCRUBBED_NAMES or name.lower() in _PROXIES:
            monkeypatch.delenv(name)


def _is_loopback(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    return host.startswith("127.") or host in ("::1", "localhost", "0.0.0.0", "::", "")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(real: Any) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if not _is_loopback(address):
                raise AssertionError(f"a test tried to reach {address!r}; tests stay on loopback")
            return real(self, address)

        return connect

    monkeypatch.setattr(socket.socket, "connect", guarded(real_connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(real_connect_ex))
