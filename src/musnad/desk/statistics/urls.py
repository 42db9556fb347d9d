"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from musnad.desk.statistics import views

app_name = "statistics"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("figures.<str:form>", views.download, name="download"),
    path("public/", views.public, name="public"),
    path("public/report.<str:form>", views.public_download, name="public-download"),
]
