"""The Registrar's public files as a WSGI application, for granian: ``MUSNAD_DIRECTORY`` names the repository."""

from __future__ import annotations

import os
from pathlib import Path

from musnad.gate.directory_app import directory_app

application = directory_app(Path(os.environ["MUSNAD_DIRECTORY"]) / "public")
