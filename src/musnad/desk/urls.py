"""The desk's addresses. A case and an exhibit go by their whole names, so that an address means one thing for ever."""

from __future__ import annotations

from django.urls import path, register_converter

from musnad.core.kernel.names import CaseRef, SealId
from musnad.desk.views import cases, entrance


class CaseConverter:
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> CaseRef:
        return CaseRef(value)

    def to_url(self, value: str) -> str:
        return value


class SealConverter:
    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> SealId:
        return SealId(value)

    def to_url(self, value: str) -> str:
        return value


register_converter(CaseConverter, "case")
register_converter(SealConverter, "seal")

urlpatterns = [
    path("", cases.inbox, name="inbox"),
    path("case/<case:ref>/", cases.case, name="case"),
    path("case/<case:ref>/exhibit/<seal:seal>/", cases.exhibit, name="exhibit"),
    path("enter/<str:token>", entrance.enter, name="enter"),
    path("leave/", entrance.leave, name="leave"),
    path("language/", entrance.choose, name="language"),
]
handler400 = "musnad.desk.views.faults.bad_request"
handler404 = "musnad.desk.views.faults.not_found"
handler500 = "musnad.desk.views.faults.broken"
