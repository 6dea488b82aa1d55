"""Cases of what an answer shows: the page in many ways of writing it, or something that is not the page."""

from tests.pages.making import GOOD, TEXT, PageCase, html, offer, said

FOOTER = (
    "<footer>All rights reserved. Imprint. Privacy. Terms and conditions of the shop. Contact us by mail or telephone"
    " at any time.</footer>"
)
STREAMED = (
    '<main><!--$?--><template id="B:0"></template><p>Loading the page, one moment please ...</p><!--/$--></main>'
    + FOOTER
    + f'<div hidden id="S:0"><h1>Spring sale</h1><p>-30 %. {TEXT}</p></div><script>$RC("B:0","S:0")</script>'
)
VUE = (
    '<div id="app"><h1>{{ offer.title }}</h1><p v-if="open">-30 %</p><button @click="buy">Buy {{ n }}</button></div>'
    f"<p>{TEXT}</p><script src=https://unpkg.com/vue@3></script>"
)
CONTEST = (
    '<div class="headline">Win a year of coffee</div><img src=/hero.jpg alt="Win"><form>'
    "<label>Name <input name=n></label><label>Mail <input name=m></label>"
    '<div class="g-recaptcha" data-sitekey="x"></div><button>Take part</button></form>'
    "<p>Terms apply.</p>"
)
SIGN_UP = (
    "<h1>Create your account</h1><form><input name=mail placeholder=Email><input type=password placeholder=Password>"
    "<button>Register</button></form><p>Already with us? <a href=/login>Log in</a></p>"
)
LOGIN = (
    "<h1>Welcome</h1><form><input name=mail placeholder=Email><input type=password placeholder=Password>"
    "<button>Log in</button></form><p>New here? <a class=btn href=/register>Create an account</a></p>"
)
QUEUE = (
    "<h1>You are now in line</h1><p>You are in a waiting room for the shop. When it is your turn, you will have 10"
    " minutes to enter the website. Your estimated wait time is more than an hour.</p>"
)
NGINX = (
    "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working."
    " Further configuration is required.</p>"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><text x="0" y="20">Spring sale</text></svg>'
XHTML = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><meta'
    ' name="viewport" content="width=device-width"/></head><body><h1>Spring sale</h1></body></html>'
)
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"

WORDS = (
    PageCase(
        "shy", "clean", said(html(f"<h1>Fr&uuml;h&shy;lings&shy;angebot</h1><p>{TEXT}</p>")), ("Frühlingsangebot",)
    ),
    PageCase("zwsp", "clean", said(html(f"<h1>Spring&#8203; sale super&#8203;discount</h1><p>{TEXT}</p>"))),
    PageCase(
        "uppercase-css",
        "go",
        said(html(f'<h1 style="text-transform:uppercase">Spring sale</h1><p>{TEXT}</p>')),
        ("SPRING SALE",),
    ),
    PageCase(
        "submit-value",
        "clean",
        said(html(f'<h1>Offer</h1><form><input type="submit" value="Buy now"></form><p>{TEXT}</p>')),
        ("Buy now",),
    ),
    PageCase("words-with-tags-between", "clean", said(offer("<h2>p<b>rice</b><br>9&nbsp;&euro;</h2>")), ("price 9 €",)),
    PageCase(
        "entities-on-a-button",
        "clean",
        said(html(f'<h1>Offer</h1><form><input type=submit value="Bu&#121; now"></form><p>{TEXT}</p>')),
        ("Buy now",),
    ),
    PageCase("img-alt", "", said(html(f'<h1><img src=/hero.png alt="Spring sale -30 %"></h1><p>{TEXT}</p>'))),
    PageCase("streamed-suspense", "go", said(html(STREAMED))),
    PageCase("vue-no-cloak", "go", said(html(VUE)), ("It goes on",)),
    PageCase("jinja-left", "warn", said(offer("<p>{% if user %}Hello{% endif %} ${firstName} [[offer_price]]</p>"))),
    PageCase(
        "hidden-parent-heading",
        "go",
        said(offer('<div hidden id="card"><h2>{{product_name}}</h2><button>Buy {{price}}</button></div>')),
    ),
    PageCase("h2-doc-code", "clean", said(offer("<p>Personalize with <code>{{first_name}}</code>.</p>"))),
    PageCase("teaser", "go", said(offer("<h2>Coming soon: our new store in Porto</h2><p>To be TBC by the jury.</p>"))),
    PageCase("noscript-lorem", "", said(offer("<noscript><p>lorem ipsum</p></noscript>"))),
    PageCase("svg-title", "", said(offer("<svg><title>Icon</title><text>x</text></svg>"))),
)

MARKUP = (
    PageCase(
        "viewport-1280",
        "warn",
        said(html(f"<h1>Spring sale</h1><p>{TEXT}</p>", viewport='<meta name="viewport" content="width=1280">')),
    ),
    PageCase("viewport-late", "", said(offer(head='<meta name="viewport" content="width=1280">'))),
    PageCase("recaptcha-form", "go", said(html(CONTEST, title="Win coffee")), ("Win a year of coffee",)),
    PageCase(
        "noindex",
        "go",
        said(offer(head='<meta name="robots" content="noindex,nofollow">'), "X-Robots-Tag: noindex"),
    ),
    PageCase("xhtml", "", said(XHTML, "Content-Type: application/xhtml+xml")),
    PageCase("svg-root", "", said(SVG, "Content-Type: image/svg+xml"), ()),
)

OTHER_THINGS = (
    PageCase("pdf", "warn", said(PDF, "Content-Type: application/pdf"), ()),
    PageCase(
        "download",
        "block",
        said(
            b"PK\x03\x04" + b"x" * 5000,
            "Content-Type: application/octet-stream",
            'Content-Disposition: attachment; filename="spring.zip"',
        ),
        (),
    ),
    PageCase("html-as-text-plain", "block", said(GOOD, "Content-Type: text/plain; charset=utf-8")),
    PageCase("sign-up", "go", said(html(SIGN_UP, title="Create your account")), ()),
    PageCase("sign-up-by-its-button", "go", said(html(SIGN_UP.replace("Create your account", "Welcome"))), ()),
    PageCase("login", "block", said(html(LOGIN, title="Log in")), ()),
    PageCase("login-or-sign-up", "block", said(html(LOGIN.replace("Welcome", "Sign in or create an account"))), ()),
    PageCase(
        "soft-404",
        "warn",
        said(
            html(
                "<h1>404 - Page not found</h1><p>Sorry, the page that you are looking for does not exist or has been"
                " removed.</p>",
                title="404 Not Found",
            )
        ),
        (),
    ),
    PageCase("nginx-default", "warn", said(html(NGINX, title="Welcome to nginx!")), ()),
    PageCase("apache-default", "warn", said(html("<h1>It works!</h1>", title="Apache2 Default Page")), ()),
    PageCase("waiting-room", "not go", said(html(QUEUE, title="Queue-it"), "Set-Cookie: Queue-it=x; Path=/"), ()),
    PageCase("js-redirect", "unknown", said(html("<script>location.href='/page'+location.search</script>")), ()),
)

SHOWN = (*WORDS, *MARKUP, *OTHER_THINGS)
