"""The demo's play: one case from the first request to the closed, exported and verified case, told as it goes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from musnad.cli.demo.stage import PARTIES, Stage
from musnad.cli.terminal import Terminal
from musnad.language import current, duration, isolate
from musnad.language import gettext as _

VN_CONTACT, QA_CONTACT = "VN/contact-24-7", "QA/contact-24-7"
VN_CENTRAL, QA_CENTRAL = "VN/central-authority", "QA/central-authority"
BASIS = ("--basis", "agreement-for-the-case", "--basis-note")


@dataclass
class Play:
    """The case as it goes on. ``said`` keeps the ids of the messages by a name of the play's own."""

    stage: Stage
    terminal: Terminal
    evidence: Path
    language: str
    begun: float = field(default_factory=time.monotonic)
    case: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Every step, in order."""
        self.preserve()
        self.access()
        self.deliver()
        self.close()

    def preserve(self) -> None:
        """Viet Nam's point of contact asks Qatar's to preserve; Qatar does."""
        request = self.fields("preservation", PRESERVATION_FIELDS[self.language])
        self.ask("preservation", VN_CONTACT, QA_CONTACT, "expedited-preservation", request)
        self.tell(
            VN_CONTACT, _("asks Qatar to preserve stored data, before it is lost; its officer signed the request")
        )
        self.answer("acknowledged", QA_CONTACT, "acknowledgement", "preservation", "--text", "QA-2026-0417")
        self.tell(QA_CONTACT, _("acknowledges: a person has read it"))
        self.answer("accepted", QA_CONTACT, "acceptance", "preservation")
        self.tell(QA_CONTACT, _("accepts"))
        self.answer("confirmed", QA_CONTACT, "confirmation", "preservation")
        found = self.stage.command("show", self.case, "--node", str(self.stage.node("QA")))
        until = next(one["preserved_until"] for one in found["requests"] if one["id"] == self.said["preservation"])  # type: ignore[attr-defined]
        self.tell(
            QA_CONTACT, _("confirms that the data are preserved, up to and including %(day)s") % {"day": isolate(until)}
        )

    def access(self) -> None:
        """Viet Nam's central authority asks for the data; Qatar's asks back, is answered, and accepts."""
        self.stage.await_message("VN", self.case, self.said["confirmed"])
        request = self.fields("access", ACCESS_FIELDS[self.language])
        self.ask(
            "access",
            VN_CENTRAL,
            QA_CENTRAL,
            "access-to-stored-data",
            request,
            *("--case", self.case, "--follows", self.said["preservation"]),
        )
        self.tell(VN_CENTRAL, _("asks Qatar's central authority for access to the preserved data"))
        self.answer("access-acknowledged", QA_CENTRAL, "acknowledgement", "access", "--text", "QA-CA-2026-88")
        question = _("Which of the two accounts is meant by the identifier in the request?")
        self.answer("question", QA_CENTRAL, "question", "access", "--text", question)
        self.tell(QA_CENTRAL, _("asks one question"))
        reply = _("The first one; the second belongs to the victim.")
        self.answer("reply", VN_CENTRAL, "reply", "question", "--text", reply)
        self.tell(VN_CENTRAL, _("answers it"))
        self.stage.await_message("QA", self.case, self.said["reply"])
        condition = _("Use in the criminal case named in the request only.")
        self.answer("access-accepted", QA_CENTRAL, "acceptance", "access", "--condition", condition)
        self.tell(QA_CENTRAL, _("accepts, on one condition of use"))

    def deliver(self) -> None:
        """Qatar seals the evidence at its source and offers it; Viet Nam pulls, verifies and opens it."""
        qa, vn = str(self.stage.node("QA")), str(self.stage.node("VN"))
        sealed = self.stage.command(
            *("seal", str(self.evidence), "--node", qa, "--author", QA_CENTRAL, "--case", self.case),
            *("--under", self.said["access"], "--officer", str(self.stage.officer(QA_CENTRAL))),
            *("--note", _("Image of a portable computer, evidence bag 17")),
            shows_progress=True,
        )
        seal = str(sealed["seal"])
        self.tell(
            QA_CENTRAL,
            _("seals the evidence at its source: SHA-256 %(digest)s")
            % {"digest": isolate(str(sealed["sha256"])[:32] + "…")},
        )
        offer = self.stage.command(
            *("offer", self.case, seal, "--node", qa, "--author", QA_CENTRAL, "--to", VN_CENTRAL),
            *("--answers", self.said["access"], "--approver", f"{QA_CENTRAL}/falcon"),
        )
        released = self.stage.command(
            *("approve", str(offer["draft"]), "--node", qa, "--officer", str(self.stage.officer(QA_CENTRAL)))
        )
        self.said["offer"] = str(released["message"])
        self.tell(QA_CENTRAL, _("offers it; its officer signed the release"))
        self.stage.await_message("VN", self.case, self.said["offer"])
        begun = time.monotonic()
        self.stage.command("fetch", self.case, "--node", vn, shows_progress=True)
        self.tell(
            VN_CENTRAL, _("pulled it and verified every part (%(time)s)") % {"time": duration(time.monotonic() - begun)}
        )
        opened = self.stage.folder / "opened.img"
        self.stage.command(
            *("open", self.case, seal, "--node", vn, "--out", str(opened)),
            *("--officer", str(self.stage.officer(VN_CENTRAL))),
            shows_progress=True,
        )
        self.tell(VN_CENTRAL, _("opened it under its officer's signature: its SHA-256 is the one that Qatar sealed"))

    def close(self) -> None:
        """Both sides close the case as they know it, and come to the same state."""
        self._settle()
        for author in (VN_CENTRAL, QA_CENTRAL):
            self.answer(f"closed by {author}", author, "closing", None)
            self.stage.await_message(
                "QA" if author == VN_CENTRAL else "VN", self.case, self.said[f"closed by {author}"]
            )
            self.tell(author, _("closes the case"))
        self._settle()

    def export(self, dossier: Path) -> None:
        """Viet Nam exports the case to one file."""
        self.stage.command(
            *("export", self.case, "--node", str(self.stage.node("VN")), "--out", str(dossier)),
            *("--officer", str(self.stage.officer(VN_CENTRAL))),
        )
        self.tell(VN_CENTRAL, _("exports the case to one file that proves itself"))

    def ask(self, name: str, author: str, to: str, measure: str, fields: Path, *more: str) -> None:
        """One request, approved by its officer."""
        made = self.stage.command(
            *("ask", "--node", self._node(author), "--author", author, "--to", to, "--measure", measure),
            *("--fields", str(fields), "--officer", str(self.stage.officer(author)), *BASIS, BASIS_NOTE[self.language]),
            *more,
        )
        self.said[name] = str(made["message"])
        self.case = self.case or str(made["case"])

    def answer(self, name: str, author: str, kind: str, answers: str | None, *more: str) -> None:
        """One answer, once what it answers has arrived."""
        told = ("--answers", self.said[answers]) if answers else ()
        made = self.stage.command(
            *("answer", self.case, "--node", self._node(author), "--author", author, "--kind", kind, *told, *more)
        )
        self.said[name] = str(made["message"])

    def fields(self, name: str, fields: dict[str, object]) -> Path:
        """A request's fields as the file that ``musnad ask`` reads."""
        place = self.stage.folder / f"{name}.json"
        place.write_text(json.dumps(fields, ensure_ascii=False, indent=1), "utf-8")
        return place

    def tell(self, author: str, what: str) -> None:
        """One line of the timeline."""
        party, _, authority = author.partition("/")
        names: dict[str, str] = PARTIES[party]["names"]  # type: ignore[assignment]
        state = names.get(current().language, names["en"])
        passed = isolate(f"{time.monotonic() - self.begun:6.1f} s")
        office = pgettext_office(authority)
        self.terminal.line(
            f"{passed}  {state}, {office}: {what}"
            if current().language == "en"
            else f"{passed}  {state}، {office}: {what}"
        )

    def _settle(self) -> None:
        """Until nothing is on its way, and both nodes hold the same case."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            inboxes = [self.stage.command("inbox", "--node", str(self.stage.node(party))) for party in PARTIES]
            shown = [self.stage.command("show", self.case, "--node", str(self.stage.node(party))) for party in PARTIES]
            if not any(inbox["waiting"] for inbox in inboxes) and len({str(one["digest"]) for one in shown}) == 1:
                return
            time.sleep(0.2)

    def _node(self, author: str) -> str:
        return str(self.stage.node(author.partition("/")[0]))


def pgettext_office(authority: str) -> str:
    """An authority's office in words."""
    return {
        "contact-24-7": _("24/7 point of contact"),
        "central-authority": _("central authority"),
    }[authority]


