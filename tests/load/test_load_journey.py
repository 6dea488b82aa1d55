"""Journeys: users of a locustfile under our arrivals, behind our fence."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trustme

from launchguard.errors import JourneyError
from launchguard.journey import may_repeat, safe_to_repeat
from launchguard.load.journeys.journey_check import check_journey
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.site import landing_site
from tests.busy import at_once, repeated
from tests.load.recorder import Answered, Recorder, recording_site

pytestmark = pytest.mark.load

CHECKOUT = """
from locust import FastHttpUser, SequentialTaskSet, constant, task
from launchguard.journey import safe_to_repeat

class Checkout(SequentialTaskSet):
    wait_time = constant(0.3)

    def on_start(self):
        self.client.get(self.user.page, name="landing page")

    @task
    def article(self):
        self.client.get("/article", name="article")

    @task
    @safe_to_repeat
    def add(self):
        self.client.post("/cart", json={"row": self.user.row.get("name")}, name="cart")

class Visitor(FastHttpUser):
    tasks = [Checkout]
    def on_stop(self):
        self.client.get("/bye")
"""
BOTH = """from locust import FastHttpUser, HttpUser
def one(self):
    {lines}
class Fast(FastHttpUser):
    tasks = [one]
class Plain(HttpUser):
    tasks = [one]
"""
SOLD_OUT = """
def sold_out(self):
    with self.client.get('/', catch_response=True) as answer:
        answer.failure('sold out')
"""
SHOP = {"/": Answered("Spring sale", headers={"Set-Cookie": "id=abc; Path=/"}), "/article": Answered("x")}
SHOP |= {"/cart": Answered("ok"), "/bye": Answered("")}

Walk = Callable[..., LoadRun]


@pytest.fixture
def walk(tmp_path: Path, a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> Walk:
    """Send visits along a journey."""

    def walked(url: str, text: str, *, data: str = "", also: tuple[str, ...] = (), **over: Any) -> LoadRun:
        journey, rows = tmp_path / "checkout.py", tmp_path / "users.csv"
        journey.write_text(text, encoding="utf-8")
        rows.write_text(data, encoding="utf-8")
        given = {"rate": 5, "hold": 2, "arrivals": "uniform"} | over
        return send(a_plan(url + "/", journey=str(journey), data=str(rows) if data else "", **given), also=also)

    return walked


def away_to(other: Recorder) -> Answered:
    return Answered("", 302, {"Location": other.url + "/"})


def body(*lines: str) -> str:
    """A journey of one task, done by users of both of Locust's clients; its first line is the third of the file."""
    return BOTH.format(lines="\n    ".join(lines))


def by_row(**cases: str) -> dict[str, str]:
    """A journey that does in each visit what its row says, and the rows."""
    lines = [f"if self.row['case'] == '{name}': {line}" for name, line in cases.items()]
    return {"text": body(*lines), "data": "case\n" + "".join(f"{name}\n" for name in cases)}


def test_a_journey_is_walked_once_for_each_arrival_in_its_order(walk: Walk) -> None:
    def walked() -> tuple[LoadRun, Recorder]:
        with recording_site(SHOP) as site:
            return walk(site.url, CHECKOUT, data="name\nana\nbob\neva\n"), site

    run, site = repeated(walked, lambda made: made[0].invalid)
    assert (run.stats().planned, run.stats().ok, run.invalid) == (10, 10, "")
    assert Counter((s.method, s.path) for s in site.seen) == {
        ("GET", "/"): 10,
        ("GET", "/article"): 10,
        ("POST", "/cart"): 10,
        ("GET", "/bye"): 10,
    }
    visits: dict[Any, list[Any]] = {}
    for seen in site.seen:
        visits.setdefault(seen.client, []).append(seen)
    assert len(visits) == 10
    for steps in visits.values():
        assert [step.path for step in steps] == ["/", "/article", "/cart", "/bye"]
        assert "cookie" not in steps[0].headers
        assert all(step.headers["cookie"] == "id=abc" for step in steps[1:])
        assert steps[2].at_s - steps[1].at_s > 0.29
    assert [(s.name, s.requests, s.failed) for s in run.steps] == [
        ("GET landing page", 10, 0),
        ("GET article", 10, 0),
        ("POST cart", 10, 0),
        ("GET /bye", 10, 0),
    ]


