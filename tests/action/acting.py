"""A repository that uses the action, and `act` to run its workflows on this machine, without containers."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.busy import repeated
from tests.github.fake_api import TOKEN, FakeGitHub

ROOT = Path(__file__).parents[2]
TOOLS = Path(sysconfig.get_path("scripts"))
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
OUTPUTS = ("verdict", "exit-code", "report-dir", "report-json", "summary-md", "comment-url", "reasons")
PASSED_ON = ("SSL_CERT_FILE", "SSL_CERT_DIR", "UV_CACHE_DIR", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "LANG")

MANIFEST = """\
launchguard: 1
name: {name}
launch: 2027-03-01 09:00 Europe/Madrid
ends: 2027-03-04 23:59 Europe/Madrid
pages:
  - url: {url}
channels:
  - rate: 30/s
limits: {{errors: 5%, p95: 10s}}
load: {{ramp: 1s, warm_up: 0s, hold: 2s, drain: 1s, arrivals: uniform}}
"""


def git(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Run git with an identity of its own and, where wanted, more variables."""
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    variables = {**os.environ, **(env or {})}
    ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=variables)
    return ran.stdout.strip()


def copy_action(target: Path) -> Path:
    """What `git archive` makes of the tree, were it committed now: no .git, nothing that is ignored."""
    work = target.parent / f"{target.name}-index"
    work.mkdir(parents=True)
    objects = Path(git(ROOT, "rev-parse", "--path-format=absolute", "--git-path", "objects"))
    # An index and an object folder of its own: the repository itself is only read.
    env = {"GIT_INDEX_FILE": str(work / "index"), "GIT_OBJECT_DIRECTORY": str(work)}
    env |= {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects)}
    git(ROOT, "read-tree", "HEAD", env=env)
    git(ROOT, "add", "--all", "--ignore-errors", env=env)
    archive = work / "action.tar"
    git(ROOT, "archive", "--format=tar", f"--output={archive}", git(ROOT, "write-tree", env=env), env=env)
    target.mkdir(exist_ok=True)
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target


def install(action: Path, folder: Path, path: str) -> "subprocess.CompletedProcess[str]":
    """Run the install script with next to no environment; `folder` is its home, and holds RUNNER_TEMP as `temp`.

    What it installs is sealed with the token that the jobs of the tests have.
    """
    env = {**handed_on(), "PATH": path, "HOME": str(folder), "RUNNER_TEMP": str(folder / "temp")}
    command = ["/bin/bash", str(action / "scripts" / "action" / "install.sh")]
    return subprocess.run(
        command, env=env, cwd=folder, input=TOKEN, capture_output=True, text=True, timeout=110, check=False
    )


def handed_on() -> dict[str, str]:
    """The variables that say where packages come from."""
    handed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {"UV_CACHE_DIR": str(Path.home() / ".cache" / "uv"), **handed}


def tool_path(folder: Path, *, uv: bool = True) -> str:
    """A PATH with this Python, the system's tools and, where wanted, uv; nothing else of this environment."""
    folder.mkdir(parents=True, exist_ok=True)
    base = Path(sys.base_prefix) / "bin" / "python3"
    for name, target in {"python3": base, **({"uv": TOOLS / "uv"} if uv else {})}.items():
        if not (folder / name).exists():
            (folder / name).symlink_to(target)
    return f"{folder}:/usr/local/bin:/usr/bin:/bin"


@dataclass
class Ran:
    """One run of act: its entries, what the action handed to the next step, and what it wrote."""

    exit_code: int
    entries: list[dict[str, Any]]
    outputs: dict[str, str]
    reports: dict[str, str]

    @property
    def log(self) -> str:
        """Everything that was printed, line by line."""
        return "\n".join(str(entry.get("msg", "")) for entry in self.entries)

    @property
    def notices(self) -> str:
        """The notices, one a line."""
        return "\n".join(str(entry["arg"]) for entry in self.commands("notice"))

    def commands(self, name: str) -> list[dict[str, Any]]:
        """The workflow commands of one name that the runner understood: {"arg": text, "kvPairs": properties}."""
        return [entry for entry in self.entries if entry.get("command") == name]

    @property
    def summary(self) -> str:
        """What the job's summary shows."""
        return "\n".join(str(entry.get("content", "")) for entry in self.commands("summary"))


