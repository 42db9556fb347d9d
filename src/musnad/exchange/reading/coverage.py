"""How much of what the data itself says stands in a language: the treaties' labels, the names of States."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from musnad.core.register.values import Register
from musnad.core.treaty.values import Label, Treaty
from musnad.language.coverage import Count

Sections = Mapping[str, Count]


def treaty_labels(treaty: Treaty, language: str) -> Sections:
    """Labels, helps and what rules say, by what they belong to; each text counts once, wherever it is used."""
    measures = treaty.measures.values()
    fields = [field for measure in measures for field in measure.fields.values()]
    words = [
        *treaty.instruments.values(), *treaty.roles.values(), *treaty.events.values(),
        *treaty.data_categories.values(),
    ]  # fmt: skip
    classes = treaty.offence_classes.values()
    said: dict[str, list[Label | None]] = {
        "measures": [treaty.label, *(text for one in measures for text in (one.label, one.help))],
        "fields": [text for one in fields for text in (one.label, one.help)],
        "choices": [one.label for field in fields for one in field.choices],
        "words": [
            *(text for one in words for text in (one.label, one.help)),
            *(one.label for one in treaty.identifier_types.values()),
        ],
        "offences": [
            label for one in classes for label in (one.label, *(each.label for each in one.offences.values()))
        ],
        "grounds": [text for one in treaty.grounds.values() for text in (one.label, one.help)],
        "rules": [one.says for one in treaty.rules.values()],
    }
    return {section: _count(labels, language) for section, labels in said.items()}


def state_names(register: Register, language: str) -> Count:
    """The names of the register's States and organisations."""
    return _count((one.name for one in register.catalogue.states.values()), language)


def _count(labels: Iterable[Label | None], language: str) -> Count:
    each = {tuple(sorted(label.texts.items())) for label in labels if label is not None}
    return Count(sum(1 for texts in each if dict(texts).get(language, "").strip()), len(each))
