"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from musnad.desk.evidence import giving, holding, uploads, views

app_name = "evidence"
urlpatterns = [
    path("", views.everything, name="all"),
    path("upload/", uploads.begin, name="begin"),
    path("upload/small/", uploads.small, name="small"),
    path("upload/<seal:name>/", uploads.upload, name="upload"),
    path("sealing/<seal:name>/", views.sealing, name="sealing"),
    path("offer/<message:answers>/", giving.offer, name="offer"),
    path("<seal:seal>/fetch/", views.fetch, name="fetch"),
    path("<seal:seal>/fetching/", views.fetching, name="fetching"),
    path("<seal:seal>/open/", holding.opening, name="open"),
    path("<seal:seal>/content/", holding.content, name="content"),
    path("<seal:seal>/custody/", holding.account, name="custody"),
]
