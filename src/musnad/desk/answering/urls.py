"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from musnad.desk.answering import fast, views

app_name = "answering"
urlpatterns = [
    path("", views.all_choices, name="choices"),
    path("hand-over/<str:party>/", views.give_over, name="hand-over"),
    path("accept-and-confirm/<message:answers>/", fast.accept_and_confirm, name="fast"),
    path("accept-at-once/<message:answers>/", fast.accept_at_once, name="at-once"),
    path("<slug:kind>/", views.saying, name="saying"),
    path("<slug:kind>/<message:answers>/", views.saying, name="answer"),
]
