"""Errors as problem details (RFC 9457): our code and facts for programs, the sentence and its remedy for people.

``type`` names the row of docs/errors.md. What went wrong inside is never told, only that something did.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict, Field

from musnad.api.errors import ScopeMissing, TokenInvalid, TokenMissing
from musnad.core.kernel.errors import MusnadError
from musnad.language import gettext as _
from musnad.language.outcome import http_status
from musnad.language.sentences import remedy, sentence

PROBLEM_TYPE = "application/problem+json"
DEFECTS_LIMIT = 16


class Defect(BaseModel):
    """One thing that is wrong with the request's form: where, and which rule it breaks."""

    model_config = ConfigDict(extra="forbid")

    what: str
    why: str


class Problem(BaseModel):
    """What every answer of an error is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:musnad:error:case.unknown",
                    "status": 404,
                    "code": "case.unknown",
                    "detail": "No case fits 3f2a, or several do.",
                    "remedy": "List cases with `musnad inbox` and give more of the reference.",
                    "facts": {"case": "3f2a"},
                    "defects": [],
                }
            ]
        },
    )

    type: str = Field(description="urn:musnad:error: and the code")
    status: int
    code: str = Field(description="stable; docs/errors.md lists them all")
    detail: str = Field(description="what happened, in the language that was asked for")
    remedy: str = Field(description="what to do about it, in the language that was asked for")
    facts: dict[str, str | int] = Field(description="the error's facts, the same in every language")
    defects: list[Defect] = Field(description="for a request of a wrong form: everything that is wrong with it")


def problem(error: MusnadError, defects: Sequence[Defect] = ()) -> HttpResponse:
    """The answer of an error of ours."""
    facts = {name: fact if isinstance(fact, int) else str(fact) for name, fact in error.facts().items()}
    answer = _answer(
        Problem(
            type=f"urn:musnad:error:{error.code}",
            status=http_status(error),
            code=error.code,
            detail=sentence(error),
            remedy=remedy(error),
            facts=facts,
            defects=list(defects[:DEFECTS_LIMIT]),
        )
    )
    match error:
        case TokenMissing():
            answer.headers["WWW-Authenticate"] = 'Bearer realm="musnad"'
        case TokenInvalid():
            answer.headers["WWW-Authenticate"] = 'Bearer realm="musnad", error="invalid_token"'
        case ScopeMissing():
            challenge = f'Bearer realm="musnad", error="insufficient_scope", scope="{error.scope}"'
            answer.headers["WWW-Authenticate"] = challenge
    return answer


def unforeseen() -> HttpResponse:
    """The answer where something went wrong that no error of ours names."""
    return _answer(
        Problem(
            type="urn:musnad:error:internal",
            status=500,
            code="internal",
            detail=_("The node failed at this request; its log tells more."),
            remedy=_("Tell the node's operator."),
            facts={},
            defects=[],
        )
    )


def _answer(said: Problem) -> HttpResponse:
    content = json.dumps(said.model_dump(), ensure_ascii=False)
    return HttpResponse(content, status=said.status, content_type=PROBLEM_TYPE)
