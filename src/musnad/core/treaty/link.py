"""Names to things while the treaty is built: what is named must exist, what exists must be named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from musnad.core.treaty.errors import Dangling, DuplicateEntry, UnusedEntry
from musnad.core.treaty.schema import FileForm, Texts
from musnad.core.treaty.values import Label

T = TypeVar("T")
U = TypeVar("U")
K = TypeVar("K", bound=str)

_LANGUAGES = tuple(Texts.model_fields)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: a file, and a dotted path in it."""

    file: str
    path: str

    def at(self, part: str) -> Place:
        return Place(self.file, f"{self.path}.{part}")


@dataclass(slots=True)
class Table(Generic[T]):
    """All entries of one kind in all files, by name, and which of them were used."""

    kind: str
    entries: dict[str, tuple[Place, T]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    shared: frozenset[str] = frozenset()
    """The files that serve several treaties."""

    def find(self, place: Place, name: str) -> T:
        """The entry of that name, marked used; ``Dangling`` at ``place`` if there is none."""
        found = self.entries.get(name)
        if found is None:
            raise Dangling(place.file, place.path, f"{self.kind}.{name}")
        self.used.add(name)
        return found[1]

    def drop_unused(self) -> Iterator[Place]:
        """Drop what only other treaties use, and say where it stands; ``UnusedEntry`` for a treaty's own."""
        for name in [name for name in self.entries if name not in self.used]:
            place, _ = self.entries.pop(name)
            if place.file not in self.shared:
                raise UnusedEntry(place.file, place.path)
            yield place

    def values(self) -> dict[str, T]:
        return {name: entry for name, (_, entry) in self.entries.items()}

    def map(self, make: Callable[[str, Place, T], U]) -> Table[U]:
        """The same table with each entry made into another."""
        entries = {name: (place, make(name, place, one)) for name, (place, one) in self.entries.items()}
        return Table(self.kind, entries, shared=self.shared)


def gather(forms: Mapping[str, FileForm], kind: str, entries_of: Callable[[FileForm], Mapping[str, T]]) -> Table[T]:
    """One table out of all files; ``DuplicateEntry`` where a name stands in two of them."""
    table: Table[T] = Table(kind, shared=frozenset(file for file, form in forms.items() if form.shared))
    for file, form in forms.items():
        for name, entry in entries_of(form).items():
            place = Place(file, f"{kind}.{name}")
            if name in table.entries:
                raise DuplicateEntry(file, place.path)
            table.entries[name] = (place, entry)
    return table


def refuse_repeated(place: Place, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DuplicateEntry(place.file, place.at(name).path)
        seen.add(name)


def label_of(texts: Texts, number: int | None = None) -> Label:
    """The texts as a label, a rule's number filled in where it stands as ``{number}``."""
    found = {language: text for language in _LANGUAGES if (text := getattr(texts, language)) is not None}
    if number is not None:
        found = {language: text.replace("{number}", str(number)) for language, text in found.items()}
    return Label(frozen(found))


def frozen(entries: Mapping[K, T]) -> Mapping[K, T]:
    return MappingProxyType(dict(entries))
