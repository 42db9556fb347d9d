"""A joint investigation of three States: one case, everything said to all, and one of them exports what all proved.

A request asks one Party, and the others are told; so the opening State makes two. What is found is offered to both
others at once, its key closed for each. Powers on a member's territory are asked for by a request of their own.
"""

from __future__ import annotations

from pathlib import Path

from musnad.cli.demo.cast import CENTRAL, Cast
from musnad.cli.demo.evidence import make_image, make_ledger
from musnad.cli.demo.play import Fields, Play, Sealed
from musnad.language import duration, isolate
from musnad.language import gettext as _

PARTIES: Cast = {"QA": (CENTRAL,), "VN": (CENTRAL,), "EG": (CENTRAL,)}
QATAR, VIET_NAM, EGYPT = "QA/central-authority", "VN/central-authority", "EG/central-authority"
JOINT, ACCESS = "joint-investigation", "access-to-stored-data"
IMAGE_NOTE = {"en": "Image of the rented server, evidence bag 4", "ar": "صورة الخادم المستأجَر، حرز رقم ٤"}
LEDGER_NOTE = {"en": "Movements of the two accounts, from the bank", "ar": "حركات الحسابين، من المصرف"}

make_evidence = make_image


def run(play: Play) -> None:
    """Every step, in order."""
    _begin(play)
    _share(play)
    _ask_within(play)
    _end(play)
    play.close(QATAR, VIET_NAM, EGYPT)
    play.export(QATAR)


def _begin(play: Play) -> None:
    """Qatar proposes joint work to Viet Nam and to Egypt, in one case; both agree."""
    fields = play.fields("joint", JOINT_FIELDS)
    play.ask("joint-vn", QATAR, [VIET_NAM, EGYPT], JOINT, fields)
    play.tell(QATAR, _("proposes to Viet Nam to investigate together, and tells Egypt"))
    play.ask("joint-eg", QATAR, [EGYPT, VIET_NAM], JOINT, fields)
    play.tell(QATAR, _("proposes the same to Egypt, in the same case, and tells Viet Nam"))
    for author, name, reference in ((VIET_NAM, "joint-vn", "VN-2026-311"), (EGYPT, "joint-eg", "EG-2026-94")):
        play.answer(f"{name} acknowledged", author, "acknowledgement", name, "--text", reference)
        condition = _("Each State's own authorities use the powers on its territory.")
        play.answer(f"{name} accepted", author, "acceptance", name, "--condition", condition)
        play.tell(author, _("agrees, on one condition; both other States are told"))


def _share(play: Play) -> None:
    """Viet Nam seals what it found and offers it to both others; each pulls, verifies and opens it."""
    sealed = play.seal(VIET_NAM, "joint-vn", IMAGE_NOTE)
    play.tell(VIET_NAM, _("seals the evidence at its source: SHA-256 %(digest)s") % {"digest": sealed.short})
    play.offer("image offered", VIET_NAM, [QATAR, EGYPT], sealed, "joint-vn")
    play.tell(VIET_NAM, _("offers it to Qatar and Egypt at once; its officer signed the release"))
    for author in (QATAR, EGYPT):
        _take(play, author, sealed, "image")


def _ask_within(play: Play) -> None:
    """Egypt asks Qatar for stored data, by a request of its own in the same case; Viet Nam is given them, too."""
    play.ask("access", EGYPT, [QATAR, VIET_NAM], ACCESS, play.fields("access", ACCESS_FIELDS))
    play.tell(EGYPT, _("asks Qatar for access to stored data, within the joint investigation"))
    play.answer("access acknowledged", QATAR, "acknowledgement", "access", "--text", "QA-CA-2026-104")
    play.answer("access accepted", QATAR, "acceptance", "access")
    play.tell(QATAR, _("accepts"))
    sealed = play.seal(QATAR, "access", LEDGER_NOTE, make_ledger(play.stage.folder))
    play.offer("ledger offered", QATAR, [EGYPT, VIET_NAM], sealed, "access", both=True)
    play.tell(QATAR, _("seals the records that were asked for, and offers them to both others"))
    for author in (EGYPT, VIET_NAM):
        _take(play, author, sealed, "ledger")


