"""A case's page and its exhibits'."""

from __future__ import annotations

from django.urls import path

from musnad.desk.cases import views

urlpatterns = [
    path("<case:ref>/", views.case, name="case"),
    path("<case:ref>/exhibit/<seal:seal>/", views.exhibit, name="exhibit"),
]
