"""A case's page, its exhibits' and its exports'."""

from __future__ import annotations

from django.urls import path

from musnad.desk.cases import export, paper, views

urlpatterns = [
    path("<case:ref>/", views.case, name="case"),
    path("<case:ref>/exhibit/<seal:seal>/", views.exhibit, name="exhibit"),
    path("<case:ref>/paper/<message:asked>/", paper.paper, name="paper"),
    path("<case:ref>/paper/<message:asked>/signed/", paper.signed_file, name="paper-signed"),
    path("<case:ref>/export/", export.export, name="export"),
    path("<case:ref>/export/gathering/", export.gathering, name="export-preparing"),
    path("<case:ref>/export/<message:export>/", export.making, name="export-making"),
    path("<case:ref>/export/<message:export>/dossier/", export.dossier, name="export-dossier"),
]
