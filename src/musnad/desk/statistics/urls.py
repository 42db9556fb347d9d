"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from musnad.desk.statistics import public, views

app_name = "statistics"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("figures.<str:form>", views.download, name="download"),
    path("public/", public.public, name="public"),
    path("public/publish/", public.put_out, name="publish"),
    path("public/<str:year>/report.<str:form>", public.public_download, name="public-download"),
    path("public/<str:year>/<str:direction>/<str:name>.svg", public.public_chart, name="public-chart"),
    path("<str:direction>/<str:name>.<str:form>", views.table, name="table"),
]
