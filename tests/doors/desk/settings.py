"""The desk's Django settings for a test, over those that the whole run shares."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import override_settings

from musnad.desk import configuration


def desk_settings() -> Any:
    """To be entered as a context; a key stays behind, since Django takes none away again."""
    settings.SECRET_KEY = "only for tests"
    names = [name for name in vars(configuration) if name.isupper()]
    values = {name: getattr(configuration, name) for name in names}
    values["PASSWORD_HASHERS"] = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # its work is not what is tested
    return override_settings(**values, DEBUG=False)
