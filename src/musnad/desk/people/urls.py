"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from musnad.desk.people import circle, views

app_name = "people"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("circle/", circle.find_case, name="find-case"),
    path("circle/<case:ref>/", circle.circle, name="circle"),
    path("waiting/<int:number>/", views.decide, name="decide"),
    path("<slug:name>/", views.person, name="person"),
    path("<slug:name>/powers/", views.powers, name="powers"),
    path("<slug:name>/lock/", views.lock, name="lock"),
    path("<slug:name>/unlock/", views.unlock, name="unlock"),
    path("<slug:name>/link/", views.link, name="link"),
    path("<slug:name>/sessions/", views.end_session, name="end-session"),
    path("<slug:name>/recovery/", views.recovery, name="recovery"),
]
