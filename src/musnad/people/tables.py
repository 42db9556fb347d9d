"""The Django applications of a node, for every settings module that opens its database. Data only.

Their tables are the node's; what they do beside, they do at the desk alone, whose middleware calls them.
"""

from __future__ import annotations

APPS = (
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "musnad.people.apps.AccountTables",
    "allauth.mfa",
    "musnad.records.apps.Records",
    "musnad.people.apps.People",
)
PERSON = "people.Person"
