"""All settings, in one file; every variable it reads is explained in .env.example."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _
from kombu.transport import TRANSPORT_ALIASES
from whitenoise.compress import Compressor

from kayasupport.static_headers import add_headers

BASE_DIR = Path(__file__).resolve().parent.parent

# Every variable may come from a file instead: NAME_FILE=/run/secrets/name.
env = environ.FileAwareEnv()
environ.Env.read_env(BASE_DIR / ".env")


def embedded_secret_key(path: Path) -> str:
    """Return the key kept beside the embedded database, made on first use."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


# Essentials
DATA_DIR = Path(env.str("DATA_DIR", default="") or BASE_DIR / "var")
DEBUG = env.bool("DEBUG", default=False)
# strip(): a file that carries a secret mostly ends with a newline.
DATABASE_URL = env.str("DATABASE_URL", default="").strip()
REDIS_URL = env.str("REDIS_URL", default="").strip()
EMAIL_URL = env.str("EMAIL_URL", default="").strip()
EMBEDDED = not DATABASE_URL
# A shared database means a deployment: there the key is asked for, not made up,
# because web and worker must agree on it.
SECRET_KEY = (
    env.str("SECRET_KEY", default="") or embedded_secret_key(DATA_DIR / "secret_key")
    if EMBEDDED
    else env.str("SECRET_KEY")
).strip()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Fernet keys; the first one seals, each one opens. None: one is derived from SECRET_KEY.
SEALING_KEYS = [key for each in env.list("SEALING_KEYS", default=[]) if (key := each.strip())]
# The same for proofs of identity, and for nothing else.
IDENTITY_KEYS = [key for each in env.list("IDENTITY_KEYS", default=[]) if (key := each.strip())]
PORT = env.str("PORT", default="")  # of `manage.py dev`; empty: 8000, or the next free one
SITE_URL = (env.str("SITE_URL", default="") or f"http://127.0.0.1:{PORT or 8000}").rstrip("/")
SITE_IS_HTTPS = SITE_URL.startswith("https://")
# The site's own name, this machine (health checks), and what else is asked for.
ALLOWED_HOSTS = [
    urlsplit(SITE_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    *env.list("ALLOWED_HOSTS", default=[]),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_IS_HTTPS else []
# How many reverse proxies stand before us and append to X-Forwarded-For.
# 0 = none: the header is ignored, because anyone can forge it.
NUM_PROXIES = env.int("NUM_PROXIES", default=0)

# Application
INSTALLED_APPS = [
    "kayasupport",  # its commands
    "tickets.apps.TicketsConfig",
    "triage.apps.TriageConfig",
    "tickets.admin.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    # Second factors of staff: without the library's own templates and pages, ours replace them all.
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "kayasupport.request_watch.RequestWatchMiddleware",
    # These four stand before all that answers, so that files, redirects and errors have their headers too.
    "kayasupport.permissions_policy.PermissionsPolicyMiddleware",
    "tickets.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kayasupport.compression.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tickets.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",  # who changed a setting
    "allauth.account.middleware.AccountMiddleware",
    "tickets.admin.second_factor_gate.SecondFactorMiddleware",
    "tickets.web.frame.FrameMiddleware",
]
ROOT_URLCONF = "kayasupport.urls"
WSGI_APPLICATION = "kayasupport.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tickets.web.context.brand",
            ],
        },
    },
]

# Database: SQLite beside the code, or PostgreSQL by URL. How long we wait for whom: docs/timeouts.md
LOCK_SECONDS = 5
DATABASE_GONE_SECONDS = 25
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "kayasupport.sqlite3",
            "CONN_MAX_AGE": None,
            # IMMEDIATE: a transaction that reads first and writes later must take its
            # turn at the start, or SQLite refuses the write with "database is locked".
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL",
            },
        }
    }
