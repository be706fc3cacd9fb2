"""Define the settings, which all come from the environment. .env.example explains them."""

import re
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from aira.api import library_settings
from aira.environment import (
    PROGRAM,
    amounts,
    anchor_destinations,
    boolean,
    database,
    env,
    mailer,
    positive,
    schedule,
    secrets,
    signing_key,
    web_address,
)
from aira.outbox.addresses import url_problem
from aira.web import headers, log_settings

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Set it to 50 random characters. `make run` creates its own.")
# Earlier keys, whose signatures and encrypted data can still be read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

DEBUG = boolean("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list(
    "CSRF_TRUSTED_ORIGINS", default=[f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]
)

DATABASES = {
    "default": database("DATABASE_URL"),
    # The same database without a pooler, as the owner of the schema: for migrations, LISTEN and session locks.
    "direct": database("DATABASE_DIRECT_URL", default=env.str("DATABASE_URL", "")),
}
DATABASES["direct"]["CONN_MAX_AGE"] = 0
DATABASES["direct"]["TEST"] = {"MIRROR": "default"}

if env.str("DATABASE_REPLICA_URL", "").strip():
    # A standby for reports and exports only: see aira/schema/replica.py.
    DATABASES["replica"] = database("DATABASE_REPLICA_URL")
    DATABASES["replica"]["OPTIONS"]["connect_timeout"] = 3
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    DATABASE_ROUTERS = ["aira.schema.replica.Router"]
if env.str("DATABASE_POOL", "").strip():
    pool_size = positive("DATABASE_POOL", 1)
    if PROGRAM == "site":
        # psycopg keeps the connections of a process, so Django's own way is off.
        DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
        DATABASES["default"]["CONN_MAX_AGE"] = 0

VOICE_AGENT_URL = web_address("VOICE_AGENT_URL")
KB_UPDATER_URL = web_address("KB_UPDATER_URL")
KB_UPDATER_SECRET = secrets("KB_UPDATER_SECRET")
WEBHOOK_ALLOWED_HOSTS = env.list("WEBHOOK_ALLOWED_HOSTS", default=[])
WEBHOOK_TRANSPORT = env.str("WEBHOOK_TRANSPORT", "http")
if WEBHOOK_TRANSPORT not in ("http", "pg_net"):
    raise ImproperlyConfigured(f"WEBHOOK_TRANSPORT must be http or pg_net, not {WEBHOOK_TRANSPORT!r}.")
if KB_UPDATER_URL and (problem := url_problem(KB_UPDATER_URL, WEBHOOK_ALLOWED_HOSTS)):
    raise ImproperlyConfigured(f"KB_UPDATER_URL: {problem}.")

# Secrets of Stripe's events. During a rotation there are several. Without one, /webhooks/stripe/ does not exist.
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", "").split()
# Events of the other mode are stored and ignored.
STRIPE_LIVE_MODE = boolean("STRIPE_LIVE_MODE", default=not DEBUG)

# Retention periods, after which the worker removes rows.
TRASH_RETENTION = timedelta(days=positive("TRASH_RETENTION", 30))
DELIVERY_RETENTION = timedelta(days=positive("DELIVERY_RETENTION", 90))
# In months. Without ARCHIVE_DIR, old months stay in the database.
ARCHIVE_AFTER = {
    "audit.events": positive("AUDIT_RETENTION", 24),
    "private.delivery_attempts": positive("DELIVERY_LOG_RETENTION", 6),
}
ARCHIVE_DIR = Path(text).resolve() if (text := env.str("ARCHIVE_DIR", "").strip()) else None

# A folder that survives this machine, and the number of backups to keep in it.
BACKUP_DIR = Path(text).resolve() if (text := env.str("BACKUP_DIR", "").strip()) else None
BACKUP_KEEP = positive("BACKUP_KEEP", 14)
# Public keys of gpg, for which dumps are encrypted.
BACKUP_ENCRYPT_TO = env.str("BACKUP_ENCRYPT_TO", "").split()
# With these, the worker makes backups and restores one in a drill. pg_dump, or pgBackRest on the server's machine.
BACKUP_SCHEDULE, DRILL_SCHEDULE = schedule("BACKUP_SCHEDULE"), schedule("DRILL_SCHEDULE")
BACKUP_DRIVER = env.str("BACKUP_DRIVER", "").strip() or "pg_dump"
if BACKUP_DRIVER not in ("pg_dump", "pgbackrest"):
    raise ImproperlyConfigured(f"BACKUP_DRIVER must be pg_dump or pgbackrest, not {BACKUP_DRIVER!r}.")

# Ed25519 key that signs each day's anchor of ledger and audit, and where anchors are sent.
ANCHOR_KEY = signing_key("ANCHOR_KEY")
ANCHOR_TO = anchor_destinations("ANCHOR_TO", WEBHOOK_ALLOWED_HOSTS)

# Roles of the server that may bypass row security, replicate, or act as AiRa's roles: the advisor accepts them.
KNOWN_ROLES = [name.strip() for name in env.str("KNOWN_ROLES", "").split(",") if name.strip()]

