"""The words by which pages say that they are something else: an error, a queue, a login, a server's own page.

Those of `..._SAYS` stand in a title or heading, those of `..._TEXT` in the text: either alone proves nothing. They are
written in the languages of most visitors: English, German, Spanish, French, Italian, Portuguese, Indonesian and Arabic;
errors in Dutch, Polish, Swedish, Turkish and Russian as well.
"""

import re

# Where a title or a heading, or a part of one, ends: "Not found - Shop" is an error, "Not found? We help!" an offer.
_END = r"(?=\s*(?:$|[|:·!.(»–—。！-]))"
_BEGIN = r"(?:^|[|:·!.)»–—-])\s*"

_MISSING = (
    r"not found|(?:could not|can.t) be found|(?:does not|doesn.t) exist"
    r"|nicht gefunden|no encontrad[ao]|introuvable|non trovat[ao]|n[ãa]o encontrad[ao]|tidak ditemukan|غير موجودة"
    r"|niet gevonden|nie znaleziono(?: strony)?|hitta(?:de)?s inte|bulunamad[ıi]|не найдена?"
    r"|見つかりません(?:でした)?|页面(?:不存在|未找到)|頁面(?:不存在|未找到)|找不到(?:此|该|您访问的)?(?:页面|網頁|頁面|网页)"
    r"|찾을 수 없(?:습니다|음)|không tìm thấy|ไม่พบหน้า(?:นี้)?|(?:is|are) no longer available"
)
_BROKEN = (
    r"bad gateway|service unavailable|application error|something went wrong|an error occurred|fatal error"
    r"|uncaught exception|error\W{0,3}(?:404|410|50\d)\b|server error|critical error|bad request|page expired"
    r"|operationalerror|doesnotexist|whoops, looks like"
    r"|(?:down|closed) for maintenance|under maintenance|maintenance mode|wartungsarbeiten|wartungsmodus"
    r"|en mantenimiento|en maintenance|in manutenzione|em manutenção|dalam (?:perbaikan|pemeliharaan)|تحت الصيانة"
    r"|ein fehler ist aufgetreten|ha ocurrido un error|une erreur est survenue|si è verificato un errore"
    r"|ocorreu um erro|terjadi kesalahan|حدث خطأ"
)
ERROR_WORDS = re.compile(rf"(?:{_MISSING}){_END}|{_BROKEN}", re.IGNORECASE | re.MULTILINE)
ERROR_SAYS = re.compile(
    rf"(?:{_MISSING}){_END}|{_BROKEN}"
    rf"|(?:{_BEGIN}|\b(?:error|fehler|erreur|errore|erro) )(?:404|410|50[0-4])(?: (?:error|fehler))?{_END}"
    r"|\boops\b|\boups\b|\bwhoops\b|\bmaintenance\b|wartung|sqlstate|\w{3}exception\b",
    re.IGNORECASE | re.MULTILINE,
)
ERROR_TEXT = re.compile(
    r"not found|does(?: not|n.t) exist|has been (?:removed|moved|deleted)|no longer available|can.t be found"
    r"|could not be found|back soon|be right back|inconvenience|try again later|an error (?:has )?occurred"
    r"|existiert nicht|nicht gefunden|gleich zur[üu]ck|in k[üu]rze|fehler ist aufgetreten"
    r"|no existe|no encontrad|volvemos|ha ocurrido un error|int[ée]ntelo"
    r"|n.existe (?:pas|plus)|introuvable|de retour|erreur est survenue"
    r"|non esiste|non trovat|torniamo|verificato un errore"
    r"|n[ãa]o existe|n[ãa]o encontrad|voltamos|ocorreu um erro"
    r"|tidak ditemukan|segera kembali|terjadi kesalahan|غير موجود|سنعود|حدث خطأ"
    r"|存在しない|移動し|不存在|已被?删除|존재하지|không tồn tại|อาจถูกลบ|unable to service your request"
    r"|(?:site|shop|store) better for you|(?:updating|upgrading) (?:our|the) (?:site|shop|store)"
    r"|bestaat niet|nie istnieje|finns inte|mevcut de[ğg]il|не существует"
    r"|debug mode|request method|exception type|connection refused|sqlstate|server error|stack trace|traceback",
    re.IGNORECASE,
)
CRASH = re.compile(
    r"^\s*(?:<br\s*/?>\s*)?(?:<b>)?(?:PHP )?(?:Fatal error|Parse error|Uncaught \w*(?:Exception|Error))"
    r"|There has been a critical error on this website|Server Error in '/|Whoops, looks like something went wrong"
    r"|\w+(?:Error|Exception) at /|Briefly unavailable for scheduled maintenance"
    r"|(?:Warning|Notice): .{1,200} on line \d|NoSuchKey|Error establishing a database connection"
    r"|Traceback \(most recent call last\)|too many connections",
    re.IGNORECASE,
)
DEFAULT_SAYS = re.compile(
    r"welcome to (?:nginx|openresty)|apache2? (?:\w+ )?(?:default|test) page|\bit works!|iis windows|plesk|cpanel"
    r"|\bdefault page\b|is parked (?:free|by|at|with)\b|test page for the"
    r"|caddy works|coming soon page|account suspended"
    r"|domain (?:is )?(?:parked|for sale)|is for sale|(?:the|this) domain|domain name|domain parking"
    r"|domain registriert|informationen zum thema|diese domain|domain steht"
    r"|dominio (?:en venta|registrado)|domaine (?:est )?[àa] vendre|dominio in vendita|domínio à venda"
    r"|domain (?:ini )?dijual|النطاق (?:معروض )?للبيع",
    re.IGNORECASE,
)
DEFAULT_TEXT = re.compile(
    r"successfully installed|upload your website files|default (?:web|welcome|index)? ?page"
    r"|further configuration|replace this file"
    r"|web server"
    r"|hosting provider|account has been suspended|for sale|parked|parking|registrar|sedo\b|godaddy"
    r"|zu verkaufen|zum verkauf|registriert|en venta|[àa] vendre|in vendita|à venda|dijual|للبيع",
    re.IGNORECASE,
)
QUEUE_SAYS = re.compile(
    r"waiting room|you(?: a|.)re (?:now )?in (?:the )?(?:line|queue)|queue-?it|virtual queue"
    r"|warteraum|warteschlange|sala de esper|en la cola|cola virtual|(?:salle|file) d.attente|sala d.attesa|in coda"
    r"|na fila|fila virtual|ruang tunggu|antrean|غرفة الانتظار|قائمة الانتظار",
    re.IGNORECASE,
)
QUEUE_TEXT = re.compile(
    r"wait(?:ing)? time|estimated|your turn|almost there|hold on|please wait|very busy|high traffic|in line\b"
    r"|do not (?:refresh|close|leave)|let you in|automatically"
    r"|wartezeit|gleich|bitte warten|nicht neu|automatisch"
    r"|tiempo de espera|tu turno|mucha gente|se actualiza|temps d.attente|patient|votre tour|beaucoup de monde"
    r"|tempo di attesa|il tuo turno|attendi|tempo de espera|sua vez|aguarde"
    r"|waktu tunggu|giliran|mohon tunggu|وقت الانتظار|دورك|يرجى الانتظار",
    re.IGNORECASE,
)
QUEUE_WAIT = re.compile(
    r"\bwait(?:ing)? time|your (?:place|position|number) in|when it is your turn|wartezeit|tiempo de espera"
    r"|temps d.attente|tempo di attesa|tempo de espera|waktu tunggu|وقت الانتظار",
    re.IGNORECASE,
)
QUEUE_COOKIE = re.compile(r"^\s*(?:__cfwaitingroom|queue-?it(?!accepted)|akavpwr_|akavpau_)", re.IGNORECASE)
QUEUE_HOST = re.compile(r"(?:^|\.)queue-it\.net$|(?:^|\.)queue\.|waitingroom", re.IGNORECASE)
LOGIN_SAYS = re.compile(
    r"\b(?:log ?in|sign ?in|login|password)\b|anmelden|einloggen|kennwort|passwort"
    r"|iniciar sesi[óo]n|acceder|contrase[ñn]a|connexion|se connecter|mot de passe|\baccedi\b|entrar\b|\bsenha\b"
    r"|\bmasuk\b|kata sandi|تسجيل الدخول|كلمة المرور",
    re.IGNORECASE,
)
LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|wp-login\.php|auth|sso|oauth2?|password|session/new)(?:/|$|\.)", re.I)
CONSENT_SAYS = re.compile(
    r"before you continue|we value your privacy|cookie (?:consent|wall)|your privacy choices|bevor sie"
    r"|antes de continuar|avant de continuer|prima di continuare|sebelum (?:anda )?melanjutkan|قبل المتابعة",
    re.IGNORECASE,
)
CONSENT_TEXT = re.compile(
    r"(?:\bcookies?\b|ملفات تعريف الارتباط).{0,400}(?:\b(?:accept|reject|akzeptieren|aceptar|accepter|accett|aceitar"
    r"|setuju|terima)|قبول)",
    re.I | re.DOTALL,
)
LEAVING_SAYS = re.compile(
    r"redirecting|you(?: a|.)re being (?:redirected|taken)|(?:one|just a) moment|please wait"
    r"|weitergeleitet|weiterleitung|redirigiendo|redirigido|redirection|redirigé|reindirizza|redirecionando"
    r"|(?:meng|di)alihkan|تحويلك|إعادة التوجيه",
    re.IGNORECASE,
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
LOADING_SAYS = re.compile(
    r"^\W*loading\W*$|^\W*wird geladen\W*$|^\W*cargando\W*$|^\W*chargement(?: en cours)?\W*$|^\W*caricamento\W*$"
    r"|^\W*carregando\W*$|^\W*memuat\W*$|^\W*جاري التحميل\W*$"
    r"|(?:enable|requires?|turn on|activate) javascript|javascript (?:is (?:required|disabled|not enabled)|aktivieren)"
    r"|(?:active|activez|habilite|activa|attiva|ative|aktifkan) (?:le |o |el )?javascript",
    re.IGNORECASE,
)
"""All that a page says, or that it asks for, which scripts have yet to fill."""
ASKS_SAYS = re.compile(
    r"(?:choose|select|pick) (?:your |a )?(?:country|region|location|language|store)|where are you shopping from"
    r"|(?:wählen sie|wähle) (?:ihr|dein|eine?) (?:land|region|sprache)|(?:elige|elija|selecciona|seleccione) (?:tu|su) "
    r"(?:país|idioma)"
    r"|(?:choisissez|sélectionnez) votre (?:pays|langue)|(?:scegli|seleziona) (?:il tuo paese|la tua lingua)"
    r"|(?:escolha|selecione) (?:o )?seu (?:país|idioma)|pilih (?:negara|bahasa)|اختر (?:بلدك|لغتك)"
    r"|are you (?:over|of legal|at least|old enough|18|21)|age (?:verification|check|gate)|verify your age"
    r"|altersprüfung|sind sie (?:über )?(?:16|18)|verificación de edad|eres mayor de edad|vérification de l.âge"
    r"|avez-vous (?:plus de )?18|hai (?:più di )?18 anni|verificação de idade|verifikasi usia",
    re.IGNORECASE,
)
"""What a page asks that stands before the one that is wanted."""
REFUSES_SAYS = re.compile(
    r"browser (?:is )?(?:not supported|unsupported|outdated|too old)|unsupported browser"
    r"|(?:upgrade|update) your browser"
    r"|(?:enable|accept|allow) cookies|cookies (?:are )?(?:required|disabled|blocked)"
    r"|not available in your (?:region|country|location|area)|cookies (?:aktivieren|erforderlich)"
    r"|browser wird nicht (?:mehr )?unterstützt|in ihrem land nicht verfügbar|navegador no (?:es )?compatible"
    r"|no (?:está )?disponible en (?:tu|su) (?:país|región)|navigateur n.est pas (?:pris en charge|compatible)"
    r"|pas disponible dans votre (?:pays|région)|browser non supportato|non (?:è )?disponibile nel tuo paese"
    r"|navegador não (?:é )?(?:suportado|compatível)|não (?:está )?disponível (?:no seu país|na sua região)"
    r"|browser (?:anda )?tidak didukung|tidak tersedia di (?:negara|wilayah)|غير متوفر في (?:بلدك|منطقتك)",
    re.IGNORECASE,
)
_IS = r"(?: has| is| are| have)?(?: now)?"
OVER_SAYS = re.compile(
    rf"\b(?:offer|promotion|promo|campaign|sale|deal|contest|giveaway|competition|voucher|coupon)s?{_IS} "
    rf"(?:expired|ended|over|closed|finished){_END}"
    rf"|\b(?:aktion|angebot|gewinnspiel)(?: ist)?(?: leider)? (?:beendet|abgelaufen|vorbei){_END}"
    r"|(?:oferta|promoción|campaña|sorteo)(?: ha| está)? (?:terminad[oa]|finalizad[oa]|caducad[oa]|expirad[oa])"
    r"|(?:offre|promotion|jeu)(?: est)? (?:terminée?|expirée)|(?:offerta|promozione)(?: è)? (?:scaduta|terminata)"
    r"|(?:oferta|promoção)(?: foi| está)? (?:encerrada|esgotada)|(?:penawaran|promo)(?: telah| sudah)? berakhir"
    r"|انتهى العرض",
    re.IGNORECASE | re.MULTILINE,
)