def test_latency_is_that_of_the_first_answer_and_later_steps_count_from_when_they_were_due(walk: Walk) -> None:
    slow = SHOP | {"/cart": Answered("ok", wait_s=0.5)}
    with recording_site(slow) as site:
        run = walk(site.url, CHECKOUT.replace("constant(0.3)", "constant(1.2)"))
    stats = run.stats()
    assert stats.ok == 10 and stats.latency_ms is not None
    assert stats.latency_ms.p50 < 1000  # a whole visit takes 1.7 s
    p95 = {step.name: step.p95_ms or 0 for step in run.steps}
    assert 500 <= p95["POST cart"] < 1700  # the wait before it is the visitor's, not the site's


def test_each_visit_gets_a_row_of_its_own_and_the_rows_start_again(walk: Walk) -> None:
    text = body("self.client.get('/?who=' + self.row['name'], name='home')")
    with recording_site(SHOP) as site:
        assert walk(site.url, text, data="name\nana\nbob\neva\n").stats().ok == 10
    assert Counter(seen.query for seen in site.seen) == {"who=ana": 4, "who=bob": 3, "who=eva": 3}


def test_a_visit_is_ok_only_when_all_of_it_was(walk: Walk) -> None:
    answers = SHOP | {
        "/slow": Answered("x", wait_s=4.0),
        "/busy": Answered("", 429),
        "/round": Answered("", 302, {"Location": "/round"}),
    }
    cases = by_row(
        fine="self.client.get('/')",
        missing="self.client.get('/'); self.client.get('/none')",
        raises="self.client.get('/'); raise RuntimeError('no price')",
        hangs="self.client.get('/slow')",
        ends_late="self.client.get('/'); self.client.get('/slow')",
        limited="self.client.get('/busy')",
        lost="self.client.get('/round')",
        sold_out="sold_out(self)",
    )
    cases["text"] += SOLD_OUT
    with recording_site(answers) as site:
        run = walk(site.url, **cases, rate=16, hold=1, visit_timeout_s=2.0, limit_failure_ratio=1.0)
    assert run.stats().ok == 2
    kinds = ("status", "other", "unanswered", "timeout", "rate-limited", "redirect", "content")
    assert run.stats().failures_by_kind == dict.fromkeys(kinds, 2)
    assert run.examples["status"] == "GET /none answered 404"
    assert run.examples["other"] == "checkout.py:5: RuntimeError: no price"
    assert run.examples["content"] == "GET /: sold out"


def test_the_landing_page_has_to_say_on_a_journey_too_what_it_promises(walk: Walk) -> None:
    with recording_site(SHOP) as site:
        run = walk(site.url, body("self.client.get(self.page)"), hold=1, contains=("Summer",), limit_failure_ratio=1.0)
    assert run.stats().failures_by_kind == {"content": 5}
    assert "does not contain 'Summer'" in run.examples["content"]


def test_the_report_of_an_unfinished_step_names_it(walk: Walk) -> None:
    with recording_site(SHOP | {"/slow": Answered("x", wait_s=4.0)}) as site:
        text = body("self.client.get('/')", "self.client.get('/slow', name='prices')")
        run = walk(site.url, text, hold=1, visit_timeout_s=2.0, limit_failure_ratio=1.0)
    assert [(s.name, s.requests, s.failed) for s in run.steps] == [("GET /", 5, 0), ("GET prices", 5, 5)]
    assert run.steps[1].example == "it was not answered in time"
    latency = run.done_s - run.intended_s
    assert np.all(latency < 2.0)  # their first answers came in time


def test_it_signs_every_request(walk: Walk) -> None:
    lines = [
        "self.client.get('/')",
        "self.client.get('/', headers={'User-Agent': 'Own/1.0'})",
        "self.client.get('/bye', headers={'user-agent': 'own/2.0'})",
    ]
    with recording_site(SHOP) as site:
        run = walk(site.url, body(*lines), hold=2, phones_ratio=0.4)
    assert run.stats().ok == 10
    agents = [seen.headers["user-agent"] for seen in site.seen]
    end = r" ?LaunchGuard/\S+ \(\+https://github.com/launchguard/launchguard; run test-run\)$"
    assert all(re.search(end, agent) for agent in agents)
    firsts = Counter(re.sub(end, "", agent).split(" ")[0] for agent in agents)
    assert firsts == {"Mozilla/5.0": 10, "Own/1.0": 10, "own/2.0": 10}
    assert sum("Android" in agent and "Mobile" in agent for agent in agents) == 4


