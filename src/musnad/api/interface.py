"""The interface itself: django-ninja with our parser, our errors, and a description that says what is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from musnad.adapters.files.grants import Scope
from musnad.api.caller import Allowed
from musnad.api.configuration import BODY_LIMIT_OCTETS
from musnad.api.errors import NoSuchResource
from musnad.api.problems import PROBLEM_TYPE, Defect, Problem, problem, unforeseen
from musnad.core.kernel.errors import BadForm, MusnadError, TooLarge
from musnad.core.kernel.ijson import parse_object

View = TypeVar("View", bound=Callable[..., Any])
READ_PROBLEMS = (400, 401, 403, 404, 406, 503)
WRITE_PROBLEMS = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
SCHEME = "token"
_log = logging.getLogger("musnad.api")


def reads(router: Router, path: str, scope: Scope, answer: Any) -> Callable[[View], View]:
    """A GET that needs ``scope`` and answers with ``answer``."""
    responses = {200: answer, **dict.fromkeys(READ_PROBLEMS, Problem)}
    return router.get(path, auth=Allowed(scope), response=responses)


def writes(router: Router, path: str, scope: Scope, *answers: tuple[int, Any]) -> Callable[[View], View]:
    """A POST that needs ``scope``; ``answers`` are its good statuses with what each answers."""
    responses = {**dict(answers), **dict.fromkeys(WRITE_PROBLEMS, Problem)}
    return router.post(path, auth=Allowed(scope), response=responses)


class IJsonParser(Parser):
    """Bodies as I-JSON, under the same limits as a message."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return parse_object(request.body, what="request body", limit_octets=BODY_LIMIT_OCTETS)


class Interface(NinjaAPI):
    """``NinjaAPI`` whose description is made once, with problems, scopes and headers as they really are."""

    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        return self._described

    @cached_property
    def _described(self) -> OpenAPISchema:
        document = super().get_openapi_schema()
        scopes = {
            operation.operation_id or self.get_openapi_operation_id(operation): callback.scope
            for bound in self._get_bound_routers()
            for view in bound.path_operations.values()
            for operation in view.operations
            for callback in operation.auth_callbacks
            if isinstance(callback, Allowed)
        }
        for path in document["paths"].values():
            for operation in path.values():
                _describe(operation, scopes.get(operation["operationId"]))
        document["components"]["securitySchemes"] = {
            SCHEME: {
                "type": "http",
                "scheme": "bearer",
                "description": "A token made by `musnad token create`; each operation names the scope that it needs.",
            }
        }
        return document

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


def _describe(operation: dict[str, Any], scope: str | None) -> None:
    if scope is not None:
        operation["security"] = [{SCHEME: [scope]}]
    operation["parameters"].append(
        {
            "in": "header",
            "name": "Accept-Language",
            "required": False,
            "description": "the language of labels and sentences",
            "schema": {"type": "string"},
            "example": "ar",
        }
    )
    for status, response in operation["responses"].items():
        if int(status) >= 400 and "content" in response:
            response["content"] = {PROBLEM_TYPE: next(iter(response["content"].values()))}
        if int(status) == 401:
            challenge = {"description": "RFC 6750", "required": True, "schema": {"type": "string"}}
            response["headers"] = {"WWW-Authenticate": challenge}
        if int(status) == 200:
            response.setdefault("headers", {})["Content-Language"] = {"schema": {"type": "string"}, "required": True}


def make_interface() -> Interface:
    """The interface with its errors; the routes are added by ``urls``."""
    interface = Interface(
        title="Musnad",
        version="1",
        description="What a State's own case system may do with its node. Approvals are officers' signatures, made "
        "elsewhere; evidence itself is never served here.",
        openapi_url="/openapi.json",
        docs_url=None,
        urls_namespace="api-1",
        parser=IJsonParser(),
    )
    interface.add_exception_handler(MusnadError, _ours)
    interface.add_exception_handler(ValidationError, _wrong_form)
    interface.add_exception_handler(HttpError, _http)
    interface.add_exception_handler(SuspiciousOperation, _suspicious)
    interface.add_exception_handler(UnreadablePostError, _cut)
    interface.add_exception_handler(Http404, _not_here)
    interface.add_exception_handler(Exception, _unforeseen)
    return interface


def _ours(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error)


def _wrong_form(_request: HttpRequest, error: Any) -> HttpResponse:
    """Everything that is wrong with the request, by its place; what was given is not repeated."""
    defects = [Defect(what=_place(one["loc"])[:200], why=str(one["msg"])[:200]) for one in error.errors]
    first = defects[0] if defects else Defect(what="request", why="not understood")
    return problem(BadForm(first.what, first.why), defects)


def _place(location: tuple[str | int, ...]) -> str:
    source, *rest = location
    inner = rest[1:] if source == "body" and len(rest) > 1 else rest
    return ".".join(str(part) for part in inner) or str(source)


def _http(_request: HttpRequest, error: Any) -> HttpResponse:
    cause = error.__cause__
    return problem(cause if isinstance(cause, MusnadError) else BadForm("request", "not understood"))


def _suspicious(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return problem(TooLarge("request body", int(request.headers.get("Content-Length", "0")), BODY_LIMIT_OCTETS))
    return problem(BadForm("request", "not understood"))


def _cut(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(BadForm("request body", "it ended early"))


def _not_here(request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(NoSuchResource(request.path[:200]))


def _unforeseen(_request: HttpRequest, _error: Any) -> HttpResponse:
    _log.exception("unforeseen at the interface")
    return unforeseen()
