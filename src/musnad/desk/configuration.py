"""Django's settings of the desk: middleware, templates, static files, language, sessions, headers. Data only.

No foreign resource, no frame, no script or style but our own files, and the policy says so; sessions are a signed
cookie that names a file under ``run/sessions``, and leaving ends them.
Cookies are named after the node's folder, since browsers share the cookies of all ports of one host. Where browsers
come by HTTPS, through a State's own proxy, cookies are bound to the host and the proxy says by what scheme they came.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from musnad.adapters.files.sessions import IDLE_SECONDS
from musnad.language.speech import LOCALE_DIR
from musnad.language.tongues import OWN_NAMES
from musnad.node.configuration import read_configuration

_HERE = Path(__file__).parent
_NODE = hashlib.sha256(os.environ.get("MUSNAD_NODE", "").encode()).hexdigest()[:8]

_URL = read_configuration(Path(os.environ["MUSNAD_NODE"])).desk.address if "MUSNAD_NODE" in os.environ else ""
_ENCRYPTED = _URL.startswith("https:")
_BOUND = "__Host-" if _ENCRYPTED else ""

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, [urlsplit(_URL).hostname])]
ROOT_URLCONF = "musnad.desk.urls"
APPEND_SLASH = False
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "musnad.desk.middleware.headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "musnad.desk.middleware.language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "musnad.desk.middleware.door",
    "musnad.desk.middleware.Faults",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "musnad.desk.wording", "musnad.desk.composing.filters"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "musnad.desk.house.surroundings",
            ],
        },
    }
]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [_HERE / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]

USE_I18N = True
LANGUAGE_CODE = "en"  # what a sentence that a language lacks is said in; each request chooses its own language
LANGUAGES = list(OWN_NAMES.items())
LOCALE_PATHS = [LOCALE_DIR]

FILE_UPLOAD_HANDLERS = [  # no file of a form ever rests on the disk in clear
    "musnad.desk.answering.scan.Hashing",
    "musnad.desk.evidence.uploads.InMemory",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 4
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024  # the longest form, and one piece of an upload; files stream
DATA_UPLOAD_MAX_NUMBER_FIELDS = 16_000  # a request may name 2,000 identifiers, each in seven inputs
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = f"{_BOUND}musnad-desk-{_NODE}"
SESSION_COOKIE_AGE = IDLE_SECONDS  # of the signature, which work renews; how long at most is the node's own record
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _ENCRYPTED
CSRF_COOKIE_NAME = f"{_BOUND}musnad-form-{_NODE}"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "musnad.desk.faults.form_refused"

CSRF_TRUSTED_ORIGINS = [_URL] if _URL else []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

if _ENCRYPTED:  # the desk listens on loopback alone, so it is the State's own proxy that says so
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # Django's check of forms needs the origin; nothing leaves this host
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
