from collections.abc import Iterator
from urllib.parse import urlsplit

from launchguard import Finding, NotApplicable, Visit, check, hosts, html

# OpenSSL's X509_V_ERR codes.
FIXES = {
    9: "The certificate is not valid yet: check its start date and the server's clock.",
    10: "Renew the expired certificate.",
    18: "Replace the self-signed certificate by one of a public authority.",
    19: "Replace the certificate: its chain ends in a root that no browser trusts.",
    20: "Install the whole chain: the intermediate certificate is missing, or its authority is not trusted.",
    21: "Install the whole chain: the intermediate certificate is missing.",
    62: "Get a certificate that names {host}.",
    64: "Get a certificate that names the address {host}.",
}
OLD = {"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"}


@check("tls-valid", severity="block", owner="infra", judges_errors=True)
def tls_valid(visit: Visit) -> Iterator[Finding | NotApplicable]:
    """Browsers trust the page's certificate.

    Why: instead of the campaign, visitors see a full-screen warning that the site is not safe.
    Fix: install a valid certificate for the host, with its whole chain.
    Source: RFC 5280 and RFC 9525 (validation), RFC 9325 (TLS 1.2 or newer).

    Example:
        Bad: a_visit(error=an_error("tls", "certificate has expired", code=10))
        Good: a_visit(tls=a_tls(version="TLSv1.3"))
    """
    if visit.error is not None and visit.error.kind == "tls":
        host = html.excerpt(hosts.host_of(visit.error.url), 80)
        code = visit.error.code
        yield Finding(
            "browsers refuse the connection to {host}: {measured}",
            measured=html.excerpt(visit.error.detail, 200),
            expected="a certificate that verifies",
            reason=f"openssl-{code}" if code is not None else "handshake",
            subject=host,
            evidence=f"OpenSSL verify code {code}" if code is not None else "the handshake failed",
            fix=FIXES.get(code or 0, "").format(host=host),
            fields={"host": host},
        )
    elif visit.error is not None:
        yield NotApplicable("the page did not answer, which reachable judges")
    elif urlsplit(visit.final_url).scheme != "https":
        yield NotApplicable("the page is served without TLS")
    elif visit.tls is not None and visit.tls.version in OLD:
        yield Finding(
            "{host} speaks {measured}, expected {expected} or newer",
            measured=visit.tls.version,
            expected="TLSv1.2",
            reason="old-protocol",
            subject=visit.host,
            severity="warn",
            fix="Enable TLS 1.2 and 1.3 on the server or its CDN.",
            fields={"host": visit.host},
        )
