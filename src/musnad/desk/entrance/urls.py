"""Doors that stand open to whoever is outside."""

from __future__ import annotations

from django.urls import path

from musnad.desk.entrance import views

urlpatterns = [
    path("enter/<str:token>", views.enter, name="enter"),
    path("leave/", views.leave, name="leave"),
    path("language/", views.choose, name="language"),
]
