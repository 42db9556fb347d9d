"""The gate as a WSGI application, for granian: ``MUSNAD_NODE`` names the node's folder."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler

from musnad.node.assemble import start_django

start_django(Path(os.environ["MUSNAD_NODE"]))
application = WSGIHandler()
