"""Link the files' forms into one ``Treaty``, and refuse what does not fit together.

In order: 1. every name stands once in all files; 2. every source and every name that is used exists; 3. a rule's number
stands in each of its texts, its article and paragraph are given where there is an article; 4. each measure, its parts
folded in, is whole (``measure.py``); 5. nothing stands unused: a rule taken out of use cannot stay looking like law.
What a shared file holds and this treaty does not use is left out of it; ``reader.parse_shelf`` sees that another does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from musnad.core.kernel.names import Digest, Slug
from musnad.core.treaty.errors import BadEntry, BadPeriod, Dangling, DuplicateEntry, MissingEntry
from musnad.core.treaty.link import Place, Table, frozen, gather, label_of
from musnad.core.treaty.measure import Words, build_measure
from musnad.core.treaty.schema import (
    ArticleForm,
    FileForm,
    GroundForm,
    NamedForm,
    OffenceClassForm,
    OffenceForm,
    RuleForm,
    TreatyForm,
)
from musnad.core.treaty.values import Ground, IdentifierType, InForce, Life, Named, Offence, OffenceClass, Rule, Treaty

T = TypeVar("T")

_NUMBER = "{number}"
_LIFE = {"instruments": "instruments", "delay": "days", "later_party_delay": "days", "withdrawal_delay": "years"}


def build_treaty(forms: Mapping[str, FileForm], digest: Digest) -> tuple[Treaty, frozenset[Place]]:
    """The treaty of these files' forms, and the entries of shared files that it does not use.

    Errors as ``reader.parse_treaty`` names them.
    """
    _check_articles(forms)
    words = gather_words(forms)
    rules, sources = words.rules, words.sources
    identifier_types = gather(forms, "identifier_types", lambda form: form.identifier_types).map(
        lambda name, _, form: IdentifierType(Slug(name), label_of(form.label), form.form, form.timed)
    )
    instruments = gather(forms, "instruments", lambda form: form.instruments).map(_named)
    measures = words.measures.map(lambda name, place, form: build_measure(Slug(name), place, form, words))

    place, head = _only_treaty(forms)
    standing = head.in_force
    in_force = InForce(
        standing.value,
        standing.status,
        _source(place.at("in_force.source"), standing.source, sources),
        standing.as_of,
        rules.find(place.at("in_force.rule"), standing.rule),
    )
    life = Life(
        *(_of_life(place.at(f"life.{entry}"), getattr(head.life, entry), unit, rules) for entry, unit in _LIFE.items())
    )
    instruments.find(place.at("name"), head.name)
    if not measures.entries:
        raise MissingEntry(place.file, "measures")
    unused: set[Place] = set()
    for table in (rules, words.roles, words.events, words.grounds, words.fields, words.parts, words.offences):
        unused.update(table.drop_unused())
    sources.used.update(one.source for one in rules.values().values())
    unused.update(sources.drop_unused())
    treaty = Treaty(
        digest=digest,
        name=Slug(head.name),
        label=label_of(head.label),
        adopted_on=head.adopted_on,
        in_force=in_force,
        life=life,
        instruments=_by_slug(instruments),
        roles=_by_slug(words.roles),
        events=_by_slug(words.events),
        data_categories=_by_slug(words.categories),
        identifier_types=_by_slug(identifier_types),
        offence_classes=_by_slug(words.classes),
        grounds=_by_slug(words.grounds),
        rules=_by_slug(rules),
        sources=frozen(sources.values()),
        measures=_by_slug(measures),
    )
    return treaty, frozenset(unused)


def gather_words(forms: Mapping[str, FileForm]) -> Words:
    """The tables of names that measures may name, out of all files."""
    sources = gather(forms, "sources", lambda form: form.sources)
    rules = gather(forms, "rules", lambda form: form.rules).map(
        lambda name, place, form: _rule(name, place, form, forms[place.file].article, sources)
    )

    meanings = gather(forms, "meanings", lambda form: form.meanings)

    def category(name: str, place: Place, form: NamedForm) -> Named:
        meaning = meanings.entries.get(name)
        rule = rules.find(*meaning) if meaning is not None else None
        return replace(_named(name, place, form), rule=rule)

    def offence(name: str, place: Place, form: OffenceForm) -> Offence:
        source = _source(place, form.source, sources)
        return Offence(Slug(name), label_of(form.label), form.article, form.status, source)

    offences = gather(forms, "offences", lambda form: form.offences).map(offence)

    def offence_class(name: str, place: Place, form: OffenceClassForm) -> OffenceClass:
        held = {Slug(one): offences.find(place.at("offences"), one) for one in form.offences}
        threshold = rules.find(place.at("threshold"), form.threshold) if form.threshold else None
        if threshold is not None and threshold.unit != "years":
            raise BadPeriod(place.file, place.at("threshold").path, "the rule has no quantity in years")
        maxima = rules.find(place.at("maxima_rule"), form.maxima_rule) if form.maxima_rule else None
        return OffenceClass(Slug(name), label_of(form.label), frozen(held), threshold, maxima)

    def ground(name: str, place: Place, form: GroundForm) -> Ground:
        for one in form.not_for_offences:
            offences.find(place.at("not_for_offences"), one)
        rule = rules.find(place.at("rule"), form.rule)
        not_for = frozenset(Slug(one) for one in form.not_for_offences)
        return Ground(Slug(name), label_of(form.label), label_of(form.help), rule, form.needs_reservation, not_for)

    categories = gather(forms, "data_categories", lambda form: form.data_categories).map(category)
    for name, (place, _) in meanings.entries.items():
        categories.find(place, name)
    return Words(
        rules=rules,
        sources=sources,
        roles=gather(forms, "roles", lambda form: form.roles).map(_named),
        events=gather(forms, "events", lambda form: form.events).map(_named),
        classes=gather(forms, "offence_classes", lambda form: form.offence_classes).map(offence_class),
        grounds=gather(forms, "grounds", lambda form: form.grounds).map(ground),
        fields=gather(forms, "fields", lambda form: form.fields),
        parts=gather(forms, "parts", lambda form: form.parts),
        measures=gather(forms, "measures", lambda form: form.measures),
        categories=categories,
        offences=offences,
    )


def _named(name: str, _: Place, form: NamedForm) -> Named:
    return Named(Slug(name), label_of(form.label), label_of(form.help) if form.help else None, None)


def _by_slug(table: Table[T]) -> Mapping[Slug, T]:
    return frozen({Slug(name): entry for name, entry in table.values().items()})


def _source(place: Place, code: str, sources: Table[str]) -> str:
    sources.find(place.at("source"), code)
    return code


def _of_life(place: Place, name: str | None, unit: str, rules: Table[Rule]) -> Rule | None:
    if name is None:
        return None
    rule = rules.find(place, name)
    if rule.unit != unit:
        raise BadPeriod(place.file, place.path, f"the rule has no quantity in {unit}")
    return rule


def _check_articles(forms: Mapping[str, FileForm]) -> None:
    seen: set[int] = set()
    for file, form in forms.items():
        if form.article is None:
            continue
        if form.article.number in seen:
            raise DuplicateEntry(file, "article.number")
        seen.add(form.article.number)


def _only_treaty(forms: Mapping[str, FileForm]) -> tuple[Place, TreatyForm]:
    found = [(Place(file, "treaty"), form.treaty) for file, form in forms.items() if form.treaty is not None]
    if not found:
        raise MissingEntry("treaty.toml", "treaty")
    if len(found) > 1:
        raise DuplicateEntry(found[1][0].file, "treaty")
    return found[0]


def _rule(name: str, place: Place, form: RuleForm, article: ArticleForm | None, sources: Table[str]) -> Rule:
    if article is None:
        for entry, value in (("paragraph", form.paragraph), ("numbering", form.numbering)):
            if value is not None:
                raise BadEntry(place.file, place.at(entry).path, "the file is of no article")
    elif form.numbering is None:
        raise MissingEntry(place.file, place.at("numbering").path)
    if form.source not in sources.entries:
        raise Dangling(place.file, place.at("source").path, f"sources.{form.source}")
    number = form.quantity.number if form.quantity else None
    for language, text in form.says.model_dump().items():
        if text is not None and (_NUMBER in text) != (number is not None):
            why = f"{_NUMBER} stands in the text without a quantity, or the reverse"
            raise BadPeriod(place.file, place.at(f"says.{language}").path, why)
    return Rule(
        name=Slug(name),
        article=article.number if article else None,
        paragraph=form.paragraph,
        numbering=form.numbering,
        certainty=form.status,
        parallel=tuple(form.parallel),
        source=form.source,
        says=label_of(form.says, number),
        number=number,
        unit=form.quantity.unit if form.quantity else None,
        note=form.note,
    )
