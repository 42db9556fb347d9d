"""Keep the one message catalogue: extract sentences, update the six languages, check that Arabic is whole.

    tools/catalogue.py                 extract and update locale/*/LC_MESSAGES/django.po (`make fix`)
    tools/catalogue.py --check         exit 1 if anything is missing, fuzzy, stale or has other placeholders
    tools/catalogue.py --missing       the sentences that Arabic lacks, as JSON to fill in
    tools/catalogue.py --fill FILE     take translations from such a JSON: {msgid: text, or as many as it has forms}
    tools/catalogue.py --prune         forget the translations of sentences that are no longer said
    ... --language fr                  for --missing and --fill: that language instead of Arabic

Arabic must be whole, and English is, its sentences being the msgids. The others may be filled sentence by sentence:
what is there must be whole and keep its placeholders, and what is not is said in English.

Sentences come from Python (Babel), from Django templates (Django's templatize) and from the remedies of the error
classes; the treaty's data carries both languages itself. Lines are left out of the references, so that moving code
changes no catalogue.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from musnad.language.usage import WORDS

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "musnad"
LOCALE = SOURCE / "language" / "locale"
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
WHOLE = "ar"
FORMS = {"ar": 6, "en": 2, "es": 2, "fr": 2, "ru": 3, "zh": 1}
_ARABIC_PLURAL = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"
BORN = datetime(2026, 11, 23, tzinfo=UTC)  # constant, so that an update changes only what changed

KEYWORDS: dict[str, Any] = {
    "_": None,
    "mark": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(?!%|\()[sd]|\{(\w+)\}")

# What templatize leaves of a template is calls among fillers, not Python: the calls alone are handed to Babel.
_CALL = re.compile(r"""\bn?p?gettext\((?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*"|[^()'"])*\)""")

Found = tuple[str | tuple[str, str], str | None, str]
"""A message (or its two English forms), its context, and the file it stands in."""


def extract_all() -> Iterator[Found]:
    """Every sentence, in a stable order."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _extract(path, path.read_bytes())
    templates = [path for path in sorted(SOURCE.rglob("*.html")) + sorted(SOURCE.rglob("*.txt")) if _is_template(path)]
    if templates:
        templatize = _templatize()
        for path in templates:
            code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            yield from _extract(path, "\n".join(_CALL.findall(code)).encode())
    yield from _remedies()


def _is_template(path: Path) -> bool:
    return "templates" in path.parts


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _extract(path: Path, code: bytes) -> Iterator[Found]:
    for _line, message, _comments, context in extract(
        "python", io.BytesIO(code), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        yield message, context, _name(path)  # type: ignore[misc]  # two English forms come as a pair


def _templatize() -> Any:
    from django.conf import settings  # only when there are templates
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    return templatize


def _remedies() -> Iterator[Found]:
    from tools.errors_doc import load_errors

    for leaf in load_errors():
        if leaf.remedy:
            yield leaf.remedy, None, _name(SOURCE.parent / Path(*leaf.__module__.split(".")).with_suffix(".py"))


def po_path(language: str) -> Path:
    """Where a language's catalogue stands."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """The language's catalogue as committed; an empty one if there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def updated(language: str, found: list[Found], *, keep_obsolete: bool = True) -> Catalog:
    """A fresh catalogue of exactly the sentences found, with the translations that are known; those of sentences that
    are no longer said wait at its end, marked as such, until ``--prune``.
    """
    known = read_catalogue(language)
    fresh = Catalog(
        locale=language,
        project="Musnad",
        version="0",
        copyright_holder="The Musnad maintainers",
        creation_date=BORN,
        revision_date=BORN,
        last_translator="The Musnad maintainers",
        language_team=language,
        msgid_bugs_address="see CONTRIBUTING.md",
        fuzzy=False,
        header_comment="# Musnad's sentences. Made by tools/catalogue.py; only the msgstr lines are written by hand.",
    )
    if language == "ar":  # gettext's own order of the six forms, which Django's catalogue has too; Babel's differs
        fresh._num_plurals, fresh._plural_expr = FORMS["ar"], _ARABIC_PLURAL  # type: ignore[assignment]  # noqa: SLF001
    if fresh.num_plurals != FORMS[language]:
        raise SystemExit(f"catalogue: Babel gives {language} {fresh.num_plurals} plural forms, not {FORMS[language]}")
    for message, context, where in found:
        fresh.add(message, context=context, locations=[(where, None)])  # type: ignore[list-item]  # lines left out
    for entry in fresh:
        old = _known(known, entry) if entry.id else None
        if old is not None and bool(old.pluralizable) == bool(entry.pluralizable):
            entry.string = old.string
            entry.flags |= {flag for flag in old.flags if flag == "fuzzy"}
    if keep_obsolete:
        for old in [*known, *known.obsolete.values()]:
            if old.id and any(texts_of(old)) and fresh.get(old.id, context=old.context) is None:
                fresh.obsolete[old.id if isinstance(old.id, str) else old.id[0]] = old
    return fresh


def _known(known: Catalog, entry: Message) -> Message | None:
    """What is known of a sentence: from before, or from when it was last said."""
    present = known.get(entry.id, context=entry.context)
    if present is not None:
        return present
    return next((old for old in known.obsolete.values() if (old.id, old.context) == (entry.id, entry.context)), None)


def written(catalogue: Catalog) -> bytes:
    """The catalogue's file, sorted by the English sentence."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    return out.getvalue()


def entries(catalogue: Catalog) -> Iterator[Message]:
    """The sentences without the header."""
    return (entry for entry in catalogue if entry.id)


def texts_of(entry: Message) -> list[str]:
    """The translation's forms; one for a sentence without a plural."""
    strings = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
    return [text or "" for text in strings]


def is_whole(entry: Message, forms: int) -> bool:
    """Whether every form is there and confirmed."""
    strings = texts_of(entry)
    wanted = forms if entry.pluralizable else 1
    return not entry.fuzzy and len(strings) == wanted and all(text.strip() for text in strings)


def placeholders(text: str) -> set[str]:
    """The named (and, never wanted, unnamed) places in a sentence."""
    return {match.group(0) for match in _PLACEHOLDER.finditer(text)}


def is_empty(entry: Message) -> bool:
    """Whether nobody has translated any of it yet."""
    return not any(text.strip() for text in texts_of(entry))


def _placeholder_findings(entry: Message, language: str) -> Iterator[str]:
    english = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id,)
    wanted = placeholders(english[-1])
    unnamed = any(not re.search(r"\w", place) for place in wanted) or "%s" in wanted or "%d" in wanted
    if unnamed and english[-1] not in WORDS:  # those are argparse's
        yield f"a placeholder without a name: {english[-1]!r}"
    strings = texts_of(entry)
    for form, text in enumerate(strings):
        # "one" and "two" say the number as a word in Arabic; the other forms show it.
        may_omit = {"%(count)s"} if language == "ar" and entry.pluralizable and form <= 2 else set()
        told = placeholders(text)
        if not (told <= wanted and wanted - told <= may_omit):
            yield f"placeholders differ: {english[-1]!r} -> {text!r}"


