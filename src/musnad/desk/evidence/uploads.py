"""Bringing a file in: chunk by chunk with JavaScript, to be gone on with after any cut; a small one by a plain form.

Nothing of it rests in clear: chunks go to the spool, and a plain form's file stays in memory, which bounds it.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from musnad.adapters.vault.spool import CHUNK_OCTETS, Spool, Upload
from musnad.core.kernel.errors import BadForm, MusnadError, TooLarge
from musnad.core.kernel.names import CaseRef, SealId
from musnad.core.sealing.name import parse_safe_name
from musnad.desk import house
from musnad.desk.evidence.sealing import WORDS, begin_sealing
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.desk.remedies import remedy
from musnad.exchange.audit import note
from musnad.exchange.evidence.errors import UnknownUpload, UploadGap
from musnad.language import mark
from musnad.language.outcome import http_status
from musnad.language.sentences import sentence
from musnad.node.resting import UPLOADS
from musnad.people.powers import Power

OFFSET = "Upload-Offset"
LENGTH = "Upload-Length"
WORD_LIMIT = 4096
PLAIN_LIMIT_OCTETS = CHUNK_OCTETS
"""What a form without JavaScript may carry, its other fields included."""
_RANGE = re.compile(r"^bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})$", re.ASCII)


def spool() -> Spool:
    """This node's spool, beside its vault."""
    return Spool(house.folder() / UPLOADS, house.rest_key(), house.ports().entropy)


def upload_here(request: HttpRequest, ref: CaseRef, name: SealId) -> Upload:
    """The upload, where it is of this case and the seat may see it; else ``UnknownUpload`` or ``UnknownCase``."""
    case, found = house.case_here(request, ref), spool().find(name)
    if found.case != case:
        raise UnknownUpload(name)
    return found


@require_POST
@needs(Power.EVIDENCE)
@paced("upload", "POST")
def begin(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    """Make room for an upload; the answer says where its chunks go."""
    case = house.case_here(request, ref)
    try:
        size = request.POST.get("size", "")
        if not (size.isascii() and size.isdigit() and len(size) <= 15):
            raise BadForm("size", mark("no number of octets"))
        name = request.POST.get("name", "")
        made = spool().begin(case, name, int(size), house.seat(request).name, _words(request))
    except MusnadError as error:
        return _refused(error)
    note(house.ports(), "upload-begun", by=house.seat(request).name, case=case, about={"upload": made.id})
    address = reverse("evidence:upload", args=[case, made.id])
    told = {"id": made.id, "address": address, "chunk": CHUNK_OCTETS, "offset": 0}
    return JsonResponse(told, status=HTTPStatus.CREATED)


@require_http_methods(["HEAD", "GET", "PUT", "POST"])
@needs(Power.EVIDENCE)
def upload(request: HttpRequest, ref: CaseRef, name: SealId) -> HttpResponse:
    """One upload: how far it is (HEAD), a chunk of it (PUT), its sealing or its end (POST)."""
    try:
        found = upload_here(request, ref, name)
        if request.method == "PUT":
            return _taken(request, found)
    except UploadGap as error:
        return _at(error.offset_octets, None, _refused(error))
    except MusnadError as error:
        if request.method == "POST":
            raise
        return _refused(error)
    if request.method != "POST":
        return _at(found.offset, found.size_octets, HttpResponse(status=HTTPStatus.NO_CONTENT))
    if request.POST.get("do") == "drop":
        spool().drop(name)
        note(house.ports(), "upload-dropped", by=house.seat(request).name, case=ref, about={"upload": name})
        return redirect("evidence:all", ref)
    begin_sealing(house.ports(), spool(), found, house.seat(request))
    return redirect("evidence:sealing", ref, name)


class InMemory(MemoryFileUploadHandler):
    """Django's own, for what is small; anything larger is read to its end and kept nowhere."""

    def handle_raw_input(self, *given: Any, **_: Any) -> None:
        """Of what Django gives, only the third is asked: how long the whole body is."""
        self.activated = given[2] <= PLAIN_LIMIT_OCTETS


@csrf_exempt
@require_POST
@needs(Power.EVIDENCE)
@paced("upload", "POST")
def small(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    """A small file by a plain form. The form's token is checked below, once its file can only go to memory."""
    request.upload_handlers = [InMemory(request)]
    return _small(request, ref)


@csrf_protect
def _small(request: HttpRequest, ref: CaseRef) -> HttpResponse:
    case, seat = house.case_here(request, ref), house.seat(request)
    given = request.FILES.get("file")
    if given is None:
        length = int(request.headers.get("Content-Length") or 0)
        if length > PLAIN_LIMIT_OCTETS:
            raise TooLarge("upload", length, PLAIN_LIMIT_OCTETS)
        raise BadForm(mark("file"), mark("left empty"))
    octets = b"".join(given.chunks())
    name = request.POST.get("file_name") or given.name or ""
    kept = spool()
    made = kept.begin(case, parse_safe_name(name), len(octets), seat.name, _words(request))
    kept.put(made.id, 0, octets)
    begin_sealing(house.ports(), kept, kept.find(made.id), seat)
    return redirect("evidence:sealing", case, made.id)


def _words(request: HttpRequest) -> dict[str, str]:
    """What is said of the file; each of its words is checked before anything comes."""
    said = {one: request.POST.get(one, "").replace("\r\n", "\n").strip() for one in WORDS}
    for name, text in said.items():
        if len(text) > WORD_LIMIT or "\0" in text:
            raise BadForm(name, mark("longer than it may be, or with a control character"))
    if not said["description"]:
        raise BadForm(mark("description"), mark("left empty"))
    return {name: text for name, text in said.items() if text}


def _taken(request: HttpRequest, found: Upload) -> HttpResponse:
    """The chunk of this request, durable."""
    match = _RANGE.match(request.headers.get("Content-Range", ""))
    if match is None:
        raise BadForm("Content-Range", mark("not of the form `bytes first-last/size`"))
    first, last, size = (int(one) for one in match.groups())
    length = last - first + 1
    if size != found.size_octets or not 0 < length <= CHUNK_OCTETS or last >= size:
        raise BadForm("Content-Range", mark("not a chunk of this upload"))
    octets = request.read(length)
    if len(octets) != length or request.read(1):
        raise BadForm("Content-Range", mark("the body is of another length"))
    return _at(spool().put(found.id, first, octets), size, HttpResponse(status=HTTPStatus.NO_CONTENT))


def _at(offset: int, size: int | None, response: HttpResponse) -> HttpResponse:
    response[OFFSET] = str(offset)
    if size is not None:
        response[LENGTH] = str(size)
    return response


def _refused(error: MusnadError) -> HttpResponse:
    """For the script, which shows it: the sentence, as text that nothing takes for anything else."""
    told = f"{sentence(error)} {remedy(error)}"
    return HttpResponse(told, content_type="text/plain; charset=utf-8", status=http_status(error))
