"""What every scenario plays with: one case among the stage's Parties, told as it goes.

    play.ask("access", VN, [QA], "access-to-stored-data", play.fields("access", FIELDS))
    play.tell(VN, _("asks for the data"))
    play.answer("accepted", QA, "acceptance", "access")

Every helper is one command of ``musnad``, given as an officer would give it, and waits for what it needs: whoever
speaks has first received everything that was said before. ``said`` keeps the ids of the messages by a name of the
scenario's own. Authorities are named in full, ``VN/contact-24-7``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from musnad.cli.demo.cast import STATES
from musnad.cli.demo.stage import STEP_SECONDS, DemoStepFailed, Stage
from musnad.cli.terminal import Terminal
from musnad.language import current, isolate
from musnad.language import gettext as _

BASIS = "agreement-for-the-case"
BASIS_NOTE = {
    "en": "Exercise. The States agreed to act as under the Convention, which is not in force.",
    "ar": "تمرين. اتفقت الدول على العمل كما في الاتفاقية، وهي غير نافذة بعد.",
}
PAUSE_SECONDS = 0.2
STAMP_SECONDS = 15
"""The longest that an export waits for the rehearsal's stamp authority."""

Texts = Mapping[str, str]
"""One text in English and Arabic (``en``, ``ar``)."""
Fields = Mapping[str, dict[str, object]]
"""A request's fields in English and Arabic."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An exhibit as it was sealed."""

    seal: str
    sha256: str

    @property
    def short(self) -> str:
        """The first half of its SHA-256, for a line of the timeline."""
        return isolate(self.sha256[:32] + "…")