@dataclass
class Consumer:
    """The repository acme/shop, checked out; its own files and the event that it runs on.

    `temp` is a RUNNER_TEMP in which the action is installed already; None: every run installs it. `base` is the commit
    of main that the pull request goes to: one without any file, unless a test says otherwise.
    """

    folder: Path
    action: Path
    github: FakeGitHub
    temp: Path | None = None
    base: str = ""
    env: dict[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> Path:
        """The working copy."""
        return self.folder / "shop"

    def write(self, files: Mapping[str, str]) -> None:
        """Commit files to the working copy."""
        if not (self.repository / ".git").exists():
            self.repository.mkdir(parents=True, exist_ok=True)
            git(self.repository, "init", "--quiet")
            git(self.repository, "remote", "add", "origin", "https://github.com/acme/shop.git")
            # No test may reach the real one: what a step fetches comes from here.
            bare = f'[url "{(self.folder / "bare.git").as_uri()}"]'
            settings = f"{bare}\n\tinsteadOf = https://github.com/acme/shop.git\n"
            (self.folder / "gitconfig").write_text(settings, encoding="utf-8")
            git(self.repository, "commit", "--quiet", "--allow-empty", "--message", "base")
            self.base = self.head
        for name, text in files.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        git(self.repository, "add", "--all")
        git(self.repository, "commit", "--quiet", "--message", "change")
        self.github.pull_head = self.head

    @property
    def head(self) -> str:
        """The checked-out commit."""
        return git(self.repository, "rev-parse", "HEAD")

    @property
    def before(self) -> str:
        """The commit before it."""
        return git(self.repository, "rev-parse", "HEAD^")

    def pull_request(self, *, fork: bool = False) -> dict[str, Any]:
        """The payload of a pull request for main with the checked-out commit."""
        home = {"full_name": "acme/shop"}
        head = {"sha": self.head, "ref": "spring", "repo": {"full_name": "mallory/shop"} if fork else home}
        return {
            "number": 7,
            "pull_request": {"number": 7, "head": head, "base": {"ref": "main", "sha": self.base, "repo": home}},
            "repository": {**home, "default_branch": "main"},
        }

    def kept_installed(self, temp: Path) -> Path:
        """A file that every bash of a job reads first. act gives each job a new RUNNER_TEMP and a new copy of the
        action, so each would install anew; with this they are where a second call in a job finds them.
        """
        file = self.folder / "kept.sh"
        kept = shlex.quote(str(temp / "launchguard"))
        file.write_text(
            f'[ -e "$RUNNER_TEMP/launchguard" ] || ln -s {kept} "$RUNNER_TEMP/launchguard"\n'
            f'[ -z "${{GITHUB_ACTION_PATH-}}" ] || export GITHUB_ACTION_PATH={shlex.quote(str(self.action))}\n',
            encoding="utf-8",
        )
        return file

    def act_well(self, event: str, payload: Mapping[str, Any], workflow: str) -> Ran:
        """The same for a job that sends load, again where the machine was too busy for it."""
        return repeated(lambda: self.act(event, payload, workflow), lambda ran: ran.log)

    def act(self, event: str, payload: Mapping[str, Any], workflow: str, *, token: str = TOKEN) -> Ran:
        """Run a workflow file of the repository for an event, as a runner without anybody's settings would."""
        (self.folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        results = self.folder / "results"
        shutil.rmtree(results, ignore_errors=True)
        results.mkdir()
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = {"PATH": tool_path(self.folder / "bin"), "HOME": str(home), "XDG_CACHE_HOME": str(home)}
        handed = {
            **handed_on(),
            "GITHUB_API_URL": self.github.url,
            "RESULTS": str(results),
            "PATH": environment["PATH"],
        }
        handed |= {"GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"} | self.env
        if self.temp is not None:
            handed["BASH_ENV"] = str(self.kept_installed(self.temp))
        command = [str(TOOLS / "act"), event, "--json", "--platform", "ubuntu-latest=-self-hosted", "--no-cache-server"]
        command += ["--eventpath", str(self.folder / "event.json"), "--workflows", f".github/workflows/{workflow}"]
        command += ["--local-repository", f"launchguard/launchguard@v1={self.action}"]
        command += [f"--env={name}={value}" for name, value in handed.items()]
        command += [f"--secret=GITHUB_TOKEN={token}"] if token else []
        ran = subprocess.run(
            command,
            cwd=self.repository,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=110,
            check=False,
        )
        entries = [entry_of(line) for line in ran.stdout.splitlines()]
        files = {path.name: path.read_text(encoding="utf-8") for path in results.iterdir() if path.is_file()}
        outputs = {name: files.pop(name) for name in OUTPUTS if name in files}
        return Ran(ran.returncode, entries, outputs, files)


def entry_of(line: str) -> dict[str, Any]:
    """One line of act's log; what is no JSON is a message."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {"msg": line}
    return entry if isinstance(entry, dict) else {"msg": line}


def workflow(inputs: Mapping[str, str], *, event: str = "pull_request", before: str = "") -> str:
    """A workflow that calls the action and then keeps what the action left: JSON is YAML, so any value is safe."""
    keep = "\n".join(
        f"""printf '%s' "$OUT_{name.upper().replace("-", "_")}" > "$RESULTS/{name}\"""" for name in OUTPUTS
    )
    keep += """\nif [ -n "$OUT_REPORT_DIR" ]; then cp -r "$OUT_REPORT_DIR"/. "$RESULTS"; fi"""
    steps = [
        {"uses": CHECKOUT},
        *([{"run": before}] if before else []),
        {"id": "launchguard", "uses": "launchguard/launchguard@v1", "with": dict(inputs)},
        {
            "if": "always()",
            "run": keep,
            "env": {
                f"OUT_{name.upper().replace('-', '_')}": f"${{{{ steps.launchguard.outputs.{name} }}}}"
                for name in OUTPUTS
            },
        },
    ]
    job = {"runs-on": "ubuntu-latest", "steps": steps}
    return json.dumps({"on": [event], "jobs": {"launchguard": job}}, indent=1)
