"""Read one law profile, or the law data that all share, into checked values.

In order: 1. size and TOML; 2. the form of ``schema.py``; 3. the State exists; 4. every source is described; 5. every
name is one that the treaty data and the shared law data hold; 6. what is there names its statute and provision, what
is missing or partial says why; 7. what is invented, and that alone, has the status of it. The first defect is raised
with file, place and remedy; nothing is half-loaded. Left to others: finding the files, and whether they tell the law.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from musnad.core.kernel.errors import MusnadError, TooLarge
from musnad.core.kernel.names import PartyCode, Slug, digest_of
from musnad.core.kernel.states import STATES
from musnad.core.law.errors import (
    FactWithoutSource,
    LawBadEntry,
    LawMissingEntry,
    LawNotToml,
    LawOfNoState,
    LawUnknownEntry,
    LawUnknownName,
    PenaltyWithoutUnit,
    TwoProfiles,
)
from musnad.core.law.schema import (
    BasisForm,
    DataProtectionForm,
    DualForm,
    LawForm,
    OffenceForm,
    PenaltyForm,
    PowerForm,
    ProfileForm,
    SharedForm,
    SourcedForm,
)
from musnad.core.law.values import (
    DataProtection,
    Dual,
    Extent,
    HomeOffence,
    HomePower,
    Languages,
    LawData,
    Needs,
    OtherBasis,
    Penalty,
    Power,
    Profile,
    Sourced,
    Vocabulary,
)
from musnad.core.treaty.link import label_of
from musnad.core.treaty.values import Certainty, Treaty

FILE_LIMIT_OCTETS = 256 * 1024

Form = TypeVar("Form", bound=BaseModel)
T = TypeVar("T")


def parse_law_data(file: str, data: bytes) -> LawData:
    """The powers, and what each measure needs of them; errors as ``parse_profile``."""
    form = _read(file, data, SharedForm)
    powers = {}
    for name, one in form.powers.items():
        if one.source not in form.sources:
            raise FactWithoutSource(file, f"powers.{name}.source")
        label, told = label_of(one.label), label_of(one.help)
        source = form.sources[one.source]
        powers[Slug(name)] = Power(Slug(name), label, told, one.article, one.numbering, one.status, source)
    measures = {}
    for measure, needs in form.measures.items():
        for power in needs.powers:
            if power not in powers:
                raise LawUnknownName(file, f"measures.{measure}.powers", power)
        measures[Slug(measure)] = Needs(tuple(Slug(power) for power in needs.powers), needs.enough)
    return LawData(MappingProxyType(powers), MappingProxyType(measures))


def vocabulary(data: LawData, treaties: Iterable[Treaty]) -> Vocabulary:
    """The names that a profile may use: the offences, measures and legal bases of these treaties, and the powers."""
    held = tuple(treaties)
    return Vocabulary(
        offences=frozenset(name for one in held for kind in one.offence_classes.values() for name in kind.offences),
        powers=frozenset(data.powers),
        measures=frozenset(name for one in held for name in one.measures),
        bases=frozenset(name for one in held for name in one.instruments),
    )


def parse_profile(file: str, data: bytes, known: Vocabulary) -> Profile:
    """The profile that this file holds.

    Raises:
        TooLarge, LawNotToml: its text. LawUnknownEntry, LawMissingEntry, FactWithoutSource, PenaltyWithoutUnit,
            LawBadEntry: its form. LawOfNoState, LawUnknownName: what it names.
    """
    form = _read(file, data, ProfileForm)
    if form.state not in STATES:
        raise LawOfNoState(file, "state", form.state)
    reading = _Reading(file, form.sources, form.sample)
    dual, transfer, languages = form.dual_criminality, form.data_protection, form.languages
    return Profile(
        state=PartyCode(form.state),
        sample=form.sample,
        as_of=form.as_of,
        digest=digest_of(data),
        file=file,
        languages=Languages(tuple(languages.accepted), reading.sourced("languages", languages)) if languages else None,
        dual_criminality=reading.dual(dual, known) if dual else None,
        data_protection=reading.data_protection(transfer) if transfer else None,
        offences=reading.table("offences", form.offences, known.offences, reading.offence),
        powers=reading.table("powers", form.powers, known.powers, reading.power),
        bases=reading.table("bases", form.bases, known.bases, reading.basis),
    )


def one_for_each_state(profiles: Iterable[Profile]) -> Mapping[PartyCode, Profile]:
    """The profiles by State; ``TwoProfiles`` where a State has more than one."""
    found: dict[PartyCode, Profile] = {}
    for one in profiles:
        if one.state in found:
            raise TwoProfiles(one.file, found[one.state].file, one.state)
        found[one.state] = one
    return MappingProxyType(dict(sorted(found.items())))


class _Reading:
    """One file being read: its name, its sources, and whether it is a sample."""

    def __init__(self, file: str, sources: Mapping[str, str], sample: bool) -> None:
        self._file = file
        self._sources = sources
        self._sample = sample

    def table(
        self, kind: str, forms: Mapping[str, Form], known: frozenset[Slug], read: Callable[[Slug, str, Form], T]
    ) -> Mapping[Slug, T]:
        found: dict[Slug, T] = {}
        for name, form in forms.items():
            place = f"{kind}.{name}"
            if name not in known:
                raise LawUnknownName(self._file, place, name)
            found[Slug(name)] = read(Slug(name), place, form)
        return MappingProxyType(found)

    def sourced(self, place: str, form: SourcedForm) -> Sourced:
        if form.source not in self._sources:
            raise FactWithoutSource(self._file, f"{place}.source")
        if self._sample != (form.status is Certainty.DESIGN):
            raise LawBadEntry(
                self._file, f"{place}.status", 'what is invented, and that alone, has the status "design"'
            )
        return Sourced(self._sources[form.source], form.status)

    def offence(self, name: Slug, place: str, form: OffenceForm) -> HomeOffence:
        extent = self._extent(place, form, has_more=form.maximum is not None)
        maximum, read = _penalty(form.maximum), self.sourced(place, form)
        return HomeOffence(name, extent, _provision(form.statute, form.provision), maximum, read, form.note or "")

    def power(self, name: Slug, place: str, form: PowerForm) -> HomePower:
        more = bool(form.ordered_by or form.conditions or form.from_maximum)
        extent = self._extent(place, form, has_more=more)
        if extent is not Extent.MISSING and not form.ordered_by:
            raise LawMissingEntry(self._file, f"{place}.ordered_by")
        return HomePower(
            name=name,
            extent=extent,
            provision=_provision(form.statute, form.provision),
            ordered_by=tuple(form.ordered_by),
            conditions=tuple(form.conditions),
            from_maximum=_penalty(form.from_maximum),
            read=self.sourced(place, form),
            note=form.note or "",
        )

    def dual(self, form: DualForm, known: Vocabulary) -> Dual:
        for measure in form.measures:
            if measure not in known.measures:
                raise LawUnknownName(self._file, f"dual_criminality.measures.{measure}", measure)
        measures = MappingProxyType({Slug(name): policy for name, policy in form.measures.items()})
        provision = _provision(form.statute, form.provision)
        return Dual(form.policy, measures, provision, self.sourced("dual_criminality", form))

    def data_protection(self, form: DataProtectionForm) -> DataProtection:
        if form.transfer == "with-conditions" and not form.conditions:
            raise LawMissingEntry(self._file, "data_protection.conditions")
        provision, read = _provision(form.statute, form.provision), self.sourced("data_protection", form)
        return DataProtection(form.transfer, provision, tuple(form.conditions), read)

    def basis(self, name: Slug, place: str, form: BasisForm) -> OtherBasis:
        for partner in form.partners:
            if partner not in STATES:
                raise LawOfNoState(self._file, f"{place}.partners", partner)
        partners = frozenset(PartyCode(one) for one in form.partners)
        provision = _provision(form.statute, form.provision)
        return OtherBasis(name, form.accepted, partners, provision, self.sourced(place, form))

    def _extent(self, place: str, form: LawForm, *, has_more: bool) -> Extent:
        """What is there names where it stands; what is missing names nothing; both partial and missing say why."""
        if form.missing:
            if form.covers or form.statute or form.provision or has_more:
                raise LawBadEntry(self._file, f"{place}.missing", "what is missing has a note and nothing else")
            if form.note is None:
                raise LawMissingEntry(self._file, f"{place}.note")
            return Extent.MISSING
        for entry, value in (("statute", form.statute), ("provision", form.provision)):
            if value is None:
                raise LawMissingEntry(self._file, f"{place}.{entry}")
        if form.covers == "partly" and form.note is None:
            raise LawMissingEntry(self._file, f"{place}.note")
        return Extent(form.covers or "whole")


def _penalty(form: PenaltyForm | None) -> Penalty | None:
    return None if form is None else Penalty(form.unit, form.number)


def _provision(statute: str | None, provision: str | None) -> str:
    return ", ".join(part for part in (statute, provision) if part)


def _read(file: str, data: bytes, form: type[Form]) -> Form:
    if len(data) > FILE_LIMIT_OCTETS:
        raise TooLarge(file, len(data), FILE_LIMIT_OCTETS)
    try:
        text = data.decode("utf-8")
        if "\r" in text:
            raise LawNotToml(file, "a carriage return; lines end with a line feed alone")
        return form.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise LawNotToml(file, "not UTF-8") from error
    except RecursionError as error:
        raise LawNotToml(file, "nested too deeply") from error
    except ValidationError as error:
        raise _first_defect(file, error) from error
    except ValueError as error:
        raise LawNotToml(file, str(error)[:200]) from error


def _first_defect(file: str, error: ValidationError) -> MusnadError:
    defect = error.errors(include_url=False, include_input=False, include_context=False)[0]
    loc, kind = [str(part)[:80] for part in defect["loc"] if part != "[key]"], defect["type"]
    place = ".".join(loc)
    if kind == "extra_forbidden":
        return LawUnknownEntry(file, place)
    if loc[-1:] == ["source"]:
        return FactWithoutSource(file, place)
    if loc[-1:] == ["unit"]:
        return PenaltyWithoutUnit(file, place)
    if kind == "missing":
        return LawMissingEntry(file, place)
    return LawBadEntry(file, place, defect["msg"][:200])
