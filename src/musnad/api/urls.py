"""The interface's one address, /api/v1, with every group of operations below it."""

from __future__ import annotations

from django.urls import path

from musnad.api.interface import Interface, make_interface
from musnad.api.routes import cases, drafts, exhibits, figures, law, node, register, saying, treaty

interface: Interface = make_interface()
for group in (node, cases, saying, drafts, exhibits, law, treaty, register, figures):
    interface.add_router("", group.router)

urlpatterns = [path("api/v1/", interface.urls)]
