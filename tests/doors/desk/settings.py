"""The desk's Django settings for a test, over those that the whole run shares."""

from __future__ import annotations

from typing import Any

from django.test import override_settings

from musnad.desk import configuration


def desk_settings() -> Any:
    names = [name for name in vars(configuration) if name.isupper()]
    values = {name: getattr(configuration, name) for name in names}
    return override_settings(**values, SECRET_KEY="only for tests", DEBUG=False)