@dataclass
class Play:
    """The case as it goes on. ``said`` keeps the ids of the messages by a name of the scenario's own."""

    stage: Stage
    terminal: Terminal
    evidence: Path
    language: str
    dossier: Path
    begun: float = field(default_factory=time.monotonic)
    case: str = ""
    opener: str = ""
    said: dict[str, str] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=dict)
    """By Party, the messages that its node is known to hold."""

    # --- saying ---

    def ask(
        self,
        name: str,
        author: str,
        to: Sequence[str],
        measure: str,
        fields: Path,
        *more: str,
        follows: str | None = None,
        basis: str = BASIS,
        basis_note: Texts = BASIS_NOTE,
        both: bool = False,
    ) -> str:
        """One request, approved by its officer, or by ``both`` of the authority. It asks the first Party of ``to`` and
        tells the others; in a case that is open already, ``follows`` names the earlier request that it follows."""
        within = ("--case", self.case) if self.case else ()
        after = ("--follows", self.said[follows]) if follows is not None else ()
        self.await_all(author)
        made = self.stage.command(
            *("ask", "--node", self.node(author), "--author", author, *_each("--to", to), "--measure", measure),
            *("--fields", str(fields), *self.officers(author, both=both)),
            *("--basis", basis, "--basis-note", basis_note[self.language]),
            *within,
            *after,
            *more,
        )
        self.case, self.opener = self.case or str(made["case"]), self.opener or author
        return self._keep(name, author, made)

    def answer(
        self,
        name: str,
        author: str,
        kind: str,
        answers: str | None,
        *more: str,
        to: Sequence[str] = (),
        by_officer: bool = False,
    ) -> str:
        """One step that answers another (or none: a closing), once all that was said before has arrived.

        ``to`` is by default everybody the author last spoke with; with ``by_officer`` its officer signs it, too.
        """
        self.await_all(author)
        told = ("--answers", self.said[answers]) if answers else ()
        signed = ("--officer", self.officer(author)) if by_officer else ()
        made = self.stage.command(
            *("answer", self.case, "--node", self.node(author), "--author", author, "--kind", kind),
            *told,
            *_each("--to", to),
            *signed,
            *more,
        )
        return self._keep(name, author, made)

    # --- evidence ---

    def seal(self, author: str, under: str, note: Texts, evidence: Path | None = None) -> Sealed:
        """Seal a file under a request: in one pass, at its source; collected and sealed are said to all."""
        self.await_all(author)
        before = self._steps_at(author)
        sealed = self.stage.command(
            *("seal", str(evidence or self.evidence), "--node", self.node(author), "--author", author),
            *("--case", self.case, "--under", self.said[under], "--officer", self.officer(author)),
            *("--note", note[self.language]),
            shows_progress=True,
        )
        self._keep_new(f"sealed {sealed['seal']}", author, before)
        return Sealed(str(sealed["seal"]), str(sealed["sha256"]))

    def offer(
        self,
        name: str,
        author: str,
        to: Sequence[str],
        sealed: Sealed,
        answers: str,
        *,
        waits: bool = False,
        both: bool = False,
    ) -> str:
        """Offer an exhibit, its key closed for every authority of ``to``; approved by the author's officer at once, or
        by ``both``, or, where it ``waits``, left as a draft for both to ``approve``: then its id is the draft's."""
        self.await_all(author)
        party, office = author.split("/")
        names = (STATES[party].officers[office], STATES[party].second)
        approval = _each("--approver", [f"{author}/{one}" for one in names]) if waits else ()
        made = self.stage.command(
            *("offer", self.case, sealed.seal, "--node", self.node(author), "--author", author, *_each("--to", to)),
            *("--answers", self.said[answers], *(approval or self.officers(author, both=both))),
        )
        return str(made["draft"]) if waits else self._keep(name, author, made)

    def approve(self, name: str, author: str, draft: str) -> str:
        """Both officers sign a draft, one after the other, and with the second signature it is sent."""
        first, second = (
            self.stage.command("approve", draft, "--node", self.node(author), "--officer", str(key))
            for key in (self.stage.officer(author), self.stage.second_officer(author))
        )
        assert first["draft"] == draft
        return self._keep(name, author, second)

    def fetch(self, author: str, sealed: Sealed) -> float:
        """Pull an offered exhibit and verify it; the seconds that it took."""
        self.await_all(author)
        before, begun = self._steps_at(author), time.monotonic()
        self.stage.command("fetch", self.case, sealed.seal, "--node", self.node(author), shows_progress=True)
        took = time.monotonic() - begun
        self._keep_new(f"received by {author}", author, before)
        return took

    def open(self, author: str, sealed: Sealed, name: str) -> Path:
        """Open a received exhibit into a new file of the stage's folder, under the officer's signature."""
        before, out = self._steps_at(author), self.stage.folder / name
        self.stage.command(
            *("open", self.case, sealed.seal, "--node", self.node(author), "--out", str(out)),
            *("--officer", self.officer(author)),
            shows_progress=True,
        )
        self._keep_new(f"opened by {author}", author, before)
        return out

    # --- the end ---

    def close(self, *authors: str, more: Sequence[str] = ()) -> None:
        """Each of these closes the case as it knows it, one after the other; then all hold the same case."""
        self.settle()
        for author in authors:
            self.answer(f"closed by {author}", author, "closing", None, *more)
            self.tell(author, _("closes the case"))
        self.settle()

    def export(self, author: str, *more: str) -> None:
        """Export the case to the dossier."""
        self.settle()
        stamped = ("--stamped", str(STAMP_SECONDS)) if self.stage.stamps is not None else ()
        self.stage.command(
            *("export", self.case, "--node", self.node(author), "--out", str(self.dossier)),
            *("--officer", self.officer(author), *stamped, *more),
        )
        self.tell(author, _("exports the case to one file that proves itself"))

    def settle(self) -> None:
        """Until nothing is on its way, and the nodes of all its Parties hold the same case."""
        until = time.monotonic() + STEP_SECONDS
        while True:
            inboxes = [self.stage.command("inbox", "--node", str(self.stage.node(one))) for one in self.parties]
            shown = [self.show(one) for one in self.parties]
            if not any(inbox["waiting"] for inbox in inboxes) and len({str(one["digest"]) for one in shown}) == 1:
                return
            if time.monotonic() > until:
                raise DemoStepFailed("settle", ", ".join(self.parties))
            time.sleep(PAUSE_SECONDS)

    # --- looking ---

    @property
    def parties(self) -> tuple[str, ...]:
        """The Parties of the case, as its opening message names them; the stage's before there is one."""
        if not self.case:
            return tuple(self.stage.parties)
        return tuple(str(one) for one in _list(self.show(self.opener), "parties"))

    def show(self, author: str) -> dict[str, object]:
        """The case as a Party's node has it now (``musnad show --json``)."""
        return self.stage.command("show", self.case, "--node", self.node(author))

    def request(self, author: str, name: str) -> dict[str, object]:
        """One request of it: status, last day and so on."""
        found = _list(self.show(author), "requests")
        return next(one for one in found if isinstance(one, dict) and one["id"] == self.said[name])

    def await_all(self, author: str) -> None:
        """Until everything that this play has said so far stands in the author's journal."""
        party, wanted = author.partition("/")[0], set(self.said.values())
        if not wanted <= self.held.get(party, set()):
            self.stage.await_case(party, self.case, lambda found: wanted <= _ids(found))
            self.held[party] = wanted

    def fields(self, name: str, fields: Fields) -> Path:
        """A request's fields, in the play's language, as the file that ``musnad ask`` reads."""
        place = self.stage.folder / f"{name}.json"
        place.write_text(json.dumps(fields[self.language], ensure_ascii=False, indent=1), "utf-8")
        return place

    def tell(self, author: str, what: str) -> None:
        """One line of the timeline."""
        party, _slash, office = author.partition("/")
        names = STATES[party].names
        state = names.get(current().language, names["en"])
        passed = isolate(f"{time.monotonic() - self.begun:6.1f} s")
        comma = "," if current().language == "en" else "،"
        self.terminal.line(f"{passed}  {state}{comma} {office_name(office)}: {what}")

    def node(self, author: str) -> str:
        """The folder of the author's node."""
        return str(self.stage.node(author.partition("/")[0]))

    def officer(self, author: str) -> str:
        """The key file of its officer."""
        return str(self.stage.officer(author))

    def officers(self, author: str, *, both: bool) -> tuple[str, ...]:
        """Who signs: the authority's officer, or both of its officers."""
        keys = (self.stage.officer(author), *([self.stage.second_officer(author)] if both else []))
        return _each("--officer", [str(key) for key in keys])

    def _keep(self, name: str, author: str, made: Mapping[str, object]) -> str:
        self.said[name] = str(made["message"])
        self.held.setdefault(author.partition("/")[0], set()).add(self.said[name])
        return self.said[name]

    def _steps_at(self, author: str) -> set[str]:
        return _ids(self.show(author))

    def _keep_new(self, name: str, author: str, before: set[str]) -> None:
        """The custody messages that a command said beside what it told."""
        for place, new in enumerate(sorted(self._steps_at(author) - before)):
            self._keep(f"{name} {place}", author, {"message": new})


def office_name(office: str) -> str:
    """An authority's office in words."""
    return {
        "contact-24-7": _("24/7 point of contact"),
        "central-authority": _("central authority"),
        "law-enforcement": _("law enforcement authority"),
        "judicial-authority": _("judicial authority"),
        "extradition-authority": _("extradition authority"),
    }[office]


def _each(option: str, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for value in values for part in (option, value))


def _list(found: Mapping[str, object], name: str) -> list[object]:
    listed = found[name]
    return listed if isinstance(listed, list) else []


def _ids(found: Mapping[str, object]) -> set[str]:
    """Of the steps that ``show`` told."""
    return {str(one["id"]) for one in _list(found, "steps") if isinstance(one, dict)}