else:
    database = env.db_url_config(DATABASE_URL)
    # 0 is for ever: for migrations, which may build an index over every ticket.
    STATEMENT_SECONDS = env.int("STATEMENT_SECONDS", default=15)
    DATABASES = {
        "default": {
            **database,
            "ENGINE": "kayasupport.postgresql",
            "CONN_MAX_AGE": 60,  # seconds
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "connect_timeout": 3,  # seconds
                "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s",
                # A machine that is gone without a word: the system would notice after two hours.
                "keepalives_idle": DATABASE_GONE_SECONDS - 15,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": DATABASE_GONE_SECONDS * 1000,  # milliseconds
                # What the URL asks for, such as ?sslmode=verify-full, must not be lost.
                **database.get("OPTIONS", {}),
            },
        }
    }

REDIS_SECONDS = 1  # for a connection, and for an answer: a requester may be waiting

# Cache: throttle counters, and what the DNS said of mail domains. Losing it must never lose a ticket.
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "kayasupport.redis_cache.KeptClientCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env.str("REDIS_PREFIX", default="kayasupport"),
            "OPTIONS": {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS},
        }
    }
else:
    CACHES = {
        "default": {
            # Each web process counts for itself, which doubles the limits: good enough for one
            # machine, where shared counters in files cost more than the rest of a request.
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }

# Celery: the broker is only a bell, the row is the queue (docs/adr/0001)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = env.int("TASK_SECONDS", default=60)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT * 0.75  # seconds
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_POOL = "kayasupport.worker_pool:TaskPool"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_DB_REUSE_MAX = 1_000_000  # tasks; kayasupport/celery.py closes what must be closed
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1  # seconds
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "global_keyprefix": env.str("REDIS_PREFIX", default="kayasupport") + ":",
        "socket_timeout": REDIS_SECONDS,
        "socket_connect_timeout": REDIS_SECONDS,
        # Redis keeps no list of bells that are not acknowledged: rows are the queue. One that could not
        # be struck off, while Redis did not answer, counted as in hand for ever, and two made a worker deaf.
        "ack_emulation": False,
        # Kombu's own default is 100 tries, which would keep a requester waiting.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    }
else:
    TRANSPORT_ALIASES["filesystem"] = "kayasupport.file_broker:Transport"
    CELERY_BROKER_URL = "filesystem://localhost/"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.1,  # seconds
    }
