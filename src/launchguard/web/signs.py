"""The words by which pages say that they are something else: an error, a queue, a login, a server's own page.

Those of `..._SAYS` stand in a title or heading, those of `..._TEXT` in the text: either alone proves nothing.
"""

import re

# In the languages of most visitors: English, German, Spanish, French, Italian, Portuguese, Dutch, Polish, Swedish,
# Turkish, Russian, Indonesian, Arabic.
_WORDS = (
    r"not found|page (?:does not|doesn't) exist|nicht gefunden|no encontrad|introuvable|non trovat|n[ãa]o encontrad"
    r"|tidak ditemukan|غير موجودة|internal server error|bad gateway|service unavailable|application error"
    r"|something went wrong|an error occurred|fatal error|uncaught exception|error\W{0,3}(?:404|410|50\d)"
    r"|can.t be found|could not be found|niet gevonden|nie znaleziono|hittades inte|hittas inte|bulunamad[ıi]"
    r"|не найден|server error|critical error|(?:down|closed) for maintenance|under maintenance|maintenance mode"
    r"|wartungsarbeiten|wartungsmodus|en mantenimiento|en maintenance|bad request|operationalerror|doesnotexist"
    r"|whoops, looks like|page expired"
)
ERROR_WORDS = re.compile(_WORDS, re.IGNORECASE)
ERROR_SAYS = re.compile(
    _WORDS + r"|\b(?:404|410|50[0-4])\b|\boops\b|\bwhoops\b|\bmaintenance\b|wartung|sqlstate|\w{3}exception\b",
    re.IGNORECASE,
)
ERROR_TEXT = re.compile(
    r"not found|does(?: not|n.t) exist|has been (?:removed|moved|deleted)|no longer available"
    r"|existiert nicht|nicht"
    r" gefunden|no existe|no encontrad|n.existe (?:pas|plus)|introuvable|non esiste|n[ãa]o existe"
    r"|tidak ditemukan|غير موجود"
    r"|bestaat niet|nie istnieje|finns inte|mevcut de[ğg]il|не существует|can.t be found|back soon|be right back"
    r"|gleich zur[üu]ck|in k[üu]rze|volvemos|de retour|debug mode|request method|exception type|server error in"
    r"|connection refused|sqlstate|inconvenience|try again later|server error|an error (?:has )?occurred"
    r"|stack trace|traceback",
    re.IGNORECASE,
)
CRASH = re.compile(
    r"^\s*(?:<br\s*/?>\s*)?(?:<b>)?(?:PHP )?(?:Fatal error|Parse error|Uncaught \w*(?:Exception|Error))"
    r"|There has been a critical error on this website|Server Error in '/|Whoops, looks like something went wrong"
    r"|\w+(?:Error|Exception) at /|Briefly unavailable for scheduled maintenance|(?:Warning"
    r"|Notice): .{1,200} on line \d"
    r"|NoSuchKey|Error establishing a database connection|Traceback \(most recent call last\)|too many connections",
    re.IGNORECASE,
)
DEFAULT_SAYS = re.compile(
    r"welcome to nginx|apache2? (?:\w+ )?(?:default|test) page|\bit works!|iis windows|welcome to openresty|plesk"
    r"|cpanel|domain (?:is )?(?:parked|for sale)|buy this domain|is for sale|domain registriert"
    r"|informationen zum thema|domain default page|test page for the|caddy works"
    r"|coming soon page|account suspended|(?:the|this) domain|domain name|domain parking|diese domain"
    r"|domain steht|dominio (?:en venta|registrado)|domaine (?:est )?[àa] vendre",
    re.IGNORECASE,
)
DEFAULT_TEXT = re.compile(
    r"successfully installed|default (?:web|welcome|index)? ?page|further configuration|replace this file|web server"
    r"|may be for sale|is for sale|parked|parking|zu verkaufen|zum verkauf|registriert|registrar"
    r"|hosting provider|sedo|godaddy"
    r"|this account has been suspended",
    re.IGNORECASE,
)
QUEUE_SAYS = re.compile(
    r"waiting room|you are (?:now )?in (?:the )?(?:line|queue)|queue-?it|virtual queue|warteraum|warteschlange"
    r"|sala de espera|cola virtual|salle d.attente|file d.attente|sala d.attesa|fila virtual"
    r"|ruang tunggu|antrean"
    r"|غرفة الانتظار|قائمة الانتظار",
    re.IGNORECASE,
)
QUEUE_COOKIE = re.compile(r"^\s*(?:__cfwaitingroom|queue-?it(?!accepted)|akavpwr_|akavpau_)", re.IGNORECASE)
QUEUE_HOST = re.compile(r"(?:^|\.)queue-it\.net$|(?:^|\.)queue\.|waitingroom", re.IGNORECASE)
LOGIN_SAYS = re.compile(
    r"\b(?:log ?in|sign ?in|login|password)\b|anmelden|einloggen|iniciar sesi[óo]n|acceder|connexion"
    r"|se connecter|accedi|entrar|masuk|تسجيل الدخول|kennwort|passwort|contrase[ñn]a|mot de passe",
    re.IGNORECASE,
)
LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|wp-login\.php|auth|sso|oauth2?|password|session/new)(?:/|$|\.)", re.I)
CONSENT_SAYS = re.compile(
    r"before you continue|bevor sie|antes de continuar|avant de continuer|prima di continuare|we value your privacy"
    r"|cookie (?:consent|wall)|your privacy choices",
    re.IGNORECASE,
)
CONSENT_TEXT = re.compile(
    r"\bcookies?\b.{0,400}\b(?:accept|reject|akzeptieren|aceptar|accepter|accetta)", re.I | re.DOTALL
)
ENTER_SAYS = re.compile(
    r"\b(?:log|sign) ?in\b|anmelden|einloggen|iniciar sesi[óo]n|acceder|connexion|se connecter|accedi|entrar|masuk"
    r"|تسجيل الدخول",
    re.IGNORECASE,
)
SIGN_UP_SAYS = re.compile(
    r"\bsign ?up\b|\bregist(?:er|ration)\b|\bjoin\b|free trial|(?:create|open) (?:an? |your |my )?(?:free )?account"
    r"|registrieren|konto (?:erstellen|anlegen|er[öo]ffnen)|reg[íi]str[ae]te|crear? (?:una |tu )?cuenta"
    r"|inscripci[óo]n"
    r"|cr[ée]e[rz] (?:un|mon|votre) compte|s.inscrire|inscription|registrati|iscri(?:viti|zione)"
    r"|crea (?:un|il tuo) account"
    r"|cri(?:ar|e) (?:uma |sua )?conta|cadastr[eo]|inscreva-se|\bdaftar\b|buat akun|إنشاء حساب|سجل الآن",
    re.IGNORECASE,
)
