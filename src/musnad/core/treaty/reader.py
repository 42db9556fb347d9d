"""Read the treaty's files, or the bundle of them that a dossier carries, into one checked ``Treaty``.

In order: 1. names and sizes of files; 2. each file is TOML; 3. each has the form of ``schema.py``; 4. everything is
linked and cross-checked by ``build.py``. The first defect is raised with file, place and remedy; nothing is
half-loaded. Left to others: finding the files (``adapters.treaty_files``), and whether what they say is the law.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from musnad.core.kernel.errors import BadForm, TooLarge
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import Slug, digest_of
from musnad.core.treaty.build import build_treaty
from musnad.core.treaty.errors import (
    BadBundle,
    BadEntry,
    BadPeriod,
    DuplicateEntry,
    LabelMissing,
    MissingEntry,
    NotToml,
    RuleWithoutSource,
    UnknownEntry,
    UnusedEntry,
)
from musnad.core.treaty.link import Place
from musnad.core.treaty.schema import UNSEEN, FileForm
from musnad.core.treaty.values import Treaty

BUNDLE_LIMIT_OCTETS = 4 * 1024 * 1024
FILE_LIMIT_OCTETS = 256 * 1024
FILES_LIMIT = 300

_FILE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.toml")
_LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")
_TEXTS = ("label", "help", "says", "title")


def parse_treaty(files: Mapping[str, bytes]) -> Treaty:
    """The treaty that these files (name to octets) hold.

    Raises:
        BadForm, TooLarge: a file's name or size. NotToml: its text.
        UnknownEntry, MissingEntry, RuleWithoutSource, LabelMissing, BadEntry, BadPeriod: its form.
        Dangling, DuplicateEntry, UnusedEntry: what does not fit together.
    """
    return _build(files, _read_files(files))[0]


def parse_shelf(common: Mapping[str, bytes], own: Mapping[str, Mapping[str, bytes]]) -> Mapping[Slug, Treaty]:
    """The treaties of a shelf, by name: each of its own files and of those that all share.

    Raises:
        Whatever ``parse_treaty`` raises of one of them.
        DuplicateEntry: a treaty's own file has the name of a shared one. BadEntry: a treaty stands in a folder of
            another name. UnusedEntry: an entry of a shared file that no treaty of the shelf uses.
    """
    shared = _read_files(common)
    shelf: dict[Slug, Treaty] = {}
    unused: list[frozenset[Place]] = []
    for folder, files in sorted(own.items()):
        for name in sorted(files.keys() & common.keys()):
            raise DuplicateEntry(name, folder)
        treaty, left = _build({**common, **files}, {**shared, **_read_files(files)})
        if treaty.name != folder:
            raise BadEntry("treaty.toml", "treaty.name", f"the folder is named {folder[:80]}")
        shelf[treaty.name] = treaty
        unused.append(left)
    for place in sorted(frozenset.intersection(*unused), key=lambda one: (one.file, one.path)) if unused else ():
        raise UnusedEntry(place.file, place.path)
    return MappingProxyType(shelf)


def _read_files(files: Mapping[str, bytes]) -> dict[str, FileForm]:
    return {name: _read_file(name, data) for name, data in sorted(files.items())}


def _build(files: Mapping[str, bytes], forms: Mapping[str, FileForm]) -> tuple[Treaty, frozenset[Place]]:
    return build_treaty(dict(sorted(forms.items())), digest_of(bundle(files)))


def bundle(files: Mapping[str, bytes]) -> bytes:
    """The canonical JSON of {file name: text}: what a request's treaty digest is taken over and a dossier carries."""
    _check_names(files)
    return write_canonical({name: _text(name, data) for name, data in files.items()})


def parse_bundle(data: bytes) -> Treaty:
    """The treaty of a bundle.

    Raises:
        TooLarge, NotJson: it is not I-JSON. BadBundle: not an object of texts, or not canonical, so that its digest
            would not be the treaty's. Otherwise as ``parse_treaty``.
    """
    found = parse_object(data, what="treaty bundle", limit_octets=BUNDLE_LIMIT_OCTETS)
    files: dict[str, bytes] = {}
    for name, text in found.items():
        if not isinstance(text, str):
            raise BadBundle("a member is not a text")
        files[name] = text.encode("utf-8")
    if bundle(files) != data:
        raise BadBundle("not canonical")
    return parse_treaty(files)


def _check_names(files: Mapping[str, bytes]) -> None:
    if not files:
        raise BadForm("treaty", "no file")
    if len(files) > FILES_LIMIT:
        raise BadForm("treaty", f"more than {FILES_LIMIT} files")
    for name, data in files.items():
        if len(name) > 80 or not _FILE_NAME.fullmatch(name):
            raise BadForm("treaty file name", f"{name[:80]!r} is not lower-case words, digits and hyphens with .toml")
        if len(data) > FILE_LIMIT_OCTETS:
            raise TooLarge(name, len(data), FILE_LIMIT_OCTETS)
    total = sum(len(data) for data in files.values())
    if total > BUNDLE_LIMIT_OCTETS // 2:
        raise TooLarge("treaty", total, BUNDLE_LIMIT_OCTETS // 2)


def _text(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotToml(name, "not UTF-8") from error
    if "\r" in text:
        raise NotToml(name, "a carriage return; lines end with a line feed alone")
    return text


def _read_file(name: str, data: bytes) -> FileForm:
    _check_names({name: data})
    try:
        found = tomllib.loads(_text(name, data))
    except RecursionError as error:
        raise NotToml(name, "nested too deeply") from error
    except ValueError as error:
        raise NotToml(name, str(error)[:200]) from error
    try:
        return FileForm.model_validate(found)
    except ValidationError as error:
        raise _first_defect(name, error) from error


def _first_defect(
    name: str, error: ValidationError
) -> UnknownEntry | MissingEntry | RuleWithoutSource | LabelMissing | BadEntry | BadPeriod:
    defect = error.errors(include_url=False, include_input=False, include_context=False)[0]
    loc, kind = [str(part)[:80] for part in defect["loc"] if part != "[key]"], defect["type"]
    place, why = ".".join(loc), defect["msg"][:200]
    if kind == "extra_forbidden":
        return UnknownEntry(name, place)
    if kind == UNSEEN:
        return BadEntry(name, place, why)
    if loc[-1:] == ["source"] and loc[:1] == ["rules"]:
        return RuleWithoutSource(name, place)
    if loc and (loc[-1] in _LANGUAGES or (kind == "missing" and loc[-1] in _TEXTS)):
        return LabelMissing(name, place)
    if "quantity" in loc:
        return BadPeriod(name, place, why)
    if kind == "missing":
        return MissingEntry(name, place)
    return BadEntry(name, place, why)
