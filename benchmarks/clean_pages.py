"""Whether pages that are fine are left alone: templates of landing pages from npm, a WordPress front page of Debian's.

Goal: what is told of a page is what is right to tell of it, which stands beside its name. Whoever asks for this
measurement by its name has the templates fetched with npm, and is told which packages of Debian WordPress needs.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import _wordpress
from benchmarks._nginx import free_port, running_nginx

ONLY_BY_NAME = True
LAUNCHGUARD = str(Path(sys.executable).with_name("launchguard"))
LOREM = "the page shows a placeholder: lorem ipsum"
TEMPLATES = {
    "startbootstrap-landing-page@6.0.6": ("Generate more leads with a professional landing page!", ()),
    "startbootstrap-new-age@6.0.7": ("Showcase your app beautifully.", ()),
    "startbootstrap-creative@7.0.7": ("Your Favorite Place for Free Bootstrap Themes", ()),
    "startbootstrap-freelancer@7.0.7": ("Graphic Artist - Web Designer - Illustrator", (f"warn placeholder: {LOREM}",)),
    "startbootstrap-agency@7.0.12": ("It's Nice To Meet You", (f"block placeholder: {LOREM}",)),  # in its headings
    "startbootstrap-coming-soon@6.0.7": (
        "Our Website is Coming Soon",
        ("warn placeholder: the page shows a placeholder: coming soon",),
    ),
}
"""MIT licence, each; what its visitors read first, and what is right to say of it."""
TAGS = "?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
NGINX = """
worker_processes 1; daemon off; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  include /etc/nginx/mime.types; access_log off; gzip on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""
MANIFEST = """\
launchguard: 1
name: {name}
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{page}]
channels: [{{email: {{recipients: 50_000, click_rate: 2%, send_over: 20m}}}}]
baseline: 3/s
owners: {{marketing: "@ana", engineering: "@web", on_call: "@lee"}}
fallback: static page
measurement: {{kpis: [orders]}}
"""


def main() -> None:
    """Serve the pages, judge them in one call, and print every verdict with what was told."""
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        folder.chmod(0o755)
        pages = _templates(folder / "templates", stack)
        pages |= _front_page(folder / "wordpress", stack)
        verdicts = _judged(folder / "campaigns", pages)
    right = {package.partition("@")[0]: told for package, (_, told) in TEMPLATES.items()}
    wrong = 0
    for verdict in verdicts:
        name, said = verdict["campaign"]["name"], tuple(_told(verdict))
        wrong += said != right.get(name, ())
        print(
            f"{name:28} {verdict['verdict']:8} {'right' if said == right.get(name, ()) else 'WRONG'}", *said, sep="\n  "
        )
    if wrong:
        raise SystemExit(f"{wrong} of {len(verdicts)} pages were told something else than what is right")


def _told(verdict: dict[str, Any]) -> Iterator[str]:
    """What stops or warns, a line for each finding."""
    for outcome in verdict["outcomes"]:
        if outcome["status"] in ("block", "unknown", "warn"):
            for words in [finding["message"] for finding in outcome["findings"]] or [outcome["reason"]]:
                yield f"{outcome['status']} {outcome['check']}: {words}"


def _templates(folder: Path, stack: ExitStack) -> dict[str, tuple[str, str]]:
    """Fetch and serve the templates; name to address and words."""
    if not (shutil.which("npm") and shutil.which("nginx")):
        print("templates: skipped, npm and nginx are not installed")
        return {}
    for package in TEMPLATES:
        place = folder / "www" / package.partition("@")[0]
        place.mkdir(parents=True)
        subprocess.run(["npm", "pack", "--silent", package], cwd=place, check=True, stdout=subprocess.DEVNULL)
        (archive,) = place.glob("*.tgz")
        shutil.unpack_archive(archive, place, filter="data")
    port = free_port()
    stack.enter_context(running_nginx(NGINX.format(folder=folder, port=port), folder, port))
    names = ((package.partition("@")[0], words) for package, (words, _) in TEMPLATES.items())
    return {name: (f"http://127.0.0.1:{port}/{name}/package/dist/", words) for name, words in names}


def _front_page(folder: Path, stack: ExitStack) -> dict[str, tuple[str, str]]:
    """Install and serve WordPress; the same of its front page."""
    if _wordpress.missing():
        print(f"WordPress: skipped, install {_wordpress.PACKAGES}")
        return {}
    return {"wordpress": (stack.enter_context(_wordpress.wordpress(folder)), "Hello world!")}


def _judged(folder: Path, pages: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """The verdicts on all pages, from one run."""
    folder.mkdir()
    for name, (url, words) in pages.items():
        page = json.dumps({"url": url + TAGS, "contains": [words]})
        (folder / f"{name}.yml").write_text(MANIFEST.format(name=name, page=page), encoding="utf-8")
    command = [LAUNCHGUARD, "run", "--smoke-only", "--format", "json", str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = json.loads(told)
    verdicts: list[dict[str, Any]] = found.get("verdicts", [found])
    return verdicts


if __name__ == "__main__":
    main()
