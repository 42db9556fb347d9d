"""The Django applications of the people at the desk."""

from __future__ import annotations

from allauth.account.apps import AccountConfig
from django.apps import AppConfig


class People(AppConfig):
    name = "musnad.people"
    label = "people"
    default = True
    default_auto_field = "django.db.models.BigAutoField"


class AccountTables(AccountConfig):  # type: ignore[misc]  # allauth has no types
    """allauth's tables alone, for processes that sign nobody in and so have none of its middleware."""

    default = False

    def ready(self) -> None:
        """Nothing: the middleware that allauth asks for is the desk's."""
