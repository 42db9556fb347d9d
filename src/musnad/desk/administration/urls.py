"""The house: its state, its examination, its records."""

from __future__ import annotations

from django.urls import path

from musnad.desk.administration import views

app_name = "administration"
urlpatterns = [
    path("", views.state, name="state"),
    path("examination/", views.examine, name="examine"),
    path("records/", views.records, name="records"),
]