BASIS_NOTE = {
    "en": "Exercise. Both States agreed to act as under the Convention, which is not in force.",
    "ar": "تمرين. اتفقت الدولتان على العمل كما في الاتفاقية، وهي غير نافذة بعد.",
}
_OFFENCE = {
    "class": "convention-offence",
    "name": "illegal-access",
    "provision": "Penal Code, section 289",
    "maximum": {"number": 7, "unit": "years"},
}
_PERIOD = {"from": "2026-10-01", "until": "2026-10-31", "zone": "Asia/Qatar"}
_IDENTIFIERS = [
    {
        "type": "internet-address",
        "value": "203.0.113.77",
        "port": 44321,
        "from": "2026-10-03T10:00:00+07:00",
        "until": "2026-10-03T11:30:00+07:00",
    }
]
PRESERVATION_FIELDS: dict[str, dict[str, object]] = {
    "en": {
        "seeking-authority": "24/7 point of contact, Hanoi",
        "offence": _OFFENCE,
        "facts": "On 3 October 2026 a hospital's server was entered with stolen credentials from an address in Doha.",
        "data-sought": "The stored content and logs of the portable computer's hosting account.",
        "data-categories": ["traffic", "content"],
        "link-to-offence": "The address held the session during which the hospital's records were copied.",
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "necessity": "The provider keeps such data for thirty days only.",
        "access-request-intended": True,
        "confidential": True,
    },
    "ar": {
        "seeking-authority": "جهة الاتصال العاملة على مدار الساعة، هانوي",
        "offence": _OFFENCE | {"provision": "قانون العقوبات، المادة ٢٨٩"},
        "facts": "في ٣ تشرين الأول/أكتوبر ٢٠٢٦ دُخل إلى خادم مستشفى ببيانات اعتماد مسروقة من عنوان في الدوحة.",
        "data-sought": "المحتوى المخزن وسجلات حساب الاستضافة العائد إلى الحاسوب المحمول.",
        "data-categories": ["traffic", "content"],
        "link-to-offence": "جرت من هذا العنوان الجلسة التي نُسخت خلالها سجلات المستشفى.",
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "necessity": "لا يحتفظ مقدِّم الخدمة بهذه البيانات إلا ثلاثين يومًا.",
        "access-request-intended": True,
        "confidential": True,
    },
}
ACCESS_FIELDS: dict[str, dict[str, object]] = {
    "en": {
        "subject": "Investigation of illegal access to a hospital's server",
        "investigating-body": "Supreme People's Procuracy, department for high-technology crime",
        "facts": "The preserved data show who used the address while the records were copied.",
        "offence": _OFFENCE,
        "assistance-sought": "Search of the seized portable computer, and a sealed image of its disk.",
        "purpose": "Evidence in the criminal case against the persons who entered the server.",
        "data-sought": "A complete image of the disk.",
        "data-categories": ["traffic", "content"],
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
    },
    "ar": {
        "subject": "التحقيق في دخول غير مشروع إلى خادم مستشفى",
        "investigating-body": "النيابة الشعبية العليا، إدارة جرائم التكنولوجيا المتقدمة",
        "facts": "تُظهر البيانات المحفوظة من استعمل العنوان أثناء نسخ السجلات.",
        "offence": _OFFENCE | {"provision": "قانون العقوبات، المادة ٢٨٩"},
        "assistance-sought": "تفتيش الحاسوب المحمول المضبوط، وصورة مختومة لقرصه.",
        "purpose": "دليل في القضية الجنائية ضد من دخلوا الخادم.",
        "data-sought": "صورة كاملة للقرص.",
        "data-categories": ["traffic", "content"],
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
    },
}