@pytest.mark.parametrize("returning", [0.0, 1.0])
def test_a_returning_user_keeps_connection_and_cookies(walk: Walk, returning: float) -> None:
    with recording_site(SHOP) as site:
        run = walk(site.url, body("self.client.get('/')"), returning_ratio=returning)
    assert run.stats().ok == 10
    connections = len({seen.client for seen in site.seen})
    # One connection of each of the two kinds of users, more where a stall let visits meet; or one of each visit.
    assert (2 <= connections <= 2 * at_once(run)) if returning else connections == 10
    assert sum("cookie" in seen.headers for seen in site.seen) == 10 - connections


def test_a_returning_user_comes_back_to_the_origin_of_its_page(
    tmp_path: Path, a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    journey = tmp_path / "checkout.py"
    journey.write_text(body("self.client.get('/')"), encoding="utf-8")
    with recording_site(SHOP) as one, recording_site(SHOP) as other:
        plan = a_plan(one.url + "/", other.url + "/", rate=10, journey=str(journey), returning_ratio=1.0)
        run = send(plan)
    assert run.stats().ok == 20
    assert [len(site.seen) for site in (one, other)] == np.bincount(run.target).tolist()
    assert len(one.seen) > 0 < len(other.seen)


def test_a_user_knows_its_own_host_while_others_are_under_way(
    tmp_path: Path, a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    journey = tmp_path / "checkout.py"
    text = body("import gevent; gevent.sleep(0.3)", "self.client.get(self.host + '/article')")
    journey.write_text(text, encoding="utf-8")
    with recording_site(SHOP) as one, recording_site(SHOP) as other:
        run = send(a_plan(one.url + "/", other.url + "/", rate=10, journey=str(journey)))
    assert run.stats().ok == 20
    assert [len(site.seen) for site in (one, other)] == np.bincount(run.target).tolist()


def test_it_reaches_no_origin_that_was_not_authorized(walk: Walk) -> None:
    with recording_site(SHOP) as other, recording_site(SHOP | {"/away": away_to(other)}) as site:
        cases = by_row(direct=f"self.client.get('{other.url}/')", redirect="self.client.get('/away')")
        run = walk(site.url, **cases, rate=10, limit_failure_ratio=1.0)
    assert other.seen == []
    assert run.stats().failures_by_kind == {"unauthorized": 20}
    assert "was not authorized for load" in run.invalid
    assert len(site.of("/away")) == 10


def test_no_other_library_gets_through_the_fence(walk: Walk) -> None:
    with recording_site(SHOP) as other, recording_site(SHOP) as site:
        port = other.url.rpartition(":")[2]
        cases = by_row(
            socket=f"import socket; socket.socket().connect(('127.0.0.1', {port}))",
            urllib=f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/')",
            requests=f"import requests; requests.get('http://localhost:{port}/')",
        )
        run = walk(site.url, **cases, rate=3, limit_failure_ratio=1.0)
    assert other.seen == []
    assert run.stats().failures_by_kind == {"other": 6}
    assert "was not authorized for load" in run.examples["other"]


def test_only_marked_steps_send_more_than_get_and_head(walk: Walk) -> None:
    text = body("self.client.head('/')", "self.client.post('/cart', json={})")
    with recording_site(SHOP) as site:
        run = walk(site.url, text, hold=2, limit_failure_ratio=1.0)
    assert Counter(seen.method for seen in site.seen) == {"HEAD": 10}
    assert "POST /cart was not sent" in run.invalid and "safe_to_repeat" in run.invalid


@pytest.mark.parametrize(("trusted", "ok", "kinds"), [(True, 10, {}), (False, 0, {"tls": 10})])
def test_certificates_are_verified_whatever_the_journey_says(
    walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool, ok: int, kinds: dict[str, int]
) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    bundle, server = tmp_path / "ca.pem", tmp_path / "server.pem"
    authority.cert_pem.write_to_path(str(bundle))
    (authority if trusted else stranger).issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(
        str(server)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    text = body("self.client.get('/')").replace("    tasks = [one]\n", "    tasks = [one]\n    insecure = True\n")
    text += "    def on_start(self): self.client.verify = False\n"
    with landing_site(cert_file=server) as site:
        run = walk(site.url, text, limit_failure_ratio=1.0)
    assert (run.stats().ok, run.stats().failures_by_kind) == (ok, kinds)


def test_a_visit_without_a_request_proves_nothing(walk: Walk) -> None:
    with recording_site(SHOP) as site:
        run = walk(site.url, body("pass"), hold=1)
    assert "made no request" in run.invalid


def test_users_and_tasks_are_drawn_by_weight(walk: Walk) -> None:
    text = """
from locust import FastHttpUser, TaskSet, task
class Often(FastHttpUser):
    weight = 3
    @task(3)
    def a(self): self.client.get("/a")
    @task
    class Other(TaskSet):
        @task
        def b(self):
            self.client.get("/b")
            self.interrupt()
class Seldom(FastHttpUser):
    @task
    def c(self): self.client.get("/c")
class Never(FastHttpUser):
    abstract = True
"""
    with recording_site({path: Answered("x") for path in ("/a", "/b", "/c")}) as site:
        run = walk(site.url, text, rate=40)
    assert run.stats().ok == 80
    counted = Counter(seen.path for seen in site.seen)
    assert sum(counted.values()) == 80
    assert counted["/a"] == pytest.approx(45, abs=15)
    assert counted["/b"] == pytest.approx(15, abs=12) and counted["/b"]
    assert counted["/c"] == pytest.approx(20, abs=13) and counted["/c"]


def test_two_processes_share_the_visits_and_the_rows(walk: Walk) -> None:
    text = body("self.client.get('/?who=' + self.row['name'], name='home')")
    rows = "name\n" + "".join(f"u{number}\n" for number in range(50))
    with recording_site(SHOP) as site:
        run = walk(site.url, text, data=rows, processes=2, rate=20)
    assert run.stats().ok == 40
    assert sorted(seen.query for seen in site.seen) == sorted(f"who=u{number}" for number in range(40))
    assert [(step.name, step.requests) for step in run.steps] == [("GET home", 40)]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("import locust\nclass V(locust.FastHttpUser)\n    pass\n", 2, "SyntaxError"),
        ("import locust\n\nimport no_such_thing\n", 3, "No module named 'no_such_thing'"),
        ("import locust\nclass V(locust.FastHtpUser): pass\n", 2, "FastHtpUser"),
        ("import locust\n", 1, "no User class"),
        ("import locust\n\nclass V(locust.FastHttpUser):\n    pass\n", 3, "V has no task"),
        ("import locust\nclass V(locust.User):\n    tasks, weight = [print], 0\n", 1, "nobody would walk"),
        ("import os\nimport sys\nsys.exit(7)\n", 3, "SystemExit"),
        ("import os\nos._exit(7)\n", 1, "its process ended"),
        ("x = 1\nimport socket\nsocket.create_connection(('127.0.0.1', 9))\n", 3, "not authorized"),
        (
            "def safe(): pass\nfrom launchguard.journey import safe_to_repeat\n@safe_to_repeat\nclass A: pass\n",
            3,
            "mark",
        ),
    ],
)
def test_what_is_wrong_with_a_journey_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "checkout.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(JourneyError) as caught:
        check_journey(str(path))
    assert caught.value.message.startswith(f"{path}:{line}: ")
    assert words in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [("name\n", 1, "no rows"), ("a,b\n1,2\n3\n", 3, "fields")],
)
def test_what_is_wrong_with_its_data_too(tmp_path: Path, rows: str, line: int, words: str) -> None:
    journey, data = tmp_path / "checkout.py", tmp_path / "users.csv"
    journey.write_text(body("pass"), encoding="utf-8")
    data.write_text(rows, encoding="latin-1")
    with pytest.raises(JourneyError, match=rf"users\.csv:{line}: .*{words}"):
        check_journey(str(journey), str(data))


def test_a_good_journey_and_a_module_beside_it_pass(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("PATH = '/'\n", encoding="utf-8")
    path = tmp_path / "checkout.py"
    path.write_text("from beside import PATH\nprint('noise')\n" + body("self.client.get(PATH)"), encoding="utf-8")
    check_journey(str(path))


def test_the_mark_holds_while_its_step_runs() -> None:
    @safe_to_repeat
    def step(text: str) -> tuple[str, bool]:
        """Say it."""
        return text, may_repeat()

    assert step("a") == ("a", True)
    assert step.__doc__ == "Say it."
    assert not may_repeat()
    with pytest.raises(TypeError, match="mark the steps"):
        safe_to_repeat(dict)
