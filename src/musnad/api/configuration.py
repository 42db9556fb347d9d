"""Django's settings of the programming interface. Data only: no sessions, no templates, no cookies."""

from __future__ import annotations

from musnad.core.kernel.ijson import PAYLOAD_LIMIT_OCTETS

BODY_LIMIT_OCTETS = PAYLOAD_LIMIT_OCTETS
"""As much as a message may have."""

ROOT_URLCONF = "musnad.api.urls"
MIDDLEWARE = ["musnad.api.middleware.around"]
ALLOWED_HOSTS = ["*"]  # no answer is made from the host's name; who may ask is the token's to say
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE: int | None = BODY_LIMIT_OCTETS
USE_I18N = False
