"""Reading a page as text: what is visible, what it is safe to print, and markup that means harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchguard.web.document import MAX_TAGS_OPEN, comparable, excerpt, read, without_query


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("one<b>two</b>", "onetwo"),
        ("<ul><li>one<li>two</ul>", "one two"),
        ("<table><tr><td>1<td>2</table>", "1 2"),
        ("a<br>b", "a b"),
        ("<style>p{}</style><script>x</script><template>t</template><body><noscript>n</noscript>seen", "seen"),
        ("<div hidden>no</div><div style='DISPLAY : none'>no</div>yes", "yes"),
        ("<p style='backface-visibility:hidden'>a</p><p style='/* display:none */'>b</p>", "a b"),
        ("<p style='display:none;display:block'>a</p><p style='display:\tnone'>b</p>", "a"),
        ("<div style='visibility:hidden'>a<b style='visibility:visible'>b</b></div>", "b"),
        ("<dialog>no</dialog><dialog open>yes</dialog>", "yes"),
        ("<div hidden id='S:0'>streamed</div><div hidden id='x'>no</div>", "streamed"),
        ("<template shadowrootmode=open><p>shadow</p></template><template>t</template>", "shadow"),
        ("<input type=submit value=Buy><input value=typed><img alt='-30 %'><textarea>t</textarea>", "Buy -30 % t"),
        ("<svg><title>Icon</title><text>drawn</text></svg><select><option>one</select>", "Icon drawn one"),
        ("", ""),
    ],
)
def test_visible_text(markup: str, text: str) -> None:
    assert read(markup).text == text


def test_what_a_page_says_of_itself() -> None:
    page = read(
        "<title> A\n title</title><meta name=Description content=first><meta name=description content=second>"
        "<meta property='og:title' content='shared'><h1>Big <i>words</i></h1><h4>small</h4>"
        "<a class='big-BTN' href=#>Buy</a><input type=submit value=Send><pre>code</pre>"
    )
    assert page.title == "A title"
    assert page.metas["description"] == "first"
    assert page.metas["og:title"] == "shared"
    assert page.headings == ("Big words",)
    assert set(page.calls) == {"Buy", "Send"}
    assert "code" in page.text
    assert "code" not in page.prose


def test_spaces_and_dashes_are_compared_as_one_kind() -> None:
    assert comparable("\u221230\u202f%  now\u00a0") == "-30%now"


@given(st.text(max_size=400), st.integers(min_value=2, max_value=60))
def test_an_excerpt_is_one_bounded_printable_line(text: str, limit: int) -> None:
    line = excerpt(text, limit)
    assert len(line) <= limit
    assert line.isprintable() or not any(ord(c) < 32 or c in "\u202e\u200b\x7f\x9b\u2028" for c in line)


@given(st.text(alphabet="<>/ab !-'\"=&;#x0 phidden", max_size=200))
def test_any_markup_can_be_read(markup: str) -> None:
    assert "\n" not in read(markup).text


def test_markup_that_nests_without_end_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="nests more than"):
        read("<div>" * (MAX_TAGS_OPEN + 1))


@pytest.mark.parametrize("markup", ["<div>" * 2000, "<p>open" * (MAX_TAGS_OPEN + 1), "<i></i>" * (MAX_TAGS_OPEN + 1)])
def test_long_but_shallow_markup_is_read(markup: str) -> None:
    assert read(markup).title == ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ana:secret@shop.test/a?gclid=1#x", "https://shop.test/a"),
        ("https://shop.test/\x1b[2J", "https://shop.test/ [2J"),
    ],
)
def test_an_address_is_printed_without_secrets(url: str, shown: str) -> None:
    assert without_query(url) == shown


def test_what_comes_after_a_click_stands_apart() -> None:
    page = read("<details><summary>More</summary><p>Terms</p></details><details open><p>Open</p></details>")
    assert (page.text, page.later) == ("More Open", "Terms")
    assert page.match("Terms") == "after a click"


@pytest.mark.parametrize(
    ("wanted", "text", "match"),
    [
        ("Frühlingsangebot", "Früh\u00adlings\u00adangebot", "exact"),
        ("Spring sale", "Spring\u200b sale", "exact"),
        ("don't", "don\u2019t", "exact"),
        ('"Sale"', "\u201eSale\u201c", "exact"),
        ("a - b", "a \u2014 b", "exact"),
        ("SPRING SALE", "Spring sale", "capitals"),
        ("Springsale", "Spring sale", ""),
    ],
)
def test_texts_are_compared_as_people_read_them(wanted: str, text: str, match: str) -> None:
    assert read(f"<p>{text}</p>").match(wanted) == match


@pytest.mark.parametrize("markup", ["<h1><div>" * 9_000, "<button><a class=btn>" * 9_000, "<h1>" * 19_000])
def test_nested_headings_and_calls_cost_no_square(markup: str) -> None:
    page = read(markup + "text")
    assert len(page.headings) + len(page.calls) <= 19_000


def test_an_element_of_many_attributes_is_refused() -> None:
    with pytest.raises(ValueError, match="attributes"):
        read("<p " + " ".join(f"a{n}=1" for n in range(30_000)) + ">")
    assert read(f"<p style='background:url(data:image/png;base64,{'A' * 300_000})'>text</p>").text == "text"
    assert read(f'<svg><path d="{"M 0 1 " * 50_000}"/></svg>text').text == "text"
