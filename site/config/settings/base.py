"""The embedded set-up: one machine, SQLite, no broker. The environment turns it into the grown-up one."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _
from environs import Env

from config.keys import load_keys

ROOT = Path(__file__).resolve().parents[3]
env = Env()

VAR_DIR = env.path("VAR_DIR", default=ROOT / "var").absolute()
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}")
DEMO = env.bool("DEMO", default=True)
DEBUG = False
SECRET_KEY, DATA_KEY, SEAL_KEY = load_keys(VAR_DIR)
PUBLIC_HOST = split_domain_port(urlsplit(PUBLIC_URL).netloc)[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", PUBLIC_HOST])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL.rstrip("/")]

INSTALLED_APPS = [
    "portal",
    "reports",
    "drills",
    "learning",
    "campaign",
    "exams",
    "media",
    "duties",
    "people",
    "records",
    "ui",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.AdminContentPolicy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "records.middleware.RequestTrail",
    "people.middleware.SessionTerms",
    "people.middleware.StaffSecondFactor",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # the admin shows previews of our own pages in a frame

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.house",
            ],
        },
    }
]

# ── Where things are kept ────────────────────────────────────────────────────
DATABASES = {"default": env.dj_db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}", conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: writers queue instead of failing half-way; FULL: what was answered "saved" survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache"}
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db" if REDIS_URL else "django.contrib.sessions.backends.db"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [env.path("ASSETS_DIR", default=VAR_DIR / "assets")]  # what setup/bundle.mjs writes
MEDIA_URL = "/uploads/"
MEDIA_ROOT = VAR_DIR / "uploads" / "public"
PRIVATE_ROOT = VAR_DIR / "uploads" / "private"
ARRIVING_ROOT = VAR_DIR / "uploads" / "arriving"  # files on their way: neither public nor yet records, not backed up
ACCEL_PREFIX = env.str("ACCEL_PREFIX", default="")  # nginx's internal location of PRIVATE_ROOT, where there is one
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# ── Background work: rows in the database; a broker, where there is one, only rings the bell ─────────
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
CELERY_APP = "config.celery"
EMBEDDED = not CELERY_BROKER_URL
JOB_LEASE = timedelta(seconds=env.int("JOB_LEASE_SECONDS", default=60))

# ── People ───────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.IdentifierBackend", "people.backends.RoleBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
] + [{"NAME": "people.passwords.ThreeKindsValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:home"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
STAFF_IDLE = timedelta(minutes=30)
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many of ours stand between the web server and the world

ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.forms.account.LoginForm",
    "reauthenticate": "people.forms.account.ReauthenticateForm",
    "change_password": "people.forms.account.ChangePasswordForm",
    "set_password": "people.forms.account.SetPasswordForm",
    "reset_password": "people.forms.account.ResetPasswordForm",
    "reset_password_from_key": "people.forms.account.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  a path
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}  # ours are rows, which hold across processes
ACCOUNT_USER_DISPLAY = "people.adapters.display_name"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
MFA_ADAPTER = "people.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "people.forms.account.AuthenticateForm",
    "reauthenticate": "people.forms.account.ReauthenticateByCodeForm",
    "activate_totp": "people.forms.account.ActivateTOTPForm",
    "deactivate_totp": "people.forms.account.DeactivateTOTPForm",
    "generate_recovery_codes": "people.forms.account.GenerateRecoveryCodesForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
SMS_SENDER = env.str("SMS_SENDER", default="people.sms.LogSender")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")

# ── Learning time: what the bureau has settled ───────────────────────────────
LEARNING_BEAT = env.int("LEARNING_BEAT_SECONDS", default=15)  # how often a device gives a sign of attention
LEARNING_IDLE = env.int("LEARNING_IDLE_SECONDS", default=180)  # without a touch in a text: 还在学习吗？
LEARNING_SPEED = env.int("LEARNING_SPEED_PERCENT", default=100)  # of real time, 100 to 150: how fast a film may count
LEARNING_DAILY_HOURS = env.int("LEARNING_DAILY_HOURS", default=8)  # learning hours (学时) a day
LEARNING_CHECK_PAUSE = env.int("LEARNING_CHECK_PAUSE_SECONDS", default=30)  # after a wrong answer

# ── Languages and time ───────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale", ROOT / "site" / "portal" / "wagtail_texts"]  # the second: what Wagtail left in English
USE_I18N = WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# ── Wagtail ──────────────────────────────────────────────────────────────────
WAGTAIL_SITE_NAME = env.str("SITE_NAME", default="示例县安全学堂")
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "portal.finishing.publish_approved"
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True  # an approval is of the words that were read
WAGTAILIMAGES_IMAGE_MODEL = "media.Image"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILDOCS_DOCUMENT_MODEL = "media.Document"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILMEDIA = {"MEDIA_MODEL": "media.MediaFile", "AUDIO_EXTENSIONS": ["mp3", "m4a"], "VIDEO_EXTENSIONS": ["mp4"]}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "portal.adminsearch", "SEARCH_CONFIG": "simple"}}

# ── What a browser may do on our pages ───────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {"geolocation": [], "microphone": [], "camera": [], "payment": [], "usb": []}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"records": {"level": "INFO"}, "people": {"level": "INFO"}},
}
