"""Read the register's own data: States, subjects, tasks and sources. Each file is checked whole, then linked.

In order: 1. the form of each file; 2. every name once; 3. every name that another entry gives stands. The first
defect is raised with file, place and remedy.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import PartyCode, Slug, parse_party
from musnad.core.register.errors import CatalogueInvalid
from musnad.core.register.values import Catalogue, FactKind, State, StateKind, Subject, Task, ValueForm
from musnad.core.treaty.values import Certainty, Label

STATES, SUBJECTS, TASKS, SOURCES = "states.csv", "subjects.toml", "tasks.toml", "sources.toml"
LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")
KINDS: dict[str, StateKind] = {
    "member": "member",
    "observer": "observer",
    "other": "other",
    "organisation": "organisation",
}

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Kind = Annotated[FactKind, Field(strict=False)]
Model = TypeVar("Model", bound=BaseModel)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Texts(_Form):
    en: Text
    ar: Text
    es: Text | None = None
    fr: Text | None = None
    ru: Text | None = None
    zh: Text | None = None

    def value(self) -> Label:
        return Label(MappingProxyType({name: text for name, text in self.model_dump().items() if text is not None}))


class _Subject(_Form):
    kinds: Annotated[list[Kind], Field(min_length=1)]
    value: ValueForm = ""
    label: _Texts


class _Subjects(_Form):
    subjects: dict[Name, _Subject]


class _Sources(_Form):
    sources: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}[0-9]{1,3}$")], Text]


class _Named(_Form):
    label: _Texts


class _Every(_Form):
    number: Annotated[int, Field(ge=1, le=100)]
    unit: Literal["years"]


class _Task(_Form):
    name: Name
    stage: Name
    when: Name
    duty: Literal["must", "may"] = "must"
    bearers: Annotated[Literal["all", "organisations"], Field(alias="for")] = "all"
    article: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}(\([0-9a-z]{1,3}\))*$")]
    status: Annotated[Certainty, Field(strict=False)]
    source: Text
    parallel: list[Text] = []
    value: ValueForm = ""
    done_by: Annotated[list[Kind], Field(min_length=1)]
    also_about: list[Name] = []
    until: Name | None = None
    since: Annotated[Name | None, Field(alias="from")] = None
    after: Name | None = None
    instead_of: list[Name] = []
    every: _Every | None = None
    role: Name | None = None
    about: _Texts | None = None
    label: _Texts
    help: _Texts


class _Tasks(_Form):
    stages: dict[Name, _Named]
    whens: dict[Name, _Named]
    tasks: Annotated[list[_Task], Field(min_length=1)]


def parse_catalogue(files: Mapping[str, bytes]) -> Catalogue:
    """The catalogue of these files (name to octets); ``CatalogueInvalid``."""
    for name in (STATES, SUBJECTS, TASKS, SOURCES):
        if name not in files:
            raise CatalogueInvalid(name, "", "the file is missing")
    sources = _read(SOURCES, files[SOURCES], _Sources).sources
    found = _read(TASKS, files[TASKS], _Tasks)
    tasks: list[Task] = []
    for form in found.tasks:
        if any(form.name == one.name for one in tasks):
            raise CatalogueInvalid(TASKS, form.name, "stands twice")
        tasks.append(_task(form))
    subjects = {
        Slug(name): Subject(Slug(name), one.label.value(), frozenset(one.kinds), one.value)
        for name, one in _read(SUBJECTS, files[SUBJECTS], _Subjects).subjects.items()
    }
    for task, form in zip(tasks, found.tasks, strict=True):
        if task.name in subjects:
            raise CatalogueInvalid(TASKS, task.name, f"stands in {SUBJECTS} too")
        if task.subject is not None:
            kinds = task.done_by | {FactKind.STEP}
            subjects[task.name] = Subject(task.name, (form.about or form.label).value(), kinds, form.value)
    for task in tasks:
        _link(task, tasks, found, sources, subjects)
    return Catalogue(
        states=MappingProxyType(_states(files[STATES])),
        subjects=MappingProxyType(subjects),
        tasks=tuple(tasks),
        stages=MappingProxyType({Slug(name): one.label.value() for name, one in found.stages.items()}),
        whens=MappingProxyType({Slug(name): one.label.value() for name, one in found.whens.items()}),
        sources=MappingProxyType(dict(sources)),
    )


def _task(form: _Task) -> Task:
    told = frozenset(form.done_by)
    with_subject = told & {FactKind.RESERVATION, FactKind.DECLARATION, FactKind.NOTIFICATION}
    return Task(
        name=Slug(form.name),
        label=form.label.value(),
        help=form.help.value(),
        stage=Slug(form.stage),
        when=Slug(form.when),
        duty=form.duty,
        organisations_only=form.bearers == "organisations",
        article=form.article,
        certainty=form.status,
        source=form.source,
        parallel=tuple(form.parallel),
        done_by=told,
        subject=Slug(form.name) if with_subject else None,
        also_about=frozenset(Slug(one) for one in form.also_about),
        until=Slug(form.until) if form.until else None,
        since=Slug(form.since) if form.since else None,
        after=Slug(form.after) if form.after else None,
        instead_of=frozenset(Slug(one) for one in form.instead_of),
        every_years=form.every.number if form.every else None,
        role=Slug(form.role) if form.role else None,
    )


def _link(
    task: Task, tasks: list[Task], found: _Tasks, sources: Mapping[str, str], subjects: Mapping[Slug, Subject]
) -> None:
    names = {one.name for one in tasks}
    for what, known in (
        ((task.stage,), set(found.stages)),
        ((task.when,), set(found.whens)),
        ((task.source,), set(sources)),
        (task.instead_of | ({task.after} if task.after else set()), names),
        (task.also_about | {one for one in (task.until, task.since) if one}, set(subjects)),
    ):
        for name in sorted(what):
            if name not in known:
                raise CatalogueInvalid(TASKS, task.name, f"names {name}, which does not stand")


def _states(data: bytes) -> dict[PartyCode, State]:
    header = ["code", "kind", *LANGUAGES]
    try:
        rows = list(csv.reader(data.decode("utf-8").split("\n"), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogueInvalid(STATES, "", "not CSV in UTF-8") from error
    if not rows or rows[0] != header:
        raise CatalogueInvalid(STATES, "1", f"the columns are not {','.join(header)}")
    states: dict[PartyCode, State] = {}
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) != len(header) or not all(row):
            raise CatalogueInvalid(STATES, str(line), "a field is missing")
        code, kind, *names = row
        if kind not in KINDS:
            raise CatalogueInvalid(STATES, str(line), f"the kind is none of {', '.join(KINDS)}")
        try:
            party = parse_party(code)
        except BadForm as error:
            raise CatalogueInvalid(STATES, str(line), error.why) from error
        if party in states:
            raise CatalogueInvalid(STATES, str(line), f"{code} stands twice")
        label = Label(MappingProxyType(dict(zip(LANGUAGES, names, strict=True))))
        states[party] = State(party, KINDS[kind], label)
    return states


def _read(name: str, data: bytes, model: type[Model]) -> Model:
    try:
        found = tomllib.loads(data.decode("utf-8"))
    except RecursionError as error:
        raise CatalogueInvalid(name, "", "nested too deeply") from error
    except ValueError as error:
        raise CatalogueInvalid(name, "", str(error)[:200]) from error
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part)[:80] for part in first["loc"] if part != "[key]")
        raise CatalogueInvalid(name, place, first["msg"][:200]) from error
