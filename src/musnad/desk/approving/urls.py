"""Addresses of this area."""

from __future__ import annotations

from django.urls import path

from musnad.desk.approving import enrolment, paper, views

app_name = "approving"
urlpatterns = [
    path("", views.index, name="index"),
    path("passkeys/", enrolment.index, name="passkeys"),
    path("passkeys/new/", enrolment.begin, name="enrolment-begin"),
    path("passkeys/end/", enrolment.retire, name="enrolment-retire"),
    path("passkeys/<message:enrolment>/approve/", enrolment.approve, name="enrolment-approve"),
    path("passkeys/<message:enrolment>/sign/", enrolment.take, name="enrolment-take"),
    path("passkeys/<message:enrolment>/withdraw/", enrolment.withdraw, name="enrolment-withdraw"),
    path("<message:draft>/", views.draft, name="draft"),
    path("<message:draft>/paper/", paper.paper, name="paper"),
    path("<message:draft>/approve/", views.approve, name="approve"),
    path("<message:draft>/send/", views.dispatch, name="send"),
    path("<message:draft>/discard/", views.discard, name="discard"),
]
