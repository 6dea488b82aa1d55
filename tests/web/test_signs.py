"""Every word by which a page gives itself away, in its language, and honest pages that use the same words."""

import re
from collections.abc import Callable, Iterator

import pytest

from launchguard.testing import a_visit
from launchguard.web import signs
from launchguard.web.kind import answer_kind

LONG = "Everything for house and garden, all year round, in all shops and online, delivered to your door. " * 12


def page(title: str, heading: str, text: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>{heading}</h1>{text}</body></html>"


# Pattern -> language -> what pages say.
PHRASES: dict[str, dict[str, list[str]]] = {
    "ERROR_WORDS": {
        "en": [
            "Page not found", "The page could not be found", "That page can’t be found.", "This page does not exist",
            "Bad Gateway", "Service Unavailable", "Application error", "Something went wrong", "An error occurred",
            "Fatal error", "Uncaught exception", "Error 404", "Server error", "Critical error", "Bad request",
            "Page expired", "OperationalError", "DoesNotExist", "Whoops, looks like it", "Down for maintenance",
            "Under maintenance", "Maintenance mode", "This product is no longer available",
        ],
        "de": ["Seite nicht gefunden", "Wartungsarbeiten", "Wartungsmodus", "Ein Fehler ist aufgetreten"],
        "es": ["Página no encontrada", "En mantenimiento", "Ha ocurrido un error"],
        "fr": ["Page introuvable", "En maintenance", "Une erreur est survenue"],
        "it": ["Pagina non trovata", "In manutenzione", "Si è verificato un errore"],
        "pt": ["Página não encontrada", "Em manutenção", "Ocorreu um erro"],
        "id": ["Halaman tidak ditemukan", "Dalam perbaikan", "Terjadi kesalahan"],
        "ar": ["الصفحة غير موجودة", "تحت الصيانة", "حدث خطأ"],
        "others": [
            "Pagina niet gevonden", "Nie znaleziono strony", "Sidan hittades inte", "Sayfa bulunamadı",
            "Страница не найдена", "ページが見つかりません", "页面不存在", "頁面不存在", "找不到页面",
            "페이지를 찾을 수 없습니다",
            "Không tìm thấy", "ไม่พบหน้านี้",
        ],
    },
    "ERROR_SAYS": {
        "en": ["404", "404 error", "Oops!", "Whoops!", "Site maintenance", "SQLSTATE[HY000]", "QueryException"],
        "de": ["Fehler 503", "Wartung"],
        "es": ["Error 404"],
        "fr": ["Oups !", "Erreur 404"],
        "it": ["Errore 404"],
        "pt": ["Erro 404"],
    },
    "ERROR_TEXT": {
        "en": [
            "It was not found.", "It does not exist.", "It has been removed.", "It is no longer available.",
            "It can’t be found.", "It could not be found.", "We are back soon.", "We will be right back.",
            "Sorry for the inconvenience.", "Try again later.", "An error has occurred.", "DEBUG mode is on.",
            "Request Method: GET", "Exception Type: KeyError", "Connection refused", "SQLSTATE[HY000]", "Server error",
            "Stack trace:", "Traceback", "The server is unable to service your request.",
            "We make the site better for you.", "We are updating our shop.",
        ],
        "de": [
            "Sie existiert nicht.", "Sie wurde nicht gefunden.", "Wir sind gleich zurück.", "Wir sind in Kürze da.",
            "Ein Fehler ist aufgetreten.",
        ],
        "es": ["No existe.", "No encontrada.", "Volvemos ya.", "Ha ocurrido un error.", "Inténtelo otra vez."],
        "fr": ["Elle n’existe plus.", "Elle est introuvable.", "Nous sommes de retour.", "Une erreur est survenue."],
        "it": ["Non esiste.", "Non trovata.", "Torniamo subito.", "Si è verificato un errore."],
        "pt": ["Não existe.", "Não encontrada.", "Voltamos já.", "Ocorreu um erro."],
        "id": ["Tidak ditemukan.", "Kami segera kembali.", "Terjadi kesalahan."],
        "ar": ["المحتوى غير موجود", "سنعود قريبا", "حدث خطأ"],
        "others": [
            "Deze bestaat niet.", "Strona nie istnieje.", "Den finns inte.", "Sayfa mevcut değil.",
            "Страницы не существует.", "お探しのページは存在しないかもしれません", "移動した可能性があります",
            "页面不存在", "已被删除",
            "페이지가 존재하지 않습니다", "Trang này không tồn tại.", "อาจถูกลบ",
        ],
    },
    "CRASH": {
        "code": [
            "<b>Fatal error</b>: Uncaught TypeError", "There has been a critical error on this website.",
            "Server Error in '/' Application.", "Whoops, looks like something went wrong.", "KeyError at /spring",
            "Briefly unavailable for scheduled maintenance.", "Warning: mysqli_connect(): refused in db.php on line 12",
            "NoSuchKey", "Error establishing a database connection", "Traceback (most recent call last):",
            "FATAL: too many connections",
        ],
    },
    "DEFAULT_SAYS": {
        "en": [
            "Welcome to nginx!", "Apache test page", "It works!", "IIS Windows Server", "Plesk", "cPanel",
            "Domain Default page", "Test Page for the server", "Caddy works", "Coming Soon page", "Account Suspended",
            "Domain parked", "Buy this domain", "shop.test is for sale", "About the domain", "Domain name",
            "Domain parking", "Default page of a host", "This page is parked free",
        ],
        "de": ["Domain registriert", "Informationen zum Thema", "Diese Domain", "Domain steht hier"],
        "es": ["Dominio en venta"],
        "fr": ["Domaine à vendre"],
        "it": ["Dominio in vendita"],
        "pt": ["Domínio à venda"],
        "id": ["Domain ini dijual"],
        "ar": ["النطاق معروض للبيع"],
    },
    "DEFAULT_TEXT": {
        "en": [
            "It was successfully installed.", "The default page.", "Further configuration is required.",
            "Replace this file.", "Your web server.", "Ask your hosting provider.", "This account has been suspended.",
            "It is for sale.", "It is parked.", "Free parking.", "Ask its registrar.", "By Sedo.", "At GoDaddy.",
            "You may upload your website files.",
        ],
        "de": ["Sie ist zu verkaufen.", "Sie steht zum Verkauf.", "Sie wurde registriert."],
        "es": ["Está en venta."],
        "fr": ["Il est à vendre."],
        "it": ["È in vendita."],
        "pt": ["Está à venda."],
        "id": ["Ini dijual."],
        "ar": ["معروض للبيع"],
    },
    "QUEUE_SAYS": {
        "en": ["Waiting Room", "You are now in line", "Queue-it", "The virtual queue"],
        "de": ["Warteraum", "Sie sind in der Warteschlange"],
        "es": ["Sala de espera", "Estás en la cola", "Cola virtual"],
        "fr": ["Salle d’attente"],
        "it": ["Sala d’attesa", "Sei in coda"],
        "pt": ["Você está na fila", "Fila virtual"],
        "id": ["Ruang tunggu", "Antrean"],
        "ar": ["غرفة الانتظار", "قائمة الانتظار"],
    },
    "QUEUE_TEXT": {
        "en": [
            "The wait time is short.", "It is estimated.", "It is your turn soon.", "You are almost there.", "Hold on.",
            "Please wait.", "We are very busy.", "There is high traffic.", "Do not refresh.", "We let you in.",
            "The page moves on automatically.", "You are in line.",
        ],
        "de": ["Die Wartezeit ist kurz.", "Gleich geht es.", "Bitte warten.", "Laden Sie nicht neu.", "Automatisch."],
        "es": ["El tiempo de espera.", "Es tu turno.", "Hay mucha gente.", "Se actualiza sola."],
        "fr": ["Le temps d’attente.", "Patientez.", "C'est votre tour.", "Il y a beaucoup de monde."],
        "it": ["Il tempo di attesa.", "È il tuo turno.", "Attendi."],
        "pt": ["O tempo de espera.", "É a sua vez.", "Aguarde."],
        "id": ["Waktu tunggu.", "Giliran Anda.", "Mohon tunggu."],
        "ar": ["وقت الانتظار", "دورك", "يرجى الانتظار"],
    },
    "LOGIN_SAYS": {
        "en": ["Log in"],
        "de": ["Anmelden", "Einloggen", "Kennwort", "Passwort"],
        "es": ["Iniciar sesión", "Acceder", "Contraseña"],
        "fr": ["Connexion", "Se connecter", "Mot de passe"],
        "it": ["Accedi"],
        "pt": ["Entrar", "Senha"],
        "id": ["Masuk", "Kata sandi"],
        "ar": ["تسجيل الدخول", "كلمة المرور"],
    },
    "LEAVING_SAYS": {
        "en": ["Redirecting", "You are being redirected", "One moment", "Please wait"],
        "de": ["Sie werden weitergeleitet", "Weiterleitung"],
        "es": ["Redirigiendo", "Será redirigido"],
        "fr": ["Redirection", "Vous êtes redirigé"],
        "it": ["Ti reindirizziamo, reindirizzamento"],
        "pt": ["Redirecionando"],
        "id": ["Anda dialihkan"],
        "ar": ["يتم تحويلك", "إعادة التوجيه"],
    },
    "ENTER_SAYS": {
        "en": ["Log in", "Sign in"],
        "de": ["Anmelden", "Einloggen"],
        "es": ["Iniciar sesión", "Acceder"],
        "fr": ["Connexion", "Se connecter"],
        "it": ["Accedi"],
        "pt": ["Entrar"],
        "id": ["Masuk"],
        "ar": ["تسجيل الدخول"],
    },
    "SIGN_UP_SAYS": {
        "en": ["Sign up", "Register", "Join us", "Free trial", "Create an account"],
        "de": ["Registrieren", "Konto erstellen"],
        "es": ["Regístrate", "Crear cuenta", "Inscripción"],
        "fr": ["Créer un compte", "S’inscrire", "Inscription"],
        "it": ["Registrati", "Iscriviti", "Crea un account"],
        "pt": ["Criar conta", "Cadastre-se", "Inscreva-se"],
        "id": ["Daftar", "Buat akun"],
        "ar": ["إنشاء حساب", "سجل الآن"],
    },
    "CONSENT_SAYS": {
        "en": ["Before you continue", "We value your privacy", "Cookie consent", "Your privacy choices"],
        "de": ["Bevor Sie fortfahren"],
        "es": ["Antes de continuar"],
        "fr": ["Avant de continuer"],
        "it": ["Prima di continuare"],
        "id": ["Sebelum Anda melanjutkan"],
        "ar": ["قبل المتابعة"],
    },
    "CONSENT_TEXT": {
        "en": ["We use cookies. Accept all.", "Cookies: reject all."],
        "de": ["Wir nutzen Cookies. Alle akzeptieren."],
        "es": ["Usamos cookies. Aceptar todo."],
        "fr": ["Nous utilisons des cookies. Tout accepter."],
        "it": ["Usiamo i cookie. Accetta tutto."],
        "pt": ["Usamos cookies. Aceitar tudo."],
        "id": ["Kami memakai cookie. Setuju.", "Kami memakai cookie. Terima."],
        "ar": ["نستخدم ملفات تعريف الارتباط. قبول"],
    },
    "QUEUE_WAIT": {
        "en": ["The wait time is short.", "Your place in the line: 7", "When it is your turn, you get in."],
        "de": ["Ihre Wartezeit: 5 Minuten."],
        "es": ["El tiempo de espera."],
        "fr": ["Le temps d’attente."],
        "it": ["Il tempo di attesa."],
        "pt": ["O tempo de espera."],
        "id": ["Waktu tunggu."],
        "ar": ["وقت الانتظار"],
    },
    "LOADING_SAYS": {
        "en": ["Loading …", "Please enable JavaScript.", "JavaScript is disabled in this browser."],
        "de": ["Wird geladen …"],
        "es": ["Cargando", "Habilite el JavaScript."],
        "fr": ["Chargement en cours …"],
        "it": ["Caricamento …"],
        "pt": ["Carregando"],
        "id": ["Memuat …"],
        "ar": ["جاري التحميل"],
    },
    "ASKS_SAYS": {
        "en": [
            "Choose your country", "Where are you shopping from?", "Are you over 18?", "Age verification",
            "Please verify your age",
        ],
        "de": ["Wählen Sie Ihr Land", "Altersprüfung", "Sind Sie über 18?"],
        "es": ["Selecciona tu país", "Verificación de edad", "¿Eres mayor de edad?"],
        "fr": ["Choisissez votre pays", "Vérification de l’âge", "Avez-vous plus de 18 ans ?"],
        "it": ["Scegli il tuo paese", "Hai più di 18 anni?"],
        "pt": ["Escolha o seu país", "Verificação de idade"],
        "id": ["Pilih negara", "Verifikasi usia"],
        "ar": ["اختر بلدك"],
    },
    "REFUSES_SAYS": {
        "en": [
            "Your browser is not supported", "Unsupported browser", "Please upgrade your browser",
            "Please enable cookies", "Cookies are required", "Not available in your region",
        ],
        "de": [
            "Cookies aktivieren", "Ihr Browser wird nicht unterstützt", "In Ihrem Land nicht verfügbar",
        ],
        "es": ["Navegador no compatible", "No disponible en tu país"],
        "fr": ["Votre navigateur n’est pas compatible", "Pas disponible dans votre pays"],
        "it": ["Browser non supportato", "Non disponibile nel tuo paese"],
        "pt": ["Navegador não suportado", "Não disponível na sua região"],
        "id": ["Browser Anda tidak didukung", "Tidak tersedia di wilayah Anda"],
        "ar": ["غير متوفر في بلدك"],
    },
    "OVER_SAYS": {
        "en": ["This offer has expired", "The sale is over"],
        "de": ["Das Gewinnspiel ist leider beendet"],
        "es": ["La promoción ha finalizado"],
        "fr": ["L’offre est terminée"],
        "it": ["L’offerta è scaduta"],
        "pt": ["Promoção encerrada"],
        "id": ["Penawaran telah berakhir"],
        "ar": ["انتهى العرض"],
    },
}  # fmt: skip

FORM = "<form>Password <input type=password></form>"
# Pattern -> how a page with a phrase looks otherwise, its headers, and what it is.
AROUND: dict[str, tuple[Callable[[str], str], list[tuple[str, str]], str]] = {
    "ERROR_WORDS": (lambda phrase: page(phrase, phrase, f"<p>{LONG}{LONG}</p>"), [], "error-page"),
    "ERROR_SAYS": (lambda phrase: page("Shop", phrase, "<p>It has been moved.</p>"), [], "error-page"),
    "ERROR_TEXT": (lambda phrase: page("Shop", "Oops!", f"<p>{phrase}</p>"), [], "error-page"),
    "CRASH": (lambda phrase: f"<body>{phrase}</body>", [], "error-page"),
    "DEFAULT_SAYS": (lambda phrase: page("Shop", phrase, "<p>It is parked.</p>"), [], "default-page"),
    "DEFAULT_TEXT": (lambda phrase: page("Shop", "Welcome to nginx!", f"<p>{phrase}</p>"), [], "default-page"),
    "QUEUE_SAYS": (
        lambda phrase: page("Shop", phrase, f"<p>Hold on.</p><p>{LONG}</p>"), [("Refresh", "20")], "waiting-room"
    ),
    "QUEUE_TEXT": (
        lambda phrase: page("Shop", "Queue-it", f"<p>{phrase}</p><p>{LONG}</p>"), [("Refresh", "20")], "waiting-room"
    ),
    "QUEUE_WAIT": (lambda phrase: page("Shop", "Waiting room", f"<p>{phrase}</p>"), [], "waiting-room"),
    "LOADING_SAYS": (lambda phrase: f"<body><p>{phrase}</p><script src=/a.js></script></body>", [], "scripted"),
    "ASKS_SAYS": (lambda phrase: page("Shop", phrase, "<button>Yes</button>"), [], "question"),
    "REFUSES_SAYS": (lambda phrase: page("Shop", phrase, "<p>Sorry.</p>"), [], "refusal"),
    "OVER_SAYS": (lambda phrase: page("Shop", phrase, "<p>Sorry.</p>"), [], "over"),
    "LOGIN_SAYS": (lambda phrase: page("Shop", phrase, "<form><input type=password></form>"), [], "login"),
    "LEAVING_SAYS": (
        lambda phrase: page("Shop", "Shop", f"<p>{phrase}</p><script src=/go.js></script>"), [], "script-redirect"
    ),
    "ENTER_SAYS": (lambda phrase: page("Create an account", phrase, FORM), [], "login"),
    "SIGN_UP_SAYS": (lambda phrase: page("Shop", phrase, FORM), [], "page"),
    "CONSENT_SAYS": (lambda phrase: page("Shop", phrase, "<p>We use cookies. Accept all.</p>"), [], "consent"),
    "CONSENT_TEXT": (lambda phrase: page("Shop", "Before you continue", f"<p>{phrase}</p>"), [], "consent"),
}  # fmt: skip

SAID = [(name, phrase) for name, languages in PHRASES.items() for said in languages.values() for phrase in said]


def kind_of(body: str, headers: list[tuple[str, str]]) -> str:
    return answer_kind(a_visit(body=body, headers=headers)).name


@pytest.mark.parametrize(("name", "phrase"), SAID)
def test_a_page_that_says_so_is_no_page(name: str, phrase: str) -> None:
    build, headers, kind = AROUND[name]
    assert kind_of(build(phrase), headers) == kind
    without = kind_of(build("Spring sale"), headers)
    assert without == ("login" if kind == "page" else "page")


def test_every_pattern_of_words_has_its_phrases_in_every_language() -> None:
    patterns = {name for name, value in vars(signs).items() if isinstance(value, re.Pattern)}
    assert patterns - {"QUEUE_COOKIE", "QUEUE_HOST", "LOGIN_PATH"} == set(PHRASES) == set(AROUND)
    for name in ("ERROR_WORDS", "ERROR_TEXT", "QUEUE_SAYS", "QUEUE_TEXT", "LOGIN_SAYS", "DEFAULT_SAYS", "CONSENT_TEXT"):
        assert {"en", "de", "es", "fr", "it", "pt", "id", "ar"} <= set(PHRASES[name])


def alternatives(pattern: str) -> Iterator[str]:
    """What stands between the bars of a pattern, also of a group that something ends: "(?:a|b)(?=c)" has two."""
    parts, depth, at, in_class = [""], 0, 0, False
    while at < len(pattern):
        step = 2 if pattern[at] == "\\" else 1
        piece = pattern[at : at + step]
        in_class = piece != "]" if in_class else piece == "["
        depth += 0 if in_class else (piece == "(") - (piece == ")")
        if piece == "|" and not depth and not in_class:
            parts.append("")
        else:
            parts[-1] += piece
        at += step
    for part in parts:
        group = re.fullmatch(r"\(\?:(.*)\)(\(\?=.*)", part) if part.count("(?=") == 1 else None
        if group and not group[1].startswith("(?:"):
            yield from (f"(?:{inner}){group[2]}" for inner in alternatives(group[1]))
        else:
            yield part


WORDS = set(alternatives(signs.ERROR_WORDS.pattern))
ALTERNATIVES = [
    (name, each)
    for name in PHRASES
    for each in alternatives(getattr(signs, name).pattern)
    if name != "ERROR_SAYS" or each not in WORDS  # it begins with all of the other's
]


@pytest.mark.parametrize(("name", "alternative"), ALTERNATIVES)
def test_no_word_is_there_in_vain(name: str, alternative: str) -> None:
    """Every alternative is the only one that knows some phrase: without it a page would pass."""
    flags = re.IGNORECASE | re.MULTILINE | re.DOTALL
    own = re.compile(alternative, flags)
    others = [re.compile(each, flags) for known, each in ALTERNATIVES if known == name and each != alternative]
    phrases = [phrase for said in PHRASES[name].values() for phrase in said]
    assert any(own.search(phrase) and not any(other.search(phrase) for other in others) for phrase in phrases)


WAITING = [("Set-Cookie", "__cfwaitingroom=x; Path=/")]
GO = "<script src=/go.js></script>"
BUY = "<a class=btn href=/buy>Buy now</a>"


@pytest.mark.parametrize(
    ("title", "heading", "text", "headers"),
    [
        ("Chairs", "Waiting room chairs: -30 %", f"<p>For your practice, until Thursday.</p>{BUY}", WAITING),
        ("Skip the line", "No waiting room, no queue", f"<p>{LONG}</p>", WAITING),
        ("A 404 page", "What a 404 page can do for you", "<p>Most visitors leave what is not found.</p>", []),
        ("404 ideas", "404 ideas for the garden", "<p>No longer available after Thursday.</p>", []),
        ("Wait", "Please wait for Thursday", f"<p>Then it begins.</p>{GO}{BUY}", []),
        ("Wait", "Please wait for Thursday", f"<p>{LONG}</p>{GO}", []),
        ("Wait", "Please wait for Thursday", "<p>Then it begins.</p>", []),
        ("Room 404", "Room 404", "<p>The exit of our escape game was not found by anybody yet.</p>", []),
        ("500 € to win", "Win 500 €", "<p>The prize does not exist in shops.</p>", []),
        ("Deals", "Deals not found anywhere else", f"<p>{LONG}</p>", []),
        ("Deals not found anywhere else", "Deals not found anywhere else", "<p>It does not exist in shops.</p>", []),
        ("Nicht gefunden?", "Nicht gefunden? Wir helfen!", "<p>Existiert nicht, gibt es nicht.</p>", []),
        ("Choose your country house", f"Choose your country house: {'x ' * 9}", f"<p>{LONG}</p>", []),
        ("Sale", "The sale is over on Thursday", "<p>Come in time.</p>", []),
        ("Sale", "Spring sale", "<p>The winter sale is over. Please enable cookies in the shop.</p>", []),
        ("Garage parking", "Park here", "<p>Parking for a day, near the domain of the king.</p>", []),
        ("Log cabins", "Log cabins for sale", "<p>A password gets you 30 % off.</p>", []),
        ("Sign up", "Sign up and save", f"<p>{LONG}{LONG}</p><form><input type=password></form>", []),
        ("Before you buy", "Before you buy: bevor", "<p>We accept all cards, and cookies come free.</p>", []),
        ("Maintenance plans", "Maintenance plans for your car", f"<p>{LONG}{LONG} We are back soon with more.</p>", []),
    ],
)  # fmt: skip
def test_an_honest_page_may_use_the_same_words(
    title: str, heading: str, text: str, headers: list[tuple[str, str]]
) -> None:
    assert kind_of(page(title, heading, text), headers) == "page"
