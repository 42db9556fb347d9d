"""The Django applications whose tables a node has, for every settings module that opens its database. Data only.

The desk alone signs people in: its settings put allauth's own application in the place of ``AccountTables``.
"""

from __future__ import annotations

APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "musnad.people.apps.AccountTables",
    "allauth.mfa",
    "musnad.records.apps.Records",
    "musnad.people.apps.People",
)
PERSON = "people.Person"
