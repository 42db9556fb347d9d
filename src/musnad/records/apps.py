"""The Django application that owns the journal's tables."""

from __future__ import annotations

from django.apps import AppConfig


class Records(AppConfig):
    name = "musnad.records"
    label = "records"
    verbose_name = "Musnad records"
