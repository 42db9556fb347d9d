"""Addresses of this area."""

from __future__ import annotations

from django.urls import URLPattern, path

from musnad.desk.composing import views

app_name = "composing"
urlpatterns: list[URLPattern] = [
    path("", views.start, name="start"),
    path("forget/<slug:own_id>/", views.forgotten, name="forget"),
    path("<slug:measure>/", views.form, name="form"),
    path("<slug:measure>/preview/<slug:own_id>/", views.preview, name="preview"),
]
