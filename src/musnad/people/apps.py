"""The Django applications of the people at the desk."""

from __future__ import annotations

from importlib import import_module

from allauth.account.apps import AccountConfig
from django.apps import AppConfig


class People(AppConfig):
    name = "musnad.people"
    label = "people"
    default = True
    default_auto_field = "django.db.models.BigAutoField"
    tables = ("drafting", "enrolling", "watch")
    """Modules beside ``models`` that keep a table with its use."""

    def import_models(self) -> None:
        super().import_models()
        for name in self.tables:
            import_module(f"{self.name}.{name}")


class AccountTables(AccountConfig):  # type: ignore[misc]  # allauth has no types
    """allauth's tables alone, for processes that sign nobody in and so have none of its middleware."""

    default = False

    def ready(self) -> None:
        """Nothing: the middleware that allauth asks for is the desk's."""
