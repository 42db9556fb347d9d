"""The desk's addresses: each area its own, under one word."""

from __future__ import annotations

from django.urls import include, path

from musnad.desk.addresses import register

register()

urlpatterns = [
    path("", include("musnad.desk.inbox.urls")),
    path("", include("musnad.desk.entrance.urls")),
    path("case/", include("musnad.desk.cases.urls")),
    path("case/<case:ref>/answer/", include("musnad.desk.answering.urls")),
    path("case/<case:ref>/evidence/", include("musnad.desk.evidence.urls")),
    path("ask/", include("musnad.desk.composing.urls")),
    path("drafts/", include("musnad.desk.approving.urls")),
    path("search/", include("musnad.desk.search.urls")),
    path("register/", include("musnad.desk.reference.urls")),
    path("statistics/", include("musnad.desk.statistics.urls")),
    path("duty/", include("musnad.desk.duty.urls")),
    path("people/", include("musnad.desk.people.urls")),
    path("administration/", include("musnad.desk.administration.urls")),
]
handler400 = "musnad.desk.faults.bad_request"
handler404 = "musnad.desk.faults.not_found"
handler500 = "musnad.desk.faults.broken"
