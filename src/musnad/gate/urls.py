"""The gate's paths; docs/protocol.md, "The wire"."""

from __future__ import annotations

from django.urls import path, re_path

from musnad.gate import views

urlpatterns = [
    path("gate/v1/envelopes", views.envelopes),
    path("gate/v1/exhibits/<str:seal>", views.exhibit),
    path("gate/v1/exhibits/<str:seal>/index", views.exhibit, {"member": "index"}),
    path("gate/v1/exhibits/<str:seal>/manifest", views.exhibit_manifest),
    path("gate/v1/directory/<str:snapshot>", views.directory_set),
    path("gate/v1/receipts/<str:message>", views.receipts),
    path("gate/v1/log/checkpoint", views.checkpoint),
    re_path(r"^gate/v1/log/(?P<path>tile/.{1,100})$", views.tile),
    path("gate/v1/witness/add-checkpoint", views.add_checkpoint),
    path("gate/v1/witness/head/<str:party>", views.witnessed),
    path("gate/v1/witness/split", views.split),
]
handler404 = views.not_found
