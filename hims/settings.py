"""Every setting of HIMS, read from the environment once, failing aloud. docs/operations.md lists the variables."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import django_stubs_ext
import pghistory
from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from coding.workbench.holds.rules import DEFAULT_MINUTES, checked_hold_minutes
from hims.lib.env import SettingError, env_bool, env_int, env_list, env_secret, env_text
from hims.lib.reference_links import reference_links
from hims.staff.sessions.rules import checked_minutes, idle_minutes_by_role

django_stubs_ext.monkeypatch()  # generic base classes such as ModelChoiceField[Facility] at run time
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env_text("HIMS_DATA_DIR", str(BASE_DIR / "var")))
VERSION = "0.1.0"

# --- Mode -----------------------------------------------------------------------------------------------------------
DEBUG = env_bool("HIMS_DEBUG")
DEMO = env_bool("HIMS_DEMO")
TESTING = env_bool("HIMS_TESTING")
BIND = env_text("HIMS_BIND", "127.0.0.1")
SECRET_KEY = env_secret("HIMS_SECRET_KEY")
FIELD_KEY = env_secret("HIMS_FIELD_KEY")  # rings of keys: hims/lib/crypto.py
NOTES_KEY = env_secret("HIMS_NOTES_KEY")
if FIELD_KEY == NOTES_KEY:
    raise SettingError("HIMS_FIELD_KEY and HIMS_NOTES_KEY are the same; psychotherapy notes need a key of their own.")
if len(SECRET_KEY) < 50 and not TESTING:
    raise SettingError("HIMS_SECRET_KEY is shorter than 50 characters.")
if DEMO and not ipaddress.ip_address("127.0.0.1" if BIND == "localhost" else BIND).is_loopback:
    raise SettingError("HIMS_DEMO shows sign-in buttons without passwords and may only listen on loopback.")
LOCAL = DEMO or DEBUG or TESTING
ALLOWED_HOSTS = env_list("HIMS_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("HIMS_TRUSTED_ORIGINS")

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "hims.staff",
    "hims.jobs",
    "hims.home",
    "hims.demo",
    "hims.proof",
    "audit",
    "records",
    "coding",
    "scheduling",
    "billing",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "guardian",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "audit.middleware.FormCharsetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hims.staff.sessions.middleware.SignInMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "audit.middleware.OriginMiddleware",
    "audit.access.purposes.StatedPurposeMiddleware",
    "audit.middleware.DomainErrorMiddleware",
    "hims.staff.sessions.middleware.LockoutMiddleware",
]
ROOT_URLCONF = "hims.urls"
WSGI_APPLICATION = "hims.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hims.home.context.shell",
            ],
            "builtins": ["hims.home.templatetags.keyboard"],
        },
    },
]


# --- Database: three roles on one PostgreSQL (docs/architecture.md) ---------------------------------------------------
def _database(url: str) -> dict[str, Any]:
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "hims"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": {**parts, "options": f"-c statement_timeout={env_int('HIMS_STATEMENT_TIMEOUT_MS', 0)}"},
        "CONN_MAX_AGE": env_int("HIMS_CONN_MAX_AGE", 300),
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {
    "default": _database(env_secret("HIMS_APP_DATABASE_URL")),
    "owner": _database(env_secret("DATABASE_URL")),
}
DATABASES["owner"]["CONN_MAX_AGE"] = 0
AUDIT_DATABASE_URL = env_secret("HIMS_AUDIT_DATABASE_URL")
SEALER_DATABASE_URL = env_secret("HIMS_SEALER_DATABASE_URL", "")
RETENTION_DATABASE_URL = env_secret("HIMS_RETENTION_DATABASE_URL", "")
SEAL_KEY = env_secret("HIMS_SEAL_KEY", "")
SEAL_ANCHORS = [Path(env_text("HIMS_SEAL_ANCHOR", str(DATA_DIR / "anchor" / "heads.jsonl")))]
if second_anchor := env_text("HIMS_SEAL_ANCHOR_2", ""):
    SEAL_ANCHORS.append(Path(second_anchor))
TRAIL_RETENTION_YEARS = env_int("HIMS_TRAIL_RETENTION_YEARS", 6)
if TRAIL_RETENTION_YEARS < 6:
    raise SettingError("HIMS_TRAIL_RETENTION_YEARS is below 6, the years that the law asks for (45 CFR 164.316).")
EMERGENCY_HOURS = env_int("HIMS_EMERGENCY_HOURS", 4)
if not 1 <= EMERGENCY_HOURS <= 24:
    raise SettingError("HIMS_EMERGENCY_HOURS is outside 1 to 24, the hours for which an emergency access may run.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True

# --- Sign-in ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["hims.staff.backend.StaffBackend", "guardian.backends.ObjectPermissionBackend"]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
REQUIRE_MFA = env_bool("HIMS_REQUIRE_MFA", default=not DEMO)
PASSWORD_HASHERS = ["hims.staff.passwords.StaffArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "hims.staff.passwords.LengthValidator"},
    {"NAME": "hims.staff.passwords.BlockListValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "hims.staff.adapter.StaffAccountAdapter"
ACCOUNT_FORMS = {"change_password": "hims.staff.adapter.NewPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Failures are counted by hims/staff/lockout.py; this only bounds what one address may make the server compute.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "300/m/ip"}
MFA_ADAPTER = "hims.staff.second_factor.adapter.StaffMFAAdapter"
MFA_FORMS = {
    "authenticate": "hims.staff.second_factor.forms.EnterCodeForm",
    "reauthenticate": "hims.staff.second_factor.forms.RepeatCodeForm",
    "activate_totp": "hims.staff.second_factor.forms.SetUpCodesForm",
    "add_webauthn": "hims.staff.second_factor.forms.AddKeyForm",
    "authenticate_webauthn": "hims.staff.second_factor.forms.UseKeyForm",
    "reauthenticate_webauthn": "hims.staff.second_factor.forms.RepeatKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "HIMS"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "sessionid" if LOCAL else "__Host-hims-session"
CSRF_COOKIE_NAME = "csrftoken" if LOCAL else "__Host-hims-csrf"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 13 * 60 * 60  # longer than a sign-in lasts (hims/staff/sessions), so that the sign-in decides
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
# Minutes without activity until a screen locks; of several roles the strictest counts.
try:
    IDLE_MINUTES = checked_minutes(env_int("HIMS_IDLE_MINUTES", 15))
    IDLE_MINUTES_BY_ROLE = idle_minutes_by_role(env_text("HIMS_IDLE_MINUTES_BY_ROLE", ""))
except ValueError as error:
    raise SettingError(f"HIMS_IDLE_MINUTES or HIMS_IDLE_MINUTES_BY_ROLE: {error}.") from None

# Minutes without a sign of life of a coder until another one may take the account over.
try:
    CODING_HOLD_MINUTES = checked_hold_minutes(env_int("HIMS_CODING_HOLD_MINUTES", DEFAULT_MINUTES))
except ValueError as error:
    raise SettingError(f"HIMS_CODING_HOLD_MINUTES: {error}.") from None

# --- Transport and content security -----------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("HIMS_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "no-referrer" if not LOCAL else "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- Jobs -------------------------------------------------------------------------------------------------------------
REDIS_URL = env_secret("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 360,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "hims.jobs.sweep", "schedule": 15.0},
    "heartbeat": {"task": "hims.jobs.heartbeat", "schedule": 15.0},
    "keep-grants": {"task": "records.keep_all_grants", "schedule": 6 * 60 * 60.0},
    "add-trail-months": {"task": "audit.add_months", "schedule": 24 * 60 * 60.0},
    "watch-trail": {"task": "audit.watch", "schedule": 60.0, "options": {"expires": 60}},
    "look-again-at-accesses": {"task": "audit.look_again", "schedule": 24 * 60 * 60.0},
    "seal-trail": {"task": "audit.seal", "schedule": 20.0, "options": {"expires": 20}},
    "verify-trail": {"task": "audit.verify_recent", "schedule": 24 * 60 * 60.0},
    "check-files": {"task": "audit.check_files", "schedule": 6 * 60 * 60.0},
}

# --- Cache: counters of sign-in attempts only, never patient data -----------------------------------------------------
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}
if not TESTING:
    CACHES["default"] = {
        "BACKEND": "hims.jobs.cache.BrokerServerCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "hims",
    }

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "hims.staff.tokens.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["audit.api.BoundedJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.AnonRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "user": f"{env_int('HIMS_API_REQUESTS_PER_MINUTE', 600)}/min",
        "anon": f"{env_int('HIMS_API_ANONYMOUS_PER_MINUTE', 60)}/min",
    },
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "audit.api.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "HIMS",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "hims.lib.openapi.name_refusals",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Language, time, files --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(env_text("HIMS_STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"

# --- Licensed references the site subscribes to, as links from a code; HIMS ships none ---------------------------------
REFERENCE_LINKS = reference_links(env_text("HIMS_REFERENCE_LINKS", ""))

# --- Logs: names of events and ids, never patient data ---------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("HIMS_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
