"""The interface as a WSGI application, for granian: ``musnad.api.wsgi:application`` with ``MUSNAD_NODE`` set."""

from __future__ import annotations

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "musnad.api.settings"

from django.core.wsgi import get_wsgi_application  # settings are read while it is imported

from musnad.node.private import keep_private

keep_private()
application = get_wsgi_application()
