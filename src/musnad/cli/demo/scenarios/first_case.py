"""The first case: Viet Nam asks Qatar to preserve, then for the data; evidence is sealed, sent, opened and proven."""

from __future__ import annotations

from musnad.cli.demo.cast import CENTRAL, CONTACT, Cast
from musnad.cli.demo.evidence import make_image
from musnad.cli.demo.play import Fields, Play
from musnad.language import duration, isolate
from musnad.language import gettext as _

PARTIES: Cast = {"VN": (CONTACT, CENTRAL), "QA": (CONTACT, CENTRAL)}
VN_CONTACT, QA_CONTACT = "VN/contact-24-7", "QA/contact-24-7"
VN_CENTRAL, QA_CENTRAL = "VN/central-authority", "QA/central-authority"
EVIDENCE_NOTE = {"en": "Image of a portable computer, evidence bag 17", "ar": "صورة حاسوب محمول، حرز رقم ١٧"}

make_evidence = make_image


def run(play: Play) -> None:
    """Every step, in order."""
    _preserve(play)
    _access(play)
    _deliver(play)
    play.close(VN_CENTRAL, QA_CENTRAL)
    play.export(VN_CENTRAL)


def _preserve(play: Play) -> None:
    """Viet Nam's point of contact asks Qatar's to preserve; Qatar does."""
    request = play.fields("preservation", PRESERVATION_FIELDS)
    play.ask("preservation", VN_CONTACT, [QA_CONTACT], "expedited-preservation", request)
    play.tell(VN_CONTACT, _("asks Qatar to preserve stored data, before it is lost; its officer signed the request"))
    play.answer("acknowledged", QA_CONTACT, "acknowledgement", "preservation", "--text", "QA-2026-0417")
    play.tell(QA_CONTACT, _("acknowledges: a person has read it"))
    play.answer("accepted", QA_CONTACT, "acceptance", "preservation")
    play.tell(QA_CONTACT, _("accepts"))
    play.answer("confirmed", QA_CONTACT, "confirmation", "preservation")
    until = str(play.request(QA_CONTACT, "preservation")["preserved_until"])
    play.tell(
        QA_CONTACT, _("confirms that the data are preserved, up to and including %(day)s") % {"day": isolate(until)}
    )


def _access(play: Play) -> None:
    """Viet Nam's central authority asks for the data; Qatar's asks back, is answered, and accepts."""
    request = play.fields("access", ACCESS_FIELDS)
    play.ask("access", VN_CENTRAL, [QA_CENTRAL], "access-to-stored-data", request, follows="preservation")
    play.tell(VN_CENTRAL, _("asks Qatar's central authority for access to the preserved data"))
    play.answer("access-acknowledged", QA_CENTRAL, "acknowledgement", "access", "--text", "QA-CA-2026-88")
    question = _("Which of the two accounts is meant by the identifier in the request?")
    play.answer("question", QA_CENTRAL, "question", "access", "--text", question)
    play.tell(QA_CENTRAL, _("asks one question"))
    reply = _("The first one; the second belongs to the victim.")
    play.answer("reply", VN_CENTRAL, "reply", "question", "--text", reply)
    play.tell(VN_CENTRAL, _("answers it"))
    condition = _("Use in the criminal case named in the request only.")
    play.answer("access-accepted", QA_CENTRAL, "acceptance", "access", "--condition", condition)
    play.tell(QA_CENTRAL, _("accepts, on one condition of use"))


def _deliver(play: Play) -> None:
    """Qatar seals the evidence at its source and offers it; Viet Nam pulls, verifies and opens it."""
    sealed = play.seal(QA_CENTRAL, "access", EVIDENCE_NOTE)
    play.tell(QA_CENTRAL, _("seals the evidence at its source: SHA-256 %(digest)s") % {"digest": sealed.short})
    draft = play.offer("offer", QA_CENTRAL, [VN_CENTRAL], sealed, "access", waits=True)
    play.approve("offer", QA_CENTRAL, draft)
    play.tell(QA_CENTRAL, _("offers it; two of its officers signed the release"))
    took = play.fetch(VN_CENTRAL, sealed)
    play.tell(VN_CENTRAL, _("pulled it and verified every part (%(time)s)") % {"time": duration(took)})
    play.open(VN_CENTRAL, sealed, "opened.img")
    play.tell(VN_CENTRAL, _("opened it under its officer's signature: its SHA-256 is the one that Qatar sealed"))


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
PRESERVATION_FIELDS: Fields = {
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
ACCESS_FIELDS: Fields = {
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
