"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from musnad.desk.reference import everybody, law, views

app_name = "reference"
urlpatterns = [
    path("", views.register, name="register"),
    path("can/", law.can, name="can"),
    path("who/", everybody.who, name="who"),
    path("law/", law.matrix, name="matrix"),
    path("law/<str:code>/", law.gap, name="gap"),
    path("<str:code>/", views.state, name="state"),
]