# The token that a monitor sends to read /metrics. Without it, the page exists with DEBUG only.
METRICS_TOKEN = env.str("METRICS_TOKEN", "").strip()
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured(
        "METRICS_TOKEN must have at least 16 characters. .env.example explains how to create one."
    )

# A second member of staff must approve refunds of one transaction, and top-ups, above this sum.
SECOND_PERSON_ABOVE = amounts("SECOND_PERSON_ABOVE", "USD=500,INR=40000")

INSTALLED_APPS = [
    "aira.schema",
    "aira.web",
    "aira.migrate",
    "aira.advisor",
    "aira.audit",
    "aira.outbox",
    "aira.sync",
    "aira.events",
    "aira.analytics",
    "aira.adminkit",
    "aira.ops",
    "aira.adopt",
    "aira.api",
    "aira.console",
    "aira.devtools",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    # allauth's second factor needs its accounts, whose tables stay empty, since Django handles the login.
    "allauth.account",
    "allauth.mfa",
    "axes",
    "pgtrigger",
    "procrastinate.contrib.django",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "businesses",
    "telephony",
    "billing",
    "bookings",
    "knowledge",
]
# procrastinate's own migrations write to the first schema of the search_path and can't be reversed.
MIGRATION_MODULES = {"procrastinate": "aira.jobs.migrations"}
# Its queries name no schema either. See aira.jobs.
PROCRASTINATE_ON_APP_READY = "aira.jobs.register"

MIDDLEWARE = [
    "aira.ops.metrics.requests.Measured",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "aira.web.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "aira.web.request_identity.RequestIdentity",
    "aira.web.boundary.Boundary",
    "aira.personal.viewer.PersonalData",
    "aira.search.middleware.SearchLimit",
    "aira.console.sign_in.SecondFactor",
    "aira.adminkit.times.StaffTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "aira.urls"
WSGI_APPLICATION = "aira.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "console.StaffUser"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "aira.console.password_rules.UnlikePersonalData"},
    {"NAME": "aira.console.password_rules.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "aira.console.password_rules.Uncommon"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# `make run` is for one developer on one machine, so a password is enough there.
SECOND_FACTOR = not DEBUG
MFA_ADAPTER = "aira.console.second_factor.Adapter"
MFA_TOTP_TOLERANCE = 1
# The header in which this site's own proxy passes the client's address. Without it, use the address of the connection.
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER", "").strip()
if CLIENT_ADDRESS_HEADER and not re.fullmatch(r"[A-Za-z0-9-]+", CLIENT_ADDRESS_HEADER):
    raise ImproperlyConfigured(f"CLIENT_ADDRESS_HEADER must be a header's name, not {CLIENT_ADDRESS_HEADER!r}.")
# Count failures by name and address. A limit by name alone would let attackers lock out anybody.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "aira.web.client.client_address"
AXES_LOCKOUT_CALLABLE = "aira.console.sign_in.locked_out"
# Attempts during a lock-out don't extend it. Otherwise attackers could extend it without end.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# With a second factor, only the second factor resets the count.
AXES_RESET_ON_SUCCESS = not SECOND_FACTOR
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
CSRF_FAILURE_VIEW = "aira.web.error_pages.csrf_failure"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Invitations and forgotten passwords are mailed if a server is set. Otherwise pages show the link or say whom to ask.
MAIL = bool(sender := mailer("EMAIL_URL"))
MAILERS = sender or {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
# Without a server, nothing is mailed, and check --deploy accepts that.
SILENCED_SYSTEM_CHECKS = [] if MAIL else ["mail.E001"]
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "").strip() or "AiRa console <noreply@localhost>"

LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = ["aira.formats"]
# The console's own words for texts of its libraries.
LOCALE_PATHS = [BASE_DIR / "aira" / "formats" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^api/", r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
# Pages get a wider policy. See aira/web/headers.py.
SECURE_CSP = headers.STRICT
SESSION_COOKIE_AGE = 60 * 60 * 12

REST_FRAMEWORK = library_settings.REST_FRAMEWORK
SPECTACULAR_SETTINGS = library_settings.SPECTACULAR_SETTINGS

LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured(f"LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not {LOG_LEVEL!r}.")
LOG_FORMAT = env.str("LOG_FORMAT", "line")
if LOG_FORMAT not in ("line", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT must be line or json, not {LOG_FORMAT!r}.")
LOGGING = log_settings.logging_settings(LOG_LEVEL, LOG_FORMAT)

UNFOLD = {
    "SITE_TITLE": "AiRa",
    "SITE_HEADER": "AiRa console",
    # The console is the site, so there is no other one to view.
    "SITE_URL": None,
    "SITE_ICON": lambda request: static("web/logo.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("web/logo.svg")},
    ],
    "STYLES": ["aira.adminkit.assets.style"],
    "SCRIPTS": ["aira.adminkit.assets.script"],
    "DASHBOARD_CALLBACK": "aira.console.dashboard.dashboard",
    "LOGIN": {"form": "aira.console.sign_in.LoginForm"},
    "COMMAND": {"search_callback": "aira.console.search.palette"},
    "SIDEBAR": {"show_search": True, "navigation": "aira.console.navigation.sections"},
}
