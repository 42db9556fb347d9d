"""The desk's first page."""

from __future__ import annotations

from django.urls import path

from musnad.desk.inbox import views

urlpatterns = [path("", views.inbox, name="inbox")]
