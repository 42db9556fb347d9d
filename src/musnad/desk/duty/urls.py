"""The watch: its board, its shifts, its rings."""

from __future__ import annotations

from django.urls import path

from musnad.desk.duty import views

app_name = "duty"
urlpatterns = [
    path("", views.board, name="board"),
    path("shifts/", views.plan_shift, name="plan"),
    path("shifts/<int:number>/offer/", views.offer_watch, name="offer"),
    path("shifts/<int:number>/take-over/", views.take_watch, name="take-over"),
    path("shifts/<int:number>/give/", views.give_shift, name="give"),
    path("shifts/<int:number>/cancel/", views.cancel_shift, name="cancel"),
    path("rings/<int:number>/", views.acknowledge_ring, name="acknowledge"),
]