def findings() -> Iterator[str]:
    """Everything that is wrong with the catalogues, in words."""
    found = list(extract_all())
    for language in LANGUAGES:
        catalogue = updated(language, found)
        if not po_path(language).exists() or po_path(language).read_bytes() != written(catalogue):
            yield f"{_name(po_path(language))} is not what the sources say; run tools/catalogue.py"
        if language == "en":
            continue
        for entry in entries(catalogue):
            if language != WHOLE and is_empty(entry):
                continue
            if not is_whole(entry, FORMS[language]):
                where = ", ".join(sorted({place for place, _ in entry.locations}))
                yield f"{language}: not translated: {entry.id!r} ({where})"
            else:
                yield from _placeholder_findings(entry, language)
    for path in sorted(SOURCE.rglob("*.html")):
        if _is_template(path):
            for text in untranslated(path.read_text(encoding="utf-8")):
                yield f"{_name(path)}: a sentence outside the catalogue: {text!r}"


_HIDDEN = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*(?:blocktrans|blocktranslate)\b.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%.*?%}|{{.*?}}|<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<(\w+)[^>]*\btranslate=.no.[^>]*>.*?</\1>",
    re.DOTALL,
)
_POINTING = re.compile(r'\baria-(?:required|invalid|describedby|labelledby|controls)="[^"]*"')  # names, never read out
_ATTRIBUTE = re.compile(r"\b(?:title|alt|placeholder|aria-label)=([\"'])(.*?)\1", re.DOTALL)


def untranslated(template: str) -> list[str]:
    """Texts and spoken attributes of a template that no translation tag covers.

    What must not be translated (a name, a code) stands in an element with ``translate="no"``.
    """
    shown = _POINTING.sub(" ", _HIDDEN.sub(" ", template))
    texts = [match.group(2) for match in _ATTRIBUTE.finditer(shown)]
    texts += re.sub(r"<[^>]*>", "\n", shown).split("\n")
    return [text.strip() for text in texts if re.search(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", text))]


def missing(language: str = WHOLE) -> dict[str, str | list[str]]:
    """What a language lacks, ready to be filled in; a context stands before the sentence, parted by U+0004."""
    lacking: dict[str, str | list[str]] = {}
    for entry in entries(updated(language, list(extract_all()))):
        if not is_whole(entry, FORMS[language]):
            key = entry.id[0] if isinstance(entry.id, (tuple, list)) else entry.id
            name = f"{entry.context}\u0004{key}" if entry.context else key
            lacking[name] = [""] * FORMS[language] if entry.pluralizable else ""
    return lacking


def fill(translations: dict[str, str | list[str]], language: str = WHOLE) -> Catalog:
    """The language's catalogue with these translations taken in."""
    catalogue = updated(language, list(extract_all()))
    for name, text in translations.items():
        context, _, message = name.rpartition("\u0004")
        entry = catalogue.get(message, context=context or None)
        if entry is None:
            print(f"catalogue: no such sentence: {message!r}", file=sys.stderr)
        elif text:
            entry.string = tuple(text) if isinstance(text, list) else text
    return catalogue


def main() -> int:
    """Do what the command line says; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--fill", type=Path, metavar="FILE")
    parser.add_argument("--prune", action="store_true")
    parser.add_argument("--language", choices=[one for one in LANGUAGES if one != "en"], default=WHOLE)
    options = parser.parse_args()
    if options.check:
        wrong = list(findings())
        for line in wrong:
            print(f"catalogue: {line}", file=sys.stderr)
        return 1 if wrong else 0
    if options.missing:
        print(json.dumps(missing(options.language), ensure_ascii=False, indent=1))
        return 0
    if options.fill:
        filled = fill(json.loads(options.fill.read_text(encoding="utf-8")), options.language)
        po_path(options.language).parent.mkdir(parents=True, exist_ok=True)
        po_path(options.language).write_bytes(written(filled))
    found = list(extract_all())
    for language in LANGUAGES:
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        po_path(language).write_bytes(written(updated(language, found, keep_obsolete=not options.prune)))
    lacking = missing()
    if lacking:
        print(f"catalogue: Arabic lacks {len(lacking)} sentences; --missing lists them", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
