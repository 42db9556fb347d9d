"""Doors that stand open to whoever is outside, and one's own ways in."""

from __future__ import annotations

from django.urls import path

from musnad.desk.entrance import keys, signing_in, views

urlpatterns = [
    path("enter/<str:token>", views.enter, name="enter"),
    path("leave/", views.leave, name="leave"),
    path("awake/", views.awake, name="awake"),
    path("language/", views.choose, name="language"),
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/challenge/", signing_in.challenge, name="sign-in-challenge"),
    path("sign-in/passkey/", signing_in.by_passkey, name="sign-in-passkey"),
    path("keys/", keys.keys, name="keys"),
    path("keys/passkey/", keys.new_passkey, name="new-passkey"),
    path("keys/code/", keys.new_code, name="new-code"),
    path("keys/sessions/", keys.end_sessions, name="end-own-sessions"),
    path("keys/<int:way>/remove/", keys.remove, name="remove-key"),
]
