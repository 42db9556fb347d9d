"""The scan of a paper, hashed as it comes: what is entered is its SHA-256, and the file itself is kept nowhere."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.utils.datastructures import MultiValueDict

from musnad.core.kernel.names import Digest
from musnad.desk.answering.fields import Given
from musnad.language import gettext as _
from musnad.language import isolate, size

SCAN, DIGEST = "scan", "document"
"""The field of the file, and that of its digest."""
LIMIT_OCTETS = 256 * 1024 * 1024
"""How much a form with a scan may carry; the digest of anything larger is written by hand."""


class Hashed(UploadedFile):
    """A file of which nothing is left but its digest; None where it was too large to be read."""

    digest: Digest | None = None


class Hashing(FileUploadHandler):
    """Takes the field of a scan, whatever the form; other files are left to the handlers after it."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._begun: Any = None
        self._reads = False

    def handle_raw_input(self, *given: Any, **_: Any) -> None:
        """Of what Django gives, only the third is asked: how long the whole body is."""
        self._reads = given[2] <= LIMIT_OCTETS

    def new_file(self, field_name: str, *given: Any, **named: Any) -> None:
        super().new_file(field_name, *given, **named)
        self._begun = hashlib.sha256() if field_name == SCAN else None
        if self._begun is not None:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002  # Django's signature
        if self._begun is None:
            return raw_data
        if self._reads:
            self._begun.update(raw_data)
        return None

    def file_complete(self, file_size: int) -> Hashed | None:
        if self._begun is None:
            return None
        made = Hashed(BytesIO(), self.file_name, "application/octet-stream", file_size)
        made.digest = Digest(self._begun.hexdigest()) if self._reads else None
        return made


def take_scan(given: Given, files: MultiValueDict[str, Any]) -> None:
    """Have the digest of the file that came stand as if it had been typed; what is wrong with it is noted beside it."""
    came = files.get(SCAN)
    if not isinstance(came, Hashed):
        return
    if came.digest is None:
        most = {"limit": size(LIMIT_OCTETS)}
        given.errors[SCAN] = _("It is larger than %(limit)s: write its SHA-256 below instead.") % most
    elif not came.size:
        given.errors[SCAN] = _("The file is empty.")
    elif (given.text(DIGEST) or came.digest).lower() != came.digest:
        found = {"sha256": isolate(came.digest)}
        given.errors[SCAN] = _("Its SHA-256 is %(sha256)s, and not the one that is written below.") % found
    else:
        given.typed = given.typed.copy()
        given.typed[DIGEST] = came.digest
