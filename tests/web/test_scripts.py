"""What is written in a page's scripts: which send its visitor on, which do so at once, and which only read or wait."""

import pytest

from launchguard.web.document import read
from launchguard.web.scripts import MAX_READ, leave_at_once, send_away

AT_ONCE = [
    "location='/gone'",
    "location.href = url;",
    "window.location.href='/page'+location.search",
    "document.location='/x'",
    "self.location = '/x'",
    "top.location.href='/x'",
    "parent.location.replace('/x')",
    "window.location.assign('/x')",
    "window.location.pathname = '/x'",
    "self['location']['replace'](u)",
    'window["location"].href=u',
    "var u = '/x';\nwindow.location.replace(u)",
    "var u = '/x'; // where (\nwindow.location.replace(u)",
    "function a(){ return 1 }\nlocation.href='/x'",
    "/* why */ location.href='/x'",
    "<!--\nlocation.href='/x'\n//-->",
]
AT_LAST = [
    "setTimeout(function(){top.location='https://apps.example/app'},25)",
    "setTimeout(\"location.href='/x'\", 10)",
    "if (a) location.replace('/x')",
    "if (a) { location.replace('/x') } else location = '/y'",
    "top!==self&&(top.location=self.location)",
    "top!==self && top.location.replace('/x')",
    "onload = () => location.assign('/x')",
    "document.forms[0].submit()",
    "document.querySelector('form').requestSubmit()",
    "document.getElementById('next').click()",
    "window.open('/x', '_self')",
    "window.navigate(u)",
    "navigation.navigate('/x')",
    "$(location).attr('href', '/x')",
    'document.write(\'<meta http-equiv="refresh" content="0;url=/x">\')',
]
NEVER = [
    "",
    "var here = location.href",
    "if (location.href == '/x') { ping() }",
    "if (location.href === '/x') { ping() }",
    "const f = location => location.name",
    "shop.location = 'Berlin'",
    "mylocation = 'Berlin'",
    "document.getElementById('name').value = location.search",
    "history.replaceState({}, '', '/x')",
    "submit = document.querySelector('button')",
]


@pytest.mark.parametrize("script", AT_ONCE)
def test_what_leads_away_at_once(script: str) -> None:
    assert send_away([script])
    assert leave_at_once(["ping()", script])


@pytest.mark.parametrize("script", AT_LAST)
def test_what_leads_away_later_or_on_a_condition(script: str) -> None:
    assert send_away([script])
    assert not leave_at_once([script])


@pytest.mark.parametrize("script", NEVER)
def test_what_leads_nowhere(script: str) -> None:
    assert not send_away([script])
    assert not leave_at_once([script])


@pytest.mark.parametrize(
    ("markup", "away", "leaves"),
    [
        ("<body onload=\"location.href='/gone'\"><p>Please wait", True, True),
        ('<body onpageshow="go()"><p>Please wait', False, False),
        ("<img src=a.png onload=\"if (a) location.href='/gone'\">", True, False),
        ("<a onclick=\"location.href='/buy'\">Buy", False, False),
        ("<script>location.href='/gone'</script>", True, True),
        ("<script type=module>location.href='/gone'</script>", True, True),
        ("<script type='text/javascript; charset=utf-8'>location.href='/gone'</script>", True, True),
        ("<script type=application/json>location.href='/gone'</script>", False, False),
        ("<template><script>location.href='/gone'</script></template>", False, False),
        (f"<h1>Sale</h1><h2>Now</h2><p>{'word ' * 30}</p><script>location.href='/gone'</script>", False, True),
        (f"<h1>Sale</h1><h2>Now</h2><p>{'word ' * 30}</p><script>if (a) location.href='/b'</script>", False, False),
    ],
)
def test_where_on_a_page_a_script_stands(markup: str, away: bool, leaves: bool) -> None:
    page = read(markup)
    assert (page.sent_away, page.leaves) == (away, leaves)


@pytest.mark.parametrize(
    ("markup", "framed"),
    [
        ('<iframe src="https://forms.test/x" style="width:100%;height:100vh"></iframe>', "https://forms.test/x"),
        ("<frameset cols=*><frame src=/inner.html></frameset>", "/inner.html"),
        ("<object type=text/html data=https://forms.test/x></object>", "https://forms.test/x"),
        ("<object type=image/svg+xml data=/logo.svg></object>", ""),
        ("<iframe src=/a width=0 height=0></iframe><iframe src=/b></iframe>", "/b"),
        ("<iframe src=/a style='width:1px'></iframe>", ""),
        ("<iframe src=/a style='display:none'></iframe>", ""),
        ("<iframe src=about:blank></iframe>", ""),
        ("<body><noscript><iframe src=https://tags.test/ns.html></iframe></noscript>", ""),
        ("<h1>Spring sale</h1><iframe src=https://films.test/x></iframe>", ""),
        ("<img src=hero.jpg alt='Spring sale'><iframe src=https://films.test/x></iframe>", ""),
        (f"<p>{'word ' * 30}</p><iframe src=https://films.test/x></iframe>", ""),
        ("<img src=count.gif width=1 height=1><iframe src=/a></iframe>", "/a"),
    ],
)
def test_a_frame_in_place_of_the_page(markup: str, framed: str) -> None:
    assert read(markup).framed == framed


def test_no_more_of_the_scripts_is_read_than_a_bound() -> None:
    away = "location='/x'"
    assert send_away([" " * (MAX_READ - len(away)), away])
    assert not send_away([" " * MAX_READ, away])