def _take(play: Play, author: str, sealed: Sealed, name: str) -> None:
    took = play.fetch(author, sealed)
    party = author.partition("/")[0].lower()
    opened = play.open(author, sealed, f"{name}.{party}{Path(play.evidence).suffix if name == 'image' else '.csv'}")
    play.tell(
        author,
        _("pulled it, verified every part (%(time)s), and opened it under its officer's signature: %(file)s")
        % {"time": duration(took), "file": isolate(opened.name)},
    )


def _end(play: Play) -> None:
    """Both that were asked report what was done."""
    for author, name, text in ((VIET_NAM, "joint-vn", VIET_NAM_REPORT), (EGYPT, "joint-eg", EGYPT_REPORT)):
        play.answer(
            f"{name} executed", author, "execution", name, "--result", "executed", "--text", text[play.language]
        )
        play.tell(author, _("reports that its part of the joint work is done"))


VIET_NAM_REPORT = {
    "en": "The server was seized and imaged; two persons were heard.",
    "ar": "ضُبط الخادم وأُخذت صورته، وسُمعت أقوال شخصين.",
}
EGYPT_REPORT = {
    "en": "The holders of both accounts were identified and heard.",
    "ar": "حُدِّد صاحبا الحسابين وسُمعت أقوالهما.",
}
_OFFENCE: dict[str, object] = {
    "class": "convention-offence",
    "name": "illegal-access",
    "provision": "Law 14 of 2014, section 2",
    "maximum": {"number": 3, "unit": "years"},
}
_OFFENCE_AR = _OFFENCE | {"provision": "القانون رقم ١٤ لسنة ٢٠١٤، المادة ٢"}
_OFFENCE_OF_EGYPT = _OFFENCE | {"provision": "Law 175 of 2018, section 14", "maximum": {"number": 2, "unit": "years"}}
JOINT_FIELDS: Fields = {
    "en": {
        "subject": "Joint investigation of a network that enters hospitals' servers and demands money",
        "team-parties": "Qatar, Viet Nam and Egypt, each by its central authority.",
        "facts": "Since August 2026 the servers of four hospitals in Doha were entered. The tools stood on a rented "
        "server in Da Nang; the money went to two accounts opened from Cairo.",
        "offence": _OFFENCE,
        "purpose": "To find who runs the network, and to secure the evidence for the courts of all three States.",
        "team-leader": {
            "name": "Officer oryx",
            "function": "Public prosecutor, Doha",
            "reach": "oryx@prosecution.example",
        },
        "team-members": "Two investigators and a prosecutor of each State; an examiner of digital evidence of each.",
        "team-duration": {"from": "2026-11-23", "until": "2027-05-22", "zone": "Asia/Qatar"},
        "host-law": "The law of the State where the work is done. Its own authorities use the powers; members from "
        "abroad may be present and propose questions.",
        "evidence-use": "For the offences named here, before the courts of the three States; other uses by consent of "
        "the State that gave it.",
        "team-confidentiality": "What is found stays within the team until an indictment, as far as the defence's "
        "rights allow.",
        "cost-arrangement": "Each State bears its own; extraordinary costs are agreed on beforehand.",
        "liability-arrangement": "The sending State pays back what the host paid for harm done by its member.",
        "media-arrangement": "The host speaks, after the consent of the two others.",
        "team-end": "On the last day, or a month after a Party's notice; data go back or are destroyed as was agreed.",
        "confidential": True,
    },
    "ar": {
        "subject": "تحقيق مشترك في شبكة تدخل خوادم مستشفيات وتطلب المال",
        "team-parties": "قطر وفييت نام ومصر، وتمثل كلًّا منها سلطتها المركزية.",
        "facts": "منذ آب/أغسطس ٢٠٢٦ دُخل إلى خوادم أربعة مستشفيات في الدوحة. وكانت الأدوات على خادم مستأجَر في دا نانغ، "
        "وحُوِّل المال إلى حسابين فُتحا من القاهرة.",
        "offence": _OFFENCE_AR,
        "purpose": "معرفة من يدير الشبكة، وتأمين الأدلة لمحاكم الدول الثلاث.",
        "team-leader": {"name": "الموظف أوريكس", "function": "وكيل نيابة، الدوحة", "reach": "oryx@prosecution.example"},
        "team-members": "محققان ووكيل نيابة من كل دولة، وخبير أدلة رقمية من كل منها.",
        "team-duration": {"from": "2026-11-23", "until": "2027-05-22", "zone": "Asia/Qatar"},
        "host-law": "قانون الدولة التي يجري العمل فيها. وتستعمل سلطاتها وحدها الصلاحيات؛ وللأعضاء من الخارج الحضور "
        "واقتراح الأسئلة.",
        "evidence-use": "في الجرائم المذكورة هنا أمام محاكم الدول الثلاث؛ وما عدا ذلك بموافقة الدولة التي قدمت الدليل.",
        "team-confidentiality": "يبقى ما يُتوصل إليه داخل الفريق إلى حين توجيه الاتهام، بقدر ما تسمح به حقوق الدفاع.",
        "cost-arrangement": "تتحمل كل دولة تكاليفها؛ ويُتفق على النفقات غير العادية مسبقًا.",
        "liability-arrangement": "ترد الدولة الموفِدة ما دفعته الدولة المضيفة عن ضرر سببه عضوها.",
        "media-arrangement": "تدلي الدولة المضيفة بالتصريحات بعد موافقة الدولتين الأخريين.",
        "team-end": "في اليوم الأخير، أو بعد شهر من إخطار أي طرف؛ وتُعاد البيانات أو تُتلف وفق المتفق عليه.",
        "confidential": True,
    },
}
ACCESS_FIELDS: Fields = {
    "en": {
        "subject": "Joint investigation of a network that enters hospitals' servers and demands money",
        "investigating-body": "Public Prosecution, Cairo",
        "facts": "What the hospitals paid passed through one account in Doha before it came to the two in Cairo.",
        "offence": _OFFENCE_OF_EGYPT,
        "assistance-sought": "Production of the account's movements, sealed at the bank.",
        "purpose": "Evidence in the criminal case against the holders of the accounts.",
        "data-sought": "All movements of the account from August to October 2026.",
        "data-categories": ["content"],
        "identifiers": [{"type": "email", "value": "payments@network.example"}],
        "period-of-data": {"from": "2026-08-01", "until": "2026-10-31", "zone": "Asia/Qatar"},
    },
    "ar": {
        "subject": "تحقيق مشترك في شبكة تدخل خوادم مستشفيات وتطلب المال",
        "investigating-body": "النيابة العامة، القاهرة",
        "facts": "مرَّ ما دفعته المستشفيات بحساب واحد في الدوحة قبل أن يصل إلى الحسابين في القاهرة.",
        "offence": _OFFENCE_OF_EGYPT | {"provision": "القانون رقم ١٧٥ لسنة ٢٠١٨، المادة ١٤"},
        "assistance-sought": "تقديم حركات الحساب مختومةً في المصرف.",
        "purpose": "دليل في القضية الجنائية ضد صاحبي الحسابين.",
        "data-sought": "جميع حركات الحساب من آب/أغسطس إلى تشرين الأول/أكتوبر ٢٠٢٦.",
        "data-categories": ["content"],
        "identifiers": [{"type": "email", "value": "payments@network.example"}],
        "period-of-data": {"from": "2026-08-01", "until": "2026-10-31", "zone": "Asia/Qatar"},
    },
}