# Their own watch; work that stands above the verbs which ring the tasks of tickets/tasks.py, or below them.
CELERY_IMPORTS = [
    "kayasupport.worker_watch",
    "tickets.bulk.tasks",
    "tickets.mail.tasks",
    "tickets.mail.mailbox_tasks",
    "tickets.webhooks.tasks",
]
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=10)
CELERY_BEAT_SCHEDULER = "kayasupport.worker_watch:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat" / "schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "tickets.tasks.sweep",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        # Bells that nobody heard must not pile up while the worker is away.
        "options": {"expires": SWEEP_SECONDS},
    },
    "sweep-bulk-jobs": {
        "task": "tickets.bulk.tasks.sweep_bulk_jobs",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "sweep-mail": {
        "task": "tickets.mail.tasks.sweep_mail",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "close-silent-tickets": {
        "task": "tickets.tasks.close_silent_tickets",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "count-triage-weeks": {
        "task": "tickets.tasks.count_triage_weeks",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "tidy-desk": {
        "task": "tickets.tasks.tidy_desk",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "count-figures": {
        "task": "tickets.tasks.count_figures",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "sweep-webhooks": {
        "task": "tickets.webhooks.tasks.sweep_webhooks",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    # When it is time, Django's clock says; see tickets/weekly.py.
    "queue-weekly-summaries": {
        "task": "tickets.tasks.queue_weekly_summaries",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "discard-old-data": {
        "task": "tickets.tasks.discard_old_data",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "discard-orphan-files": {
        "task": "tickets.tasks.discard_orphan_files",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 3600},
    },
}

# Mail: files under var/mail/ until a server is named
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT_SECONDS", default=10)  # Django's default is for ever
# A provider by its name in anymail, such as mailgun; what it needs is in ANYMAIL_SETTINGS: "API_KEY=…,…".
ANYMAIL_ESP = env.str("ANYMAIL_ESP", default="").strip().lower()
ANYMAIL_WEBHOOK_SECRET = env.str("ANYMAIL_WEBHOOK_SECRET", default="").strip()  # user:password
ANYMAIL = {
    **{
        f"{ANYMAIL_ESP.upper()}_{name}": value.strip()
        for name, value in env.dict("ANYMAIL_SETTINGS", default={}).items()
    },
    **({"WEBHOOK_SECRET": ANYMAIL_WEBHOOK_SECRET} if ANYMAIL_WEBHOOK_SECRET else {}),
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
    "IGNORE_UNSUPPORTED_FEATURES": True,  # a header a provider does not know must not keep the mail
}
if ANYMAIL_ESP:
    EMAIL_BACKEND = f"anymail.backends.{ANYMAIL_ESP}.EmailBackend"
elif EMAIL_URL:
    mail = env.email_url_config(EMAIL_URL)
    if mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        mail["EMAIL_BACKEND"] = "tickets.mail.smtp.EmailBackend"  # knows the null return path
    vars().update(mail)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Bantuan Pendaftaran <bantuan@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Mailboxes of ours with sub-addresses (name+word@): where bounces come back to, and answers. Empty: the null
# return path for automatic mail, and no Reply-To.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="").strip()
SUPPORT_MAILBOX = env.str("SUPPORT_MAILBOX", default="").strip()

# Mail that comes in: the mailbox we fetch it from; none until one is named
IMAP_URL = env.str("IMAP_URL", default="").strip()
IMAP_POLL_SECONDS = env.int("IMAP_POLL_SECONDS", default=60)
IMAP_TIMEOUT = env.int("IMAP_TIMEOUT_SECONDS", default=20)  # of one answer; Python's default is for ever
# Where a fetched mail is moved to; empty: it stays, and is marked as read.
IMAP_DONE_FOLDER = env.str("IMAP_DONE_FOLDER", default="")
# Prints an access token for Google or Microsoft (XOAUTH2); empty: the password in IMAP_URL.
IMAP_TOKEN_COMMAND = env.str("IMAP_TOKEN_COMMAND", default="")
INCOMING_MAX_BYTES = env.int("INCOMING_MAX_MIB", default=25) * 1024 * 1024
INCOMING_KEPT = timedelta(days=env.int("INCOMING_KEPT_DAYS", default=90))
if IMAP_URL:
    CELERY_BEAT_SCHEDULE["fetch-mail"] = {
        "task": "tickets.mail.mailbox_tasks.fetch_mail",
        "schedule": timedelta(seconds=IMAP_POLL_SECONDS),
        "options": {"expires": IMAP_POLL_SECONDS},
    }

# Language and time
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SITE_IS_HTTPS
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Jakarta")
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or DATA_DIR / "static")
# One style sheet and one script for all public pages, each made of several files.
BUNDLES = {
    "tickets/public.css": ["tickets/static/tickets/base.css", "tickets/public/*.css"],
    "tickets/public.js": ["tickets/public/*.js"],
    "tickets/brand.css": [],  # for the desk: what the brand's colours change
}
# Those that end with the colours of BRAND_COLOUR.
BRANDED_BUNDLES = ["tickets/public.css", "tickets/brand.css"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kayasupport.bundles.BundleFinder",
    "kayasupport.brand_files.BrandFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Half the files, a tenth of the time: pages ask for hashed names only, and nobody debugs by these maps.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers
SCREENSHOT_DIR = DATA_DIR / "screenshots"
# Proofs of identity, sealed; elsewhere too, such as on a disk of their own.
IDENTITY_DIR = Path(env.str("IDENTITY_DIR", default="") or DATA_DIR / "identity")
# Anything larger goes to a temporary file while it is being received.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # of fields; files are counted apart
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Sign-in and safety
AUTHENTICATION_BACKENDS = ["tickets.admin.sign_in.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Whether staff need a second factor. "auto": where SITE_URL is https; "on"; "off": it is offered only.
STAFF_TWO_FACTOR = env.str("STAFF_TWO_FACTOR", default="auto")
STAFF_NEED_TWO_FACTOR = STAFF_TWO_FACTOR == "on" or (STAFF_TWO_FACTOR == "auto" and SITE_IS_HTTPS)
ACCOUNT_ADAPTER = "tickets.admin.allauth_adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # for the library's check; nobody can sign up
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60  # seconds
# Off: the library's limits fail with the cache. Ours are in tickets/attempts.py.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_ADAPTER = "tickets.admin.allauth_adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "tickets.admin.second_factor_forms.CodeForm",
    "reauthenticate": "tickets.admin.second_factor_forms.ConfirmCodeForm",
    "activate_totp": "tickets.admin.second_factor_forms.SetUpAppForm",
    "add_webauthn": "tickets.admin.second_factor_forms.AddPasskeyForm",
    "authenticate_webauthn": "tickets.admin.second_factor_forms.PasskeyForm",
    "reauthenticate_webauthn": "tickets.admin.second_factor_forms.ConfirmPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: clocks of phones are not exact
MFA_RECOVERY_CODES_SHOW_ONCE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
# By these names a browser takes a cookie from this very host over https only: no page of another host of
# the platform can plant one (RFC 6265bis, 4.1.3.2).
HOST_PREFIX = "__Host-" if SITE_IS_HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{HOST_PREFIX}sessionid", f"{HOST_PREFIX}csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # "Strict" signs out whoever follows a link in a mail
SESSION_ENGINE = "kayasupport.session_store"
SESSION_COOKIE_AGE = 12 * 3600  # seconds: one working day
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tickets.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = SITE_IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, without TLS
if NUM_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SITE_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# What no page asks for. A file field with `capture` opens the camera's own program, and needs no leave.
# Passkeys and the clipboard are in use.
PERMISSIONS_DENIED = [
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
]
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {
        "intake": env.str("THROTTLE_INTAKE", default="20/hour"),
        # Of a /24 (of a /64, which is one client already), and of everybody: against many addresses.
        "intake_network": env.str("THROTTLE_INTAKE_NETWORK", default="600/hour"),
        "intake_everyone": env.str("THROTTLE_INTAKE_EVERYONE", default="20000/hour"),
        "advice": env.str("THROTTLE_ADVICE", default="120/min"),
        "status": env.str("THROTTLE_STATUS", default="120/min"),
        "key": env.str("THROTTLE_KEY", default="600/min"),
        "find": env.str("THROTTLE_FIND", default="30/hour"),
        "link": env.str("THROTTLE_LINK", default="20/hour"),
        "identity": env.str("THROTTLE_IDENTITY", default="20/hour"),
        "sign_in": env.str("THROTTLE_SIGN_IN", default="10/hour"),
        "sign_in_network": env.str("THROTTLE_SIGN_IN_NETWORK", default="60/hour"),
        "sign_in_account": env.str("THROTTLE_SIGN_IN_ACCOUNT", default="100/hour"),
    },
    "NUM_PROXIES": NUM_PROXIES,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "KayaSupport API",
    "DESCRIPTION": "Report a registration issue and follow what becomes of it.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "ticketToken": {"type": "http", "scheme": "bearer"},
            "apiKey": {"type": "http", "scheme": "bearer"},
        },
    },
}

# Logging: references and ids, never texts, addresses or tokens
LOG_FORMAT = env.str("LOG_FORMAT", default="line")  # "line" for people, "json" for programs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "kayasupport.logs.ContextFilter"}},
    "formatters": {
        "line": {
            "()": "kayasupport.logs.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "kayasupport.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "line",
            "filters": ["context"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

# Watching; see docs/monitoring.md. /metrics does not exist until one of the first two says who may read it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="").strip()
METRICS_ALLOWED = env.list("METRICS_ALLOWED", default=[])  # networks, such as 10.0.0.0/8
SENTRY_DSN = env.str("SENTRY_DSN", default="").strip()
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
RELEASE = env.str("RELEASE", default="").strip()  # what this code is called, such as a commit
# So old may the oldest untriaged ticket and the oldest unsent message be, before readyz and the desk warn.
UNTRIAGED_LATE = timedelta(seconds=env.int("UNTRIAGED_LATE_SECONDS", default=120))
UNSENT_LATE = timedelta(seconds=env.int("UNSENT_LATE_SECONDS", default=300))
DISK_LOW = env.int("DISK_LOW_MIB", default=1024) * 1024 * 1024  # bytes free for screenshots

# Ours: brand
BRAND_NAME = env.str("BRAND_NAME", default="Bantuan Pendaftaran")
# One line under the name, by language; empty: none.
BRAND_TAGLINE = {"id": env.str("BRAND_TAGLINE_ID", default=""), "en": env.str("BRAND_TAGLINE_EN", default="")}
# Files, SVG or PNG, copied among the static ones. Empty: our own sign.
BRAND_LOGO = env.str("BRAND_LOGO", default="").strip()
BRAND_ICON = env.str("BRAND_ICON", default="").strip()  # square, for the browser's tab
# "#rrggbb"; the other shades follow. Empty: the shipped ones, or for dark one made of the light one.
BRAND_COLOUR = env.str("BRAND_COLOUR", default="").strip()
BRAND_COLOUR_DARK = env.str("BRAND_COLOUR_DARK", default="").strip()
# What the footer leads to.
BRAND_HOME_URL = env.str("BRAND_HOME_URL", default="").strip()
BRAND_HELP_URL = env.str("BRAND_HELP_URL", default="").strip()
BRAND_CHAT_URL = env.str("BRAND_CHAT_URL", default="").strip()
BRAND_EMAIL = env.str("BRAND_EMAIL", default="").strip() or SUPPORT_MAILBOX
BRAND_PHONE = env.str("BRAND_PHONE", default="").strip()
# The platform's own privacy notice, instead of our page /privasi/, and what that page says at its end.
PRIVACY_URL = env.str("PRIVACY_URL", default="").strip()
PRIVACY_NOTE = {"id": env.str("PRIVACY_NOTE_ID", default=""), "en": env.str("PRIVACY_NOTE_EN", default="")}

# Ours: the form on other sites' pages (docs/embedding.md)
# Origins whose pages may show it in a frame: "https://daftar.contoh.id". None: nobody may.
EMBED_PARENTS = [o for each in env.list("EMBED_PARENTS", default=[]) if (o := each.strip().rstrip("/"))]
# Shared with the platform, which signs with one what it prefills; the first one signs here, each is believed.
PREFILL_KEYS = [key for each in env.list("PREFILL_KEYS", default=[]) if (key := each.strip())]
PREFILL_AGE = timedelta(minutes=env.int("PREFILL_MINUTES", default=60))

# Ours: triage
TRIAGE_MODEL_DIR = Path(env.str("TRIAGE_MODEL_DIR", default="") or DATA_DIR / "triage")

# Whether triage asks the DNS if the registered domain takes mail; 1.5 seconds at most, in the worker.
MAIL_DOMAIN_LOOKUP = env.bool("MAIL_DOMAIN_LOOKUP", default=True)

# Ours: reading screenshots with tesseract. "auto": where it is installed; "on": it must be; "off".
OCR = env.str("OCR", default="auto")
OCR_LANGUAGES = env.list("OCR_LANGUAGES", default=["ind", "eng"])
OCR_SECONDS = env.int("OCR_SECONDS", default=10)  # for one screenshot, then it is killed
# At once on this machine: by default one processor is left to the triage of other tickets.
OCR_AT_ONCE = env.int("OCR_AT_ONCE", default=0) or max(1, (os.cpu_count() or 1) - 1)
# How long after its creation an unsure ticket waits for its screenshots.
SCREENS_WAIT = timedelta(seconds=env.int("SCREENS_WAIT_SECONDS", default=15))

# Ours: programs outside
# Who delivers automatic replies: "us", or "api", a program that fetches them there (docs/adr/0021).
AUTO_REPLIES_SENT_BY = env.str("AUTO_REPLIES_SENT_BY", default="us")
# For development: webhooks may go to http:// and https:// on this machine itself.
WEBHOOKS_TO_LOOPBACK = env.bool("WEBHOOKS_TO_LOOPBACK", default=False)

# Ours: life of a ticket
STATUS_LINK_AGE = timedelta(days=env.int("STATUS_LINK_DAYS", default=90))
PENDING_ASSUMED_AFTER = timedelta(days=env.int("PENDING_ASSUMED_DAYS", default=7))
REOPEN_GRACE = timedelta(days=env.int("REOPEN_GRACE_DAYS", default=7))
SAME_PERSON_WINDOW = timedelta(days=env.int("SAME_PERSON_DAYS", default=14))
# The link by which proof of identity is sent works so long, and once.
IDENTITY_LINK_AGE = timedelta(days=env.int("IDENTITY_LINK_DAYS", default=3))

# Ours: how long what is personal is kept (docs/privacy.md); timedelta(0) is for ever
TICKETS_KEPT = timedelta(days=env.int("TICKETS_KEPT_DAYS", default=365))  # after the ticket was closed
# A report held back as possible spam: after it came, if nobody decides, it becomes spam.
SUSPENDED_KEPT = timedelta(days=env.int("SUSPENDED_DAYS", default=14))
SPAM_KEPT = timedelta(days=env.int("SPAM_KEPT_DAYS", default=30))  # after it was taken for spam
SCREENSHOTS_KEPT = timedelta(days=env.int("SCREENSHOTS_KEPT_DAYS", default=90))  # after the ticket was closed
SECRETS_KEPT = timedelta(days=env.int("SECRETS_KEPT_DAYS", default=30))  # after the ticket was closed
# Proofs of identity: after the decision, and after they came when nobody decides. Never for ever: whoever
# sends one is told the day.
IDENTITY_KEPT = timedelta(days=env.int("IDENTITY_KEPT_DAYS", default=7))
IDENTITY_UNDECIDED_KEPT = timedelta(days=env.int("IDENTITY_UNDECIDED_DAYS", default=30))
# IP address, browser, the trace of both, and what mail servers said: after they came.
TECHNICAL_KEPT = timedelta(days=env.int("TECHNICAL_KEPT_DAYS", default=30))
# An address that is not mailed, after mail to it came back: somebody else may have it by then.
SUPPRESSED_KEPT = timedelta(days=env.int("SUPPRESSED_KEPT_DAYS", default=730))

# Ours: the desk
# Open tickets one agent may hold at once; 0 is any number. A lead may set another one per agent.
AGENT_CAPACITY = env.int("AGENT_CAPACITY", default=25)
# A reply that was begun and never sent is kept so long: it may hold a code.
DRAFT_KEPT = timedelta(days=env.int("DRAFT_DAYS", default=30))

# Ours: work that is claimed. A lease outlives TASK_SECONDS, the hard time limit of the task
# that holds it, or a second worker takes up what the first one is still doing.
LEASE = timedelta(seconds=env.int("LEASE_SECONDS", default=90))
MAX_ATTEMPTS = 5

# Ours: limits on the mail an anonymous form can cause
AUTO_REPLIES_PER_ADDRESS_HOUR = env.int("AUTO_REPLIES_PER_ADDRESS_HOUR", default=1)
AUTO_REPLIES_PER_ADDRESS_DAY = env.int("AUTO_REPLIES_PER_ADDRESS_DAY", default=3)
AUTO_REPLIES_PER_IP_HOUR = env.int("AUTO_REPLIES_PER_IP_HOUR", default=10)
# Of a /24, or of the /64 in which one household or server has 2^64 addresses.
AUTO_REPLIES_PER_NETWORK_HOUR = env.int("AUTO_REPLIES_PER_NETWORK_HOUR", default=30)
AUTO_REPLIES_PER_HOUR = env.int("AUTO_REPLIES_PER_HOUR", default=2000)

# Mails with the link of one ticket within 24 hours: to addresses that its holder names, and, counted
# apart, to its own addresses.
LINK_MAILS_PER_TICKET_DAY = env.int("LINK_MAILS_PER_TICKET_DAY", default=3)

# Ours: limits on the automatic answers that mail can cause; above, the advice stands on the status page only
MAILS_ANSWERED_PER_SENDER_HOUR = env.int("MAILS_ANSWERED_PER_SENDER_HOUR", default=3)
MAILS_ANSWERED_PER_DOMAIN_HOUR = env.int("MAILS_ANSWERED_PER_DOMAIN_HOUR", default=30)
MAILS_ANSWERED_PER_HOUR = env.int("MAILS_ANSWERED_PER_HOUR", default=500)
